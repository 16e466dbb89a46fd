"""The scheduled closing: on its day, once, after an outage, and with a task for the centre when it fails."""

from datetime import UTC, datetime, timedelta

import pytest

from common import clock
from notifications.enums import JobState, StaffTaskKind
from notifications.models import JobRun, StaffTask
from rating import tasks
from rating.models import Methodology, Slice
from rating.services import due_periods, months_close_due
from rating.services import months as months_module
from tests.rating.portal import load, random_case, read

pytestmark = pytest.mark.django_db
NOVEMBER_6 = datetime(2023, 11, 5, 21, tzinfo=UTC)
FEBRUARY_10 = datetime(2024, 2, 10, tzinfo=UTC)


def periods() -> list[str]:
    return list(Slice.objects.order_by("period").values_list("period", flat=True))


def test_nothing_is_due_without_a_methodology() -> None:
    assert due_periods(FEBRUARY_10) == []


def test_a_month_is_due_at_its_instant_and_no_second_earlier() -> None:
    load(random_case(1))

    assert due_periods(NOVEMBER_6 - timedelta(seconds=1)) == []
    assert due_periods(NOVEMBER_6) == ["2023-10"]


def test_an_outage_of_three_months_is_caught_up_by_the_scheduled_task() -> None:
    load(random_case(1))
    with clock.at(NOVEMBER_6):
        tasks.close_due_months()
    assert periods() == ["2023-10"]

    with clock.at(FEBRUARY_10):
        tasks.close_due_months()

    assert periods() == ["2023-10", "2023-11", "2023-12", "2024-01"]
    assert set(JobRun.objects.values_list("state", flat=True)) == {JobState.DONE}


def test_a_clock_that_rings_twice_closes_once() -> None:
    load(random_case(1))

    with clock.at(FEBRUARY_10):
        assert len(months_close_due()) == 4
        assert months_close_due() == []

    assert len(periods()) == 4
    assert JobRun.objects.count() == 4


def test_months_closed_late_equal_months_closed_in_time() -> None:
    load(random_case(4))
    with clock.at(datetime(2023, 12, 6, 9, tzinfo=UTC)):
        months_close_due()
    in_time = dict(Slice.objects.values_list("period", "input_sha256"))

    with clock.at(FEBRUARY_10):
        months_close_due()

    late = dict(Slice.objects.values_list("period", "input_sha256"))
    assert {period: late[period] for period in in_time} == in_time
    assert len(late) == 4


def test_a_month_that_fails_opens_a_task_and_lets_later_months_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    load(random_case(1))
    close = months_module.slice_close

    def fails_in_november(*, actor: object, period: str) -> Slice:
        if period == "2023-11":
            raise RuntimeError("disk full")
        return close(actor=actor, period=period)  # type: ignore[arg-type]

    monkeypatch.setattr(months_module, "slice_close", fails_in_november)
    with clock.at(FEBRUARY_10):
        months_close_due()
        months_close_due()

    assert periods() == ["2023-10", "2023-12", "2024-01"]
    task = StaffTask.objects.get()
    assert (task.kind, task.object_key, task.closed_at) == (
        StaffTaskKind.MONTH_NOT_CLOSED, "month:2023-11", None,
    )  # fmt: skip
    assert JobRun.objects.get(period="2023-11").state == JobState.FAILED

    monkeypatch.setattr(months_module, "slice_close", close)
    with clock.at(FEBRUARY_10 + timedelta(minutes=10)):
        months_close_due()

    assert len(periods()) == 4
    assert StaffTask.objects.get().closed_at is not None


def test_each_month_follows_the_calendar_of_its_own_version() -> None:
    case = read("case1")
    case["params"].append(
        {
            **case["params"][0],
            "version": "2.0",
            "effective_from": "2023-12",
            "review_days": 0,
            "grace_days": 0,
        }
    )
    load(case)

    assert Methodology.objects.count() == 2
    assert due_periods(datetime(2023, 12, 31, 21, tzinfo=UTC)) == ["2023-11", "2023-12"]
    assert due_periods(datetime(2023, 12, 31, 20, 59, tzinfo=UTC)) == ["2023-11"]
