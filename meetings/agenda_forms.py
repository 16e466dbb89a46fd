"""Forms of an agenda, its notes, its decisions and of proposals."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.enums import AddresseeKind
from assignments.forms import EVERYONE, ItemForm, VersionForm
from assignments.rules import MAX_REMARK_LENGTH
from assignments.services.protocols import LIMITS
from common.scope import Scope
from meetings.enums import DecisionKind
from meetings.forms import reason_field
from meetings.models import AgendaItem, Decision
from meetings.models.series import LONGEST_MINUTES
from meetings.services.running import MOST_NOTE, DecisionContent

QUICK_KINDS = (DecisionKind.NOTED, DecisionKind.CARRIED_OVER, DecisionKind.QUESTION)
"""Decisions that are a kind and a text; an assignment has a page of its own."""
CONTENT = ("text", "title", "due_on", "weight", "expected_result", "process", "addressee")


class MendForm(forms.Form):
    """A form whose act on a closed meeting takes a reason."""

    reason = reason_field(_("Why the closed meeting is mended"), _("Stays in the history of the meeting."))

    def __init__(self, *args: Any, mends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not mends:
            del self.fields["reason"]

    @property
    def mending(self) -> dict[str, str]:
        """The reason for the service; nothing while the meeting is not closed."""
        return {"reason": self.cleaned_data["reason"]} if "reason" in self.fields else {}


class ReasonForm(MendForm):
    """A press of a button that on a closed meeting takes a reason."""


class QuestionForm(MendForm, VersionForm):
    """A question of the agenda."""

    title = forms.CharField(label=pgettext_lazy("agenda item", "Question"), max_length=300)
    speaker = forms.CharField(label=_("Speaker"), max_length=300, required=False)
    minutes = forms.IntegerField(
        label=pgettext_lazy("agenda", "Minutes"), min_value=0, max_value=LONGEST_MINUTES
    )
    text = forms.CharField(
        label=_("Explanation"), max_length=MAX_REMARK_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Read by everybody who is invited."),
    )  # fmt: skip

    @staticmethod
    def initial_of(item: AgendaItem) -> dict[str, Any]:
        return {name: getattr(item, name) for name in ("title", "speaker", "minutes", "text", "version")}

    def values(self) -> dict[str, Any]:
        names = ("title", "speaker", "minutes", "text")
        return {name: self.cleaned_data[name] for name in names} | self.mending


class NoteForm(VersionForm):
    """One's own note on an item."""

    text = forms.CharField(
        label=_("Your note"), max_length=MOST_NOTE, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The others of the centre read it, and only you change it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "note_%s"  # a decision is written on the same page
        super().__init__(*args, **kwargs)


class QuickDecisionForm(MendForm, VersionForm):
    """A decision that is a kind and a text."""

    kind = forms.ChoiceField(
        label=_("What is decided"),
        widget=forms.RadioSelect,
        choices=[(k.value, k.label) for k in QUICK_KINDS],
    )
    text = forms.CharField(
        label=_("Words of the decision"), max_length=LIMITS["text"], widget=forms.Textarea(attrs={"rows": 3})
    )

    def content(self) -> DecisionContent:
        return DecisionContent(self.cleaned_data["kind"], self.cleaned_data["text"])


class AssignmentForm(ItemForm):
    """A decision that is an assignment: the form of an item of a protocol, whose number comes with the protocol."""

    number = None  # type: ignore[assignment]
    reason = reason_field(_("Why the closed meeting is mended"), _("Stays in the history of the meeting."))

    def __init__(self, *args: Any, scope: Scope, mends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        if not mends:
            del self.fields["reason"]

    @property
    def mending(self) -> dict[str, str]:
        return {"reason": self.cleaned_data["reason"]} if "reason" in self.fields else {}

    def content(self) -> DecisionContent:
        """What the service takes, from a form that is valid."""
        plain = {name: self.cleaned_data[name] for name in CONTENT}
        return DecisionContent(DecisionKind.ASSIGNMENT, audience=self.audience(), **plain)

    @classmethod
    def initial_of_decision(cls, decision: Decision) -> dict[str, Any]:
        """The fields of an assignment as it stands."""
        plain = {name: getattr(decision, name) for name in CONTENT if name != "process"}
        rule = cls.initial_of_rule(decision.audience)
        return {**plain, "process": decision.process_id or "", "version": decision.version, **rule}

    @staticmethod
    def initial_of_item(item: AgendaItem) -> dict[str, Any]:
        """A new assignment on an item: for the clusters of its region, of its process, else for all."""
        rule = {"scope_of_rule": "rule", "regions": [item.region_id]} if item.region_id else {}
        return {
            "weight": 1,
            "addressee": AddresseeKind.CLUSTERS.value,
            "process": item.process_id or "",
            "scope_of_rule": EVERYONE,
            **rule,
        }


class AnswerForm(VersionForm):
    """The answer to a question of a meeting."""

    answer = reason_field(_("Answer"), _("Stays with the question; the next meeting does not carry it over."))


class ProposalForm(forms.Form):
    """A question that a place proposes for the next meeting."""

    place = forms.ChoiceField(label=_("For"), widget=forms.RadioSelect)
    title = forms.CharField(label=pgettext_lazy("agenda item", "Question"), max_length=300)
    text = forms.CharField(
        label=_("Why it should be discussed"), max_length=MAX_REMARK_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    speaker = forms.CharField(label=_("Who speaks"), max_length=300, required=False)

    def __init__(self, *args: Any, places: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(places)
        self.fields["place"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = offered[0][0]

    def values(self) -> dict[str, Any]:
        """What the service takes: the place as a region or an association."""
        kind, _colon, key = self.cleaned_data["place"].partition(":")
        where = {"region": key} if kind == "region" else {"association": int(key)}
        return {name: self.cleaned_data[name] for name in ("title", "text", "speaker")} | where


class DeclineForm(VersionForm):
    """Why a proposal is declined."""

    reason = reason_field(_("Reason"), _("The place that proposed reads it."))
