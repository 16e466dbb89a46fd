"""Many items at once from a table: all errors before anything is saved, the numbering goes on, sent twice is once."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assignments.drafting_exports import item_template
from assignments.item_table import next_number, read_pasted, read_table
from assignments.models import Assignment, Protocol
from assignments.rules import MOST_ITEMS
from assignments.services.item_table import item_table_add
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import Scope
from common.tabular import BadRows, parse_table
from tests.assignments import drafts
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("wednesday")

ROWS = (
    "Представить план закупок.\t28.05.2026\t2\tПисьмо\tТомская область\t\n"
    "Направить отчёт о наборе.\t29 мая 2026 г.\t\t\tкогорта 2023\tкластеры\n"
    "Обеспечить участие в совещаниях.\t01.06.2026\t1\t\t\tкоординаторы\n"
)


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def controller(as_person: Callable[[str], Client]) -> Client:
    return as_person("controller")


def table_url(protocol: Protocol) -> str:
    return reverse("assignments:item-table", args=[protocol.pk])


def check(client: Client, protocol: Protocol, text: str, **more: Any) -> Any:
    return client.post(table_url(protocol), {"text": text, "check": "1", **more})


def sent(answer: Any) -> dict[str, str]:
    """What the page of a check sends when its button is pressed."""
    form = answer.context["form"]
    return {name: str(form[name].value()) for name in ("text", "seen", "version", "checked")} | {"add": "1"}


def add(actor: Scope, protocol: Protocol, text: str = ROWS, **changes: Any) -> list[Assignment]:
    values: dict[str, Any] = {"version": protocol.version, "taken": [], "rows": read_pasted(text)} | changes
    return item_table_add(actor=actor, protocol_id=protocol.pk, **values)


def test_a_check_shows_what_would_be_added_and_saves_nothing(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="3.1")
    answer = check(controller, protocol, ROWS)
    assert answer.status_code == 200
    shown = answer.context["checked"].items
    assert [(row.item.number, row.count) for row in shown] == [("3.2", 2), ("3.3", 2), ("3.4", 3)]
    html = answer.content.decode()
    assert "не позднее 28.05.2026 включительно" in html
    assert "Добавить 3 пункта" in html
    assert protocol.assignments.count() == 1


def test_no_id_stands_twice_on_the_page_of_what_was_checked(controller: Client, actor: Scope) -> None:
    html = check(controller, drafts.draft(actor), ROWS).content.decode()
    ids = re.findall(r' id="([^"]+)"', html)
    assert "Добавить 3 пункта" in html
    assert len(ids) == len(set(ids))


def test_one_press_adds_what_was_shown_and_a_second_one_nothing(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    body = sent(check(controller, protocol, ROWS))
    for _press in range(2):
        assert controller.post(table_url(protocol), body)["Location"] == protocol.get_absolute_url()
    items = list(protocol.assignments.order_by("position"))
    assert [(item.number, item.position, item.weight) for item in items] == [
        ("1", 1, 2),
        ("2", 2, 1),
        ("3", 3, 1),
    ]
    assert [item.due_on for item in items] == [date(2026, 5, 28), date(2026, 5, 29), date(2026, 6, 1)]
    assert [item.audience for item in items] == [{"regions": ["70"]}, {"cohorts": [2023]}, {"everyone": True}]
    assert items[2].addressee == "regions"
    assert items[0].title == "Представить план закупок"


def test_rows_that_were_not_shown_are_checked_first(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    body = sent(check(controller, protocol, ROWS))
    answer = controller.post(table_url(protocol), body | {"text": ROWS.replace("план", "графы")})
    assert answer.status_code == 200
    assert "графы" in answer.content.decode()
    assert not protocol.assignments.exists()


def test_all_errors_stand_at_once_with_row_and_column(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    text = (
        "\t28.05.2026\n"
        "Представить план.\tпостоянно\t7\n"
        "Вести учёт регулярно.\t\n"
        "Представить смету.\t30.02.2026\n"
        "Направить письмо.\t01.01.2020\t\t\tНигде\tвсе подряд\n"
        "Верная строка.\t28.05.2026\n"
    )
    answer = check(controller, protocol, text)
    assert answer.status_code == 400
    assert [(row, column) for row, column, _reason in answer.context["errors"]] == [
        (1, "текст пункта"), (2, "срок"), (2, "вес"), (3, "срок"), (4, "срок"), (5, "кто исполняет"), (5, "кому"),
        (5, "срок"),
    ]  # fmt: skip
    reasons = {(row, column): str(reason) for row, column, reason in answer.context["errors"]}
    assert "регулярный пункт" in reasons[2, "срок"]
    assert "«регулярно»" in reasons[3, "срок"]
    assert "Верная строка" in answer.content.decode()
    assert not protocol.assignments.exists()


def test_headings_may_stand_in_any_order_and_carry_numbers(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    made = add(
        actor, protocol, "Срок\tПункт\tТекст пункта\n28.05.2026\t4.7\tПредставить план.\n29.05.2026\t\tЕщё."
    )
    assert [item.number for item in made] == ["4.7", "4.8"]


def test_a_number_stands_once(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    text = "Пункт\tТекст пункта\tСрок\n1\tПлан.\t28.05.2026\n1\tСмета.\t28.05.2026"
    with pytest.raises(BadRows) as refused:
        add(actor, protocol, text)
    assert [(error.row, error.column) for error in refused.value.errors] == [(2, "number"), (3, "number")]
    drafts.add_item(actor, protocol, number="1")
    protocol.refresh_from_db()
    with pytest.raises(BadRows):
        add(actor, protocol, "План.\t28.05.2026")
    assert protocol.assignments.count() == 1


@pytest.mark.parametrize(
    "text", ["", "   \n\t\n", "Текст пункта\tСрок", "Текст пункта\tВес\nа\t1", "Пункт\tСрок\tПогода\n1\t2\t3"]
)
def test_what_is_no_table_is_refused_at_its_field(controller: Client, actor: Scope, text: str) -> None:
    protocol = drafts.draft(actor)
    answer = check(controller, protocol, text)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"text"}


def test_a_protocol_holds_no_more_than_its_most_items(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    text = "\n".join(f"Пункт таблицы {number}\t28.05.2026" for number in range(MOST_ITEMS))
    assert check(controller, protocol, text).status_code == 400
    protocol.refresh_from_db()
    with pytest.raises(InvalidInput):
        add(actor, protocol, text, taken=["1"])
    assert check(controller, protocol, text + "\nЕщё один\t28.05.2026").context["form"].errors["text"]


def test_a_draft_that_changed_is_checked_anew(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    body = sent(check(controller, protocol, ROWS))
    drafts.add_item(actor, protocol)
    with pytest.raises(StaleVersion):
        add(actor, protocol)
    answer = controller.post(table_url(protocol), body)
    assert answer.status_code == 409
    assert [row.item.number for row in answer.context["checked"].items] == ["2", "3", "4"]
    assert protocol.assignments.count() == 1
    assert controller.post(table_url(protocol), sent(answer)).status_code == 302
    assert protocol.assignments.count() == 4


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_a_table_added_by_two_presses_at_once_is_added_once(cast: Cast) -> None:
    actor = cast.scope("controller")
    protocol = drafts.draft(actor)
    first, second = at_once(lambda: add(actor, protocol), drafts.NOW)
    assert [item.pk for item in first] == [item.pk for item in second]
    assert protocol.assignments.count() == 3


def test_only_drafts_of_drafters_take_a_table(cast: Cast, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    with pytest.raises(NotAllowed):
        add(cast.scope("methodologist"), protocol)
    issued = drafts.issued(actor, number="15")
    with pytest.raises(ImpossibleStep):
        add(actor, issued)


def workbook(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_is_read_like_the_clipboard(controller: Client, actor: Scope, kind: str) -> None:
    protocol = drafts.draft(actor)
    rows = [["Текст пункта", "Срок", "Кому"], ["Представить:\nплан;\nсмету", "28.05.2026", "Омская область"]]
    content = workbook(rows)
    if kind == "csv":
        content = 'Текст пункта;Срок;Кому\n"Представить:\nплан;\nсмету";28.05.2026;Омская область\n'.encode()
    file = SimpleUploadedFile(f"items.{kind}", content)
    answer = check(controller, protocol, "", file=file)
    assert answer.status_code == 200
    assert controller.post(table_url(protocol), sent(answer)).status_code == 302
    item = protocol.assignments.get()
    assert (item.text, item.audience) == ("Представить:\nплан;\nсмету", {"regions": ["55"]})


def test_a_bad_file_is_refused_and_the_pasted_text_stays(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    for content in (b"MZ", workbook([["Погода", "Срок", "Текст пункта"], ["а", "б", "в"]])):
        answer = check(controller, protocol, ROWS, file=SimpleUploadedFile("items.xlsx", content))
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"file"}
        assert "Представить план закупок" in answer.content.decode()


def test_the_template_has_the_headings_that_are_read(controller: Client) -> None:
    answer = controller.get(reverse("assignments:item-table-template"))
    assert answer["Content-Disposition"] == 'attachment; filename="items.xlsx"'
    with pytest.raises(InvalidInput, match="нет строк"):
        read_table(parse_table("items.xlsx", item_template(), max_rows=10))


def test_ninety_rows_are_checked_by_as_many_queries_as_three(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)

    def cost(rows: int) -> int:
        text = "\n".join(f"Представить план {n}\t28.05.2026\t1\t\tТомская область" for n in range(rows))
        with CaptureQueriesContext(connection) as captured:
            assert check(controller, protocol, text).status_code == 200
        return len(captured)

    cost(1)
    assert cost(90) == cost(3)


@given(st.lists(st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2})?|[а-я]{1,3}", fullmatch=True), max_size=8))
def test_the_next_number_is_never_taken(taken: list[str]) -> None:
    assert next_number(taken) not in taken


@pytest.mark.parametrize("last", ["1" * 5_000, "1" * 200_000 + "x"])
def test_a_number_that_nobody_can_count_on_from_begins_anew(last: str) -> None:
    assert next_number([last]) == "2"
