"""An administrator invites; a one-use link lets the person in; a second press sends nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.enums import Position
from accounts.models import Membership, User
from accounts.services import invitation_resend, user_invite
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Role
from notifications.models import OutboundMail
from tests.accounts.letters import letters_to, link_in, text_of
from tests.cast import Cast

INVITE = "/accounts/people/invite/"
NEW_PASSWORD = "another long sentence of words"
ADDRESS = "petrova@example.org"


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "email": "Petrova@Example.org",
        "last_name": "Петрова",
        "first_name": "Анна",
        "patronymic": "Сергеевна",
        "role": "coordinator",
        "region": "70",
        "association": "",
        "position": "deputy",
        "starts_on": "2026-11-01",
        "document": "Приказ № 12",
        **changes,
    }


def test_an_invited_person_sets_a_password_and_signs_in(
    cast: Cast, as_person: Callable[[str], Client], client: Client
) -> None:
    answer = as_person("administrator").post(INVITE, typed())
    user = User.objects.get(email=ADDRESS)
    assert answer["Location"] == reverse("accounts:person", args=[user.pk])
    membership = Membership.objects.get(user=user)
    assert (membership.role, membership.region_id, membership.position) == (
        Role.COORDINATOR,
        "70",
        Position.DEPUTY,
    )
    assert membership.created_by == cast.administrator
    (letter,) = letters_to(ADDRESS, "invitation")
    assert "Петрова Анна Сергеевна" in text_of(letter)
    form = client.get(link_in(letter))["Location"]
    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    signed = client.post(
        "/accounts/login/", {"login": ADDRESS, "password": NEW_PASSWORD, "next": "/accounts/profile/"}
    )
    assert signed["Location"] == "/accounts/profile/"
    assert client.get("/accounts/profile/").status_code == 200


def test_a_second_press_gives_one_person_and_one_letter(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    administrator = as_person("administrator")
    first = administrator.post(INVITE, typed())
    second = administrator.post(INVITE, typed())
    assert first["Location"] == second["Location"]
    assert Membership.objects.filter(user__email=ADDRESS).count() == 1
    assert len(letters_to(ADDRESS, "invitation")) == 1


def test_inviting_somebody_who_is_here_to_another_place_is_an_error_of_the_address(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    answer = as_person("administrator").post(INVITE, typed(email="omsk@example.org"))
    assert answer.status_code == 400
    assert 'href="#id_email"' in answer.content.decode()
    assert not OutboundMail.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"region": ""}, "region"),
        ({"position": ""}, "position"),
        ({"position": "chair"}, "position"),
        ({"role": "minister", "region": ""}, "region"),
        ({"role": "association", "position": "chair"}, "association"),
        ({"role": "auditor"}, "role"),
        ({"role": ""}, "role"),
        ({"email": "no address"}, "email"),
        ({"email": "a\x00@example.org"}, "email"),
        ({"last_name": ""}, "last_name"),
        ({"last_name": "\u200b\u2060"}, "last_name"),
        ({"last_name": "Пет\nрова"}, "last_name"),
        ({"first_name": "\u202eаннА"}, "first_name"),
        ({"last_name": "x" * 101}, "last_name"),
        ({"region": "00"}, "region"),
        ({"starts_on": "tomorrow"}, "starts_on"),
        ({"document": "x" * 301}, "document"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_changes_nothing(
    cast: Cast, as_person: Callable[[str], Client], changes: dict[str, str], field: str
) -> None:
    people = User.objects.count()
    answer = as_person("administrator").post(INVITE, typed(**changes))
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in answer.content.decode()
    assert User.objects.count() == people
    assert not OutboundMail.objects.exists()


def test_what_a_role_does_not_need_is_left_out(cast: Cast, as_person: Callable[[str], Client]) -> None:
    as_person("administrator").post(INVITE, typed(role="controller"))
    membership = Membership.objects.get(user__email=ADDRESS)
    assert (membership.region, membership.association, membership.position) == (None, None, "")


@pytest.mark.parametrize(
    "name", ["controller", "methodologist", "tomsk_coordinator", "chair", "tomsk_minister", "newcomer"]
)
def test_only_administrators_invite(cast: Cast, as_person: Callable[[str], Client], name: str) -> None:
    assert as_person(name).post(INVITE, typed()).status_code == 403
    with pytest.raises(NotAllowed):
        user_invite(
            actor=cast.scope(name), email=ADDRESS, last_name="П", first_name="А", role=Role.ADMINISTRATOR,
            starts_on=date(2026, 1, 1),
        )  # fmt: skip
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_invitation_is_sent_again_with_a_fresh_link_until_the_password_is_set(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    administrator = as_person("administrator")
    administrator.post(INVITE, typed())
    user = User.objects.get(email=ADDRESS)
    assert administrator.post(reverse("accounts:invitation-resend", args=[user.pk])).status_code == 302
    user.set_password(NEW_PASSWORD)
    user.save()
    with pytest.raises(ImpossibleStep):
        invitation_resend(actor=cast.scope("administrator"), user_id=user.pk)


def test_a_failed_letter_leaves_no_person_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_details: object) -> None:
        raise InvalidInput({"email": "no server takes it"})

    monkeypatch.setattr("accounts.mails.mail_queue", refuse)
    with pytest.raises(InvalidInput):
        user_invite(
            actor=cast.scope("administrator"), email=ADDRESS, last_name="П", first_name="А",
            role=Role.CONTROLLER, starts_on=date(2026, 1, 1),
        )  # fmt: skip
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not LogEntry.objects.filter(object_repr__contains="П А").exists()


def test_the_invitation_page_does_not_change_anything_when_opened(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    assert as_person("administrator").get(INVITE).status_code == 200
