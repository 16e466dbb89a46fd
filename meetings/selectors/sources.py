"""What an agenda is filled from: each source gives its items, with what they are about and its figures."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from assignments.enums import OPEN_STATES, UNREPORTED_STATES, ExecutionState, RequestKind
from assignments.models import Execution, ExecutionRequest
from assignments.querysets import ExecutionQuerySet
from associations.models import Milestone
from clusters.enums import ProcessKind
from clusters.models import Process
from common.formatting import month_title
from common.scope import SYSTEM
from cyclogram.enums import StageSign
from cyclogram.models import ClusterStage
from meetings.enums import HELD_STATES, AgendaSource, AgendaState, DecisionKind
from meetings.models import AgendaItem, Meeting
from meetings.selectors.invited import regions_of
from rating.enums import SliceStatus
from rating.models import Slice
from regions.models import Region

MOST_REQUESTS = 50
"""Requests on one agenda, the oldest first; more are decided from their list, not at a meeting."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the agenda that the items of a source stand for: how they are called, their minutes and speaker."""

    source: str
    title: str
    minutes: int
    speaker: str = ""
    process: str | None = None


@dataclass(slots=True)
class Found:
    """An item that a source asks for. `key` names it inside a meeting; `about` are the keys of what it is about."""

    key: str
    title: str
    row: Row
    about: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    executions: Sequence[int] = ()
    speaker: str = ""


def found_for(meeting: Meeting, rows: Iterable[Row], today: date) -> list[Found]:
    """Everything that the sources of these rows ask for at a meeting, in the order of the rows.

    The number of queries depends on the sources, not on regions, executions or items.
    """
    finder = _Finder(meeting, today)
    asked = [found for row in rows for found in finder.of(row)]
    return [found for found in asked if found.key not in finder.carried]


def previous_meeting(meeting: Meeting) -> Meeting | None:
    """The meeting before this one that was held: of the same series, for one out of turn of its association or kind."""
    held = Meeting.objects.filter(state__in=HELD_STATES, starts_at__lt=meeting.starts_at).exclude(
        pk=meeting.pk
    )
    if meeting.series_id:
        held = held.filter(series=meeting.series_id)
    else:
        held = held.filter(series=None, kind=meeting.kind, association=meeting.association_id)
    return held.order_by("-starts_at", "-pk").first()


