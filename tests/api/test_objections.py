"""Objections and previews in the API: the same rules and sentences as on the pages."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common import clock
from rating.models import Objection
from tests.api.world import attrs, get, post, refusal, rows
from tests.cast import Cast
from tests.files.samples import PDF
from tests.rating.appeals import ANSWER, OPENED_AT, PERIOD, PUBLISHES_AT, REASON, March, march

Sign = Callable[[str], Client]
LIST = "rating/objections/"


@pytest.fixture
def month(cast: Cast) -> Iterator[March]:
    made = march(cast)
    made.open()
    with clock.at(OPENED_AT + timedelta(hours=1)):
        yield made


def body(month: March, **changes: Any) -> dict[str, Any]:
    return {"period": PERIOD, "revision": 1, "execution": month.missed.pk, "reason": REASON, **changes}


def test_a_coordinator_files_an_objection_and_reads_it(month: March, api: Sign) -> None:
    client = api("tomsk_coordinator")

    made = post(client, LIST, body(month))

    assert (made["period"], made["revision"], made["region"]) == (PERIOD, 1, "70")
    assert (made["state"], made["file_name"], made["event"]) == ("open", None, None)
    assert get(client, f"{LIST}{made['id']}/") == made
    assert rows(client, LIST) == [made]
    assert rows(api("controller"), LIST) == [made]
    assert rows(api("omsk_coordinator"), LIST) == []


def test_a_paper_goes_as_multipart_form_data(month: March, api: Sign) -> None:
    paper = SimpleUploadedFile("receipt.pdf", PDF, "application/pdf")

    answer = api("tomsk_coordinator").post("/api/v1/" + LIST, {**body(month), "file": paper})

    assert answer.status_code == 200
    assert answer.json()["file_name"] == "receipt.pdf"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 5001}, "reason"),
        ({"period": "2026-13"}, "period"),
        ({"execution": "all"}, "execution"),
        ({"revision": 0}, "revision"),
        ({"state": "upheld"}, "state"),
    ],
)
def test_a_bad_body_is_refused_by_the_name_of_its_field(
    changes: dict[str, Any], named: str, month: March, api: Sign
) -> None:
    answer = post(api("tomsk_coordinator"), LIST, body(month, **changes), 400)

    assert attrs(answer) == {named}
    assert not Objection.objects.exists()


def test_an_execution_that_lost_nothing_is_refused_at_its_field(month: March, api: Sign) -> None:
    answer = post(api("tomsk_coordinator"), LIST, body(month, execution=month.on_time.pk), 400)

    assert attrs(answer) == {"execution"}


def test_a_second_objection_is_a_conflict(month: March, api: Sign) -> None:
    post(api("tomsk_coordinator"), LIST, body(month))

    again = api("tomsk_deputy").post("/api/v1/" + LIST, body(month), content_type="application/json")

    assert refusal(again) == (409, "impossible_step")
    assert Objection.objects.count() == 1


def test_the_centre_upholds_with_a_remedy(month: March, api: Sign) -> None:
    made = post(api("tomsk_coordinator"), LIST, body(month))
    said = {"decision": "upheld", "answer": ANSWER, "remedy": "extend", "new_due": "2026-04-20"}

    decided = post(
        api("administrator"), f"{LIST}{made['id']}/decide/", {**said, "version": month.missed.version}
    )

    assert (decided["state"], decided["answer"]) == ("upheld", ANSWER)
    assert decided["event"] == Objection.objects.get().event_id


@pytest.mark.parametrize(
    ("said", "status", "named"),
    [
        ({"decision": "upheld", "answer": ANSWER}, 400, "remedy"),
        ({"decision": "upheld", "answer": ANSWER, "remedy": "extend", "version": 1}, 400, "new_due"),
        ({"decision": "dismissed", "answer": " "}, 400, "answer"),
        ({"decision": "withdrawn", "answer": ANSWER}, 400, "decision"),
        ({"decision": "upheld", "answer": ANSWER, "remedy": "cancel", "version": 7}, 409, "version"),
    ],
)
def test_a_bad_decision_is_refused_by_the_name_of_its_field(
    said: dict[str, Any], status: int, named: str, month: March, api: Sign
) -> None:
    made = post(api("tomsk_coordinator"), LIST, body(month))

    answer = post(api("administrator"), f"{LIST}{made['id']}/decide/", said, status)

    assert attrs(answer) == {named}
    assert Objection.objects.get().is_open


def test_the_reviewer_does_not_decide(month: March, api: Sign) -> None:
    made = post(api("tomsk_coordinator"), LIST, body(month, execution=month.reviewed.pk))

    said = {"decision": "dismissed", "answer": ANSWER}
    post(api("controller"), f"{LIST}{made['id']}/decide/", said, 403)
    post(api("administrator"), f"{LIST}{made['id']}/decide/", said)


def test_the_region_takes_its_objection_back_once(month: March, api: Sign) -> None:
    made = post(api("tomsk_coordinator"), LIST, body(month))

    assert post(api("tomsk_coordinator"), f"{LIST}{made['id']}/withdraw/", {})["state"] == "withdrawn"
    post(api("tomsk_coordinator"), f"{LIST}{made['id']}/withdraw/", {}, 409)


def test_the_list_of_slices_shows_a_preview_to_the_coordinators_without_its_numbers(
    month: March, api: Sign, client: Client
) -> None:
    (shown,) = rows(api("tomsk_coordinator"), "rating/slices/")
    (whole,) = rows(api("controller"), "rating/slices/")

    assert shown["preview"]["publishes_at"] == whole["preview"]["publishes_at"]
    assert shown["preview"]["publishes_at"].startswith(
        f"{PUBLISHES_AT.astimezone(clock.MOSCOW):%Y-%m-%dT%H:%M}"
    )
    assert (shown["score"], shown["executions"], shown["ranked_regions"]) == (None, None, None)
    assert whole["score"] is not None
    for name in ("tomsk_minister", "chair"):
        assert rows(api(name), "rating/slices/") == []
    assert rows(client, "rating/slices/") == []


@pytest.mark.parametrize("path", ["", "regions/70/", "audit.json"])
def test_a_month_in_preview_has_no_result_outside_the_centre(path: str, month: March, api: Sign) -> None:
    for name in ("tomsk_coordinator", "tomsk_minister", "chair"):
        assert api(name).get(f"/api/v1/rating/slices/{PERIOD}/{path}").status_code == 404, name
