"""Signing in and out, passwords by one-use links, sessions that end when they must."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.services import RESET_MAILS_PER_HOUR, password_reset_request
from common import clock
from notifications.models import OutboundMail
from tests.accounts.letters import letters_to, link_in, text_of
from tests.cast import PASSWORD, Cast

LOGIN = "/accounts/login/"
PROFILE = "/accounts/profile/"
NEW_PASSWORD = "another long sentence of words"
ADDRESS = "tomsk@example.org"
GONE = 410


def sign_in(client: Client, address: str = ADDRESS, password: str = PASSWORD, **extra: str) -> int:
    answer = client.post(LOGIN, {"login": address, "password": password, "next": PROFILE, **extra})
    return answer.status_code


def is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def test_a_person_signs_in_with_address_and_password_and_returns_to_the_page(
    cast: Cast, client: Client
) -> None:
    asked = client.get(PROFILE)
    assert asked.status_code == 302
    assert asked["Location"] == f"{LOGIN}?next={PROFILE}"
    answer = client.post(
        asked["Location"], {"login": " Tomsk@Example.ORG ", "password": PASSWORD, "next": PROFILE}
    )
    assert (answer.status_code, answer["Location"]) == (302, PROFILE)
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast, client: Client) -> None:
    known = client.post(LOGIN, {"login": ADDRESS, "password": "wrong"})
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong"})
    assert known.status_code == unknown.status_code == 400
    same = known.content.decode().replace(ADDRESS, "X")
    other = unknown.content.decode().replace("nobody@example.org", "X")
    assert _without_tokens(same) == _without_tokens(other)


def _without_tokens(page: str) -> str:
    return "\n".join(
        line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line
    )


def test_the_page_lets_password_managers_help(cast: Cast, client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_host(cast: Cast, client: Client, target: str) -> None:
    client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD, "next": PROFILE})
    client.post("/accounts/logout/")
    answer = client.get(LOGIN, {"next": target})
    assert "evil" not in answer.headers.get("Location", "")
    out = client.post(f"/accounts/logout/?next={target}")
    assert out["Location"] == LOGIN


@pytest.mark.parametrize("field", ["login", "password"])
def test_a_nul_character_is_refused_with_a_message(cast: Cast, client: Client, field: str) -> None:
    typed = {"login": ADDRESS, "password": PASSWORD, field: "a\x00b"}
    assert client.post(LOGIN, typed).status_code == 400


def test_nobody_signs_up_or_manages_addresses(cast: Cast, client: Client) -> None:
    for path in (
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/set/",
        "/accounts/confirm-email/",
    ):
        assert client.get(path).status_code == 404


def test_signing_out_ends_the_session_on_the_server(cast: Cast, client: Client) -> None:
    sign_in(client)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/accounts/logout/").status_code == 200
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_in(client)


def test_the_key_of_the_session_changes_at_sign_in(cast: Cast, client: Client) -> None:
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_a_session_ends_twelve_hours_after_the_sign_in_however_busy(cast: Cast, client: Client) -> None:
    start = clock.now()
    sign_in(client)
    with clock.at(start + timedelta(hours=11, minutes=59)):
        assert is_in(client)
    with clock.at(start + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_a_blocked_person_is_out_at_the_next_request(cast: Cast, client: Client) -> None:
    sign_in(client)
    cast.tomsk_coordinator.is_active = False
    cast.tomsk_coordinator.save()
    assert not is_in(client)
    assert client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD}).status_code in (302, 400)
    assert not is_in(client)


def test_changing_the_password_puts_out_the_other_sessions_and_tells_the_person(cast: Cast) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    answer = here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert answer["Location"] == PROFILE
    assert is_in(here)
    assert not is_in(there)
    assert len(letters_to(ADDRESS, "account_notice")) == 1


def test_a_weak_new_password_is_refused_with_the_rule(cast: Cast, as_person: Callable[[str], Client]) -> None:
    typed = {"oldpassword": PASSWORD, "password1": "12345678", "password2": "12345678"}
    answer = as_person("tomsk_coordinator").post(reverse("account_change_password"), typed)
    assert answer.status_code == 400
    assert "12" in answer.content.decode()


def test_somebody_without_a_password_gets_one_by_a_link(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    cast.newcomer.set_unusable_password()
    cast.newcomer.save()
    answer = as_person("newcomer").get(reverse("account_change_password"))
    assert answer["Location"] == reverse("account_reset_password")


def test_a_link_sets_the_password_once(cast: Cast, client: Client) -> None:
    there = Client()
    sign_in(there)
    assert client.post(reverse("account_reset_password"), {"email": ADDRESS}).status_code == 302
    link = link_in(letters_to(ADDRESS, "password_reset")[0])
    moved = client.get(link)
    assert moved["Location"].endswith("-set-password/")
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(moved["Location"], typed).status_code == 302
    assert not is_in(there)
    again = Client().get(link)
    assert again.status_code == GONE
    assert "password1" not in again.content.decode()
    assert sign_in(Client(), password=NEW_PASSWORD) == 302
    assert sign_in(Client()) == 400


def test_a_link_dies_after_the_hours_of_the_setting(cast: Cast, client: Client) -> None:
    start = clock.now()
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_in(letters_to(ADDRESS, "password_reset")[0])
    with clock.at(start + timedelta(hours=settings.INVITATION_HOURS, seconds=-5)):
        assert client.get(link).status_code == 302
    with clock.at(start + timedelta(hours=settings.INVITATION_HOURS, seconds=5)):
        assert client.get(link).status_code == GONE


def test_opening_a_link_changes_nothing(cast: Cast, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_in(letters_to(ADDRESS, "password_reset")[0])
    for _ in range(3):
        assert Client().get(link).status_code == 302


def test_a_link_of_a_blocked_person_is_dead(cast: Cast, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_in(letters_to(ADDRESS, "password_reset")[0])
    cast.tomsk_coordinator.is_active = False
    cast.tomsk_coordinator.save()
    assert client.get(link).status_code == GONE


@pytest.mark.parametrize("rest", ["1-x", "zzzzzzzzzzzzz-abc-def", "0-set-password", "1a-c9-aaaa"])
def test_an_invented_link_says_that_it_no_longer_works(cast: Cast, client: Client, rest: str) -> None:
    answer = client.get(f"/accounts/password/new/{rest}/")
    assert answer.status_code == GONE
    page = answer.content.decode()
    assert "password1" not in page
    assert reverse("account_reset_password") in page


def test_asking_for_a_link_answers_the_same_for_an_unknown_address(cast: Cast, client: Client) -> None:
    page = reverse("account_reset_password")
    known = client.post(page, {"email": ADDRESS}, follow=True)
    unknown = client.post(page, {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert _without_tokens(known.content.decode()) == _without_tokens(unknown.content.decode())
    assert not OutboundMail.objects.filter(recipient_email="nobody@example.org").exists()


def test_an_unknown_address_costs_the_same_work(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(40) as known:
        password_reset_request(email=ADDRESS)
    with django_assert_max_num_queries(40) as unknown:
        password_reset_request(email="nobody@example.org")
    assert abs(len(known) - len(unknown)) <= 1  # the work for nobody ends with one more word: ROLLBACK
    inserts = [sum("INSERT" in query["sql"] for query in run.captured_queries) for run in (known, unknown)]
    assert inserts[0] == inserts[1] > 0


def test_a_person_is_not_buried_under_letters(cast: Cast) -> None:
    start = clock.now()
    for minute in range(RESET_MAILS_PER_HOUR + 3):
        with clock.at(start + timedelta(minutes=minute)):
            password_reset_request(email=ADDRESS)
    assert len(letters_to(ADDRESS, "password_reset")) == RESET_MAILS_PER_HOUR


def test_a_blocked_person_gets_no_link(cast: Cast) -> None:
    cast.tomsk_coordinator.is_active = False
    cast.tomsk_coordinator.save()
    password_reset_request(email=ADDRESS)
    assert not letters_to(ADDRESS, "password_reset")


def test_the_letter_is_in_the_language_of_the_person(cast: Cast) -> None:
    cast.tomsk_coordinator.language = "en"
    cast.tomsk_coordinator.save()
    password_reset_request(email=ADDRESS)
    assert "asked for a new password" in text_of(letters_to(ADDRESS, "password_reset")[0])


def test_what_a_person_sees_is_kept_by_no_cache(cast: Cast, as_person: Callable[[str], Client]) -> None:
    assert as_person("tomsk_coordinator").get(PROFILE)["Cache-Control"] == "private, no-store"
    assert "no-store" in Client().get(LOGIN)["Cache-Control"]


def test_a_fragment_sends_the_whole_page_to_the_sign_in(cast: Cast, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/people/?q=a"}
    answer = client.get("/accounts/people/?q=ab", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"{LOGIN}?next=/accounts/people/%3Fq%3Da"
    foreign = client.get("/accounts/people/", headers={**headers, "HX-Current-URL": "https://evil.example/"})
    assert foreign["HX-Redirect"] == f"{LOGIN}?next=/"


def test_the_language_of_the_person_comes_with_the_sign_in(cast: Cast, client: Client) -> None:
    cast.tomsk_coordinator.language = "en"
    cast.tomsk_coordinator.save()
    sign_in(client)
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert '<html lang="en"' in client.get(PROFILE).content.decode()
