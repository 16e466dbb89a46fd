"""Corrections of published months become one revision on a set day, whenever the clock rings after it began."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from common import clock
from common.errors import NotAllowed
from common.scope import SYSTEM
from notifications.enums import StaffTaskKind
from notifications.models import StaffTask
from rating import tasks
from rating.enums import SliceStatus
from rating.models import Slice
from rating.selectors.gathering import gathering_day, next_gathering
from rating.services import gathering, slice_close, slice_publish
from rating.services.gathering import corrections_gather_due
from tests.cast import Cast
from tests.rating.appeals import AFTER, march
from tests.rating.building import Log
from tests.rating.portal import load, read
from tests.rating.readers import reader, words_of

pytestmark = pytest.mark.django_db
BEFORE_THE_DAY = datetime(2023, 12, 19, 20, 59, tzinfo=UTC)
ON_THE_DAY = datetime(2023, 12, 19, 21, tzinfo=UTC)
"""00:00 Moscow of 20 December."""
A_WEEK_LATER = datetime(2023, 12, 27, 9, tzinfo=UTC)
NEXT_DAY = datetime(2024, 1, 20, 9, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def published(period: str) -> Slice:
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=period).pk)


def correction(day: str, **fields: Any) -> tuple[str, str, dict[str, Any]]:
    return ("cancelled", day, {"recorded_at": f"{day}T12:00:00+03:00", "corrects": "2023-11", **fields})


def two_months() -> dict[str, Any]:
    """Five clusters of a region: one correction concerns November alone, one what December still carries over."""
    log = (
        Log("2024-01").region("R1", "A", "B", "C", "D", "E").item("I1", "2023-11-20").item("I2", "2023-12-20")
    )
    for cluster in "CDE":
        log.done("I1", cluster, "2023-11-19")
    for cluster in "ABCDE":
        log.done("I2", cluster, "2023-12-19")
    return log.case


def log_of(case: dict[str, Any], cluster: str, *events: tuple[Any, ...]) -> dict[str, Any]:
    log = Log()
    log.case, log.last_event = case, 1_000 + len(case["executions"]) * 10
    return log.execution("I1", cluster, ("issued", "2023-10-20"), *events).case


@pytest.mark.parametrize(
    ("today", "last", "following"),
    [
        (date(2023, 12, 20), date(2023, 12, 20), date(2024, 1, 20)),
        (date(2023, 12, 19), date(2023, 11, 20), date(2023, 12, 20)),
        (date(2024, 1, 5), date(2023, 12, 20), date(2024, 1, 20)),
        (date(2024, 2, 29), date(2024, 2, 20), date(2024, 3, 20)),
    ],
)
def test_the_set_day_of_a_month_and_the_one_after_it(today: date, last: date, following: date) -> None:
    assert gathering_day(today) == last
    assert next_gathering(today) == following


def test_without_a_set_day_nothing_is_gathered(settings: Settings) -> None:
    settings.RATING_GATHER_DAY = 0
    load(read("case3r2"))
    published("2023-11")

    with clock.at(A_WEEK_LATER):
        assert corrections_gather_due() == []
        assert next_gathering(clock.today()) is None


def test_what_is_decided_waits_for_the_set_day_and_becomes_a_draft_once() -> None:
    load(read("case3r2"))
    first = published("2023-11")

    with clock.at(BEFORE_THE_DAY):
        tasks.gather_corrections()
    assert Slice.objects.count() == 1

    with clock.at(ON_THE_DAY):
        tasks.gather_corrections()
        tasks.gather_corrections()

    revision = Slice.objects.get(revision=2)
    assert Slice.objects.count() == 2
    assert revision.status == SliceStatus.DRAFT
    assert (revision.as_of, revision.corrections_as_of) == (first.as_of, ON_THE_DAY)
    assert revision.author is None
    assert plain(revision.reason) == (
        "Собраны исправления, внесённые до 20 декабря 2023 г., 00:00 МСК: снято без исполнения – 1."
    )
    assert {score.score for score in revision.scores.filter(region="R3")} == {10_000}


def test_a_portal_that_was_down_on_the_day_makes_the_same_revision_later() -> None:
    case = log_of(two_months(), "A", correction("2023-12-14"))
    load(log_of(case, "B", correction("2023-12-22")))
    published("2023-11")

    with clock.at(A_WEEK_LATER):
        (revision,) = corrections_gather_due()

    assert revision.corrections_as_of == ON_THE_DAY
    assert revision.scores.get(region="R1").executions == 4  # that of B was recorded two days too late


def test_several_corrections_are_one_revision_and_each_month_has_its_own() -> None:
    case = log_of(two_months(), "A", correction("2023-12-14"))
    load(log_of(case, "B", correction("2024-01-10")))
    published("2023-11")
    published("2023-12")

    with clock.at(NEXT_DAY):
        made = corrections_gather_due()

    assert [(one.period, one.revision) for one in made] == [("2023-11", 2), ("2023-12", 2)]
    assert made[0].reason.endswith("снято без исполнения – 2.")
    assert [one.scores.get(region="R1").score for one in made] == [10_000, 10_000]


def test_a_later_month_whose_numbers_stay_gets_no_revision() -> None:
    late = ("submitted", "2023-11-25")
    load(log_of(log_of(two_months(), "B", late), "A", late, correction("2024-01-10")))
    published("2023-11")
    published("2023-12")

    with clock.at(NEXT_DAY):
        made = corrections_gather_due()

    assert [one.period for one in made] == ["2023-11"]


def test_a_month_that_is_not_published_is_not_gathered() -> None:
    load(read("case3r2"))
    slice_close(actor=SYSTEM, period="2023-11")

    with clock.at(A_WEEK_LATER):
        assert corrections_gather_due() == []


def test_a_month_that_fails_opens_a_task_and_is_made_at_a_later_try(monkeypatch: pytest.MonkeyPatch) -> None:
    load(read("case3r2"))
    published("2023-11")
    with clock.at(A_WEEK_LATER), monkeypatch.context() as broken:
        broken.setattr(gathering, "gathered_words", lambda *_args: "")
        assert corrections_gather_due() == []
    task = StaffTask.objects.get(kind=StaffTaskKind.MONTH_NOT_CLOSED)
    assert task.title == "Не удалось собрать исправления месяца: Ноябрь 2023"
    assert task.closed_at is None

    with clock.at(A_WEEK_LATER):
        assert len(corrections_gather_due()) == 1

    task.refresh_from_db()
    assert task.outcome == "Исправления собраны при следующей попытке."


def test_a_gathered_correction_is_published_by_another_person_than_who_decided_it(cast: Cast) -> None:
    month = march(cast)
    with clock.at(AFTER):
        slice_publish(actor=cast.scope("methodologist"), slice_id=month.slice.pk)
    month.uphold(month.object(), who="administrator")
    with clock.at(datetime(2026, 4, 20, 9, tzinfo=UTC)):
        (revision,) = corrections_gather_due()

        with pytest.raises(NotAllowed, match="не тот, кто принял решения"):
            slice_publish(actor=cast.scope("administrator"), slice_id=revision.pk)
        published = slice_publish(actor=cast.scope("methodologist"), slice_id=revision.pk)

    assert published.status == SliceStatus.PUBLISHED
    assert published.scores.get(region=cast.omsk).score == month.slice.scores.get(region=cast.omsk).score


def test_the_desk_says_when_corrections_become_a_revision_and_proposes_its_reason() -> None:
    load(read("case3r2"))
    published("2023-11")
    keeper = reader("methodologist")

    with clock.at(BEFORE_THE_DAY):
        desk = words_of(keeper, "/rating/close/")
        form = words_of(keeper, "/rating/2023-11/revise/")

    assert "ждёт 20 декабря 2023" in desk
    assert "1 исполнение с исправлением ждёт следующей редакции" in form
    assert (
        "Собраны исправления, внесённые до 19 декабря 2023 г., 23:59 МСК: снято без исполнения – 1." in form
    )
