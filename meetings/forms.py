"""Forms of series and meetings: shape and wording; the rules themselves are in the services."""

from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.selectors import staff_ids
from assignments.enums import AddresseeKind
from assignments.forms import EVERYONE, ItemForm, LooseChoiceField, VersionForm
from assignments.rules import MAX_REMARK_LENGTH
from assignments.selectors.series import WEEKDAYS
from clusters.models import Association, Process
from common import clock
from common.errors import InvalidInput
from common.forms import DateField, MomentField
from common.scope import Scope
from meetings.enums import DayOffRule, MeetingForm, MeetingKind, MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.models.series import LONGEST_MINUTES
from meetings.recurrence import Occurrence, coming
from meetings.selectors.rules import rule_of
from meetings.services.life import KINDS_BY_HAND, RecordContent
from meetings.services.series import (
    OPENS_DAYS,
    ROW_SOURCES,
    RowContent,
    SeriesContent,
    default_rows,
)
from meetings.services.terms import LIMITS, Terms
from regions.selectors import calendar_overrides

SPARE_ROWS = 3
"""Empty rows at the end of the agenda of a series, so that it grows without scripts."""
DAYS_SHOWN = 4
PLAIN_TERMS = (
    "title", "duration_minutes", "limit_minutes", "form", "place", "video_link", "association", "chair",
    "chair_name", "chair_post", "secretary", "secretary_name", "secretary_post",
)  # fmt: skip


