"""The invented courses: every kind occurs, in an order that the log accepts."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

from assignments.enums import EventKind
from assignments.fold import Event, FoldRules, fold
from demo.courses import Act, Subject, course

SUBJECT = Subject(
    issued_at=datetime(2026, 3, 4, 13, tzinfo=UTC),
    due=date(2026, 3, 18),
    discipline=0.8,
    citation="п. 2.1 протокола № 9 от 04.03.2026",
    title="План закупок",
)
RULES = FoldRules(tz_offset_minutes=180, min_lead_days=1, max_request_extensions=1)


def courses(count: int) -> list[list[Act]]:
    rng = Random(5)
    return [list(course(rng, SUBJECT)) for _ in range(count)]


def test_the_same_seed_invents_the_same_courses() -> None:
    assert courses(50) == courses(50)


def test_every_kind_of_course_occurs() -> None:
    seen: Counter[str] = Counter()
    for acts in courses(3_000):
        kinds = [act.kind for act in acts]
        reports = [act.at.date() for act in acts if act.kind == EventKind.SUBMITTED]
        seen["nothing"] += not acts
        seen["early"] += bool(reports) and reports[0] < SUBJECT.due
        seen["late"] += bool(reports) and reports[0] > SUBJECT.due
        seen["returned"] += any(act.kind == EventKind.RETURNED and not act.empty for act in acts)
        seen["empty"] += any(act.empty for act in acts)
        seen["requested extension"] += any(act.requested_at is not None for act in acts)
        seen["own extension"] += any(act.new_due and act.requested_at is None for act in acts)
        seen["cancelled"] += EventKind.CANCELLED in kinds
        seen["annulled"] += EventKind.ANNULLED in kinds
        seen["entered late"] += any(act.recorded_at for act in acts)
        seen["with a file"] += any(act.with_file for act in acts)
    assert all(seen[kind] for kind in seen), seen
    assert len(seen) == 11


def test_a_course_is_in_order_and_no_act_of_it_is_lost_in_the_log() -> None:
    for acts in courses(500):
        assert [act.known_at for act in acts] == sorted(act.known_at for act in acts)
        log = [Event(1, "issued", SUBJECT.issued_at, SUBJECT.issued_at)]
        for number, act in enumerate(acts, 2):
            before = fold(log, SUBJECT.due, RULES)
            log.append(
                Event(
                    id=number,
                    kind=act.kind.value,
                    at=act.at,
                    recorded_at=act.known_at,
                    empty=act.empty,
                    new_due=act.new_due,
                    requested_at=act.requested_at,
                    target=log[-act.undoes].id if act.undoes else None,
                )
            )
            assert fold(log, SUBJECT.due, RULES) != before, act


def test_reports_speak_as_official_ones_do() -> None:
    texts = [act.text for acts in courses(50) for act in acts if act.by_region]
    assert texts
    assert all(text.startswith("Во исполнение п. 2.1 протокола № 9 от 04.03.2026") for text in texts)
