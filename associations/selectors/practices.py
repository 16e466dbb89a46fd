"""The practice library for the pages: the list by its filter, one practice with everything that belongs to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from associations.enums import PRACTICE_STEPS, PracticeEventKind, PracticeState, ReplicationState
from associations.models import (
    Expertise,
    Practice,
    PracticeComment,
    PracticeEvent,
    PracticeFile,
    Replication,
)
from associations.policies import can_do_practice, can_keep, can_speak_for, can_write_practice
from associations.querysets import PracticeQuerySet
from associations.selectors.experts import Mean, mean_of
from clusters.models import Cluster, Organisation
from common import clock
from common.scope import Scope
from regions.models import Region
from regions.querysets import by_region_name

OF_EXPERTS = (PracticeEventKind.APPOINTED, PracticeEventKind.RELIEVED, PracticeEventKind.SCORED)
"""Events that name an expert: the author reads them without the name."""
OFFERED = 3
"""Practices beside an execution that is late."""


@dataclass(frozen=True, slots=True)
class PracticeFilter:
    """What the library is narrowed to; an empty field narrows nothing."""

    q: str = ""
    association: int | None = None
    process: str = ""
    region: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class PracticePage:
    """A practice, its files, course, points, replications and comments, and what this person may do with it.

    `experts` are those whose points this person reads, by name; `conclusions` are the same without the names, for the
    author's region. `history` hides who the experts are from whoever does not read `experts`. An expert who has not
    scored yet reads nobody's points, whatever else he is: the second judgement must not lean on the first.
    """

    practice: Practice
    files: Sequence[PracticeFile]
    history: Sequence[PracticeEvent]
    experts: Sequence[Expertise]
    conclusions: Sequence[Expertise]
    own: Expertise | None
    mean: Mean | None
    replications: Sequence[Replication]
    by_region: Sequence[tuple[Region, int, int]]
    comments: Sequence[PracticeComment]
    acts: frozenset[str]
    can_write: bool
    sees_course: bool
    replicators: Sequence[Cluster]
    coordinated: frozenset[str]
    today: date

    @property
    def is_outdated(self) -> bool:
        return self.practice.is_outdated(self.today)


def practices_found(scope: Scope, narrowed: PracticeFilter) -> PracticeQuerySet:
    """The library as this person sees it: the newest publication first, then what is under way."""
    rows: PracticeQuerySet = Practice.objects.visible_to(scope)
    if narrowed.q:
        rows = rows.matching(narrowed.q)
    asked = {
        "association": narrowed.association,
        "process": narrowed.process,
        "region": narrowed.region,
        "state": narrowed.state,
    }
    return rows.filter(**{name: value for name, value in asked.items() if value}).for_list()


def practice_page(scope: Scope, pk: int) -> PracticePage:
    """One practice in a fixed number of queries; Missing for whoever does not read it."""
    practice: Practice = Practice.objects.for_list().fetch(scope, pk=pk)
    scores = Expertise.objects.filter(practice=practice).select_related("expert").prefetch_related("points")
    all_experts = list(scores)
    knows = can_keep(scope, practice.association_id) or scope.is_centre
    is_author = practice.region_id in scope.regions
    own = next((one for one in all_experts if one.expert_id == scope.user_id), None)
    waits = own is not None and own.scored_at is None
    told = [one for one in all_experts if not (waits and one.scored_at)]
    scored = [one for one in told if one.scored_at]
    sees_course = knows or is_author or own is not None
    replications = _replications(scope, practice)
    return PracticePage(
        practice=practice,
        files=list(PracticeFile.objects.visible_to(scope).filter(practice=practice).select_related("file")),
        history=_history(scope, practice, named=knows and not waits) if sees_course else [],
        experts=told if knows else [],
        conclusions=scored if is_author and not knows else [],
        own=own,
        mean=mean_of(scored) if sees_course else None,
        replications=replications,
        by_region=_by_region(replications),
        comments=list(
            PracticeComment.objects.visible_to(scope).filter(practice=practice).select_related("author")
        ),
        acts=acts_on(scope, practice, own),
        can_write=practice.is_editable and can_write_practice(scope, practice.region_id),
        sees_course=sees_course,
        replicators=_replicators(scope, practice, replications),
        coordinated=scope.coordinated,
        today=clock.today(),
    )


def acts_on(scope: Scope, practice: Practice, own: Expertise | None) -> frozenset[str]:
    """Acts of the table that this person may do now."""
    waits = own is not None and own.scored_at is None
    return frozenset(
        act
        for act in PRACTICE_STEPS
        if practice.can_be(act) and can_do_practice(scope, act, practice, is_expert=waits)
    )


def _history(scope: Scope, practice: Practice, *, named: bool) -> list[PracticeEvent]:
    rows = list(PracticeEvent.objects.filter(practice=practice).select_related("actor").order_by("-pk"))
    if named:
        return rows
    return [row for row in rows if row.kind not in OF_EXPERTS or row.actor_id == scope.user_id]


def _replications(scope: Scope, practice: Practice) -> list[Replication]:
    rows = Replication.objects.visible_to(scope).filter(practice=practice)
    return list(rows.select_related("cluster__region"))


def _by_region(rows: Sequence[Replication]) -> list[tuple[Region, int, int]]:
    """The map of the replications: regions with clusters that are done and that are at it, most done first."""
    regions = {row.cluster.region_id: row.cluster.region for row in rows}
    done = Counter(row.cluster.region_id for row in rows if row.state == ReplicationState.DONE)
    going = Counter(row.cluster.region_id for row in rows if row.state == ReplicationState.GOING)
    found = [
        (region, done[code], going[code]) for code, region in regions.items() if done[code] + going[code]
    ]
    return sorted(found, key=lambda row: (-row[1], -row[2], row[0].name))


def _replicators(scope: Scope, practice: Practice, rows: Sequence[Replication]) -> list[Cluster]:
    """Clusters of the own regions that could repeat it and do not yet."""
    if not (scope.coordinated and practice.state == PracticeState.PUBLISHED):
        return []
    taken = {practice.cluster_id, *(row.cluster_id for row in rows)}
    clusters = Cluster.objects.visible_to(scope).active().filter(region__in=scope.coordinated)
    return [
        one
        for one in clusters.order_by("region", "name_key", "code")
        if one.pk not in taken and can_speak_for(scope, one.region_id)
    ]


def practices_of(scope: Scope, association: int) -> list[Practice]:
    """What an association has published and has under way, as this person sees it. One query."""
    return list(practices_found(scope, PracticeFilter(association=association)))


def practices_for(scope: Scope, process: str | None, industry: str | None) -> list[Practice]:
    """What may help with a late item of a process: up to date, of the own industry first, then the most repeated."""
    if not process:
        return []
    rows = Practice.objects.visible_to(scope).in_force(clock.today()).filter(process=process).for_list()
    rows = rows.prefetch_related("association__industries")

    def rank(row: Practice) -> tuple[bool, int, int]:
        industries = {one.pk for one in row.association.industries.all()}
        return industry not in industries, -row.carried_out, -row.pk  # type: ignore[attr-defined]

    return sorted(rows, key=rank)[:OFFERED]


def reviews_open(scope: Scope) -> list[Expertise]:
    """Practices that wait for the points of this person, the oldest first."""
    rows = Expertise.objects.open().filter(expert=scope.user_id)
    return list(rows.select_related("practice__association").order_by("appointed_at"))


def clusters_to_write_for(scope: Scope) -> list[Cluster]:
    """Clusters of the regions whose practices this person writes."""
    rows = Cluster.objects.visible_to(scope).active().filter(region__in=scope.coordinated)
    return list(rows.select_related("region").order_by(by_region_name("region__"), "name_key", "code"))


def organisations_to_write_for(scope: Scope, first: str, second: str) -> list[Organisation]:
    """Organisations that take part in those clusters by one of two ways, by name."""
    rows = Organisation.objects.visible_to(scope)
    by_first = rows.filter(**{f"{first}__region__in": scope.coordinated})
    by_second = rows.filter(**{f"{second}__region__in": scope.coordinated})
    return list((by_first | by_second).distinct())


def practice_file(scope: Scope, practice: int, pk: int) -> PracticeFile:
    """A file of a practice that this person reads; Missing for none."""
    rows = PracticeFile.objects.select_related("file")
    found: PracticeFile = rows.fetch(scope, pk=pk, practice=practice)
    return found
