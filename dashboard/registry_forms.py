"""The filter of the registry and of the matrix, which narrow to the same executions."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MAX_ID, DateField
from dashboard.forms import PERIOD, FilterForm, choice, offer, search
from dashboard.past_forms import AsOfField
from dashboard.selectors.groups import TERM_CHOICES
from dashboard.selectors.places import UNKNOWN
from dashboard.selectors.registry import OPEN, STATES_OFFERED, RegistryChoices, RegistryFilter

FACTS = ("cohort", "kind", "industry")
"""What is known of a cluster and asked for in lists of executions."""
GRID, LIST = "grid", "list"
"""The two looks of the matrix; without a choice the width of the window decides."""


class RegistryFilterForm(FilterForm):
    """Filters of the registry."""

    region = choice(_("Region"), everything=_("All regions"))
    cluster = choice(_("Cluster"), everything=_("All clusters"))
    state = choice(_("State"), [(OPEN, _("all on control")), *STATES_OFFERED])
    term = choice(_("Term"), TERM_CHOICES, everything=_("Any"))
    process = choice(_("Process"), everything=_("All processes"))
    protocol = choice(_("Protocol"), everything=_("All protocols"))
    item = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID, widget=forms.HiddenInput)
    decided = choice(_("Decided"), everything=_("By anybody, or not yet"))
    corrects = forms.RegexField(PERIOD, required=False, widget=forms.HiddenInput)
    due_from = DateField(label=_("Due from"), required=False)
    due_to = DateField(label=_("Due until"), required=False)
    sort = choice(_("Order"), [("oldest", _("earliest due first"))], everything=_("latest due first"))
    cohort = choice(_("Cohort"), everything=_("All cohorts"))
    kind = choice(_("Kind"), everything=_("All kinds"))
    industry = choice(_("Industry"), everything=_("All industries"))
    q = search(_("Item, protocol or cluster"))
    as_of = AsOfField()

    rare: ClassVar[tuple[str, ...]] = FACTS
    """Fields that stand in the form only when the address uses them: another page has narrowed by them."""

    def __init__(self, data: Any, choices: RegistryChoices) -> None:
        super().__init__(data)
        regions = choices.regions if len(choices.regions) > 1 else ()
        unknown = (UNKNOWN, _("not specified"))
        facts: dict[str, Any] = {name: [*found, unknown] for name, found in choices.facts.items()}
        offer(self, region=regions, cluster=choices.clusters, process=choices.processes)
        offer(self, protocol=choices.protocols, decided=choices.decided)
        offer(self, **{name: facts.get(name, ()) for name in FACTS})
        for name in set(self.rare) & set(self.fields):
            if not self.data.get(name):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("due_from"), cleaned.get("due_to")
        if first and last and first > last:
            self.add_error("due_to", _("The last due date is before the first one."))
        if cleaned.get("as_of") and (cleaned.get("corrects") or cleaned.get("decided")):
            self.add_error("as_of", _("Decisions are asked for as of today only: clear one of the two."))
        return cleaned

    def narrowed(self) -> RegistryFilter:
        protocol = self.value("protocol")
        return RegistryFilter(
            region=self.text("region"),
            cluster=self.text("cluster"),
            state=self.text("state"),
            term=self.text("term"),
            process=self.text("process"),
            protocol=int(protocol) if protocol else None,
            item=self.value("item"),
            decided=self.text("decided"),
            corrects=self.text("corrects"),
            due_from=self.value("due_from"),
            due_to=self.value("due_to"),
            words=self.text("q"),
            cohort=self.text("cohort"),
            kind=self.text("kind"),
            industry=self.text("industry"),
            oldest_first=self.text("sort") == "oldest",
            as_of=self.value("as_of"),
        )


class MatrixFilterForm(RegistryFilterForm):
    """The filters of the registry as the matrix offers them; `view` is the look that somebody has chosen."""

    view = forms.ChoiceField(
        required=False, choices=[("", ""), (GRID, ""), (LIST, "")], widget=forms.HiddenInput
    )
    field_order = [
        "region", "protocol", "process", "cohort", "kind", "industry", "term", "state", "due_from", "due_to", "q",
    ]  # fmt: skip
    rare = ("cluster", "decided", "sort")

    def __init__(self, data: Any, choices: RegistryChoices) -> None:
        super().__init__(data, choices)
        del self.fields["as_of"]  # the matrix is shown as of today
