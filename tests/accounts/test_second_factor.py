"""The second factor of the centre, and confirming oneself before what matters."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from common.scope import Role
from tests.accounts.letters import letters_to
from tests.cast import PASSWORD, Cast

LOGIN = "/accounts/login/"
PROFILE = "/accounts/profile/"
SET_UP = "/accounts/second-factor/set-up/"
NEXT_CODE = 31
"""Seconds after which the app shows another code."""


@pytest.fixture(autouse=True)
def _required(db: None, settings, time_machine) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR_REQUIRED = True
    time_machine.move_to(datetime(2026, 11, 10, 9, 0, 1, tzinfo=UTC), tick=False)


def code(secret: str) -> str:
    """What the app shows now."""
    (counter,) = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, counter))


def equip(user: User) -> str:
    """Give a person a second factor; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def password_step(client: Client, name: str, target: str = PROFILE) -> str:
    answer = client.post(LOGIN, {"login": f"{name}@example.org", "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    return str(answer["Location"])


def sign_in(client: Client, name: str, secret: str) -> None:
    assert password_step(client, name) == "/accounts/second-factor/code/"
    assert client.post("/accounts/second-factor/code/", {"code": code(secret)})["Location"] == PROFILE


def test_staff_set_up_an_app_first_and_then_sign_in_with_its_codes(  # type: ignore[no-untyped-def]
    cast: Cast, client: Client, time_machine
) -> None:
    assert password_step(client, "controller") == PROFILE
    assert client.get(PROFILE)["Location"] == SET_UP
    assert client.get("/design/")["Location"] == SET_UP
    asked = client.get(SET_UP)
    assert asked["Location"].startswith("/accounts/confirm/")
    assert client.post("/accounts/confirm/", {"password": PASSWORD, "next": SET_UP})["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    secret = client.session[SECRET_SESSION_KEY]
    fours = re.findall(r'<span class="secret__four">(\w{4})</span>', page)
    assert "".join(fours) == secret
    assert "data:image/svg+xml;base64," in page
    wrong = client.post(SET_UP, {"code": "000000" if code(secret) != "000000" else "111111"})
    assert wrong.status_code == 400
    assert client.post(SET_UP, {"code": code(secret)}).status_code == 302
    assert client.get("/accounts/second-factor/recovery/").status_code == 200
    assert client.get(PROFILE).status_code == 200
    again = Client()
    password_step(again, "controller")
    assert again.post("/accounts/second-factor/code/", {"code": code(secret)}).status_code == 400
    time_machine.shift(NEXT_CODE)
    sign_in(again, "controller", secret)
    assert again.get(PROFILE).status_code == 200


def test_the_password_alone_opens_nothing_for_somebody_with_a_second_factor(
    cast: Cast, client: Client
) -> None:
    equip(cast.controller)
    assert password_step(client, "controller") == "/accounts/second-factor/code/"
    assert client.get(PROFILE)["Location"].startswith(LOGIN)
    wrong = client.post("/accounts/second-factor/code/", {"code": "abc"})
    assert wrong.status_code == 400
    assert client.get(PROFILE)["Location"].startswith(LOGIN)


def test_a_recovery_code_lets_in_once(cast: Cast) -> None:
    equip(cast.controller)
    stored = Authenticator.objects.get(user=cast.controller, type=Authenticator.Type.RECOVERY_CODES)
    code = stored.wrap().get_unused_codes()[0]
    first, second = Client(), Client()
    password_step(first, "controller")
    assert first.post("/accounts/second-factor/code/", {"code": code}).status_code == 302
    password_step(second, "controller")
    assert second.post("/accounts/second-factor/code/", {"code": code}).status_code == 400


def test_a_code_that_was_used_is_not_taken_again(cast: Cast) -> None:
    secret = equip(cast.controller)
    sign_in(Client(), "controller", secret)
    other = Client()
    password_step(other, "controller")
    assert other.post("/accounts/second-factor/code/", {"code": code(secret)}).status_code == 400


def test_used_codes_are_kept_where_all_processes_look() -> None:
    assert isinstance(caches["default"], DatabaseCache)


def test_wrong_codes_are_counted_and_lock(cast: Cast, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.AXES_ENABLED = True
    secret = equip(cast.controller)
    password_step(client, "controller")
    tries = [client.post("/accounts/second-factor/code/", {"code": "abc"}).status_code for _ in range(5)]
    assert tries == [400] * 4 + [429]
    right = client.post("/accounts/second-factor/code/", {"code": code(secret)})
    assert right.status_code == 429
    assert client.get(PROFILE).status_code == 302


def test_regions_need_no_second_factor(cast: Cast, as_person: Callable[[str], Client]) -> None:
    assert as_person("tomsk_coordinator").get(PROFILE).status_code == 200


def test_staff_without_a_second_factor_get_a_refusal_from_the_api(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    answer = as_person("controller").get("/api/v1/schema/")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "second_factor_missing"


def test_the_setting_turns_all_of_it_off(cast: Cast, as_person: Callable[[str], Client], settings) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR_REQUIRED = False
    administrator = as_person("administrator")
    assert administrator.get(PROFILE).status_code == 200
    assert _block(administrator, cast.newcomer).status_code == 302


def test_removing_the_app_sends_staff_to_set_up_a_new_one(cast: Cast, client: Client) -> None:
    secret = equip(cast.controller)
    sign_in(client, "controller", secret)
    remove = "/accounts/second-factor/remove/"
    assert "confirm" in client.get(remove)["Location"]
    client.post("/accounts/confirm/", {"password": PASSWORD, "next": remove})
    assert client.get(remove).status_code == 200
    assert client.post(remove).status_code == 302
    assert client.get(PROFILE)["Location"] == SET_UP
    assert len(letters_to("controller@example.org", "account_notice")) == 1


def test_signing_in_keeps_the_address_in_one_place(cast: Cast, client: Client) -> None:
    sign_in(client, "controller", equip(cast.controller))
    assert not EmailAddress.objects.exists()


# Step-up


def _block(client: Client, user: User, **more: str):  # type: ignore[no-untyped-def]
    return client.post(reverse("accounts:block", args=[user.pk]), {"version": user.version, **more})


def test_an_act_that_matters_asks_for_a_code_and_goes_on_with_what_was_sent(  # type: ignore[no-untyped-def]
    cast: Cast, client: Client, time_machine
) -> None:
    secret = equip(cast.administrator)
    sign_in(client, "administrator", secret)
    time_machine.shift(NEXT_CODE)
    asked = _block(client, cast.newcomer)
    assert asked.status_code == 200
    assert f'<input type="hidden" name="version" value="{cast.newcomer.version}">' in unescape(
        asked.content.decode()
    )
    cast.newcomer.refresh_from_db()
    assert cast.newcomer.is_active
    wrong = _block(client, cast.newcomer, **{"step_up-secret": "abc"})
    assert wrong.status_code == 200
    done = _block(client, cast.newcomer, **{"step_up-secret": code(secret)})
    assert done.status_code == 302
    cast.newcomer.refresh_from_db()
    assert not cast.newcomer.is_active


def test_a_confirmation_holds_for_five_minutes(cast: Cast, client: Client, time_machine) -> None:  # type: ignore[no-untyped-def]
    secret = equip(cast.administrator)
    sign_in(client, "administrator", secret)
    time_machine.shift(NEXT_CODE)
    _block(client, cast.newcomer, **{"step_up-secret": code(secret)})
    assert _block(client, cast.chair).status_code == 302
    time_machine.shift(301)
    assert "step_up-secret" in _block(client, cast.omsk_coordinator).content.decode()


def test_an_invitation_asks_for_a_confirmation(cast: Cast, client: Client, time_machine) -> None:  # type: ignore[no-untyped-def]
    secret = equip(cast.administrator)
    sign_in(client, "administrator", secret)
    typed = {
        "email": "new@example.org", "last_name": "Новая", "first_name": "Нина", "role": Role.CONTROLLER,
        "starts_on": date(2026, 1, 1),
    }  # fmt: skip
    time_machine.shift(NEXT_CODE)
    client.post(reverse("accounts:invite"), typed)
    assert not User.objects.filter(email="new@example.org").exists()
    client.post(reverse("accounts:invite"), {**typed, "step_up-secret": code(secret)})
    assert Membership.objects.filter(user__email="new@example.org", role=Role.CONTROLLER).exists()


def test_people_without_the_right_are_refused_without_being_asked(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    assert _block(as_person("tomsk_coordinator"), cast.newcomer).status_code == 404


def test_an_administrator_helps_somebody_who_lost_the_app(
    cast: Cast, as_person: Callable[[str], Client], settings
) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR_REQUIRED = False
    equip(cast.controller)
    address = reverse("accounts:second-factor-reset", args=[cast.controller.pk])
    administrator = as_person("administrator")
    assert administrator.get(address).status_code == 200
    assert administrator.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=cast.controller).exists()
    assert administrator.post(address).status_code == 409
    own = reverse("accounts:second-factor-reset", args=[cast.administrator.pk])
    assert administrator.post(own).status_code == 403


def test_a_fragment_is_replaced_by_the_whole_page_of_the_question(cast: Cast, client: Client) -> None:
    sign_in(client, "administrator", equip(cast.administrator))
    address = reverse("accounts:block", args=[cast.newcomer.pk])
    asked = client.post(address, {"version": 1}, headers={"HX-Request": "true"})
    assert (asked["HX-Retarget"], asked["HX-Reswap"]) == ("body", "innerHTML")


# Pages of one's own second factor


def test_recovery_codes_are_shown_downloaded_and_made_anew(cast: Cast, client: Client, time_machine) -> None:  # type: ignore[no-untyped-def]
    secret = equip(cast.controller)
    sign_in(client, "controller", secret)
    recovery = "/accounts/second-factor/recovery/"
    assert client.get("/accounts/second-factor/").status_code == 200
    assert "confirm" in client.get(recovery)["Location"]
    time_machine.shift(NEXT_CODE)
    again = "/accounts/second-factor/confirm/"
    assert client.get(again).status_code == 200
    assert client.post(again, {"code": "abc"}).status_code == 400
    assert client.post(again, {"code": code(secret), "next": recovery})["Location"] == recovery
    stored = Authenticator.objects.get(user=cast.controller, type=Authenticator.Type.RECOVERY_CODES)
    first = stored.wrap().get_unused_codes()
    assert first[0] in client.get(recovery).content.decode()
    assert first[0] in client.get(f"{recovery}file/").content.decode()
    assert client.get(f"{recovery}new/").status_code == 200
    assert client.post(f"{recovery}new/").status_code == 302
    assert first[0] not in client.get(recovery).content.decode()
