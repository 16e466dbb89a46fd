"""The industries, processes and clusters that ship with the portal."""

import re
from urllib.parse import urlsplit

from tests.reference_files import column, names_in, read_rows

INDUSTRIES = read_rows("clusters/data/industries.csv")
PROCESSES = read_rows("clusters/data/processes.csv")
CLUSTERS = read_rows("clusters/data/clusters.csv")
REGION_CODES = set(column(read_rows("regions/data/regions.csv"), "code"))

KINDS = {"opc", "educational"}
SLUG = re.compile(r"[a-z][a-z_]*")


def test_there_are_24_industries_in_a_fixed_order() -> None:
    assert column(INDUSTRIES, "order") == [str(number) for number in range(1, 25)]
    for name in ("slug", "name_ru", "name_en"):
        assert len(set(column(INDUSTRIES, name))) == 24
    assert all(SLUG.fullmatch(slug) for slug in column(INDUSTRIES, "slug"))


def test_eighteen_industries_make_production_clusters_and_six_educational_ones() -> None:
    kinds = column(INDUSTRIES, "usual_kind")
    assert (kinds.count("opc"), kinds.count("educational")) == (18, 6)


def test_there_are_8_cross_cutting_processes_and_13_steps_of_the_first_year() -> None:
    assert column(PROCESSES, "order") == [str(number) for number in range(1, 22)]
    assert column(PROCESSES, "kind") == ["cross_cutting"] * 8 + ["first_year"] * 13
    for name in ("slug", "name_ru", "name_en"):
        assert len(set(column(PROCESSES, name))) == 21
    assert all(SLUG.fullmatch(slug) for slug in column(PROCESSES, "slug"))


def test_a_process_starts_and_ends_within_one_year_and_says_on_what_basis() -> None:
    for row in PROCESSES:
        assert 1 <= int(row["start_month"]) <= int(row["end_month"]) <= 12
        assert row["months_basis"]
        assert row["group_confidence"] in {"high", "medium", "low"}


def test_there_are_267_clusters_of_60_regions() -> None:
    assert len(CLUSTERS) == 267
    assert len(set(column(CLUSTERS, "region"))) == 60
    assert set(column(CLUSTERS, "region")) <= REGION_CODES


def test_a_code_is_the_region_and_a_number_that_no_other_cluster_has() -> None:
    numbers = []
    for row in CLUSTERS:
        match = re.fullmatch(r"(\d\d)-(\d{3})", row["code"])
        assert match, row["code"]
        assert match[1] == row["region"]
        numbers.append(int(match[2]))
    assert numbers == list(range(1, 268))


def test_the_kind_is_known_exactly_where_the_industry_is_and_follows_it() -> None:
    usual = {row["slug"]: row["usual_kind"] for row in INDUSTRIES}
    for row in CLUSTERS:
        assert row["industry"] in usual or not row["industry"], row["code"]
        assert row["kind"] == usual.get(row["industry"], ""), row["code"]
    assert set(column(CLUSTERS, "kind")) == KINDS | {""}


def test_every_industry_but_none_has_a_cluster() -> None:
    assert set(column(CLUSTERS, "industry")) - {""} == set(column(INDUSTRIES, "slug"))


def test_a_cohort_is_a_year_of_the_project_with_a_basis_or_unknown_without_one() -> None:
    years = column(CLUSTERS, "cohort_year")
    counted = {year: years.count(year) for year in sorted(set(years))}
    assert counted == {"": 44, "2022": 26, "2023": 42, "2024": 37, "2025": 67, "2026": 51}
    for row in CLUSTERS:
        assert row["cohort_basis"] in ({"stated", "inferred"} if row["cohort_year"] else {""}), row["code"]


def test_every_cluster_says_how_sure_its_row_is() -> None:
    assert set(column(CLUSTERS, "confidence")) == {"stated", "inferred", "partial"}


def test_a_partial_or_inferred_row_says_what_is_missing_or_assumed() -> None:
    for row in CLUSTERS:
        assert row["confidence"] == "stated" or row["note"], row["code"]


def test_every_cluster_names_a_source_by_its_address_or_in_the_note() -> None:
    for row in CLUSTERS:
        if row["source_url"]:
            address = urlsplit(row["source_url"])
            assert address.scheme in {"http", "https"}, row["code"]
            assert "." in address.netloc, row["code"]
            assert row["source_url"].isascii(), row["code"]
            assert " " not in row["source_url"], row["code"]
        else:
            assert "source without an address: " in row["note"], row["code"]


def test_lists_of_colleges_and_employers_hold_whole_names_without_repetition() -> None:
    for row in CLUSTERS:
        for cell in ("network_colleges", "anchor_employers"):
            names = names_in(row[cell])
            assert len(names) == len(set(names)), row["code"]
            for name in names:
                assert name, row["code"]
                assert ";" not in name, row["code"]
                assert "|" not in name, row["code"]
                assert name.count("«") >= name.count("»"), row["code"]
                assert name.count("(") == name.count(")"), row["code"]


def test_the_base_college_is_not_listed_again_in_its_own_network() -> None:
    for row in CLUSTERS:
        assert row["base_college"] not in names_in(row["network_colleges"]), row["code"]


def test_most_clusters_have_a_college_and_some_an_employer() -> None:
    assert sum(bool(college) for college in column(CLUSTERS, "base_college")) == 223
    assert sum(bool(employers) for employers in column(CLUSTERS, "anchor_employers")) == 78


def test_no_two_regions_share_the_name_of_a_college() -> None:
    regions: dict[str, str] = {}
    for row in CLUSTERS:
        for college in [*names_in(row["base_college"]), *names_in(row["network_colleges"])]:
            assert regions.setdefault(college, row["region"]) == row["region"], college
