"""The parts of a digest, and the words of the lines that acts of the centre leave behind for the next mail."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.enums import AddresseeKind, ExecutionState, RequestState
from assignments.models import Assignment, Execution, ExecutionRequest
from assignments.notices import DECIDED, PROTOCOL_ISSUED, REQUEST_REFUSED
from assignments.services.telling import EXECUTION_ADDED
from common import clock
from common.formatting import date_short
from dashboard.selectors.groups import CRITICAL, GROUP_TITLES, LATER, OVERDUE, SOON
from dashboard.selectors.reminders import facts_of, more_of, reminder_lines
from dashboard.wording import distance_words, due_words, reference
from notifications.digests import (
    Group,
    LineKind,
    Prompt,
    Reader,
    Words,
    register_calendar,
    register_groups,
    register_lines,
    register_source,
)
from notifications.models import DigestLine
from regions.selectors import calendar_overrides

Told = Mapping[int, Sequence[Callable[[], Words]]]
Readers = Mapping[int, Reader]
NEW, DECISIONS = "new", "decisions"
HOUR = 60

RETURNED = DECIDED["return"]
SAID: dict[str, str | Promise] = {
    RETURNED: gettext_lazy("returned for rework with a remark"),
    DECIDED["extend"]: gettext_lazy("term extended"),
    DECIDED["cancel"]: gettext_lazy("execution cancelled"),
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
        is_over = self.kind == DECIDED["cancel"]
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
    items = Assignment.objects.filter(protocol__in=protocols).select_related("protocol").order_by("position")
    by_protocol: dict[int, list[Assignment]] = defaultdict(list)
    for item in items:
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


def register() -> None:
    """Make the parts of a digest and the lines of this portal known."""
    register_groups(
        Group(NEW, gettext_lazy("New items"), lambda: reverse("assignments:protocols")),
        Group(DECISIONS, gettext_lazy("Decisions of the centre"), lambda: reverse("dashboard:notices")),
        *(Group(key, GROUP_TITLES[key], partial(more_of, key)) for key in (CRITICAL, OVERDUE, SOON, LATER)),
    )
    issued = Prompt("new-items", issued_subject, one_each=True)
    returned = Prompt("returned-report", returned_subject, minutes=HOUR)
    register_lines(
        LineKind(PROTOCOL_ISSUED, NEW, issued_items, issued),
        LineKind(RETURNED, DECISIONS, partial(decisions, RETURNED), returned),
        *(
            LineKind(kind, NEW if kind == EXECUTION_ADDED else DECISIONS, partial(decisions, kind))
            for kind in SAID
            if kind != RETURNED
        ),
    )
    register_source("reminders", reminder_lines)
    register_calendar(calendar_overrides)
