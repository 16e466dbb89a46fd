"""The end of a sign-in: told before, put off by the person's own word, and never the end of what he typed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from common import clock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SESSION = "/accounts/session/"
HOUR = 3600
SignIn = Callable[[str], Client]


@pytest.fixture
def client(as_person: SignIn) -> Client:
    with clock.at(NOW):
        return as_person("controller")


def left(client: Client, hours: float, *, stay: bool = False) -> int:
    with clock.at(NOW + timedelta(hours=hours)):
        return (client.post if stay else client.get)(SESSION).json()["left"]


def test_asking_how_long_it_lasts_prolongs_nothing(client: Client) -> None:
    assert left(client, 0) == 12 * HOUR
    assert left(client, 11) == HOUR
    assert left(client, 11.5) == HOUR / 2


def test_staying_gives_an_hour_from_now_and_never_takes_any(client: Client) -> None:
    assert left(client, 1, stay=True) == 11 * HOUR
    assert left(client, 11.9, stay=True) == HOUR
    assert left(client, 12.5) == pytest.approx(0.4 * HOUR, abs=1)


def test_one_may_stay_ten_times_but_not_longer_than_a_day(client: Client) -> None:
    for number in range(10):
        assert left(client, 11.9 + 0.9 * number, stay=True) == HOUR
    hours = 20.9
    while hours < 23.9:
        left(client, hours, stay=True)
        hours += 0.5
    assert left(client, 23.9, stay=True) == pytest.approx(0.1 * HOUR, abs=1)
    with clock.at(NOW + timedelta(hours=24, seconds=1)):
        assert client.post(SESSION).status_code == 302


def test_a_page_knows_when_the_sign_in_ends_and_whose_text_it_keeps(client: Client, cast) -> None:
    with clock.at(NOW + timedelta(hours=1)):
        html = client.get("/regions/").content.decode()

    assert f'data-ends="{int((NOW + timedelta(hours=12)).timestamp() * 1000)}"' in html
    assert f'data-person="{cast.controller.pk}"' in html
    assert "data-sign-out" in html


def test_the_public_is_warned_of_nothing(client: Client, settings: Settings) -> None:
    html = Client().get("/accounts/login/").content.decode()
    assert 'id="session"' not in html
    assert "js/session.js" not in html


def test_what_was_sent_after_the_end_is_said_to_be_undone(client: Client) -> None:
    with clock.at(NOW + timedelta(hours=13)):
        answer = client.post("/executions/1/submit/", headers={"Referer": "http://testserver/executions/1/"})
        assert answer["Location"] == "/accounts/login/?next=/executions/1/&undone=1"
        html = client.get(answer["Location"]).content.decode()
        assert "Отправленное не выполнено" in html
        plain = client.get("/executions/1/")
        assert "undone" not in plain["Location"]


def test_an_upload_by_a_script_is_told_where_to_go_and_keeps_what_is_to_be_said(client: Client) -> None:
    body = {"theme": "dark", "next": "/regions/"}
    answer = client.post("/display/", body, headers={"X-Upload": "1"})

    assert (answer.status_code, answer["X-Location"]) == (204, "/regions/")
    assert answer.cookies["theme"].value == "dark"
    assert client.post("/display/", body).status_code == 302
