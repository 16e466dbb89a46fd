"""The inbox of a region: open work grouped by its term, its cluster or its item, with what each piece costs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.enums import ExecutionState
from assignments.models import Execution
from assignments.policies import can_be_helped, can_submit
from assignments.querysets import ExecutionQuerySet
from assignments.selectors.peers import done_by_peers
from clusters.models import Cluster, Process
from common import clock
from common.calendar import Overrides
from common.formatting import days, in_line
from common.names import name_key
from common.scope import Scope
from dashboard.selectors.assignees import assigned_to, assignee_words, coordinators_of, whose_choices
from dashboard.selectors.groups import GROUP_TITLES, INBOX_GROUPS, REVIEW, group_of, in_group
from dashboard.selectors.requests import waiting_words
from dashboard.selectors.standing import (
    Effect,
    Lift,
    Standing,
    effect_of,
    points_today,
    points_words,
    standings,
)
from dashboard.wording import (
    addressee,
    day_words,
    distance_words,
    due_words,
    first_due_words,
    reference,
    soon_until,
)
from rating.formula.params import Params
from rating.selectors.methodologies import current_params
from regions.models import Region
from regions.selectors import calendar_for

ROWS_SHOWN = 300
LIFTS_SHOWN = 5
LATE_GROUPS = INBOX_GROUPS[:2]
BY_CLUSTER, BY_ITEM = "cluster", "item"


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What the inbox is narrowed to; empty fields narrow nothing. `whose`: ME, NOBODY or the id of a colleague.

    `by` is how the same work is grouped: by its term, or BY_CLUSTER, BY_ITEM.
    """

    region: str = ""
    cluster: str = ""
    process: str = ""
    weight: int | None = None
    words: str = ""
    whose: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One piece of work in the words of the page."""

    execution: Execution
    facts: str
    due: str
    due_note: str
    effect: Effect
    state: str
    action: str
    is_primary: bool

    @property
    def pick(self) -> str:
        """The value of its box: what it is and which version was seen; empty where nothing can be handed in."""
        return f"{self.execution.pk}:{self.execution.version}" if self.action else ""

    @property
    def place(self) -> str:
        """The id of the place in the row where its report is written."""
        return f"report-of-{self.execution.pk}"


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """A group with the number of all its executions, of which `rows` are the first.

    `registry_query` narrows the registry to the whole of it.
    """

    key: str
    title: str
    count: int
    rows: Sequence[InboxRow]
    registry_query: str

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.rows)

    @property
    def is_late(self) -> bool:
        return self.key in LATE_GROUPS


@dataclass(frozen=True, slots=True)
class Inbox:
    """The whole page: groups in the order of urgency, and how the regions stand in the running month.

    `total` counts all open work that fits the filter, also what belongs to a group that is not shown.
    """

    groups: Sequence[InboxGroup]
    total: int
    standings: Sequence[Standing]
    lifts: Mapping[str, Sequence[Lift]]

    @property
    def left_out(self) -> int:
        return self.total - sum(group.count for group in self.groups)


def inbox_executions(scope: Scope, narrowed: InboxFilter) -> ExecutionQuerySet:
    """Open executions of the person's own regions that fit the filter."""
    rows = Execution.objects.visible_to(scope).filter(region__in=scope.regions).open()
    if narrowed.region:
        rows = rows.filter(region=narrowed.region)
    if narrowed.cluster:
        rows = rows.filter(cluster__code=narrowed.cluster)
    if narrowed.process:
        rows = rows.filter(assignment__process=narrowed.process)
    if narrowed.weight:
        rows = rows.filter(weight=narrowed.weight)
    if narrowed.whose:
        rows = rows.filter(assigned_to(scope, narrowed.whose))
    key = name_key(narrowed.words)
    if key:
        rows = rows.filter(
            Q(assignment__search_key__contains=key) | Q(assignment__protocol__search_key__contains=key)
        )
    return rows


def group_counts(rows: ExecutionQuerySet, day: date, overrides: Overrides) -> dict[str, int]:
    """How many executions each group holds, in one query."""
    counts = {group: Count("pk", filter=in_group(group, day, overrides)) for group in INBOX_GROUPS}
    return rows.order_by().aggregate(**counts)


