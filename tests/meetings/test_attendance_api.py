"""Attendance in the API: the same rights, the same rules and the same words as on the pages."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from meetings.enums import MeetingState
from meetings.keys import MOST_TRIES, check_in_code
from meetings.models import Meeting
from meetings.services.marks import check_in_switch
from regions.models import Region
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, invite, meeting

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _at_the_meeting() -> Iterator[None]:
    with clock.at(WEDNESDAY):
        yield


@pytest.fixture
def opened(cast: Cast) -> Meeting:
    return meeting(MeetingState.OPEN, cast.tomsk, cast.omsk)


def at(of: Meeting, rest: str = "") -> str:
    return f"/api/v1/meetings/{of.pk}/attendance/{rest}"


def send(client: Client, path: str, body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


def test_the_centre_reads_all_and_a_region_itself(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    rows = as_person("controller").get(at(opened)).json()["results"]
    assert [(row["region"], [one["cluster"] for one in row["clusters"]]) for row in rows] == [
        ("55", ["55-001", "55-002"]), ("70", ["70-001", "70-002"]),
    ]  # fmt: skip
    own = as_person("tomsk_minister").get(at(opened)).json()["results"]
    assert [row["region"] for row in own] == ["70"]
    assert as_person("omsk_coordinator").get(at(opened, "70/")).status_code == 404
    assert as_person("chair").get(at(opened)).status_code == 404
    assert Client().get(at(opened)).status_code == 401


def test_the_list_narrows(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    opened.invitations.filter(region="70").update(answer="will_attend", answered_at=WEDNESDAY)
    client = as_person("controller")
    for query, found in (("?answer=will_attend", ["70"]), ("?region=55", ["55"]), ("?present=true", [])):
        assert [row["region"] for row in client.get(at(opened, query)).json()["results"]] == found
    assert client.get(at(opened, "?answer=perhaps")).status_code == 400


def test_a_coordinator_answers(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    client = as_person("tomsk_coordinator")
    body = {
        "version": 1,
        "answers": [
            {"answer": "will_attend"},
            {"cluster": "70-001", "answer": "excused", "reason": "Ремонт"},
        ],
    }
    answered = send(client, at(opened, "70/answer/"), body).json()
    assert (answered["answer"], answered["version"]) == ("will_attend", 2)
    assert answered["clusters"][0]["answer_reason"] == "Ремонт"
    stale = send(client, at(opened, "70/answer/"), body)
    assert (stale.status_code, stale.json()["errors"][0]["current_version"]) == (409, 2)
    wrong = send(client, at(opened, "70/answer/"), {"version": 2, "answers": [{"answer": "excused"}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, "own-reason")
    assert send(as_person("controller"), at(opened, "70/answer/"), body).status_code == 403
    assert send(as_person("omsk_coordinator"), at(opened, "70/answer/"), body).status_code == 404


def test_marks_are_written_all_or_none(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    client = as_person("controller")
    marks = [{"region": "70", "present": True}, {"region": "70", "cluster": "70-001", "present": False}]
    assert send(client, at(opened, "marks/"), {"marks": marks}).json() == {"changed": 2}
    bad = send(
        client,
        at(opened, "marks/"),
        {"marks": [{"region": "70", "present": None}, {"region": "87", "present": True}]},
    )
    assert bad.status_code == 400
    assert opened.invitations.get(region="70").present is True
    for body in ({}, {"marks": []}, {"marks": [{"region": "70"}]}, {"marks": marks, "more": 1}, None):
        assert send(client, at(opened, "marks/"), body).status_code == 400
    assert send(as_person("tomsk_coordinator"), at(opened, "marks/"), {"marks": marks}).status_code == 403
    assert send(as_person("chair"), at(opened, "marks/"), {"marks": marks}).status_code == 404


def test_a_code_checks_in_and_guesses_are_counted(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    check_in_switch(actor=cast.scope("controller"), meeting_id=opened.pk, is_open=True)
    client, path = as_person("tomsk_coordinator"), at(opened, "70/check-in/")
    assert send(client, path, {"code": "x"}).json()["errors"][0]["attr"] == "code"
    code = check_in_code(opened.invitations.get(region="70"), cast.tomsk_coordinator.pk)
    here = send(client, path, {"code": code, "clusters": ["70-002"]}).json()
    assert (here["present"], here["clusters"][1]["present"]) == (True, True)
    for _guess in range(MOST_TRIES - 1):
        assert send(client, path, {"code": "x"}).status_code == 400
    assert send(client, path, {"code": code}).status_code == 409
    assert send(as_person("controller"), path, {"code": code}).status_code == 403


def test_the_number_of_queries_does_not_grow(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    client = as_person("controller")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(at(opened))
        return len(captured)

    queries()
    few = queries()
    for number in range(5):
        region = Region.objects.create(
            code=f"R{number}", name_ru=f"Область {number}", name_en=f"R{number}", short_ru="О", brief_ru="О",
            brief_en="R", genitive_ru="О", district=cast.tomsk.district, timezone="Asia/Tomsk",
        )  # fmt: skip
        invite(opened, region)
    assert queries() == few
