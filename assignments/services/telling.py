"""Telling people of what the centre has put on control, decided, proposed and answered: one notice per act and person.

What they must act on also waits as a line for their next mail; what cannot wait for the morning is marked urgent.
The people are found among the memberships in force today, so that nobody is told of a region that he has left.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from accounts.selectors import people_of_regions, staff_ids
from assignments.enums import REVIEWERS, ExecutionState, RequestState
from assignments.models import (
    Assignment,
    ControlRules,
    Execution,
    ExecutionEvent,
    ExecutionRequest,
    IssueSchedule,
    ItemAnswer,
    ItemRecall,
    Protocol,
)
from assignments.notices import (
    DECIDED,
    DECISION_UNDONE,
    ISSUE_FAILED,
    ITEM_ISSUED,
    ITEM_RECALLED,
    PROPOSAL_CONFIRMED,
    PROPOSAL_REFUSED,
    PROPOSAL_WAITS,
    PROTOCOL_ISSUED,
    QUESTION_ANSWERED,
    RECALL_CONFIRMED,
    RECALL_REFUSED,
    RECALL_UNDONE,
    RECALL_WAITS,
    REQUEST_REFUSED,
    RULES_CHANGED,
)
from common import clock
from common.scope import SYSTEM, Role, Scope
from notifications.services import (
    LineToWrite,
    Word,
    digest_lines_withdraw,
    digest_lines_write,
    notices_withdraw,
    notices_write,
)

People = Mapping[int, list[str]]
"""Ids of coordinators with the codes of their regions."""

LISTS = {"accept": ExecutionState.EXECUTED, "return": ExecutionState.RETURNED}
"""The state that narrows the registry to what a decision on many reports has left behind."""
IN_MAILS = frozenset({"return", "extend", "cancel"})
"""Decisions that the region is also told of by mail."""
EXECUTION_ADDED = "execution_added"
URGENT_DAYS = 3
"""A report that is returned with so few days left does not wait for the next digest."""


def issue_tell(*, actor: Scope, protocol: Protocol) -> None:
    """Tell of an issued protocol, with the number of executions in the person's own regions."""
    counts = _counts(Execution.objects.filter(assignment__protocol=protocol))
    people = _put_on_control(actor, protocol, counts)
    lines = [
        LineToWrite(person, {"protocol": protocol.pk, "regions": codes}, is_urgent=True)
        for person, codes in people.items()
    ]
    digest_lines_write(actor=actor, kind=PROTOCOL_ISSUED, lines=lines)


def late_clusters_tell(*, actor: Scope, executions: Sequence[Execution]) -> None:
    """Tell of clusters put on control for an item issued before: a person once, however many they are."""
    by_region = _by_region(executions)
    counts = {code: len(rows) for code, rows in by_region.items()}
    people = _put_on_control(actor, executions[0].assignment.protocol, counts)
    _leave_lines(actor, EXECUTION_ADDED, people, by_region)


def period_tell(*, actor: Scope, item: Assignment) -> None:
    """Tell of the item that a period of a recurring one has become; it waits for the next digest."""
    counts = _counts(Execution.objects.filter(assignment=item))
    people = people_of_regions([Role.COORDINATOR], counts)
    _tell_of_item(actor, ITEM_ISSUED, item, people, counts)


def _counts(rows: QuerySet[Execution]) -> dict[str, int]:
    """Numbers of executions by region."""
    return dict(rows.order_by().values_list("region").annotate(n=Count("pk")))


def _by_region(executions: Iterable[Execution]) -> dict[str, list[Execution]]:
    found: dict[str, list[Execution]] = defaultdict(list)
    for execution in executions:
        found[execution.region_id].append(execution)
    return found


