"""The authority of a region and its heads by dates."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from notifications.enums import StaffTaskKind
from notifications.models import StaffTask
from notifications.services import staff_task_open
from regions.models import AuthorityHead
from regions.services import authority_update, head_add, head_end, head_update
from tests.cast import Cast

TOMSK = "/regions/70/authority/"
EDITORS = ["administrator", "controller"]
PERSON: dict[str, Any] = {
    "post_title": "Министр образования",
    "post_title_dative": "Министру образования",
    "last_name": "Новиков",
    "first_name": "Нил",
    "patronymic": "Нилович",
    "name_dative": "Новикову Н. Н.",
    "salutation": "Уважаемый Нил Нилович!",
}


def add(cast: Cast, **details: Any) -> AuthorityHead:
    return head_add(
        actor=cast.scope("controller"),
        **{
            "region_code": "70",
            **PERSON,
            "emails": ["novikov@tomsk.example"],
            "starts_on": date(2026, 5, 1),
            "end_previous": True,
            **details,
        },
    )


def present(cast: Cast) -> AuthorityHead:
    return AuthorityHead.objects.get(authority=cast.tomsk.authority, last_name="Верховская")


@pytest.mark.parametrize("name", EDITORS)
def test_the_centre_edits_the_authority(cast: Cast, as_person: Callable[[str], Client], name: str) -> None:
    client = as_person(name)
    assert client.get(TOMSK).status_code == 200
    typed = {"name": "Департамент образования", "phone": "+7 3822 000000", "version": 1}
    assert client.post(TOMSK, typed)["Location"] == TOMSK
    cast.tomsk.authority.refresh_from_db()
    assert (cast.tomsk.authority.name, cast.tomsk.authority.version) == ("Департамент образования", 2)
    stale = client.post(TOMSK, {**typed, "name": "Иное имя"})
    assert stale.status_code == 409
    assert "Иное имя" in stale.content.decode()


@pytest.mark.parametrize("name", ["methodologist", "tomsk_coordinator", "tomsk_minister"])
def test_others_who_see_the_authority_only_read(
    cast: Cast, as_person: Callable[[str], Client], name: str
) -> None:
    client = as_person(name)
    page = client.get(TOMSK)
    assert page.status_code == 200
    assert "minister@tomsk.example" in page.content.decode()
    assert "<textarea" not in page.content.decode()
    assert client.post(TOMSK, {"name": "x", "version": 1}).status_code == 403
    assert client.get(f"{TOMSK}heads/add/").status_code == 403
    head = present(cast)
    assert (
        client.post(reverse("regions:head-end", args=["70", head.pk]), {"ends_on": "2026-01-01"}).status_code
        == 403
    )
    with pytest.raises(NotAllowed):
        head_end(actor=cast.scope(name), head_id=head.pk, version=1, ends_on=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        authority_update(actor=cast.scope(name), region_code="70", version=1, name="x", phone="")


@pytest.mark.parametrize("name", ["omsk_coordinator", "chair", "newcomer"])
def test_strangers_do_not_learn_that_it_exists(
    cast: Cast, as_person: Callable[[str], Client], name: str
) -> None:
    client = as_person(name)
    assert client.get(TOMSK).status_code == 404
    assert client.post(TOMSK, {"name": "x"}).status_code == 404
    assert client.get("/regions/99/authority/").status_code == 404
    with pytest.raises(Missing):
        head_end(actor=cast.scope(name), head_id=present(cast).pk, version=1, ends_on=date(2026, 1, 1))


def test_a_head_is_not_found_under_another_region(cast: Cast, as_person: Callable[[str], Client]) -> None:
    head = present(cast)
    assert as_person("controller").get(reverse("regions:head-edit", args=["55", head.pk])).status_code == 404


def test_a_new_head_ends_the_previous_one_the_day_before(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("controller")
    assert client.get(f"{TOMSK}heads/add/").status_code == 200
    typed = {
        **PERSON, "emails": "novikov@tomsk.example\r\n\r\n office@tomsk.example \r\nnovikov@tomsk.example",
        "starts_on": "2026-05-01", "end_previous": "on",
    }  # fmt: skip
    assert client.post(f"{TOMSK}heads/add/", typed)["Location"] == TOMSK
    assert present(cast).ends_on == date(2026, 4, 30)
    new = AuthorityHead.objects.get(last_name="Новиков")
    assert new.emails == ["novikov@tomsk.example", "office@tomsk.example"]
    assert new.recorded_by == cast.controller
    assert AuthorityHead.objects.in_office(date(2026, 4, 30)).get().last_name == "Верховская"
    assert AuthorityHead.objects.in_office(date(2026, 5, 1)).get().last_name == "Новиков"


def test_a_second_head_with_the_same_dates_is_an_error_of_the_date(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    typed = {**PERSON, "emails": "", "starts_on": "2023-09-01", "end_previous": "on"}
    answer = as_person("controller").post(f"{TOMSK}heads/add/", typed)
    assert answer.status_code == 400
    assert 'href="#id_starts_on"' in answer.content.decode()
    assert AuthorityHead.objects.count() == 1
    assert present(cast).ends_on is None


@pytest.mark.parametrize("starts_on", [date(2026, 5, 1), date(2020, 1, 1)])
def test_overlapping_dates_are_refused(cast: Cast, starts_on: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(cast, starts_on=starts_on, end_previous=False)
    assert set(refused.value.errors) == {"starts_on"}
    assert AuthorityHead.objects.count() == 1


def test_a_second_press_gives_no_second_head(cast: Cast) -> None:
    add(cast)
    with pytest.raises(InvalidInput):
        add(cast)
    assert AuthorityHead.objects.count() == 2


@pytest.mark.parametrize(
    "line", ["no address", "a@b@c.example", "x" * 400, "почта@", "a@example.org b@example.org"]
)
def test_each_address_is_checked_and_the_wrong_one_is_named(
    cast: Cast, as_person: Callable[[str], Client], line: str
) -> None:
    typed = {
        **PERSON,
        "emails": f"good@tomsk.example\n{line}",
        "starts_on": "2026-05-01",
        "end_previous": "on",
    }
    answer = as_person("controller").post(f"{TOMSK}heads/add/", typed)
    assert answer.status_code == 400
    assert line[:30] in answer.content.decode()
    assert present(cast).ends_on is None


@pytest.mark.parametrize("field", sorted(PERSON.keys() - {"patronymic"}))
def test_a_form_without_what_letters_need_is_refused(
    cast: Cast, as_person: Callable[[str], Client], field: str
) -> None:
    typed = {**PERSON, "emails": "", "starts_on": "2026-05-01", field: " "}
    answer = as_person("controller").post(f"{TOMSK}heads/add/", typed)
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in answer.content.decode()


def test_a_head_is_corrected_on_the_version_that_was_seen(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    head = present(cast)
    address = reverse("regions:head-edit", args=["70", head.pk])
    client = as_person("administrator")
    assert "minister@tomsk.example" in client.get(address).content.decode()
    typed = {**PERSON, "emails": "new@tomsk.example", "starts_on": "2023-10-01", "version": 1}
    assert client.post(address, typed).status_code == 302
    head.refresh_from_db()
    assert (head.last_name, head.starts_on, head.version) == ("Новиков", date(2023, 10, 1), 2)
    assert client.post(address, typed).status_code == 409


def test_a_correction_cannot_make_dates_overlap(cast: Cast) -> None:
    new = add(cast)
    with pytest.raises(InvalidInput) as refused:
        head_update(
            actor=cast.scope("controller"), head_id=new.pk, version=1, **PERSON, emails=[],
            starts_on=date(2026, 4, 30),
        )  # fmt: skip
    assert set(refused.value.errors) == {"starts_on"}


def test_a_head_leaves_on_the_last_day(cast: Cast, as_person: Callable[[str], Client]) -> None:
    head = present(cast)
    address = reverse("regions:head-end", args=["70", head.pk])
    client = as_person("controller")
    assert client.get(address).status_code == 200
    assert client.post(address, {"ends_on": "2023-08-31", "version": 1}).status_code == 400
    assert client.post(address, {"ends_on": "2026-03-31", "version": 1}).status_code == 302
    assert client.post(address, {"ends_on": "2026-03-31", "version": 2}).status_code == 409
    assert not AuthorityHead.objects.in_office(date(2026, 4, 1)).exists()
    with pytest.raises(ImpossibleStep):
        head_end(actor=cast.scope("controller"), head_id=head.pk, version=2, ends_on=date(2026, 1, 1))
    with pytest.raises(StaleVersion):
        head_end(actor=cast.scope("controller"), head_id=head.pk, version=1, ends_on=date(2026, 1, 1))


def test_every_change_of_heads_is_in_the_trail(cast: Cast) -> None:
    new = add(cast)
    ended = LogEntry.objects.get_for_object(present(cast)).filter(action=LogEntry.Action.UPDATE).get()
    assert ended.changes["ends_on"] == ["None", "2026-04-30"]
    assert ended.actor == cast.controller
    assert LogEntry.objects.get_for_object(new).get().actor == cast.controller


# What the staff was asked to find out


def asked(region: str = "70") -> dict[StaffTaskKind, StaffTask]:
    """The open tasks about the head and the address of a region, by kind."""
    return {
        kind: staff_task_open(kind=kind, object_key=f"region:{region}", title="Томская область")
        for kind in (StaffTaskKind.NO_HEAD, StaffTaskKind.HEAD_WITHOUT_ADDRESS)
    }


def open_kinds(region: str = "70") -> set[str]:
    return set(StaffTask.objects.open().filter(object_key=f"region:{region}").values_list("kind", flat=True))


def test_a_head_with_an_address_settles_what_the_staff_was_asked_about_the_region(cast: Cast) -> None:
    tasks = asked()
    asked("55")
    head = add(cast, starts_on=clock.today())
    assert open_kinds() == set()
    assert open_kinds("55") == {StaffTaskKind.NO_HEAD, StaffTaskKind.HEAD_WITHOUT_ADDRESS}
    task = tasks[StaffTaskKind.NO_HEAD]
    task.refresh_from_db()
    assert task.closed_by == cast.controller
    assert str(head) in task.outcome


def test_a_head_without_an_address_answers_only_who_it_is(cast: Cast) -> None:
    asked()
    add(cast, starts_on=clock.today(), emails=[])
    assert open_kinds() == {StaffTaskKind.HEAD_WITHOUT_ADDRESS}


def test_a_head_of_tomorrow_settles_nothing_today(cast: Cast) -> None:
    asked()
    add(cast, starts_on=clock.today() + timedelta(days=1))
    assert open_kinds() == {StaffTaskKind.NO_HEAD, StaffTaskKind.HEAD_WITHOUT_ADDRESS}


def test_an_address_added_later_settles_the_task_about_it(cast: Cast) -> None:
    asked()
    head = present(cast)
    head_update(
        actor=cast.scope("controller"),
        head_id=head.pk,
        version=head.version,
        **PERSON,
        emails=["new@tomsk.example"],
        starts_on=head.starts_on,
    )
    assert open_kinds() == set()
