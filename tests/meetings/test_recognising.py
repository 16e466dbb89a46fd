"""Reading a pasted list: regions, clusters and coordinators as people and programs write them."""

import pytest

from clusters.models import Cluster
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.selectors.recognising import MOST_LINES, Line, directory_of, read_list
from regions.models import Region
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast: Cast) -> Meeting:
    return meeting(MeetingState.IN_PROGRESS, cast.tomsk, cast.omsk, starts_at=WEDNESDAY)


def read(cast: Cast, of: Meeting, text: str) -> list[Line]:
    return read_list(text, directory_of(cast.scope("controller"), of))


@pytest.mark.parametrize(
    ("text", "parties", "attendee"),
    [
        ("Томская область", [("70", "")], ""),
        ("  12. ТОМСКАЯ ОБЛАСТЬ  ", [("70", "")], ""),
        ("Tomsk Oblast", [("70", "")], ""),
        ("Министерство образования Томской области", [("70", "")], ""),
        ("Томская область; Сидоров С. С.", [("70", "")], "Сидоров С. С."),
        ("Томская область (Сидоров)", [("70", "")], "Сидоров"),
        ("Щекин Иван Петрович", [("70", "")], "Щёкин Иван Петрович"),
        ("Иван Щёкин", [("70", "")], "Щёкин Иван Петрович"),
        ("Щёкин И.П.", [("70", "")], "Щёкин Иван Петрович"),
        ("Томская область - Щёкин И. П.\t10:02", [("70", "")], "Щёкин Иван Петрович"),
        ("70-001", [("70", "70-001")], ""),
        ("Томская область, 70-002, Петров", [("70", "70-002")], ""),
        ("кластер «Омские машины»", [("55", "55-001")], ""),
        ("70-001 и 70-002", [("70", "70-001"), ("70", "70-002")], ""),
        ("Томская область и Омская область", [("55", ""), ("70", "")], ""),
    ],
)
def test_a_line_is_recognised(cast: Cast, held: Meeting, text: str, parties: list, attendee: str) -> None:
    (line,) = read(cast, held, text)
    assert line.why == ""
    assert [(party.region, party.cluster) for party in line.parties] == parties
    if attendee or len(parties) == 1:
        assert line.attendee == attendee


@pytest.mark.parametrize(
    "text",
    ["Иванов", "Атлантида", "70-999", "томск-область-портал", "<script>alert(1)</script>", "(.*)", "облас"],
)
def test_what_names_nobody_is_said_so(cast: Cast, held: Meeting, text: str) -> None:
    (line,) = read(cast, held, text)
    assert (line.parties, line.text) == ((), text)
    assert line.why


def test_a_region_that_is_not_invited_is_named(cast: Cast, held: Meeting) -> None:
    (line,) = read(cast, held, "Чукотский автономный округ")
    assert line.parties == ()
    assert "Чукот" in line.why or "Chukotka" in line.why


def test_of_two_clusters_with_one_name_the_region_decides(cast: Cast, held: Meeting) -> None:
    Cluster.objects.filter(code="55-002").update(name="ПроЛом", title="ПроЛом")
    unsure, sure = read(cast, held, "ПроЛом\nОмская область, ПроЛом")
    assert unsure.parties == ()
    assert [(party.region, party.cluster) for party in sure.parties] == [("55", "55-002")]


def test_a_longer_name_is_not_taken_for_the_shorter_one_inside_it(cast: Cast, held: Meeting) -> None:
    Region.objects.filter(pk="55").update(name_ru="Ненецкий автономный округ", brief_ru="", genitive_ru="")
    (line,) = read(cast, held, "Ямало-Ненецкий автономный округ")
    assert line.parties == ()


def test_empty_and_repeated_lines_are_left_out_and_an_endless_list_ends(cast: Cast, held: Meeting) -> None:
    assert [line.text for line in read(cast, held, "\r\n\n 70-001 \n\n70-001\n\u200b\n")] == ["70-001"]
    assert (
        len(read(cast, held, "\n".join(f"Иванов {number}" for number in range(MOST_LINES + 5)))) == MOST_LINES
    )
