"""The weekly meeting: Wednesdays at 10:00 Moscow, on a day off the next working day, told in local time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import translation

from common.weekly import Weekly, next_meeting
from dashboard.wording import meeting_words

MOSCOW = ZoneInfo("Europe/Moscow")
RULE = Weekly(weekday=3, at=time(10), zone="Europe/Moscow")


def moscow(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MOSCOW)


def test_the_setting_is_the_wednesday_of_the_owners_document() -> None:
    assert settings.WEEKLY_MEETING == RULE


@pytest.mark.parametrize(
    ("now", "meeting"),
    [
        (moscow(2026, 11, 24, 12), moscow(2026, 11, 25)),
        (moscow(2026, 11, 25, 9, 59), moscow(2026, 11, 25)),
        (moscow(2026, 11, 25), moscow(2026, 11, 25)),
        (moscow(2026, 11, 25, 10, 1), moscow(2026, 12, 2)),
        # the same instant told by other clocks
        (datetime(2026, 11, 25, 19, 1, tzinfo=ZoneInfo("Asia/Kamchatka")), moscow(2026, 12, 2)),
        (datetime(2026, 11, 25, 8, 59, tzinfo=ZoneInfo("Europe/Kaliningrad")), moscow(2026, 11, 25)),
        (datetime(2026, 11, 24, 21, 30, tzinfo=UTC), moscow(2026, 11, 25)),
        # 4 November is a Wednesday and a holiday
        (moscow(2026, 11, 2), moscow(2026, 11, 5)),
        (moscow(2026, 11, 4, 23), moscow(2026, 11, 5)),
        (moscow(2026, 11, 5, 11), moscow(2026, 11, 11)),
    ],
)
def test_the_next_meeting_is_the_first_that_has_not_begun(now: datetime, meeting: datetime) -> None:
    assert next_meeting(RULE, now) == meeting


@pytest.mark.parametrize("now", [moscow(2024, 12, 28), moscow(2025, 1, 1), moscow(2025, 1, 8, 18)])
def test_two_wednesdays_of_the_january_holidays_have_one_meeting(now: datetime) -> None:
    assert next_meeting(RULE, now) == moscow(2025, 1, 9)
    assert next_meeting(RULE, moscow(2025, 1, 9, 11)) == moscow(2025, 1, 15)


def test_a_decree_moves_the_meeting_like_a_holiday() -> None:
    overrides = {date(2026, 11, 25): False, date(2026, 11, 26): False}
    assert next_meeting(RULE, moscow(2026, 11, 24), overrides) == moscow(2026, 11, 27)


def test_every_meeting_of_ten_years_is_on_a_working_day_within_three_weeks_and_after_the_one_before() -> None:
    now, before = moscow(2023, 1, 1), moscow(2022, 12, 31)
    while now.year < 2033:
        meeting = next_meeting(RULE, now)
        assert meeting > before
        assert timedelta(0) <= meeting - now <= timedelta(days=20)
        assert (meeting.hour, meeting.minute) == (10, 0)
        now, before = meeting + timedelta(minutes=1), meeting


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Kaliningrad", "25 ноября, 10:00 МСК (09:00 местного)"),
        ("Europe/Moscow", "25 ноября, 10:00 МСК"),
        ("Europe/Samara", "25 ноября, 10:00 МСК (11:00 местного)"),
        ("Asia/Yekaterinburg", "25 ноября, 10:00 МСК (12:00 местного)"),
        ("Asia/Tomsk", "25 ноября, 10:00 МСК (14:00 местного)"),
        ("Asia/Kamchatka", "25 ноября, 10:00 МСК (19:00 местного)"),
    ],
)
def test_a_region_reads_the_meeting_by_its_own_clock(zone: str, words: str) -> None:
    with translation.override("ru"):
        said = meeting_words(moscow(2026, 11, 25), zone, date(2026, 11, 24))
    assert said.replace("\u00a0", " ") == words


def test_a_meeting_of_the_evening_names_the_local_day_where_it_is_another_one() -> None:
    with translation.override("ru"):
        said = meeting_words(moscow(2026, 11, 25, 18), "Asia/Kamchatka", date(2026, 11, 24))
    assert said.replace("\u00a0", " ") == "25 ноября, 18:00 МСК (26 ноября, 03:00 местного)"


def test_a_meeting_of_another_year_names_the_year() -> None:
    with translation.override("en"):
        said = meeting_words(moscow(2027, 1, 13), "Asia/Omsk", date(2026, 12, 31))
    assert said.replace("\u00a0", " ") == "13 January 2027, 10:00 MSK (13:00 local time)"
