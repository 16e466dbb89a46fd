"""Hours of issues, recurring items and recalls through the API: the same services, the same refusals."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from assignments.models import Assignment, ItemRecall, ItemSeries, Protocol
from assignments.services.occurrences import series_catch_up
from assignments.services.recalls import recall_propose
from common import clock
from common.scope import SYSTEM
from tests.api.world import World, attrs, get, post, rows
from tests.assignments.drafts import add_item, draft
from tests.assignments.planned import WHY, begun

Sign = Callable[[str], Client]
WHOLE: dict[str, Any] = {
    "number": "2", "text": "Представлять сведения.", "audience": {"everyone": True}, "frequency": "monthly",
    "month_day": 5, "until": "2026-12-31", "visible_days": 10,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def protocol(world: World) -> Protocol:
    actor = world.cast.scope("controller")
    found = draft(actor, held_on=clock.today())
    add_item(actor, found, due_on=date(2026, 12, 1))
    found.refresh_from_db()
    return found


@pytest.fixture
def item(world: World) -> Assignment:
    return world.tomsk.assignment


def whole(**changes: Any) -> dict[str, Any]:
    return WHOLE | {"starts_on": clock.today().isoformat()} | changes


def test_a_draft_gets_its_instant_and_loses_it(api: Sign, protocol: Protocol) -> None:
    client = api("controller")
    at = clock.now().isoformat()
    refused = post(client, f"protocols/{protocol.pk}/schedule/", {"version": protocol.version, "at": at}, 400)
    assert attrs(refused) == {"at"}
    later = f"{date.fromordinal(clock.today().toordinal() + 3).isoformat()}T10:00:00+03:00"
    body = {"version": protocol.version, "at": later}
    shown = post(client, f"protocols/{protocol.pk}/schedule/", body)
    assert shown["issues_at"] == later
    assert get(client, f"protocols/{protocol.pk}/")["issues_at"] == later
    again = post(client, f"protocols/{protocol.pk}/unschedule/", {"version": shown["version"]})
    assert again["issues_at"] is None
    post(client, f"protocols/{protocol.pk}/unschedule/", {"version": again["version"]}, 409)
    post(client, f"protocols/{protocol.pk}/schedule/", {"version": 1, "at": "2026-05-01T10:00:00"}, 400)


def test_a_recurring_item_is_drafted_and_changed(api: Sign, protocol: Protocol) -> None:
    client = api("controller")
    made = post(client, f"protocols/{protocol.pk}/series/", whole())
    assert (made["number"], made["running"], made["allowed_actions"]) == ("2", False, ["change"])
    assert post(client, f"protocols/{protocol.pk}/series/", whole())["id"] == made["id"]
    changed = post(client, f"series/{made['id']}/change/", whole(version=1, weight=3))
    assert (changed["weight"], changed["version"]) == (3, 2)
    assert attrs(post(client, f"series/{made['id']}/change/", whole(version=2, month_day=None), 400)) == {
        "month_day"
    }
    post(client, f"series/{made['id']}/change/", whole(version=1, weight=2), 409)
    assert [row["id"] for row in rows(client, f"series/?protocol={protocol.pk}")] == [made["id"]]


def test_a_running_one_shows_its_periods_and_is_stopped(world: World, api: Sign) -> None:
    series = begun(world.tomsk.assignment.protocol, "70")
    series_catch_up(actor=SYSTEM, series_id=series.pk)
    found = get(api("tomsk_coordinator"), f"series/{series.pk}/")
    assert (found["audience"], found["allowed_actions"]) == (None, [])
    item = found["occurrences"][0]["assignment"]
    assert get(api("tomsk_coordinator"), f"assignments/{item}/")["series"] == series.pk
    client = api("controller")
    post(client, f"series/{series.pk}/stop/", {"version": 1, "reason": ""}, 400)
    stopped = post(client, f"series/{series.pk}/stop/", {"version": 1, "reason": WHY})
    assert (stopped["running"], stopped["stop_reason"]) == (False, WHY)
    assert not ItemSeries.objects.running().exists()


def test_a_recall_is_proposed_confirmed_and_undone(world: World, api: Sign, item: Assignment) -> None:
    first, second = api("controller"), api("administrator")
    made = post(first, f"assignments/{item.pk}/recall/", {"reason": WHY, "submission_key": "k1"}, 202)
    assert post(first, f"assignments/{item.pk}/recall/", {"reason": WHY, "submission_key": "k1"}, 202) == made
    assert (made["state"], made["allowed_actions"]) == ("proposed", ["withdraw"])
    address = f"recalls/{made['id']}/"
    assert get(second, address)["allowed_actions"] == ["confirm", "refuse"]
    post(first, f"{address}confirm/", {"version": 1}, 403)
    done = post(second, f"{address}confirm/", {"version": 1})
    assert (done["state"], done["cancelled"] > 0, done["allowed_actions"]) == ("done", True, ["undo"])
    assert get(first, f"assignments/{item.pk}/")["recalled_at"] == done["answered_at"]
    seen = get(api("tomsk_coordinator"), address)
    assert (seen["asked_by"], seen["answered_by"], seen["refused"]) == (None, None, [])
    assert post(first, f"{address}undo/", {})["state"] == "undone"
    assert get(first, f"assignments/{item.pk}/")["recalled_at"] is None
    post(first, f"{address}undo/", {}, 409)


def test_a_recall_is_refused_or_withdrawn(world: World, api: Sign, item: Assignment) -> None:
    actor = world.cast.scope("controller")
    recall = recall_propose(actor=actor, assignment_id=item.pk, reason=WHY)
    address = f"recalls/{recall.pk}/"
    assert attrs(post(api("administrator"), f"{address}refuse/", {"version": 1, "answer": ""}, 400)) == {
        "answer"
    }
    assert post(api("controller"), f"{address}withdraw/", {"version": 1})["state"] == "withdrawn"
    recall = recall_propose(actor=actor, assignment_id=item.pk, reason=WHY)
    said = {"version": 1, "answer": "Рано."}
    assert post(api("administrator"), f"recalls/{recall.pk}/refuse/", said)["state"] == "refused"
    assert len(rows(api("controller"), "recalls/?state=refused")) == 1
    assert ItemRecall.objects.count() == 2
