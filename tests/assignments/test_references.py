"""References as people write them: numbers and a day are taken out, the rest stays words."""

from datetime import date

import pytest

from assignments.references import Reference, read_reference

DAY = date(2023, 10, 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Reference()),
        ("Набор  студентов", Reference(words=("набор", "студентов"))),
        ("п. 2.1 протокола № 14 от 04.10.2023", Reference("2.1", "14", DAY)),
        ("п.2.1 протокола №14", Reference("2.1", "14")),
        ("пункт 3 протокол 14/2", Reference("3", "14/2")),
        ("item 2.1 of protocol No. 14 of 4.10.2023", Reference("2.1", "14", DAY)),
        ("№ 05-ПР", Reference(protocol="05-пр")),
        ("04.10.2023", Reference(held_on=DAY)),
        ("31.02.2023", Reference(words=("31.02.2023",))),
        ("п. 2.1", Reference("2.1")),
        ("2.1", Reference(words=("2.1",))),
        ("протокол совещания", Reference(words=("протокол", "совещания"))),
        ("щётка от щётки", Reference(words=("щетка", "от", "щетки"))),
        ("п. 2.1 протокола № 14 набор", Reference("2.1", "14", words=("набор",))),
    ],
)
def test_a_reference_is_read_out_of_a_text(text: str, found: Reference) -> None:
    assert read_reference(text) == found
