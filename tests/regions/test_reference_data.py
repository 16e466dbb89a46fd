"""The districts and regions that ship with the portal."""

import re
from zoneinfo import ZoneInfo

import pytest

from tests.reference_files import column, read_rows

DISTRICTS = read_rows("regions/data/districts.csv")
REGIONS = read_rows("regions/data/regions.csv")

# The whole names that follow no rule of endings, each read aloud with «орган управления образованием».
GENITIVES_BEYOND_RULES = {
    "21": "Чувашской Республики — Чувашии",
    "42": "Кемеровской области — Кузбасса",
    "77": "города Москвы",
    "78": "Санкт-Петербурга",
    "86": "Ханты-Мансийского автономного округа — Югры",
    "92": "города Севастополя",
}


def genitive_by_rule(name: str) -> str:
    """The genitive of a regular name: «республика» inflects alone, an adjective together with its noun."""
    if name.startswith("Республика "):
        return name.replace("Республика ", "Республики ", 1)
    *adjectives, noun = name.split(" ")
    feminine = noun in {"область", "Республика"}
    endings = (("ая", "ой"),) if feminine else (("ий", "ого"), ("ый", "ого"))
    inflected = []
    for adjective in adjectives:
        ending, genitive = next(pair for pair in endings if adjective.endswith(pair[0]))
        inflected.append(adjective.removesuffix(ending) + genitive)
    nouns = {"область": "области", "Республика": "Республики", "край": "края", "округ": "округа"}
    return " ".join([*inflected, nouns[noun]])


def test_there_are_89_regions_with_unique_codes_of_two_digits() -> None:
    codes = column(REGIONS, "code")
    assert len(codes) == len(set(codes)) == 89
    assert all(re.fullmatch(r"\d\d", code) for code in codes)
    assert codes == sorted(codes)


@pytest.mark.parametrize("name", ["name_ru", "name_en", "short_ru", "brief_ru", "brief_en", "genitive_ru"])
def test_every_region_has_each_of_its_names_and_shares_it_with_none(name: str) -> None:
    values = column(REGIONS, name)
    assert all(values)
    assert len(set(values)) == len(values)


def test_iso_codes_are_unique_and_absent_only_where_iso_has_none() -> None:
    codes = [row["iso"] for row in REGIONS if row["iso"]]
    assert len(codes) == len(set(codes)) == 83
    assert all(re.fullmatch(r"RU-[A-Z]{2,3}", code) for code in codes)
    without = [row for row in REGIONS if not row["iso"]]
    assert all("no RU- code in ISO 3166-2" in row["note"] for row in without)


def test_there_are_eight_districts_and_a_row_for_the_regions_outside_them() -> None:
    assert column(DISTRICTS, "order") == [str(number) for number in range(1, 10)]
    assert len(set(column(DISTRICTS, "code"))) == len(set(column(DISTRICTS, "short_ru"))) == 9
    assert DISTRICTS[-1]["code"] == "none"
    assert all(row["name_ru"].endswith("федеральный округ") for row in DISTRICTS[:-1])


def test_every_region_stands_in_a_known_district_and_no_district_is_empty() -> None:
    assert set(column(REGIONS, "district")) == set(column(DISTRICTS, "code"))


def test_the_districts_have_as_many_regions_as_they_really_have() -> None:
    districts = column(REGIONS, "district")
    counted = {row["code"]: districts.count(row["code"]) for row in DISTRICTS}
    assert counted == {
        "central": 18,
        "north_west": 11,
        "south": 8,
        "north_caucasus": 7,
        "volga": 14,
        "ural": 6,
        "siberia": 10,
        "far_east": 11,
        "none": 4,
    }


def test_every_time_zone_is_known_to_the_time_zone_database() -> None:
    for row in REGIONS:
        assert ZoneInfo(row["timezone"]).key == row["timezone"]


def test_the_regions_span_eleven_hours_from_kaliningrad_to_kamchatka() -> None:
    zones = {row["code"]: row["timezone"] for row in REGIONS}
    assert zones["39"] == "Europe/Kaliningrad"
    assert zones["77"] == "Europe/Moscow"
    assert zones["41"] == "Asia/Kamchatka"


def test_every_region_has_its_own_tile_inside_twenty_by_twelve() -> None:
    tiles = [(int(row["tile_column"]), int(row["tile_row"])) for row in REGIONS]
    assert len(set(tiles)) == 89
    assert all(0 <= tile_column < 20 and 0 <= tile_row < 12 for tile_column, tile_row in tiles)


def test_a_short_name_fits_a_tile() -> None:
    assert all(2 <= len(name) <= 6 for name in column(REGIONS, "short_ru"))


def test_a_brief_name_fits_a_tight_table_and_is_never_longer_than_the_full_one() -> None:
    for row in REGIONS:
        assert len(row["brief_ru"]) <= 24
        assert len(row["brief_ru"]) <= len(row["name_ru"])
        assert len(row["brief_en"]) <= len(row["name_en"])


@pytest.mark.parametrize("region", REGIONS, ids=column(REGIONS, "code"))
def test_the_genitive_reads_right_after_the_words_of_an_authority(region: dict[str, str]) -> None:
    expected = GENITIVES_BEYOND_RULES.get(region["code"]) or genitive_by_rule(region["name_ru"])
    assert region["genitive_ru"] == expected
    assert region["genitive_ru"] != region["name_ru"]


def test_russian_names_hold_no_latin_letters_and_english_names_no_cyrillic_ones() -> None:
    for row in REGIONS + DISTRICTS:
        russian = "".join(value for key, value in row.items() if key.endswith("_ru"))
        english = "".join(value for key, value in row.items() if key.endswith("_en"))
        assert not re.search(r"[A-Za-z]", russian), russian
        assert not re.search(r"[А-Яа-яЁё]", english), english
