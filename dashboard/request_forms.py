"""Forms of requests: asking, answering one, answering many, and the filters of their list."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments.enums import (
    ASKED_BY_REGIONS,
    PROPOSED_BY_CENTRE,
    RequestKind,
    RequestOrigin,
    RequestState,
)
from assignments.models import Execution
from assignments.policies import allowed_answers
from assignments.rules import MAX_REMARK_LENGTH
from common.errors import StrOrPromise
from common.forms import DateField
from common.scope import Scope
from dashboard.forms import ActForm, DecisionForm, FilterForm
from dashboard.selectors.execution import ExecutionCard
from dashboard.selectors.requests import ALL_STATES, RequestCard, RequestFilter, day_off

INSTEAD = "instead"
"""The button that takes the offered working day instead of the day off that was typed."""


def _words(label: StrOrPromise, *, required: bool = True, hint: StrOrPromise = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _day(label: StrOrPromise) -> DateField:
    return DateField(label=label)


class DayForm(forms.Form):
    """A form with a new due date: on a day off it comes back once, with the preceding working day to take instead."""

    day_field = ""
    keep_day = forms.BooleanField(label=_("Keep the day off"), required=False)
    offered: date | None = None
    asks_to_keep = False

    def take_offered(self) -> None:
        """Put the offered day into the field when its button was pressed."""
        if self.data.get(INSTEAD):
            sent: Any = cast(QueryDict, self.data).copy()
            sent[self.day_field] = sent[INSTEAD]
            self.data = sent

    def look_at_day(self, execution: Execution) -> None:
        """Warn about a day off, unless it was said to keep it."""
        day = self.cleaned_data.get(self.day_field)
        warning = day_off(day, execution) if day else None
        if warning is not None and not self.cleaned_data.get("keep_day"):
            self.offered, self.asks_to_keep = warning.offered, True
            self.add_error(self.day_field, warning.text)


class AskExtensionForm(DayForm, ActForm):
    """A request for a later due date."""

    day_field = "proposed_due"
    proposed_due = _day(_("Extend until"))
    reason = _words(_("Why the term must be moved"))
    field_order = ["proposed_due", "keep_day", "reason"]

    def prepare(self, card: ExecutionCard) -> None:
        self.execution = card.execution
        self.take_offered()

    def clean(self) -> dict[str, Any]:
        self.look_at_day(self.execution)
        return self.cleaned_data


class AskNotApplicableForm(ActForm):
    """A request to cancel what does not concern the cluster."""

    reason = _words(_("Why the item is not applicable to the cluster"))


class GrantForm(DayForm, DecisionForm):
    """Granting a request; what does not move the term by itself is the centre's own decision and says so."""

    day_field = "granted_due"
    granted_due = _day(_("Extend until"))
    own_decision = forms.BooleanField(label=_("Extend by the centre's own decision"))
    answer = _words(_("Answer to the region"), required=False)
    field_order = ["granted_due", "keep_day", "own_decision", "answer", "corrects"]

    def for_request(self, waiting: RequestCard) -> "GrantForm":
        """The form with the fields of this request."""
        self.execution = waiting.request.execution
        self.take_offered()
        if waiting.request.is_of_centre:
            for name in ("granted_due", "keep_day", "own_decision", "corrects"):
                self.fields.pop(name, None)
            self.fields["answer"].label = _("Words to whoever proposed it")
            return self
        if waiting.request.kind != RequestKind.EXTENSION:
            del self.fields["granted_due"], self.fields["keep_day"]
        if waiting.asking is None or waiting.asking.counts:
            del self.fields["own_decision"]
        else:
            self.fields["answer"].required = True
            self.fields["answer"].label = _("Reason of the centre")
        return self

    def clean(self) -> dict[str, Any]:
        if "granted_due" in self.fields:
            self.look_at_day(self.execution)
        return self.cleaned_data


class RefuseForm(ActForm):
    """Refusing a request."""

    answer = _words(_("Why it is refused"))


class WithdrawForm(ActForm):
    """Taking a request back."""


ASKS: Mapping[RequestKind, type[ActForm]] = {
    RequestKind.EXTENSION: AskExtensionForm,
    RequestKind.NOT_APPLICABLE: AskNotApplicableForm,
}


@dataclass(frozen=True, slots=True)
class WaitingDesk:
    """A request that waits and the forms with which the reader may end it."""

    card: RequestCard
    grant: ActForm | None = None
    refuse: ActForm | None = None
    withdraw: ActForm | None = None
    typed: str = ""

    @property
    def forms(self) -> list[ActForm]:
        return [form for form in (self.grant, self.refuse, self.withdraw) if form is not None]


