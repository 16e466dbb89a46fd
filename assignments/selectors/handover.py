"""What a coordinator has in his own hands in a region: what moves when another one takes over."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from assignments.models import Execution, ReportDraft, SavedView
from assignments.querysets import ExecutionQuerySet, ReportDraftQuerySet
from common import clock
from notifications.models import DigestLine
from notifications.selectors import LINE_DAYS


@dataclass(frozen=True, slots=True)
class Work:
    """Counts: open executions of the region and those assigned to the person, his drafts of reports, saved views,
    and lines that wait for his next mail."""

    open: int = 0
    assigned: int = 0
    drafts: int = 0
    views: int = 0
    lines: int = 0

    def counts(self) -> dict[str, int]:
        """The same by name, for what is kept of a handover."""
        return asdict(self)


def open_work(region_code: str) -> ExecutionQuerySet:
    """Executions of the region that are on control."""
    rows: ExecutionQuerySet = Execution.objects.open().filter(region=region_code)
    return rows


def assigned_work(user_id: int, region_code: str) -> ExecutionQuerySet:
    """Those of them that are assigned to the person."""
    return open_work(region_code).filter(assignee=user_id)


def movable_drafts(user_id: int, region_code: str, successor_id: int) -> ReportDraftQuerySet:
    """Drafts for executions of the region for which the successor has not begun one of his own."""
    own = ReportDraft.objects.filter(person=successor_id).values("execution")
    rows: ReportDraftQuerySet = ReportDraft.objects.filter(
        person=user_id, execution__in=open_work(region_code)
    ).exclude(execution__in=own)
    return rows


def views_to_copy(user_id: int, successor_id: int) -> list[SavedView]:
    """Saved views of the person under names that the successor does not use on that list."""
    taken = set(SavedView.objects.filter(person=successor_id).values_list("page", "name"))
    rows = SavedView.objects.filter(person=user_id).order_by("pk")
    return [view for view in rows if (view.page, view.name) not in taken]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line that waits for the next mail of a person, and what of it concerns the region."""

    row: DigestLine
    data: dict[str, Any]
    is_whole: bool


def lines_about(user_ids: Iterable[int], region_code: str) -> Sequence[WaitingLine]:
    """Lines of the people about executions and protocols of the region that no mail has told yet; two queries."""
    now = clock.now()
    rows = list(
        DigestLine.objects.waiting(since=now - timedelta(days=LINE_DAYS), until=now)
        .filter(person__in=list(user_ids))
        .order_by("pk")
    )
    ids = {row.data["execution"] for row in rows if "execution" in row.data}
    own = set(Execution.objects.filter(pk__in=ids, region=region_code).values_list("pk", flat=True))
    found = []
    for row in rows:
        if row.data.get("execution") in own:
            found.append(WaitingLine(row, row.data, True))
        elif region_code in row.data.get("regions", ()):
            found.append(
                WaitingLine(row, row.data | {"regions": [region_code]}, row.data["regions"] == [region_code])
            )
    return found


def work_to_move(user_id: int, region_code: str, successor_id: int) -> Work:
    """What a handover to this successor moves now; a fixed number of queries."""
    return Work(
        open=open_work(region_code).count(),
        assigned=assigned_work(user_id, region_code).count(),
        drafts=movable_drafts(user_id, region_code, successor_id).count(),
        views=len(views_to_copy(user_id, successor_id)),
        lines=len(lines_about([user_id], region_code)),
    )


def works_of(user_ids: Iterable[int], region_code: str) -> Mapping[int, Work]:
    """What each of these coordinators would hand over to somebody who is new; a fixed number of queries."""
    people = list(user_ids)
    opened = open_work(region_code)
    drafts = ReportDraft.objects.filter(person__in=people, execution__in=opened)
    assigned = Counter(opened.filter(assignee__in=people).order_by().values_list("assignee", flat=True))
    drafted = Counter(drafts.order_by().values_list("person", flat=True))
    viewed = Counter(SavedView.objects.filter(person__in=people).order_by().values_list("person", flat=True))
    told = Counter(line.row.person_id for line in lines_about(people, region_code))
    count = opened.count()
    return {
        person: Work(count, assigned[person], drafted[person], viewed[person], told[person])
        for person in people
    }


def work_of(user_id: int, region_code: str) -> Work:
    """What one coordinator would hand over to somebody who is new."""
    return works_of([user_id], region_code)[user_id]
