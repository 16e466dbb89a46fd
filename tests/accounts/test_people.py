"""The list of people, the page of one, roles by dates, blocking."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Position
from accounts.models import Membership, User
from accounts.selectors import scope_for
from accounts.services import membership_add, membership_end, user_block, user_unblock, user_update
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Role
from tests.cast import Cast

PEOPLE = "/accounts/people/"
OUTSIDERS = ["controller", "methodologist", "tomsk_coordinator", "chair", "tomsk_minister", "newcomer"]


def names(client: Client, **query: str) -> str:
    answer = client.get(PEOPLE, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("text", ["щекин", "ЩЁКИН", "щёкин иван", "tomsk@", "TOMSK@example"])
def test_search_finds_a_person_however_the_name_is_typed(
    cast: Cast, as_person: Callable[[str], Client], text: str
) -> None:
    page = names(as_person("administrator"), q=text)
    assert "Щёкин Иван Петрович" in page
    assert "Омский" not in page


@pytest.mark.parametrize("text", ["%", "_", "нетакого", "' OR 1=1 --"])
def test_search_takes_every_character_as_itself(
    cast: Cast, as_person: Callable[[str], Client], text: str
) -> None:
    assert "Щёкин" not in names(as_person("administrator"), q=text)


def test_the_list_is_filtered_by_role_region_and_state(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    administrator = as_person("administrator")
    coordinators = names(administrator, role="coordinator")
    assert "Щёкин" in coordinators
    assert "Контролёров" not in coordinators
    tomsk = names(administrator, role="coordinator", region="70")
    assert "Щёкин" in tomsk
    assert "Омский" not in tomsk
    user_block(actor=cast.scope("administrator"), user_id=cast.chair.pk, version=1)
    assert "Главный" in names(administrator, state="blocked")
    assert "Главный" not in names(administrator, state="active")
    cast.newcomer.set_unusable_password()
    cast.newcomer.save()
    assert "Новиков" in names(administrator, state="invited")
    assert administrator.get(PEOPLE, {"role": "emperor"}).status_code == 400


def test_a_role_that_ended_is_not_found_by_the_filter(cast: Cast, as_person: Callable[[str], Client]) -> None:
    Membership.objects.filter(user=cast.omsk_coordinator).update(ends_on=date(2024, 1, 31))
    assert "Омский" not in names(as_person("administrator"), role="coordinator")


def test_a_role_of_an_association_is_told_by_its_position(cast: Cast) -> None:
    chair = Membership.objects.filter(role=Role.ASSOCIATION).first()
    assert chair is not None
    assert chair.words == "председатель ассоциации"
    chair.position = Position.CURATOR
    assert chair.words == "куратор ассоциации"
    deputy = Membership(role=Role.COORDINATOR, position=Position.DEPUTY)
    assert deputy.words == "региональный координатор (заместитель)"
    assert Membership(role=Role.MINISTER).words == "руководитель органа управления образованием"


def test_the_list_asks_as_many_queries_for_thirty_people_as_for_few(
    cast: Cast, as_person: Callable[[str], Client], django_assert_max_num_queries: Any
) -> None:
    administrator = as_person("administrator")
    administrator.get(PEOPLE)
    with django_assert_max_num_queries(30) as few:
        administrator.get(PEOPLE)
    for number in range(30):
        user = User.objects.create_user(f"n{number}@example.org", None, last_name="Н", first_name="Н")
        Membership.objects.create(
            user=user,
            role=Role.COORDINATOR,
            region=cast.omsk,
            position=Position.DEPUTY,
            starts_on=date(2024, 1, 1),
        )
    with django_assert_max_num_queries(30) as many:
        administrator.get(PEOPLE)
    assert len(few) == len(many)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_people_are_for_administrators(cast: Cast, as_person: Callable[[str], Client], name: str) -> None:
    client = as_person(name)
    assert client.get(PEOPLE).status_code == 403
    assert client.get(reverse("accounts:person", args=[cast.omsk_coordinator.pk])).status_code == 404
    assert client.get(reverse("accounts:person", args=[getattr(cast, name).pk])).status_code == 403
    assert client.get(reverse("accounts:person", args=[10**12])).status_code == 404


def test_the_public_is_sent_to_the_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(PEOPLE)["Location"].startswith("/accounts/login/")


def test_the_page_of_a_person_shows_roles_with_their_dates(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    page = as_person("administrator").get(reverse("accounts:person", args=[cast.tomsk_coordinator.pk]))
    text = page.content.decode()
    assert "Томская область" in text
    assert "01.09.2023" in text


# Editing


def edit(cast: Cast, **changes: Any) -> User:
    user = cast.tomsk_coordinator
    fields = {
        name: getattr(user, name) for name in ("email", "last_name", "first_name", "patronymic", "phone")
    }
    return user_update(
        actor=cast.scope("administrator"), user_id=user.pk, **{**fields, "version": user.version, **changes}
    )


def test_names_are_corrected_and_found_under_the_new_one(cast: Cast) -> None:
    assert edit(cast, last_name="Щёголев").name_key.startswith("щеголев")


def test_an_address_of_somebody_else_is_refused_at_its_field(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit(cast, email="OMSK@example.org")
    assert set(refused.value.errors) == {"email"}


def test_an_edit_on_an_old_version_is_refused_and_keeps_what_was_typed(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    edit(cast, phone="+7 3822 000000")
    typed = {"email": "tomsk@example.org", "last_name": "Щукин", "first_name": "Иван", "version": 1}
    answer = as_person("administrator").post(
        reverse("accounts:person-edit", args=[cast.tomsk_coordinator.pk]), typed
    )
    assert answer.status_code == 409
    assert "Щукин" in answer.content.decode()
    cast.tomsk_coordinator.refresh_from_db()
    assert cast.tomsk_coordinator.last_name == "Щёкин"


def test_without_a_version_nothing_is_changed(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        edit(cast, version=None)


# Roles


def give(cast: Cast, **details: Any) -> Membership:
    return membership_add(
        actor=cast.scope("administrator"),
        **{
            "user_id": cast.newcomer.pk,
            "role": Role.COORDINATOR,
            "region_code": "70",
            "position": Position.DEPUTY,
            "starts_on": date(2024, 1, 1),
            **details,
        },
    )


def test_a_given_role_holds_from_its_first_day(cast: Cast) -> None:
    give(cast, starts_on=date(2026, 12, 1))
    assert scope_for(cast.newcomer, date(2026, 11, 30)).is_public
    assert scope_for(cast.newcomer, date(2026, 12, 1)).regions == {"70"}


def test_the_same_role_there_on_shared_days_is_refused_at_the_date(cast: Cast) -> None:
    give(cast, ends_on=date(2024, 6, 30))
    with pytest.raises(InvalidInput) as refused:
        give(cast, starts_on=date(2024, 6, 30))
    assert set(refused.value.errors) == {"starts_on"}
    with pytest.raises(InvalidInput):
        give(cast, starts_on=date(2023, 1, 1))
    give(cast, starts_on=date(2024, 7, 1))
    give(cast, region_code="55")


def test_a_second_press_of_the_form_gives_no_second_role(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    administrator = as_person("administrator")
    address = reverse("accounts:membership-add", args=[cast.newcomer.pk])
    assert administrator.get(address).status_code == 200
    typed = {
        "role": "association",
        "association": cast.farmers.pk,
        "position": "curator",
        "starts_on": "2026-01-01",
    }
    assert administrator.post(address, typed).status_code == 302
    assert administrator.post(address, typed).status_code == 400
    assert Membership.objects.filter(user=cast.newcomer).count() == 1


@pytest.mark.parametrize("name", OUTSIDERS)
def test_only_administrators_give_and_end_roles(
    cast: Cast, as_person: Callable[[str], Client], name: str
) -> None:
    own = getattr(cast, name)
    with pytest.raises((Missing, NotAllowed)):
        membership_add(
            actor=cast.scope(name), user_id=own.pk, role=Role.ADMINISTRATOR, starts_on=date(2026, 1, 1)
        )
    assert as_person(name).post(reverse("accounts:membership-add", args=[own.pk])).status_code == 403
    foreign = Membership.objects.get(user=cast.omsk_coordinator)
    with pytest.raises((Missing, NotAllowed)):
        membership_end(actor=cast.scope(name), membership_id=foreign.pk, version=1, ends_on=date(2026, 1, 1))
    assert not Membership.objects.filter(user=own, role=Role.ADMINISTRATOR).exists()


def test_a_role_ends_after_its_last_day(cast: Cast, as_person: Callable[[str], Client]) -> None:
    membership = Membership.objects.get(user=cast.controller)
    address = reverse("accounts:membership-end", args=[membership.pk])
    administrator, controller = as_person("administrator"), as_person("controller")
    assert administrator.get(address).status_code == 200
    yesterday = clock.today() - timedelta(days=1)
    assert administrator.post(address, {"ends_on": yesterday, "version": 1}).status_code == 302
    assert controller.get("/accounts/profile/").context["scope"].is_public
    assert administrator.post(address, {"ends_on": yesterday, "version": 1}).status_code == 409


def test_a_last_day_before_the_first_is_refused_at_its_field(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    membership = Membership.objects.get(user=cast.controller)
    answer = as_person("administrator").post(
        reverse("accounts:membership-end", args=[membership.pk]), {"ends_on": "2023-08-31", "version": 1}
    )
    assert answer.status_code == 400
    assert 'href="#id_ends_on"' in answer.content.decode()


def test_an_administrator_cannot_end_the_own_last_administrator_role(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    own = Membership.objects.get(user=cast.administrator)
    answer = as_person("administrator").post(
        reverse("accounts:membership-end", args=[own.pk]), {"ends_on": clock.today(), "version": 1}
    )
    assert answer.status_code == 403
    own.refresh_from_db()
    assert own.ends_on is None


def test_ending_a_role_on_an_old_version_is_refused(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.controller)
    with pytest.raises(StaleVersion):
        membership_end(
            actor=cast.scope("administrator"), membership_id=membership.pk, version=7, ends_on=clock.today()
        )


# Blocking


def test_blocking_puts_a_person_out_at_once_and_unblocking_lets_in(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    administrator, coordinator = as_person("administrator"), as_person("tomsk_coordinator")
    block = reverse("accounts:block", args=[cast.tomsk_coordinator.pk])
    assert administrator.get(block).status_code == 200
    assert coordinator.get("/accounts/profile/").status_code == 200
    assert administrator.post(block, {"version": 1}).status_code == 302
    assert coordinator.get("/accounts/profile/").status_code == 302
    assert administrator.post(block, {"version": 2}).status_code == 409
    unblock = reverse("accounts:unblock", args=[cast.tomsk_coordinator.pk])
    assert administrator.get(unblock).status_code == 200
    assert administrator.post(unblock, {"version": 2}).status_code == 302
    assert coordinator.get("/accounts/profile/").status_code == 200


def test_an_administrator_cannot_block_himself(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        user_block(actor=cast.scope("administrator"), user_id=cast.administrator.pk, version=1)


def test_only_a_blocked_person_is_unblocked(cast: Cast) -> None:
    with pytest.raises(ImpossibleStep):
        user_unblock(actor=cast.scope("administrator"), user_id=cast.chair.pk, version=1)
    with pytest.raises(InvalidInput):
        user_block(actor=cast.scope("administrator"), user_id=cast.chair.pk, version=None)
