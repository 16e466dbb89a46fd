"""Forms of the plans of cohorts; the rules themselves are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from assignments.forms import VersionForm
from clusters.enums import ProcessKind
from common import clock
from common.formatting import month_full
from common.forms import offer
from common.scope import Scope
from cyclogram.enums import ClosingRule, Rhythm
from cyclogram.laying import FIRST_MONTH, LAST_MONTH, month_of
from cyclogram.models import Indicator, PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.models.plans import FIRST_COHORT
from cyclogram.selectors.gantt import cohorts_in_force
from cyclogram.selectors.plans import owners
from cyclogram.selectors.stages import process_choices
from cyclogram.services.plans import BASIS, LINE, NAME, NOTE

YEARS_AHEAD = 5


def month_choices(cohort: int) -> list[tuple[int, str]]:
    """The months that a plan may use, by the calendar of its cohort."""
    months = ((month, month_of(cohort, month)) for month in range(FIRST_MONTH, LAST_MONTH + 1))
    return [(number, month_full(f"{year}-{month:02}")) for number, (year, month) in months]


class DraftForm(forms.Form):
    """A new version: of which cohort, with the stages of which version."""

    cohort_year = forms.TypedChoiceField(label=_("Cohort"), coerce=int)
    source_id = forms.TypedChoiceField(
        label=_("With the stages of"), required=False, coerce=int, empty_value=None,
        help_text=_("By itself those of the plan of the same cohort, else of the newest one."),
    )  # fmt: skip
    note = forms.CharField(label=_("What will change"), required=False, max_length=NOTE)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = max([*cohorts_in_force(scope), clock.today().year])
        offer(self, "cohort_year", [(year, str(year)) for year in range(FIRST_COHORT, last + YEARS_AHEAD)])
        versions = PlanVersion.objects.visible_to(scope)
        offer(self, "source_id", [("", gettext("by itself")), *((row.pk, str(row)) for row in versions)])


class EnforceForm(VersionForm):
    """What the version has changed, told to everybody who reads it."""

    note = forms.CharField(label=_("What has changed"), max_length=NOTE)


class PlanStageForm(VersionForm):
    """A process in a draft."""

    process = forms.ChoiceField(label=_("Process"))
    kind = forms.ChoiceField(label=_("Kind"), choices=ProcessKind.choices)
    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=999)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=NAME)
    name_en = forms.CharField(label=_("Name in English"), max_length=NAME)
    from_month = forms.TypedChoiceField(label=_("First month"), coerce=int)
    to_month = forms.TypedChoiceField(label=_("Last month"), coerce=int)
    is_assumption = forms.BooleanField(label=_("The months are an assumption"), required=False)
    basis = forms.CharField(label=_("Basis of the months"), required=False, max_length=BASIS)
    closing = forms.ChoiceField(label=_("What closes it"), choices=ClosingRule.choices)
    closes_with = forms.CharField(label=_("Document or result"), required=False, max_length=LINE)
    indicator = forms.ChoiceField(label=_("Indicator that closes it"), required=False)
    owner = forms.TypedChoiceField(
        label=_("Owner in the centre"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, plan: PlanVersion, stage: PlanStage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = month_choices(plan.cohort_year)
        offer(self, "from_month", months)
        offer(self, "to_month", months)
        offer(self, "owner", [("", pgettext("owner of a stage", "nobody")), *owners()])
        named = [(row.key, row.name) for row in Indicator.objects.all().kept()]
        offer(self, "indicator", [("", gettext("none")), *named])
        offer(self, "process", process_choices())
        if stage:
            del self.fields["process"]

    @classmethod
    def of(cls, stage: PlanStage) -> "PlanStageForm":
        """The form of a stage that there is; its process stays."""
        names = [name for name in cls.base_fields if name not in ("process", "indicator", "owner")]
        initial = {name: getattr(stage, name) for name in names}
        initial |= {"indicator": stage.indicator.key if stage.indicator else "", "owner": stage.owner_id}
        return cls(plan=stage.plan, stage=stage, initial=initial)


class OwnerForm(VersionForm):
    """Another owner of a stage, in any version."""

    owner = forms.TypedChoiceField(
        label=_("Owner in the centre"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", [("", pgettext("owner of a stage", "nobody")), *owners()])


class PlanCheckpointForm(forms.Form):
    """A day within a stage of a draft."""

    name_ru = forms.CharField(label=_("Name in Russian"), max_length=NAME)
    name_en = forms.CharField(label=_("Name in English"), max_length=NAME)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    month = forms.TypedChoiceField(
        label=_("Month"), coerce=int, help_text=_("The first one of a day that repeats.")
    )
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31)
    is_assumption = forms.BooleanField(label=_("The day is an assumption"), required=False)
    basis = forms.CharField(label=_("Basis of the day"), required=False, max_length=BASIS)

    def __init__(self, *args: Any, plan: PlanVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "month", month_choices(plan.cohort_year))

    @classmethod
    def of(cls, row: PlanCheckpoint, plan: PlanVersion) -> "PlanCheckpointForm":
        """The form of a day that there is."""
        return cls(plan=plan, initial={name: getattr(row, name) for name in cls.base_fields})
