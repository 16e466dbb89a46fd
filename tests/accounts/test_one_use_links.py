"""A one-use link sets one password, whoever else presses at the same moment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.forms import UserTokenForm
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.letters import letters_to, link_in
from tests.cast import Cast

ADDRESS = "tomsk@example.org"
GONE = 410
PRESSES = 6


def opened_link(browsers: int) -> list[tuple[Client, str]]:
    """One link to set a password, opened in several browsers: each with the address of its form."""
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_in(letters_to(ADDRESS, "password_reset")[0])
    clients = [Client() for _ in range(browsers)]
    return [(client, client.get(link)["Location"]) for client in clients]


def password_of(number: int) -> str:
    return f"a long sentence of words {number}"


def press(client: Client, form: str, number: int) -> int:
    password = password_of(number)
    return client.post(form, {"password1": password, "password2": password}).status_code


def holds(number: int) -> bool:
    return User.objects.get(email=ADDRESS).check_password(password_of(number))


def test_who_comes_second_with_an_open_form_is_told_that_the_link_was_used(cast: Cast) -> None:
    first, second = opened_link(2)
    assert press(*first, 1) == 302
    assert press(*second, 2) == GONE
    assert holds(1)


def test_a_link_that_was_used_between_the_look_and_the_act_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = opened_link(2)
    look: Callable[[UserTokenForm], Any] = UserTokenForm.clean
    answers: list[int] = []

    def look_and_wait(form: UserTokenForm) -> Any:
        seen = look(form)
        monkeypatch.setattr(UserTokenForm, "clean", look)
        answers.append(press(*quick, 2))
        return seen

    monkeypatch.setattr(UserTokenForm, "clean", look_and_wait)
    assert press(*slow, 1) == GONE
    assert answers == [302]
    assert holds(2)


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_of_a_burst_of_presses_one_sets_the_password(cast: Cast) -> None:
    forms = opened_link(PRESSES)
    barrier = threading.Barrier(PRESSES)
    answers: dict[int, int] = {}

    def one_press(number: int) -> None:
        barrier.wait()
        try:
            answers[number] = press(*forms[number], number)
        finally:
            connection.close()

    threads = [threading.Thread(target=one_press, args=(number,)) for number in range(PRESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [302] + [GONE] * (PRESSES - 1)
    assert [number for number in range(PRESSES) if holds(number)] == [
        number for number, status in answers.items() if status == 302
    ]
