"""Coming in: wrong words, a forgotten password, a second factor, a closed door; and choosing a language."""

import base64
import hashlib
import hmac
import re
import struct
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import Visit
from tests.e2e.letters import letters_in, text_of
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.browser

NEW_PASSWORD = "a brand new password 2026"


def code_of(secret: str) -> str:
    """What an app for one-time codes shows now for this secret (RFC 6238, six digits, thirty seconds)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def type_password(visitor: Visitor, email: str, password: str) -> None:
    visitor.open("/accounts/login/")
    visitor.page.fill("#id_login", email)
    visitor.page.fill("#id_password", password)
    visitor.send("form[action$='/login/']")


def test_a_wrong_password_is_refused_in_words(visit: Visit, cast: Cast) -> None:
    stranger = visit()
    with stranger.refused(400):
        type_password(stranger, cast.controller.email, "not this one")
    assert stranger.page.locator(".summary li").count() == 1
    assert stranger.page.input_value("#id_login") == cast.controller.email
    stranger.is_pleased("task-sign-in-refused")


def test_a_page_asked_for_comes_after_the_sign_in(visit: Visit, cast: Cast) -> None:
    visitor = visit()
    visitor.open("/protocols/?status=issued")
    visitor.page.fill("#id_login", cast.controller.email)
    visitor.page.fill("#id_password", PASSWORD)
    visitor.send("form[action$='/login/']")
    assert visitor.page.url.endswith("/protocols/?status=issued")


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(
    visit: Visit, cast: Cast, settings: Any
) -> None:
    visitor = visit()
    visitor.open("/accounts/password/forgotten/")
    visitor.page.fill("#id_email", cast.tomsk_coordinator.email)
    visitor.send("form[action$='/forgotten/']")
    visitor.is_pleased("task-password-sent")

    (letter,) = letters_in(Path(settings.MAIL_FOLDER))
    found = re.search(r"http://\S+/password/new/\S+", text_of(letter, "plain"))
    assert found
    link = urlsplit(found.group()).path
    visitor.open(link)
    visitor.is_pleased("task-password-new")
    visitor.page.fill("#id_password1", NEW_PASSWORD)
    visitor.page.fill("#id_password2", NEW_PASSWORD)
    visitor.send("main form")
    visitor.is_pleased("task-password-done")

    visitor.sign_in(cast.tomsk_coordinator.email, NEW_PASSWORD)
    late = visit()
    with late.refused(410):
        late.open(link)
    assert late.page.locator("#id_password1").count() == 0
    late.is_pleased("task-password-used-link")


def test_a_second_factor_is_set_up_and_asked_for(visit: Visit, cast: Cast) -> None:
    methodologist = visit("methodologist")
    methodologist.open("/accounts/second-factor/set-up/")
    methodologist.is_pleased("task-password-again")
    methodologist.page.fill("#id_password", PASSWORD)
    methodologist.send("form[action$='/confirm/']")
    methodologist.is_pleased("task-second-factor-set-up")
    methodologist.page.fill("#id_code", code_of(methodologist.page.inner_text("code.secret")))
    methodologist.send("form[action$='/set-up/']")
    methodologist.open("/accounts/second-factor/recovery/")
    methodologist.is_pleased("task-recovery-codes")
    spare = methodologist.page.locator("code.secret").first.inner_text()
    for name, path in (
        ("remove", "/accounts/second-factor/remove/"),
        ("recovery-new", "/accounts/second-factor/recovery/new/"),
        ("confirm", "/accounts/second-factor/confirm/"),
    ):
        methodologist.open(path)
        methodologist.is_pleased(f"task-second-factor-{name}")

    again = visit()
    type_password(again, cast.methodologist.email, PASSWORD)
    again.is_pleased("task-second-factor-asked")
    with again.refused(400):
        again.page.fill("#id_code", "000000")
        again.send("main form")
    again.page.fill("#id_code", spare)
    again.send("main form")
    assert urlsplit(again.page.url).path == "/"

    administrator = visit("administrator")
    administrator.open(f"/accounts/people/{cast.methodologist.pk}/second-factor/")
    administrator.is_pleased("task-second-factor-reset")


def test_a_blocked_person_stands_before_a_closed_door(visit: Visit, cast: Cast) -> None:
    administrator, guest = visit("administrator"), visit()
    person = f"/accounts/people/{cast.tomsk_deputy.pk}/"
    administrator.open(f"{person}block/")
    administrator.send("form[action$='/block/']")
    type_password(guest, cast.tomsk_deputy.email, PASSWORD)
    guest.is_pleased("task-blocked")
    administrator.open(f"{person}unblock/")
    administrator.is_pleased("task-unblock")
    administrator.send("form[action$='/unblock/']")
    guest.sign_in(cast.tomsk_deputy.email, PASSWORD)


def test_the_language_of_the_pages_is_switched_and_remembered(visit: Visit, cast: Cast) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open("/assignments/")
    assert coordinator.text("h1") == "Поручения"
    with coordinator.page.expect_navigation():
        coordinator.page.locator("footer button[lang=en]").click()
    assert coordinator.page.url.endswith("/assignments/")
    assert coordinator.text("h1") == "Assignments"
    assert coordinator.page.get_attribute("html", "lang") == "en"
    coordinator.is_pleased("task-english")
    assert visit("tomsk_coordinator").page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("choice", ["contrast=high", "theme=dark"])
def test_another_look_bars_nobody_either(visit: Visit, cast: Cast, choice: str) -> None:
    name, _separator, value = choice.partition("=")
    coordinator = visit("tomsk_coordinator")
    with coordinator.page.expect_navigation():
        coordinator.page.locator(f"footer button[name={name}][value={value}]").click()
    assert coordinator.page.get_attribute("html", f"data-{name}") == value
    for path in ("/", "/assignments/", "/protocols/", "/regions/70/"):
        coordinator.open(path)
        coordinator.is_pleased(f"look-{value}-{path.strip('/').replace('/', '-') or 'home'}")


def test_signing_out_closes_the_pages(visit: Visit, cast: Cast) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.page.locator(".header__tools details.menu summary").click()
    coordinator.send("form[action$='/logout/']")
    coordinator.open("/assignments/")
    assert urlsplit(coordinator.page.url).path == "/accounts/login/"


def test_a_foreign_page_and_a_page_that_never_was_are_answered_with_a_way_back(
    visit: Visit, cast: Cast
) -> None:
    coordinator = visit("tomsk_coordinator")
    for status, path in ((404, "/executions/1/"), (403, "/clusters/import/"), (404, "/nowhere/")):
        with coordinator.refused(status):
            coordinator.open(path)
        assert coordinator.page.locator("main a, header a.brand").count()
        coordinator.is_pleased(f"error-{status}{path.replace('/', '-').rstrip('-')}")
