"""Values of indicators: entered by the region, planned by the centre, decided, never overwritten unseen."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from cyclogram.enums import Level, Unit
from cyclogram.models import Indicator, IndicatorValue, IndicatorValueEvent
from cyclogram.services.values import Entry, values_accept, values_enter, values_plan, values_return
from notifications.models import Notice
from tests.cast import Cast
from tests.cyclogram.builders import MADE, accepted, indicator, value

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def students(cast: Cast) -> Indicator:
    return indicator()


@pytest.fixture
def funds(cast: Cast) -> Indicator:
    return indicator(Level.CLUSTER, key="funds", order=2, unit=Unit.MILLION_ROUBLES)


def enter(cast: Cast, *entries: Entry, who: str = "tomsk_coordinator", day: date = DAY) -> int:
    return values_enter(actor=cast.scope(who), day=day, entries=entries)


def count(place: str = "70", amount: str = "120", key: str = "students", **said: Any) -> Entry:
    return Entry(key, place, Decimal(amount), **said)


def test_a_region_enters_its_values_and_those_of_its_clusters(
    cast: Cast, students: Indicator, funds: Indicator
) -> None:
    assert enter(cast, count(source="Форма СПО-1"), count("70-001", "12.5", "funds")) == 2
    of_region, of_cluster = IndicatorValue.objects.order_by("indicator__order")
    assert (of_region.region_id, of_region.actual, of_region.source) == ("70", 120, "Форма СПО-1")
    assert (of_cluster.cluster, of_cluster.actual) == (cast.tomsk_machines, Decimal("12.50"))
    assert (of_region.state, of_region.entered_by) == ("entered", cast.tomsk_coordinator)
    assert list(of_region.events.values_list("kind", "actual")) == [("entered", 120)]


def test_the_same_again_changes_nothing(cast: Cast, students: Indicator) -> None:
    enter(cast, count())
    assert enter(cast, count(seen=1)) == 0
    assert IndicatorValueEvent.objects.count() == 1


def test_an_accepted_value_that_is_entered_anew_waits_again(cast: Cast, students: Indicator) -> None:
    old = accepted(students, cast.tomsk, DAY)
    enter(cast, count(amount="130", seen=old.version))
    old.refresh_from_db()
    assert (old.state, old.actual, old.decided_at) == ("entered", 130, None)


def test_a_value_that_somebody_changed_meanwhile_is_not_overwritten(cast: Cast, students: Indicator) -> None:
    value(students, cast.tomsk, DAY, actual=140, version=2)
    with pytest.raises(InvalidInput) as refused:
        enter(cast, count(seen=1))
    assert "140" in str(refused.value.errors["students:70"][0])
    assert IndicatorValue.objects.get().actual == 140


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (count(amount="-1"), "от 0"),
        (count(amount="1.5"), "целое"),
        (count(key="nothing"), "nothing"),
        (count("70-001"), "по регионам"),
        (count("70", "3", "funds"), "по кластерам"),
        (count("70-001", "1.555", "funds"), "двух знаков"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_row_and_nothing_is_written(
    cast: Cast, students: Indicator, funds: Indicator, entry: Entry, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        enter(cast, count("70-002", "4", "funds"), entry)
    assert words in " ".join(str(refused.value.errors[entry.key][0]).split("\xa0"))
    assert not IndicatorValue.objects.exists()


def test_a_percentage_ends_at_a_hundred(cast: Cast) -> None:
    indicator(unit=Unit.PERCENT)
    with pytest.raises(InvalidInput, match="от 0 до 100"):
        enter(cast, count(amount="101"))


def test_a_day_that_has_not_come_has_no_facts_but_may_have_a_plan(cast: Cast, students: Indicator) -> None:
    ahead = date(2026, 10, 1)
    with pytest.raises(InvalidInput) as refused:
        enter(cast, count(), day=ahead)
    assert "day" in refused.value.errors
    values_plan(actor=cast.scope("methodologist"), day=ahead, entries=[count(amount="400")])
    planned = IndicatorValue.objects.get()
    assert (planned.planned, planned.actual, planned.counted_on) == (400, None, ahead)


def test_a_plan_leaves_the_fact_and_its_acceptance_alone(cast: Cast, students: Indicator) -> None:
    old = accepted(students, cast.tomsk, DAY)
    values_plan(actor=cast.scope("methodologist"), day=DAY, entries=[count(amount="100", seen=1)])
    old.refresh_from_db()
    assert (old.planned, old.actual, old.state) == (100, 120, "accepted")


@pytest.mark.parametrize("who", ["omsk_coordinator", "controller", "chair", "tomsk_minister"])
def test_nobody_else_enters_for_the_region(cast: Cast, students: Indicator, who: str) -> None:
    with pytest.raises(NotAllowed):
        enter(cast, count(), who=who)


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_plans_are_set_by_those_who_make_the_plans(cast: Cast, students: Indicator, who: str) -> None:
    with pytest.raises(NotAllowed):
        values_plan(actor=cast.scope(who), day=DAY, entries=[count()])


def test_the_centre_accepts_and_a_second_press_changes_nothing(cast: Cast, students: Indicator) -> None:
    waiting = value(students, cast.tomsk, DAY)
    chosen = {waiting.pk: 1}
    assert values_accept(actor=cast.scope("controller"), chosen=chosen) == 1
    assert values_accept(actor=cast.scope("controller"), chosen=chosen) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == ("accepted", cast.controller)
    assert list(waiting.events.values_list("kind", flat=True)) == ["accepted"]


def test_a_returned_value_says_why_and_its_region_is_told_once(cast: Cast, students: Indicator) -> None:
    rows = [value(students, cast.tomsk, day) for day in (DAY, date(2026, 2, 1))]
    chosen = {row.pk: 1 for row in rows}
    values_return(actor=cast.scope("controller"), chosen=chosen, remark="Не сходится с СПО-1")
    assert set(IndicatorValue.objects.values_list("state", "remark")) == {("returned", "Не сходится с СПО-1")}
    told = Notice.objects.filter(kind="values_returned")
    assert set(told.values_list("person", flat=True)) == {cast.tomsk_coordinator.pk, cast.tomsk_deputy.pk}
    enter(cast, count(seen=2))
    assert IndicatorValue.objects.get(counted_on=DAY).remark == ""


def test_a_return_without_a_remark_and_a_decision_on_nothing_are_refused(
    cast: Cast, students: Indicator
) -> None:
    waiting = value(students, cast.tomsk, DAY)
    with pytest.raises(InvalidInput) as refused:
        values_return(actor=cast.scope("controller"), chosen={waiting.pk: 1}, remark=" ")
    assert "remark" in refused.value.errors
    with pytest.raises(InvalidInput):
        values_accept(actor=cast.scope("controller"), chosen={})


def test_a_value_that_changed_since_it_was_seen_is_not_decided(cast: Cast, students: Indicator) -> None:
    waiting = value(students, cast.tomsk, DAY, version=2)
    with pytest.raises(ImpossibleStep, match="изменили"):
        values_accept(actor=cast.scope("controller"), chosen={waiting.pk: 1})
    planned = value(students, cast.omsk, DAY, actual=None, planned=5)
    with pytest.raises(ImpossibleStep):
        values_accept(actor=cast.scope("controller"), chosen={planned.pk: 1})


def test_a_region_neither_decides_nor_sees_foreign_values(cast: Cast, students: Indicator) -> None:
    own, foreign = value(students, cast.tomsk, DAY), value(students, cast.omsk, DAY)
    actor = cast.scope("tomsk_coordinator")
    with pytest.raises(NotAllowed):
        values_accept(actor=actor, chosen={own.pk: 1})
    with pytest.raises(Missing):
        values_accept(actor=actor, chosen={foreign.pk: 1})


def test_an_archived_indicator_is_entered_no_more(cast: Cast) -> None:
    indicator(archived_at=MADE)
    with pytest.raises(InvalidInput, match="students"):
        enter(cast, count())