def _tell_of_item(
    actor: Scope, kind: str, item: Assignment, people: People, counts: Mapping[str, int], **more: Any
) -> None:
    """Tell of an item as a whole under the bell and by a line for the next mail, with the own number of executions."""
    data = {**_protocol(item.protocol), "item": item.number, "cluster": ""}
    words = [
        Word(person, item.get_absolute_url(), {**data, "count": sum(counts[code] for code in codes)})
        for person, codes in people.items()
    ]
    notices_write(actor=actor, kind=kind, words=words)
    lines = [
        LineToWrite(person, {"item": item.pk, "regions": codes, **more}) for person, codes in people.items()
    ]
    digest_lines_write(actor=actor, kind=kind, lines=lines)


def _put_on_control(actor: Scope, protocol: Protocol, counts: Mapping[str, int]) -> People:
    """Tell under the bell; the coordinators who were told, with their regions."""
    link = protocol.get_absolute_url()
    people = people_of_regions([Role.COORDINATOR], counts)
    words = [
        Word(person, link, {**_protocol(protocol), "count": sum(counts[code] for code in codes)})
        for person, codes in people.items()
    ]
    notices_write(actor=actor, kind=PROTOCOL_ISSUED, words=words)
    return people


def decision_tell(*, actor: Scope, action: str, event_ids: Iterable[int]) -> None:
    """Tell of a decision of the centre, if it is one that a region is told of; given as the events that it made.

    A person is told once, however many executions were decided: of one by its reference, of several by their number.
    """
    if action not in DECIDED:
        return
    by_region = _decided(event_ids)
    people = people_of_regions([Role.COORDINATOR], by_region)
    words = [
        _decision(action, person, [event for code in codes for event in by_region[code]])
        for person, codes in people.items()
    ]
    notices_write(actor=actor, kind=DECIDED[action], words=words)
    if action in IN_MAILS:
        soon = clock.today() + timedelta(days=URGENT_DAYS)
        lines = [
            LineToWrite(person, _ids(event), is_urgent=action == "return" and event.execution.due_on <= soon)
            for person, codes in people.items()
            for code in codes
            for event in by_region[code]
        ]
        digest_lines_write(actor=actor, kind=DECIDED[action], lines=lines)


def _decided(event_ids: Iterable[int]) -> dict[str, list[ExecutionEvent]]:
    """Decisions by the region of their execution, in the order of executions."""
    rows = ExecutionEvent.objects.filter(pk__in=list(event_ids)).select_related(
        "execution__assignment__protocol", "execution__cluster"
    )
    found: dict[str, list[ExecutionEvent]] = defaultdict(list)
    for event in rows.order_by("execution", "pk"):
        found[event.execution.region_id].append(event)
    return found


def _ids(event: ExecutionEvent) -> dict[str, int]:
    return {"execution": event.execution_id, "event": event.pk}


def undo_tell(*, actor: Scope, event_ids: Iterable[int]) -> None:
    """Set right what was told of decisions on reports that are undone, given as the events that are annulled.

    What nobody has read yet, under the bell or by mail, is taken back without a word; whoever may have read it is
    told that it holds no more, by mail at once if the decision itself came by mail.
    """
    by_region = _decided(event_ids)
    ids = [event.pk for events in by_region.values() for event in events]
    told = set(digest_lines_withdraw(kinds=DECIDED.values(), event_ids=ids))
    unread = set(notices_withdraw(kinds=DECIDED.values(), event_ids=ids))
    words, lines = [], []
    for person, codes in people_of_regions([Role.COORDINATOR], by_region).items():
        own = [event for code in codes for event in by_region[code]]
        known = [event for event in own if (person, event.pk) in told or (person, event.pk) not in unread]
        if known:
            words.append(_undone(person, known))
        lines += [
            LineToWrite(person, _ids(event), is_urgent=True) for event in own if (person, event.pk) in told
        ]
    notices_write(actor=actor, kind=DECISION_UNDONE, words=words)
    digest_lines_write(actor=actor, kind=DECISION_UNDONE, lines=lines)


