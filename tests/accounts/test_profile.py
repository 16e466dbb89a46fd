"""A person's own page: language, telephone, tokens for programs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from accounts.services import API_TOKENS_PER_PERSON, api_token_create, api_token_revoke
from common import clock
from common.errors import InvalidInput, Missing, NotAllowed
from tests.cast import Cast

PROFILE = "/accounts/profile/"
LANGUAGE = "/i18n/setlang/"
API = "/api/v1/schema/"


def test_a_person_changes_language_and_telephone(cast: Cast, as_person: Callable[[str], Client]) -> None:
    client = as_person("tomsk_coordinator")
    assert "Щёкин Иван Петрович" in client.get(PROFILE).content.decode()
    answer = client.post(PROFILE, {"language": "en", "phone": "+7 3822 000000", "version": 1})
    assert answer.status_code == 302
    cast.tomsk_coordinator.refresh_from_db()
    assert (cast.tomsk_coordinator.language, cast.tomsk_coordinator.phone) == ("en", "+7 3822 000000")
    assert '<html lang="en"' in client.get(PROFILE).content.decode()


def test_nobody_changes_the_own_name_or_rights_here(cast: Cast, as_person: Callable[[str], Client]) -> None:
    typed = {
        "language": "ru", "phone": "", "version": 1, "last_name": "Царь", "email": "x@example.org", "is_active": "",
    }  # fmt: skip
    as_person("tomsk_coordinator").post(PROFILE, typed)
    cast.tomsk_coordinator.refresh_from_db()
    assert cast.tomsk_coordinator.last_name == "Щёкин"
    assert cast.tomsk_coordinator.email == "tomsk@example.org"


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"language": "xx", "version": 1}, 400),
        ({"language": "ru", "phone": "x" * 61, "version": 1}, 400),
        ({"language": "ru", "phone": "a\x00", "version": 1}, 400),
        ({"language": "ru"}, 400),
        ({"language": "en", "version": 9}, 409),
    ],
)
def test_what_breaks_a_rule_is_refused_and_changes_nothing(
    cast: Cast, as_person: Callable[[str], Client], typed: dict[str, str], status: int
) -> None:
    assert as_person("tomsk_coordinator").post(PROFILE, typed).status_code == status
    cast.tomsk_coordinator.refresh_from_db()
    assert (cast.tomsk_coordinator.language, cast.tomsk_coordinator.version) == ("ru", 1)


def test_the_switch_of_the_language_is_remembered_for_the_person(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("tomsk_coordinator")
    answer = client.post(LANGUAGE, {"language": "en", "next": PROFILE})
    assert answer["Location"] == PROFILE
    cast.tomsk_coordinator.refresh_from_db()
    assert cast.tomsk_coordinator.language == "en"
    client.post(LANGUAGE, {"language": "xx", "next": PROFILE})
    cast.tomsk_coordinator.refresh_from_db()
    assert cast.tomsk_coordinator.language == "en"


def test_a_reader_who_is_not_signed_in_switches_the_language_too(cast: Cast, client: Client) -> None:
    answer = client.post(LANGUAGE, {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


# Tokens


def made(client: Client, days: int = 30) -> str:
    answer = client.post(reverse("accounts:token-create"), {"days": days})
    assert answer.status_code == 200
    return str(answer.context["new_key"])


def test_a_token_is_shown_once_and_signs_in_as_its_owner(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("tomsk_coordinator")
    key = made(client)
    assert key not in client.get(PROFILE).content.decode()
    assert not AuthToken.objects.filter(digest=key).exists()
    assert "private" not in Client().get(API).headers.get("Cache-Control", "")
    program = Client(headers={"Authorization": f"Bearer {key}"})
    answer = program.get(API)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_a_revoked_token_is_useless_at_once(cast: Cast, as_person: Callable[[str], Client]) -> None:
    client = as_person("tomsk_coordinator")
    key = made(client)
    token = AuthToken.objects.get()
    assert client.post(reverse("accounts:token-revoke"), {"token": token.token_key}).status_code == 302
    assert Client(headers={"Authorization": f"Bearer {key}"}).get(API).status_code == 401


def test_an_expired_token_and_one_of_a_blocked_person_are_useless(cast: Cast) -> None:
    expired = api_token_create(actor=cast.scope("tomsk_coordinator"), days=1)[1]
    AuthToken.objects.update(expiry=clock.now() - timedelta(seconds=1))
    assert Client(headers={"Authorization": f"Bearer {expired}"}).get(API).status_code == 401
    blocked = api_token_create(actor=cast.scope("chair"), days=1)[1]
    cast.chair.is_active = False
    cast.chair.save()
    assert Client(headers={"Authorization": f"Bearer {blocked}"}).get(API).status_code == 401


def test_nobody_revokes_a_token_of_somebody_else(cast: Cast, as_person: Callable[[str], Client]) -> None:
    token, _key = api_token_create(actor=cast.scope("omsk_coordinator"), days=1)
    with pytest.raises(Missing):
        api_token_revoke(actor=cast.scope("tomsk_coordinator"), token_key=token.token_key)
    answer = as_person("tomsk_coordinator").post(reverse("accounts:token-revoke"), {"token": token.token_key})
    assert answer.status_code == 404
    assert AuthToken.objects.count() == 1


@pytest.mark.parametrize("days", ["0", "367", "-1", "many", ""])
def test_the_life_of_a_token_has_limits(cast: Cast, as_person: Callable[[str], Client], days: str) -> None:
    answer = as_person("tomsk_coordinator").post(reverse("accounts:token-create"), {"days": days})
    assert answer.status_code == 400
    assert not AuthToken.objects.exists()


def test_a_person_holds_ten_tokens_at_most(cast: Cast) -> None:
    scope = cast.scope("tomsk_coordinator")
    for _ in range(API_TOKENS_PER_PERSON):
        api_token_create(actor=scope, days=1)
    with pytest.raises(InvalidInput):
        api_token_create(actor=scope, days=1)


def test_a_person_without_a_role_gets_no_token(cast: Cast, as_person: Callable[[str], Client]) -> None:
    with pytest.raises(NotAllowed):
        api_token_create(actor=cast.scope("newcomer"), days=1)
    assert as_person("newcomer").post(reverse("accounts:token-create"), {"days": 1}).status_code == 403
