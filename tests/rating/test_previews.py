"""The preview of a month: who opens it, who reads what of it, what it holds up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.append_only import AppendOnlyError
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError
from common.scope import SYSTEM
from rating.enums import SliceStatus
from rating.models import AuditFile, PreviewReading, RegionScore, ScoreLoss, Slice, SlicePreview
from rating.selectors.month_steps import month_steps
from rating.selectors.objections import preview_notices
from rating.services import (
    preview_read,
    slice_close,
    slice_preview_open,
    slice_publish,
    slice_revise,
)
from tests.cast import Cast
from tests.rating.appeals import AFTER, OPENED_AT, PERIOD, PUBLISHES_AT, March, march

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast: Cast) -> March:
    return march(cast)


def open_preview(
    month: March, who: str = "methodologist", *, at: datetime = OPENED_AT, **changes: Any
) -> SlicePreview:
    values = {"slice_id": month.slice.pk, "publishes_at": PUBLISHES_AT, **changes}
    with clock.at(at):
        return slice_preview_open(actor=month.cast.scope(who), **values)


def publish(month: March, who: str = "methodologist", *, at: datetime = AFTER, revision: int = 1) -> Slice:
    slice_ = Slice.objects.get(period=PERIOD, revision=revision)
    with clock.at(at):
        return slice_publish(actor=month.cast.scope(who), slice_id=slice_.pk)


def refused(error: type[PortalError], act: Callable[[], object]) -> PortalError:
    """The act is refused with this error; no slice and no preview changed."""
    before = list(Slice.objects.order_by("pk").values_list()), list(SlicePreview.objects.values_list())
    with pytest.raises(error) as caught:
        act()
    assert before == (
        list(Slice.objects.order_by("pk").values_list()),
        list(SlicePreview.objects.values_list()),
    )
    return caught.value


@pytest.mark.parametrize("who", ["methodologist", "administrator"])
def test_a_keeper_opens_the_preview_and_announces_the_publication(who: str, month: March) -> None:
    preview = open_preview(month, who)

    assert preview.opened_at == OPENED_AT
    assert preview.publishes_at == PUBLISHES_AT
    assert preview.slice.status == SliceStatus.DRAFT
    assert open_preview(month, who, at=OPENED_AT + timedelta(minutes=1)).pk == preview.pk


@pytest.mark.parametrize(
    ("who", "error"),
    [("controller", NotAllowed), ("tomsk_coordinator", Missing), ("tomsk_minister", Missing)],
)
def test_others_do_not_open_a_preview(who: str, error: type[PortalError], month: March) -> None:
    refused(error, lambda: open_preview(month, who))


@pytest.mark.parametrize(
    "publishes_at",
    [
        datetime(2026, 4, 9, 20, 59, tzinfo=UTC),  # still Thursday in Moscow
        datetime(2026, 4, 1, tzinfo=UTC),
        datetime(2026, 6, 30, tzinfo=UTC),
        datetime(2026, 4, 10, 7),  # noqa: DTZ001
    ],
)
def test_the_announced_time_leaves_three_working_days_and_is_not_far_away(
    publishes_at: datetime, month: March
) -> None:
    error = refused(InvalidInput, lambda: open_preview(month, publishes_at=publishes_at))

    assert isinstance(error, InvalidInput)
    assert list(error.errors) == ["publishes_at"]


def test_days_off_are_no_days_of_the_preview(month: March) -> None:
    wednesday = datetime(2026, 4, 8, 7, tzinfo=UTC)
    monday, tuesday = datetime(2026, 4, 13, 7, tzinfo=UTC), datetime(2026, 4, 14, 7, tzinfo=UTC)

    refused(InvalidInput, lambda: open_preview(month, at=wednesday, publishes_at=monday))
    assert open_preview(month, at=wednesday, publishes_at=tuesday).publishes_at == tuesday


def test_the_number_of_working_days_is_a_setting(month: March, settings: Any) -> None:
    settings.RATING_PREVIEW_WORKING_DAYS = 0

    assert open_preview(month, publishes_at=OPENED_AT + timedelta(hours=1))


def test_an_announced_time_is_not_changed_by_a_second_press(month: March) -> None:
    open_preview(month)

    refused(ImpossibleStep, lambda: open_preview(month, publishes_at=PUBLISHES_AT + timedelta(days=1)))


def test_a_published_or_overtaken_slice_has_no_preview(month: March) -> None:
    with clock.at(OPENED_AT):
        slice_revise(
            actor=month.cast.scope("methodologist"),
            period=PERIOD,
            corrections_as_of=OPENED_AT,
            reason="Опечатка",
        )
    refused(ImpossibleStep, lambda: open_preview(month))

    publish(month, "administrator", revision=2)
    refused(ImpossibleStep, lambda: open_preview(month, slice_id=Slice.objects.get(revision=2).pk))


def test_a_revision_made_during_the_preview_keeps_the_announced_time(month: March) -> None:
    open_preview(month)
    thursday = datetime(2026, 4, 9, 7, tzinfo=UTC)
    with clock.at(thursday):
        second = slice_revise(
            actor=month.cast.scope("methodologist"),
            period=PERIOD,
            corrections_as_of=thursday,
            reason="Возражение",
        )

    refused(ImpossibleStep, lambda: publish(month, "administrator", at=thursday, revision=2))
    reopened = open_preview(month, at=thursday, slice_id=second.pk)

    assert list(SlicePreview.objects.open()) == [reopened]
    assert publish(month, "administrator", revision=2).status == SliceStatus.PUBLISHED
    assert not SlicePreview.objects.open().exists()


def test_a_month_in_preview_is_not_published_before_the_announced_time(month: March) -> None:
    open_preview(month)

    error = refused(ImpossibleStep, lambda: publish(month, at=PUBLISHES_AT - timedelta(seconds=1)))

    assert "10" in str(error)
    assert publish(month, at=PUBLISHES_AT).published_at == PUBLISHES_AT


@pytest.mark.parametrize(
    "who", ["tomsk_coordinator", "omsk_coordinator", "tomsk_minister", "chair", "public"]
)
def test_to_everybody_outside_the_centre_the_month_stays_unpublished(who: str, month: March) -> None:
    open_preview(month)
    scope = month.cast.scope(who)

    assert not Slice.objects.visible_to(scope).exists()
    assert not RegionScore.objects.visible_to(scope).exists()
    assert not AuditFile.objects.visible_to(scope).exists()


@pytest.mark.parametrize(
    ("who", "regions"),
    [
        ("tomsk_coordinator", {"70"}),
        ("omsk_coordinator", {"55"}),
        ("tomsk_minister", set()),
        ("chair", set()),
    ],
)
def test_losses_of_the_preview_are_read_by_the_coordinators_of_the_region_alone(
    who: str, regions: set[str], month: March
) -> None:
    assert not ScoreLoss.objects.visible_to(month.cast.scope(who)).exists()

    open_preview(month)

    found = ScoreLoss.objects.visible_to(month.cast.scope(who))
    assert set(found.values_list("region_score__region", flat=True)) == regions


def test_the_first_reading_of_each_person_is_kept(month: March) -> None:
    preview = open_preview(month)

    def read(who: str, hour: int) -> PreviewReading:
        with clock.at(datetime(2026, 4, 7, hour, tzinfo=UTC)):
            return preview_read(actor=month.cast.scope(who), preview_id=preview.pk, region="70")

    first, again, deputy = read("tomsk_coordinator", 7), read("tomsk_coordinator", 9), read("tomsk_deputy", 9)

    assert again == first
    assert again.at == datetime(2026, 4, 7, 7, tzinfo=UTC)
    assert list(PreviewReading.objects.all()) == [first, deputy]
    with pytest.raises(AppendOnlyError):
        first.save()


@pytest.mark.parametrize("who", ["omsk_coordinator", "tomsk_minister", "methodologist", "public"])
def test_others_do_not_read_a_region_in_the_preview(who: str, month: March) -> None:
    preview = open_preview(month)

    with pytest.raises(Missing):
        preview_read(actor=month.cast.scope(who), preview_id=preview.pk, region="70")
    assert not PreviewReading.objects.exists()


def test_after_publication_nothing_is_left_to_preview(month: March) -> None:
    preview = open_preview(month)
    publish(month)

    with pytest.raises(Missing):
        preview_read(actor=month.cast.scope("tomsk_coordinator"), preview_id=preview.pk, region="70")
    assert preview_notices(month.cast.scope("tomsk_coordinator")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rating_slicepreview SET publishes_at = opened_at",
        "DELETE FROM rating_slicepreview",
        "UPDATE rating_slice SET score = 10000",
        "UPDATE rating_slice SET created_at = as_of",
    ],
)
def test_the_database_refuses_to_change_a_preview_and_its_slice(statement: str, month: March) -> None:
    open_preview(month)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_with_two_people_required_who_opened_the_preview_does_not_publish(
    month: March, settings: Any
) -> None:
    settings.RATING_SECOND_PERSON = True
    refused(NotAllowed, lambda: publish(month))
    open_preview(month)

    refused(NotAllowed, lambda: publish(month))
    assert publish(month, "administrator").status == SliceStatus.PUBLISHED


def test_with_two_people_required_who_closed_the_month_by_hand_does_not_publish_it(
    cast: Cast, settings: Any
) -> None:
    settings.RATING_SECOND_PERSON = True
    month = march(cast)
    Slice.objects.filter(pk=month.slice.pk)
    with clock.at(OPENED_AT):
        january = slice_close(actor=cast.scope("methodologist"), period="2026-02")

    refused(NotAllowed, lambda: slice_publish(actor=cast.scope("methodologist"), slice_id=january.pk))
    assert (
        slice_publish(actor=cast.scope("administrator"), slice_id=january.pk).status == SliceStatus.PUBLISHED
    )


def _states(month: March, at: datetime = OPENED_AT) -> dict[str, str]:
    with clock.at(at):
        return {step.key: step.state for step in month_steps(month.cast.scope("methodologist"), PERIOD)}


def test_the_steps_of_a_month_follow_it_from_the_draft_to_the_publication(month: March) -> None:
    keys = ("running", "closing", "draft", "preview", "objections", "publication")
    assert _states(month) == dict(
        zip(keys, ("done", "done", "done", "current", "ahead", "ahead"), strict=True)
    )

    month.open()
    assert _states(month) == dict(
        zip(keys, ("done", "done", "done", "done", "current", "ahead"), strict=True)
    )

    objection = month.object()
    assert _states(month, AFTER) == dict(
        zip(keys, ("done", "done", "done", "done", "current", "current"), strict=True)
    )
    month.dismiss(objection)
    assert _states(month, AFTER) == dict(
        zip(keys, ("done", "done", "done", "done", "done", "current"), strict=True)
    )

    publish(month)
    assert _states(month, AFTER) == dict.fromkeys(keys, "done")


def test_the_steps_of_a_month_that_is_not_closed_lie_ahead(month: March) -> None:
    with clock.at(OPENED_AT):
        steps = month_steps(month.cast.scope("controller"), "2026-04")

    assert [step.state for step in steps] == ["current", "ahead", "ahead", "ahead", "ahead", "ahead"]
    assert steps[1].at == datetime(2026, 5, 5, 21, tzinfo=UTC)
    assert month_steps(month.cast.scope("tomsk_coordinator"), PERIOD) == []


def test_the_steps_count_the_open_objections_and_know_the_announced_time(month: March) -> None:
    month.open()
    month.object()
    month.object(month.reviewed)

    steps = {step.key: step for step in month_steps(SYSTEM, PERIOD)}
    assert steps["objections"].count == 2
    assert steps["publication"].at == PUBLISHES_AT
