"""The rating in the API: the published table for all, its explanation for few, the frozen inputs to recompute it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from common import clock
from common.scope import SYSTEM, Scope
from rating.formula import compute
from rating.models import Slice
from rating.selectors import slice_result
from rating.services import slice_close, slice_publish, slice_revise
from tests.api.world import CENTRE, EVERYBODY, PERIOD, V1, World, attrs, get, refusal, rows
from tests.assignments.desk import NOW
from tests.rating.building import region_of
from tests.rating.portal import load, random_case, read

Sign = Callable[[str], Client]
EXPLANATION = {"losses", "lost_by_cluster", "lost_by_reason", "lost_total", "what_if", "windows"}
SLICE = f"rating/slices/{PERIOD}/"


def explained(result: dict[str, Any]) -> set[str]:
    """Regions of a result that carry something of an explanation."""
    return {row["region"] for row in result["regions"] if EXPLANATION & set(row)}


def test_the_public_sees_the_published_table(world: World, month: Slice, client: Client) -> None:
    result = get(client, SLICE)
    assert result["period"] == PERIOD
    assert {row["region"] for row in result["regions"]} == {"70", "55", "87"}
    assert explained(result) == set()
    tomsk = region_of(result, "70")
    assert tomsk["status"] == "few"
    assert (tomsk["score"], tomsk["zone"]) == ("0.00", "red")


def test_a_region_reads_its_own_explanation_and_the_centre_everybodys(
    world: World, month: Slice, api: Sign
) -> None:
    own = {"tomsk_coordinator": {"70"}, "tomsk_minister": {"70"}, "omsk_coordinator": {"55"}}
    everything = {name: {"70", "55", "87"} for name in CENTRE}
    for name in EVERYBODY:
        expected = {**own, **everything, "tomsk_deputy": {"70"}}.get(name, set())
        assert explained(get(api(name), SLICE)) == expected, name
        for code in ("70", "55", "87"):
            row = get(api(name), f"{SLICE}regions/{code}/")
            assert row["region"] == code
            assert bool(EXPLANATION & set(row)) == (code in expected), (name, code)


def test_one_region_is_its_row_of_the_whole(world: World, month: Slice, api: Sign) -> None:
    for name in ("public", "tomsk_coordinator", "controller"):
        whole = get(api(name), SLICE)
        for code in ("70", "55", "87"):
            assert get(api(name), f"{SLICE}regions/{code}/") == region_of(whole, code)
    get(api("controller"), f"{SLICE}regions/99/", 404)


@pytest.mark.parametrize("period", ["2026-13", "2026-1", "latest", "2026-01-01", "0000-01", "٢٠٢٦-٠١"])
def test_what_is_no_month_is_400(world: World, api: Sign, period: str) -> None:
    client = api("controller")
    for path in ("", "regions/70/", "audit.json"):
        assert attrs(get(client, f"rating/slices/{period}/{path}", 400)) == {"period"}


def test_a_month_without_a_slice_is_404(world: World, month: Slice, api: Sign) -> None:
    for path in ("", "regions/70/", "audit.json"):
        get(api("controller"), f"rating/slices/2031-12/{path}", 404)
        get(api("controller"), f"{SLICE}{path}?revision=9", 404)


def test_a_draft_is_for_the_centre(world: World, api: Sign) -> None:
    slice_close(actor=SYSTEM, period=PERIOD)
    for name in EVERYBODY:
        status = 200 if name in CENTRE else 404
        get(api(name), SLICE, status)
        get(api(name), f"{SLICE}?revision=1", status)
        get(api(name), f"{SLICE}regions/70/?revision=1", status)
        assert len(rows(api(name), "rating/slices/")) == (1 if name in CENTRE else 0)
    answer = api("controller").get(V1 + SLICE)
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer


def test_a_correction_leaves_the_published_revision_until_it_is_published(
    world: World, month: Slice, api: Sign
) -> None:
    slice_revise(actor=SYSTEM, period=PERIOD, corrections_as_of=clock.now(), reason="Апелляция региона")
    centre, public = api("controller"), api("public")
    assert centre.get(V1 + SLICE)["Content-Location"] == f"{V1}{SLICE}?revision=1"
    assert get(centre, f"{SLICE}?revision=2")["corrections_as_of"] == "2026-03-10T12:00:00+03:00"
    get(public, f"{SLICE}?revision=2", 404)
    slice_publish(actor=SYSTEM, slice_id=Slice.objects.get(revision=2).pk)
    assert public.get(V1 + SLICE)["Content-Location"] == f"{V1}{SLICE}?revision=2"
    assert get(public, f"{SLICE}?revision=1")["corrections_as_of"] is None
    listed = [(row["revision"], row["status"], row["reason"]) for row in rows(public, "rating/slices/")]
    assert listed == [(2, "published", "Апелляция региона"), (1, "superseded", "")]


def test_a_closed_rating_is_for_people_who_have_signed_in(
    world: World, month: Slice, api: Sign, settings: Settings
) -> None:
    settings.RATING_IS_PUBLIC = False
    for path in ("rating/slices/", SLICE, f"{SLICE}regions/70/"):
        assert refusal(api("public").get(V1 + path)) == (401, "not_authenticated")
        get(api("tomsk_coordinator"), path)
        get(api("chair"), path)
    assert rows(api("newcomer"), "rating/slices/") == []
    get(api("newcomer"), SLICE, 404)


# Tags


def test_a_reader_who_has_the_bytes_gets_304(world: World, month: Slice, api: Sign) -> None:
    for name, kept in (("public", "public, no-cache"), ("tomsk_coordinator", "private, no-cache")):
        client = api(name)
        for path in (SLICE, f"{SLICE}regions/70/"):
            first = client.get(V1 + path)
            tag = first["ETag"]
            assert tag.startswith('"')
            again = client.get(V1 + path, headers={"If-None-Match": tag})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
            for answer in (first, again):
                assert answer["Cache-Control"] == kept
                assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
            assert client.get(V1 + path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_tag_stands_for_what_this_reader_sees(world: World, month: Slice, api: Sign) -> None:
    names = ("public", "tomsk_coordinator", "omsk_coordinator", "controller")
    tags = {api(name).get(V1 + path)["ETag"] for name in names for path in (SLICE, f"{SLICE}regions/70/")}
    assert len(tags) == 2 * len(names)
    assert api("tomsk_deputy").get(V1 + SLICE)["ETag"] in tags


def test_the_same_tag_comes_with_the_same_bytes_in_both_languages(
    world: World, month: Slice, api: Sign
) -> None:
    client = api("controller")
    answers = [client.get(V1 + SLICE, headers={"Accept-Language": language}) for language in ("ru", "en")]
    assert len({answer["ETag"] for answer in answers}) == len({answer.content for answer in answers}) == 1


def test_a_new_publication_changes_the_tag(world: World, month: Slice, client: Client) -> None:
    tag = client.get(V1 + SLICE)["ETag"]
    slice_revise(actor=SYSTEM, period=PERIOD, corrections_as_of=clock.now(), reason="Апелляция")
    assert client.get(V1 + SLICE, headers={"If-None-Match": tag}).status_code == 304
    slice_publish(actor=SYSTEM, slice_id=Slice.objects.get(revision=2).pk)
    assert client.get(V1 + SLICE, headers={"If-None-Match": tag}).status_code == 200


# The audit file


def test_the_audit_file_is_for_the_centre_and_every_coordinator(
    world: World, month: Slice, api: Sign, settings: Settings
) -> None:
    path = f"{V1}{SLICE}audit.json"
    allowed = {*CENTRE, "tomsk_coordinator", "tomsk_deputy", "omsk_coordinator"}
    for name in EVERYBODY:
        expected = 200 if name in allowed else 401 if name == "public" else 404
        assert api(name).get(path).status_code == expected, name
    settings.AUDIT_FILE_IS_PUBLIC = True
    for closed in (False, True):
        settings.RATING_IS_PUBLIC = not closed
        assert {api(name).get(path).status_code for name in EVERYBODY} == {200}


def test_the_audit_file_of_a_draft_is_for_the_centre(world: World, api: Sign, settings: Settings) -> None:
    settings.AUDIT_FILE_IS_PUBLIC = True
    slice_close(actor=SYSTEM, period=PERIOD)
    for name in EVERYBODY:
        answer = api(name).get(f"{V1}{SLICE}audit.json")
        assert answer.status_code == (200 if name in CENTRE else 404), name


def test_the_audit_file_comes_as_it_was_frozen(world: World, month: Slice, api: Sign) -> None:
    client = api("tomsk_coordinator")
    answer = client.get(f"{V1}{SLICE}audit.json", headers={"Accept": "text/html"})
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == f'attachment; filename="audit-{PERIOD}-r1.json"'
    canonical = json.dumps(answer.json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert answer.content == canonical.encode()
    again = client.get(f"{V1}{SLICE}audit.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def without_missing(value: Any) -> Any:
    """An object in which a missing key and null are the same."""
    if isinstance(value, dict):
        return {key: without_missing(part) for key, part in value.items() if part is not None}
    return [without_missing(part) for part in value] if isinstance(value, list) else value


def test_the_downloaded_file_gives_the_shown_slice(world: World, month: Slice, api: Sign) -> None:
    client = api("controller")
    result = compute(client.get(f"{V1}{SLICE}audit.json").json())
    assert without_missing(result) == without_missing(get(client, SLICE))


@pytest.mark.parametrize("name", ["case1", "case3", "random"])
def test_a_case_read_through_the_api_is_its_replay(
    db: None, client: Client, settings: Settings, name: str
) -> None:
    settings.AUDIT_FILE_IS_PUBLIC = True
    load(random_case(7) if name == "random" else read(name))
    period = "2024-01" if name == "random" else "2023-11"
    slice_ = slice_close(actor=SYSTEM, period=period)
    with clock.at(datetime(2024, 3, 1, tzinfo=NOW.tzinfo)):
        slice_publish(actor=SYSTEM, slice_id=slice_.pk)
    result = compute(client.get(f"{V1}rating/slices/{period}/audit.json").json())
    assert without_missing(result) == without_missing(slice_result(slice_))
    public = [
        {key: value for key, value in row.items() if key not in EXPLANATION} for row in result["regions"]
    ]
    shown = get(client, f"rating/slices/{period}/")
    assert without_missing(shown) == without_missing({**result, "regions": public})


# Cost


def test_a_slice_costs_the_same_for_few_and_for_many_executions(
    db: None, django_assert_num_queries: Any
) -> None:
    costs = set()
    load(random_case(3, items=14))
    for period in ("2023-10", "2024-01"):
        slice_ = slice_close(actor=SYSTEM, period=period)
        slice_.methodology.control_rules  # noqa: B018 -- joined by the view
        with CaptureQueriesContext(connection) as captured:
            slice_result(slice_)
        costs.add(len(captured))
    assert len(costs) == 1
    assert costs.pop() <= 5


def test_the_public_costs_no_query_for_explanations(world: World, month: Slice) -> None:
    month.methodology.control_rules  # noqa: B018 -- joined by the view
    with CaptureQueriesContext(connection) as captured:
        slice_result(month, Scope())
    assert len(captured) == 1


def test_a_304_costs_less_than_the_slice(world: World, month: Slice, client: Client) -> None:
    tag = client.get(V1 + SLICE)["ETag"]
    with CaptureQueriesContext(connection) as captured:
        client.get(V1 + SLICE, headers={"If-None-Match": tag})
    assert len(captured) == 1
