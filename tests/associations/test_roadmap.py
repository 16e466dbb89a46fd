"""The roadmap: what the document of the project says, what is overdue, who keeps it, what is refused."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from associations.enums import Track
from associations.models import Milestone
from associations.selectors.roadmap import bars, common_roadmap, own_roadmap
from associations.services.roadmap import COLUMNS, milestone_save, roadmap_load
from common import clock
from common.errors import InvalidInput, Missing, NotAllowed, StaleVersion
from common.tabular import BadRows
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 11, 15, 9, 0, tzinfo=UTC)
TODAY = date(2023, 11, 15)


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with clock.at(NOW):
        yield


def said(**changes: Any) -> dict[str, Any]:
    return {
        "version": None, "name_ru": "Слёт лучших практик", "name_en": "Meeting of the best practices",
        "date_kind": "deadline", "state": "planned", "due_on": date(2023, 12, 20), **changes,
    }  # fmt: skip


def save(cast: Cast, who: str, milestone: Milestone | None = None, **changes: Any) -> Milestone:
    association = changes.pop("association_id", None)
    return milestone_save(
        actor=cast.scope(who), milestone_id=milestone.pk if milestone else None, association_id=association,
        **said(**changes),
    )  # fmt: skip


# What ships with the portal


def test_all_milestones_of_the_document_are_there_with_their_days_and_parts() -> None:
    assert roadmap_load().created == 16
    assert Milestone.objects.filter(track=Track.ASSOCIATION).count() == 12
    assert Milestone.objects.filter(track=Track.TRANSITION).count() == 4
    whole = Milestone.objects.get(slug="chairs_videoconference")
    assert (whole.due_on, whole.parts.count()) == (date(2023, 10, 1), 4)
    sessions = Milestone.objects.get(slug="strategic_sessions")
    assert sessions.planned == (date(2023, 11, 1), date(2024, 3, 31))


def test_loading_again_adds_nothing_and_leaves_what_people_changed(cast: Cast) -> None:
    roadmap_load()
    row = Milestone.objects.get(slug="single_chat")
    save(cast, "methodologist", row, version=1, name_ru="Чат", due_on=None, starts_on=date(2023, 9, 18))

    result = roadmap_load()
    assert (result.created, result.changed, result.unchanged) == (0, 0, 16)
    assert Milestone.objects.get(slug="single_chat").name_ru == "Чат"


def test_a_bad_file_enters_nothing_and_names_the_cell(tmp_path: Path) -> None:
    head = "slug,order,track,name_ru,name_en,starts_on,due_on,date_kind,parent,note\n"
    path = tmp_path / "roadmap.csv"
    path.write_text(f"{head}one,1,association,Раз,One,,31.12.2023,deadline,,\n", encoding="utf-8")

    with pytest.raises(BadRows, match="due_on"):
        roadmap_load(path)
    assert Milestone.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("one,1,association,Раз,One,,2023-12-31,deadline,nothing,", "parent"),
        ("one,x,association,Раз,One,,2023-12-31,deadline,,", "order"),
    ],
)
def test_a_whole_that_is_unknown_and_a_number_that_is_none_are_named(
    tmp_path: Path, line: str, column: str
) -> None:
    path = tmp_path / "roadmap.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{line}\n", encoding="utf-8")

    with pytest.raises(BadRows, match=column):
        roadmap_load(path)
    assert Milestone.objects.count() == 0


def test_a_file_without_a_column_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "roadmap.csv"
    path.write_text("slug,order\none,1\n", encoding="utf-8")

    with pytest.raises(BadRows, match="due_on"):
        roadmap_load(path)


# What the day says


@pytest.mark.parametrize(
    ("starts_on", "due_on", "state", "late"),
    [
        (None, date(2023, 11, 14), "planned", True),
        (None, date(2023, 11, 14), "going", True),
        (None, TODAY, "planned", False),
        (None, date(2023, 11, 14), "cancelled", False),
        (date(2023, 11, 1), None, "planned", True),
        (date(2023, 11, 1), None, "going", False),
        (TODAY, None, "planned", False),
    ],
)
def test_a_milestone_is_overdue_after_its_last_day_or_when_it_has_not_begun(
    starts_on: date | None, due_on: date | None, state: str, late: bool
) -> None:
    row = Milestone.objects.create(
        name_ru="Раз", name_en="One", starts_on=starts_on, due_on=due_on, state=state
    )

    assert row.is_overdue(TODAY) is late


def test_bars_are_filled_to_the_day_of_the_end_or_to_today(cast: Cast) -> None:
    roadmap_load()
    row = Milestone.objects.get(slug="strategic_sessions")
    save(
        cast, "methodologist", row, version=1, state="going", starts_on=row.starts_on, due_on=row.due_on,
    )  # fmt: skip
    drawn = {bar.name: bar for bar in bars(common_roadmap(cast.scope("controller")).rows, TODAY)}

    assert drawn["Слёт лучших практик"].actual == (date(2023, 11, 1), TODAY)
    assert all(bar.actual is None for name, bar in drawn.items() if name != "Слёт лучших практик")


# Who keeps it


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator", "chair", "tomsk_minister"])
def test_the_common_roadmap_is_kept_by_methodologists_and_administrators(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        save(cast, who)
    assert save(cast, "administrator").association is None


def test_a_chair_keeps_the_roadmap_of_the_own_association_alone(cast: Cast) -> None:
    own = save(cast, "chair", association_id=cast.machine_builders.pk)
    assert [row.milestone for row in own_roadmap(cast.scope("chair"), cast.machine_builders.pk)] == [own]
    with pytest.raises(NotAllowed):
        save(cast, "chair", association_id=cast.farmers.pk)
    with pytest.raises(Missing):
        save(cast, "chair", association_id=10**6)
    assert own_roadmap(cast.scope("public"), cast.machine_builders.pk) == []


def test_the_same_again_is_entered_once(cast: Cast) -> None:
    assert save(cast, "methodologist") == save(cast, "methodologist")
    assert Milestone.objects.count() == 1
    assert save(cast, "methodologist", note="Вторая очередь").note == "Вторая очередь"
    assert Milestone.objects.count() == 2


def test_who_saw_an_older_version_changes_nothing(cast: Cast) -> None:
    row = save(cast, "methodologist")
    save(cast, "methodologist", row, version=1, responsible="Отдел")
    with pytest.raises(StaleVersion):
        save(cast, "methodologist", row, version=1, responsible="Другой отдел")
    row.refresh_from_db()
    assert row.responsible == "Отдел"


# What is refused


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_ru": " "}, "name_ru"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"due_on": None}, "due_on"),
        ({"starts_on": date(2023, 12, 21)}, "due_on"),
        ({"state": "done", "evidence": "Протокол"}, "done_on"),
        ({"state": "done", "done_on": TODAY}, "evidence"),
        ({"state": "done", "done_on": date(2023, 11, 16), "evidence": "Протокол"}, "done_on"),
        ({"state": "going", "done_on": TODAY}, "done_on"),
    ],
)
def test_what_does_not_hold_together_is_refused_by_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save(cast, "methodologist", **changes)
    assert list(refusal.value.errors) == [field]
    assert Milestone.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"starts_on": date(2023, 12, 2), "due_on": date(2023, 12, 1)},
        {"due_on": TODAY, "state": "done"},
        {"due_on": TODAY, "done_on": TODAY, "evidence": "Протокол"},
    ],
)
def test_the_database_refuses_it_too(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.create(name_ru="Раз", name_en="One", **fields)


# Pages


def test_a_methodologist_marks_a_milestone_as_done_on_its_page(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    roadmap_load()
    row = Milestone.objects.get(slug="members_meetings")
    person = as_person("methodologist")
    page = person.get(reverse("associations:roadmap")).content.decode()
    assert "просрочена" in page
    assert row.get_absolute_url() in page

    typed = {
        "version": 1, "name_ru": row.name_ru, "name_en": row.name_en, "date_kind": "deadline",
        "due_on": "2023-11-01", "state": "done", "done_on": "", "evidence": "Протокол № 3",
    }  # fmt: skip
    refused = person.post(row.get_absolute_url(), typed)
    assert refused.status_code == 400
    assert "Укажите, когда она достигнута" in refused.content.decode()
    assert person.post(row.get_absolute_url(), {**typed, "done_on": "2023-11-10"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.done_on, row.version) == ("done", date(2023, 11, 10), 2)


def test_a_chair_enters_a_milestone_on_the_page_of_the_association(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    chair = as_person("chair")
    address = reverse("associations:association-milestone", args=[cast.machine_builders.pk])
    own = reverse("associations:own-roadmap", args=[cast.machine_builders.pk])
    assert address in chair.get(own).content.decode()
    typed = {**said(), "version": "", "due_on": "2023-12-20"}

    assert chair.post(address, typed).headers["Location"] == own
    assert "Слёт лучших практик" in chair.get(own).content.decode()
    for form, head in (("docx", b"PK"), ("pdf", b"%PDF")):
        paper = chair.get(reverse("associations:roadmap-paper", args=[cast.machine_builders.pk, form]))
        assert paper.content.startswith(head)
    assert chair.get(reverse("associations:milestone-create")).status_code == 403


def test_the_file_and_the_api_hold_the_roadmap(as_person: Callable[[str], Client]) -> None:
    roadmap_load()
    person = as_person("tomsk_coordinator")
    address = reverse("dashboard:list-table", kwargs={"name": "milestones", "form": "csv"})

    assert person.get(address).content.decode("utf-8-sig").count("\n") >= 17
    assert len(person.get("/api/v1/associations/milestones/").json()["results"]) == 16
