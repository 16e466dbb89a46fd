"""Several people, clocks and workers at once on PostgreSQL: one revision, one publication."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from assignments.models import Execution, ExecutionEvent
from common import clock
from common.errors import ImpossibleStep, StaleVersion
from common.scope import SYSTEM, Role, Scope
from notifications.models import JobRun
from rating.formula import canonical_json
from rating.models import Objection, RegionScore, Slice
from rating.selectors import audit_case, audit_json, slice_differences
from rating.services import months_close_due, objection_file, slice_close, slice_publish, slice_revise
from rating.services import slices as slices_module
from tests.cast import build_cast
from tests.rating.appeals import AFTER, march
from tests.rating.portal import load, random_case, read

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("emptied_after")]
THREADS = 8
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What eight threads got that started at the same moment; an error of any is raised here."""
    barrier = threading.Barrier(THREADS)
    results: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            barrier.wait(timeout=20)
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if errors:
        raise errors[0]
    return results


@pytest.mark.parametrize("run", range(3))
def test_eight_people_closing_one_month_get_one_revision(run: int) -> None:
    load(read("case3"))

    slices = at_once(lambda: slice_close(actor=SYSTEM, period="2023-11"))

    assert len({slice_.pk for slice_ in slices}) == 1
    assert Slice.objects.count() == 1
    assert RegionScore.objects.count() == 7


def test_eight_equal_corrections_give_one_revision() -> None:
    load(read("case3r2"))
    slice_close(actor=SYSTEM, period="2023-11")

    slices = at_once(
        lambda: slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Appeal of R3")
    )

    assert {slice_.revision for slice_ in slices} == {2}
    assert Slice.objects.count() == 2


def test_eight_clocks_at_once_close_every_month_once() -> None:
    load(random_case(1))

    closed = at_once(months_close_due)

    periods = [slice_.period for slices in closed for slice_ in slices]
    assert len(periods) == len(set(periods))
    assert set(periods) == set(Slice.objects.values_list("period", flat=True))
    assert JobRun.objects.filter(state="done").count() == len(periods)


def test_inputs_are_frozen_as_of_their_instant_while_events_are_appended() -> None:
    load(random_case(1))
    executions = list(Execution.objects.values_list("pk", flat=True)[:40])
    closing = threading.Lock()

    def close_or_append() -> Slice | None:
        if closing.acquire(blocking=False):
            return slice_close(actor=SYSTEM, period="2024-01")
        for execution in executions:
            now = clock.now()
            ExecutionEvent.objects.create(execution_id=execution, kind="accepted", at=now, recorded_at=now)
        return None

    at_once(close_or_append)

    slice_ = Slice.objects.get()
    assert audit_json(slice_.audit_file) == canonical_json(audit_case(period="2024-01", as_of=slice_.as_of))
    assert slice_differences(slice_) == []


def test_eight_presses_publish_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load(read("case3"))
    draft = slice_close(actor=SYSTEM, period="2023-11")
    user = User.objects.create_user("keeper@example.org", "long enough password")
    actor = Scope(user_id=user.pk, roles=frozenset({Role.METHODOLOGIST}))
    queued: list[int] = []
    monkeypatch.setattr(
        slices_module,
        "letters_send",
        lambda *, slice, actor: queued.append(slice.pk),
    )

    slices = at_once(lambda: slice_publish(actor=actor, slice_id=draft.pk))

    assert queued == [draft.pk]
    assert len({slice_.published_at for slice_ in slices}) == 1


def test_an_objection_and_the_publication_at_once_never_leave_an_unanswered_one_behind() -> None:
    month = march(build_cast())
    month.open()
    coordinator, keeper = month.cast.scope("tomsk_coordinator"), month.cast.scope("administrator")
    publishing = threading.Lock()

    def object_or_publish() -> str:
        with clock.at(AFTER):
            try:
                if publishing.acquire(blocking=False):
                    return slice_publish(actor=keeper, slice_id=month.slice.pk).status
                objection_file(
                    actor=coordinator, slice_id=month.slice.pk, execution_id=month.missed.pk, reason="Сдано."
                )
            except ImpossibleStep:
                return "refused"
        return "filed"

    results = at_once(object_or_publish)

    assert results.count("filed") == 1
    assert Objection.objects.count() == 1
    assert ("published" in results) is not Slice.objects.get().is_draft


def test_eight_answers_to_one_objection_give_one_event() -> None:
    month = march(build_cast())
    month.open()
    objection = month.object()
    events = ExecutionEvent.objects.count()

    def decide() -> str:
        try:
            return month.uphold(objection, "cancel").state
        except (ImpossibleStep, StaleVersion):
            return "refused"

    results = at_once(decide)

    assert sorted(results) == ["refused"] * 7 + ["upheld"]
    assert ExecutionEvent.objects.count() == events + 1


def test_two_people_who_publish_a_decided_month_publish_it_once() -> None:
    month = march(build_cast())
    month.open()
    month.dismiss(month.object())
    keepers = [month.cast.scope(name) for name in ("methodologist", "administrator")] * 4

    def publish() -> Slice:
        with clock.at(AFTER):
            return slice_publish(actor=keepers.pop(), slice_id=month.slice.pk)

    slices = at_once(publish)

    assert {slice_.status for slice_ in slices} == {"published"}
    assert len({slice_.published_by_id for slice_ in slices}) == 1
