"""Series of meetings: entered, changed, stopped; their meetings make and open themselves."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import PUBLIC, Scope
from meetings.enums import DayOffRule, MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.selectors.meetings import next_of
from meetings.services.life import meeting_cancel, meeting_move
from meetings.services.occurrences import meetings_make
from meetings.services.series import RowContent, series_resume, series_save, series_stop
from meetings.tasks import make_meetings
from notifications.models import Notice, StaffTask
from regions.models import CalendarDay
from tests.cast import Cast
from tests.meetings.acts import NOW, WEDNESDAY, rows, series_content, weekly

pytestmark = pytest.mark.usefixtures("thursday")


def on(instant: datetime) -> int:
    """What the clock makes and opens at an instant."""
    with clock.at(instant):
        return meetings_make()


def made() -> list[tuple[date, str]]:
    return [(row.occurrence_on, row.state) for row in Meeting.objects.order_by("starts_at")]


# Entered, changed, stopped


def test_the_same_series_sent_twice_is_one(keeper: Scope) -> None:
    assert weekly(keeper) == weekly(keeper)
    assert MeetingSeries.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekday": 8}, "weekday"),
        ({"day_off": "later"}, "day_off"),
        ({"opens_days_before": 0}, "opens_days_before"),
        ({"until": date(2026, 2, 1)}, "until"),
        ({"starts_on": date(2026, 3, 5), "until": date(2026, 3, 10)}, "until"),
        ({"terms": {"title": " "}}, "title"),
        ({"terms": {"audience": {}}}, "audience"),
        ({"terms": {"duration_minutes": 0}}, "duration_minutes"),
        ({"terms": {"video_link": "zoom"}}, "video_link"),
        ({"terms": {"form": "in_person"}}, "place"),
        ({"terms": {"chair": 10**6}}, "chair"),
        ({"rows": [RowContent("")]}, "rows-0-title"),
        ({"rows": [RowContent("Разное", "manual")]}, "rows-0-source"),
        ({"rows": [RowContent("Разное", minutes=9999)]}, "rows-0-minutes"),
        ({"rows": [RowContent("Разное", process="nothing")]}, "rows-0-process"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(keeper: Scope, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        weekly(keeper, **changes)

    assert list(caught.value.errors) == [field]
    assert not MeetingSeries.objects.exists()


def test_a_rule_whose_every_day_is_a_day_off_and_is_not_held_never_fires(keeper: Scope) -> None:
    with pytest.raises(InvalidInput) as caught:
        weekly(keeper, weekday=7, day_off=DayOffRule.SKIP, until=date(2026, 12, 31))

    assert list(caught.value.errors) == ["day_off"]


def test_others_keep_no_series(cast: Cast) -> None:
    for name in ("methodologist", "tomsk_coordinator", "chair"):
        with pytest.raises(NotAllowed):
            weekly(cast.scope(name))


def test_two_changes_of_one_reading_do_not_overwrite_each_other(keeper: Scope) -> None:
    series = weekly(keeper)
    series_save(actor=keeper, series_id=series.pk, version=1, content=series_content(starts_at=time(11)))

    with pytest.raises(StaleVersion):
        series_save(actor=keeper, series_id=series.pk, version=1, content=series_content(weekday=4))


def test_a_change_concerns_the_meetings_that_are_not_made(keeper: Scope) -> None:
    series = weekly(keeper)
    meetings_make()
    series_save(
        actor=keeper, series_id=series.pk, version=1, content=series_content(terms={"title": "Планёрка"})
    )
    on(WEDNESDAY + timedelta(minutes=1))

    assert [row.title for row in Meeting.objects.order_by("starts_at")] == [
        "Еженедельное совещание", "Планёрка",
    ]  # fmt: skip


def test_a_stopped_series_makes_nothing_and_is_not_changed(keeper: Scope) -> None:
    series = weekly(keeper)
    series_stop(actor=keeper, series_id=series.pk, version=1)

    assert series_stop(actor=keeper, series_id=series.pk, version=1).version == 2
    assert meetings_make() == 0
    with pytest.raises(ImpossibleStep):
        series_save(actor=keeper, series_id=series.pk, version=2, content=series_content(weekday=4))


def test_a_resumed_series_makes_its_meetings_again(keeper: Scope) -> None:
    series = weekly(keeper)
    series_stop(actor=keeper, series_id=series.pk, version=1)

    with pytest.raises(StaleVersion):
        series_resume(actor=keeper, series_id=series.pk, version=1)
    assert series_resume(actor=keeper, series_id=series.pk, version=2).is_active
    assert series_resume(actor=keeper, series_id=series.pk, version=2).version == 3
    assert meetings_make() == 1


def test_a_series_whose_rule_is_over_is_not_resumed(keeper: Scope) -> None:
    series = weekly(keeper, until=date(2026, 3, 11))
    series_stop(actor=keeper, series_id=series.pk, version=1)
    with clock.at(NOW + timedelta(weeks=4)), pytest.raises(ImpossibleStep, match="закончилась"):
        series_resume(actor=keeper, series_id=series.pk, version=2)


# Made and opened by the clock


def test_the_next_meeting_is_a_silent_draft_until_its_hour_to_open(keeper: Scope) -> None:
    weekly(keeper)

    assert meetings_make() == 1
    assert made() == [(date(2026, 3, 4), "draft")]
    assert not Notice.objects.exists()

    assert on(NOW + timedelta(hours=1)) == 1
    assert made() == [(date(2026, 3, 4), "open")]
    assert Notice.objects.filter(kind="meeting_opened").count() == 3


def test_the_clock_may_ring_any_number_of_times(keeper: Scope) -> None:
    weekly(keeper)
    for _ring in range(3):
        make_meetings()
        on(NOW + timedelta(hours=2))

    assert made() == [(date(2026, 3, 4), "open")]
    assert Notice.objects.filter(kind="meeting_opened").count() == 3


def test_the_meeting_after_it_is_made_when_one_has_begun(keeper: Scope) -> None:
    weekly(keeper)
    on(NOW + timedelta(hours=2))

    assert on(WEDNESDAY + timedelta(minutes=1)) == 1
    assert made()[1] == (date(2026, 3, 11), "draft")


def test_one_that_opens_weeks_before_is_made_weeks_before(keeper: Scope) -> None:
    weekly(keeper, opens_days_before=15)

    assert meetings_make() == 4
    assert made() == [(date(2026, 3, 4), "open"), (date(2026, 3, 11), "open")]


def test_after_an_outage_the_next_meeting_is_made_and_the_missed_ones_are_not(keeper: Scope) -> None:
    weekly(keeper)

    assert on(datetime(2026, 3, 24, 7, tzinfo=UTC)) == 2
    assert made() == [(date(2026, 3, 25), "open")]


def test_a_holiday_moves_the_meeting_by_the_rule(keeper: Scope) -> None:
    CalendarDay.objects.create(day=date(2026, 3, 4), is_working=False, reason="Указ", recorded_at=NOW)
    weekly(keeper, day_off=DayOffRule.BEFORE)
    meetings_make()

    meeting = Meeting.objects.get()
    assert (meeting.occurrence_on, meeting.day) == (date(2026, 3, 4), date(2026, 3, 3))


def test_a_cancelled_occurrence_stays_cancelled_and_the_next_one_is_made(keeper: Scope) -> None:
    weekly(keeper)
    meetings_make()
    meeting_cancel(actor=keeper, meeting_id=Meeting.objects.get().pk, version=1, reason="Отпуск.")

    assert meetings_make() == 1
    assert made() == [(date(2026, 3, 4), "cancelled"), (date(2026, 3, 11), "draft")]
    assert meetings_make() == 0


def test_a_moved_occurrence_opens_by_its_new_time_and_is_not_made_again(keeper: Scope) -> None:
    weekly(keeper)
    meetings_make()
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    meeting_move(actor=keeper, meeting_id=Meeting.objects.get().pk, version=1, starts_at=friday, reason="")

    assert on(NOW + timedelta(hours=2)) == 0
    assert on(friday - timedelta(days=6)) == 1
    assert made() == [(date(2026, 3, 4), "open")]


def test_nobody_fits_becomes_a_task_and_the_meeting_stays_a_draft(keeper: Scope, cast: Cast) -> None:
    weekly(keeper, terms={"addressee": "clusters", "audience": {"cohorts": [2030]}})
    on(NOW + timedelta(hours=2))

    assert made() == [(date(2026, 3, 4), "draft")]
    assert StaffTask.objects.get().kind == "nobody_fits"


def test_one_series_that_fails_stops_no_other(keeper: Scope) -> None:
    broken = weekly(keeper, terms={"title": "Первое"})
    weekly(keeper, terms={"title": "Второе"})
    MeetingSeries.objects.filter(pk=broken.pk).update(audience={"nonsense": 1})

    assert meetings_make() == 1
    assert Meeting.objects.get().title == "Второе"


# The next meeting, for every page


def test_the_next_meeting_is_that_of_the_series_moved_or_cancelled(keeper: Scope, cast: Cast) -> None:
    region = cast.scope("tomsk_coordinator")
    assert next_of(region).starts_at == WEDNESDAY
    weekly(keeper, weekday=2, opens_days_before=2)
    assert next_of(region).starts_at == datetime(2026, 3, 3, 7, tzinfo=UTC)
    meetings_make()
    meeting = Meeting.objects.get()
    assert next_of(region).meeting is None
    assert next_of(keeper).meeting == meeting

    later = datetime(2026, 3, 5, 9, tzinfo=UTC)
    meeting_move(actor=keeper, meeting_id=meeting.pk, version=1, starts_at=later, reason="")
    assert next_of(region).starts_at == later
    meeting_cancel(actor=keeper, meeting_id=meeting.pk, version=2, reason="Отпуск.")
    assert next_of(region).starts_at == datetime(2026, 3, 10, 7, tzinfo=UTC)


def test_an_open_meeting_is_the_page_of_the_next_one(keeper: Scope, cast: Cast) -> None:
    weekly(keeper, rows=rows("template"))
    on(NOW + timedelta(hours=2))

    assert next_of(cast.scope("tomsk_coordinator")).meeting == Meeting.objects.get(state=MeetingState.OPEN)
    assert next_of(PUBLIC).meeting is None