@dataclass(frozen=True, slots=True)
class RequestDesk:
    """Everything about requests that the page of an execution offers its reader."""

    waiting: Sequence[WaitingDesk]
    extension: ActForm | None
    not_applicable: ActForm | None
    typed: ActForm | None

    @property
    def holds_typed(self) -> bool:
        """Whether what was typed stands in a form of the desk."""
        if self.typed is None:
            return False
        shown = [self.extension, self.not_applicable, *(form for desk in self.waiting for form in desk.forms)]
        return any(form is self.typed for form in shown)


def ask_form(kind: str, card: ExecutionCard, data: Any = None, queue: str = "") -> ActForm:
    """The form with which a coordinator asks."""
    initial = {"version": card.execution.version, "submission_key": uuid.uuid4().hex, "queue": queue}
    return ASKS[RequestKind(kind)](f"ask-{kind}", data, card=card, initial=initial)


def answer_form(
    act: str, waiting: RequestCard, months: Sequence[str] = (), data: Any = None, queue: str = ""
) -> ActForm:
    """The form of one answer to one request."""
    request, name = waiting.request, f"{act}-{waiting.request.pk}"
    initial = {"version": request.version, "submission_key": uuid.uuid4().hex, "queue": queue}
    if act == "grant":
        initial["granted_due"] = request.proposed_due
        return GrantForm(name, data, months=months, initial=initial).for_request(waiting)
    form = RefuseForm if act == "refuse" else WithdrawForm
    return form(name, data, initial=initial)


def request_desk(
    scope: Scope, card: ExecutionCard, months: Sequence[str], queue: str, typed: ActForm | None
) -> RequestDesk:
    """The forms of the page; `typed` takes the place of the one that it was sent from."""
    own = card.requests
    waiting = [_waiting(scope, one, months, queue, typed) for one in own.waiting]
    asks = {kind: _typed_or(typed, ask_form(kind, card, queue=queue)) for kind in own.kinds}
    return RequestDesk(
        waiting=waiting,
        extension=asks.get(RequestKind.EXTENSION),
        not_applicable=asks.get(RequestKind.NOT_APPLICABLE),
        typed=typed,
    )


def _typed_or(typed: ActForm | None, form: ActForm) -> ActForm:
    return typed if typed is not None and typed.auto_id == form.auto_id else form


def _waiting(
    scope: Scope, one: RequestCard, months: Sequence[str], queue: str, typed: ActForm | None
) -> WaitingDesk:
    acts = allowed_answers(scope, one.request)
    shown = {act: _typed_or(typed, answer_form(act, one, months, queue=queue)) for act in acts}
    tried = next((act for act, form in shown.items() if form is typed), "")
    return WaitingDesk(one, **shown, typed=tried)


# The list


class RequestFilterForm(FilterForm):
    """Filters of the list; the centre begins with what waits, a region with everything."""

    origin = forms.ChoiceField(required=False, choices=RequestOrigin.choices, widget=forms.HiddenInput)
    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(label=_("What is asked for"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[(ALL_STATES, _("All")), *RequestState.choices]
    )
    age = forms.ChoiceField(
        label=_("Asked"),
        required=False,
        choices=[("", _("Any time")), ("2", _("2 days ago or earlier")), ("5", _("5 days ago or earlier"))],
    )

    def __init__(self, data: QueryDict, *, regions: Sequence[tuple[str, str]], of_centre: bool) -> None:
        sent = data.copy()
        if not sent.get("state"):
            sent["state"] = RequestState.OPEN if of_centre else ALL_STATES
        if not of_centre or not sent.get("origin"):
            sent["origin"] = RequestOrigin.REGION
        super().__init__(sent)
        region: Any = self.fields["region"]
        region.choices = [("", _("All regions")), *regions]
        kind: Any = self.fields["kind"]
        kinds = PROPOSED_BY_CENTRE if sent["origin"] == RequestOrigin.CENTRE else ASKED_BY_REGIONS
        kind.choices = [("", _("All")), *((one.value, one.label) for one in kinds)]
        if len(regions) < 2 and not of_centre:
            del self.fields["region"]

    def narrowed(self) -> RequestFilter:
        return RequestFilter(
            origin=self.text("origin"),
            region=self.text("region"),
            kind=self.text("kind"),
            state=self.text("state"),
            age=self.text("age"),
        )


class BulkAnswerForm(forms.Form):
    """One answer to checked requests or to the whole filter, before and after its confirmation."""

    action = forms.ChoiceField(
        choices=[("grant", _("grant")), ("refuse", _("refuse"))],
        error_messages={"required": _("Choose to grant or to refuse.")},
    )
    ids = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)
    answer = _words(_("One answer to all"), required=False)

    def clean_ids(self) -> list[int]:
        parts = [part for part in self.cleaned_data["ids"].split(",") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_("The list of requests is damaged. Open it again."))
        return [int(part) for part in parts]
