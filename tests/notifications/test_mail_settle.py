"""A person of the centre decides about a mail that the portal leaves alone."""

import pytest

from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from notifications.enums import MailState, StaffTaskKind
from notifications.models import OutboundMail, StaffTask
from notifications.services import DrainResult, mail_settle, mails_drain, staff_task_close, staff_task_open
from tests.cast import Cast
from tests.notifications.conftest import QueueMail
from tests.notifications.sink import Sink, drop_after_taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost_mail(sink: Sink, queue_mail: QueueMail) -> OutboundMail:
    """A mail of which nobody knows whether the server took it."""
    sink.scripts["DATA"] = drop_after_taking
    mail = queue_mail()
    assert mails_drain() == DrainResult(uncertain=1)
    sink.scripts.clear()
    mail.refresh_from_db()
    return mail


def test_sending_again_keeps_bytes_and_message_id(cast: Cast, sink: Sink, lost_mail: OutboundMail) -> None:
    settled = mail_settle(
        actor=cast.scope("controller"), mail_id=lost_mail.pk, outcome="queued", note="Сервер письма не видел"
    )
    assert (settled.state, settled.settled_by) == (MailState.QUEUED, cast.controller)
    assert mails_drain() == DrainResult(accepted=1)
    assert sink.taken[0].content == sink.taken[1].content == bytes(lost_mail.payload)
    assert sink.messages[1]["Message-ID"] == lost_mail.message_id
    task = StaffTask.objects.get()
    assert (task.closed_by, task.outcome) == (cast.controller, "Сервер письма не видел")


def test_an_uncertain_mail_can_be_settled_as_taken_and_stays_so(cast: Cast, lost_mail: OutboundMail) -> None:
    scope = cast.scope("administrator")
    mail_settle(actor=scope, mail_id=lost_mail.pk, outcome="accepted", note="Найдено в журнале сервера")
    lost_mail.refresh_from_db()
    assert lost_mail.accepted_at is not None
    assert lost_mail.events.last().text == "Найдено в журнале сервера"
    assert mails_drain() == DrainResult()
    with pytest.raises(ImpossibleStep):
        mail_settle(actor=scope, mail_id=lost_mail.pk, outcome="failed", note="передумал")


def test_a_mail_that_waits_is_nobodys_to_settle(cast: Cast, queue_mail: QueueMail) -> None:
    with pytest.raises(ImpossibleStep):
        mail_settle(actor=cast.scope("controller"), mail_id=queue_mail().pk, outcome="accepted", note="x")


def test_a_decision_needs_words(cast: Cast, lost_mail: OutboundMail) -> None:
    with pytest.raises(InvalidInput):
        mail_settle(actor=cast.scope("controller"), mail_id=lost_mail.pk, outcome="queued", note="  ")


def test_only_a_controller_or_an_administrator_settles(cast: Cast, lost_mail: OutboundMail) -> None:
    with pytest.raises(NotAllowed):
        mail_settle(actor=cast.scope("methodologist"), mail_id=lost_mail.pk, outcome="queued", note="x")
    for stranger in ("tomsk_coordinator", "tomsk_minister", "chair", "newcomer", "public"):
        with pytest.raises(Missing):
            mail_settle(actor=cast.scope(stranger), mail_id=lost_mail.pk, outcome="queued", note="x")


def test_one_task_is_open_per_kind_and_object() -> None:
    def opened(key: str) -> StaffTask:
        return staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key=key, title="Регион без\nруководителя")

    assert opened("region:70") == opened("region:70") != opened("region:55")
    assert opened("region:70").title == "Регион без руководителя"
    assert StaffTask.objects.open().count() == 2


def test_a_closed_task_says_who_and_how_and_may_open_anew(cast: Cast) -> None:
    task = staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:70", title="Томск")
    with pytest.raises(InvalidInput):
        staff_task_close(actor=cast.scope("controller"), task_id=task.pk, outcome=" ")
    staff_task_close(actor=cast.scope("controller"), task_id=task.pk, outcome="Назначен")
    with pytest.raises(ImpossibleStep):
        staff_task_close(actor=cast.scope("controller"), task_id=task.pk, outcome="Ещё раз")
    assert staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:70", title="Томск") != task
    task.refresh_from_db()
    assert (task.closed_by, task.outcome) == (cast.controller, "Назначен")


def test_a_region_closes_no_task_of_the_centre(cast: Cast) -> None:
    task = staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:70", title="Томск")
    with pytest.raises(Missing):
        staff_task_close(actor=cast.scope("tomsk_coordinator"), task_id=task.pk, outcome="x")
