"""The search on PostgreSQL: words by their stem and with mistakes, by indexes; a server without the extension."""

import logging
import secrets
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from assignments.models import ExecutionEvent
from clusters.models import Cluster
from common import text_search
from common.text_search import INDEXES, has_likeness, prepare
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast

pytestmark = [pytest.mark.services, pytest.mark.django_db]

People = Callable[[str], Client]


@pytest.fixture
def work(cast: Cast) -> None:
    """An item with a report, of Tomsk."""
    item = issued_item("1", text="Исполнить поручение о наборе студентов.")
    execution = put_on_control([cast.tomsk_machines], item)[0]
    Desk(cast, execution).at(9, "submit", text="Заключены договоры с предприятиями; ёлочный базар открыт.")


def titles(client: Client, words: str, **more: str) -> list[str]:
    context = client.get(reverse("dashboard:search"), {"q": words, **more}).context
    if more:
        return [hit.title for hit in context["page"].hits]
    return [hit.title for group in context["found"].groups for hit in group.hits]


@pytest.mark.parametrize("words", ["поручения", "поручениями", "ПОРУЧЕНИЮ", "поручения студентам"])
def test_a_word_is_found_in_every_form(as_person: People, work: None, words: str) -> None:
    assert titles(as_person("controller"), words, kind="items") == ["Пункт 1"]
    assert not as_person("controller").get(reverse("dashboard:search"), {"q": words}).context["found"].alike


@pytest.mark.parametrize("words", ["договором", "предприятие договор", "елочные базары"])
def test_a_report_is_found_in_every_form(as_person: People, work: None, words: str) -> None:
    assert titles(as_person("tomsk_coordinator"), words, kind="reports") == ["Пункт 1"]
    assert titles(as_person("omsk_coordinator"), words, kind="reports") == []


@pytest.mark.parametrize(
    ("words", "title"),
    [("поручние", "Пункт 1"), ("щеккин", "Щёкин Иван Петрович"), ("томсккая", "Томская область"),
     ("договроы предприятие", "Пункт 1"), ("прлом", "ПроЛом")],
)  # fmt: skip
def test_a_word_with_a_mistake_is_found_and_said_to_be_alike(
    as_person: People, work: None, words: str, title: str
) -> None:
    client = as_person("administrator")
    assert title in titles(client, words)
    page = client.get(reverse("dashboard:search"), {"q": words})
    assert page.context["found"].alike
    assert f"Точно «{words}» нигде не встречается" in page.content.decode()


def test_likeness_is_not_asked_for_while_something_holds_the_words(as_person: People, cast: Cast) -> None:
    Cluster.objects.create(code="70-901", region=cast.tomsk, name="Поручень")
    Cluster.objects.create(code="70-902", region=cast.tomsk, name="Поручная")
    assert titles(as_person("chair"), "поручень") == ["Поручень"]


def test_numbers_are_never_alike(as_person: People, work: None) -> None:
    assert titles(as_person("controller"), "70-009") == []


@pytest.mark.parametrize("words", ["&|!:*'", "a:*", "!(", "<->", "поручение & !набор", "\\", "%", "'' OR"])
def test_operators_of_queries_are_plain_characters(as_person: People, work: None, words: str) -> None:
    client = as_person("administrator")
    assert client.get(reverse("dashboard:search"), {"q": words}).status_code == 200
    assert client.get("/api/v1/search/", {"q": words}).status_code == 200


def test_every_text_that_is_searched_has_both_indexes(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        there = {name for (name,) in cursor.fetchall()}
    assert {index.name(kind) for index in INDEXES for kind in ("stems", "like")} <= there


def test_reports_are_searched_by_the_indexes(work: None) -> None:
    rows = ExecutionEvent.objects.reports().matching("договором").order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    assert "assignments_executionevent_text_stems" in plan
    assert "assignments_executionevent_text_like" in plan


def test_preparing_again_changes_nothing(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepare(connection) == text_search.Prepared(stems=True, likeness=True)
    call_command("search_prepare")
    assert "pg_trgm" in capsys.readouterr().out


def test_a_server_that_refuses_the_extension_keeps_parts_and_stems(
    as_person: People, work: None, caplog: pytest.LogCaptureFixture
) -> None:
    guest = f"profportal_guest_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute(f"CREATE ROLE {guest}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {guest}")
        cursor.execute(f"SET LOCAL ROLE {guest}")
        with caplog.at_level(logging.WARNING):
            done = prepare(connection)
        cursor.execute("RESET ROLE")
    assert (done.stems, done.likeness) == (True, False)
    assert "permission denied" in done.refused
    assert "pg_trgm cannot be created" in caplog.text
    assert not has_likeness(connection)
    client = as_person("controller")
    assert titles(client, "поручения", kind="items") == ["Пункт 1"]
    assert titles(client, "поручние") == []
