"""The fictitious persons of the demonstration, with the forms that official letters need."""

import re

import pytest

from tests.reference_files import column, read_rows

PERSONS = read_rows("demo/data/names.csv")
INDECLINABLE = ("ко", "ых", "их", "ло")


def short(name: str, row: dict[str, str]) -> str:
    return f"{name} {row['first'][0]}. {row['patronymic'][0]}."


def test_there_are_sixty_women_and_sixty_men_without_a_shared_surname() -> None:
    genders = column(PERSONS, "gender")
    assert (genders.count("female"), genders.count("male")) == (60, 60)
    assert len(set(column(PERSONS, "last"))) == 120


@pytest.mark.parametrize("row", PERSONS, ids=column(PERSONS, "last"))
def test_the_forms_of_a_name_agree_with_each_other(row: dict[str, str]) -> None:
    last, first, patronymic = row["dative_full"].split(" ")
    assert row["dative_short"] == short(last, row)
    if row["gender"] == "female":
        assert row["salutation"] == f"Уважаемая {row['first']} {row['patronymic']}!"
        assert row["patronymic"].endswith(("овна", "евна", "ична"))
        assert patronymic == row["patronymic"].removesuffix("а") + "е"
        assert first.endswith(("е", "и"))
    else:
        assert row["salutation"] == f"Уважаемый {row['first']} {row['patronymic']}!"
        assert row["patronymic"].endswith("ич")
        assert patronymic == row["patronymic"] + "у"
        assert first.endswith(("у", "ю", "е"))
    assert first != row["first"]


@pytest.mark.parametrize("row", PERSONS, ids=column(PERSONS, "last"))
def test_a_surname_declines_as_its_ending_and_the_persons_gender_demand(row: dict[str, str]) -> None:
    last, dative = row["last"], row["dative_full"].split(" ")[0]
    if last.endswith(INDECLINABLE):
        assert dative == last
    elif row["gender"] == "female":
        declined = re.sub(r"(?<=ск)ая$|(?<=цк)ая$|(?<=[оеё]в)а$|(?<=ин)а$", "ой", last)
        assert dative == declined
        assert (dative == last) == (not last.endswith("а") and not last.endswith("я"))
    else:
        assert dative == (last[:-2] + "ому" if last.endswith(("ий", "ый", "ой")) else last + "у")


def test_names_are_written_in_cyrillic_alone() -> None:
    for row in PERSONS:
        for part in ("last", "first", "patronymic"):
            assert re.fullmatch(r"[А-ЯЁ][а-яё]+", row[part]), row[part]
