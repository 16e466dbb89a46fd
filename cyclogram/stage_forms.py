"""Forms of the acts on a stage and of the list of stages; the rules themselves are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.forms import ActForm
from assignments.rules import MAX_REMARK_LENGTH
from clusters.enums import ProcessKind
from clusters.models import Industry
from common import clock
from common.forms import DateField, offer
from common.scope import Scope
from cyclogram.enums import StageSign
from cyclogram.models import ClusterStage
from cyclogram.selectors.gantt import cohorts_in_force
from cyclogram.selectors.stages import SOON, StageFilter, process_choices
from files.forms import MultipleFileField, WithFiles
from regions.models import Region
from regions.querysets import RegionQuerySet


def words(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """A field for a reason or a remark."""
    return forms.CharField(
        label=label, required=required, help_text=hint, max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class StageForm(ActForm):
    """What an act on a stage carries."""

    @classmethod
    def of(cls, stage: ClusterStage) -> "StageForm":
        """The form as it opens: the days that are known, else those of the plan as far as they have come."""
        today = clock.today()
        days = {
            "actual_from": stage.actual_from or min(stage.planned_from, today),
            "actual_to": stage.actual_to or today,
        }
        return cls(initial={"version": stage.version, **days})


class BeginForm(StageForm):
    act = "begin"
    actual_from = DateField(label=_("Began on"))


class ProposeForm(StageForm, WithFiles):
    act = "propose"
    actual_from = DateField(label=_("Began on"))
    actual_to = DateField(label=_("Ended on"))
    text = words(_("What was done"), required=False)
    files = MultipleFileField(label=_("Documents"), required=False)  # type: ignore[assignment]


class WithdrawForm(StageForm):
    act = "withdraw"


class AcceptForm(StageForm):
    act = "accept"
    remarks = words(
        _("Remarks"),
        required=False,
        hint=_("With remarks the stage is done, and they stay until they are settled."),
    )


class ReturnForm(StageForm):
    act = "return"
    reason = words(_("What is missing"))


class CloseForm(StageForm, WithFiles):
    act = "close"
    actual_from = DateField(label=_("Began on"))
    actual_to = DateField(label=_("Ended on"))
    reason = words(_("What the decision rests on"))
    remarks = words(_("Remarks"), required=False)
    files = MultipleFileField(label=_("Documents"), required=False)  # type: ignore[assignment]


class SettleForm(StageForm):
    act = "settle"
    text = words(_("How the remarks were settled"), required=False)


class SkipForm(StageForm):
    act = "skip"
    reason = words(_("Why it does not apply"))


class RestoreForm(StageForm):
    act = "restore"
    reason = words(_("Why it applies after all"))


class ReopenForm(StageForm):
    act = "reopen"
    reason = words(_("Why it is opened again"))


def regions_of(scope: Scope) -> RegionQuerySet:
    """Regions that a person may choose: his own, for others all."""
    regions = Region.objects.visible_to(scope).by_name()
    return regions if scope.is_centre or not scope.regions else regions.filter(code__in=scope.regions)


class PlaceForm(forms.Form):
    """The region that stands against the country."""

    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {row.code: row.name for row in regions_of(scope)}
        offer(self, "region", [("", gettext("none")), *self.names.items()])

    @property
    def region_name(self) -> str:
        """The chosen region; of a form that is valid."""
        return self.names.get(self.cleaned_data["region"], "")


class GanttForm(PlaceForm):
    """Whose bars are drawn: the clusters of a cohort, all or those of a region; on which paper they are printed."""

    cohort = forms.TypedChoiceField(label=_("Cohort"), required=False, coerce=int, empty_value=None)
    paper = forms.ChoiceField(label=_("Paper"), required=False, choices=[("", "A4"), ("a3", "A3")])

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.cohorts = cohorts_in_force(scope)
        offer(self, "cohort", [(year, str(year)) for year in reversed(self.cohorts)])
        offer(self, "region", [("", gettext("all")), *self.names.items()])

    @property
    def cohort_shown(self) -> int | None:
        """The chosen cohort, else the newest; None without any plan. Of a form that is valid."""
        chosen: int | None = self.cleaned_data["cohort"]
        return chosen or (self.cohorts[-1] if self.cohorts else None)


class StageFilterForm(forms.Form):
    """What the list and the matrix are narrowed to."""

    process = forms.ChoiceField(label=_("Stage"), required=False)
    sign = forms.ChoiceField(label=_("State"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    industry = forms.ChoiceField(label=_("Industry"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    q = forms.CharField(label=_("Cluster"), required=False, max_length=100)

    def __init__(self, *args: Any, scope: Scope, without: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = list(regions_of(scope))
        cohorts = cohorts_in_force(scope)
        everything = ("", gettext("all"))
        offer(self, "process", [everything, *process_choices()])
        signs = [*StageSign.choices, (SOON, gettext("to end within 30 days"))]
        offer(self, "sign", [everything, *signs])
        offer(self, "region", [everything, *((row.code, row.name) for row in regions)])
        offer(self, "cohort", [everything, *((str(year), str(year)) for year in cohorts)])
        offer(self, "industry", [everything, *((str(row.pk), row.name) for row in Industry.objects.all())])
        offer(self, "kind", [everything, *ProcessKind.choices])
        if len(regions) == 1:
            del self.fields["region"]
        for name in without:
            del self.fields[name]

    def narrowed(self) -> StageFilter:
        """What was asked for; of a form that is valid."""
        asked = dict(self.cleaned_data)
        words = asked.pop("q", "")
        return StageFilter(words=words, **{name: value for name, value in asked.items() if value})
