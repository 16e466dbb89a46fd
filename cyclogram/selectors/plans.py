"""Versions of the plans for the pages: all of them by cohort, one with its stages and with what it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from accounts.models import User
from accounts.selectors import staff_ids
from common.scope import Scope
from cyclogram.laying import Window
from cyclogram.models import ClusterStage, PlanStage, PlanVersion


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A version in the list: how many stages it has, and how many clusters stand on it."""

    plan: PlanVersion
    stages: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft changes of a process: its window before and after; None where it is new or gone."""

    name: str
    before: Window | None
    after: Window | None
    clusters: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A version with its stages, those that are archived apart; of a draft what it changes."""

    plan: PlanVersion
    stages: Sequence[PlanStage]
    archived: Sequence[PlanStage]
    clusters: int
    differences: Sequence[Difference]

    @property
    def has_assumptions(self) -> bool:
        return any(row.is_assumption or row.kind_is_assumption for row in self.stages)


def plans(scope: Scope) -> list[PlanRow]:
    """All versions, the newest cohort first."""
    rows = PlanVersion.objects.visible_to(scope).annotate(count=Count("stages"))
    standing = _standing()
    return [PlanRow(row, vars(row)["count"], standing.get(row.pk, 0)) for row in rows]


def _standing() -> Mapping[int, int]:
    """By version how many clusters stand on it."""
    rows = ClusterStage.objects.order_by().values_list("stage__plan")
    return dict(rows.annotate(count=Count("cluster", distinct=True)))


def plan_page(scope: Scope, pk: int) -> PlanPage:
    """Everything of a version; Missing for whoever does not read it."""
    plan: PlanVersion = PlanVersion.objects.with_content().fetch(scope, pk=pk)
    rows = sorted(plan.stages.all(), key=lambda stage: (stage.order, stage.pk))
    for row in rows:
        row.plan = plan
    kept = [row for row in rows if not row.is_archived]
    return PlanPage(
        plan, kept, [row for row in rows if row.is_archived], _standing().get(plan.pk, 0),
        differences_of(plan, kept) if plan.is_draft else (),
    )  # fmt: skip


def differences_of(draft: PlanVersion, stages: Sequence[PlanStage]) -> list[Difference]:
    """What would change for the clusters of the cohort if the draft came in force."""
    before = PlanStage.objects.all().in_force().filter(plan__cohort_year=draft.cohort_year)
    old = {row.process_id: row for row in before.select_related("plan", "process")}
    new = {row.process_id: row for row in stages}
    counted = ClusterStage.objects.filter(stage__in=old.values()).order_by().values_list("process")
    clusters = dict(counted.annotate(count=Count("pk")))
    found = []
    for key in sorted({*old, *new}, key=lambda key: (new.get(key) or old[key]).order):
        was, becomes = old.get(key), new.get(key)
        windows = (was.window if was else None, becomes.window if becomes else None)
        if windows[0] != windows[1]:
            found.append(Difference((becomes or old[key]).name, *windows, clusters.get(key, 0)))
    return found


def owners() -> list[tuple[str, str]]:
    """People of the centre in office, as choices."""
    people = User.objects.filter(pk__in=staff_ids()).order_by("last_name", "first_name", "pk")
    return [(str(person.pk), person.get_full_name()) for person in people]
