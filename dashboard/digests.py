"""The parts of a digest, and the words of the lines that acts of the centre leave behind for the next mail."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Handover, Leave
from accounts.notices import LEAVE_BEGINS, LEAVE_ENDED, REGION_TAKEN, leave_data, region_data
from assignments.enums import AddresseeKind, ExecutionState, ProtocolStatus, RequestState
from assignments.models import Assignment, Execution, ExecutionRequest, IssueSchedule, ItemRecall
from assignments.notices import (
    DECIDED,
    DECISION_UNDONE,
    ISSUE_FAILED,
    ITEM_ISSUED,
    ITEM_RECALLED,
    PROTOCOL_ISSUED,
    REQUEST_REFUSED,
)
from assignments.services.telling import EXECUTION_ADDED
from common import clock
from common.formatting import date_short, date_time
from cyclogram.reminders import GROUP as STAGES
from cyclogram.reminders import stage_lines
from dashboard.selectors.groups import CRITICAL, GROUP_TITLES, LATER, OVERDUE, SOON
from dashboard.selectors.reminders import facts_of, more_of, reminder_lines
from dashboard.wording import distance_words, due_words, reference
from notifications.digests import (
    Group,
    LineKind,
    Prompt,
    Reader,
    Words,
    register_calendars,
    register_groups,
    register_lines,
    register_source,
)
from notifications.models import DigestLine
from notifications.notices import words_of_notice
from regions.selectors import calendars

Told = Mapping[int, Sequence[Callable[[], Words]]]
Readers = Mapping[int, Reader]
NEW, DECISIONS, DUTY = "new", "decisions", "duty"
HOUR = 60
REASON_SHOWN = 200

RETURNED = DECIDED["return"]
SAID: dict[str, str | Promise] = {
    RETURNED: gettext_lazy("returned for rework with a remark"),
    DECIDED["extend"]: gettext_lazy("term extended"),
    DECIDED["cancel"]: gettext_lazy("execution cancelled"),
    DECISION_UNDONE: gettext_lazy("the return for rework is taken back"),
    REQUEST_REFUSED: gettext_lazy("request refused"),
    EXECUTION_ADDED: gettext_lazy("put on control"),
}


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """What was decided on an execution, in the words of a mail."""

    kind: str
    execution: Execution
    reader: Reader

    def __call__(self) -> Words:
        execution, today = self.execution, clock.today()
        term = f"{due_words(execution.due_on, today)} · {distance_words(execution.due_on, today)}"
        is_over = self.kind in (DECIDED["cancel"], DECISION_UNDONE)
        anchor = "#submit" if self.kind in (RETURNED, EXECUTION_ADDED) else ""
        return Words(
            title=execution.assignment.title,
            facts=" · ".join(facts_of(execution, self.reader)),
            note=str(SAID[self.kind]) if is_over else f"{SAID[self.kind]} · {term}",
            link=f"{execution.get_absolute_url()}{anchor}",
        )


def decisions(kind: str, rows: Sequence[DigestLine], readers: Readers) -> Told:
    """Lines about single executions: of the person's own regions, as long as they say what is still so."""
    ids = {row.data["execution"] for row in rows}
    executions = Execution.objects.filter(pk__in=ids).filter(_still(kind, ids)).for_list().in_bulk()
    return {
        row.pk: [DecisionWords(kind, executions[row.data["execution"]], readers[row.person_id])]
        for row in rows
        if row.data["execution"] in executions
        and executions[row.data["execution"]].region_id in readers[row.person_id].regions
    }


def _still(kind: str, ids: set[int]) -> Q:
    """What must hold of an execution for the line to be true when it is read."""
    if kind == RETURNED:
        return Q(state=ExecutionState.RETURNED)
    if kind == DECIDED["cancel"]:
        return Q(state=ExecutionState.CANCELLED)
    if kind == DECISION_UNDONE:
        return Q(state__in=(ExecutionState.IN_REVIEW, ExecutionState.EXECUTED))
    if kind == REQUEST_REFUSED:
        refused = ExecutionRequest.objects.filter(execution__in=ids, state=RequestState.REFUSED)
        return Q(pk__in=refused.values("execution"))
    return Q(state__in=(ExecutionState.ISSUED, ExecutionState.RETURNED))


@dataclass(frozen=True, slots=True)
class ItemWords:
    """An item of a protocol that was put on control, with the number of its executions in the person's regions."""

    item: Assignment
    count: int

    def __call__(self) -> Words:
        facts = [reference(self.item)]
        if self.item.addressee == AddresseeKind.CLUSTERS:
            facts.append(_("clusters: %(count)s") % {"count": self.count})
        return Words(
            title=self.item.title,
            facts=" · ".join(facts),
            note=due_words(self.item.due_on, clock.today()),
            link=self.item.get_absolute_url(),
        )


