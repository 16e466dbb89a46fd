"""Forms of previews and objections: announcing a publication, objecting, answering, choosing what a list shows."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import ExecutionEvent
from assignments.rules import MAX_REMARK_LENGTH, MAX_REPORT_LENGTH, annullable_events
from common.formatting import date_time, month_title
from common.forms import DateField, MomentField
from files.enums import ACCEPTED_EXTENSIONS
from rating.enums import ObjectionState, Remedy

DISMISS = "dismiss"
REMEDY_WORDS = {
    Remedy.ANNUL: _("Uphold: annul an event of the log"),
    Remedy.EXTEND: _("Uphold: move the term by the centre's own decision"),
    Remedy.RECORD: _("Uphold: record a report that was handed in earlier"),
    Remedy.ACCEPT: _("Uphold: accept the execution"),
    Remedy.CANCEL: _("Uphold: take off control without execution"),
}


class PreviewForm(forms.Form):
    """When the month will be published."""

    publishes_at = MomentField(label=_("Publication (Moscow time)"))


class ObjectionForm(forms.Form):
    """What the region objects to, and a paper that proves it."""

    reason = forms.CharField(
        label=_("What is wrong and why"), max_length=MAX_REMARK_LENGTH, widget=forms.Textarea({"rows": 6})
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ",".join(f".{ending}" for ending in ACCEPTED_EXTENSIONS)}),
    )


class ObjectionFilterForm(forms.Form):
    """What of the objections to show."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Any, months: Iterable[str], regions: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self._choices("month", [("", _("all months")), *((month, month_title(month)) for month in months)])
        self._choices("region", [("", _("all regions")), *regions])
        self._choices("state", [("", _("any state")), *ObjectionState.choices])
        if len(regions) == 1:
            self.fields["region"].widget = forms.HiddenInput()

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class DecisionForm(forms.Form):
    """The answer of the centre; the fields of the corrections are asked for by the service that needs them."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Answer to the region"), max_length=MAX_REMARK_LENGTH, widget=forms.Textarea({"rows": 4})
    )
    event_id = forms.TypedChoiceField(label=_("Event to annul"), required=False, coerce=int, empty_value=None)
    new_due = DateField(label=_("New due date"), required=False)
    handed_in_at = MomentField(label=_("Report handed in (Moscow time)"), required=False)
    report = forms.CharField(
        label=_("Text of the report"),
        required=False,
        max_length=MAX_REPORT_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, data: Any = None, *, remedies: Sequence[Remedy], log: Sequence[ExecutionEvent], version: int
    ) -> None:
        super().__init__(data, initial={"version": version})
        annullable = annullable_events(log)
        remedies = [remedy for remedy in remedies if remedy != Remedy.ANNUL or annullable]
        decision = cast(forms.ChoiceField, self.fields["decision"])
        decision.choices = [
            (DISMISS, _("Dismiss: the loss stands")),
            *((remedy.value, REMEDY_WORDS[remedy]) for remedy in remedies),
        ]
        events = [(event.pk, f"{event.get_kind_display()}, {date_time(event.at)}") for event in annullable]
        cast(forms.ChoiceField, self.fields["event_id"]).choices = [("", _("not chosen")), *events]
        self.needed = {
            "event_id": Remedy.ANNUL in remedies,
            "new_due": Remedy.EXTEND in remedies,
            "handed_in_at": Remedy.RECORD in remedies,
            "report": Remedy.RECORD in remedies,
        }
        for name, is_needed in self.needed.items():
            if not is_needed:
                del self.fields[name]
