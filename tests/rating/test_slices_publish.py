"""Publishing: a separate act with its letters in one transaction, once, and never an older revision."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from common.errors import ImpossibleStep, Missing, NotAllowed
from common.scope import SYSTEM, Role, Scope
from rating.enums import SliceStatus
from rating.models import Slice
from rating.selectors import (
    drafts_to_publish,
    earlier_unpublished,
    latest_published,
    month_list,
    most_improved,
    region_history,
    slice_for,
    zone_counts,
)
from rating.services import slice_close, slice_publish, slice_revise
from rating.services import slices as slices_module
from tests.rating.portal import load, random_case, read

pytestmark = pytest.mark.django_db
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)
PUBLIC = Scope()


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the slices whose letters were queued; the letters have their own tests."""
    queued: list[int] = []

    def queue(*, slice: Slice, actor: Scope) -> list[Any]:
        assert slice.status == SliceStatus.PUBLISHED
        queued.append(slice.pk)
        return []

    monkeypatch.setattr(slices_module, "letters_send", queue)
    return queued


def keeper(name: str = "keeper", role: Role = Role.METHODOLOGIST) -> Scope:
    user = User.objects.create_user(f"{name}@example.org", "long enough password", last_name=name)
    return Scope(user_id=user.pk, roles=frozenset({role}))


def corrected(actor: Scope) -> Slice:
    return slice_revise(actor=actor, period="2023-11", corrections_as_of=APPEAL, reason="Appeal of R3")


@pytest.mark.parametrize("role", [Role.METHODOLOGIST, Role.ADMINISTRATOR])
def test_publishing_queues_the_letters_and_opens_the_month_to_everybody(
    role: Role, letters: list[int]
) -> None:
    load(read("case3"))
    draft = slice_close(actor=SYSTEM, period="2023-11")
    assert latest_published(PUBLIC) is None

    slice_ = slice_publish(actor=keeper(role=role), slice_id=draft.pk)

    assert slice_.status == SliceStatus.PUBLISHED
    assert slice_.published_at is not None
    assert letters == [slice_.pk]
    assert latest_published(PUBLIC) == slice_


def test_a_second_press_gives_one_result(letters: list[int]) -> None:
    load(read("case3"))
    draft = slice_close(actor=SYSTEM, period="2023-11")
    actor = keeper()

    first = slice_publish(actor=actor, slice_id=draft.pk)
    again = slice_publish(actor=keeper("another"), slice_id=draft.pk)

    assert letters == [draft.pk]
    assert (again.published_at, again.published_by_id) == (first.published_at, actor.user_id)


def test_nothing_is_published_when_its_letters_cannot_be_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    load(read("case3"))
    draft = slice_close(actor=SYSTEM, period="2023-11")

    def fail(**_arguments: Any) -> None:
        raise RuntimeError("no letters")

    monkeypatch.setattr(slices_module, "letters_send", fail)
    with pytest.raises(RuntimeError, match="no letters"):
        slice_publish(actor=keeper(), slice_id=draft.pk)

    assert Slice.objects.get().status == SliceStatus.DRAFT


def test_a_published_correction_supersedes_the_revision_before(letters: list[int]) -> None:
    load(read("case3r2"))
    first = slice_publish(actor=keeper(), slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)

    second = slice_publish(actor=keeper("second"), slice_id=corrected(SYSTEM).pk)

    first.refresh_from_db()
    assert (first.status, second.status) == (SliceStatus.SUPERSEDED, SliceStatus.PUBLISHED)
    assert first.published_at is not None
    assert slice_for(PUBLIC, "2023-11") == second
    assert slice_for(PUBLIC, "2023-11", 1) == first
    assert letters == [first.pk, second.pk]


def test_an_older_revision_is_never_published(letters: list[int]) -> None:
    load(read("case3r2"))
    first = slice_close(actor=SYSTEM, period="2023-11")
    second = corrected(SYSTEM)
    actor = keeper()

    with pytest.raises(ImpossibleStep):
        slice_publish(actor=actor, slice_id=first.pk)
    slice_publish(actor=actor, slice_id=second.pk)
    with pytest.raises(ImpossibleStep):
        slice_publish(actor=actor, slice_id=first.pk)


def test_a_correction_is_published_by_another_person_than_its_author(letters: list[int]) -> None:
    load(read("case3r2"))
    author = keeper()
    slice_close(actor=author, period="2023-11")
    revision = corrected(author)

    with pytest.raises(NotAllowed):
        slice_publish(actor=author, slice_id=revision.pk)
    slice_publish(actor=keeper("second", Role.ADMINISTRATOR), slice_id=revision.pk)

    assert letters == [revision.pk]


def test_a_controller_publishes_nothing_and_a_coordinator_does_not_see_the_draft(letters: list[int]) -> None:
    load(read("case3"))
    draft = slice_close(actor=SYSTEM, period="2023-11")

    with pytest.raises(NotAllowed):
        slice_publish(actor=keeper(role=Role.CONTROLLER), slice_id=draft.pk)
    with pytest.raises(Missing):
        slice_publish(actor=Scope(roles=frozenset({Role.COORDINATOR})), slice_id=draft.pk)
    with pytest.raises(Missing):
        slice_publish(actor=keeper("other"), slice_id=draft.pk + 1)

    assert letters == []


def test_a_later_month_may_be_published_first_and_the_page_can_say_so(letters: list[int]) -> None:
    load(random_case(2))
    slice_close(actor=SYSTEM, period="2023-11")
    december = slice_close(actor=SYSTEM, period="2023-12")

    slice_publish(actor=keeper(), slice_id=december.pk)

    assert earlier_unpublished("2023-12") == ["2023-11"]
    assert [slice_.period for slice_ in drafts_to_publish()] == ["2023-11"]
    assert [month.period for month in month_list(PUBLIC)] == ["2023-12"]
    assert [month.period for month in month_list(SYSTEM)] == ["2023-12", "2023-11"]


def test_a_draft_is_for_the_centre_only(letters: list[int]) -> None:
    load(read("case3"))
    draft = slice_close(actor=SYSTEM, period="2023-11")

    assert slice_for(SYSTEM, "2023-11") == draft
    with pytest.raises(Missing):
        slice_for(PUBLIC, "2023-11")


def test_the_line_of_a_region_goes_by_published_revisions_and_keeps_gaps(letters: list[int]) -> None:
    load(read("case3r2"))
    slice_publish(actor=keeper(), slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    draft = corrected(SYSTEM)

    line = region_history("R3", "2024-01", months=4)
    own = region_history("R3", "2024-01", months=4, own=draft)

    assert [(point.period, point.score) for point in line] == [
        ("2023-10", None), ("2023-11", 9000), ("2023-12", None), ("2024-01", None),
    ]  # fmt: skip
    assert own[1].score == 10000


def test_zones_are_counted_and_the_best_movement_comes_first() -> None:
    load(random_case(2))
    slice_close(actor=SYSTEM, period="2023-11")
    slice_ = slice_close(actor=SYSTEM, period="2023-12")

    counts = zone_counts(slice_)
    rows = list(slice_.scores.all())
    assert counts == {zone: sum(row.zone == zone for row in rows) for zone in ("green", "yellow", "red", "")}
    best = most_improved(slice_)
    deltas = [row.delta for row in best if row.delta is not None]
    assert (
        deltas
        == sorted(
            (row.delta for row in rows if row.status == "ranked" and (row.delta or 0) > 0), reverse=True
        )[:5]
    )