def inbox(scope: Scope, narrowed: InboxFilter) -> Inbox:
    """Everything that the inbox shows, in a fixed number of queries."""
    day = clock.today()
    open_rows = inbox_executions(scope, narrowed)
    overrides = calendar_for(scope)
    counts = _counts(open_rows, narrowed.by, day, overrides)
    found = list(open_rows.unreported().for_list().order_by("due_on", "id")[:ROWS_SHOWN])
    found += list(open_rows.in_review().for_list().order_by("in_review_since", "id")[:ROWS_SHOWN])
    chosen = [narrowed.region] if narrowed.region in scope.regions else scope.regions
    regions = Region.objects.visible_to(scope).filter(code__in=chosen).by_name()
    running = standings(regions)
    params = running[0].params if running else current_params()
    groups = grouped(found, narrowed.by, day, overrides)
    by_region = {row.region.code: row for row in running}
    rows = _rows(scope, [row for group in groups.values() for row in group], by_region, params, day)
    return Inbox(
        groups=[
            InboxGroup(
                key,
                _title(key, narrowed.by, members),
                counts.get(key, 0),
                [rows[row.pk] for row in members],
                _registry_query(key, narrowed.by, members),
            )
            for key, members in groups.items()
        ],
        total=sum(counts.values()),
        standings=running,
        lifts=lifts_shown(scope, running),
    )


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A row of the inbox outside its page: with the name of its group by term, and who works on it."""

    group: str
    row: InboxRow
    assignee: str


def inbox_lines(scope: Scope, executions: Iterable[Execution]) -> Iterator[InboxLine]:
    """Open executions of the person's regions (`for_list`) as the inbox words them, in a fixed number of queries."""
    day = clock.today()
    soon = soon_until(day, calendar_for(scope))
    running = standings(Region.objects.visible_to(scope).filter(code__in=scope.regions).by_name())
    params = running[0].params if running else current_params()
    by_region = {row.region.code: row for row in running}
    colleagues = coordinators_of(scope)
    for row in executions:
        yield InboxLine(
            group=str(GROUP_TITLES[group_of(row.state, row.due_on, day, soon)]),
            row=inbox_row(row, by_region.get(row.region_id), params, day, False, False),
            assignee=colleagues.get(row.region_id, {}).get(row.assignee_id or 0, ""),
        )


# Groups


def grouped(
    found: Iterable[Execution], by: str, day: date, overrides: Overrides
) -> dict[str, list[Execution]]:
    """The same executions in groups, each in exactly one: by term all groups are there, else those that have one."""
    soon = soon_until(day, overrides)
    groups: dict[str, list[Execution]] = {} if by else {group: [] for group in INBOX_GROUPS}
    for row in found:
        if by == BY_CLUSTER:
            key = f"cluster-{row.cluster_id}" if row.cluster_id else f"region-{row.region_id}"
        elif by == BY_ITEM:
            key = f"item-{row.assignment_id}"
        else:
            key = group_of(row.state, row.due_on, day, soon)
        groups.setdefault(key, []).append(row)
    return groups


def _counts(rows: ExecutionQuerySet, by: str, day: date, overrides: Overrides) -> dict[str, int]:
    """How many executions each group of `grouped` holds, whole; one query."""
    if by == BY_CLUSTER:
        found = rows.order_by().values_list("cluster", "region").annotate(n=Count("pk"))
        return {f"cluster-{pk}" if pk else f"region-{region}": count for pk, region, count in found}
    if by == BY_ITEM:
        items = rows.order_by().values_list("assignment").annotate(n=Count("pk"))
        return {f"item-{pk}": count for pk, count in items}
    return group_counts(rows, day, overrides)


def _title(key: str, by: str, members: Sequence[Execution]) -> str:
    if by == BY_CLUSTER:
        return addressee(members[0])
    if by == BY_ITEM:
        return f"{reference(members[0].assignment)}: {members[0].assignment.title}"
    return str(GROUP_TITLES[key])


def _registry_query(key: str, by: str, members: Sequence[Execution]) -> str:
    if by == BY_CLUSTER:
        first = members[0]
        place = {"cluster": first.cluster.code} if first.cluster else {"region": first.region_id}
        return urlencode({"state": "open", **place})
    if by == BY_ITEM:
        return urlencode({"state": "open", "item": members[0].assignment_id})
    return "state=in_review" if key == REVIEW else urlencode({"term": key})


