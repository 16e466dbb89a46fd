"""The list of the letters before sending: sorted, narrowed, searched, paged, taken as a file like every other list."""

import re
from typing import Any

import pytest
from django.test import Client

from common import clock
from common.scope import SYSTEM
from rating import letter_preview_views
from rating.models import Slice
from rating.services import letter_numbers_set, slice_close
from regions.models import AuthorityHead, Region
from tests.rating.mailroom import PUBLISHED_AT, loaded
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
ADDRESS = "/rating/2023-11/r1/letters/"


@pytest.fixture
def draft() -> Slice:
    """A draft in which R2 has no address, R3 no dative and R4 no head."""
    loaded("case3")
    Region.objects.filter(code="R5").update(name_ru="Томская область")
    AuthorityHead.objects.filter(authority__region="R2").update(emails=[])
    AuthorityHead.objects.filter(authority__region="R3").update(name_dative="")
    AuthorityHead.objects.filter(authority__region="R4").update(ends_on=PUBLISHED_AT.date().replace(day=1))
    AuthorityHead.objects.filter(authority__region="R6").update(last_name="Ёлкина")
    return slice_close(actor=SYSTEM, period="2023-11")


@pytest.fixture
def keeper(draft: Slice) -> Client:
    return reader("methodologist")


def codes(keeper: Client, query: str = "") -> list[str]:
    """The regions of the page in their order."""
    with clock.at(PUBLISHED_AT):
        answer = keeper.get(ADDRESS + query)
    assert answer.status_code == 200
    return re.findall(r'<th scope="row"><a href="/rating/2023-11/r1/regions/(\w+)/"', answer.content.decode())


def test_every_region_stands_in_the_order_of_the_table(draft: Slice, keeper: Client) -> None:
    assert codes(keeper) == list(draft.scores.order_by("position").values_list("region", flat=True))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?problem=no_address", {"R2"}),
        ("?problem=no_forms", {"R3"}),
        ("?problem=no_head", {"R4"}),
        ("?state=held", {"R2", "R3", "R4"}),
        ("?state=ready", {"R1", "R5", "R6", "R7"}),
        ("?state=unchanged", set()),
        ("?state=ready&problem=no_head", set()),
        ("?name=томская", {"R5"}),
        ("?name=елкина", {"R6"}),
        ("?name=HEAD@R7", {"R7"}),
    ],
)
def test_the_list_is_narrowed_by_state_problem_and_words(
    keeper: Client, query: str, expected: set[str]
) -> None:
    assert set(codes(keeper, query)) == expected


def test_the_list_is_narrowed_by_zone(draft: Slice, keeper: Client) -> None:
    zones = dict(draft.scores.values_list("region", "zone"))
    for zone in {*zones.values()}:
        asked = zone or "none"
        assert set(codes(keeper, f"?zone={asked}")) == {code for code, own in zones.items() if own == zone}


@pytest.mark.parametrize("name", ["place", "region", "addressee", "zone", "state"])
def test_every_column_sorts_both_ways_and_says_so(keeper: Client, name: str) -> None:
    assert codes(keeper, f"?sort={name}") == codes(keeper, f"?sort=-{name}")[::-1]
    with clock.at(PUBLISHED_AT):
        page = keeper.get(f"{ADDRESS}?sort={name}&state=held").content.decode()
    assert 'aria-sort="ascending"' in page
    assert f'href="?state=held&amp;sort=-{name}#foreseen"' in page


def test_an_order_or_a_filter_that_does_not_exist_is_refused(keeper: Client) -> None:
    for query in ("?sort=secret", "?zone=blue", "?problem=ready"):
        assert keeper.get(ADDRESS + query).status_code == 400


def test_a_long_list_has_pages(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_preview_views, "PAGE_SIZE", 3)
    pages = [codes(keeper, f"?page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({code for page in pages for code in page}) == 7


def test_the_part_is_the_list_alone(keeper: Client) -> None:
    with clock.at(PUBLISHED_AT):
        part = keeper.get(f"{ADDRESS}?state=held", headers={"HX-Request": "true", "HX-Target": "foreseen"})
    assert "<html" not in part.content.decode()


def test_the_file_has_the_same_rows_with_numbers_and_what_is_wrong(draft: Slice, keeper: Client) -> None:
    with clock.at(PUBLISHED_AT):
        letter_numbers_set(
            actor=SYSTEM, slice_id=draft.pk, pattern="7/{n}", first=1, dated_on=PUBLISHED_AT.date()
        )
        answer: Any = keeper.get(f"/lists/letters-foreseen.csv?slice={draft.pk}&state=held&sort=-region")
        lines = b"".join(answer).decode("utf-8-sig").splitlines()
        assert keeper.get(f"/lists/letters-foreseen.csv?slice={draft.pk + 1}").status_code == 404
        assert reader("coordinator").get(f"/lists/letters-foreseen.csv?slice={draft.pk}").status_code == 404
    assert lines[0].split(";")[:2] == ["Место", "Регион"]
    rows = lines[1 : lines.index("")]
    assert len(rows) == 3
    told = {row.split(";")[1]: row.split(";") for row in rows}
    assert {code: cells[-1] for code, cells in told.items()} == {
        "R2": "нет адреса электронной почты",
        "R3": "нет должности или имени в дательном падеже",
        "R4": "руководитель не указан",
    }
    assert all(re.fullmatch(r"7/[1-7]", cells[4]) and cells[5] for cells in told.values())
    assert any("Состояние: отправить нельзя" in line for line in lines)
    assert any("Редакция: 1" in line for line in lines)
