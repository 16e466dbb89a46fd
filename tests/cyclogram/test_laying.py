"""The days of a plan: a cohort is chosen in the year before, opens in its own, and nothing leaves those two years."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cyclogram.laying import (
    FIRST_MONTH,
    LAST_MONTH,
    Window,
    after_the_year,
    day_of,
    days_of,
    horizon_of,
    month_of,
    window_of,
)

COHORTS = st.integers(2022, 2100)
MONTHS = st.integers(FIRST_MONTH, LAST_MONTH)
RHYTHMS = st.sampled_from(["once", "quarterly", "monthly"])


def test_the_cohort_of_2024_is_chosen_in_2023_and_opens_on_1_september_2024() -> None:
    assert window_of(2024, -11, 0) == Window(date(2023, 1, 1), date(2023, 12, 31))
    assert window_of(2024, 9, 9) == Window(date(2024, 9, 1), date(2024, 9, 30))
    assert day_of(2024, 9, 1) == date(2024, 9, 1)
    assert horizon_of(2024) == Window(date(2023, 1, 1), date(2024, 12, 31))


def test_months_are_widened_to_whole_ones_in_leap_years_too() -> None:
    assert window_of(2024, 2, 2).last == date(2024, 2, 29)
    assert window_of(2023, 2, 2).last == date(2023, 2, 28)
    assert day_of(2023, 2, 31) == date(2023, 2, 28)


def test_a_checkpoint_comes_once_or_to_the_end_of_the_first_year() -> None:
    assert list(days_of(2025, "once", 10, 18)) == [date(2025, 10, 18)]
    assert list(days_of(2025, "quarterly", 1, 15)) == [date(2025, month, 15) for month in (1, 4, 7, 10)]
    assert list(days_of(2023, "monthly", 11, 1)) == [date(2023, 11, 1), date(2023, 12, 1)]


@given(cohort=COHORTS, one=MONTHS, other=MONTHS)
def test_a_window_is_whole_months_within_the_plan(cohort: int, one: int, other: int) -> None:
    first, last = window_of(cohort, min(one, other), max(one, other))

    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert horizon_of(cohort).first <= first < last <= horizon_of(cohort).last
    assert after_the_year(cohort, (first, last)) == []


@given(cohort=COHORTS, month=MONTHS, day=st.integers(1, 31), rhythm=RHYTHMS)
def test_every_day_of_a_checkpoint_lies_in_a_month_of_the_plan(
    cohort: int, month: int, day: int, rhythm: str
) -> None:
    days = list(days_of(cohort, rhythm, month, day))

    assert days == sorted(set(days))
    assert (days[0].year, days[0].month) == month_of(cohort, month)
    assert after_the_year(cohort, days) == []


@given(cohort=COHORTS, one=MONTHS, days=st.integers(-400, 400))
def test_a_moved_window_keeps_its_length_and_moves_back(cohort: int, one: int, days: int) -> None:
    window = window_of(cohort, one, one)
    later = window.shifted(days)

    assert later.last - later.first == window.last - window.first
    assert later.shifted(-days) == window


@given(cohort=COHORTS, month=MONTHS)
def test_plans_of_two_cohorts_are_the_same_months_of_their_own_years(cohort: int, month: int) -> None:
    assert month_of(cohort, month)[1] == month_of(cohort + 1, month)[1]
    assert month_of(cohort, month)[0] + 1 == month_of(cohort + 1, month)[0]
