"""Attendance over time: by region and by the share of its clusters, who never comes, as a page and as files."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from meetings.enums import MeetingState
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.selectors.attendance import Period, RegionRecord, region_record, region_records
from regions.models import Region
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, meeting

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
LATER = WEDNESDAY + timedelta(days=60)
PAGE = "/meetings/attendance/"


@pytest.fixture(autouse=True)
def _two_months_later() -> Iterator[None]:
    with clock.at(LATER):
        yield


def held(week: int, *regions: Region, state: MeetingState = MeetingState.CLOSED) -> Meeting:
    return meeting(state, *regions, starts_at=WEDNESDAY + timedelta(weeks=week))


def mark(at: Meeting, region: Region, present: bool, *clusters: str) -> None:
    """The mark of a region; these clusters came, the others did not."""
    row = Invitation.objects.get(meeting=at, region=region)
    marked = {"marked_way": "hand", "marked_at": WEDNESDAY}
    Invitation.objects.filter(pk=row.pk).update(present=present, **marked)
    for one in row.clusters.all():
        came = one.cluster.code in clusters
        ClusterAttendance.objects.filter(pk=one.pk).update(present=came, **marked)


def excuse(at: Meeting, region: Region) -> None:
    Invitation.objects.filter(meeting=at, region=region).update(
        answer="excused", answer_reason="Болезнь", answered_at=WEDNESDAY
    )


@pytest.fixture
def season(cast: Cast) -> list[Meeting]:
    """Tomsk came in full, in part, was excused; Omsk never came; Chukotka was marked once, has no clusters."""
    meetings = [held(week, cast.tomsk, cast.omsk, cast.chukotka) for week in range(3)]
    mark(meetings[0], cast.tomsk, True, "70-001", "70-002")
    mark(meetings[1], cast.tomsk, True, "70-001")
    mark(meetings[2], cast.tomsk, False)
    excuse(meetings[2], cast.tomsk)
    for one in meetings:
        mark(one, cast.omsk, False)
    mark(meetings[1], cast.chukotka, True)
    return meetings


def test_a_region_has_its_meetings_and_the_share_of_its_clusters(cast: Cast, season: list[Meeting]) -> None:
    record = region_record(cast.scope("controller"), cast.tomsk)
    assert [(one.kind, one.came, one.bring) for one in record.presences] == [
        ("excused", 0, 2), ("partly", 1, 2), ("attended", 2, 2),
    ]  # fmt: skip
    assert (record.attended, record.known, record.excused, record.missed) == (2, 3, 1, 0)
    assert (record.came, record.bring, record.last) == (3, 6, season[1])


def test_who_never_comes_stands_first_and_what_nobody_marked_counts_as_nothing(
    cast: Cast, season: list[Meeting]
) -> None:
    records = region_records(cast.scope("controller"), Period())
    assert [(one.region.code, one.attended, one.known, one.never_comes) for one in records] == [
        ("55", 0, 3, True), ("70", 2, 3, False), ("87", 1, 1, False),
    ]  # fmt: skip


def test_only_meetings_that_are_over_count_and_those_of_the_period(cast: Cast, season: list[Meeting]) -> None:
    held(4, cast.tomsk, state=MeetingState.OPEN)
    held(5, cast.tomsk, state=MeetingState.CANCELLED)
    second = Period(date(2026, 3, 11), date(2026, 3, 11))
    record = region_record(cast.scope("controller"), cast.tomsk, second)
    assert [one.meeting for one in record.presences] == [season[1]]


def test_one_missed_meeting_does_not_say_that_a_region_never_comes(cast: Cast) -> None:
    mark(held(0, cast.omsk), cast.omsk, False)
    assert not region_record(cast.scope("controller"), cast.omsk).never_comes


def test_a_region_sees_itself_alone(cast: Cast, season: list[Meeting], as_person: AsPerson) -> None:
    (record, _cells) = as_person("omsk_coordinator").get(PAGE).context["lines"][0]
    assert record.region == cast.omsk
    assert len(as_person("tomsk_minister").get(PAGE).context["lines"]) == 1
    assert as_person("chair").get(PAGE).status_code == 403


def lines(client: Client, query: str = "") -> list[RegionRecord]:
    return [record for record, _cells in client.get(f"{PAGE}{query}").context["lines"]]


def test_the_page_narrows_to_those_who_never_come_to_days_and_districts(
    cast: Cast, season: list[Meeting], as_person: AsPerson
) -> None:
    client = as_person("controller")
    assert [one.region.code for one in lines(client, "?never=on")] == ["55"]
    assert [one.region.code for one in lines(client, "?district=far_east")] == ["87"]
    assert lines(client, "?since=01.05.2026") == []
    bad = client.get(f"{PAGE}?since=05.03.2026&until=01.03.2026")
    assert (bad.status_code, bad.context["lines"]) == (400, [])
    assert client.get(f"{PAGE}?since=yesterday").status_code == 400


def test_the_page_of_the_region_shows_it_to_the_region_and_the_centre(
    cast: Cast, season: list[Meeting], as_person: AsPerson
) -> None:
    for who in ("tomsk_coordinator", "controller"):
        page = as_person(who).get("/regions/70/")
        assert page.context["attendance"].attended == 2
        assert f"/meetings/{season[0].pk}/invitations/70/" in page.content.decode()
    assert as_person("omsk_coordinator").get("/regions/70/").context["attendance"] is None


@pytest.mark.parametrize("name", ["attendance", "attendance-marks"])
def test_the_page_goes_away_as_a_file(
    cast: Cast, season: list[Meeting], as_person: AsPerson, name: str
) -> None:
    table = as_person("controller").get(f"/lists/{name}.csv?never=on").content.decode("utf-8-sig")
    assert "Омская область" in table
    assert "Томская область" not in table
    assert as_person("controller").get(f"/lists/{name}.xlsx").status_code == 200
    assert as_person("chair").get(f"/lists/{name}.csv").status_code == 403


def test_the_file_of_a_meeting_has_every_cluster(
    cast: Cast, season: list[Meeting], as_person: AsPerson
) -> None:
    address = f"/lists/participants.csv?meeting={season[1].pk}"
    table = as_person("controller").get(address).content.decode("utf-8-sig")
    assert all(name in table for name in ("ПроЛом", "АгроТом", "Омские машины", "Чукотский автономный округ"))
    own = as_person("tomsk_coordinator").get(address).content.decode("utf-8-sig")
    assert "Омские машины" not in own
    assert as_person("chair").get(address).status_code == 404


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_attendance_sheet_is_printed(
    cast: Cast, season: list[Meeting], as_person: AsPerson, form: str
) -> None:
    address = f"/meetings/{season[1].pk}/attendance.{form}"
    paper = as_person("controller").get(address)
    assert (paper.status_code, len(paper.content) > 1000) == (200, True)
    assert as_person("chair").get(address).status_code == 404


def test_the_number_of_queries_does_not_grow(cast: Cast, as_person: AsPerson) -> None:
    client = as_person("controller")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    mark(held(0, cast.tomsk), cast.tomsk, True)
    queries()
    few = queries()
    for week in range(1, 5):
        mark(held(week, cast.tomsk, cast.omsk, cast.chukotka), cast.omsk, False)
    assert queries() == few
