"""Two people at the coordinators of one region at the same moment, on PostgreSQL: one wins, nothing happens twice."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Handover, Leave, Membership, User
from accounts.services.appointing import Appointee
from accounts.services.appointments import campaign_remind, campaign_send
from assignments.models import Execution
from assignments.services.appointments import appointment_record
from assignments.services.handover import handovers_complete, region_hand_over
from common import clock
from common.errors import InvalidInput, PortalError
from notifications.models import OutboundMail
from tests.accounts.appointing import NO_ORDER, NOW, TODAY, away, campaign, post
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def noon(emptied_after: None, cast: Cast) -> Iterator[None]:
    with clock.at(NOW):
        yield


def one_after_another(acts: list[Callable[[], Any]]) -> Callable[[], Any]:
    """Each thread takes the next act."""
    return lambda: acts.pop()()


def over(cast: Cast, email: str, on: Any = TODAY) -> Callable[[], Handover]:
    actor, held = cast.scope("controller"), post(cast.tomsk_coordinator)
    return lambda: region_hand_over(
        actor=actor,
        membership_id=held.pk,
        version=1,
        appointee=Appointee(email, "Новый", "Нил"),
        on=on,
        order=NO_ORDER,
    )


def test_of_two_handovers_at_once_one_is_done_and_the_other_is_told_who_took_over(cast: Cast) -> None:
    row = put_on_control([cast.tomsk_machines], issued_item())[0]
    Execution.objects.filter(pk=row.pk).update(assignee=cast.tomsk_coordinator)
    acts = [over(cast, "first@tomsk.example"), over(cast, "second@tomsk.example")]
    answers = at_once(one_after_another(acts), NOW)
    done = [answer for answer in answers if isinstance(answer, Handover)]
    refused = [answer for answer in answers if isinstance(answer, PortalError)]
    assert (len(done), len(refused)) == (1, 1)
    assert Membership.objects.filter(region="70", position="main", ends_on=None).count() == 1
    assert Execution.objects.get(pk=row.pk).assignee_id == done[0].new.user_id
    assert User.objects.filter(email__endswith="@tomsk.example").count() == 1
    assert OutboundMail.objects.filter(kind="invitation").count() == 1


def test_the_same_handover_pressed_twice_at_once_is_one(cast: Cast) -> None:
    answers = at_once(over(cast, "first@tomsk.example"), NOW, people=4)
    assert {answer.pk for answer in answers} == {Handover.objects.get().pk}
    assert OutboundMail.objects.filter(kind="invitation").count() == 1


def test_two_appointments_into_one_vacant_post_make_one_main_coordinator(cast: Cast) -> None:
    actor = cast.scope("controller")

    def appoint(email: str) -> Callable[[], Any]:
        return lambda: appointment_record(
            actor=actor,
            region_code="87",
            appointee=Appointee(email, "Новый", "Нил"),
            position="main",
            starts_on=TODAY,
            order=NO_ORDER,
        )

    acts = [appoint("first@chukotka.example"), appoint("second@chukotka.example")]
    answers = at_once(one_after_another(acts), NOW)
    assert sum(isinstance(answer, InvalidInput) for answer in answers) == 1
    assert Membership.objects.filter(region="87").count() == 1


def test_a_leave_announced_twice_at_once_is_one(cast: Cast) -> None:
    answers = at_once(lambda: away(cast, TODAY, TODAY + timedelta(days=7)), NOW, people=4)
    assert {answer.pk for answer in answers} == {Leave.objects.get().pk}


def test_two_tasks_of_the_same_day_move_the_work_once(cast: Cast) -> None:
    over(cast, "first@tomsk.example", TODAY + timedelta(days=1))()
    answers = at_once(handovers_complete, NOW + timedelta(days=1), people=4)
    assert sorted(answers) == [0, 0, 0, 1]


def test_letters_and_reminders_pressed_by_several_at_once_go_once(cast: Cast) -> None:
    made, actor = campaign(cast), cast.scope("controller")
    at_once(lambda: campaign_send(actor=actor, campaign_id=made.pk, version=1), NOW, people=4)
    assert OutboundMail.objects.filter(kind="appointment-letter").count() == 1
    at_once(lambda: campaign_remind(actor=actor, campaign_id=made.pk), NOW, people=4)
    assert OutboundMail.objects.filter(kind="appointment-reminder").count() == 1
