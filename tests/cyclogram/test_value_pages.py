"""The table of a day: by hand, from a workbook, in the list; and what the lanes make of the values."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common import clock
from cyclogram.enums import Direction, Level, Unit
from cyclogram.models import Indicator, IndicatorValue
from cyclogram.selectors.lanes import courses_of
from tests.assignments.sheets import lines_of, saved
from tests.cast import Cast
from tests.cyclogram.builders import accepted, indicator, process, value

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 1)
QUERY = "?day=01.03.2026"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def students(cast: Cast) -> Indicator:
    return indicator(process=process("headcount", "cross_cutting"))


def table() -> str:
    return f"{reverse('cyclogram:values-enter')}{QUERY}"


def typed(amount: str, seen: str = "0", place: str = "70") -> dict[str, str]:
    key = f"students:{place}"
    return {f"amount:{key}": amount, f"source:{key}": "СПО-1", f"seen:{key}": seen}


def test_what_is_typed_is_saved_and_stands_there_the_next_time(
    as_person: Callable[[str], Client], students: Indicator
) -> None:
    client = as_person("tomsk_coordinator")
    answer = client.post(table(), typed("1 204"))
    assert (answer.status_code, IndicatorValue.objects.get().actual) == (302, 1204)
    html = client.get(table()).text
    assert 'value="1204"' in html
    assert 'value="СПО-1"' in html


@pytest.mark.parametrize(("amount", "words"), [("много", "не число"), ("1,5", "целое"), ("nan", "от 0")])
def test_a_wrong_value_comes_back_marked_with_everything_typed(
    as_person: Callable[[str], Client], students: Indicator, amount: str, words: str
) -> None:
    answer = as_person("tomsk_coordinator").post(table(), typed(amount))
    assert answer.status_code == 400
    assert words in answer.text
    assert f'value="{amount}"' in answer.text
    assert not IndicatorValue.objects.exists()


def test_what_somebody_changed_meanwhile_is_shown_and_the_next_press_knows_it(
    as_person: Callable[[str], Client], students: Indicator, cast: Cast
) -> None:
    value(students, cast.tomsk, DAY, actual=140, version=2)
    client = as_person("tomsk_coordinator")
    refused = client.post(table(), typed("150", "1"))
    assert refused.status_code == 400
    assert "сейчас: 140" in refused.text
    assert 'name="seen:students:70" value="2"' in refused.text
    client.post(table(), typed("150", "2"))
    assert IndicatorValue.objects.get().actual == 150


def test_an_empty_cell_is_left_alone(
    as_person: Callable[[str], Client], students: Indicator, cast: Cast
) -> None:
    value(students, cast.tomsk, DAY)
    as_person("tomsk_coordinator").post(table(), typed("", "1"))
    assert IndicatorValue.objects.get().actual == 120


def test_the_planner_chooses_a_region_and_types_plans(
    as_person: Callable[[str], Client], students: Indicator
) -> None:
    client = as_person("methodologist")
    client.post(f"{table()}&region=70", typed("90"))
    assert IndicatorValue.objects.values_list("region", "planned", "actual").get() == ("70", 90, None)
    assert "Плановые значения" in client.get(f"{table()}&region=70").text


def workbook(client: Client, **cells: Any) -> SimpleUploadedFile:
    """The downloaded table with other cells in its only row."""
    content = client.get(f"{reverse('cyclogram:values-form')}{QUERY}").getvalue()
    head, row = lines_of(content)
    for name, said in cells.items():
        row[head.index(name)] = said
    return SimpleUploadedFile("values.xlsx", saved([head, row]))


def test_a_workbook_is_shown_first_and_saved_by_the_second_press(
    as_person: Callable[[str], Client], students: Indicator
) -> None:
    client = as_person("tomsk_coordinator")
    shown = client.post(table(), {"check": "1", "file": workbook(client, значение=815)})
    assert shown.status_code == 200
    assert 'value="815"' in shown.text
    assert "1 значение отличается" in shown.text
    assert not IndicatorValue.objects.exists()
    client.post(table(), typed("815"))
    assert IndicatorValue.objects.get().actual == 815


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"значение": 5, "единица измерения": "млн руб."}, "млн руб."),
        ({"значение": 5, "код места": "55"}, "нет среди мест"),
        ({"значение": 5, "ключ показателя": "other"}, "Нет такого показателя"),
        ({"значение": "много"}, "не число"),
    ],
)
def test_a_workbook_with_mistakes_is_refused_by_its_rows(
    as_person: Callable[[str], Client], students: Indicator, cells: dict[str, Any], words: str
) -> None:
    client = as_person("tomsk_coordinator")
    answer = client.post(table(), {"check": "1", "file": workbook(client, **cells)})
    assert answer.status_code == 400
    assert words in answer.text
    assert "строка 2" in answer.text


def test_a_file_that_is_no_table_is_refused_at_its_field(
    as_person: Callable[[str], Client], students: Indicator
) -> None:
    client = as_person("tomsk_coordinator")
    for name, content in (("a.xlsx", b"no"), ("a.csv", "город;число\nТомск;5".encode())):
        answer = client.post(table(), {"check": "1", "file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 400
        assert "field__error" in answer.text


def test_the_list_is_narrowed_and_decided(
    as_person: Callable[[str], Client], students: Indicator, cast: Cast
) -> None:
    own, foreign = value(students, cast.tomsk, DAY), value(students, cast.omsk, DAY)
    client = as_person("controller")
    html = client.get(f"{reverse('cyclogram:values')}?region=70").text
    assert f'value="{own.pk}:1"' in html
    assert f'value="{foreign.pk}:1"' not in html
    client.post(reverse("cyclogram:values-decide"), {"chosen": [f"{own.pk}:1"], "accept": "1"})
    own.refresh_from_db()
    assert own.state == "accepted"
    shown = {"shown": [f"{foreign.pk}:1"], "accept": "all"}
    client.post(reverse("cyclogram:values-decide"), shown)
    foreign.refresh_from_db()
    assert foreign.state == "accepted"


def test_a_return_without_a_remark_comes_back_to_the_list(
    as_person: Callable[[str], Client], students: Indicator, cast: Cast
) -> None:
    row = value(students, cast.tomsk, DAY)
    answer = as_person("controller").post(
        reverse("cyclogram:values-decide"), {"chosen": [f"{row.pk}:1"], "return": "1", "remark": ""}
    )
    assert answer.status_code == 400
    assert "Напишите, что не так" in answer.text


# What the lanes make of them


def test_a_course_adds_up_the_last_facts_of_all_places(cast: Cast, students: Indicator) -> None:
    accepted(students, cast.tomsk, date(2026, 1, 1), planned=100, actual=90)
    accepted(students, cast.omsk, date(2026, 2, 1), actual=50)
    accepted(students, cast.tomsk, date(2026, 3, 1), planned=110, actual=120)
    value(students, cast.omsk, date(2026, 3, 1), actual=70)
    [course] = courses_of(cast.scope("controller"), 2026)
    assert [(point.day.month, point.places, point.actual) for point in course.points] == [
        (1, 1, 90), (2, 2, 140), (3, 2, 170),
    ]  # fmt: skip
    assert (course.last and (course.last.planned, course.last.compared)) == (110, 120)
    assert (course.share, course.change, course.waiting, course.is_reached) == (Decimal("109.1"), 30, 1, True)


def test_percentages_are_taken_as_a_mean_and_less_may_be_better(cast: Cast) -> None:
    unfinished = indicator(Level.REGION, unit=Unit.PERCENT, direction=Direction.DOWN)
    accepted(unfinished, cast.tomsk, DAY, planned=10, actual=20)
    accepted(unfinished, cast.omsk, DAY, planned=10, actual=5)
    [course] = courses_of(cast.scope("controller"), 2026)
    assert (course.last and course.last.actual) == Decimal("12.50")
    assert (course.share, course.is_reached, course.is_mean) == (Decimal("80.0"), False, True)


def test_a_region_reads_its_own_course_alone(cast: Cast, students: Indicator) -> None:
    accepted(students, cast.tomsk, DAY)
    accepted(students, cast.omsk, DAY)
    [course] = courses_of(cast.scope("tomsk_coordinator"), 2026)
    assert (course.last and course.last.places) == 1


def test_the_lanes_show_days_and_courses(
    as_person: Callable[[str], Client], students: Indicator, cast: Cast
) -> None:
    accepted(students, cast.tomsk, DAY, planned=100, actual=97)
    html = as_person("controller").get(reverse("cyclogram:lanes"), {"year": 2026}).text
    assert "97\xa0%" in html
    assert as_person("chair").get(reverse("cyclogram:lanes")).status_code == 200
