"""Calendars, read by a library that is not ours: names for life, changes in place, the right instant everywhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from common import clock
from common.errors import Missing, NotAllowed
from common.logs import redact
from meetings.calendars import Entry, feed_of, file_of
from meetings.enums import MeetingState
from meetings.models import CalendarKey, Meeting
from meetings.services.calendars import calendar_key_make, calendar_key_revoke
from meetings.views.calendars import feed_address
from tests.cast import Cast
from tests.meetings.builders import OPENED, WEDNESDAY, item, meeting

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
FEED = "/meetings/calendar/meetings.ics"
ZONES = {
    "Europe/Kaliningrad": "09:00", "Europe/Moscow": "10:00", "Europe/Samara": "11:00", "Asia/Yekaterinburg": "12:00",
    "Asia/Omsk": "13:00", "Asia/Tomsk": "14:00", "Asia/Irkutsk": "15:00", "Asia/Yakutsk": "16:00",
    "Asia/Vladivostok": "17:00", "Asia/Magadan": "18:00", "Asia/Kamchatka": "19:00",
}  # fmt: skip


def events(content: bytes) -> dict[str, object]:
    calendar = vobject.readOne(content.decode())
    return {event.uid.value: event for event in getattr(calendar, "vevent_list", [])}


@pytest.mark.parametrize(("zone", "hour"), ZONES.items())
def test_it_begins_at_the_right_hour_from_kaliningrad_to_kamchatka(cast: Cast, zone: str, hour: str) -> None:
    (event,) = events(file_of(Entry(meeting(MeetingState.OPEN)))).values()
    assert f"{event.dtstart.value.astimezone(ZoneInfo(zone)):%H:%M}" == hour
    assert event.dtstart.value == WEDNESDAY
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=90)


@pytest.mark.parametrize("year", [2022, 2026, 2037])
def test_the_zone_of_moscow_is_described_for_every_year(cast: Cast, year: int) -> None:
    starts_at = datetime(year, 7, 1, 7, tzinfo=UTC)
    content = file_of(Entry(meeting(MeetingState.OPEN, starts_at=starts_at)))
    calendar = vobject.readOne(content.decode())
    assert calendar.vtimezone.tzid.value == "Europe/Moscow"
    assert b"DTSTART;TZID=Europe/Moscow:" in content
    assert calendar.vevent.dtstart.value == starts_at


def test_it_carries_the_agenda_and_both_links_and_names_that_break_lines(cast: Cast) -> None:
    made = meeting(
        MeetingState.OPEN, title='Совещание; "кластеры", итоги\\планы', place="Зал 1",
        video_link="https://video.example/7",
    )  # fmt: skip
    (event,) = events(file_of(Entry(made, ["О ходе набора, часть 1;\nитоги", "Разное"]))).values()
    assert event.summary.value == 'Совещание; "кластеры", итоги\\планы'
    assert event.location.value == "Зал 1, https://video.example/7"
    assert event.url.value.endswith(f"/meetings/{made.pk}/participants/")
    assert event.conference.value == "https://video.example/7"
    for words in ("https://video.example/7", event.url.value, "1. О ходе набора, часть 1;", "2. Разное"):
        assert words in event.description.value


def test_the_same_state_gives_the_same_bytes_and_a_change_the_next_sequence(cast: Cast) -> None:
    made = meeting(MeetingState.OPEN)
    before = file_of(Entry(made))
    with clock.at(WEDNESDAY):
        assert file_of(Entry(made)) == before
    made.starts_at += timedelta(days=1)
    made.calendar_sequence, made.changed_at = 1, OPENED + timedelta(hours=1)
    (first,), (second,) = events(before).values(), events(file_of(Entry(made))).values()
    assert (first.uid.value, first.sequence.value) == (second.uid.value, "0")
    assert second.sequence.value == "1"
    assert second.dtstamp.value == second.last_modified.value == made.changed_at
    assert (first.status.value, second.dtstart.value) == ("CONFIRMED", WEDNESDAY + timedelta(days=1))


def test_lines_are_folded_and_end_as_the_standard_wants(cast: Cast) -> None:
    made = meeting(MeetingState.OPEN, title="Совещание с очень длинным названием " * 6)
    content = feed_of([Entry(made, ["Вопрос " * 40])])
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


# The subscription


def subscribed(cast: Cast, who: str = "tomsk_coordinator") -> str:
    _key, secret = calendar_key_make(actor=cast.scope(who))
    return secret


def fetch(secret: str, **headers: str) -> object:
    return Client().get(FEED, {"key": secret}, headers=headers)


def test_a_person_reads_there_what_he_sees_cancelled_meetings_as_cancelled(cast: Cast) -> None:
    mine = meeting(MeetingState.OPEN, cast.tomsk)
    gone = meeting(MeetingState.CANCELLED, cast.tomsk)
    meeting(MeetingState.OPEN, cast.omsk)
    meeting(MeetingState.DRAFT, cast.tomsk)
    meeting(MeetingState.CLOSED, cast.tomsk, starts_at=WEDNESDAY - timedelta(days=400))
    item(mine, title="О ходе набора")
    with clock.at(WEDNESDAY):
        answer = fetch(subscribed(cast))
    found = events(answer.content)
    assert {uid: event.status.value for uid, event in found.items()} == {
        mine.calendar_uid: "CONFIRMED", gone.calendar_uid: "CANCELLED",
    }  # fmt: skip
    assert "О ходе набора" in found[mine.calendar_uid].description.value
    assert "Перенос" in found[gone.calendar_uid].description.value
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies


def test_the_centre_has_no_drafts_in_its_calendar(cast: Cast) -> None:
    meeting(MeetingState.DRAFT, cast.tomsk)
    assert events(fetch(subscribed(cast, "controller")).content) == {}


def test_a_program_that_has_it_is_told_that_nothing_changed(cast: Cast) -> None:
    made = meeting(MeetingState.OPEN, cast.tomsk)
    secret = subscribed(cast)
    with clock.at(WEDNESDAY):
        tag = fetch(secret)["ETag"]
        assert fetch(secret, if_none_match=tag).status_code == 304
        Meeting.objects.filter(pk=made.pk).update(calendar_sequence=1)
        assert fetch(secret, if_none_match=tag).status_code == 200


def test_reading_writes_once_an_hour_that_it_was_used_and_nothing_else(cast: Cast) -> None:
    secret = subscribed(cast)

    def writes_at(instant: datetime) -> list[str]:
        with clock.at(instant), CaptureQueriesContext(connection) as queries:
            fetch(secret)
        return [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

    assert len(writes_at(WEDNESDAY)) == 1
    assert writes_at(WEDNESDAY + timedelta(minutes=59)) == []
    assert len(writes_at(WEDNESDAY + timedelta(minutes=60))) == 1
    assert CalendarKey.objects.get().last_used_at == WEDNESDAY + timedelta(minutes=60)


def test_the_number_of_queries_does_not_grow_with_the_meetings(cast: Cast) -> None:
    secret = subscribed(cast)

    def queries() -> int:
        with clock.at(WEDNESDAY), CaptureQueriesContext(connection) as captured:
            fetch(secret)
        return len(captured)

    item(meeting(MeetingState.OPEN, cast.tomsk))
    queries()  # notes the use
    few = queries()
    for _number in range(6):
        item(meeting(MeetingState.OPEN, cast.tomsk))
    assert queries() == few


def test_an_address_taken_back_is_gone_and_locks_nobody_out(cast: Cast) -> None:
    secret = subscribed(cast)
    calendar_key_revoke(actor=cast.scope("tomsk_coordinator"))
    for _poll in range(30):
        assert fetch(secret).status_code == 410
    assert not AccessAttempt.objects.exists()
    with pytest.raises(Missing):
        calendar_key_revoke(actor=cast.scope("tomsk_coordinator"))


def test_the_next_address_takes_back_the_one_before(cast: Cast) -> None:
    first, second = subscribed(cast), subscribed(cast)
    assert (fetch(first).status_code, fetch(second).status_code) == (410, 200)


def test_a_guess_is_a_wrong_try_and_guessing_ends(cast: Cast, settings: object) -> None:
    settings.AXES_ENABLED = True
    secret = subscribed(cast)
    assert [fetch(f"guess{number}").status_code for number in range(7)] == [404] * 4 + [429] * 3
    assert fetch(secret).status_code == 200
    settings.SIGN_IN_TRIES_PER_NETWORK = 5
    assert fetch(secret).status_code == 429


def test_who_has_left_or_is_blocked_reads_nothing_more(cast: Cast) -> None:
    secret, other = subscribed(cast), subscribed(cast, "omsk_coordinator")
    Membership.objects.filter(user=cast.tomsk_coordinator).update(ends_on="2025-12-31")
    User.objects.filter(pk=cast.omsk_coordinator.pk).update(is_active=False)
    with clock.at(WEDNESDAY):
        assert (fetch(secret).status_code, fetch(other).status_code) == (410, 410)


def test_nobody_without_a_role_has_a_calendar(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        calendar_key_make(actor=cast.scope("newcomer"))


def test_the_secret_is_shown_once_and_kept_nowhere(cast: Cast, as_person: AsPerson) -> None:
    client = as_person("tomsk_coordinator")
    page = client.post("/meetings/calendar/make/").content.decode()
    secret = page.partition("?key=")[2].partition("<")[0]
    assert fetch(secret).status_code == 200
    assert "webcal://" in page
    assert secret not in client.get("/meetings/calendar/").content.decode()
    assert secret not in str(CalendarKey.objects.values())
    assert secret not in redact(None, "", {"path": feed_address(secret)})["path"]
    assert client.post("/meetings/calendar/revoke/").status_code == 302
    assert fetch(secret).status_code == 410
