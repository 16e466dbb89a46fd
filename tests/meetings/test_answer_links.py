"""The link of an invitation: its person answers without signing in, until the meeting ends; reading changes nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import Membership, User
from common import clock
from common.logs import redact
from common.scope import SYSTEM
from meetings.enums import MeetingState
from meetings.keys import answer_key
from meetings.mails import address_of_key
from meetings.models import Invitation, Meeting
from meetings.services.invitations import invitation_renew
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, item, meeting

pytestmark = pytest.mark.django_db
EVE = WEDNESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_the_eve() -> Iterator[None]:
    with clock.at(EVE):
        yield


@pytest.fixture
def opened(cast: Cast) -> Meeting:
    made = meeting(MeetingState.OPEN, cast.tomsk, cast.omsk)
    item(made, title="О ходе набора")
    return made


@pytest.fixture
def key(cast: Cast, opened: Meeting) -> str:
    return answer_key(opened.invitations.get(region="70"), cast.tomsk_deputy.pk)


def get(key: str) -> object:
    return Client().get(f"/meetings/answer/?key={key}")


def post(key: str, client: Client | None = None, **said: str) -> object:
    return (client or Client(enforce_csrf_checks=True)).post(f"/meetings/answer/?key={key}", said)


def answers(version: int = 1, **said: str) -> dict[str, str]:
    return {"version": str(version), "own-answer": "will_attend", **said}


def test_it_shows_the_invitation_of_its_region_alone(cast: Cast, opened: Meeting, key: str) -> None:
    page = get(key)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(words in text for words in ("О ходе набора", "ПроЛом", "Томина"))
    assert "Омские машины" not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Cache-Control"] == "private, no-store"


def test_reading_writes_nothing_and_becomes_no_session(cast: Cast, key: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        get(key)
        Client().head(f"/meetings/answer/?key={key}")
    assert [one["sql"] for one in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"])] == []
    assert not Session.objects.exists()


def test_the_answer_is_that_of_the_person_of_the_link(cast: Cast, opened: Meeting, key: str) -> None:
    done = post(key, **answers(**{"70-001-answer": "excused", "70-001-reason": "Ремонт"}))
    assert done.status_code == 200
    row = opened.invitations.get(region="70")
    assert (row.answer, row.answered_by) == ("will_attend", cast.tomsk_deputy)
    assert row.clusters.get(cluster__code="70-001").answer_reason == "Ремонт"
    assert not Session.objects.exists()


def test_all_will_attend_in_one_press(cast: Cast, opened: Meeting, key: str) -> None:
    assert post(key, all="1").status_code == 200
    row = opened.invitations.get(region="70")
    assert {row.answer, *row.clusters.values_list("answer", flat=True)} == {"will_attend"}


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(cast: Cast, opened: Meeting, key: str) -> None:
    refused = post(
        key,
        **answers(**{"70-001-answer": "excused", "70-002-answer": "substitute", "70-002-substitute": "Я"}),
    )
    text = refused.content.decode()
    assert refused.status_code == 400
    assert refused.context["answers"].errors.keys() == {"70-001-reason"}
    assert 'value="Я"' in text
    assert opened.invitations.get(region="70").answer == ""
    stale = post(key, **answers(version=7, **{"own-answer": "substitute", "own-substitute": "Иванова"}))
    assert stale.status_code == 409
    assert 'value="Иванова"' in stale.content.decode()


def closed(answer: object) -> bool:
    return answer.status_code == 410 and b"<form" not in answer.content.split(b"<main")[1].split(b"</main")[0]


def test_it_opens_until_the_meeting_ends(cast: Cast, opened: Meeting, key: str) -> None:
    with clock.at(opened.ends_at - timedelta(seconds=1)):
        assert get(key).status_code == 200
    with clock.at(opened.ends_at):
        assert closed(get(key))
        assert closed(post(key, all="1"))
    assert not Invitation.objects.exclude(answer="").exists()


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.CLOSED])
def test_a_meeting_that_is_cancelled_or_over_opens_nothing(cast: Cast, state: MeetingState) -> None:
    row = meeting(state, cast.tomsk).invitations.get()
    assert closed(get(answer_key(row, cast.tomsk_deputy.pk)))


def test_taken_back_it_opens_no_more_and_is_no_wrong_try(cast: Cast, opened: Meeting, key: str) -> None:
    invitation_renew(actor=SYSTEM, meeting_id=opened.pk, region="70")
    assert closed(get(key))
    assert closed(post(key, all="1"))
    assert not AccessAttempt.objects.exists()


def test_who_has_left_the_region_or_is_blocked_answers_no_more(cast: Cast, opened: Meeting, key: str) -> None:
    own = Membership.objects.filter(user=cast.tomsk_deputy)
    own.update(ends_on="2026-02-28")
    assert closed(post(key, all="1"))
    own.update(ends_on=None)
    User.objects.filter(pk=cast.tomsk_deputy.pk).update(is_active=False)
    assert closed(get(key))


def test_a_key_for_a_foreign_region_opens_nothing(cast: Cast, opened: Meeting) -> None:
    foreign = answer_key(opened.invitations.get(region="55"), cast.tomsk_deputy.pk)
    assert closed(get(foreign))
    assert closed(post(foreign, all="1"))


def test_an_invitation_or_a_person_that_is_gone_opens_nothing(cast: Cast, opened: Meeting, key: str) -> None:
    opened.invitations.filter(region="70").delete()
    assert closed(get(key))


def test_forged_keys_are_counted_like_wrong_tries(cast: Cast, key: str, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    assert [get(f"forged{number}").status_code for number in range(7)] == [404] * 4 + [429] * 3
    assert get(key).status_code == 200
    settings.SIGN_IN_TRIES_PER_NETWORK = 5
    assert get(key).status_code == 429


@pytest.mark.parametrize("key", ["", "x" * 5000, "1-1-1.forged", "%00", "1-1-1"])
def test_damaged_keys_are_refused_alike(cast: Cast, key: str) -> None:
    assert get(key).status_code in (400, 404)


def test_a_program_that_asks_many_times_writes_nothing_either(cast: Cast, key: str) -> None:
    for _time in range(3):
        get(key)
    assert not Invitation.objects.exclude(answer="").exists()


def test_logs_hide_the_key(key: str) -> None:
    assert key not in redact(None, "", {"path": address_of_key(key)})["path"]