def issued_items(rows: Sequence[DigestLine], readers: Readers) -> Told:
    """The items of newly issued protocols that are addressed to the person's regions; two queries."""
    protocols = {row.data["protocol"] for row in rows}
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    found = Execution.objects.filter(assignment__protocol__in=protocols).order_by()
    grouped = found.values_list("assignment__protocol", "assignment", "region").annotate(n=Count("pk"))
    for protocol, item, region, count in grouped:
        counts[protocol, item][region] = count
    items = Assignment.objects.filter(protocol__in=protocols, occurrence=None).select_related("protocol")
    by_protocol: dict[int, list[Assignment]] = defaultdict(list)
    for item in items.order_by("position"):
        by_protocol[item.protocol_id].append(item)
    told: dict[int, list[Callable[[], Words]]] = {}
    for row in rows:
        own = readers[row.person_id].regions & set(row.data["regions"])
        told[row.pk] = []
        for item in by_protocol[row.data["protocol"]]:
            count = sum(n for region, n in counts[item.protocol_id, item.pk].items() if region in own)
            if count:
                told[row.pk].append(ItemWords(item, count))
    return told


@dataclass(frozen=True, slots=True)
class RecalledWords:
    """An item that the centre has recalled, with the number of its executions in the person's regions."""

    recall: ItemRecall
    count: int

    def __call__(self) -> Words:
        item = self.recall.assignment
        facts = [reference(item)]
        if item.addressee == AddresseeKind.CLUSTERS:
            facts.append(_("clusters: %(count)s") % {"count": self.count})
        return Words(
            title=item.title,
            facts=" · ".join(facts),
            note=_("recalled by the centre: %(reason)s") % {"reason": shortened(self.recall.reason)},
            link=item.get_absolute_url(),
        )


def items_begun(rows: Sequence[DigestLine], readers: Readers) -> Told:
    """Items that periods of recurring ones have become, as long as something of them is on control."""
    items = {row.data["item"] for row in rows}
    found = Assignment.objects.select_related("protocol").in_bulk(items)
    counts = _counts_by_region(Execution.objects.filter(assignment__in=items).open())
    return {
        row.pk: [ItemWords(found[row.data["item"]], count)]
        for row in rows
        if row.data["item"] in found and (count := _own(row, readers, counts))
    }


def items_recalled(rows: Sequence[DigestLine], readers: Readers) -> Told:
    """Recalled items, unless the recall has been undone meanwhile."""
    recalls = ItemRecall.objects.in_force().for_list().in_bulk({row.data["recall"] for row in rows})
    off = Execution.objects.filter(
        assignment__in={row.data["item"] for row in rows}, state=ExecutionState.CANCELLED
    )
    counts = _counts_by_region(off)
    return {
        row.pk: [RecalledWords(recalls[row.data["recall"]], count)]
        for row in rows
        if row.data["recall"] in recalls and (count := _own(row, readers, counts))
    }


def _counts_by_region(executions: QuerySet[Execution]) -> Mapping[int, Mapping[str, int]]:
    """Numbers of executions by item and region."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for item, region, count in (
        executions.order_by().values_list("assignment", "region").annotate(n=Count("pk"))
    ):
        counts[item][region] = count
    return counts


def _own(row: DigestLine, readers: Readers, counts: Mapping[int, Mapping[str, int]]) -> int:
    """How many executions of the item of a line lie in the regions that are still the reader's."""
    own = readers[row.person_id].regions & set(row.data["regions"])
    return sum(n for region, n in counts.get(row.data["item"], {}).items() if region in own)


@dataclass(frozen=True, slots=True)
class FailedIssueWords:
    """A draft that was to issue itself and did not, with the reason."""

    schedule: IssueSchedule

    def __call__(self) -> Words:
        protocol = self.schedule.protocol
        return Words(
            title=_("Protocol No. %(number)s of %(date)s is not issued")
            % {"number": protocol.number, "date": date_short(protocol.held_on)},
            facts=_("It was to issue itself on %(at)s, Moscow time") % {"at": date_time(self.schedule.at)},
            note=shortened(self.schedule.reason),
            link=protocol.get_absolute_url(),
        )


def issues_failed(rows: Sequence[DigestLine], readers: Readers) -> Told:
    """Drafts that did not issue themselves, until somebody issues them or sets another hour."""
    held = IssueSchedule.objects.filter(
        pk__in={row.data["schedule"] for row in rows}, protocol__status=ProtocolStatus.DRAFT
    )
    again = IssueSchedule.objects.waiting().values("protocol")
    found = held.exclude(protocol__in=again).select_related("protocol").in_bulk()
    return {
        row.pk: [FailedIssueWords(found[row.data["schedule"]])]
        for row in rows
        if row.data["schedule"] in found and row.person_id in readers
    }


def failed_subject(_rows: Sequence[DigestLine], _words: Sequence[Words]) -> str:
    """«Протокол не выпущен в назначенное время»"""
    return _("A protocol did not issue itself at its hour")


def shortened(text: str) -> str:
    """So much of a reason as a line of a mail holds."""
    return Truncator(" ".join(text.split())).chars(REASON_SHOWN)


