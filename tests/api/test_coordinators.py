"""Coordinators, leaves and appointment campaigns in the API."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Leave
from accounts.services.appointments import campaign_send
from common import clock
from notifications.models import OutboundMail
from tests.accounts.appointing import NOW, TODAY, away, campaign, post
from tests.cast import Cast

pytestmark = pytest.mark.django_db

V1 = "/api/v1/"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOW):
        yield


def get(as_person: Any, who: str, path: str) -> Any:
    answer = as_person(who).get(f"{V1}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def send(as_person: Any, who: str, path: str, **body: object) -> HttpResponse:
    client: Client = as_person(who)
    return client.post(f"{V1}{path}", json.dumps(body), content_type="application/json")


def test_a_region_reads_its_own_coordinators_and_the_centre_all(cast: Cast, as_person: Any) -> None:
    regions = {
        who: sorted(row["region"] for row in get(as_person, who, "coordinators/")["results"])
        for who in ("methodologist", "tomsk_minister", "chair")
    }
    assert regions == {"methodologist": ["55", "70", "70"], "tomsk_minister": ["70", "70"], "chair": []}
    main = get(as_person, "controller", "coordinators/?region=70&position=main&day=2026-03-10")["results"]
    assert [row["person"] for row in main] == ["Щёкин Иван Петрович"]
    assert get(as_person, "controller", "coordinators/?day=2020-01-01")["results"] == []


def test_a_leave_is_announced_listed_and_ended(cast: Cast, as_person: Any) -> None:
    held, deputy = post(cast.tomsk_coordinator), post(cast.tomsk_deputy)
    body = {"starts_on": "2026-03-10", "ends_on": "2026-03-20", "stand_in": deputy.pk}
    made = send(as_person, "tomsk_coordinator", f"coordinators/{held.pk}/leave/", **body)
    assert made.status_code == 200
    assert get(as_person, "tomsk_deputy", "leaves/?standing=true&region=70")["results"] == [made.json()]
    pk = made.json()["id"]
    assert send(as_person, "tomsk_deputy", f"leaves/{pk}/end/", version=1).status_code == 403
    assert send(as_person, "tomsk_coordinator", f"leaves/{pk}/end/", version=5).status_code == 409
    assert send(as_person, "tomsk_coordinator", f"leaves/{pk}/end/", version=1).status_code == 200
    assert Leave.objects.get().cancelled_at == NOW


def test_a_leave_that_cannot_be_names_the_field(cast: Cast, as_person: Any) -> None:
    away(cast, TODAY, TODAY + timedelta(days=3))
    held = post(cast.tomsk_coordinator)
    body = {"starts_on": "2026-03-12", "ends_on": "2026-03-20", "stand_in": held.pk}
    answer = send(as_person, "controller", f"coordinators/{held.pk}/leave/", **body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "starts_on"


def test_the_tracker_is_read_by_the_centre_and_reminds_once(cast: Cast, as_person: Any) -> None:
    made = campaign(cast)
    campaign_send(actor=cast.scope("controller"), campaign_id=made.pk, version=1)
    listed = get(as_person, "methodologist", "appointments/")["results"][0]
    assert (listed["regions"], listed["answered"], listed["silent"]) == (3, 0, 1)
    rows = {row["region"]: row for row in get(as_person, "controller", f"appointments/{made.pk}/")["regions"]}
    assert (rows["70"]["state"], rows["70"]["in_charge_today"]) == ("asked", ["Щёкин И. П."])
    assert (rows["87"]["state"], rows["87"]["in_charge_today"]) == ("no_address", [])
    for mails in (1, 0):
        sent = send(as_person, "controller", f"appointments/{made.pk}/remind/", regions=["70"])
        assert sent.json()["mails"] == mails
    assert OutboundMail.objects.filter(kind="appointment-reminder").count() == 1
    assert get(as_person, "tomsk_coordinator", "appointments/")["results"] == []