def _undone(person: int, undone: list[ExecutionEvent]) -> Word:
    if len(undone) > 1:
        link = f"{reverse('dashboard:registry')}?state={ExecutionState.IN_REVIEW}"
        return Word(person, link, {"count": len(undone)})
    execution = undone[0].execution
    return Word(person, execution.get_absolute_url(), _one(execution))


def refusal_tell(*, actor: Scope, request_ids: Iterable[int]) -> None:
    """Tell of requests that the centre refused: a person once, of one by its reference, of several by their number.

    A refused proposal of the centre itself is no matter of the region.
    """
    rows = (
        ExecutionRequest.objects.of_regions()
        .filter(pk__in=list(request_ids))
        .select_related("execution__assignment__protocol", "execution__cluster")
    )
    by_region: dict[str, list[Execution]] = defaultdict(list)
    for request in rows.order_by("pk"):
        by_region[request.execution.region_id].append(request.execution)
    people = people_of_regions([Role.COORDINATOR], by_region)
    words = []
    for person, codes in people.items():
        refused = [execution for code in codes for execution in by_region[code]]
        if len(refused) > 1:
            link = f"{reverse('dashboard:requests')}?state=refused"
            words.append(Word(person, link, {"count": len(refused)}))
        else:
            words.append(Word(person, refused[0].get_absolute_url(), _one(refused[0])))
    notices_write(actor=actor, kind=REQUEST_REFUSED, words=words)
    _leave_lines(actor, REQUEST_REFUSED, people, by_region)


def _leave_lines(actor: Scope, kind: str, people: People, by_region: Mapping[str, list[Execution]]) -> None:
    """A line per person and execution for the next mail."""
    lines = [
        LineToWrite(person, {"execution": execution.pk})
        for person, codes in people.items()
        for code in codes
        for execution in by_region[code]
    ]
    digest_lines_write(actor=actor, kind=kind, lines=lines)


def _decision(action: str, person: int, decided: list[ExecutionEvent]) -> Word:
    if len(decided) > 1:
        link = f"{reverse('dashboard:registry')}?state={LISTS[action]}"
        return Word(person, link, {"count": len(decided)})
    execution = decided[0].execution
    data = _one(execution) | {"event": decided[0].pk}
    if action == "extend":
        data["due"] = execution.due_on.isoformat()
    return Word(person, execution.get_absolute_url(), data)


def proposal_tell(*, actor: Scope, proposal: ExecutionRequest) -> None:
    """Tell those who may confirm what the centre proposes: controllers and administrators, each once."""
    own = people_of_regions([Role.COORDINATOR], [proposal.execution.region_id])
    others = [person for person in staff_ids(REVIEWERS) if person not in own]
    _tell_of_proposal(actor, PROPOSAL_WAITS, proposal, others)


def proposal_ended_tell(*, actor: Scope, request: ExecutionRequest) -> None:
    """Tell whoever proposed that a second person has confirmed or refused; of other requests nothing is told here."""
    kinds = {RequestState.GRANTED: PROPOSAL_CONFIRMED, RequestState.REFUSED: PROPOSAL_REFUSED}
    if request.is_of_centre and request.asked_by_id:
        _tell_of_proposal(actor, kinds[RequestState(request.state)], request, [request.asked_by_id])


def _tell_of_proposal(actor: Scope, kind: str, proposal: ExecutionRequest, people: Iterable[int]) -> None:
    data = _one(proposal.execution) | {"kind": proposal.kind}
    if proposal.proposed_due:
        data["due"] = proposal.proposed_due.isoformat()
    words = [Word(person, proposal.get_absolute_url(), data) for person in people]
    notices_write(actor=actor, kind=kind, words=words)


def answer_tell(*, actor: Scope, answer: ItemAnswer, is_new: bool) -> None:
    """Tell whoever asked, and everybody with open executions of the item, once for each person."""
    item = answer.assignment
    asked = list(answer.questions.order_by("asked_at", "pk").values_list("pk", "execution__region"))
    open_in = item.executions.open().order_by().values_list("region", flat=True).distinct()
    codes = {*open_in, *(code for _pk, code in asked)}
    link = reverse("dashboard:question", args=[asked[0][0]])
    data = {**_protocol(item.protocol), "item": item.number, "cluster": "", "is_new": is_new}
    words = [Word(person, link, data) for person in people_of_regions([Role.COORDINATOR], codes)]
    notices_write(actor=actor, kind=QUESTION_ANSWERED, words=words)