@dataclass(frozen=True, slots=True)
class DutyWords:
    """What changed in who answers for a region: the sentence of the notice, with the way to the region."""

    kind: str
    data: Mapping[str, Any]
    link: str

    def __call__(self) -> Words:
        return Words(title=words_of_notice(self.kind, self.data), facts="", note="", link=self.link)


def leave_lines(kind: str, rows: Sequence[DigestLine], readers: Readers) -> Told:
    """Lines about leaves: a leave that was taken back or is over is told of only as ended."""
    leaves = Leave.objects.filter(pk__in={row.data["leave"] for row in rows}).select_related(
        "membership__region"
    )
    found = {leave.pk: leave for leave in leaves if (kind == LEAVE_ENDED) == leave.is_over}
    told: dict[int, list[Callable[[], Words]]] = {}
    for row in rows:
        leave = found.get(row.data["leave"])
        region = leave.membership.region if leave else None
        if leave and region and region.code in readers[row.person_id].regions:
            words = DutyWords(kind, leave_data(leave, stands_in=True), region.get_absolute_url())
            told[row.pk] = [words]
    return told


def handover_lines(rows: Sequence[DigestLine], readers: Readers) -> Told:
    """Lines about regions taken over, for whoever still coordinates them."""
    handovers = Handover.objects.select_related("old__region").in_bulk({row.data["handover"] for row in rows})
    told: dict[int, list[Callable[[], Words]]] = {}
    for row in rows:
        handover = handovers.get(row.data["handover"])
        region = handover.old.region if handover else None
        if handover and region and region.code in readers[row.person_id].regions:
            count = handover.moved.get("assigned", 0)
            data = {**region_data(region), "on": handover.on.isoformat(), "count": count}
            told[row.pk] = [DutyWords(REGION_TAKEN, data, region.get_absolute_url())]
    return told


def issued_subject(rows: Sequence[DigestLine], words: Sequence[Words]) -> str:
    """«Новые поручения протокола № 14 от 04.10.2023: 12»"""
    item = Assignment.objects.select_related("protocol").filter(protocol=rows[0].data["protocol"]).first()
    number, held_on = (item.protocol.number, item.protocol.held_on) if item else ("", None)
    text = _("New items of protocol No. %(number)s of %(date)s: %(count)s")
    return text % {"number": number, "date": date_short(held_on), "count": len(words)}


def returned_subject(_rows: Sequence[DigestLine], words: Sequence[Words]) -> str:
    """«Отчёт возвращён на доработку, срок близко: 2»"""
    text = ngettext(
        "%(count)s report was returned and its term is close",
        "%(count)s reports were returned and their terms are close",
        len(words),
    )
    return text % {"count": len(words)}


def undone_subject(_rows: Sequence[DigestLine], words: Sequence[Words]) -> str:
    """«Возврат отчёта на доработку отменён: 2»"""
    text = ngettext(
        "The return of %(count)s report is taken back",
        "The return of %(count)s reports is taken back",
        len(words),
    )
    return text % {"count": len(words)}


def _execution_of(row: DigestLine) -> str:
    return str(row.data["execution"])


def register() -> None:
    """Make the parts of a digest and the lines of this portal known."""
    register_groups(
        Group(DUTY, gettext_lazy("Who answers for the region"), lambda: reverse("dashboard:regions")),
        Group(NEW, gettext_lazy("New items"), lambda: reverse("assignments:protocols")),
        Group(DECISIONS, gettext_lazy("Decisions of the centre"), lambda: reverse("dashboard:notices")),
        *(Group(key, GROUP_TITLES[key], partial(more_of, key)) for key in (CRITICAL, OVERDUE, SOON, LATER)),
        Group(STAGES, gettext_lazy("Stages of the cyclogram"), lambda: reverse("cyclogram:stages")),
    )
    issued = Prompt("new-items", issued_subject, one_each=True)
    prompts = {
        RETURNED: Prompt("returned-report", returned_subject, minutes=HOUR),
        DECISION_UNDONE: Prompt("undone-return", undone_subject),
    }
    register_lines(
        LineKind(PROTOCOL_ISSUED, NEW, issued_items, issued),
        LineKind(ITEM_ISSUED, NEW, items_begun),
        LineKind(ITEM_RECALLED, DECISIONS, items_recalled),
        LineKind(
            ISSUE_FAILED, DECISIONS, issues_failed, Prompt("issue-failed", failed_subject, one_each=True)
        ),
        LineKind(LEAVE_BEGINS, DUTY, partial(leave_lines, LEAVE_BEGINS)),
        LineKind(LEAVE_ENDED, DUTY, partial(leave_lines, LEAVE_ENDED)),
        LineKind(REGION_TAKEN, DUTY, handover_lines),
        *(
            LineKind(
                kind,
                NEW if kind == EXECUTION_ADDED else DECISIONS,
                partial(decisions, kind),
                prompts.get(kind),
                about=_execution_of,
            )
            for kind in SAID
        ),
    )
    register_source("reminders", reminder_lines)
    register_source("stages", stage_lines)
    register_calendars(calendars)
