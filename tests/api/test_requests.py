"""Requests of the regions through the API: who reads, asks and answers them, and what is refused."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from assignments.models import Execution, ExecutionRequest
from tests.api.world import CENTRE, EVERYBODY, World, attrs, get, post, rows
from tests.assignments.counter import PROPOSED, REASON, Counter, current
from tests.assignments.desk import snapshot
from tests.queries import assert_same_queries

Sign = Callable[[str], Client]

ASKED = {"kind": "extension", "reason": REASON, "proposed_due": PROPOSED.isoformat()}
ANSWERS: dict[str, dict[str, Any]] = {
    "grant": {"answer": "Продлено."},
    "refuse": {"answer": "Срок достаточен."},
    "withdraw": {},
}
STATES = {"grant": "granted", "refuse": "refused", "withdraw": "withdrawn"}
REVIEWERS, COORDINATORS = ("administrator", "controller"), ("tomsk_coordinator", "tomsk_deputy")
READERS = (*CENTRE, *COORDINATORS, "tomsk_minister")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def asked(world: World) -> ExecutionRequest:
    return Counter(world.cast, world.tomsk).ask()


def ask(client: Client, execution: Execution, status: int = 200, **changes: Any) -> Any:
    version = Execution.objects.get(pk=execution.pk).version
    return post(
        client, f"executions/{execution.pk}/request/", {"version": version, **ASKED, **changes}, status
    )


def answer(client: Client, action: str, request: ExecutionRequest, status: int = 200, **changes: Any) -> Any:
    body = {"version": current(request).version, **ANSWERS[action], **changes}
    return post(client, f"requests/{request.pk}/{action}/", body, status)


def test_the_region_reads_no_person_of_the_centre_behind_an_answer(world: World, api: Sign) -> None:
    cast = world.cast
    refused = Counter(cast, world.tomsk).ask()
    Counter(cast, world.tomsk).refuse(refused)
    withdrawn = Counter(cast, world.tomsk).ask("not_applicable")
    Counter(cast, world.tomsk).withdraw(withdrawn)

    for who, known in (
        ("tomsk_coordinator", None),
        ("tomsk_minister", None),
        ("methodologist", cast.controller.pk),
    ):
        client = api(who)
        assert get(client, f"requests/{refused.pk}/")["answered_by"] == known
        assert {row["id"]: row["answered_by"] for row in rows(client, "requests/")} == {
            refused.pk: known,
            withdrawn.pk: cast.tomsk_coordinator.pk,
        }


def test_a_coordinator_asks_and_reads_his_request(world: World, api: Sign) -> None:
    client = api("tomsk_coordinator")
    found = ask(client, world.tomsk)
    assert found == get(client, f"requests/{found['id']}/")
    assert {name: found[name] for name in ASKED} == ASKED
    assert (found["execution"], found["region"], found["state"]) == (world.tomsk.pk, "70", "open")
    assert (found["first_due_on"], found["due_on"]) == ("2026-03-20", "2026-03-20")
    assert (found["allowed_actions"], found["event"], found["version"]) == (["withdraw"], None, 1)


def test_asking_is_open_to_coordinators_of_the_region_and_to_nobody_else(world: World, api: Sign) -> None:
    before = snapshot()
    statuses = {"public": 401, "newcomer": 403} | dict.fromkeys(READERS, 403)
    for name in set(EVERYBODY) - set(COORDINATORS):
        ask(api(name), world.tomsk, statuses.get(name, 404))
    assert snapshot() == before


@pytest.mark.parametrize("action", ANSWERS)
def test_an_answer_is_open_to_its_roles_and_to_nobody_else(
    world: World, api: Sign, asked: ExecutionRequest, action: str
) -> None:
    may = COORDINATORS if action == "withdraw" else REVIEWERS
    before = snapshot()
    statuses = {"public": 401, "newcomer": 403} | dict.fromkeys(READERS, 403)
    for name in set(EVERYBODY) - set(may):
        answer(api(name), action, asked, statuses.get(name, 404))
    assert snapshot() == before
    assert answer(api(may[0]), action, asked)["state"] == STATES[action]


def test_granting_moves_the_due_date_and_names_the_event(
    world: World, api: Sign, asked: ExecutionRequest
) -> None:
    client = api("controller")
    found = answer(client, "grant", asked, granted_due="2026-03-25")
    execution = get(client, f"executions/{world.tomsk.pk}/")
    assert (execution["due_on"], execution["first_due_on"]) == ("2026-03-25", "2026-03-20")
    assert (execution["events"][-1]["id"], execution["extensions"]) == (found["event"], 1)
    assert (found["granted_due"], found["due_on"], found["allowed_actions"]) == (
        "2026-03-25",
        "2026-03-25",
        [],
    )


def test_a_further_request_needs_the_centres_own_decision(
    world: World, api: Sign, asked: ExecutionRequest
) -> None:
    client = api("controller")
    answer(client, "grant", asked)
    further = Counter(world.cast, world.tomsk).ask(proposed_due=date(2026, 4, 3))
    assert attrs(answer(client, "grant", further, 400)) == {"own_decision"}
    assert attrs(answer(client, "grant", further, 400, own_decision=True, answer="")) == {"answer"}
    assert answer(client, "grant", further, own_decision=True)["due_on"] == "2026-04-03"


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"proposed_due": "2026-02-30"}, "proposed_due"),
        ({"proposed_due": "2026-03-20"}, "proposed_due"),
        ({"reason": " "}, "reason"),
        ({"kind": "holiday"}, "kind"),
        ({"kind": "not_applicable"}, "proposed_due"),
        ({"wish": "later"}, "wish"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_asked(
    world: World, api: Sign, changes: dict[str, Any], attr: str
) -> None:
    before = snapshot()
    assert attrs(ask(api("tomsk_coordinator"), world.tomsk, 400, **changes)) == {attr}
    assert snapshot() == before


def test_an_answer_to_an_old_version_is_refused_and_a_repeated_one_does_nothing(
    api: Sign, asked: ExecutionRequest
) -> None:
    client = api("controller")
    first = answer(client, "refuse", asked, submission_key="k1")
    assert answer(client, "refuse", asked, version=1, submission_key="k1") == first
    body = answer(client, "grant", asked, 409, version=1)
    assert (body["errors"][0]["code"], body["errors"][0]["current_version"]) == ("stale_version", 2)
    assert answer(client, "grant", asked, 409)["errors"][0]["code"] == "impossible_step"


def test_requests_are_narrowed(world: World, api: Sign, asked: ExecutionRequest) -> None:
    omsk = Counter(world.cast, world.omsk).ask("not_applicable")
    Counter(world.cast, world.omsk).refuse(omsk)
    client = api("controller")
    found = {
        query: [row["id"] for row in rows(client, f"requests/?{query}")]
        for query in (
            "", "region=70", "state=open", "state=open&state=refused", "kind=not_applicable",
            f"execution={world.omsk.pk}", "asked_since=2026-03-11T00:00:00Z", "asked_before=2026-03-11T00:00:00Z",
        )
    }  # fmt: skip
    both = [asked.pk, omsk.pk]
    assert list(found.values()) == [both, [asked.pk], [asked.pk], both, [omsk.pk], [omsk.pk], [], both]
    assert attrs(get(client, "requests/?region=70&wish=1", 400)) == {"wish"}


def test_a_walk_by_the_cursor_meets_every_request_once_with_equal_queries(world: World, api: Sign) -> None:
    counter = Counter(world.cast, world.tomsk)
    made = [counter.ask().pk]
    client = api("tomsk_coordinator")

    def more(count: int) -> None:
        for _turn in range(count):
            counter.refuse(ExecutionRequest.objects.latest("pk"))
            made.append(counter.ask().pk)

    assert_same_queries(client, lambda: "/api/v1/requests/", more)
    page = get(client, "requests/?page_size=2&ordering=-asked_at")
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert sorted(seen) == made
