"""Bad input of the cyclogram: a clear sentence at its field."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.errors import InvalidInput
from cyclogram import rules
from cyclogram.enums import Rhythm, Unit
from cyclogram.laying import Window, window_of
from cyclogram.models import Indicator, PlanCheckpoint
from tests.cast import Cast

TODAY = date(2023, 6, 1)


def fields_of(act: Callable[[], object]) -> set[str]:
    """The fields that are refused, each with words."""
    with pytest.raises(InvalidInput) as caught:
        act()
    assert str(caught.value)
    return set(caught.value.errors)


def test_a_cluster_without_a_cohort_has_no_plan(cast: Cast) -> None:
    assert rules.cohort_of(cast.tomsk_farming) == 2024
    assert fields_of(lambda: rules.cohort_of(cast.nameless)) == {"cohort_year"}


def test_months_outside_the_plan_or_out_of_order_are_refused() -> None:
    assert rules.clean_months(-11, 12) == (-11, 12)
    assert fields_of(lambda: rules.clean_months(-12, 3)) == {"from_month"}
    assert fields_of(lambda: rules.clean_months(3, 13)) == {"to_month"}
    assert fields_of(lambda: rules.clean_months(5, 4)) == {"to_month"}


@pytest.mark.parametrize(
    ("rhythm", "month", "day"),
    [
        (Rhythm.ONCE, 2, 29),
        (Rhythm.ONCE, -10, 29),
        (Rhythm.ONCE, 4, 31),
        (Rhythm.ONCE, 4, 0),
        (Rhythm.MONTHLY, 1, 29),
    ],
)
def test_a_checkpoint_has_a_day_that_every_year_has(rhythm: str, month: int, day: int) -> None:
    assert fields_of(lambda: rules.clean_checkpoint(rhythm, month, day)) == {"day"}
    assert rules.clean_checkpoint(rhythm, month, 28) == (month, 28)
    assert rules.clean_checkpoint(Rhythm.ONCE, 0, 31) == (0, 31)


def test_a_stage_is_not_finished_before_it_began_nor_in_the_future() -> None:
    begun = date(2023, 4, 1)

    assert rules.clean_actual(begun, begun, TODAY) == (begun, begun)
    assert fields_of(lambda: rules.clean_actual(begun, begun - timedelta(days=1), TODAY)) == {"actual_to"}
    assert fields_of(lambda: rules.clean_actual(begun, TODAY + timedelta(days=1), TODAY)) == {"actual_to"}
    assert fields_of(lambda: rules.clean_actual(TODAY + timedelta(days=1), None, TODAY)) == {"actual_from"}


def test_a_stage_is_not_moved_so_that_a_checkpoint_falls_after_the_year() -> None:
    laid = window_of(2025, 9, 9)
    opening = PlanCheckpoint(name_ru="Открытие", rhythm=Rhythm.ONCE, month=9, day=1)
    later = laid.shifted(92)

    assert rules.clean_planned(2025, laid, later, [opening]) == later
    with pytest.raises(InvalidInput) as caught:
        rules.clean_planned(2025, laid, laid.shifted(130), [opening])
    assert set(caught.value.errors) == {"planned_to"}
    assert "Открытие" in str(caught.value)
    assert "09.01.2026" in str(caught.value)


def test_planned_days_are_in_order_and_stay_in_the_plan_of_the_cohort() -> None:
    laid = window_of(2025, 12, 12)

    for planned in (laid.shifted(1), Window(laid.last, laid.first), laid.shifted(-800)):
        assert fields_of(lambda planned=planned: rules.clean_planned(2025, laid, planned, [])) == {
            "planned_to"
        }


def test_a_checkpoint_of_a_year_stays_in_it() -> None:
    assert rules.clean_checkpoint_day(2025, date(2025, 10, 18)) == date(2025, 10, 18)
    assert fields_of(lambda: rules.clean_checkpoint_day(2025, date(2026, 1, 1))) == {"held_on"}


@pytest.mark.parametrize("written", ["", " млн руб. ", "million_roubles"])
def test_a_table_may_name_the_unit_of_the_indicator(written: str) -> None:
    rules.clean_unit(Indicator(name_ru="Средства", unit=Unit.MILLION_ROUBLES), written)


def test_another_unit_is_refused_with_the_right_one() -> None:
    funds = Indicator(name_ru="Средства", unit=Unit.MILLION_ROUBLES)

    with pytest.raises(InvalidInput) as caught:
        rules.clean_unit(funds, "тыс. руб.")
    assert set(caught.value.errors) == {"unit"}
    assert "млн руб." in str(caught.value)


@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        (Unit.PERSONS, "12.5"),
        (Unit.PIECES, "-1"),
        (Unit.PERCENT, "100.01"),
        (Unit.MILLION_ROUBLES, "1.005"),
        (Unit.MILLION_ROUBLES, "1e13"),
        (Unit.PERCENT, "NaN"),
    ],
)
def test_an_amount_that_its_unit_does_not_know_is_refused(unit: Unit, amount: str) -> None:
    assert fields_of(lambda: rules.clean_amount(unit, Decimal(amount), field="actual")) == {"actual"}
    assert rules.clean_amount(unit, Decimal("12.00"), field="actual") == 12
