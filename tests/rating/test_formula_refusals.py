"""Every rule of the audit file is kept: what breaks one is refused in a sentence that names it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from rating.formula import CaseError, compute, parse_case
from tests.rating.building import Log, moscow, params

Change = Callable[[dict[str, Any]], object]


def a_case() -> dict[str, Any]:
    """A small valid case with every kind of event."""
    log = Log().region("R1", "K1", "K2").item("I1", "2023-11-10").item("I2", "2023-11-20", weight=2)
    log.execution(
        "I1",
        "K1",
        ("issued", "2023-11-01", {"due": "2023-11-12"}),
        ("submitted", "2023-11-09", {"recorded_at": moscow("2023-11-10"), "corrects": "2023-10"}),
        ("returned", "2023-11-11", {"empty": True}),
        ("extended", "2023-11-12", {"new_due": "2023-11-15", "requested_at": moscow("2023-11-11")}),
        ("annulled", "2023-11-13", {"target": 3}),
        ("accepted", "2023-11-14"),
    )
    return (
        log.done("I2", "K1").execution("I2", "K2", ("issued", "2023-11-01"), ("cancelled", "2023-11-02")).case
    )


def test_the_case_that_the_refusals_break_is_valid() -> None:
    assert compute(a_case())["national"]["executions"] == 2


def event(case: dict[str, Any], number: int) -> dict[str, Any]:
    return case["executions"][0]["events"][number]


def in_params(**changes: Any) -> Change:
    return lambda case: case["params"][0].update(changes)


def in_event(number: int, **changes: Any) -> Change:
    return lambda case: event(case, number).update(changes)


def in_row(name: str, number: int, **changes: Any) -> Change:
    return lambda case: case[name][number].update(changes)


def again(name: str) -> Change:
    return lambda case: case[name].append(copy.deepcopy(case[name][0]))


REFUSED: dict[str, tuple[Change, str]] = {
    "duplicate region": (again("regions"), "regions[1].id: 'R1' is there twice"),
    "duplicate cluster": (again("clusters"), "clusters[2].id: 'K1' is there twice"),
    "duplicate item": (again("items"), "items[2].id: 'I1' is there twice"),
    "duplicate execution": (again("executions"), "executions[3].id: 'I1@K1' is there twice"),
    "duplicate event in one execution": (
        in_event(1, id=1),
        "executions[0].events[1].id: the number 1 is there twice",
    ),
    "duplicate event in two executions": (
        lambda case: case["executions"][1]["events"][0].update(id=1),
        "executions[1].events[0].id: the number 1 is there twice",
    ),
    "duplicate effective_from": (
        again("params"),
        "params[1].effective_from: 2023-10 is taken by another version",
    ),
    "unknown kind": (in_event(1, kind="sent"), "executions[0].events[1].kind: 'sent' is unknown"),
    "kind of another type": (in_event(1, kind=["issued"]), "executions[0].events[1].kind: a list is unknown"),
    "unknown region": (in_row("clusters", 0, region="R9"), "clusters[0].region: 'R9' is unknown"),
    "unknown item": (in_row("executions", 0, item="I9"), "executions[0].item: 'I9' is unknown"),
    "unknown cluster": (in_row("executions", 0, cluster="K9"), "executions[0].cluster: 'K9' is unknown"),
    "weight below one": (in_row("items", 0, weight=0), "items[0].weight: must be at least 1"),
    "weight beyond all sense": (
        in_row("items", 0, weight=10**4000),
        "items[0].weight: must be at most 1000000000",
    ),
    "true as a weight": (
        in_row("items", 0, weight=True),
        "items[0].weight: must be a whole number, not true",
    ),
    "a fraction as a weight": (in_row("items", 0, weight=1.5), "items[0].weight: must be a whole number"),
    "a text as a weight": (
        in_row("items", 0, weight="1"),
        "items[0].weight: must be a whole number, not '1'",
    ),
    "recorded before it happened": (
        in_event(1, recorded_at=moscow("2023-11-09", "11:59")),
        "executions[0].events[1].recorded_at: must not be earlier than at",
    ),
    "requested after it was granted": (
        in_event(3, requested_at=moscow("2023-11-12", "12:01")),
        "executions[0].events[3].requested_at: must not be later than at",
    ),
    "grace longer than review": (
        in_params(grace_days=6),
        "params[0].grace_days: must not be greater than review_days",
    ),
    "executed points above the smallest step": (
        in_params(min_executed_points=21),
        "params[0].min_executed_points: must not be above the smallest points of late_steps",
    ),
    "an item twice for one cluster": (
        lambda case: case["executions"].append({**case["executions"][0], "id": "other", "events": []}),
        "executions[3].item: cluster 'K1' has item 'I1' twice",
    ),
    "annulment of a foreign event": (
        in_event(4, target=7),
        "executions[0].events[4].target: must be an event of the same execution",
    ),
    "annulment of nothing": (
        in_event(4, target=99),
        "executions[0].events[4].target: must be an event of the same execution",
    ),
    "annulment of an annulment": (
        in_event(4, target=5),
        "executions[0].events[4].target: must not be an annulment",
    ),
    "annulment without a target": (
        lambda case: event(case, 4).pop("target"),
        "executions[0].events[4].target: is missing",
    ),
    "true as a target": (
        in_event(4, target=True),
        "executions[0].events[4].target: must be a whole number, not true",
    ),
    "no version in force": (
        in_params(effective_from="2023-12"),
        "params: no version is in force for 2023-11",
    ),
    "no version at all": (lambda case: case["params"].clear(), "params: no version is in force for 2023-11"),
    "a parameter missing in a later version": (
        lambda case: case["params"].append(
            {key: value for key, value in params(effective_from="2024-01").items() if key != "icc"}
        ),
        "params[1].icc: is missing",
    ),
    "steps without an open end": (
        in_params(late_steps=[[3, 80], [10, 60]]),
        "params[0].late_steps: must end with [null, points]",
    ),
    "no steps": (in_params(late_steps=[]), "params[0].late_steps: must end with [null, points]"),
    "an open step in the middle": (
        in_params(late_steps=[[None, 80], [None, 20]]),
        "params[0].late_steps[0]: must be a whole number, not null",
    ),
    "steps that go back": (
        in_params(late_steps=[[3, 80], [3, 60], [None, 20]]),
        "params[0].late_steps[1]: must end later than the step before it",
    ),
    "points that grow with lateness": (
        in_params(late_steps=[[3, 40], [None, 60]]),
        "params[0].late_steps[1]: must not give more points than the step before it",
    ),
    "points above a hundred": (
        in_params(late_steps=[[None, 101]]),
        "params[0].late_steps[0]: must be at most 100",
    ),
    "a step that is no pair": (
        in_params(late_steps=[[3, 80, 1], [None, 20]]),
        "params[0].late_steps[0]: must be a list of two: days late up to, points",
    ),
    "true as points": (
        in_params(late_steps=[[None, True]]),
        "params[0].late_steps[0]: must be a whole number, not true",
    ),
    "a zone with three decimals": (
        in_params(zone_green="90.000"),
        "params[0].zone_green: must have at most two decimals",
    ),
    "a zone that is a number": (
        in_params(zone_yellow=70.0),
        "params[0].zone_yellow: must be a decimal written as text",
    ),
    "zones upside down": (in_params(zone_yellow="95"), "params[0].zone_yellow: must not be above zone_green"),
    "an exponent": (in_params(icc="1e-1"), "params[0].icc: must be a decimal written as text"),
    "a negative z": (
        in_params(z_interval="-1.645"),
        "params[0].z_interval: must be a decimal written as text",
    ),
    "foreign digits": (in_params(z_signal="٣.00"), "params[0].z_signal: must be a decimal written as text"),
    "an icc above one": (in_params(icc="1.01"), "params[0].icc: must be at most 1"),
    "negative days": (in_params(review_days=-1), "params[0].review_days: must be at least 0"),
    "an offset of a whole day": (
        in_params(tz_offset_minutes=1440),
        "params[0].tz_offset_minutes: must be at most 1439",
    ),
    "true as days": (in_params(grace_days=True), "params[0].grace_days: must be a whole number, not true"),
    "a version that is a number": (
        in_params(version=1),
        "params[0].version: must be a text, not the number 1",
    ),
    "a month in effective_from": (
        in_params(effective_from="2023-1"),
        "params[0].effective_from: must be a month as YYYY-MM, not '2023-1'",
    ),
    "an instant without offset": (
        in_event(1, at="2023-11-09T12:00:00"),
        "executions[0].events[1].at: must be an ISO instant with its offset from UTC, not '2023-11-09T12:00:00'",
    ),
    "an instant that is a day": (
        in_event(1, at="2023-11-09"),
        "executions[0].events[1].at: must be an ISO instant such as",
    ),
    "an instant that is no day": (
        in_event(1, at="2023-11-31T12:00:00+03:00"),
        "executions[0].events[1].at: is no instant of the calendar",
    ),
    "an instant before the calendar": (
        in_event(1, at="0001-01-01T00:00:00+14:00"),
        "executions[0].events[1].at: must lie in the years 2 to 9000",
    ),
    "an instant that is a number": (
        in_event(1, at=1699520400),
        "executions[0].events[1].at: must be an ISO instant with an offset, not the number 1699520400",
    ),
    "a malformed day": (
        in_row("items", 0, due="2023-11-31"),
        "items[0].due: must be a day of the calendar as YYYY-MM-DD, not '2023-11-31'",
    ),
    "a day in another form": (
        in_row("items", 0, due="20231110"),
        "items[0].due: must be a day of the calendar",
    ),
    "a malformed own due": (
        in_event(0, due="soon"),
        "executions[0].events[0].due: must be a day of the calendar",
    ),
    "a malformed new due": (
        in_event(3, new_due="2023-11"),
        "executions[0].events[3].new_due: must be a day of the calendar",
    ),
    "a null where a field is left out": (
        in_event(1, recorded_at=None),
        "executions[0].events[1].recorded_at: must be an ISO instant with an offset, not null",
    ),
    "a malformed corrected month": (
        in_event(1, corrects="2023-13"),
        "executions[0].events[1].corrects: must be a month as YYYY-MM, not '2023-13'",
    ),
    "an emptiness that is no truth": (
        in_event(2, empty=1),
        "executions[0].events[2].empty: must be true or false, not the number 1",
    ),
    "a malformed period": (
        lambda case: case["request"].update(period="November"),
        "request.period: must be a month as YYYY-MM, not 'November'",
    ),
    "a period outside the calendar": (
        lambda case: case["request"].update(period="9999-12"),
        "request.period: must lie in the years 2 to 9000",
    ),
    "an instant finer than a second": (
        lambda case: case["request"].update(as_of="2023-12-06T00:00:00.5+03:00"),
        "request.as_of: must be in whole seconds",
    ),
    "corrections finer than a second": (
        lambda case: case["request"].update(corrections_as_of="2023-12-06T00:00:00.000001+03:00"),
        "request.corrections_as_of: must be in whole seconds",
    ),
    "a request without offset": (
        lambda case: case["request"].update(as_of="2023-12-06T00:00:00"),
        "request.as_of: must be an ISO instant with its offset from UTC",
    ),
    "no request": (lambda case: case.pop("request"), "request: is missing"),
    "a request that is a text": (
        lambda case: case.update(request="2023-11"),
        "request: must be an object, not '2023-11'",
    ),
    "a list missing": (lambda case: case.pop("items"), "items: is missing"),
    "a list that is an object": (
        lambda case: case.update(regions={}),
        "regions: must be a list, not an object",
    ),
    "a row that is a text": (
        lambda case: case["regions"].append("R2"),
        "regions[1]: must be an object, not 'R2'",
    ),
    "an id that is a number": (
        in_row("regions", 0, id=77),
        "regions[0].id: must be a text, not the number 77",
    ),
    "an empty id": (in_row("regions", 0, id=""), "regions[0].id: must not be empty"),
    "an id with a NUL": (in_row("regions", 0, id="R\x001"), "regions[0].id: must not hold a NUL character"),
    "half a character": (in_row("regions", 0, id="R\ud800"), "regions[0].id: holds half of a character"),
    "half a character in an unknown field": (
        in_row("regions", 0, note="\udfff"),
        "the file: has no canonical JSON form",
    ),
    "a number that is none in an unknown field": (
        in_row("regions", 0, note=float("inf")),
        "the file: has no canonical JSON form",
    ),
    "a text as an event id": (
        in_event(1, id="2"),
        "executions[0].events[1].id: must be a whole number, not '2'",
    ),
    "an event without a kind": (
        lambda case: event(case, 1).pop("kind"),
        "executions[0].events[1].kind: is missing",
    ),
    "an execution without events": (
        lambda case: case["executions"][0].pop("events"),
        "executions[0].events: is missing",
    ),
}


@pytest.mark.parametrize("broken", REFUSED)
def test_a_file_that_breaks_a_rule_is_refused_by_field_and_rule(broken: str) -> None:
    change, sentence = REFUSED[broken]
    case = a_case()
    change(case)

    with pytest.raises(CaseError) as refusal:
        compute(case)

    assert str(refusal.value).startswith(sentence)
    assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize("key", sorted(params()))
def test_every_parameter_is_required(key: str) -> None:
    case = a_case()
    del case["params"][0][key]

    with pytest.raises(CaseError) as refusal:
        parse_case(case)

    assert str(refusal.value) == f"params[0].{key}: is missing"


@pytest.mark.parametrize("whole", [None, [], "case", 7, True])
def test_only_an_object_is_a_case(whole: Any) -> None:
    with pytest.raises(CaseError, match=r"^the file: must hold one JSON object"):
        compute(whole)


ACCEPTED: dict[str, Change] = {
    "unknown fields anywhere": lambda case: [
        row.update(extra={"deep": [1.5, None]})
        for row in (case, case["request"], *case["params"], *case["regions"], *case["items"], event(case, 1))
    ],
    "a request with nulls": lambda case: case["request"].update(as_of=None, corrections_as_of=None),
    "fields of other kinds": in_event(1, due="soon", target=True, empty=None),
    "an execution without a single event": lambda case: case["executions"][0].update(events=[]),
    "a region and a cluster of the same id": lambda case: (
        case["regions"].append({"id": "K1"}),
        case["clusters"].append({"id": "R1", "region": "K1"}),
    ),
    "an instant in UTC": in_event(1, at="2023-11-09T09:00:00Z"),
    "an instant with microseconds": in_event(1, at="2023-11-09T12:00:00.000001+03:00"),
    "zero wherever there can be none": in_params(
        review_days=0,
        grace_days=0,
        min_lead_days=0,
        max_request_extensions=0,
        return_penalty=0,
        min_executed_points=0,
        n_min=0,
        late_steps=[[0, 100], [None, 0]],
        zone_green="0",
        zone_yellow="0",
        z_interval="0",
        z_signal="0",
        icc="0",
    ),
    "no execution": lambda case: case.update(executions=[]),
    "no region": lambda case: case.update(executions=[], clusters=[], regions=[]),
}


@pytest.mark.parametrize("kind", ACCEPTED)
def test_what_breaks_no_rule_is_taken(kind: str) -> None:
    case = a_case()
    ACCEPTED[kind](case)

    assert compute(case)["period"] == "2023-11"
