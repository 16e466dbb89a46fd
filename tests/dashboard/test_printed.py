"""Printed forms: what each says, to whom, when there is nothing to say and when there is too much."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import docx
import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assignments.models import Execution
from common.documents import Document, Facts, Heading, Paragraph, Table
from dashboard.printed.card import card_document
from dashboard.printed.overdue import overdue_document
from dashboard.printed.region import region_document
from dashboard.printed.registry import registry_document
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.office import TODAY, ids_of, one_of_each, page, published, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]


def address(name: str, form: str = "pdf", query: str = "", **place: Any) -> str:
    return f"{reverse(f'dashboard:{name}', kwargs={**place, 'form': form})}?{query}"


def facts_of(document: Document) -> dict[str, str]:
    return {
        name: value.replace("\u00a0", " ")
        for block in document.blocks
        if isinstance(block, Facts)
        for name, value in block.rows
    }


def tables_of(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def words_of(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


# The registry


def test_the_registry_on_paper_has_the_rows_of_its_page(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    work([cast.omsk_machines], TODAY)
    query = "region=70&state=open"
    document = registry_document(cast.scope("controller"), QueryDict(query))
    on_page = ids_of(text_of(as_person("controller"), f"{page('registry')}?{query}"))
    rows = tables_of(document)[0].rows

    expected = Execution.objects.in_bulk(on_page)
    assert [row[1].split("\n")[0] for row in rows] == [expected[pk].assignment.title for pk in on_page]
    assert document.about[0] == "Filter: Region: Tomsk Oblast; State: all on control"
    assert document.landscape


def test_a_filter_that_matches_nothing_gives_a_form_that_says_so(as_person: People, cast: Cast) -> None:
    client = as_person("controller")

    for name in ("registry-paper", "overdue-paper"):
        answer = client.get(address(name, "docx", "state=cancelled"))
        assert answer.status_code == 200
        text = "\n".join(line.text for line in docx.Document(io.BytesIO(answer.content)).paragraphs)
        assert "Nothing" in text


def test_too_many_rows_are_refused_with_the_limit(
    as_person: People, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    work([cast.tomsk_machines, cast.tomsk_farming], TODAY - timedelta(days=1))
    monkeypatch.setattr("dashboard.printed.MAX_PRINTED", 1)
    monkeypatch.setattr("dashboard.printed.tables.MAX_PRINTED", 1)
    for name in ("registry-paper", "overdue-paper"):
        answer = as_person("controller").get(address(name))
        assert answer.status_code == 413
        assert "at most 1 rows" in answer.content.decode()


def test_a_damaged_filter_and_a_stranger_are_refused(as_person: People) -> None:
    for name in ("registry-paper", "overdue-paper"):
        assert as_person("controller").get(address(name, query="state=lost")).status_code == 400
        assert as_person("chair").get(address(name)).status_code == 403


def test_the_registry_of_a_region_is_its_own(cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    document = registry_document(cast.scope("tomsk_coordinator"), QueryDict(""))

    assert [row[2] for row in tables_of(document)[0].rows] == ["Tomsk Oblast"]


# What is not executed


def test_what_is_not_executed_stands_by_region_with_its_coordinators(cast: Cast) -> None:
    late = [work([cast.tomsk_machines], TODAY - timedelta(days=days))[0] for days in (3, 40)]
    work([cast.omsk_machines], TODAY - timedelta(days=1))
    work([cast.omsk_machines], TODAY)
    document = overdue_document(cast.scope("controller"), QueryDict(""))
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    _omsk, tomsk = tables_of(document)

    assert headings == ["Omsk Oblast: 1", "Tomsk Oblast: 2"]
    assert document.about[1] == "Not executed in time: 3; regions: 2"
    assert [row[4] for row in tomsk.rows] == ["40", "3"]
    assert tomsk.rows[0][2].split("\n")[0] == late[1].assignment.title
    assert any(words.startswith("Coordinators: ") for words in words_of(document))


def test_a_region_without_a_coordinator_says_so(cast: Cast) -> None:
    work([cast.chukotka], TODAY - timedelta(days=1))
    document = overdue_document(cast.scope("controller"), QueryDict(""))

    assert "No coordinator is appointed today." in words_of(document)


def test_the_filter_of_the_registry_narrows_what_is_not_executed(cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TODAY - timedelta(days=1))
    document = overdue_document(cast.scope("controller"), QueryDict("region=55"))

    assert [block.text for block in document.blocks if isinstance(block, Heading)] == ["Omsk Oblast: 1"]


# The control card


def test_a_control_card_says_item_terms_people_decision_and_history(
    cast: Cast, execution: Execution, desk: Desk
) -> None:
    desk.at(9, "submit")
    desk.at(9, "return", empty=True)
    document = card_document(cast.scope("controller"), execution.pk)
    facts = facts_of(document)

    assert facts["First due date"] == "not later than 20 March 2026 inclusive"
    assert facts["Item"].endswith(execution.assignment.title)
    assert facts["Text"] == execution.assignment.text
    assert cast.tomsk_coordinator.get_full_name() in facts["Coordinators"]
    assert facts["Returns"] == "1"
    assert "There is no final decision: the execution is on control." in words_of(document)
    history = tables_of(document)[0].rows
    assert [row[1] for row in history] == [
        "Put on control", "Report handed in, attempt 1", "Returned as an empty report",
    ]  # fmt: skip
    assert execution.code in document.mark


def test_a_decision_stands_on_the_card_with_who_made_it(cast: Cast, execution: Execution, desk: Desk) -> None:
    desk.at(9, "submit")
    desk.at(10, "accept")
    facts = facts_of(card_document(cast.scope("controller"), execution.pk))

    assert facts["Decision"] == "Accepted"
    assert cast.controller.get_short_name().replace("\u00a0", " ") in facts["Who"]
    assert "Taken off control" in facts


def test_the_region_reads_the_centre_as_one_office(cast: Cast, execution: Execution, desk: Desk) -> None:
    desk.at(9, "submit")
    desk.at(10, "accept")
    facts = facts_of(card_document(cast.scope("tomsk_coordinator"), execution.pk))

    assert cast.controller.last_name not in facts["Who"]


def test_a_foreign_card_does_not_exist(as_person: People, execution: Execution) -> None:
    for form in ("pdf", "docx"):
        assert (
            as_person("omsk_coordinator").get(address("execution-card", form, pk=execution.pk)).status_code
            == 404
        )


def test_the_card_lies_beside_the_execution(as_person: People, execution: Execution) -> None:
    html = text_of(as_person("tomsk_coordinator"), execution.get_absolute_url())

    for form in ("pdf", "docx"):
        assert f'href="{reverse("dashboard:execution-card", args=[execution.pk, form])}"' in html


# The brief on a region


def test_a_brief_says_the_standing_of_the_region(cast: Cast) -> None:
    rows = one_of_each(cast)
    published()
    document = region_document(cast.scope("tomsk_minister"), "70")
    facts = facts_of(document)

    assert (facts["On control"], facts["Overdue"], facts["In review at the centre"]) == ("6", "3", "1")
    assert facts["Month"] == "January 2026"
    assert facts["Score"].startswith("0.00, red zone")
    assert "Interval at 90 percent" in facts
    assert facts["Place"]
    late = {rows[name].assignment.title for name in ("critical", "overdue", "returned")}
    assert {row[2].split("\n")[0] for row in tables_of(document)[0].rows} == late
    assert cast.tomsk_coordinator.get_full_name() in facts["Coordinators"]


def test_a_brief_for_others_says_what_everybody_may_know(cast: Cast) -> None:
    one_of_each(cast)
    document = region_document(cast.scope("omsk_coordinator"), "70")

    assert set(facts_of(document)) == {"Score", "In the project"}
    assert facts_of(document)["Score"] == "no month is published yet"
    assert not tables_of(document)
    assert cast.tomsk_coordinator.last_name not in str(document)


def test_a_brief_on_a_region_that_owes_nothing_says_so(cast: Cast) -> None:
    assert "Nothing is overdue." in words_of(region_document(cast.scope("controller"), "87"))


def test_a_strange_region_has_no_brief(as_person: People) -> None:
    assert as_person("controller").get(address("region-brief", code="99")).status_code == 404


# All of them


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_form_is_a_download_under_a_plain_name(as_person: People, execution: Execution, form: str) -> None:
    places = {
        "registry-paper": ({}, "registry"),
        "overdue-paper": ({}, "overdue"),
        "execution-card": ({"pk": execution.pk}, f"card-{execution.pk}"),
        "region-brief": ({"code": "70"}, "region-70"),
    }
    for name, (place, file) in places.items():
        answer = as_person("controller").get(address(name, form, **place))
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="{file}-2026-03-10.{form}"'
        assert answer.content.startswith(b"%PDF" if form == "pdf" else b"PK")
        assert answer["Cache-Control"] == "private, no-store"


def test_the_same_minute_gives_the_same_pdf(as_person: People, execution: Execution) -> None:
    client, url = as_person("controller"), address("execution-card", pk=execution.pk)

    assert client.get(url).content == client.get(url).content


def test_a_form_is_in_the_language_of_the_reader(cast: Cast, execution: Execution) -> None:
    with translation.override("ru"):
        document = card_document(cast.scope("controller"), execution.pk)

    assert document.title == "Контрольная карточка поручения"
    assert document.language == "ru"
    assert facts_of(document)["Первоначальный срок"] == "не позднее 20 марта 2026 г. включительно"


@pytest.mark.parametrize("name", ["registry-paper", "overdue-paper"])
def test_more_rows_take_no_more_queries(as_person: People, cast: Cast, name: str) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            work([cast.tomsk_machines, cast.omsk_machines], TODAY - timedelta(days=2))

    assert_same_queries(as_person("controller"), lambda: address(name), fill)


def test_the_menu_of_the_registry_offers_both_papers_with_its_filter(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY)
    html = text_of(as_person("controller"), f"{page('registry')}?region=70&after=")

    for name in ("registry-paper", "overdue-paper"):
        for form in ("pdf", "docx"):
            assert f'href="{address(name, form, "region=70")}"' in html
    assert "List of what is not executed" in shown(html)
