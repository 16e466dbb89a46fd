"""Forms of questions about items: asking, answering one or several, mending an answer, the filter of the list."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments.enums import OPEN_STATES
from assignments.models import Execution, ItemAnswer, ItemQuestion
from assignments.policies import can_ask
from assignments.rules import MAX_REMARK_LENGTH
from common.errors import StrOrPromise
from common.forms import MAX_ID
from common.scope import Scope
from dashboard.forms import FilterForm

WAITING, ANSWERED, ALL = "open", "answered", "all"


def _text(label: StrOrPromise, hint: StrOrPromise) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class KeyForm(forms.Form):
    """A form that may be sent twice and acts once."""

    submission_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        initial = {"submission_key": uuid.uuid4().hex, **kwargs.pop("initial", {})}
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s", initial=initial, **kwargs)

    def renew_key(self) -> None:
        """A key of its own for the next sending: the one that came was used for something else."""
        sent = self.data.copy()  # type: ignore[attr-defined]
        sent["submission_key"] = uuid.uuid4().hex
        self.data = sent


class QuestionForm(KeyForm):
    """A question of a coordinator about an item."""

    text = _text(
        _("What is not clear"),
        _(
            "Every addressee of the item reads the question and its answer, without the region and your name: "
            "do not name the cluster."
        ),
    )


class AnswerForm(KeyForm):
    """One answer to a question and to further ones about the same item."""

    text = _text(_("Answer"), _("Every addressee of the item reads it."))
    also = forms.TypedMultipleChoiceField(
        label=_("Answer also these"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["also", "text"]

    def __init__(self, data: Any = None, *, others: Iterable[ItemQuestion] = ()) -> None:
        super().__init__(data)
        field: Any = self.fields["also"]
        field.choices = [(other.pk, other.text) for other in others]
        if not field.choices:
            del self.fields["also"]


class RewriteForm(KeyForm):
    """A further wording of an answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = _text(_("New wording"), _("All addressees read it; the earlier wording stays in the history."))

    def __init__(self, data: Any = None, *, answer: ItemAnswer, text: str) -> None:
        super().__init__(data, initial={"version": answer.version, "text": text})

    def take_version(self, version: int) -> None:
        """Go on from the version in force, after somebody else changed the answer."""
        sent = self.data.copy()  # type: ignore[attr-defined]
        sent["version"] = str(version)
        self.data = sent


def question_form(scope: Scope, execution: Execution) -> QuestionForm | None:
    """The empty form at an execution, for whoever may ask about its item now."""
    return QuestionForm() if can_ask(scope, execution) and execution.state in OPEN_STATES else None


class QuestionFilterForm(FilterForm):
    """Filters of the list; the centre begins with what waits, a region with everything."""

    item = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(ALL, _("All")), (WAITING, _("wait for an answer")), (ANSWERED, _("answered"))],
    )
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, data: QueryDict, *, regions: Sequence[tuple[str, str]], of_centre: bool) -> None:
        sent = data.copy()
        if not sent.get("state"):
            sent["state"] = WAITING if of_centre else ALL
        super().__init__(sent)
        region: Any = self.fields["region"]
        region.choices = [("", _("All regions")), *regions]
        if not of_centre:
            del self.fields["region"]
