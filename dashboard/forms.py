"""Filters of the lists and the forms of every act on an execution."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.models import CannedRemark, ExecutionEvent
from assignments.rules import MAX_REMARK_LENGTH, MAX_REPORT_LENGTH
from assignments.services.executions import MAX_WATCHED
from common.errors import StrOrPromise
from common.formatting import date_short, month_title
from common.forms import MAX_ID, DateField, MomentField
from dashboard.selectors.execution import ExecutionCard
from dashboard.selectors.inbox import BY_CLUSTER, BY_ITEM, InboxFilter
from dashboard.selectors.places import UNKNOWN, ClusterFilter
from dashboard.selectors.review import AGES, GROUPINGS, ReviewFilter
from files.forms import MultipleFileField, WithFiles

Choices = Iterable[tuple[Any, Any]]
WEIGHTS = [(str(weight), str(weight)) for weight in (1, 2, 3)]
MAX_WORDS = 100
SHOWN_OF_A_REMARK = 80
PERIOD = r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$"


def search(label: StrOrPromise) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=MAX_WORDS, widget=forms.TextInput(attrs={"type": "search"})
    )


ALL = _("All")


def choice(label: StrOrPromise, choices: Choices = (), everything: StrOrPromise = ALL) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *choices])


def offer(form: forms.Form, **choices: Choices) -> None:
    """Give choices to fields that were declared without; a field with nothing to choose from goes."""
    for name, values in choices.items():
        offered = list(values)
        field: Any = form.fields[name]
        if offered:
            field.choices = [*field.choices, *offered]
        else:
            del form.fields[name]


class FilterForm(forms.Form):
    """A form of filters: unbound without parameters; a value that is no choice is an error of its field."""

    required_css_class = ""

    def value(self, name: str) -> Any:
        return self.cleaned_data.get(name) or None

    def text(self, name: str) -> str:
        return self.cleaned_data.get(name) or ""


class SearchForm(FilterForm):
    """The words of the search over the portal, and the one kind whose pages are turned."""

    q = search(_("What to find"))
    kind = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, kinds: Choices) -> None:
        super().__init__(data)
        field: Any = self.fields["kind"]
        field.choices = [("", ""), *kinds]


class InboxFilterForm(FilterForm):
    """Filters of the inbox; the region only for those who have several."""

    region = choice(_("Region"), everything=_("All regions"))
    cluster = choice(_("Cluster"), everything=_("All clusters"))
    process = choice(_("Process"), everything=_("All processes"))
    weight = choice(_("Weight"), WEIGHTS)
    whose = choice(_("Who works on it"), everything=_("Everybody"))
    q = search(_("Item or protocol"))
    by = forms.ChoiceField(
        required=False,
        choices=[("", ""), (BY_CLUSTER, ""), (BY_ITEM, "")],
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Any, choices: dict[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        regions = choices["region"]
        offer(self, whose=choices["whose"])
        offer(self, region=regions if len(regions) > 1 else (), cluster=choices["cluster"])
        offer(self, process=choices["process"])

    def narrowed(self) -> InboxFilter:
        weight = self.value("weight")
        return InboxFilter(
            region=self.text("region"),
            cluster=self.text("cluster"),
            process=self.text("process"),
            weight=int(weight) if weight else None,
            words=self.text("q"),
            whose=self.text("whose"),
            by=self.text("by"),
        )


class ReviewFilterForm(FilterForm):
    """Filters of the review queue."""

    region = choice(_("Region"), everything=_("All regions"))
    item = choice(_("Item"), everything=_("All items"))
    age = choice(_("Waits"), list(AGES.items()), everything=_("However long"))
    by = choice(_("Shown"), list(GROUPINGS.items()), everything=_("report by report"))

    def __init__(self, data: Any, choices: dict[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        for name in ("region", "item"):
            field: Any = self.fields[name]
            field.choices = [*field.choices, *choices[name]]

    def narrowed(self) -> ReviewFilter:
        item = self.value("item")
        return ReviewFilter(
            region=self.text("region"),
            item=int(item) if item else None,
            age=self.text("age"),
            by=self.text("by"),
        )


class RegionFilterForm(FilterForm):
    """Filters of the list of regions."""

    district = choice(_("Federal district"), everything=_("All districts"))
    gap = choice(_("Missing today"))
    q = search(_("Region"))

    def __init__(self, data: Any, districts: Choices, gaps: Choices = ()) -> None:
        super().__init__(data)
        offer(self, district=districts, gap=gaps)


class ClusterFilterForm(FilterForm):
    """Filters of the register of clusters; every unknown fact can be asked for."""

    region = choice(_("Region"), everything=_("All regions"))
    cohort = choice(_("Cohort"), everything=_("All cohorts"))
    kind = choice(_("Kind"), everything=_("All kinds"))
    industry = choice(_("Industry"), everything=_("All industries"))
    q = search(_("Name, college or employer"))

    def __init__(self, data: Any, choices: dict[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        unknown = (UNKNOWN, _("not specified"))
        for name, values in choices.items():
            offered = values if name == "region" else [*values, unknown]
            field: Any = self.fields[name]
            field.choices = [*field.choices, *offered]

    def narrowed(self) -> ClusterFilter:
        return ClusterFilter(
            region=self.text("region"),
            cohort=self.text("cohort"),
            kind=self.text("kind"),
            industry=self.text("industry"),
            words=self.text("q"),
        )


# Acts on one execution


class ActForm(WithFiles):
    """What every act carries: the version that the person saw, and the key of this very form.

    `queue` is the query of the review queue from which the page was opened; it leads on to the next report.
    """

    unmarked: tuple[str, ...] = ("empty",)
    """Fields that the form takes empty and the page does not call optional."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    submission_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    queue = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(
        self,
        name: str,
        data: Any = None,
        files: Any = None,
        *,
        card: ExecutionCard | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, auto_id=f"{name}_%s", **kwargs)
        if card is not None:
            self.prepare(card)

    def prepare(self, card: ExecutionCard) -> None:
        """Choices that depend on the execution."""


