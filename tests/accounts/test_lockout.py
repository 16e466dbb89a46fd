"""Five wrong tries for an address from one network, then a pause that not even the right password shortens."""

import threading
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client, RequestFactory

from accounts.adapter import ClosedAccountAdapter
from common import clock
from tests.accounts.test_sign_in import ADDRESS, LOGIN, is_in, sign_in
from tests.cast import PASSWORD, Cast

LIMIT = 5
TOO_MANY = 429


@pytest.fixture(autouse=True)
def _counting(settings) -> None:  # type: ignore[no-untyped-def]
    settings.AXES_ENABLED = True


def fail(client: Client, times: int, address: str = ADDRESS) -> list[int]:
    return [
        client.post(LOGIN, {"login": address, "password": f"wrong {number}"}).status_code
        for number in range(times)
    ]


def test_the_fifth_wrong_try_locks(cast: Cast, client: Client) -> None:
    assert fail(client, LIMIT) == [400] * (LIMIT - 1) + [TOO_MANY]


def test_the_right_password_is_refused_while_locked(cast: Cast, client: Client) -> None:
    fail(client, LIMIT)
    assert sign_in(client) == TOO_MANY
    assert not is_in(client)


def test_four_wrong_tries_do_not_lock_and_a_sign_in_forgets_them(cast: Cast) -> None:
    fail(Client(), LIMIT - 1)
    assert sign_in(Client()) == 302
    assert fail(Client(), LIMIT - 1) == [400] * (LIMIT - 1)


def test_tries_during_the_pause_do_not_prolong_it(cast: Cast, client: Client) -> None:
    fail(client, LIMIT + 3)
    assert AccessAttempt.objects.get().failures_since_start == LIMIT
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=16))
    assert sign_in(client) == 302


def test_another_address_is_not_locked(cast: Cast, client: Client) -> None:
    fail(client, LIMIT)
    assert sign_in(client, "omsk@example.org") == 302


def test_the_same_address_from_another_network_is_not_locked(cast: Cast, client: Client) -> None:
    fail(client, LIMIT)
    answer = Client(REMOTE_ADDR="198.51.100.7").post(
        LOGIN, {"login": ADDRESS, "password": PASSWORD, "next": "/x/"}
    )
    assert answer.status_code == 302


def test_writing_the_address_otherwise_gives_no_more_tries(cast: Cast, client: Client) -> None:
    fail(client, 2, "Tomsk@example.org")
    fail(client, 2, " tomsk@EXAMPLE.org ")
    assert fail(client, 1) == [TOO_MANY]


def test_another_browser_gives_no_more_tries(cast: Cast) -> None:
    fail(Client(HTTP_USER_AGENT="one"), 3)
    assert fail(Client(HTTP_USER_AGENT="two"), 2) == [400, TOO_MANY]


def test_an_unknown_address_locks_in_the_same_way(cast: Cast, client: Client) -> None:
    assert fail(client, LIMIT, "nobody@example.org") == [400] * (LIMIT - 1) + [TOO_MANY]


def test_what_a_client_writes_about_its_address_gives_no_more_tries(cast: Cast) -> None:
    answers = [
        Client(headers={"X-Forwarded-For": f"198.51.100.{number}"}).post(
            LOGIN, {"login": ADDRESS, "password": "wrong"}
        )
        for number in range(LIMIT)
    ]
    assert [answer.status_code for answer in answers] == [400] * (LIMIT - 1) + [TOO_MANY]
    assert sign_in(Client(headers={"X-Forwarded-For": "203.0.113.77"})) == TOO_MANY


def test_people_behind_a_trusted_proxy_are_told_apart_by_what_it_wrote_last(cast: Cast, settings) -> None:  # type: ignore[no-untyped-def]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for number in range(LIMIT):
        fail(Client(headers={"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.7"}), 1)
    assert sign_in(Client(headers={"X-Forwarded-For": "198.51.100.7"})) == TOO_MANY
    assert sign_in(Client(headers={"X-Forwarded-For": "198.51.100.8"})) == 302


def test_a_network_that_tries_everybody_gets_no_more_tries(cast: Cast, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SIGN_IN_TRIES_PER_NETWORK = 8
    tries = [fail(Client(), 1, f"person-{number}@example.org") for number in range(8)]
    assert tries == [[400]] * 8
    refused = Client().post(LOGIN, {"login": ADDRESS, "password": PASSWORD})
    assert refused.status_code == TOO_MANY
    assert "сети" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(elsewhere) == 302
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=16))
    assert sign_in(Client()) == 302


def test_five_mistakes_of_one_person_do_not_lock_his_colleagues(cast: Cast) -> None:
    fail(Client(), LIMIT + 3)
    assert sign_in(Client(), "omsk@example.org") == 302


def test_who_signs_in_takes_his_mistakes_off_the_count_of_the_network(cast: Cast, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SIGN_IN_TRIES_PER_NETWORK = 4
    for _ in range(3):
        assert fail(Client(), 2) == [400, 400]
        assert sign_in(Client()) == 302


def test_the_page_says_how_long_and_what_to_do(cast: Cast, client: Client) -> None:
    fail(client, LIMIT)
    answer = client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD})
    assert answer["Retry-After"] == "900"
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert "15" in page
    assert "/accounts/password/forgotten/" in page
    assert ADDRESS not in page


def test_secrets_that_were_typed_are_not_kept(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": ADDRESS, "password": "typed-secret"})
    attempt = AccessAttempt.objects.get()
    assert "typed-secret" not in attempt.post_data


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_a_burst_of_parallel_tries_is_counted_exactly(cast: Cast) -> None:
    answered: list[int] = []
    barrier = threading.Barrier(20)

    def one_try(number: int) -> None:
        request = RequestFactory().post(LOGIN, {"login": ADDRESS, "password": f"wrong {number}"})
        request.user = AnonymousUser()
        request.session = SessionStore()
        barrier.wait()
        try:
            ClosedAccountAdapter(request).authenticate(request, email=ADDRESS, password=f"wrong {number}")
            answered.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=one_try, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == 20
    assert AccessAttempt.objects.get().failures_since_start == LIMIT


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_a_burst_over_many_accounts_is_counted_exactly(cast: Cast, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SIGN_IN_TRIES_PER_NETWORK = 8
    barrier = threading.Barrier(20)

    def one_try(number: int) -> None:
        barrier.wait()
        try:
            fail(Client(), 1, f"person-{number}@example.org")
        finally:
            connection.close()

    threads = [threading.Thread(target=one_try, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(row.failures_since_start for row in AccessAttempt.objects.all()) == 8
