"""Numbers, dates and months on the screen, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from common import formatting

NBSP = "\u00a0"


@pytest.fixture(params=["ru", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def russian():
    with translation.override("ru"):
        yield


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_a_score_is_the_same_from_hundredths_and_from_points(language):
    assert formatting.score(7867) == formatting.score(Decimal("78.67"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(7867, "78,67"), (10000, "100,00"), (5, "0,05"), (0, "0,00"), (-733, "−7,33"), (None, "–")],
)
def test_a_score_has_two_decimals_and_a_comma_in_russian(russian, value, shown):
    assert formatting.score(value) == shown


def test_a_score_has_a_point_in_english(english):
    assert formatting.score(7867) == "78.67"


@pytest.mark.parametrize(
    ("value", "shown"), [(8960, "89"), (8999, "89"), (9000, "90"), (10000, "100"), (None, "–"), (99, "0")]
)
def test_a_tile_cuts_the_score_and_never_rounds_it_into_the_next_zone(value, shown):
    assert formatting.score_tile(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(430, "+4,30"), (-733, "−7,33"), (0, "0,00"), (None, "–"), (Decimal("6.4"), "+6,40")]
)
def test_a_change_carries_its_sign_with_a_real_minus(russian, value, shown):
    assert formatting.signed(value) == shown


def test_a_change_can_be_shown_to_one_decimal(russian):
    assert formatting.signed(-425, places=1) == "−4,3"


def test_thousands_are_parted_by_a_space_that_does_not_break(russian):
    assert formatting.number(1180) == f"1{NBSP}180"
    assert formatting.number(Decimal("1234567.5"), places=2) == f"1{NBSP}234{NBSP}567,50"


def test_thousands_are_parted_by_a_comma_in_english(english):
    assert formatting.number(-1234567) == "−1,234,567"


def test_a_percent_sign_stands_apart_in_russian_only():
    with translation.override("ru"):
        assert formatting.percent(94) == f"94{NBSP}%"
    with translation.override("en"):
        assert formatting.percent(94) == "94%"
    assert formatting.percent(None) == "–"


def test_a_share_is_cut_so_that_a_hundred_means_all(russian):
    assert formatting.share(999, 1000) == f"99{NBSP}%"
    assert formatting.share(8, 8) == f"100{NBSP}%"
    assert formatting.share(0, 0) == "–"


def test_an_interval_shows_both_ends_or_nothing(russian):
    assert formatting.interval(6120, 8940) == f"61,20{NBSP}–{NBSP}89,40"
    assert formatting.interval(None, 8940) == "–"


def test_a_long_date_bends_the_month_and_names_the_year():
    day = date(2026, 5, 28)
    with translation.override("ru"):
        assert formatting.date_long(day) == f"28{NBSP}мая{NBSP}2026{NBSP}г."
        assert formatting.date_day(day) == f"28{NBSP}мая"
        assert formatting.date_short(day) == "28.05.2026"
    with translation.override("en"):
        assert formatting.date_long(day) == f"28{NBSP}May{NBSP}2026"
        assert formatting.date_short(date(2026, 10, 3)) == f"3{NBSP}Oct{NBSP}2026"


def test_no_date_is_a_dash():
    assert formatting.date_long(None) == formatting.date_day(None) == formatting.date_time(None) == "–"
    assert formatting.date_short(None) == "–"


def test_an_instant_is_shown_in_moscow_time_whatever_its_zone(english):
    assert formatting.date_time(datetime(2026, 11, 9, 22, 30, tzinfo=UTC)) == (
        f"10{NBSP}November{NBSP}2026, 01:30{NBSP}MSK"
    )


def test_the_day_of_an_instant_is_its_moscow_day(russian):
    assert formatting.date_day(datetime(2026, 11, 30, 21, 0, tzinfo=UTC)) == f"1{NBSP}декабря"


@pytest.mark.parametrize(
    ("month", "dative", "prepositional", "genitive"),
    [
        ("2026-01", "январю", "январе", "января"),
        ("2026-03", "марту", "марте", "марта"),
        ("2026-05", "маю", "мае", "мая"),
        ("2026-08", "августу", "августе", "августа"),
        ("2026-10", "октябрю", "октябре", "октября"),
    ],
)
def test_a_russian_month_bends_as_its_sentence_needs(russian, month, dative, prepositional, genitive):
    assert formatting.month_dative(month) == dative
    assert formatting.month_prepositional(month) == prepositional
    assert formatting.month_genitive(month) == f"{genitive}{NBSP}2026"


def test_an_english_month_does_not_bend(english):
    assert formatting.month_dative("2026-10") == formatting.month_prepositional("2026-10") == "October"


def test_a_month_is_small_in_a_sentence_and_tall_in_a_title(russian):
    assert formatting.month_name("2026-10") == f"октябрь{NBSP}2026"
    assert formatting.month_name(date(2026, 10, 31)) == f"октябрь{NBSP}2026"
    assert formatting.month_title("2026-10") == f"Октябрь{NBSP}2026"


def test_months_of_an_axis_have_three_letters_and_differ(language):
    names = [formatting.month_short(f"2026-{month:02d}") for month in range(1, 13)]
    assert {len(name) for name in names} == {3}
    assert len(set(names)) == 12


def test_days_are_counted_in_english(english):
    assert [formatting.days(count) for count in (1, 3, 21)] == [
        f"1{NBSP}day",
        f"3{NBSP}days",
        f"21{NBSP}days",
    ]


def test_days_are_counted_in_russian(russian):
    shown = [formatting.days(count) for count in (1, 3, 11, 21)]
    assert shown == [f"1{NBSP}день", f"3{NBSP}дня", f"11{NBSP}дней", f"21{NBSP}день"]


def test_a_file_size_grows_through_its_units(english):
    assert formatting.file_size(640) == f"640{NBSP}B"
    assert formatting.file_size(34_816) == f"34{NBSP}KB"
    assert formatting.file_size(3_565_158) == f"3.4{NBSP}MB"


@pytest.mark.parametrize(
    ("figure", "russian", "english"),
    [
        ("1", "балл", "point"),
        ("21", "балл", "points"),
        ("2", "балла", "points"),
        ("5", "баллов", "points"),
        ("11", "баллов", "points"),
        (f"1{NBSP}180", "баллов", "points"),
        ("\u22121", "балл", "point"),
    ],
)
def test_the_word_after_a_whole_number_of_points_bends_with_it(
    figure: str, russian: str, english: str
) -> None:
    with translation.override("ru"):
        assert formatting.points_word(figure) == russian
    with translation.override("en"):
        assert formatting.points_word(figure.replace(NBSP, ",")) == english


@pytest.mark.parametrize("hundredths", [100, 256, 500, 1105, 2100, -430])
def test_after_decimals_the_word_is_always_the_same(hundredths: int) -> None:
    with translation.override("ru"):
        assert formatting.points_word(formatting.score(hundredths)) == "балла"
    with translation.override("en"):
        assert formatting.points_word(formatting.score(hundredths)) == "points"


def test_no_line_of_facts_begins_with_its_dot() -> None:
    assert formatting.in_line("ПроЛом", "", "п. 2.1") == "ПроЛом\u00a0· п. 2.1"
    assert formatting.in_line("", "") == ""


def test_a_long_code_is_read_by_fours() -> None:
    assert formatting.fours("ABCDEFGHIJ") == ["ABCD", "EFGH", "IJ"]
