"""Invented courses of executions: what a coordinator and the centre do with one, and when. Pure and seeded.

Every kind of course occurs: early, on the day, late by every band, never, returned, returned as empty, extended
on request and by own decision, cancelled, a wrong return annulled, left unreviewed, entered late by the centre.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from assignments.enums import EventKind
from common.clock import MOSCOW


@dataclass(frozen=True, slots=True)
class Subject:
    """What a course is invented for. `discipline` (0–1) is the region's, `citation` names the item."""

    issued_at: datetime
    due: date
    discipline: float
    citation: str
    title: str


@dataclass(frozen=True, slots=True)
class Act:
    """One planned event. `undoes` counts acts back to the annulled one; `by_region` tells who acts."""

    kind: EventKind
    at: datetime
    text: str = ""
    by_region: bool = False
    empty: bool = False
    new_due: date | None = None
    requested_at: datetime | None = None
    undoes: int | None = None
    recorded_at: datetime | None = None
    with_file: bool = False

    @property
    def known_at(self) -> datetime:
        """When it enters the log."""
        return self.recorded_at or self.at


CANCELLED, OWN_EXTENSION, REQUESTED_EXTENSION = 0.015, 0.01, 0.05
LATENESS = ((1, 3, 0.50), (4, 10, 0.28), (11, 30, 0.14), (31, 70, 0.05))
"""Days late from, to, share of the late ones; the rest is never handed in."""
RETURNED, RETURNED_EMPTY, RETURNED_WRONGLY = 0.09, 0.025, 0.006
LEFT_UNREVIEWED = 0.05
ENTERED_BY_CENTRE = 0.004
WITH_FILE = 0.03

REPORTS = (
    "Во исполнение {citation} сообщаем: работа выполнена в полном объёме, сведения размещены на платформе "
    "мониторинга. Просим снять поручение с контроля.",
    "Во исполнение {citation} представляем информацию «{title}». Данные сверены с кластером и базовой "
    "организацией. Просим снять с контроля.",
    "Во исполнение {citation}: мероприятия проведены, подтверждающие документы размещены. Затруднений нет. "
    "Просим снять поручение с контроля.",
)
REWORK = (
    "Не представлены подтверждающие документы. Просим дополнить.",
    "Сведения расходятся с данными платформы мониторинга. Просим уточнить и направить повторно.",
    "Отчёт содержит сведения не по всем пунктам поручения.",
)
EMPTY = (
    "Отчёт не содержит сведений по существу поручения.",
    "Представлена отписка: факты и даты не указаны.",
)
REPEATED = "Во исполнение {citation} направляем доработанный отчёт с учётом замечаний."
REQUEST = "Просим перенести срок: поставщик сдвинул дату передачи документов."
OWN_DECISION = "Срок перенесён решением совещания."
CANCEL = "Поручение для кластера снято: мероприятие перенесено на следующий учебный год."
WRONG_RETURN = "Возвращено ошибочно: документы приложены."
OUTAGE = "Отчёт поступил по почте во время недоступности портала."


def course(rng: Random, subject: Subject) -> Iterator[Act]:
    """The whole invented future of one execution, in order of time."""
    if rng.random() < CANCELLED:
        yield Act(EventKind.CANCELLED, _between(rng, subject.issued_at, subject.due), CANCEL)
        return
    due = subject.due
    if rng.random() < OWN_EXTENSION:
        due = due + timedelta(days=rng.randint(5, 14))
        yield Act(EventKind.EXTENDED, working_moment(rng, subject.due, 9, 12), OWN_DECISION, new_due=due)
    elif rng.random() < REQUESTED_EXTENSION:
        asked = working_moment(rng, subject.due, 9, 12)
        due = due + timedelta(days=rng.randint(4, 12))
        granted = working_moment(rng, subject.due + timedelta(days=1), 10, 17)
        yield Act(EventKind.EXTENDED, granted, REQUEST, new_due=due, requested_at=asked)
    day = _day_of_report(rng, subject, due)
    if day is not None:
        yield from _report_and_review(rng, subject, day)


def _day_of_report(rng: Random, subject: Subject, due: date) -> date | None:
    if rng.random() < subject.discipline:
        first = subject.issued_at.astimezone(MOSCOW).date() + timedelta(days=1)
        early = min(int(rng.expovariate(0.4)), max(0, (due - first).days))
        return due - timedelta(days=early)
    draw = rng.random()
    for first_day, last_day, share in LATENESS:
        if draw < share:
            return due + timedelta(days=rng.randint(first_day, last_day))
        draw -= share
    return None


def _report_and_review(rng: Random, subject: Subject, day: date) -> Iterator[Act]:
    handed_in = working_moment(rng, day, 9, 19)
    text = rng.choice(REPORTS).format(citation=subject.citation, title=subject.title)
    if rng.random() < ENTERED_BY_CENTRE:
        entered = handed_in + timedelta(days=2)
        yield Act(EventKind.SUBMITTED, handed_in, f"{text} {OUTAGE}", recorded_at=entered)
        yield Act(EventKind.ACCEPTED, entered + timedelta(hours=3))
        return
    yield Act(EventKind.SUBMITTED, handed_in, text, by_region=True, with_file=rng.random() < WITH_FILE)
    if rng.random() < LEFT_UNREVIEWED:
        yield Act(EventKind.ACCEPTED, handed_in + timedelta(days=rng.randint(25, 60)))
        return
    decided = _after(rng, handed_in, 1, 6)
    draw = rng.random()
    if draw < RETURNED_WRONGLY:
        yield Act(EventKind.RETURNED, decided, rng.choice(REWORK))
        yield Act(EventKind.ANNULLED, decided + timedelta(hours=3), WRONG_RETURN, undoes=1)
        yield Act(EventKind.ACCEPTED, decided + timedelta(hours=4))
    elif draw < RETURNED_WRONGLY + RETURNED_EMPTY + RETURNED:
        empty = draw < RETURNED_WRONGLY + RETURNED_EMPTY
        yield Act(EventKind.RETURNED, decided, rng.choice(EMPTY if empty else REWORK), empty=empty)
        again = _after(rng, decided, 2, 9 if empty else 4)
        yield Act(EventKind.SUBMITTED, again, REPEATED.format(citation=subject.citation), by_region=True)
        yield Act(EventKind.ACCEPTED, _after(rng, again, 1, 5))
    else:
        yield Act(EventKind.ACCEPTED, decided)


def working_moment(rng: Random, day: date, first_hour: int, last_hour: int) -> datetime:
    """A moment of a day between two Moscow hours."""
    moment = time(rng.randrange(first_hour, last_hour), rng.randrange(60), rng.randrange(60))
    return datetime.combine(day, moment, MOSCOW)


def _after(rng: Random, instant: datetime, first_day: int, last_day: int) -> datetime:
    day = instant.astimezone(MOSCOW).date() + timedelta(days=rng.randint(first_day, last_day))
    return working_moment(rng, day, 9, 18)


def _between(rng: Random, instant: datetime, day: date) -> datetime:
    days = max(1, (day - instant.astimezone(MOSCOW).date()).days)
    return _after(rng, instant, 1, days)
