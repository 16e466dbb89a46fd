"""What a move of a stage would change: its clusters with the days that were and become, and those it leaves alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.errors import InvalidInput
from common.scope import Scope
from cyclogram.enums import STEPS
from cyclogram.laying import Window
from cyclogram.models import ClusterStage, PlanStage
from cyclogram.querysets import ClusterStageQuerySet
from cyclogram.rules import clean_planned


@dataclass(frozen=True, slots=True)
class MoveRule:
    """New planned days of a process for the clusters of a cohort: all, those of a region, or those named by code."""

    process: str
    cohort: int
    planned_from: date
    planned_to: date
    region: str = ""
    codes: Sequence[str] = ()

    @property
    def planned(self) -> Window:
        return Window(self.planned_from, self.planned_to)


@dataclass(frozen=True, slots=True)
class Preview:
    """The stages that would move, how many stand on these days already, and how many are over and stay."""

    stage: PlanStage
    planned: Window
    rows: Sequence[ClusterStage]
    same: int
    over: int

    @property
    def digest(self) -> str:
        """What was shown: the move is made only while it is still true."""
        told = f"{self.planned} " + " ".join(f"{row.pk}:{row.version}" for row in self.rows)
        return hashlib.sha256(told.encode()).hexdigest()


def stage_to_move(process: str, cohort: int) -> PlanStage:
    """The stage of the plan in force. Raises InvalidInput (`process`) when the plan of the cohort has none."""
    rows = PlanStage.objects.all().in_force().filter(process=process, plan__cohort_year=cohort)
    found: PlanStage | None = rows.select_related("plan").prefetch_related("checkpoints").first()
    if found is None:
        message = _("The plan of the cohort of %(year)s has no such stage.")
        raise InvalidInput({"process": message % {"year": cohort}})
    return found


def move_preview(scope: Scope, rule: MoveRule) -> Preview:
    """Sort the stages of the rule. Raises InvalidInput (`process`, `planned_to`, `codes`).

    Nobody moves the stages of a region that he coordinates, so those are left out as well.
    """
    stage = stage_to_move(rule.process, rule.cohort)
    planned = clean_planned(rule.cohort, stage.window, rule.planned, stage.checkpoints.all())
    rows, same, over = [], 0, 0
    for row in _asked(scope, stage, rule).select_related("stage__plan", "cluster__region"):
        if row.state not in STEPS["move"].sources:
            over += 1
        elif row.planned == planned:
            same += 1
        else:
            rows.append(row)
    return Preview(stage, planned, rows, same, over)


def _asked(scope: Scope, stage: PlanStage, rule: MoveRule) -> ClusterStageQuerySet:
    rows = ClusterStage.objects.visible_to(scope).on_plan().filter(stage=stage)
    rows = rows.exclude(cluster__region__in=scope.coordinated)
    if rule.region:
        rows = rows.filter(cluster__region=rule.region)
    if rule.codes:
        rows = rows.filter(cluster__code__in=rule.codes)
        strange = set(rule.codes) - set(rows.values_list("cluster__code", flat=True))
        if strange:
            message = _("No cluster of this choice has the code: %(codes)s.")
            raise InvalidInput({"codes": message % {"codes": ", ".join(sorted(strange))}})
    ordered: ClusterStageQuerySet = rows.order_by("cluster__region", "cluster__name_key", "pk")
    return ordered