def _remark(
    label: StrOrPromise, required: bool = True, hint: StrOrPromise = "", rows: int = 4
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=MAX_REMARK_LENGTH,
        strip=True,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def report_text() -> forms.CharField:
    """The text of a report as its author writes it."""
    return forms.CharField(
        label=_("What has been done"),
        max_length=MAX_REPORT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write what was done: a report cannot be empty.")},
    )


class SubmitForm(ActForm):
    """A report, or a supplement to the one in review."""

    text = report_text()
    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]

    def prepare(self, card: ExecutionCard) -> None:
        """Several such forms may stand open in one list: each has ids of its own."""
        self.auto_id = f"submit{card.execution.pk}_%s"


CORRECT_NOTHING = "none"
"""The choice of a person against the correction that the methodology prescribes (§3)."""


class DecisionForm(ActForm):
    """An act of the centre; it may correct a published month."""

    corrects = forms.ChoiceField(
        label=_("Correct the rating from the month"),
        required=False,
        help_text=_(
            "Only after a decided appeal or a mistake of the centre; the reason above is then obligatory."
        ),
    )

    def __init__(self, *args: Any, months: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["corrects"]
        field.choices = [*self.usual_choices(), *((month, month_title(month)) for month in months)]
        if not months:
            del self.fields["corrects"]

    def usual_choices(self) -> list[tuple[str, StrOrPromise]]:
        """What stands before the months: nothing is corrected unless somebody says so."""
        return [("", _("nothing published changes"))]


class CorrectingForm(DecisionForm):
    """A decision that by the methodology itself may correct a published month (§3)."""

    def usual_choices(self) -> list[tuple[str, StrOrPromise]]:
        """The rule first, then the choice against it."""
        return [
            ("", _("as the methodology prescribes")),
            (CORRECT_NOTHING, _("nothing published changes, for the reason above")),
        ]


class AcceptForm(DecisionForm):
    remark = _remark(_("Remark"), required=False, rows=2)
    field_order = ["remark", "corrects"]


class CannedSelect(forms.Select):
    """A choice of whole remarks: shown in short, each with its text for the script that puts it into the field."""

    def __init__(self, into: str) -> None:
        super().__init__({"data-canned": into})
        self.texts: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.texts:
            option["attrs"]["data-text"] = self.texts[str(value)]
        return option


class CannedField(forms.ChoiceField):
    """One of the canned remarks; cleans to its text. `into` is the id of the field that takes it."""

    def __init__(self, into: str) -> None:
        super().__init__(label=_("Canned remark"), required=False, widget=CannedSelect(into))

    def offer(self, remarks: Sequence[CannedRemark]) -> None:
        texts = {str(remark.pk): remark.text for remark in remarks}
        shown = [(pk, Truncator(text).chars(SHOWN_OF_A_REMARK)) for pk, text in texts.items()]
        self.choices = [("", _("Choose a remark")), *shown]
        cast(CannedSelect, self.widget).texts = texts

    def clean(self, value: Any) -> str:
        return cast(CannedSelect, self.widget).texts.get(super().clean(value), "")


def with_canned(remark: str, canned: str) -> str:
    """The canned words before those that were typed; not twice where a script has put them there already."""
    return remark if not canned or canned in remark else f"{canned}\n{remark}".strip()


class ReturnForm(CorrectingForm):
    unmarked = ("empty", "remark")
    canned = CannedField("return_remark")
    remark = _remark(_("What must be changed"), required=False)
    empty = forms.BooleanField(
        label=_("Empty report: nothing of substance"),
        required=False,
        help_text=_(
            "An empty report gives no days back: the time of the review is not added to the term, and a published "
            "month that credited it is corrected. Say in the remark why it is empty."
        ),
    )
    field_order = ["canned", "remark", "empty", "corrects"]

    def __init__(self, *args: Any, canned: Sequence[CannedRemark] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(CannedField, self.fields["canned"]).offer(canned)
        if not canned:
            del self.fields["canned"]
            self.fields["remark"].widget.attrs["required"] = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["remark"] = with_canned(cleaned.get("remark", ""), cleaned.get("canned", ""))
        if not cleaned["remark"] and "remark" not in self.errors:
            self.add_error("remark", _("Say what must be changed: a return needs a remark."))
        return cleaned


class OneAcceptForm(ActForm):
    """Acceptance on the page of one report after another. `anyway`: somebody else has the report before him."""

    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)


class OneReturnForm(ReturnForm):
    """Return on the page of one report after another; what it corrects is as the methodology prescribes."""

    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ExtendForm(DecisionForm):
    new_due = DateField(label=_("New due date"))
    requested_on = DateField(
        label=_("Requested by the region on"),
        required=False,
        help_text=_(
            "Leave empty when it is the centre's own decision. A request counts if made by the due date."
        ),
    )
    reason = _remark(_("Reason"), rows=3)
    field_order = ["new_due", "requested_on", "reason", "corrects"]


class CancelForm(DecisionForm):
    reason = _remark(_("Reason"), rows=3)
    field_order = ["reason", "corrects"]


class UndoForm(forms.Form):
    """The decision to be undone, and the key of this very press."""

    event_id = forms.IntegerField(min_value=1, max_value=MAX_ID, widget=forms.HiddenInput)
    submission_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)


