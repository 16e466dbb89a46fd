"""Days that differ from the tables of the calendar, and everything that counts by them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from assignments.selectors import due_warnings
from common import clock
from common.calendar import is_working_day, preceding_working_day, working_days_until
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from dashboard.selectors.requests import day_off
from dashboard.wording import soon_until
from rating.selectors.objections import earliest_publication
from regions.models import CalendarDay
from regions.selectors import calendar_for, calendar_overrides
from regions.services import calendar_day_add, calendar_day_end, calendar_day_update
from tests.assignments.builders import put_on_control
from tests.cast import Cast
from tests.together import at_once

CALENDAR = "/calendar/"
NOW = datetime(2026, 4, 15, 7, tzinfo=UTC)
FRIDAY, SATURDAY = date(2026, 4, 17), date(2026, 4, 18)


@pytest.fixture(autouse=True)
def wednesday() -> Any:
    """It is Wednesday, 15 April 2026."""
    with clock.at(NOW):
        yield


def add(cast: Cast, day: date = FRIDAY, is_working: bool = False, **changes: Any) -> CalendarDay:
    values = {"reason": "Постановление № 1", "region": ""} | changes
    return calendar_day_add(actor=cast.scope("administrator"), day=day, is_working=is_working, **values)


def test_a_day_of_the_country_changes_every_count(cast: Cast) -> None:
    assert soon_until(date(2026, 4, 15), calendar_overrides()) == date(2026, 4, 20)
    before = earliest_publication("2026-03")
    add(cast)
    overrides = calendar_overrides()
    assert soon_until(date(2026, 4, 15), overrides) == date(2026, 4, 21)
    assert not is_working_day(FRIDAY, overrides)
    assert preceding_working_day(FRIDAY, overrides) == date(2026, 4, 16)
    assert working_days_until(date(2026, 4, 15), SATURDAY, overrides) == 1
    (warning,) = due_warnings(FRIDAY, date(2026, 4, 15), 0, overrides)
    assert warning.offered == date(2026, 4, 16)
    assert (earliest_publication("2026-03") - before).days == 1


def test_a_day_of_a_region_goes_before_that_of_the_country(cast: Cast) -> None:
    add(cast, SATURDAY, True)
    add(cast, SATURDAY, False, region="70", reason="Закон области")
    assert calendar_overrides() == {SATURDAY: True}
    assert calendar_overrides("70") == {SATURDAY: False}
    assert calendar_overrides("55") == {SATURDAY: True}
    assert calendar_for(cast.scope("tomsk_coordinator")) == {SATURDAY: False}
    assert calendar_for(cast.scope("controller")) == {SATURDAY: True}


def test_the_same_day_said_twice_is_one_row(cast: Cast) -> None:
    assert add(cast).pk == add(cast).pk
    with pytest.raises(InvalidInput) as refused:
        add(cast, reason="Иное основание")
    assert set(refused.value.errors) == {"day"}
    assert CalendarDay.objects.count() == 1


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_a_day_said_by_two_at_once_is_one_row(cast: Cast) -> None:
    first, second = at_once(lambda: add(cast), NOW)
    assert first == second


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reason", {"reason": "  "}),
        ("reason", {"reason": "а" * 201}),
        ("day", {"day": date(2046, 4, 17)}),
        ("region", {"region": "99"}),
        ("is_working", {"is_working": True}),
        ("is_working", {"day": SATURDAY}),
    ],
)
def test_a_bad_day_is_refused_by_its_field(cast: Cast, field: str, typed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(cast, **typed)
    assert set(refused.value.errors) == {field}
    assert not CalendarDay.objects.exists()


def test_a_day_is_changed_and_taken_back_and_the_trail_keeps_both(cast: Cast) -> None:
    actor = cast.scope("administrator")
    row = add(cast)
    changed = {"day": date(2026, 4, 16), "is_working": False, "reason": "Постановление № 2", "region": "70"}
    calendar_day_update(actor=actor, day_id=row.pk, version=1, **changed)
    with pytest.raises(StaleVersion):
        calendar_day_update(actor=actor, day_id=row.pk, version=1, **changed)
    assert calendar_overrides("70") == {date(2026, 4, 16): False}
    calendar_day_end(actor=actor, day_id=row.pk, version=2)
    assert calendar_overrides("70") == {}
    with pytest.raises(ImpossibleStep):
        calendar_day_end(actor=actor, day_id=row.pk, version=3)
    trail = LogEntry.objects.get_for_object(row)
    assert [sorted(entry.changes) for entry in trail.order_by("pk")][1:] == [
        ["day", "reason", "region"],
        ["ended_at"],
    ]
    assert set(trail.values_list("actor", flat=True)) == {cast.administrator.pk}
    assert add(cast, date(2026, 4, 16), region="70").pk != row.pk


@pytest.mark.parametrize("name", ["controller", "methodologist", "tomsk_coordinator", "newcomer"])
def test_only_an_administrator_keeps_the_calendar(
    cast: Cast, as_person: Callable[[str], Client], name: str
) -> None:
    row = add(cast)
    with pytest.raises(NotAllowed):
        calendar_day_add(actor=cast.scope(name), day=SATURDAY, is_working=True, reason="Так")
    assert as_person(name).get(CALENDAR).status_code == 403
    assert as_person(name).post(reverse("regions:calendar-end", args=[row.pk])).status_code == 403


def test_the_page_adds_changes_and_takes_back(cast: Cast, as_person: Callable[[str], Client]) -> None:
    client = as_person("administrator")
    assert "Пока ничего не отличается" in client.get(CALENDAR).content.decode()
    typed = {"day": "17.04.2026", "is_working": "no", "region": "", "reason": "Постановление № 1"}
    assert client.post(CALENDAR, typed)["Location"] == CALENDAR
    row = CalendarDay.objects.get()
    refused = client.post(CALENDAR, typed | {"reason": "Иное основание"})
    assert refused.status_code == 400
    assert "Иное основание" in refused.content.decode()
    edit, end = (reverse(f"regions:calendar-{act}", args=[row.pk]) for act in ("edit", "end"))
    assert client.post(edit, typed | {"region": "70", "version": 1}).status_code == 302
    assert client.post(edit, typed | {"region": "55", "version": 1}).status_code == 409
    assert client.get(end).status_code == 200
    assert client.post(end, {"version": 2}).status_code == 302
    assert client.get(edit).status_code == 409
    assert "снято" in client.get(CALENDAR).content.decode()


def test_a_new_term_is_warned_by_the_calendar_of_its_region(cast: Cast) -> None:
    add(cast, FRIDAY, False, region="55", reason="Закон области")
    omsk, tomsk = put_on_control([cast.omsk_machines, cast.tomsk_machines])
    warning = day_off(FRIDAY, omsk)
    assert warning is not None
    assert warning.offered == date(2026, 4, 16)
    assert day_off(FRIDAY, tomsk) is None