def failed_issue_tell(*, schedule: IssueSchedule) -> None:
    """Tell whoever set the hour and whoever opened the draft, if they are of the centre still; urgently by mail."""
    protocol = schedule.protocol
    concerned = {schedule.set_by_id, protocol.created_by_id} & set(staff_ids())
    link = protocol.get_absolute_url()
    words = [Word(person, link, _protocol(protocol)) for person in sorted(filter(None, concerned))]
    notices_write(actor=SYSTEM, kind=ISSUE_FAILED, words=words)
    lines = [LineToWrite(word.person_id, {"schedule": schedule.pk}, is_urgent=True) for word in words]
    digest_lines_write(actor=SYSTEM, kind=ISSUE_FAILED, lines=lines)


def recall_tell(*, actor: Scope, recall: ItemRecall) -> None:
    """Tell those who may confirm the recall of an item: controllers and administrators, each once."""
    _tell_of_recall(actor, RECALL_WAITS, recall, staff_ids(REVIEWERS))


def recall_decided_tell(*, actor: Scope, recall: ItemRecall, is_confirmed: bool) -> None:
    """Tell whoever proposed a recall how a second person decided."""
    kind = RECALL_CONFIRMED if is_confirmed else RECALL_REFUSED
    _tell_of_recall(actor, kind, recall, [recall.asked_by_id])


def recalled_tell(*, actor: Scope, recall: ItemRecall, executions: QuerySet[Execution]) -> None:
    """Tell the coordinators of these executions that the item was recalled; a person once, by bell and mail."""
    counts = _counts(executions)
    people = people_of_regions([Role.COORDINATOR], counts)
    _tell_of_item(actor, ITEM_RECALLED, recall.assignment, people, counts, recall=recall.pk)


def recall_undone_tell(*, actor: Scope, recall: ItemRecall, executions: QuerySet[Execution]) -> None:
    """Tell the coordinators that these executions are on control again."""
    counts = _counts(executions)
    item = recall.assignment
    data = {**_protocol(item.protocol), "item": item.number, "cluster": ""}
    words = [
        Word(person, item.get_absolute_url(), {**data, "count": sum(counts[code] for code in codes)})
        for person, codes in people_of_regions([Role.COORDINATOR], counts).items()
    ]
    notices_write(actor=actor, kind=RECALL_UNDONE, words=words)


def rules_changed_tell(*, rules: ControlRules, counts: Mapping[str, int]) -> None:
    """Tell the coordinators whose executions have other due dates under new rules of control, by regions."""
    words = [
        Word(
            person,
            reverse("dashboard:registry"),
            {"version": rules.version, "count": sum(counts[c] for c in codes)},
        )
        for person, codes in people_of_regions([Role.COORDINATOR], counts).items()
    ]
    notices_write(actor=SYSTEM, kind=RULES_CHANGED, words=words)


def _tell_of_recall(actor: Scope, kind: str, recall: ItemRecall, people: Iterable[int]) -> None:
    item = recall.assignment
    data = {**_protocol(item.protocol), "item": item.number, "cluster": ""}
    words = [Word(person, recall.get_absolute_url(), data) for person in people]
    notices_write(actor=actor, kind=kind, words=words)


def _one(execution: Execution) -> dict[str, Any]:
    return {
        **_protocol(execution.assignment.protocol),
        "item": execution.assignment.number,
        "cluster": execution.cluster.code if execution.cluster else "",
    }


def _protocol(protocol: Protocol) -> dict[str, Any]:
    return {"protocol": protocol.number, "held_on": protocol.held_on.isoformat()}
