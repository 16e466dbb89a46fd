"""The log of invented events: planned when an execution is issued, appended when their time has come."""

from collections import defaultdict
from datetime import date, datetime
from heapq import heappop, heappush
from random import Random

from accounts.models import User
from assignments.enums import TRANSITIONS, AddresseeKind, EventKind
from assignments.fold import Event
from assignments.models import Evidence, Execution, ExecutionEvent, Protocol
from assignments.notices import DECIDED
from assignments.selectors import fold_rules
from assignments.services.bulk import events_append, executions_refold
from assignments.services.telling import decision_tell
from common import clock
from common.scope import Role, Scope
from demo.courses import Act, Subject, course
from demo.evidence import sample_file

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
            for act in course(self.rng, subject):
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
                        execution_ids=[row.execution_id],
                    )

    def _row(self, event_id: int, execution_id: int, act: Act) -> ExecutionEvent:
        mine = self.appended[execution_id]
        target = mine[-act.undoes] if act.undoes else None
        mine.append(event_id)
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