def _rows(
    scope: Scope,
    found: Iterable[Execution],
    running: Mapping[str, Standing],
    params: Params | None,
    day: date,
) -> dict[int, InboxRow]:
    """Every row by the id of its execution; the first overdue one that can be reported bears the main button."""
    asked, colleagues = waiting_words(scope), coordinators_of(scope)
    found = list(found)
    done = done_by_peers(row for row in found if can_be_helped(scope, row, day))
    rows: dict[int, InboxRow] = {}
    first_late = True
    for execution in found:
        may_report = can_submit(scope, execution)
        is_late = execution.state != ExecutionState.IN_REVIEW and execution.due_on < day
        is_primary = first_late and may_report and is_late
        first_late = first_late and not is_primary
        words = (
            asked.get(execution.pk, ""),
            assignee_words(execution, colleagues),
            _done_words(done.get(execution.pk, 0)),
        )
        rows[execution.pk] = inbox_row(
            execution,
            running.get(execution.region_id),
            params,
            day,
            may_report,
            is_primary,
            in_line(*words),
        )
    return rows


def _done_words(clusters: int) -> str:
    """How many clusters of the industry elsewhere have done a late item; the page of the execution names three."""
    if not clusters:
        return ""
    words = ngettext(
        "done by %(counter)s cluster of the industry elsewhere",
        "done by %(counter)s clusters of the industry elsewhere",
        clusters,
    )
    return words % {"counter": clusters}


# Rows


def inbox_row(
    execution: Execution,
    standing: Standing | None,
    params: Params | None,
    day: date,
    may_report: bool,
    is_primary: bool,
    asked: str = "",
) -> InboxRow:
    """One execution in the words of the inbox; the execution comes with its joins (`for_list`)."""
    in_review = execution.state == ExecutionState.IN_REVIEW
    action = ""
    if may_report:
        action = _("Supplement") if in_review else _("Hand in a report")
    facts = (addressee(execution), reference(execution.assignment), asked)
    return InboxRow(
        execution=execution,
        facts=in_line(*facts),
        due=_handed_in(execution, day) if in_review else due_words(execution.due_on, day),
        due_note=review_words(execution, day) if in_review else _term_words(execution, params, day),
        effect=effect_of(execution, standing, params),
        state=_("returned for rework") if execution.state == ExecutionState.RETURNED else "",
        action=action,
        is_primary=is_primary,
    )


def _handed_in(execution: Execution, day: date) -> str:
    reported = execution.reported_on
    return _("handed in on %(day)s") % {"day": day_words(reported, day)} if reported else ""


def review_words(execution: Execution, day: date) -> str:
    """How long the centre has had the report."""
    if execution.in_review_since is None:
        return ""
    waited = (day - clock.day_of(execution.in_review_since)).days
    return (
        _("the centre has had it for %(days)s") % {"days": days(waited)} if waited else _("handed in today")
    )


def _term_words(execution: Execution, params: Params | None, day: date) -> str:
    first = first_due_words(execution.due_on, execution.first_due_on)
    words = [distance_words(execution.due_on, day), *([first] if first else [])]
    points = points_today(execution, params, day)
    tomorrow = points_today(execution, params, day + timedelta(days=1))
    if points is not None and execution.due_on < day:
        words.append(_("today still %(points)s") % {"points": points_words(points)})
    if tomorrow is not None and tomorrow != points:
        words.append(_("tomorrow %(points)s") % {"points": tomorrow})
    return in_line(*words)


def lifts_shown(scope: Scope, running: Iterable[Standing], limit: int = LIFTS_SHOWN) -> dict[str, list[Lift]]:
    """The first steps of «what lifts the region» by region code, with the executions behind them."""
    first = {standing.region.code: list(standing.lifts[:limit]) for standing in running}
    ids = [lift.execution_id for lifts in first.values() for lift in lifts]
    executions = Execution.objects.visible_to(scope).for_list().in_bulk(ids)
    return {
        code: [
            Lift(
                lift.execution_id,
                lift.gain,
                lift.score,
                lift.rank,
                lift.reaches,
                executions[lift.execution_id],
            )
            for lift in lifts
            if lift.execution_id in executions
        ]
        for code, lifts in first.items()
    }


def inbox_choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """Regions, clusters and processes that the filters of an inbox offer."""
    regions = Region.objects.visible_to(scope).filter(code__in=scope.regions).by_name()
    clusters = Cluster.objects.visible_to(scope).filter(region__in=scope.regions).order_by("name_key", "code")
    whose = whose_choices(scope)
    return {
        "whose": whose,
        "region": [(row.code, row.name) for row in regions],
        "cluster": [(row.code, row.display_name) for row in clusters],
        "process": [(row.slug, row.name) for row in Process.objects.all()],
    }
