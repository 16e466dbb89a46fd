"""Executions as of a past instant: always what was stored then, whatever was recorded later."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.as_of import PAST_COLUMNS
from assignments.fold import fold, known_events
from assignments.models import Execution, ExecutionEvent, ExecutionPast
from assignments.selectors import fold_rules
from assignments.services.bulk import pasts_keep
from assignments.services.log import as_fold_events, columns_of
from assignments.services.notes import execution_note_write
from audit.append_only import AppendOnlyError
from common import clock
from common.errors import PortalError
from common.scope import SYSTEM
from tests.assignments.builders import ISSUED_AT, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast

ACTS = st.sampled_from(
    ["submit", "submit", "record", "accept", "return", "return", "extend", "cancel", "annul"]
)
STEPS = st.lists(
    st.tuples(ACTS, st.integers(0, 1), st.sampled_from([0, 0, 1, 5, 60, 1500, 4000])), max_size=14
)
Stored = dict[int, tuple[Any, ...]]


def stored() -> Stored:
    """The columns of the log of every execution, as they stand."""
    return {
        pk: tuple(rest) for pk, *rest in Execution.objects.order_by("pk").values_list("pk", *PAST_COLUMNS)
    }


def recorded(instant: datetime) -> Stored:
    """The same as of an instant, by the queryset."""
    rows = Execution.objects.visible_to(SYSTEM).as_of(instant).order_by("pk")
    return {pk: tuple(rest) for pk, *rest in rows.values_list("pk", *PAST_COLUMNS)}


def folded(instant: datetime) -> Stored:
    """The same by the log itself."""
    found = {}
    for row in Execution.objects.select_related("assignment").order_by("pk"):
        events = as_fold_events(ExecutionEvent.objects.filter(execution=row).order_by("pk"))
        then = fold(known_events(events, instant), row.assignment.due_on, fold_rules())
        if then.issued:
            columns = columns_of(then)
            found[row.pk] = tuple(columns[name] for name in PAST_COLUMNS)
    return found


def act(desk: Desk, name: str, now: datetime, serial: int) -> None:
    """One act as a person would do it; what is refused leaves no trace."""
    changes: dict[str, Any] = {}
    if name == "extend":
        changes["new_due"] = desk.row.due_on + timedelta(days=3)
    if name == "record":
        changes["at"] = now - timedelta(minutes=3)
    if name == "annul":
        events = ExecutionEvent.objects.filter(execution=desk.pk).exclude(kind__in=["issued", "annulled"])
        chosen = events.order_by("pk").values_list("pk", flat=True)
        if not chosen:
            return
        changes["event_id"] = chosen[serial % len(chosen)]
    try:
        desk.do(name, **changes)
    except PortalError:
        return


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_any_past_instant_shows_what_was_stored_then(cast: Cast, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        desks = [Desk(cast, row) for row in put_on_control([cast.tomsk_machines, cast.tomsk_farming])]
        seen = list(driven(desks, steps))
        for instant, was in seen:
            assert recorded(instant) == was == folded(instant)
        transaction.set_rollback(True)


def driven(desks: list[Desk], steps: list[tuple[str, int, int]]) -> Iterator[tuple[datetime, Stored]]:
    """Drive the steps; gives instants with what was stored when they came."""
    now = ISSUED_AT
    for serial, (name, which, minutes) in enumerate(steps):
        now += timedelta(minutes=minutes)
        if minutes:  # in an instant in which something is recorded, only what was stored before it counts
            yield now, stored()
        with clock.at(now):
            act(desks[which], name, now, serial)
    yield now + timedelta(seconds=1), stored()


def test_nothing_was_there_before_the_first_record(desk: Desk) -> None:
    assert recorded(ISSUED_AT) == {}
    assert set(recorded(ISSUED_AT + timedelta(seconds=1))) == {desk.pk}


def test_what_is_recorded_late_is_seen_from_its_recording_on(desk: Desk) -> None:
    with clock.at(ISSUED_AT + timedelta(days=6)):
        desk.do("record", at=ISSUED_AT + timedelta(days=2))
    reported = PAST_COLUMNS.index("reported_on")
    assert recorded(ISSUED_AT + timedelta(days=5))[desk.pk][reported] is None
    assert recorded(ISSUED_AT + timedelta(days=7))[desk.pk][reported] == date(2026, 3, 4)


def test_an_annulled_decision_still_stood_until_it_was_annulled(desk: Desk) -> None:
    desk.at(4, "submit")
    desk.at(5, "accept")
    desk.at(9, "annul")
    state = PAST_COLUMNS.index("state")
    states = [recorded(datetime(2026, 3, day, 12, tzinfo=UTC))[desk.pk][state] for day in (3, 4, 6, 9)]
    assert states == ["issued", "in_review", "executed", "in_review"]


def test_the_past_is_filtered_ordered_counted_and_nested_like_today(cast: Cast) -> None:
    rows = put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines])
    Desk(cast, rows[0]).at(4, "submit")
    Desk(cast, rows[0]).at(6, "accept")
    Desk(cast, rows[1]).at(4, "extend", new_due=date(2026, 4, 20))
    then = Execution.objects.as_of(datetime(2026, 3, 5, tzinfo=UTC))

    assert then.in_review().get().pk == rows[0].pk
    assert then.filter(due_on__gt=date(2026, 4, 1)).count() == 1
    assert [row.pk for row in then.order_by("-due_on", "pk")] == [rows[1].pk, rows[0].pk, rows[2].pk]
    assert then.visible_to(cast.scope("omsk_coordinator")).get().pk == rows[2].pk
    assert then.for_table().with_note().get(state="in_review").cluster == cast.tomsk_machines
    assert then[:2].count() == 2
    assert then.filter(state="executed").exists() is False
    assert dict(then.order_by().values_list("state").annotate(n=Count("pk"))) == {"issued": 2, "in_review": 1}
    nested = Execution.objects.filter(pk__in=then.in_review().values("pk"))
    assert nested.get().state == "executed"
    assert ExecutionEvent.objects.filter(execution__in=then.in_review()).count() == 3


def test_a_note_is_the_one_of_that_time(desk: Desk, cast: Cast) -> None:
    for day, text in ((3, "Начато"), (8, "Почти готово")):
        with clock.at(datetime(2026, 3, day, 9, tzinfo=UTC)):
            execution_note_write(
                actor=cast.scope("tomsk_coordinator"), execution_id=desk.pk, version=int(day == 8), text=text
            )
    instant = datetime(2026, 3, 5, tzinfo=UTC)
    assert Execution.objects.as_of(instant).with_note().get().note == "Начато"
    assert Execution.objects.with_note().get().note == "Почти готово"


def test_a_log_that_arrives_whole_keeps_its_past_once(cast: Cast) -> None:
    lived, arrived = put_on_control([cast.tomsk_machines, cast.tomsk_farming])
    for day, name in ((4, "submit"), (5, "return"), (9, "submit")):
        Desk(cast, lived).at(day, name)
    events = as_fold_events(ExecutionEvent.objects.filter(execution=lived).order_by("pk"))
    for some in (events[:3], events, events):
        pasts_keep({arrived.pk: (lived.assignment.due_on, some)}, fold_rules())

    def kept(execution: Execution) -> list[Any]:
        return list(execution.pasts.order_by("since").values_list("since", "until", *PAST_COLUMNS))

    assert kept(arrived) == kept(lived)
    assert len(kept(lived)) == 3


def test_the_past_is_written_once(desk: Desk) -> None:
    desk.at(4, "submit")
    past = ExecutionPast.objects.get()
    past.state = "returned"
    with pytest.raises(AppendOnlyError):
        past.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE assignments_executionpast SET state = 'returned'")


def test_earlier_states_are_seen_by_whoever_sees_the_execution(desk: Desk, cast: Cast) -> None:
    desk.at(4, "submit")
    seen = {
        who: ExecutionPast.objects.visible_to(cast.scope(who)).count()
        for who in ("controller", "tomsk_minister", "omsk_coordinator", "chair", "public")
    }
    assert seen == {"controller": 1, "tomsk_minister": 1, "omsk_coordinator": 0, "chair": 0, "public": 0}
