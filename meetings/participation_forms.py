"""Forms of invitations and attendance: answers, codes, a pasted list, what a list shows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateField, plausible_year
from meetings.enums import AttendanceAnswer, MeetingState
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.models.participation import Attendance
from meetings.selectors.attendance import Period
from meetings.services.answers import LONGEST_NAME, LONGEST_REASON, OWN, Answer, answer_field

LONGEST_LIST = 50_000
"""Letters of a pasted list: ten times what the whole country takes."""
STATES = (
    ("", _("all regions")),
    ("silent", _("have not answered")),
    ("coming", _("will attend")),
    ("excused", _("excused")),
    ("unmarked", _("not marked")),
    ("absent", _("marked as absent")),
)


class Party:
    """The fields of one who answers: the coordinator, or a cluster by its row."""

    def __init__(self, form: "AnswersForm", key: str, title: Any, row: Attendance) -> None:
        self.form, self.key, self.title, self.row = form, key, title, row

    def _bound(self, name: str) -> forms.BoundField:
        return self.form[answer_field(self.key, name)]

    @property
    def answer(self) -> forms.BoundField:
        return self._bound("answer")

    @property
    def reason(self) -> forms.BoundField:
        return self._bound("reason")

    @property
    def substitute(self) -> forms.BoundField:
        return self._bound("substitute")


class AnswersForm(forms.Form):
    """The answers of a region: its own and one for each cluster; nobody has to answer for all at once."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, invitation: Invitation, clusters: Sequence[ClusterAttendance]) -> None:
        initial: dict[str, Any] = {"version": invitation.version}
        super().__init__(data, initial=initial)
        own: tuple[str, Any, Attendance] = (OWN, _("Coordinator"), invitation)
        rows = [own, *((row.cluster.code, row.cluster.display_name, row) for row in clusters)]
        self.parties = [Party(self, *one) for one in rows]
        for party in self.parties:
            self._add(party)

    def _add(self, party: Party) -> None:
        row = party.row
        values = {
            "answer": (row.answer, forms.ChoiceField(
                label=party.title, required=False, choices=AttendanceAnswer.choices, widget=forms.RadioSelect
            )),
            "reason": (row.answer_reason, forms.CharField(
                label=_("Reason"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 2})
            )),
            "substitute": (row.substitute_name, forms.CharField(
                label=_("Name and post of the substitute"), required=False, max_length=LONGEST_NAME
            )),
        }  # fmt: skip
        for name, (value, field) in values.items():
            key = answer_field(party.key, name)
            self.fields[key] = field
            self.initial[key] = value

    def answers(self) -> dict[str, Answer]:
        """What was answered, by OWN or the code of a cluster; who has no answer is left out."""
        said = self.cleaned_data
        found = {}
        for party in self.parties:
            value, reason, name = (
                said[answer_field(party.key, part)] for part in ("answer", "reason", "substitute")
            )
            if value:
                found[party.key] = Answer(value, reason, name)
        return found


class CheckInForm(forms.Form):
    """The personal code, and which of his clusters are with the coordinator."""

    code = forms.CharField(
        label=_("Personal code"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "size": 8}),
    )
    clusters = forms.MultipleChoiceField(
        label=_("Clusters that are here"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, clusters: Iterable[ClusterAttendance]) -> None:
        rows = list(clusters)
        coming = [row.cluster.code for row in rows if row.answer and not row.is_excused]
        super().__init__(data, initial={"clusters": coming})
        field = cast(forms.MultipleChoiceField, self.fields["clusters"])
        field.choices = [(row.cluster.code, row.cluster.display_name) for row in rows]


class MarkForm(forms.Form):
    """One press on the table: `mark` says of whom and what, «70:70-001:yes»; all of a region is «70:*:yes»."""

    VALUES: Mapping[str, bool | None] = {"yes": True, "no": False, "clear": None}
    ALL = "*"

    mark = forms.CharField(max_length=120)
    attendee = forms.CharField(max_length=LONGEST_NAME, required=False)
    reason = forms.CharField(max_length=LONGEST_REASON, required=False)

    def clean_mark(self) -> tuple[str, str, bool | None]:
        """Region, cluster ("" for the coordinator, ALL for everybody), and the mark."""
        parts = str(self.cleaned_data["mark"]).split(":")
        if len(parts) != 3 or parts[2] not in self.VALUES:
            raise forms.ValidationError(_("This press says nothing: reload the page and repeat."))
        return parts[0], parts[1], self.VALUES[parts[2]]


class ReasonForm(forms.Form):
    """Why the attendance of a closed meeting is mended; asked for only then."""

    reason = forms.CharField(
        label=_("Why the attendance is mended"), max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 2})
    )


class PastedListForm(forms.Form):
    """A list of who attended, as a program of videoconferences or a person gives it."""

    text = forms.CharField(
        label=_("List of those present"), max_length=LONGEST_LIST, widget=forms.Textarea({"rows": 12})
    )
    rest_absent = forms.BooleanField(label=_("Mark the rest as absent"), required=False)
    reason = forms.CharField(
        label=_("Why the attendance is mended"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, meeting: Meeting) -> None:
        super().__init__(data)
        self.asks_reason = meeting.state == MeetingState.CLOSED
        if not self.asks_reason:
            self.fields["reason"].widget = forms.HiddenInput()


class ParticipantsFilterForm(forms.Form):
    """What of the invited regions to show."""

    district = forms.ChoiceField(label=_("Federal district"), required=False)
    state = forms.ChoiceField(label=_("Answer and mark"), required=False, choices=STATES)
    words = forms.CharField(label=_("Region"), required=False, max_length=100)

    def __init__(self, data: Any, districts: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["district"])
        field.choices = [("", _("all districts")), *districts]


class AttendanceFilterForm(forms.Form):
    """Of which days, which district, and whether only those who never come."""

    since = DateField(label=_("Meetings from"), required=False, validators=[plausible_year])
    until = DateField(label=_("until"), required=False, validators=[plausible_year])
    district = forms.ChoiceField(label=_("Federal district"), required=False)
    never = forms.BooleanField(label=_("only those who never come"), required=False)

    def __init__(self, data: Any, districts: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["district"])
        field.choices = [("", _("all districts")), *districts]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return data

    def period(self) -> Period:
        """The days of a valid form."""
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])
