"""The log of invented events: planned when an execution is issued, appended when their time has come."""

from collections import defaultdict
from datetime import date, datetime
from heapq import heappop, heappush
from random import Random

from accounts.models import User
from assignments.enums import TRANSITIONS, AddresseeKind, EventKind, RequestOrigin, RequestState
from assignments.fold import Event
from assignments.models import Evidence, Execution, ExecutionEvent, ExecutionRequest, Protocol
from assignments.notices import DECIDED
from assignments.selectors import fold_rules
from assignments.services.bulk import events_append, executions_refold, requests_append
from assignments.services.telling import decision_tell
from common import clock
from common.scope import Role, Scope
from demo.courses import Act, Subject, course
from demo.evidence import sample_file
from demo.requests import Asked, requests_of

MONTHLY_SPREAD = 0.06
"""How far a region's discipline strays from its own mean in one protocol."""


class History:
    """Plans courses and appends what has happened, in the order of recording."""

    def __init__(self, rng: Random, discipline: dict[str, float], told_from: datetime | None = None) -> None:
        self.told_from = told_from
        self.rng = rng
        self.discipline = discipline
        self.rules = fold_rules()
        self.pending: list[tuple[datetime, int, int, Act]] = []
        self.planned = 0
        self.logs: dict[int, list[Event]] = {}
        self.appended: dict[int, list[int]] = defaultdict(list)
        self.coordinators = self._people(Role.COORDINATOR)
        self.controllers = list(
            User.objects.filter(memberships__role=Role.CONTROLLER).order_by("pk").values_list("pk", flat=True)
        )
        self.places: dict[int, str] = {}
        self.item_due: dict[int, date] = {}
        self.asked: list[tuple[int, Asked]] = []
        self.event_ids: dict[tuple[int, datetime], int] = {}

    @staticmethod
    def _people(role: Role) -> dict[str, int]:
        rows = User.objects.filter(memberships__role=role, memberships__position="main")
        return dict(rows.values_list("memberships__region", "pk"))

    def invent(self, protocol: Protocol) -> None:
        """Plan the course of every execution of an issued protocol."""
        rows = (
            Execution.objects.filter(assignment__protocol=protocol)
            .select_related("assignment")
            .order_by("pk")
        )
        issued = {
            execution_id: (event_id, at)
            for execution_id, event_id, at in ExecutionEvent.objects.filter(
                execution__assignment__protocol=protocol
            ).values_list("execution_id", "pk", "at")
        }
        for execution in rows:
            item = execution.assignment
            self.places[execution.pk] = execution.region_id
            self.item_due[execution.pk] = item.due_on
            event_id, at = issued[execution.pk]
            self.logs[execution.pk] = [Event(event_id, EventKind.ISSUED.value, at, at)]
            base = self.discipline[execution.region_id]
            if item.addressee == AddresseeKind.REGIONS:
                base = min(0.99, base + 0.05)
            subject = Subject(
                issued_at=at,
                due=execution.due_on,
                discipline=max(0.05, min(1.0, base + self.rng.gauss(0, MONTHLY_SPREAD))),
                citation=f"п. {item.number} протокола № {protocol.number} от {protocol.held_on:%d.%m.%Y}",
                title=item.title,
            )
            acts = list(course(self.rng, subject))
            own = Random(f"requests about {execution.code}")  # noqa: S311  invented data, not a secret
            self.asked += ((execution.pk, asked) for asked in requests_of(own, subject, acts))
            for act in acts:
                self.planned += 1
                heappush(self.pending, (act.known_at, self.planned, execution.pk, act))

    def flush(self, until: datetime) -> None:
        """Append everything recorded before `until` and bring the executions to it."""
        due: list[tuple[int, Act]] = []
        while self.pending and self.pending[0][0] < until:
            _at, _order, execution_id, act = heappop(self.pending)
            due.append((execution_id, act))
        if not due:
            return
        # An annulment names an event that may be appended in the same batch, so ids must be known in order.
        first = (ExecutionEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        rows, files = [], []
        for event_id, (execution_id, act) in enumerate(due, first):
            rows.append(self._row(event_id, execution_id, act))
            if act.with_file:
                files.append(event_id)
        events_append(rows)
        for event_id in files:
            Evidence.objects.create(event_id=event_id, file=sample_file(len(files) + event_id))
        touched = {execution_id for execution_id, _act in due}
        executions_refold({pk: (self.item_due[pk], self.logs[pk]) for pk in touched}, self.rules)
        self._tell(rows)

    def _tell(self, rows: list[ExecutionEvent]) -> None:
        """Tell the coordinators of the newest decisions, as the services do that were not called here."""
        actions = {TRANSITIONS[action].event: action for action in DECIDED}
        for row in rows:
            if self.told_from and row.recorded_at >= self.told_from and row.kind in actions:
                with clock.at(row.recorded_at):
                    decision_tell(
                        actor=Scope(user_id=row.actor_id),
                        action=actions[EventKind(row.kind)],
                        event_ids=[row.pk],
                    )

    def ask(self, until: datetime) -> None:
        """Write what the regions asked before `until`, with the answers that had come by then."""
        known = [(pk, asked) for pk, asked in self.asked if asked.at < until]
        known.sort(key=lambda pair: (pair[1].at, pair[0]))
        requests_append([self._request(pk, asked, until) for pk, asked in known])

    def _request(self, execution_id: int, asked: Asked, until: datetime) -> ExecutionRequest:
        region, centre = self.coordinators[self.places[execution_id]], self.controllers[execution_id % 2]
        is_own = asked.origin == RequestOrigin.CENTRE
        request = ExecutionRequest(
            execution_id=execution_id, origin=asked.origin, kind=asked.kind, reason=asked.reason,
            proposed_due=asked.proposed_due, asked_at=asked.at,
            asked_by_id=self.controllers[(execution_id + 1) % 2] if is_own else region,
        )  # fmt: skip
        if asked.ended_at < until:
            request.state, request.answer, request.version = asked.state, asked.answer, 2
            request.answered_by_id = region if asked.state == RequestState.WITHDRAWN else centre
            request.answered_at = asked.ended_at
            if asked.granting is not None:
                request.granted_due = asked.granting.new_due
                request.event_id = self.event_ids[execution_id, asked.granting.at]
        return request

    def _row(self, event_id: int, execution_id: int, act: Act) -> ExecutionEvent:
        mine = self.appended[execution_id]
        target = mine[-act.undoes] if act.undoes else None
        mine.append(event_id)
        if act.kind in (EventKind.EXTENDED, EventKind.CANCELLED):
            self.event_ids[execution_id, act.at] = event_id
        self.logs[execution_id].append(
            Event(
                id=event_id, kind=act.kind.value, at=act.at, recorded_at=act.known_at, empty=act.empty,
                new_due=act.new_due, requested_at=act.requested_at, target=target,
            )
        )  # fmt: skip
        actor = (
            self.coordinators[self.places[execution_id]]
            if act.by_region
            else self.controllers[execution_id % 2]
        )
        return ExecutionEvent(
            pk=event_id, execution_id=execution_id, kind=act.kind, at=act.at, recorded_at=act.known_at,
            actor_id=actor, text=act.text, empty=act.empty, new_due=act.new_due, requested_at=act.requested_at,
            target_id=target,
        )  # fmt: skip