class _Finder:
    """Asks each source once for a meeting."""

    def __init__(self, meeting: Meeting, today: date) -> None:
        self.meeting, self.today = meeting, today
        self.previous = previous_meeting(meeting)
        self.carried: set[str] = set()
        """Keys of what is carried over: it is not asked for a second time."""
        self.regions = regions_of(meeting)

    def of(self, row: Row) -> Iterator[Found]:
        ways: Mapping[str, Callable[[Row], Iterator[Found]]] = {
            AgendaSource.TEMPLATE: self._template,
            AgendaSource.CARRIED_OVER: self._carried_over,
            AgendaSource.OVERDUE: self._overdue,
            AgendaSource.RETURNED: self._returned,
            AgendaSource.REQUEST: self._requests,
            AgendaSource.STAGE: self._stages,
            AgendaSource.PROCESS: self._processes,
            AgendaSource.RATING: self._rating,
            AgendaSource.MILESTONE: self._milestones,
        }
        return ways[row.source](row) if row.source in ways else iter(())

    def _template(self, row: Row) -> Iterator[Found]:
        yield Found(f"template:{row.title}"[:100], row.title, row)

    def _carried_over(self, row: Row) -> Iterator[Found]:
        """Items of the meeting before whose decision carries them over, and those with a question not answered."""
        if self.previous is None:
            return
        waiting = Q(decisions__kind=DecisionKind.CARRIED_OVER)
        waiting |= Q(decisions__kind=DecisionKind.QUESTION, decisions__answer="")
        items = AgendaItem.objects.filter(meeting=self.previous, state=AgendaState.ON_AGENDA)
        kept = items.filter(pk__in=items.filter(waiting).order_by().values("pk"))
        for item in kept.order_by("position", "pk"):
            about = {name: getattr(item, name) for name in ABOUT} | {"carries_on_id": item.pk}
            if item.source != AgendaSource.TEMPLATE:
                self.carried.add(item.key)
            yield Found(f"carried_over:{item.pk}", item.title, row, about, speaker=item.speaker)

    def _overdue(self, row: Row) -> Iterator[Found]:
        return self._by_region(row, Execution.objects.visible_to(SYSTEM).overdue(self.today))

    def _returned(self, row: Row) -> Iterator[Found]:
        rows = Execution.objects.visible_to(SYSTEM).filter(state=ExecutionState.RETURNED)
        return self._by_region(row, rows.filter(due_on__gte=self.today))

    def _by_region(self, row: Row, executions: ExecutionQuerySet) -> Iterator[Found]:
        found: dict[str, list[int]] = defaultdict(list)
        oldest: dict[str, date] = {}
        rows = executions.filter(region__in=self.regions).order_by("due_on", "pk")
        for pk, code, due in rows.values_list("pk", "region", "due_on"):
            found[code].append(pk)
            oldest.setdefault(code, due)
        for region in Region.objects.filter(code__in=found).by_name():
            ids = found[region.code]
            yield Found(
                f"{row.source}:{region.code}",
                _named(row.title, region.name),
                row,
                {"region_id": region.code},
                {"count": len(ids), "oldest": oldest[region.code].isoformat()},
                ids,
            )

    def _requests(self, row: Row) -> Iterator[Found]:
        rows = ExecutionRequest.objects.visible_to(SYSTEM).open().of_regions()
        rows = rows.filter(kind=RequestKind.EXTENSION, execution__region__in=self.regions).for_list()
        for asked in rows.order_by("asked_at", "pk")[:MOST_REQUESTS]:
            item = asked.execution.assignment
            what = _("item %(item)s of protocol No. %(number)s") % {
                "item": item.number,
                "number": item.protocol.number,
            }
            about = {"request_id": asked.pk, "region_id": asked.execution.region_id, "assignment_id": item.pk}
            title = _named(row.title, f"{asked.execution.region.name}, {what}")
            figures = {"due": asked.execution.due_on.isoformat()}
            yield Found(f"request:{asked.pk}", title, row, about, figures, [asked.execution_id])

    def _stages(self, row: Row) -> Iterator[Found]:
        """Steps of the first year that clusters are late with, or must end soon after the meeting."""
        until = self.meeting.day + timedelta(days=STAGES_AHEAD)
        stages = ClusterStage.objects.visible_to(SYSTEM).on_plan().open().with_sign(self.today)
        stages = stages.filter(cluster__region__in=self.regions, stage__kind=ProcessKind.FIRST_YEAR)
        late = Q(sign=StageSign.LATE)
        counted = stages.filter(planned_to__lte=until).order_by().values("process").annotate(
            late=Count("pk", filter=late), soon=Count("pk", filter=~late),
        )  # fmt: skip
        figures = {
            one["process"]: {"late": one["late"], "soon": one["soon"], "count": one["late"] + one["soon"]}
            for one in counted
        }
        for process in Process.objects.filter(pk__in=figures):
            yield Found(
                f"stage:{process.pk}", _named(row.title, process.name), row, {"process_id": process.pk},
                figures[process.pk],
            )  # fmt: skip

    def _processes(self, row: Row) -> Iterator[Found]:
        """Cross-cutting processes of the month of the meeting, or the one that the row names."""
        month = self.meeting.day.month
        wanted = Process.objects.filter(kind=ProcessKind.CROSS_CUTTING)
        rows = wanted.filter(pk=row.process) if row.process else wanted
        for process in rows:
            if row.process or in_months(month, process.start_month, process.end_month):
                yield Found(
                    f"process:{process.pk}", _named(row.title, process.name), row, {"process_id": process.pk},
                    self._course.get(process.pk, NO_WORK),
                )  # fmt: skip

    def _milestones(self, row: Row) -> Iterator[Found]:
        """Overdue milestones by association, those of all first; at a meeting of an association its own alone."""
        rows = Milestone.objects.visible_to(SYSTEM).select_related("association").order_by("due_on", "pk")
        if self.meeting.association_id:
            rows = rows.filter(association=self.meeting.association_id)
        late: dict[int | None, list[Milestone]] = defaultdict(list)
        for milestone in rows:
            if milestone.is_overdue(self.today):
                late[milestone.association_id].append(milestone)
        for pk, found in sorted(late.items(), key=lambda pair: pair[0] or 0):
            whose = found[0].association.name if found[0].association else _("all associations")
            figures = {"count": len(found), "oldest": found[0].planned.last.isoformat()}
            title = _named(row.title, whose)
            yield Found(f"milestone:{pk or 0}", title, row, {"association_id": pk}, figures)

    @property
    def _course(self) -> dict[str, dict[str, int]]:
        """Open and overdue executions of the items of each process."""
        if not hasattr(self, "_counted"):
            rows = Execution.objects.visible_to(SYSTEM).filter(region__in=self.regions)
            counted = rows.order_by().values("assignment__process").annotate(
                open=Count("pk", filter=Q(state__in=OPEN_STATES)),
                overdue=Count("pk", filter=Q(state__in=UNREPORTED_STATES, due_on__lt=self.today)),
                nearest=Min("due_on", filter=Q(state__in=UNREPORTED_STATES, due_on__gte=self.today)),
            )  # fmt: skip
            self._counted = {
                row["assignment__process"]: {"open": row["open"], "overdue": row["overdue"]}
                | ({"nearest": row["nearest"].isoformat()} if row["nearest"] else {})
                for row in counted
                if row["assignment__process"]
            }
        return self._counted

    def _rating(self, row: Row) -> Iterator[Found]:
        """The newest published month, when it was published since the meeting before."""
        published = Slice.objects.filter(status=SliceStatus.PUBLISHED)
        if self.previous is not None:
            published = published.filter(published_at__gt=self.previous.starts_at)
        newest = published.order_by("-period").first()
        if newest is not None:
            figures = {"period": newest.period, "revision": newest.revision}
            title = _named(row.title, month_title(newest.period))
            yield Found(f"rating:{newest.pk}", title, row, {"slice_id": newest.pk}, figures)


STAGES_AHEAD = 14
"""Days after the meeting in which a stage must end to be on its agenda."""
ABOUT = ("region_id", "association_id", "process_id", "assignment_id", "request_id", "slice_id")
"""What an item is about; a carried one is about the same."""
NO_WORK = {"open": 0, "overdue": 0}


def in_months(month: int, start: int, end: int) -> bool:
    """Whether a month lies in a span of months that may run over the new year."""
    return start <= month <= end if start <= end else month >= start or month <= end


def _named(what: str, whose: str) -> str:
    return f"{what}: {whose}"[:300]
