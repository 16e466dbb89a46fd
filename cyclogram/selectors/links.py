"""What stages of clusters rest on: executions under assignments of their process, accepted values of their indicator.

A step of the first year is passed once, so every execution of its process belongs to it, however late. A cross-cutting
process goes on for years: to the stage belongs what was first due in the first year.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from assignments.models import Execution
from assignments.querysets import ExecutionQuerySet
from common import clock
from common.scope import Scope
from cyclogram.enums import Level
from cyclogram.facts import Course, ExecutionFact, course_of, reached
from cyclogram.models import ClusterStage, IndicatorValue
from cyclogram.querysets import ClusterStageQuerySet

Facts = Mapping[int, list[ExecutionFact]]
"""By stage of a cluster."""


def stages_with_plan(stages: ClusterStageQuerySet) -> list[ClusterStage]:
    """The stages with what the questions of this module ask of them, in one query."""
    return list(stages.select_related("stage__plan", "stage__indicator", "cluster"))


def linked_executions(scope: Scope, stage: ClusterStage) -> ExecutionQuerySet:
    """The executions of a stage that this person sees."""
    rows = Execution.objects.visible_to(scope).filter(
        cluster=stage.cluster_id, assignment__process=stage.process_id
    )
    if stage.stage.is_cross_cutting:
        rows = rows.filter(first_due_on__range=_first_year(stage))
    return cast(ExecutionQuerySet, rows)


def stage_of(scope: Scope, execution: Execution) -> ClusterStage | None:
    """The stage that an execution belongs to, if this person sees one."""
    if not (execution.cluster_id and execution.assignment.process_id):
        return None
    rows = ClusterStage.objects.visible_to(scope).on_plan().select_related("stage__plan")
    stage = rows.filter(cluster=execution.cluster_id, process=execution.assignment.process_id).first()
    if stage is None or (stage.stage.is_cross_cutting and not _in_first_year(stage, execution.first_due_on)):
        return None
    return stage


def linked_facts(scope: Scope, stages: Iterable[ClusterStage]) -> Facts:
    """The same of many stages in one query, as facts; stages without any are absent."""
    by_place = {(stage.cluster_id, stage.process_id): stage for stage in stages}
    rows = Execution.objects.visible_to(scope).filter(
        cluster__in={cluster for cluster, _process in by_place},
        assignment__process__in={process for _cluster, process in by_place},
    )
    found: dict[int, list[ExecutionFact]] = defaultdict(list)
    for cluster, process, first_due, state, issued_at, reported_on, closed_at in rows.values_list(
        "cluster_id",
        "assignment__process_id",
        "first_due_on",
        "state",
        "issued_at",
        "reported_on",
        "closed_at",
    ):
        stage = by_place.get((cluster, process))
        if stage is None or (stage.stage.is_cross_cutting and not _in_first_year(stage, first_due)):
            continue
        begun = clock.day_of(issued_at) if issued_at else None
        done = reported_on or (clock.day_of(closed_at) if closed_at else None)
        found[stage.pk].append(ExecutionFact(state, begun, done))
    return found


def reached_days(stages: Iterable[ClusterStage]) -> dict[int, date]:
    """By stage that an indicator closes: the day of the newest accepted value of the year, if it fits the plan."""
    measured = [stage for stage in stages if stage.stage.indicator_id is not None]
    if not measured:
        return {}
    newest = _newest_values({stage.stage.indicator_id for stage in measured})
    found: dict[int, date] = {}
    for stage in measured:
        indicator = stage.stage.indicator
        if indicator is None:
            continue
        of_region = indicator.level == Level.REGION
        place = str(stage.cluster.region_id if of_region else stage.cluster_id)
        value = newest.get((indicator.pk, place, stage.stage.plan.cohort_year))
        if value is not None and reached(value.planned, value.actual, indicator.direction):
            found[stage.pk] = value.counted_on
    return found


def _newest_values(indicators: set[int | None]) -> dict[tuple[int, str, int], IndicatorValue]:
    """By indicator, place and year the accepted value that was counted last."""
    rows = (
        IndicatorValue.objects.all().accepted().filter(indicator__in=indicators).order_by("counted_on", "pk")
    )
    return {
        (value.indicator_id, str(value.region_id or value.cluster_id), value.counted_on.year): value
        for value in rows
    }


def courses(scope: Scope, stages: Iterable[ClusterStage], today: date) -> dict[int, Course]:
    """By stage (with its plan) what facts say of it today: two queries for any number of stages."""
    asked = list(stages)
    facts, days = linked_facts(scope, asked), reached_days(asked)
    return {
        stage.pk: course_of(
            stage.stage.closing, stage.planned, today, facts.get(stage.pk, []), days.get(stage.pk)
        )
        for stage in asked
    }


def _first_year(stage: ClusterStage) -> tuple[date, date]:
    year = stage.stage.plan.cohort_year
    return date(year, 1, 1), date(year, 12, 31)


def _in_first_year(stage: ClusterStage, day: date) -> bool:
    first, last = _first_year(stage)
    return first <= day <= last
