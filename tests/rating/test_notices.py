"""Whom the bell tells of a published month, and of what waits for the staff."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.enums import Position
from accounts.models import Membership
from common import clock
from common.scope import Role
from notifications.models import Notice
from notifications.notices import words_of_notice
from rating.services import slice_close, slice_publish
from tests.cast import Cast
from tests.dashboard.office import methodology, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast: Cast) -> None:
    """January 2026 with one execution, closed and published by the methodologist."""
    methodology()
    work([cast.tomsk_machines], date(2026, 1, 20))
    with clock.at(datetime(2026, 3, 10, 9, tzinfo=UTC)):
        found = slice_close(actor=cast.scope("methodologist"), period="2026-01")
        slice_publish(actor=cast.scope("methodologist"), slice_id=found.pk)


def told(kind: str) -> dict[int, str]:
    """Where each person is led."""
    return dict(Notice.objects.filter(kind=kind).values_list("person", "link"))


def test_regions_are_led_to_their_scorecards(cast: Cast, month: None) -> None:
    tomsk, omsk = (reverse("rating:scorecard", args=["2026-01", code]) for code in ("70", "55"))
    assert told("month_published") == {
        cast.tomsk_coordinator.pk: tomsk,
        cast.tomsk_deputy.pk: tomsk,
        cast.tomsk_minister.pk: tomsk,
        cast.omsk_coordinator.pk: omsk,
    }
    notice = Notice.objects.filter(kind="month_published").first()
    assert notice is not None
    with translation.override("ru"):
        words = words_of_notice(notice.kind, notice.data).replace("\u00a0", " ")
    assert words == "Опубликован рейтинг за январь 2026."


def test_who_has_several_regions_is_led_to_the_table(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.omsk_coordinator, role=Role.COORDINATOR, region=cast.tomsk, position=Position.DEPUTY,
        starts_on=date(2024, 1, 1),
    )  # fmt: skip
    methodology()
    work([cast.tomsk_machines], date(2026, 1, 20))
    with clock.at(datetime(2026, 3, 10, 9, tzinfo=UTC)):
        found = slice_close(actor=cast.scope("methodologist"), period="2026-01")
        slice_publish(actor=cast.scope("methodologist"), slice_id=found.pk)
        slice_publish(actor=cast.scope("methodologist"), slice_id=found.pk)
    assert told("month_published")[cast.omsk_coordinator.pk] == reverse("rating:month", args=["2026-01"])
    assert Notice.objects.filter(kind="month_published").count() == 4


def test_the_staff_is_told_of_a_task_but_not_who_caused_it(cast: Cast, month: None) -> None:
    """Omsk has no head, so publishing opened a task; the methodologist saw it on the spot."""
    people = Notice.objects.filter(kind="staff_task_opened").values_list("person", flat=True)
    assert set(people) == {cast.administrator.pk, cast.controller.pk}
    notice = Notice.objects.filter(kind="staff_task_opened").first()
    assert notice is not None
    assert (notice.link, notice.data) == (reverse("dashboard:staff-tasks"), {"task": "no_head"})
