"""Stages follow the facts: executions of their process, accepted values of their indicator, the calendar."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from common.scope import SYSTEM
from cyclogram.enums import STEPS, ClosedBy
from cyclogram.facts import Course, step_by_facts
from cyclogram.models import ClusterStage, StageEvent
from cyclogram.selectors.links import courses, stages_with_plan

BATCH = 2_000
CHANGED = ("state", "actual_from", "actual_to", "closed_at", "closed_by", "version")


def stages_follow() -> int:
    """Begin, close and open again what facts say now; how many stages changed. A second run finds nothing to do.

    Works in batches, each in a transaction of its own: what breaks one leaves the others done. Facts never touch what
    waits for acceptance, what people have closed, or what is not applicable.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return sum(_follow(batch) for batch in _batches())


def _batches() -> Iterator[list[int]]:
    ids = list(ClusterStage.objects.all().on_plan().followed().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


@transaction.atomic
def _follow(ids: list[int]) -> int:
    today = clock.today()
    locked = ClusterStage.objects.select_for_update(of=("self",)).filter(pk__in=ids).followed()
    stages = stages_with_plan(locked.order_by("pk"))
    found = courses(SYSTEM, stages, today)
    changed, events = [], []
    for stage in stages:
        act = step_by_facts(stage.state, stage.closed_by, found[stage.pk])
        if act is not None:
            events.append(_step(stage, act, found[stage.pk], today))
            changed.append(stage)
    ClusterStage.objects.bulk_update(changed, CHANGED, batch_size=BATCH // 4)
    StageEvent.objects.bulk_create(events, batch_size=BATCH // 4)
    return len(changed)


def _step(stage: ClusterStage, act: str, course: Course, today: date) -> StageEvent:
    """Take a step of the table for the facts; the row of the history."""
    step = STEPS[act]
    stage.state = str(step.target)
    stage.version += 1
    began = min(course.begun_on or today, today)
    if act == "begin":
        stage.actual_from = began
    elif act == "close":
        ended = course.done_on or today
        stage.actual_from = min(stage.actual_from or began, ended)
        stage.actual_to, stage.closed_at, stage.closed_by = ended, clock.now(), ClosedBy.FACTS
    else:
        stage.actual_to, stage.closed_at, stage.closed_by = None, None, ""
    return StageEvent(
        stage=stage,
        kind=step.event,
        at=clock.now(),
        text=_("The facts that had closed it hold no more.") if act == "reopen" else "",
        values=_days(stage),
    )


def _days(stage: ClusterStage) -> dict[str, Any]:
    days = {"actual_from": stage.actual_from, "actual_to": stage.actual_to}
    return {name: day.isoformat() for name, day in days.items() if day is not None}
