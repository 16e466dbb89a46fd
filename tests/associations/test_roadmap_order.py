"""Milestones that come after others, and a year that is copied to the next."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from associations.models import Milestone
from associations.services.roadmap import milestone_save, roadmap_copy
from common import clock
from common.errors import InvalidInput, NotAllowed
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _march() -> Iterator[None]:
    with clock.at(NOW):
        yield


def save(cast: Cast, name: str, row: Milestone | None = None, **changes: Any) -> Milestone:
    return milestone_save(
        actor=cast.scope("chair"), milestone_id=row.pk if row else None, association_id=cast.machine_builders.pk,
        version=row.version if row else None,
        **{"name_ru": name, "name_en": name, "date_kind": "deadline", "state": "planned",
           "due_on": date(2024, 2, 29), **changes},
    )  # fmt: skip


def test_a_milestone_is_done_only_after_the_one_that_it_follows(cast: Cast) -> None:
    first = save(cast, "Отбор")
    second = save(cast, "Слёт", after=first.pk)
    done = {"state": "done", "done_on": date(2024, 3, 1), "evidence": "Протокол"}
    with pytest.raises(InvalidInput, match="Отбор"):
        save(cast, "Слёт", second, after=first.pk, **done)
    save(cast, "Отбор", first, **done)
    assert save(cast, "Слёт", second, after=first.pk, **done).after == first


def test_milestones_do_not_follow_each_other_in_a_circle_nor_one_of_another_roadmap(cast: Cast) -> None:
    first = save(cast, "Отбор")
    second = save(cast, "Слёт", after=first.pk)
    with pytest.raises(InvalidInput) as refusal:
        save(cast, "Отбор", first, after=second.pk)
    assert list(refusal.value.errors) == ["after"]
    foreign = Milestone.objects.create(name_ru="Общая", name_en="Common", due_on=date(2024, 5, 1))
    with pytest.raises(InvalidInput):
        save(cast, "Отбор", first, after=foreign.pk)


def test_a_year_is_copied_to_the_next_as_planned_once(cast: Cast) -> None:
    first = save(cast, "Отбор", state="done", done_on=date(2024, 3, 1), evidence="Протокол")
    save(cast, "Слёт", after=first.pk, due_on=date(2024, 5, 1))
    save(cast, "Отменённая", state="cancelled")
    save(cast, "Другой год", due_on=date(2025, 1, 1))
    chair = cast.scope("chair")

    assert roadmap_copy(actor=chair, association_id=cast.machine_builders.pk, year=2024) == 2
    assert roadmap_copy(actor=chair, association_id=cast.machine_builders.pk, year=2024) == 0
    copied = Milestone.objects.get(name_ru="Отбор", due_on=date(2025, 2, 28))
    assert (copied.state, copied.evidence) == ("planned", "")
    assert Milestone.objects.get(name_ru="Слёт", due_on=date(2025, 5, 1)).after == copied
    assert not Milestone.objects.filter(name_ru="Отменённая", due_on__year=2025).exists()


def test_a_year_without_milestones_and_a_foreign_roadmap_are_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="2030"):
        roadmap_copy(actor=cast.scope("chair"), association_id=cast.machine_builders.pk, year=2030)
    with pytest.raises(NotAllowed):
        roadmap_copy(actor=cast.scope("chair"), association_id=cast.farmers.pk, year=2024)


def test_the_chair_copies_a_year_on_its_page(cast: Cast, as_person: Callable[[str], Client]) -> None:
    save(cast, "Отбор")
    address = reverse("associations:roadmap-copy", args=[cast.machine_builders.pk])
    chair = as_person("chair")
    assert chair.post(address, {"year": "2030"}).status_code == 400
    assert chair.post(address, {"year": "2024"}).status_code == 302
    assert Milestone.objects.filter(name_ru="Отбор").count() == 2