def reason_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.CharField:
    """Why something is done, in a few lines."""
    return forms.CharField(
        label=label,
        max_length=MAX_REMARK_LENGTH,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _line(name: str, label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=LIMITS[name], required=False, help_text=hint)


def _minutes(label: Any, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=LONGEST_MINUTES, help_text=hint)


class TermsForm(ItemForm):
    """The terms of a meeting with the builder of its audience, which is that of an item of a protocol."""

    number = text = due_on = weight = expected_result = None  # type: ignore[assignment]
    title = forms.CharField(
        label=pgettext_lazy("meeting", "Title"),
        max_length=LIMITS["title"],
        help_text=_("As in the heading of the protocol."),
    )
    duration_minutes = _minutes(_("Duration, minutes"))
    limit_minutes = _minutes(
        _("Limit of the agenda, minutes"), _("When its questions take longer, the agenda says so.")
    )
    form = forms.ChoiceField(
        label=_("How people meet"), widget=forms.RadioSelect, choices=MeetingForm.choices
    )
    place = _line("place", _("Place"), _("Needed where people meet in person."))
    video_link = _line("video_link", _("Link of the videoconference"))
    association = forms.TypedChoiceField(label=_("Association"), required=False, coerce=int, empty_value=None)
    chair = forms.TypedChoiceField(
        label=_("Account of the chair"), required=False, coerce=int, empty_value=None,
        help_text=_("May run the meeting; left empty, the name below only stands in the protocol."),
    )  # fmt: skip
    chair_name = _line("chair_name", _("Chair, as in the protocol"))
    chair_post = _line("chair_post", _("Post of the chair"))
    secretary = forms.TypedChoiceField(
        label=_("Account of the secretary"), required=False, coerce=int, empty_value=None
    )
    secretary_name = _line("secretary_name", _("Secretary, as in the protocol"))
    secretary_post = _line("secretary_post", _("Post of the secretary"))
    addressee = forms.ChoiceField(
        label=_("Who is invited"),
        widget=forms.RadioSelect,
        choices=[
            (AddresseeKind.REGIONS, _("regions: each with all its clusters")),
            (AddresseeKind.CLUSTERS, _("clusters by conditions: each with the coordinator of its region")),
        ],
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        nobody = ("", _("nobody"))
        people = User.objects.filter(pk__in=staff_ids()).order_by("name_key")
        staff = [nobody, *((row.pk, row.get_short_name()) for row in people)]
        self._offer("chair", staff)
        self._offer("secretary", staff)
        self._offer(
            "association", [("", _("none")), *((row.pk, row.name) for row in Association.objects.all())]
        )

    def terms(self) -> Any:
        """What the services take, from a form that is valid."""
        plain = {name: self.cleaned_data[name] for name in PLAIN_TERMS}
        return Terms(addressee=self.cleaned_data["addressee"], audience=self.audience(), **plain)

    @classmethod
    def initial_of_terms(cls, row: MeetingSeries | Meeting) -> dict[str, Any]:
        """The fields of a series or a meeting as it stands."""
        keys = {"association": "association_id", "chair": "chair_id", "secretary": "secretary_id"}
        plain = {name: getattr(row, keys.get(name, name)) for name in PLAIN_TERMS}
        return plain | {
            "addressee": row.addressee, "version": row.version, **cls.initial_of_rule(row.audience)
        }  # fmt: skip

    @staticmethod
    def initial_of_usual() -> dict[str, Any]:
        """A new meeting: an hour and a half by video with the coordinators of all regions."""
        return {
            "duration_minutes": 90,
            "limit_minutes": 90,
            "form": MeetingForm.VIDEO.value,
            "addressee": AddresseeKind.REGIONS.value,
            "scope_of_rule": EVERYONE,
        }


class RowForm(forms.Form):
    """A row of the agenda of a series; without a name there is none."""

    title = forms.CharField(label=_("Name of the row"), max_length=300, required=False)
    source = forms.ChoiceField(
        label=_("Stands for"), choices=[(source.value, source.label) for source in ROW_SOURCES]
    )
    minutes = forms.IntegerField(
        label=_("Minutes each"), min_value=0, max_value=LONGEST_MINUTES, required=False, initial=5
    )
    speaker = forms.CharField(label=_("Speaker"), max_length=300, required=False)
    process = LooseChoiceField(label=_("Process"), required=False)
    place = forms.IntegerField(label=_("Place"), min_value=0, max_value=999, required=False)

    def __init__(self, *args: Any, processes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = processes  # type: ignore[attr-defined]

    def content(self) -> RowContent:
        data = self.cleaned_data
        return RowContent(
            data["title"], data["source"], 5 if data["minutes"] is None else data["minutes"], data["speaker"],
            data["process"] or None,
        )  # fmt: skip


RowFormSet: Any = forms.formset_factory(RowForm, extra=SPARE_ROWS, max_num=43)


class SeriesForm(TermsForm):
    """A series: the terms of its meetings, the rule of their days, the agenda that each begins with."""

    weekday = forms.TypedChoiceField(label=_("Day of the week"), coerce=int, choices=list(WEEKDAYS.items()))
    starts_at = forms.TimeField(
        label=_("Begins at, Moscow time"),
        input_formats=["%H:%M", "%H.%M", "%H"],
        help_text=_("For instance 10:00."),
        widget=forms.TimeInput(format="%H:%M", attrs={"size": 6}),
    )
    day_off = forms.ChoiceField(
        label=_("When the day is a day off"), widget=forms.RadioSelect, choices=DayOffRule.choices
    )
    starts_on = DateField(label=_("From"), help_text=_("The first day that counts."))
    until = DateField(label=_("Until"), required=False, help_text=_("Left empty, the series has no end."))
    opens_days_before = forms.IntegerField(
        label=_("Opens, days before"),
        min_value=OPENS_DAYS[0],
        max_value=OPENS_DAYS[1],
        help_text=_("At the hour of the meeting, so many days before, invitations go out by themselves."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", None)
        super().__init__(*args, scope=scope, **kwargs)
        none = ("", _("all of the month"))
        processes = [none, *((row.slug, row.name) for row in Process.objects.all())]
        given = {"data": self.data} if self.is_bound else {"initial": rows or []}
        self.rows = RowFormSet(prefix="rows", form_kwargs={"processes": processes}, **given)

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.rows.is_valid())

    def content(self) -> SeriesContent:
        """What the service takes, from a form that is valid."""
        data = self.cleaned_data
        names = ("weekday", "starts_at", "day_off", "starts_on", "until", "opens_days_before")
        filled = self.filled_rows()
        return SeriesContent(
            terms=self.terms(), rows=[row.content() for row in filled], **{name: data[name] for name in names}
        )

    def filled_rows(self) -> list[RowForm]:
        """The rows that have a name, by their place."""
        rows = [row for row in self.rows if row.cleaned_data.get("title")]
        return sorted(
            rows, key=lambda row: (row.cleaned_data["place"] is None, row.cleaned_data["place"] or 0)
        )

    def put_refusal(self, error: InvalidInput) -> InvalidInput:
        """Put what is wrong with a row at its field; what is left goes to the form itself."""
        left: dict[str, Any] = {}
        rows = self.filled_rows()
        for name, found in error.errors.items():
            parts = name.split("-")
            if parts[0] == "rows" and len(parts) == 3:
                for message in found:
                    rows[int(parts[1])].add_error(parts[2], message)
            else:
                left[name] = found
        return InvalidInput(left or _("The agenda of the series has a mistake: see its rows."))

    def coming(self) -> list[Occurrence]:
        """The next meetings of the rule as typed so far; none while it is not whole."""
        values = {}
        for name in ("weekday", "starts_at", "day_off", "starts_on", "until"):
            try:
                values[name] = self.fields[name].clean(self[name].value())
            except forms.ValidationError:
                return []
        rule = rule_of(SeriesContent(terms=Terms(title=""), **values))
        now = max(clock.now(), clock.start_of(rule.starts_on))
        return coming(rule, now, calendar_overrides(), DAYS_SHOWN)

    @classmethod
    def initial_of_series(cls, series: MeetingSeries) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The fields and the rows of a series as it stands."""
        names = ("weekday", "starts_at", "day_off", "starts_on", "until", "opens_days_before")
        rows = [
            {"title": row.title, "source": row.source, "minutes": row.minutes, "speaker": row.speaker,
             "process": row.process_id or "", "place": number * 10}
            for number, row in enumerate(series.rows.all(), start=1)
        ]  # fmt: skip
        return cls.initial_of_terms(series) | {name: getattr(series, name) for name in names}, rows

    @classmethod
    def initial_of_new(cls) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # type: ignore[override]
        """A new series: Wednesdays at 10:00 with the usual agenda."""
        rows = [
            {"title": row.title, "source": row.source, "minutes": row.minutes, "place": number * 10}
            for number, row in enumerate(default_rows(), start=1)
        ]
        return cls.initial_of_usual() | {
            "weekday": 3, "starts_at": time(10), "day_off": DayOffRule.AFTER.value, "starts_on": clock.today(),
            "opens_days_before": 6,
        }, rows  # fmt: skip

    @classmethod
    def refilled(cls, data: QueryDict, scope: Scope, more: dict[str, Any]) -> "SeriesForm":
        """The form as typed so far, judged by nobody; a time and days stay as the text that was typed."""
        form = cls(data, scope=scope)
        rows = [{name: row[name].value() for name in RowForm.base_fields} for row in form.rows.forms]
        return cls(initial=cls.initial_of_post(data) | more, rows=rows, scope=scope)


class MeetingCreateForm(TermsForm):
    """A meeting out of turn."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=[(kind.value, kind.label) for kind in KINDS_BY_HAND],
    )
    starts_at = MomentField(label=_("Begins"), help_text=_("Day and time, Moscow time: 28.05.2026 10:00."))


class RecordForm(forms.Form):
    """A meeting of the winners of one year, held before the weekly one."""

    title = forms.CharField(label=pgettext_lazy("meeting", "Title"), max_length=LIMITS["title"])
    cohort_year = forms.IntegerField(label=_("Year of the winners"), min_value=2000, max_value=2100)
    starts_at = MomentField(
        label=_("Began"), help_text=_("Day and time, Moscow time, before 4 October 2023: 13.09.2023 10:00.")
    )
    duration_minutes = _minutes(_("Duration, minutes"))
    form = forms.ChoiceField(label=_("How people met"), widget=forms.RadioSelect, choices=MeetingForm.choices)
    place = _line("place", _("Place"), _("Needed where people meet in person."))
    chair_name = _line("chair_name", _("Chair, as in the protocol"))
    secretary_name = _line("secretary_name", _("Secretary, as in the protocol"))
    also_present = forms.CharField(
        label=_("Who was present"), required=False, max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("One a line, as in the protocol."),
    )  # fmt: skip

    def content(self) -> RecordContent:
        """What the service takes, from a form that is valid."""
        data = self.cleaned_data
        plain = ("title", "duration_minutes", "form", "place", "chair_name", "secretary_name")
        terms = Terms(limit_minutes=data["duration_minutes"], **{name: data[name] for name in plain})
        return RecordContent(terms, data["cohort_year"], data["starts_at"], data["also_present"])


class MoveForm(VersionForm):
    """Another time for one meeting."""

    starts_at = MomentField(label=_("New time"), help_text=_("Day and time, Moscow time: 28.05.2026 10:00."))
    reason = reason_field(_("Reason"), _("Stays in the history."), required=False)


class CancelForm(VersionForm):
    """Why one meeting is cancelled."""

    reason = reason_field(_("Reason"), _("Whoever is invited reads it."))


class MeetingFilterForm(forms.Form):
    """Filters of the list of meetings."""

    q = forms.CharField(
        label=_("Title or place"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], is_centre: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [choice for choice in MeetingState.choices if is_centre or choice[0] != MeetingState.DRAFT]
        offered = {
            "state": [("", pgettext_lazy("meetings", "all")), *states],
            "kind": [("", pgettext_lazy("meetings", "all")), *MeetingKind.choices],
            "year": [("", _("all years")), *((year, str(year)) for year in years)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
