"""Help with the due date of an item, and what is seen of an issue before it."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from assignments.models import Assignment, Execution, Protocol
from assignments.rules import no_day_problem
from clusters.models import Cluster
from common import clock
from common.formatting import not_later, not_later_format
from common.scope import Scope
from tests.assignments import drafts
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def controller(as_person: Callable[[str], Client]) -> Client:
    return as_person("controller")


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "number": "1", "text": "Представить план.", "title": "", "due_on": "28.05.2026", "weight": "1",
        "expected_result": "", "process": "", "addressee": "clusters", "scope_of_rule": "everyone",
    } | changes  # fmt: skip


def new_item(protocol: Protocol) -> str:
    return reverse("assignments:item-create", args=[protocol.pk])


# Terms


def test_a_term_is_worded_in_one_way() -> None:
    assert not_later(date(2026, 5, 28)) == "не позднее 28.05.2026 включительно"
    assert not_later(None) == "–"
    assert not_later_format() == '"не позднее "dd.mm.yyyy" включительно"'


def test_the_usual_terms_are_offered_from_today(controller: Client, actor: Scope, settings: Any) -> None:
    settings.TERM_PROMPT_DAYS = 11
    page = controller.get(new_item(drafts.draft(actor)))
    assert [(term.label, term.day) for term in page.context["form"].terms()] == [
        ("Срочно: 3\xa0дня", date(2026, 4, 18)),
        ("Оперативно: 11\xa0дней", date(2026, 4, 26)),
    ]
    assert 'name="due" value="18.04.2026"' in page.content.decode()


def test_a_button_of_a_term_fills_the_form_without_scripts(controller: Client, actor: Scope) -> None:
    answer = controller.post(new_item(drafts.draft(actor)), fields(due_on="когда-нибудь", due="18.04.2026"))
    assert answer.status_code == 200
    form = answer.context["form"]
    assert (form["due_on"].value(), form["text"].value()) == ("18.04.2026", "Представить план.")
    assert 'name="due" value="17.04.2026"' in answer.content.decode()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("due", "text", "word"),
    [
        ("постоянно", "Вести учёт.", "постоянно"),
        ("", "Обеспечить Ежемесячно представление сведений.", "ежемесячно"),
        ("", "Вести работу на постоянной основе.", "на постоянной основе"),
        ("регулярно, до конца года", "Вести учёт.", "регулярно"),
    ],
)
def test_an_item_without_a_day_is_refused_with_the_rule_at_its_field(
    controller: Client, actor: Scope, due: str, text: str, word: str
) -> None:
    answer = controller.post(new_item(drafts.draft(actor)), fields(due_on=due, text=text))
    assert answer.status_code == 400
    (problem,) = answer.context["form"].errors["due_on"]
    assert f"«{word}»" in problem
    assert "регулярный пункт" in problem
    assert text in answer.content.decode()
    assert not Assignment.objects.exists()


def test_a_day_makes_repeating_work_an_item(controller: Client, actor: Scope) -> None:
    sent = fields(text="Представлять сведения ежемесячно.")
    assert controller.post(new_item(drafts.draft(actor)), sent).status_code == 302


@pytest.mark.parametrize("due", ["", "скоро", "32.05.2026"])
def test_other_mistakes_keep_their_own_words(controller: Client, actor: Scope, due: str) -> None:
    answer = controller.post(new_item(drafts.draft(actor)), fields(due_on=due))
    assert "регулярный пункт" not in " ".join(answer.context["form"].errors["due_on"])


def test_words_only_like_the_forbidden_ones_are_no_terms() -> None:
    assert no_day_problem("", "Назначить регулярного представителя постоянной комиссии.") == ""


# Before the issue


def test_the_exact_list_is_taken_away_before_the_issue(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, text="=Представить план.", audience={"regions": ["70"]})
    drafts.add_item(actor, protocol, addressee="regions", audience={"regions": ["87"]})
    answer = controller.get(reverse("assignments:issue-list", args=[protocol.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="addressees.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[-1] for row in sheet[1:]] == ["70-002", "70-001", ""]
    assert sheet[1][2] == date(2026, 5, 28)
    answer = controller.get(reverse("assignments:issue-list-csv", args=[protocol.pk]))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[1] for line in lines[1:]][:1] == ["'=Представить план"]
    assert lines[3][2] == "не позднее 28.05.2026 включительно"
    assert len(lines) == len(sheet) == 4
    assert not Execution.objects.exists()


def test_an_audience_that_became_empty_is_named_and_nothing_is_issued(
    cast: Cast, controller: Client, actor: Scope
) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    drafts.add_item(actor, protocol, number="2", audience={"clusters": ["70-001"]})
    protocol.refresh_from_db()
    cluster = Cluster.objects.get(code="70-001")
    cluster.closed_on = clock.today() - timedelta(days=1)
    cluster.save()
    answer = controller.post(
        reverse("assignments:protocol-issue", args=[protocol.pk]), {"version": protocol.version}
    )
    assert answer.status_code == 400
    assert "У пункта 2 нет адресатов" in answer.content.decode()
    protocol.refresh_from_db()
    assert protocol.is_draft
    assert not Execution.objects.exists()
    assert set(protocol.assignments.values_list("code", flat=True)) == {None}


def test_the_most_loaded_and_the_like_are_links(controller: Client, actor: Scope, settings: Any) -> None:
    earlier = drafts.issued(
        actor, {"text": "Представить сведения о контингенте студентов и о наборе."}, number="1"
    )
    drafts.issued(actor, {"text": "Обеспечить участие работодателей в аттестации.", "audience": {"regions": ["70"]}},
                  number="2")  # fmt: skip
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    answer = controller.get(reverse("assignments:protocol-issue", args=[protocol.pk]))
    burden = answer.context["preview"].burden
    assert (burden.least, burden.median, burden.most) == (1, 1, 2)
    assert (burden.least_after, burden.median_after, burden.most_after) == (2, 2, 3)
    assert [load.code for load in burden.loaded] == ["70-001", "70-002", "55-001", "55-002"]
    html = answer.content.decode()
    assert "/assignments/registry/?cluster=70-001&amp;state=open" in html
    (twin,) = answer.context["preview"].items[0].similar
    assert twin.item.protocol == earlier
    assert twin.item.get_absolute_url() in html
    settings.SIMILAR_TEXT_FROM = 0.95
    answer = controller.get(reverse("assignments:protocol-issue", args=[protocol.pk]))
    assert answer.context["preview"].items[0].similar == []


def test_what_was_issued_longer_ago_is_not_compared(controller: Client, actor: Scope) -> None:
    with clock.at(drafts.NOW - timedelta(days=91)):
        drafts.issued(actor, {"due_on": drafts.TODAY}, number="1", held_on=clock.today())
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    answer = controller.get(reverse("assignments:protocol-issue", args=[protocol.pk]))
    assert answer.context["preview"].items[0].similar == []