class AnnulForm(CorrectingForm):
    event_id = forms.TypedChoiceField(label=_("Event"), coerce=int, choices=[("", _("Choose an event"))])
    reason = _remark(_("Reason"), rows=3)
    field_order = ["event_id", "reason", "corrects"]

    def prepare(self, card: ExecutionCard) -> None:
        field: Any = self.fields["event_id"]
        field.choices = [*field.choices, *((event.pk, _event_words(event)) for event in card.annullable)]


def _event_words(event: ExecutionEvent) -> str:
    return f"{event.get_kind_display()}, {date_short(event.at)}"


class RecordForm(CorrectingForm):
    """A report that came another way, entered by the centre and dated by the day it came."""

    at = MomentField(label=_("Handed in (Moscow time)"))
    late_reason = _remark(_("Why it is recorded late"), rows=2)
    text = forms.CharField(
        label=_("Text of the report"),
        max_length=MAX_REPORT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]
    field_order = ["at", "text", "files", "late_reason", "corrects"]


# Lists of decisions


class BulkForm(forms.Form):
    """A decision over checked reports or over the whole filter, before and after its confirmation."""

    action = forms.ChoiceField(
        choices=[("accept", _("accept")), ("return", _("return for rework"))],
        error_messages={"required": _("Choose to accept or to return.")},
    )
    ids = forms.CharField(required=False, max_length=MAX_WATCHED * 30, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)
    canned = CannedField("id_remark")
    remark = _remark(_("One remark for all"), required=False, rows=3)
    empty = forms.BooleanField(label=_("Empty reports: nothing of substance"), required=False)

    def __init__(self, data: Any, canned: Sequence[CannedRemark] = ()) -> None:
        super().__init__(data)
        cast(CannedField, self.fields["canned"]).offer(canned)
        if not canned:
            del self.fields["canned"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["remark"] = with_canned(cleaned.get("remark", ""), cleaned.get("canned", ""))
        return cleaned

    def clean_ids(self) -> dict[int, int]:
        """The executions chosen, each with the version in which its report was read: «12:3,15:2»."""
        return read_versions(
            self.cleaned_data["ids"], _("The list of reports is damaged. Open the queue again.")
        )


def read_versions(text: str, damaged: StrOrPromise) -> dict[int, int]:
    """Ids with the versions that were read, «12:3,15:2»; a list that is none is refused with the sentence."""
    parts = [part.partition(":") for part in text.split(",") if part]
    if not all(_is_id(pk) and _is_id(version) for pk, _colon, version in parts):
        raise forms.ValidationError(damaged)
    return {int(pk): int(version) for pk, _colon, version in parts}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


class OutcomeForm(forms.Form):
    """How a staff task ended."""

    outcome = _remark(_("How it ended"), rows=2)


class DigestFilterForm(FilterForm):
    """A day to come within two weeks, and a region."""

    day = DateField(label=_("Day"), required=False)
    region = choice(_("Region"), everything=_("All regions"))

    def __init__(self, data: Any, first: date, last: date, regions: Choices) -> None:
        if not data.get("day"):
            data = data.copy()
            data["day"] = f"{first:%d.%m.%Y}"
        super().__init__(data)
        self._first, self._last = first, last
        offer(self, region=regions)

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and not self._first <= day <= self._last:
            raise forms.ValidationError(
                gettext("Choose a day from %(first)s to %(last)s.")
                % {"first": date_short(self._first), "last": date_short(self._last)}
            )
        return day
