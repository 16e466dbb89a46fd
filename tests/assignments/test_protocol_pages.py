"""The pages of protocols: what stands on them, for whom, and that they hold without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import Assignment, Execution, Protocol
from clusters.models import Cluster
from common import clock
from common.scope import Scope
from tests.assignments import drafts
from tests.cast import Cast
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("wednesday")

People = Callable[[str], Client]
READERS = ["methodologist", "controller", "administrator"]
OUTSIDERS = ["tomsk_coordinator", "tomsk_minister", "chair", "newcomer"]


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def controller(as_person: People) -> Client:
    return as_person("controller")


def page(name: str, *args: Any) -> str:
    return reverse(f"assignments:{name}", args=args)


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def item_fields(**changes: Any) -> dict[str, Any]:
    """What a browser sends from the form of an item."""
    return {
        "number": "3.2", "text": "Представить реестр.", "title": "", "due_on": "2026-05-28", "weight": "2",
        "expected_result": "Письмо", "process": "", "addressee": "clusters", "scope_of_rule": "everyone",
    } | changes  # fmt: skip


# List


def test_the_public_is_asked_to_sign_in(as_person: People, actor: Scope) -> None:
    answer = as_person("public").get(page("protocols"))
    assert answer.status_code == 302
    assert actor.is_centre


def test_an_empty_list_says_what_to_do_next(as_person: People) -> None:
    assert page("protocol-create") in text_of(as_person("controller"), page("protocols"))
    for reader in ("methodologist", "tomsk_coordinator", "chair", "newcomer"):
        assert page("protocol-create") not in text_of(as_person(reader), page("protocols"))


def test_the_list_is_narrowed_by_year_status_and_words_in_any_case(controller: Client, actor: Scope) -> None:
    old = drafts.draft(
        actor, number="5", held_on=clock.today() - timedelta(days=500), meeting_title="Заседание"
    )
    new = drafts.draft(actor, number="05-пр/14")
    drafts.add_item(actor, new, text="Сверить приказы об отчислении щёток.")

    def found(**query: str) -> list[int]:
        answer = controller.get(page("protocols"), query)
        return [row.protocol.pk for row in answer.context["rows"]]

    assert found() == [new.pk, old.pk]
    assert found(year="2024") == [old.pk]
    assert found(q="ЩЕТОК") == [new.pk]
    assert found(q="ЗАСЕДАНИЕ") == [old.pk]
    assert found(q="05-ПР") == [new.pk]
    assert found(status="issued") == []
    assert found(year="никогда") == [new.pk, old.pk]
    assert found(q="нет такого") == []


def test_a_region_reads_issued_protocols_with_its_own_counts(as_person: People, actor: Scope) -> None:
    drafts.issued(actor, {}, {"audience": {"regions": ["55"]}})
    drafts.draft(actor, number="15")
    for reader in ("tomsk_coordinator", "tomsk_minister"):
        (row,) = as_person(reader).get(page("protocols")).context["rows"]
        assert (row.items, row.progress.total) == (1, 2)
    (draft_row, row) = as_person("methodologist").get(page("protocols")).context["rows"]
    assert draft_row.protocol.is_draft
    assert (row.items, row.progress.total) == (2, 6)


# Pages of one protocol


def test_a_protocol_shows_a_region_only_its_items(as_person: People, actor: Scope) -> None:
    protocol = drafts.issued(
        actor,
        {"number": "1", "title": "Общий пункт"},
        {"title": "Омский пункт", "audience": {"regions": ["55"]}},
    )
    own = text_of(as_person("tomsk_coordinator"), protocol.get_absolute_url())
    assert "Общий пункт" in own
    assert "Омский пункт" not in own
    assert "Омский пункт" in text_of(as_person("omsk_coordinator"), protocol.get_absolute_url())


@pytest.mark.parametrize("reader", OUTSIDERS)
def test_a_draft_is_not_found_outside_the_centre(as_person: People, actor: Scope, reader: str) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol)
    client = as_person(reader)
    for name in ("protocol", "protocol-edit", "protocol-delete", "protocol-issue", "item-create"):
        assert client.get(page(name, protocol.pk)).status_code == 404
    for name in ("item-edit", "item-delete", "late-cluster"):
        assert client.get(page(name, protocol.pk, item.pk)).status_code == 404


def test_readers_may_not_write(as_person: People, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol)
    client = as_person("methodologist")
    assert client.get(page("protocol", protocol.pk)).status_code == 200
    assert client.get(page("protocol-create")).status_code == 403
    for name in ("protocol-edit", "protocol-delete", "protocol-issue", "item-create"):
        assert client.get(page(name, protocol.pk)).status_code == 403
        assert client.post(page(name, protocol.pk)).status_code == 403
    for name in ("item-edit", "item-delete", "item-move", "item-due"):
        assert client.post(page(name, protocol.pk, item.pk)).status_code == 403
    assert client.post(page("audience-preview")).status_code == 403
    assert Protocol.objects.get().is_draft


def test_a_region_may_not_write_in_an_issued_protocol(as_person: People, actor: Scope) -> None:
    protocol = drafts.issued(actor)
    item = protocol.assignments.get()
    client = as_person("tomsk_coordinator")
    assert client.get(page("late-cluster", protocol.pk, item.pk)).status_code == 403
    assert client.post(page("protocol-issue", protocol.pk), {"version": "2"}).status_code == 403


@pytest.mark.parametrize("number", ["0", "99999999999999999999999"])
def test_an_unknown_protocol_is_not_found(controller: Client, number: str) -> None:
    assert controller.get(f"/protocols/{number}/").status_code == 404


def test_a_draft_is_opened_changed_and_deleted(controller: Client) -> None:
    head = {"number": "14", "held_on": "2026-04-15", "meeting_title": "Совещание"}
    answer = controller.post(page("protocol-create"), head)
    protocol = Protocol.objects.get()
    assert answer.url == protocol.get_absolute_url()
    controller.post(page("protocol-edit", protocol.pk), head | {"number": "15", "version": "1"})
    protocol.refresh_from_db()
    assert protocol.number == "15"
    stale = controller.post(page("protocol-edit", protocol.pk), head | {"number": "16", "version": "1"})
    assert stale.status_code == 409
    assert 'value="16"' in stale.content.decode()
    again = controller.post(
        page("protocol-edit", protocol.pk),
        head | {"number": "16", "version": stale.context["form"]["version"].value()},
    )
    assert again.status_code == 302
    assert controller.get(page("protocol-delete", protocol.pk)).status_code == 200
    assert Protocol.objects.exists()
    assert controller.post(page("protocol-delete", protocol.pk), {"version": "3"}).status_code == 302
    assert not Protocol.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"number": ""},
        {"number": "a\u0000b"},
        {"held_on": "31.02.2026"},
        {"held_on": "2036-01-01"},
        {"meeting_title": "я" * 301},
    ],
)
def test_a_wrong_head_is_told_at_its_field(controller: Client, changes: dict[str, str]) -> None:
    head = {"number": "14", "held_on": "2026-04-15", "meeting_title": "Совещание"}
    answer = controller.post(page("protocol-create"), head | changes)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == list(changes)
    assert not Protocol.objects.exists()


# Items


def test_an_item_is_written_with_a_rule(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    rule = {
        "scope_of_rule": "rule", "cohorts": ["2023", "2024"], "regions": ["70"], "clusters": ["55-001"],
        "except_clusters": ["70-002"],
    }  # fmt: skip
    answer = controller.post(page("item-create", protocol.pk), item_fields(**rule))
    item = Assignment.objects.get()
    assert answer.url == item.get_absolute_url()
    assert item.audience == {
        "cohorts": [2023, 2024], "regions": ["70"], "clusters": ["55-001"], "except_clusters": ["70-002"],
    }  # fmt: skip
    form = controller.get(page("item-edit", protocol.pk, item.pk)).context["form"]
    assert form["regions"].value() == ["70"]
    assert form["scope_of_rule"].value() == "rule"


def test_everyone_forgets_the_conditions_and_regions_forget_clusters(
    controller: Client, actor: Scope
) -> None:
    protocol = drafts.draft(actor)
    controller.post(page("item-create", protocol.pk), item_fields(cohorts=["2023"], except_regions=["55"]))
    assert Assignment.objects.get().audience == {"everyone": True, "except_regions": ["55"]}
    fields = item_fields(
        number="4", addressee="regions", scope_of_rule="rule", cohorts=["2023"], districts=["siberia"]
    )
    controller.post(page("item-create", protocol.pk), fields)
    assert Assignment.objects.get(number="4").audience == {"districts": ["siberia"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": "2026-04-14"}, "due_on"),
        ({"due_on": "постоянно"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"text": ""}, "text"),
        ({"weight": "5"}, "weight"),
        ({"addressee": "ministers"}, "addressee"),
        ({"scope_of_rule": "rule"}, "__all__"),
        ({"scope_of_rule": "rule", "regions": ["99"]}, "__all__"),
        ({"scope_of_rule": "rule", "cohorts": ["2023x"]}, "cohorts"),
        ({"scope_of_rule": "rule", "clusters": ["x" * 65]}, "clusters"),
        ({"process": "nothing"}, "process"),
    ],
)
def test_a_wrong_item_is_told_at_its_field_and_keeps_what_was_typed(
    controller: Client, actor: Scope, changes: dict[str, Any], field: str
) -> None:
    protocol = drafts.draft(actor)
    answer = controller.post(
        page("item-create", protocol.pk), item_fields(expected_result="Таблица") | changes
    )
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "Таблица" in answer.content.decode()
    assert not Assignment.objects.exists()


def test_a_stale_item_loses_nothing_typed(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol)
    drafts.add_item(actor, protocol, number="1", weight=3, item_id=item.pk, version=1)
    fields = item_fields(text="Мой длинный текст.", version="1")
    answer = controller.post(page("item-edit", protocol.pk, item.pk), fields)
    assert answer.status_code == 409
    assert "Мой длинный текст." in answer.content.decode()
    fields["version"] = answer.context["form"]["version"].value()
    assert controller.post(page("item-edit", protocol.pk, item.pk), fields).status_code == 302


def test_the_addressees_are_shown_without_javascript_before_saving(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    fields = item_fields(text="", scope_of_rule="rule", cohorts=["2023"], show="list")
    answer = controller.post(page("item-create", protocol.pk), fields)
    assert answer.status_code == 200
    assert [line.code for line in answer.context["preview"].lines] == ["55-001", "70-001"]
    assert not answer.context["form"].errors
    assert not Assignment.objects.exists()


def test_clusters_are_found_by_words_and_stay_ticked(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    fields = item_fields(scope_of_rule="rule", clusters=["55-001"], find="ПРОЛОМ", show="find")
    form = controller.post(page("item-create", protocol.pk), fields).context["form"]
    assert [code for code, _label in form.fields["clusters"].choices] == ["55-001", "70-001"]
    assert form["clusters"].value() == ["55-001"]


def test_the_preview_answers_htmx_with_the_part_it_asked_for(controller: Client) -> None:
    fields = item_fields(due_on="2026-05-30", find="55-")
    answer = controller.post(page("audience-preview"), fields, headers={"HX-Target": "addressees"})
    assert len(answer.context["preview"].lines) == 4
    assert answer.context["preview"].warnings
    picks = controller.post(page("audience-preview"), fields, headers={"HX-Target": "pick-clusters"})
    body = picks.content.decode()
    assert 'id="pick-clusters"' in body
    assert "55-002" in body
    assert "70-001" not in body


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"addressee": "x", "scope_of_rule": "y", "due_on": "z", "cohorts": ["a"], "regions": ["99"]},
        {"scope_of_rule": "rule", "clusters": ["\u0001"], "find": "\u0000"},
        {"due_on": "0001-01-01", "scope_of_rule": "everyone"},
        {"due_on": "9999-12-31", "scope_of_rule": "everyone"},
    ],
)
def test_the_preview_of_a_forged_form_is_a_sentence_not_a_fault(
    controller: Client, fields: dict[str, Any]
) -> None:
    assert controller.post(page("audience-preview"), fields).status_code == 200


def test_items_are_moved_and_deleted_by_plain_buttons(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    first, second = drafts.add_item(actor, protocol), drafts.add_item(actor, protocol)
    for _press in range(2):
        controller.post(page("item-move", protocol.pk, second.pk), {"position": "1"})
    assert list(protocol.assignments.values_list("pk", flat=True)) == [second.pk, first.pk]
    assert controller.post(page("item-move", protocol.pk, second.pk), {"position": "up"}).status_code == 400
    assert controller.get(page("item-delete", protocol.pk, first.pk)).status_code == 200
    controller.post(page("item-delete", protocol.pk, first.pk), {"version": "1"})
    assert list(protocol.assignments.values_list("pk", flat=True)) == [second.pk]


def test_a_term_on_a_day_off_is_moved_by_one_press(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, due_on=drafts.DUE + timedelta(days=2))
    assert page("item-due", protocol.pk, item.pk) in text_of(controller, protocol.get_absolute_url())
    controller.post(page("item-due", protocol.pk, item.pk), {"version": "1"})
    item.refresh_from_db()
    assert item.due_on == drafts.DUE + timedelta(days=1)
    assert page("item-due", protocol.pk, item.pk) not in text_of(controller, protocol.get_absolute_url())


# Issue


def test_the_page_of_issue_shows_lists_counts_and_burden(controller: Client, actor: Scope) -> None:
    drafts.issued(
        actor, {"audience": {"regions": ["70"]}, "process": "student_headcount_control"}, number="1"
    )
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, process="student_headcount_control")
    drafts.add_item(actor, protocol, addressee="regions")
    answer = controller.get(page("protocol-issue", protocol.pk))
    preview = answer.context["preview"]
    assert [len(row.addressees) for row in preview.items] == [4, 3]
    assert [[twin.percent for twin in row.similar] for row in preview.items] == [[100], [100]]
    assert (preview.executions, preview.regions) == (7, 3)
    burden = preview.burden
    assert (burden.most, burden.median, burden.most_after, burden.median_after) == (1, 0, 2, 1)
    assert "Омские машины" in answer.content.decode()


def test_a_protocol_is_issued_by_one_press_and_a_second_one_changes_nothing(
    controller: Client, actor: Scope
) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    for _press in range(2):
        answer = controller.post(page("protocol-issue", protocol.pk), {"version": "2"})
        assert answer.url == protocol.get_absolute_url()
    assert Execution.objects.count() == 4
    assert controller.get(page("protocol-issue", protocol.pk)).status_code == 409
    assert controller.post(page("protocol-issue", protocol.pk), {"version": "3"}).status_code == 409


def test_problems_stand_on_the_page_and_forbid_the_press(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="3.2", audience={"regions": ["87"]})
    answer = controller.get(page("protocol-issue", protocol.pk))
    assert len(answer.context["preview"].problems) == 1
    assert "3.2" in answer.context["preview"].problems[0]
    pressed = controller.post(page("protocol-issue", protocol.pk), {"version": "2"})
    assert pressed.status_code == 400
    assert "3.2" in pressed.content.decode()
    assert not Execution.objects.exists()


def test_a_draft_changed_by_another_is_shown_anew_before_issue(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    drafts.add_item(actor, protocol)
    answer = controller.post(page("protocol-issue", protocol.pk), {"version": "2"})
    assert answer.status_code == 409
    assert answer.context["form"]["version"].value() == "3"
    assert len(answer.context["preview"].items) == 2
    assert not Execution.objects.exists()


@pytest.mark.parametrize("name", ["protocol-edit", "protocol-delete", "item-create"])
def test_the_pages_of_a_draft_are_closed_after_issue(controller: Client, actor: Scope, name: str) -> None:
    protocol = drafts.issued(actor)
    assert controller.get(page(name, protocol.pk)).status_code == 409
    assert controller.post(page(name, protocol.pk), {"version": "3"}).status_code == 409


# After issue


def test_a_late_cluster_is_found_and_put_on_control(controller: Client, actor: Scope) -> None:
    protocol = drafts.issued(actor)
    item = protocol.assignments.get()
    late = Cluster.objects.create(code="87-001", region_id="87", name="Северный")
    url = page("late-cluster", protocol.pk, item.pk)
    assert controller.get(url, {"find": "пролом"}).context["candidates"] == []
    assert controller.get(url, {"find": "СЕВЕР"}).context["candidates"] == [late]
    assert controller.post(url, {"cluster": ""}).status_code == 400
    assert controller.post(url, {"cluster": str(late.pk), "due": "2026-04-01"}).status_code == 400
    assert controller.post(url, {"cluster": "99999"}).status_code == 404
    assert controller.post(url, {"cluster": str(late.pk)}).url == item.get_absolute_url()
    assert controller.post(url, {"cluster": str(late.pk)}).status_code == 400
    assert Execution.objects.count() == 5


def test_the_course_of_an_item_links_to_its_executions(as_person: People, actor: Scope) -> None:
    protocol = drafts.issued(actor)
    item = protocol.assignments.get()
    with clock.at(drafts.NOW + timedelta(days=60)):
        answer = as_person("controller").get(protocol.get_absolute_url())
    row = answer.context["rows"][0]
    assert (row.progress.total, row.progress.overdue, row.progress.open) == (4, 4, 4)
    assert f"?item={item.pk}&amp;term=late" in answer.content.decode()


# Queries


def test_the_list_makes_no_more_queries_for_more_protocols(controller: Client, actor: Scope) -> None:
    made = iter(range(100))

    def fill(count: int) -> None:
        for _row in range(count):
            drafts.issued(actor, number=f"N{next(made)}")

    assert_same_queries(controller, lambda: page("protocols"), fill)


@pytest.mark.parametrize("name", ["protocol", "protocol-issue"])
def test_a_draft_makes_no_more_queries_for_more_items(controller: Client, actor: Scope, name: str) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="р", addressee="regions")
    rules = [{"everyone": True}, {"cohorts": [2023]}, {"clusters": ["70-001"], "associations": ["farmers"]}]
    made = iter(range(100))

    def fill(count: int) -> None:
        for row in range(count):
            drafts.add_item(actor, protocol, number=f"N{next(made)}", audience=rules[row % 3])

    assert_same_queries(controller, lambda: page(name, protocol.pk), fill)


def test_an_issued_protocol_makes_no_more_queries_for_more_items(as_person: People, actor: Scope) -> None:
    address = {"url": ""}
    sizes = iter(("few", "many"))

    def fill(count: int) -> None:
        address["url"] = drafts.issued(
            actor, *({} for _item in range(count)), number=next(sizes)
        ).get_absolute_url()

    assert_same_queries(as_person("tomsk_coordinator"), lambda: address["url"], fill)


def test_the_builder_makes_no_more_queries_for_more_clusters(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol)
    made = iter(range(100))

    def fill(count: int) -> None:
        for _row in range(count):
            Cluster.objects.create(code=f"87-{next(made):03d}", region_id="87")

    assert_same_queries(controller, lambda: page("item-edit", protocol.pk, item.pk), fill)


def test_the_search_for_a_late_cluster_makes_no_more_queries_for_more(
    controller: Client, actor: Scope
) -> None:
    protocol = drafts.issued(actor)
    made = iter(range(100))

    def fill(count: int) -> None:
        for _row in range(count):
            Cluster.objects.create(code=f"87-{next(made):03d}", region_id="87")

    url = page("late-cluster", protocol.pk, protocol.assignments.get().pk) + "?find=87"
    assert_same_queries(controller, lambda: url, fill)
