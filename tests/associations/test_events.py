"""Events of an association: planned, announced, registered for, held; their calendar and the public page."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from associations.models import AssociationEvent, EventFile, EventParticipant
from associations.services.events import event_leave, event_register, event_save
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from notifications.models import Notice
from tests.associations.practices import published
from tests.cast import Cast
from tests.files.samples import PDF

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
STARTS = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(NOW):
        yield


def save(cast: Cast, row: AssociationEvent | None = None, **changes: Any) -> AssociationEvent:
    said = {
        "name": "Слёт наставников", "kind": "conference", "starts_at": STARTS, "place": "Томск",
        "ends_at": STARTS + timedelta(hours=3), "state": "planned", **changes,
    }  # fmt: skip
    who = said.pop("who", "chair")
    return event_save(
        actor=cast.scope(who), association_id=cast.machine_builders.pk, event_id=row.pk if row else None,
        version=said.pop("version", row.version if row else None), **said,
    )  # fmt: skip


def test_an_event_is_planned_announced_registered_for_and_held(cast: Cast) -> None:
    row = save(cast)
    with pytest.raises(Missing):
        event_register(actor=cast.scope("tomsk_coordinator"), event_id=row.pk)
    row = save(cast, row, state="announced")
    assert row.announced_at == NOW
    person = event_register(actor=cast.scope("tomsk_coordinator"), event_id=row.pk)
    assert event_register(actor=cast.scope("tomsk_coordinator"), event_id=row.pk) == person
    with clock.at(STARTS + timedelta(days=1)):
        held = save(cast, row, state="held", outcome="Приехали 40 человек.", reach=40)
    assert (held.state, held.reach, EventParticipant.objects.count()) == ("held", 40, 1)


def test_the_regions_of_the_members_are_told_once_it_is_announced_or_cancelled(cast: Cast) -> None:
    row = save(cast, save(cast), state="announced")
    save(cast, row, state="announced", place="Северск")
    assert Notice.objects.filter(person=cast.tomsk_coordinator, kind="association_event").count() == 1
    assert not Notice.objects.filter(person=cast.omsk_coordinator).exists()
    row.refresh_from_db()
    save(cast, row, state="cancelled")
    assert Notice.objects.filter(person=cast.tomsk_coordinator, kind="association_event").count() == 2


def test_an_event_cancelled_before_it_was_announced_troubles_nobody(cast: Cast) -> None:
    save(cast, save(cast), state="cancelled")
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"ends_at": STARTS}, "ends_at"),
        ({"state": "held"}, "state"),
        ({"starts_at": NOW - timedelta(days=2), "state": "announced"}, None),
    ],
)
def test_what_does_not_hold_together_is_refused(
    cast: Cast, changes: dict[str, Any], field: str | None
) -> None:
    if field is None:
        assert save(cast, **changes).state == "announced"
        return
    with pytest.raises(InvalidInput) as refusal:
        save(cast, **changes)
    assert list(refusal.value.errors) == [field]
    assert not AssociationEvent.objects.exists()


def test_what_was_announced_is_never_merely_planned_again_and_what_is_held_has_an_outcome(cast: Cast) -> None:
    row = save(cast, save(cast), state="announced")
    with pytest.raises(InvalidInput) as refusal:
        save(cast, row, state="planned")
    assert list(refusal.value.errors) == ["state"]
    with clock.at(STARTS + timedelta(days=1)), pytest.raises(InvalidInput) as refusal:
        save(cast, row, state="held")
    assert list(refusal.value.errors) == ["outcome"]


def test_seats_are_counted_and_come_free_again(cast: Cast) -> None:
    row = save(cast, save(cast), state="announced", seats=1)
    event_register(actor=cast.scope("tomsk_coordinator"), event_id=row.pk)
    with pytest.raises(ImpossibleStep, match="1"):
        event_register(actor=cast.scope("omsk_coordinator"), event_id=row.pk)
    event_leave(actor=cast.scope("tomsk_coordinator"), event_id=row.pk)
    assert event_leave(actor=cast.scope("tomsk_coordinator"), event_id=row.pk) is None
    event_register(actor=cast.scope("omsk_coordinator"), event_id=row.pk)
    with clock.at(STARTS), pytest.raises(ImpossibleStep):
        event_leave(actor=cast.scope("omsk_coordinator"), event_id=row.pk)


def test_events_are_kept_by_the_association_and_by_the_newest_version(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        save(cast, who="tomsk_coordinator")
    row = save(cast)
    assert save(cast) == row
    save(cast, row, place="Северск")
    with pytest.raises(StaleVersion):
        save(cast, row, version=1)


def test_materials_come_with_an_event_and_a_lying_file_leaves_nothing(cast: Cast) -> None:
    row = save(cast, files=[SimpleUploadedFile("программа.pdf", PDF)])
    assert EventFile.objects.get().event == row
    with pytest.raises(InvalidInput) as refusal:
        save(cast, name="Другое", files=[SimpleUploadedFile("программа.pdf", b"MZ")])
    assert list(refusal.value.errors) == ["files"]
    assert AssociationEvent.objects.count() == 1


def test_the_calendar_holds_announced_events_and_tells_cancelled_ones(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    save(cast)
    row = save(cast, save(cast, name="Конкурс"), name="Конкурс", state="announced")
    save(cast, row, name="Конкурс", state="cancelled")
    answer = as_person("omsk_coordinator").get(
        reverse("associations:calendar", args=[cast.machine_builders.pk])
    )
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).events
    assert (str(event["SUMMARY"]), str(event["STATUS"]), str(event["LOCATION"])) == (
        "Конкурс",
        "CANCELLED",
        "Томск",
    )
    assert event.start == STARTS


def test_everybody_reads_the_public_page_of_an_association_and_nothing_else(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    practice = published(cast)
    save(cast, name="Тайное")
    save(cast, save(cast), state="announced")
    nobody = as_person("public")
    page = nobody.get(reverse("associations:public", args=[cast.machine_builders.slug])).content.decode()
    assert practice.title in page
    assert "Слёт наставников" in page
    assert "Тайное" not in page
    assert "1 кластер-участник" in page
    assert nobody.get(reverse("associations:public", args=["none"])).status_code == 404
    assert nobody.get(reverse("associations:events", args=[cast.machine_builders.pk])).status_code == 302


def test_the_whole_way_on_the_pages(cast: Cast, as_person: Callable[[str], Client]) -> None:
    chair, tomsk = as_person("chair"), as_person("tomsk_coordinator")
    address = reverse("associations:event-create", args=[cast.machine_builders.pk])
    typed = {
        "version": "", "name": "Слёт", "kind": "event", "starts_at": "30.05.2026 10:00", "ends_at": "",
        "state": "announced",
    }  # fmt: skip
    assert chair.post(address, typed).status_code == 400
    assert chair.post(address, {**typed, "ends_at": "30.05.2026 12:00"}).status_code == 302
    row = AssociationEvent.objects.get()
    assert "Зарегистрироваться" in tomsk.get(row.get_absolute_url()).content.decode()
    tomsk.post(reverse("associations:event-register", args=[row.pk]))
    assert "Вы зарегистрированы" in tomsk.get(row.get_absolute_url()).content.decode()
    assert "Щёкин Иван Петрович" in chair.get(row.get_absolute_url()).content.decode()
    assert (
        "Щёкин Иван Петрович"
        not in as_person("omsk_coordinator").get(row.get_absolute_url()).content.decode()
    )
    csv = chair.get(reverse("dashboard:list-table", args=["event-participants", "csv"]), {"event": row.pk})
    assert "tomsk@example.org" in csv.content.decode("utf-8-sig")
