"""Audiences kept under a name: one's own and shared ones, in the builder and on a page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import Assignment, Protocol, SavedAudience
from assignments.selectors.saved_audiences import saved_rows, saved_rules
from assignments.services.saved_audiences import (
    saved_audience_add,
    saved_audience_delete,
    saved_audience_rename,
)
from common import clock
from common.errors import InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from tests.assignments import drafts
from tests.cast import Cast
from tests.queries import assert_same_queries
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("wednesday")
LIST = "/protocols/audiences/"


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def controller(as_person: Callable[[str], Client]) -> Client:
    return as_person("controller")


def keep(actor: Scope, name: str = "Томск", **changes: Any) -> SavedAudience:
    values: dict[str, Any] = {"addressee": "clusters", "rule": {"regions": ["70"]}} | changes
    return saved_audience_add(actor=actor, name=name, **values)


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "number": "1", "text": "Представить план.", "title": "", "due_on": "28.05.2026", "weight": "1",
        "expected_result": "", "process": "", "addressee": "clusters", "scope_of_rule": "rule", "regions": ["70"],
    } | changes  # fmt: skip


def new_item(protocol: Protocol) -> str:
    return reverse("assignments:item-create", args=[protocol.pk])


def test_the_builder_keeps_its_rule_and_takes_it_again(controller: Client, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    sent = fields(
        text="Недописанный текст", due_on="", **{"keep": "1", "keep-name": "Томск", "keep-shared": "on"}
    )
    answer = controller.post(new_item(protocol), sent)
    assert answer.status_code == 200
    assert "Недописанный текст" in answer.content.decode()
    saved = SavedAudience.objects.get()
    assert (saved.rule, saved.shared, saved.owner_id) == ({"regions": ["70"]}, True, actor.user_id)
    taken = controller.post(
        new_item(protocol),
        fields(scope_of_rule="everyone", regions=[], cohorts=["2023"], take="1", saved=str(saved.pk)),
    ).context["form"]
    assert (taken["scope_of_rule"].value(), taken["regions"].value(), taken["text"].value()) == (
        "rule", ["70"], "Представить план.",
    )  # fmt: skip
    assert not taken["cohorts"].value()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("saved", ["", "x", "999999"])
def test_taking_what_is_gone_loses_nothing(controller: Client, actor: Scope, saved: str) -> None:
    form = controller.post(new_item(drafts.draft(actor)), fields(take="1", saved=saved)).context["form"]
    assert form["regions"].value() == ["70"]


@pytest.mark.parametrize("changes", [{"keep-name": " "}, {"keep-name": "а" * 101}, {"regions": []}])
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    controller: Client, actor: Scope, changes: dict[str, Any]
) -> None:
    sent = fields(**({"keep": "1", "keep-name": "Томск"} | changes))
    answer = controller.post(new_item(drafts.draft(actor)), sent)
    assert answer.status_code == 400
    assert "Аудитория не сохранена" in answer.content.decode()
    assert "Представить план." in answer.content.decode()
    assert not SavedAudience.objects.exists()


def test_the_same_name_is_kept_once(actor: Scope) -> None:
    assert keep(actor).pk == keep(actor).pk
    with pytest.raises(InvalidInput) as refused:
        keep(actor, "ТОМСК", rule={"regions": ["55"]})
    assert set(refused.value.errors) == {"name"}


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_an_audience_kept_by_two_presses_at_once_is_one_row(cast: Cast) -> None:
    actor = cast.scope("controller")
    first, second = at_once(lambda: keep(actor), drafts.NOW)
    assert first == second


def test_a_shared_one_is_seen_by_drafters_and_an_own_one_by_nobody_else(cast: Cast, actor: Scope) -> None:
    keep(actor)
    keep(actor, "Омск", rule={"regions": ["55"]}, shared=True)
    administrator = cast.scope("administrator")
    assert set(saved_rules(administrator)) == {"Омск"}
    keep(administrator, "Омск", rule={"cohorts": [2023]})
    assert saved_rules(administrator)["Омск"].cohorts == (2023,)
    assert set(saved_rules(actor)) == {"Томск", "Омск"}
    for stranger in ("methodologist", "tomsk_coordinator"):
        assert saved_rules(cast.scope(stranger)) == {}
        with pytest.raises(NotAllowed):
            keep(cast.scope(stranger))


def test_owner_and_administrator_change_a_shared_one(cast: Cast, actor: Scope) -> None:
    administrator = cast.scope("administrator")
    own = keep(actor)
    with pytest.raises(Missing):
        saved_audience_delete(actor=administrator, saved_id=own.pk, version=1)
    saved_audience_rename(actor=actor, saved_id=own.pk, version=1, name="Томская область", shared=True)
    with pytest.raises(StaleVersion):
        saved_audience_rename(actor=administrator, saved_id=own.pk, version=1, name="Иное", shared=True)
    foreign = keep(administrator, "Администратора", shared=True)
    with pytest.raises(NotAllowed):
        saved_audience_delete(actor=actor, saved_id=foreign.pk, version=1)
    saved_audience_delete(actor=administrator, saved_id=own.pk, version=2)
    assert list(SavedAudience.objects.all()) == [foreign]


def test_the_page_shows_whom_each_addresses_today(controller: Client, actor: Scope) -> None:
    assert "Сохранённых аудиторий пока нет" in controller.get(LIST).content.decode()
    keep(actor)
    keep(actor, "Координаторы", addressee="regions", rule={"everyone": True})
    rows = {row.saved.name: row for row in saved_rows(actor, clock.today())}
    assert {name: row.count for name, row in rows.items()} == {"Томск": 2, "Координаторы": 3}
    assert "регион: Томская область" in controller.get(LIST).content.decode()


def test_the_pages_rename_and_forget(controller: Client, actor: Scope) -> None:
    saved = keep(actor)
    edit, delete = (reverse(f"assignments:audience-{act}", args=[saved.pk]) for act in ("edit", "delete"))
    assert controller.post(edit, {"name": "Томичи", "version": 1}).status_code == 302
    assert controller.post(edit, {"name": "", "version": 2}).status_code == 400
    assert controller.post(edit, {"name": "Опять", "version": 1}).status_code == 409
    assert "Томичи" in controller.get(delete).content.decode()
    assert controller.post(delete, {"version": 2}).status_code == 302
    assert controller.get(edit).status_code == 404


def test_the_list_makes_no_more_queries_for_more_rows(controller: Client, actor: Scope) -> None:
    def fill(count: int) -> None:
        for _row in range(count):
            keep(actor, f"Аудитория {SavedAudience.objects.count()}", rule={"cohorts": [2023]})

    assert_same_queries(controller, lambda: LIST, fill)
