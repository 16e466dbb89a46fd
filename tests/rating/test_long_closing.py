"""A large month is closed by the worker: real stages, one revision, the same numbers as at once."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from common import clock
from common.scope import SYSTEM
from notifications.models import LongTask
from notifications.services import long_tasks_drain
from rating.models import Slice
from rating.selectors import slice_differences
from rating.services import slice_close, slice_publish
from rating.services import storing as storing_module
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
AFTER = datetime(2023, 12, 20, 9, tzinfo=UTC)
CLOSE, REVISE = "/rating/close/", "/rating/2023-11/revise/"
CORRECTION = {"corrections_as_of": "2023-12-15T00:00", "reason": "Возражение R3 удовлетворено"}
Noted = list[tuple[str, int, int]]


@pytest.fixture(autouse=True)
def _large(settings: Settings) -> None:
    settings.LONG_CLOSE_EXECUTIONS = 1
    load(read("case3r2"))


def pressed(client: Client, address: str, body: dict[str, str]) -> LongTask:
    answer = client.post(address, body)
    assert answer.status_code == 302, answer.content.decode()
    task = LongTask.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))
    assert answer["Location"] == task.get_absolute_url()
    return task


def test_two_keepers_who_press_at_once_watch_one_work_and_get_one_revision() -> None:
    first, second = reader("methodologist"), reader("administrator")
    with clock.at(AFTER):
        task = pressed(first, CLOSE, {"period": "2023-11"})
        assert pressed(second, CLOSE, {"period": "2023-11"}) == task
        assert not Slice.objects.exists()
        long_tasks_drain()

        slice_ = Slice.objects.get()
        for client in (first, second):
            assert (
                f'href="{slice_.get_absolute_url()}"' in client.get(task.get_absolute_url()).content.decode()
            )
    assert (slice_.revision, slice_.status, slice_differences(slice_)) == (1, "draft", [])


def test_a_correction_by_the_worker_is_the_next_revision() -> None:
    with clock.at(AFTER):
        slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
        pressed(reader("methodologist"), REVISE, CORRECTION)
        long_tasks_drain()

    second = Slice.objects.get(revision=2)
    assert (second.reason, slice_differences(second)) == (CORRECTION["reason"], [])


def test_what_cannot_be_closed_is_said_at_once() -> None:
    with clock.at(datetime(2023, 12, 3, 9, tzinfo=UTC)):
        assert reader("methodologist").post(CLOSE, {"period": "2023-11"}).status_code == 409
    assert reader("controller").post(CLOSE, {"period": "2023-11"}).status_code == 403
    assert not LongTask.objects.exists()


def test_a_right_that_ended_meanwhile_counts_for_nothing() -> None:
    from accounts.models import Membership

    with clock.at(AFTER):
        task = pressed(reader("methodologist"), CLOSE, {"period": "2023-11"})
        Membership.objects.filter(user=task.person).delete()
        long_tasks_drain()

    task.refresh_from_db()
    assert task.state == "failed"
    assert not Slice.objects.exists()


def test_the_stages_are_told_in_their_order_and_to_their_end() -> None:
    noted: Noted = []
    with clock.at(AFTER):
        slice_close(actor=SYSTEM, period="2023-11", watch=lambda *note: noted.append(note))

    stages = list(dict.fromkeys(stage for stage, _done, _total in noted))
    regions = [note for note in noted if note[0] == "regions"]
    assert stages == ["inputs", "executions", "regions", "storing"]
    assert regions == [("regions", number, len(regions)) for number in range(1, len(regions) + 1)]


def test_what_was_computed_ahead_counts_only_for_the_very_same_inputs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anew = []
    real = storing_module.slice_compute
    monkeypatch.setattr(storing_module, "slice_compute", lambda *given: anew.append(given) or real(*given))
    with clock.at(AFTER):
        slice_ = slice_close(actor=SYSTEM, period="2023-11", watch=lambda *_note: None)
        assert anew == [], "computed ahead, read again, the same: used"

        ahead = real(read("case3"))
        stale = storing_module.Computed(b"an event came meanwhile", ahead.result)
        storing_module.slice_store(
            storing_module.NewSlice(
                slice_.methodology, slice_.as_of, read("case3"), None, slice_.as_of, "x", revision=2
            ),
            stale,
        )
    assert len(anew) == 1


def test_the_page_of_a_closing_stands_under_the_rating_and_counts_regions() -> None:
    client = reader("methodologist")
    with clock.at(AFTER):
        task = pressed(client, CLOSE, {"period": "2023-11"})
        LongTask.objects.filter(pk=task.pk).update(
            state="running", stage="regions", done=54, total=89, heartbeat_at=clock.now()
        )
        html = client.get(task.get_absolute_url()).content.decode().replace("\u00a0", " ")

    assert "54 из 89 регионов" in html
    crumbs = html.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert 'href="/rating/"' in crumbs
    assert f'href="{CLOSE}"' in crumbs
    assert '<a class="nav__link" href="/rating/" aria-current="page">' in html
