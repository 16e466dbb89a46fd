"""Cases through the portal: load, close, show from the stored rows, verify from the frozen inputs."""

import json
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection

from assignments.models import ExecutionEvent
from rating.formula import canonical_json, compute, input_sha256
from rating.models import ScoreLoss, Slice
from rating.presentation.examples import FOLDER
from rating.selectors import audit_case, audit_json, frozen_case, slice_differences, slice_result
from rating.services import case_load
from tests.rating.portal import load, printed, random_case, read, without_digest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["case1", "case2", "case3"])
def test_a_case_through_the_portal_equals_its_replay(name: str) -> None:
    printed("rating_load", str(FOLDER / f"{name}.json"))
    period = read(name)["request"]["period"]

    printed("rating_close", period)

    shown = json.loads(printed("rating_show", period, "--json"))
    replayed = json.loads(printed("rating_replay", str(FOLDER / f"{name}.json")))
    assert without_digest(shown) == without_digest(replayed)


def test_a_revision_through_the_portal_equals_its_replay() -> None:
    printed("rating_load", str(FOLDER / "case3r2.json"))
    printed("rating_close", "2023-11")

    printed(
        "rating_close",
        "2023-11",
        "--corrections-as-of",
        "2023-12-15T00:00:00+03:00",
        "--reason",
        "Appeal of R3",
    )

    newest = json.loads(printed("rating_show", "2023-11", "--json"))
    first = json.loads(printed("rating_show", "2023-11", "--json", "--revision", "1"))
    assert without_digest(newest) == without_digest(compute(read("case3r2")))
    assert without_digest(first) == without_digest(compute(read("case3")))


def test_a_revision_of_an_open_month_closes_it_first() -> None:
    load(read("case3r2"))

    told = printed(
        "rating_close",
        "2023-11",
        "--corrections-as-of",
        "2023-12-15T00:00:00+03:00",
        "--reason",
        "Appeal of R3",
    )

    assert len(told.splitlines()) == 2
    assert list(Slice.objects.order_by("revision").values_list("revision", flat=True)) == [1, 2]


@pytest.mark.parametrize("seed", range(4))
def test_a_random_history_through_the_portal_equals_its_replay(seed: int) -> None:
    case = load(random_case(seed))
    case["request"] = {"period": "2024-01", "as_of": "2024-02-07T09:30:00+03:00"}

    printed("rating_close", "2024-01", "--as-of", "2024-02-07T09:30:00+03:00")

    stored = slice_result(Slice.objects.get())
    assert without_digest(stored) == without_digest(compute(case))
    assert ScoreLoss.objects.count() > 10


def test_what_is_shown_is_canonical_and_alone_on_the_output() -> None:
    load(read("case2"))
    printed("rating_close", "2023-12")

    shown = printed("rating_show", "2023-12", "--json")

    assert shown == canonical_json(json.loads(shown)).decode() + "\n"


def test_the_frozen_file_replays_to_the_stored_numbers_with_the_same_digest() -> None:
    load(random_case(11))
    printed("rating_close", "2023-12")
    slice_ = Slice.objects.get()

    frozen = frozen_case(slice_)

    assert compute(frozen) == slice_result(slice_)
    assert input_sha256(frozen) == slice_.input_sha256
    assert audit_json(slice_.audit_file) == canonical_json(frozen)
    assert slice_.audit_file.size == len(canonical_json(frozen))


def test_the_file_of_a_month_holds_nothing_recorded_later_and_comes_out_the_same_again() -> None:
    load(random_case(5))
    printed("rating_close", "2023-12")
    slice_ = Slice.objects.get()

    again = audit_case(period="2023-12", as_of=slice_.as_of)

    assert canonical_json(again) == audit_json(slice_.audit_file)
    stamps = [event.get("recorded_at", event["at"]) for row in again["executions"] for event in row["events"]]
    assert stamps
    assert max(stamps) < again["request"]["as_of"]
    assert ExecutionEvent.objects.filter(recorded_at__gte=slice_.as_of).exists()


