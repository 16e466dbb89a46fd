"""The wordings from which the demonstration history draws its protocol items."""

import re

from tests.reference_files import column, read_rows

ITEMS = read_rows("demo/data/protocol_items.csv")
KIND_OF_PROCESS = {row["slug"]: row["kind"] for row in read_rows("clusters/data/processes.csv")}
INDUSTRIES = set(column(read_rows("clusters/data/industries.csv"), "slug"))
COHORTS = {"opening"} | set(column(read_rows("clusters/data/clusters.csv"), "cohort_year")) - {""}


def months_of(row: dict[str, str]) -> list[int]:
    return [int(month) for month in row["months"].split(";")] if row["months"] else []


def test_there_are_enough_items_and_none_is_written_twice() -> None:
    assert len(ITEMS) >= 90
    assert len(set(column(ITEMS, "text"))) == len(set(column(ITEMS, "short_title"))) == len(ITEMS)


def test_an_item_begins_with_what_is_to_be_done_and_ends_as_a_sentence() -> None:
    for row in ITEMS:
        verb = row["text"].split(" ")[0]
        assert re.fullmatch(r"[А-ЯЁ][а-яё]+(ть|ти|чь)", verb), row["text"]
        assert row["text"].endswith("."), row["text"]
        assert len(row["text"]) > len(row["short_title"]), row["text"]


def test_a_title_fits_a_list_and_an_expected_result_is_always_named() -> None:
    for row in ITEMS:
        assert 10 <= len(row["short_title"]) <= 70, row["short_title"]
        assert not row["short_title"].endswith("."), row["short_title"]
        assert row["expected_result"], row["text"]


def test_no_item_carries_a_date_or_due_date_in_its_words() -> None:
    for row in ITEMS:
        assert not re.search(r"\b20\d\d\b", row["text"]), row["text"]
        assert "срок –" not in row["text"].lower(), row["text"]


def test_weights_run_from_one_to_three_and_all_are_in_use() -> None:
    assert set(column(ITEMS, "weight")) == {"1", "2", "3"}


def test_every_process_of_the_cyclogram_has_an_item() -> None:
    assert set(column(ITEMS, "process")) - {""} == set(KIND_OF_PROCESS)


def test_every_audience_can_be_resolved() -> None:
    known = {"all", "regions", "kind:opc", "kind:educational"}
    known |= {f"cohort:{cohort}" for cohort in COHORTS} | {f"industry:{slug}" for slug in INDUSTRIES}
    assert set(column(ITEMS, "audience")) <= known


def test_the_steps_of_a_first_year_go_to_the_cohort_that_opens_or_to_all() -> None:
    for row in ITEMS:
        if KIND_OF_PROCESS.get(row["process"]) == "first_year":
            assert row["audience"] in {"cohort:opening", "all"}, row["text"]


def test_months_are_real_sorted_and_no_month_of_the_year_is_left_without_items() -> None:
    for row in ITEMS:
        months = months_of(row)
        assert months == sorted(set(months)), row["text"]
        assert all(1 <= month <= 12 for month in months), row["text"]
    anytime = sum(not row["months"] for row in ITEMS)
    assert all(anytime + sum(month in months_of(row) for row in ITEMS) >= 12 for month in range(1, 13))
