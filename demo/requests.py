"""Invented requests: those of the regions and the centre's own behind the acts of a course, and others. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from assignments.enums import EventKind, RequestKind, RequestOrigin, RequestState
from common.calendar import preceding_working_day
from common.clock import MOSCOW
from demo.courses import REQUEST, Act, Subject, working_moment

REFUSED_SHARE = 0.06
"""Of the executions without an extension, those for which the region asks in vain, takes it back or is overtaken."""
BEHIND_CANCELLATION = 0.5
SHIFTS = (-12, -11, -10, -9, -8, -7, -6, -4, -2, -1, 0, 1)
"""Days from the due day to such a request; one of them comes late."""

REASONS = (
    "Просим продлить срок: база практики подтверждает договор на следующей неделе.",
    "Просим перенести срок: сведения от базовой организации ещё не поступили.",
    "Просим продлить срок на время каникул: ответственные сотрудники в отпуске.",
)
NOT_APPLICABLE = "Поручение к кластеру неприменимо: мероприятие в этом учебном году не проводится."
REFUSALS = (
    "Срок достаточен: сведения уже есть на платформе мониторинга.",
    "Оснований для переноса нет: остальные кластеры отчитались в срок.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One invented request. `granting` is the act of the course that grants it; otherwise it ends by itself.

    A wish of the centre itself (`origin`) is confirmed by the second controller.
    """

    kind: RequestKind
    at: datetime
    reason: str
    state: RequestState
    ended_at: datetime
    proposed_due: date | None = None
    answer: str = ""
    granting: Act | None = None
    origin: RequestOrigin = RequestOrigin.REGION


def requests_of(rng: Random, subject: Subject, acts: Sequence[Act]) -> Iterator[Asked]:
    """The requests that belong to one invented course; `rng` is not that of the course, whose draws stay its own."""
    for act in acts:
        if act.kind == EventKind.EXTENDED:
            if act.requested_at is None:
                yield _own_decision(subject, act, RequestKind.EXTENSION)
            else:
                yield Asked(
                    RequestKind.EXTENSION, act.requested_at, REQUEST, RequestState.GRANTED, act.at,
                    proposed_due=act.new_due, granting=act,
                )  # fmt: skip
            return
        if act.kind == EventKind.CANCELLED:
            if rng.random() < BEHIND_CANCELLATION:
                asked = max(subject.issued_at + timedelta(hours=1), act.at - timedelta(hours=20))
                yield Asked(
                    RequestKind.NOT_APPLICABLE, asked, NOT_APPLICABLE, RequestState.GRANTED, act.at,
                    granting=act,
                )  # fmt: skip
            else:
                yield _own_decision(subject, act, RequestKind.CANCELLATION)
            return
    if rng.random() < REFUSED_SHARE:
        yield from _in_vain(rng, subject, acts)


def _own_decision(subject: Subject, act: Act, kind: RequestKind) -> Asked:
    """What one controller proposed some hours before another confirmed it."""
    proposed = max(subject.issued_at, act.at - timedelta(hours=3))
    return Asked(
        kind, proposed, act.text, RequestState.GRANTED, act.at,
        proposed_due=act.new_due, granting=act, origin=RequestOrigin.CENTRE,
    )  # fmt: skip


def _in_vain(rng: Random, subject: Subject, acts: Sequence[Act]) -> Iterator[Asked]:
    """A request that moves nothing: refused, taken back, or overtaken by the decision on the report."""
    asked = working_moment(rng, subject.due + timedelta(days=rng.choice(SHIFTS)), 9, 18)
    closed = next((act.known_at for act in acts if act.kind == EventKind.ACCEPTED), None)
    if asked <= subject.issued_at or (closed is not None and closed <= asked):
        return
    ended = working_moment(rng, asked.astimezone(MOSCOW).date() + timedelta(days=rng.randint(3, 7)), 9, 18)
    state = RequestState.REFUSED if rng.random() < 0.8 else RequestState.WITHDRAWN
    if closed is not None and closed <= ended:
        state, ended = RequestState.LAPSED, closed
    yield Asked(
        RequestKind.EXTENSION,
        asked,
        rng.choice(REASONS),
        state,
        ended,
        proposed_due=preceding_working_day(subject.due + timedelta(days=rng.randint(7, 14))),
        answer=rng.choice(REFUSALS) if state == RequestState.REFUSED else "",
    )