def test_an_annulment_of_something_the_slice_does_not_see_stays_out_of_its_file() -> None:
    case = read("case1")
    case["executions"][0]["events"] += [
        {"id": 900, "kind": "submitted", "at": "2023-12-07T12:00:00+03:00"},
        {
            "id": 901, "kind": "annulled", "target": 900, "at": "2023-12-08T12:00:00+03:00",
            "corrects": "2023-11",
        },
    ]  # fmt: skip
    load(case)
    printed(
        "rating_close", "2023-11", "--corrections-as-of", "2023-12-10T00:00:00+03:00", "--reason", "Appeal"
    )

    slice_ = Slice.objects.get(revision=2)

    case["request"]["corrections_as_of"] = "2023-12-10T00:00:00+03:00"
    assert without_digest(slice_result(slice_)) == without_digest(compute(case))
    assert not any(event["id"] >= 900 for row in frozen_case(slice_)["executions"] for event in row["events"])


def test_a_slice_that_was_tampered_with_is_found_by_verification() -> None:
    load(read("case2"))
    printed("rating_close", "2023-12")
    assert "2023-12" in printed("rating_verify")
    slice_ = Slice.objects.select_related("methodology__control_rules").get()
    assert slice_differences(slice_) == []

    slice_.score = 9999
    slice_.unreviewed += 1

    assert [line.partition(":")[0] for line in slice_differences(slice_)] == ["national.score", "reviews[1]"]


def test_verification_exits_with_an_error_when_a_stored_number_differs() -> None:
    load(read("case1"))
    printed("rating_close", "2023-11")
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE rating_regionscore DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER rating_regionscore_no_update")
        cursor.execute("UPDATE rating_regionscore SET score = score + 1")

    with pytest.raises(CommandError):
        printed("rating_verify", "2023-11")


def test_verification_refuses_a_month_that_is_not_closed() -> None:
    with pytest.raises(CommandError, match="2023-11"):
        printed("rating_verify", "2023-11")


def test_a_table_of_the_month_has_a_row_for_every_region() -> None:
    load(read("case3"))
    printed("rating_close", "2023-11")

    lines = printed("rating_show", "2023-11").splitlines()

    assert lines[0].startswith("Ноябрь\N{NO-BREAK SPACE}2023")
    rows = [line.split() for line in lines[4:]]
    assert [row[2] for row in rows] == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    assert rows[0][:4] == ["1", "1–3", "R1", "100,00"]
    assert rows[4][:4] == ["–", "–", "R5", "100,00"]


def test_a_month_without_a_slice_is_not_shown() -> None:
    with pytest.raises(CommandError):
        printed("rating_show", "2023-11", "--json")


def test_stored_numbers_are_read_with_the_same_queries_whatever_their_number(
    django_assert_num_queries: Any,
) -> None:
    load(random_case(3, regions=8, items=20))
    printed("rating_close", "2023-12")
    slice_ = Slice.objects.select_related("methodology__control_rules").get()

    with django_assert_num_queries(4):
        slice_result(slice_)


def test_a_case_is_loaded_into_an_empty_portal_only() -> None:
    load(read("case1"))

    with pytest.raises(CommandError, match=r"пуст|freshly"):
        printed("rating_load", str(FOLDER / "case2.json"))


def test_a_case_that_breaks_a_rule_changes_nothing(tmp_path: Any) -> None:
    case = read("case1")
    case["items"][0]["weight"] = 0
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")

    with pytest.raises(CommandError, match=r"items\[0\]\.weight"):
        printed("rating_load", str(path))

    assert not ExecutionEvent.objects.exists()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda case: case["regions"].append({"id": "R" * 17}), r"regions\[1\]\.id"),
        (lambda case: case["items"][0].update(weight=40_000), "items: I1"),
        (lambda case: case["params"][0].update(version="v" * 21), r"params\[0\]\.version"),
    ],
)
def test_a_case_that_does_not_fit_the_tables_is_refused_by_its_place(change: Any, place: str) -> None:
    case = read("case1")
    change(case)

    with pytest.raises(Exception, match=place):
        case_load(actor=None, case=case)  # type: ignore[arg-type]


def test_the_next_event_of_a_loaded_case_comes_after_those_of_the_file() -> None:
    load(read("case1"))
    last = ExecutionEvent.objects.order_by("-id").first()
    assert last is not None

    new = ExecutionEvent.objects.create(
        execution=last.execution, kind="submitted", at=last.recorded_at, recorded_at=last.recorded_at
    )

    assert new.pk == last.pk + 1
