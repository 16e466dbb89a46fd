"""Sending over a real SMTP conversation: every way in which a server or a network can fail."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from common import clock
from notifications import faults
from notifications.enums import MailState, StaffTaskKind
from notifications.models import OutboundMail, StaffTask
from notifications.services import DrainResult, mails_drain
from notifications.services.draining import BACKOFF, LEASE
from tests.notifications.conftest import QueueMail
from tests.notifications.sink import Sink, StrictSMTP, drop, drop_after_taking, hang

pytestmark = pytest.mark.django_db

InstallHook = Callable[[faults.Hook], None]


def later(delay: timedelta) -> DrainResult:
    """Drain as if so much time had passed."""
    with clock.at(clock.now() + delay):
        return mails_drain()


def test_one_connection_carries_many_mails_to_one_recipient_each(sink: Sink, queue_mail: QueueMail) -> None:
    mails = [queue_mail(key=str(n), recipient_email=f"head{n}@example.org") for n in range(5)]
    assert mails_drain() == DrainResult(accepted=5)
    assert sink.sessions == 1
    assert sink.greetings == ["profportal.example"]
    assert [envelope.rcpt_tos for envelope in sink.taken] == [[mail.recipient_email] for mail in mails]
    assert sink.taken[0].content == bytes(mails[0].payload)
    mails[4].refresh_from_db()
    assert (mails[4].state, mails[4].server_reply) == (MailState.ACCEPTED, "250 taken as 5")
    assert mails[4].accepted_at is not None
    assert mails[4].lease_until is None


def test_a_mail_goes_out_once_however_often_the_clock_rings(sink: Sink, queue_mail: QueueMail) -> None:
    queue_mail()
    mails_drain()
    assert mails_drain() == later(timedelta(days=9)) == DrainResult()
    assert len(sink.taken) == 1


def test_a_temporary_refusal_is_tried_again_after_growing_waits(sink: Sink, queue_mail: QueueMail) -> None:
    mail = queue_mail()
    sink.scripts["RCPT"] = "451 4.7.1 greylisted"
    assert mails_drain() == DrainResult(postponed=1)
    assert later(timedelta(seconds=30)) == DrainResult()
    assert later(timedelta(seconds=61)) == DrainResult(postponed=1)
    sink.scripts.clear()
    assert later(timedelta(minutes=7)) == DrainResult(accepted=1)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.ACCEPTED, 3)
    assert not StaffTask.objects.exists()
    assert [event.text for event in mail.events.all()] == [
        "", "451 4.7.1 greylisted", "451 4.7.1 greylisted", "250 taken as 1",
    ]  # fmt: skip


def test_a_server_that_never_takes_a_mail_is_given_up_within_three_days(
    sink: Sink, queue_mail: QueueMail
) -> None:
    mail = queue_mail()
    sink.scripts["RCPT"] = "450 mailbox busy"
    waited = timedelta()
    for wait in (timedelta(), *BACKOFF):
        waited += wait + timedelta(seconds=1)
        later(waited)
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert waited < timedelta(hours=72)
    assert StaffTask.objects.open().get().kind == StaffTaskKind.MAIL_FAILED


def test_a_refused_mail_opens_a_task_and_stops_no_other(sink: Sink, queue_mail: QueueMail) -> None:
    sink.scripts["RCPT"] = lambda _sink, _server, to: "550 5.1.1 no such user" if "gone" in to else None
    gone = queue_mail(key="gone", recipient_email="gone@example.org", link="/letters/7/")
    queue_mail(key="here", recipient_email="here@example.org")
    assert mails_drain() == DrainResult(accepted=1, failed=1)
    assert sink.sessions == 1
    task = StaffTask.objects.get()
    assert (task.kind, task.object_key) == (StaffTaskKind.MAIL_FAILED, f"mail:{gone.pk}")
    assert (task.title, task.link) == (gone.subject, "/letters/7/")
    assert task.reason == "gone@example.org: 550 5.1.1 no such user"


def test_a_refusal_of_the_text_is_an_answer_too(sink: Sink, queue_mail: QueueMail) -> None:
    sink.scripts["DATA"] = "554 5.7.1 looks like spam"
    mail = queue_mail()
    assert mails_drain() == DrainResult(failed=1)
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED


def test_a_line_cut_before_the_text_is_tried_again(sink: Sink, queue_mail: QueueMail) -> None:
    queue_mail()
    StrictSMTP.drop_at_data = True
    assert mails_drain() == DrainResult(postponed=1)
    StrictSMTP.drop_at_data = False
    sink.scripts["RCPT"] = drop
    assert later(timedelta(minutes=2)) == DrainResult(postponed=1)
    sink.scripts.clear()
    assert later(timedelta(minutes=9)) == DrainResult(accepted=1)
    assert len(sink.taken) == 1


@pytest.mark.parametrize("taken", [True, False])
def test_a_line_cut_after_the_text_leaves_the_mail_to_a_person(
    sink: Sink, queue_mail: QueueMail, taken: bool
) -> None:
    sink.scripts["DATA"] = drop_after_taking if taken else hang(1.5)
    mail = queue_mail()
    queue_mail(key="next", recipient_email="next@example.org")
    assert mails_drain(limit=1) == DrainResult(uncertain=1)
    sink.scripts.clear()
    assert later(timedelta(days=4)) == DrainResult(accepted=1)
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
    assert StaffTask.objects.open().get().kind == StaffTaskKind.MAIL_UNCERTAIN
    assert [envelope.rcpt_tos[0] for envelope in sink.taken].count(mail.recipient_email) <= 1


def test_a_server_that_hangs_costs_one_timeout_and_the_rest_waits(sink: Sink, queue_mail: QueueMail) -> None:
    queue_mail(key="1")
    sink.scripts["RCPT"] = hang(1.5)
    assert mails_drain(limit=1) == DrainResult(postponed=1)


def test_an_unreachable_server_stops_the_drain_at_the_first_mail(
    settings: Settings, queue_mail: QueueMail
) -> None:
    settings.MAIL_TRANSPORT, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "smtp", 1, 1
    queue_mail(key="1")
    queue_mail(key="2")
    assert mails_drain() == DrainResult(postponed=1)
    assert sorted(OutboundMail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_mail_passes_the_fault_points_in_their_order(
    sink: Sink, queue_mail: QueueMail, fault_hook: InstallHook
) -> None:
    queue_mail()
    passed: list[str] = []
    fault_hook(passed.append)
    mails_drain(limit=1)
    assert tuple(passed) == faults.MAIL_POINTS


def test_a_mail_that_breaks_our_own_code_stops_no_other(
    sink: Sink, queue_mail: QueueMail, fault_hook: InstallHook
) -> None:
    first, second = queue_mail(key="1"), queue_mail(key="2", recipient_email="b@example.org")
    hits: list[str] = []

    def stumble(point: str) -> None:
        hits.append(point)
        if hits.count("mail.before_data") == 1 and point == "mail.before_data":
            raise RuntimeError("broken")

    fault_hook(stumble)
    assert mails_drain() == DrainResult(uncertain=1, accepted=1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (MailState.UNCERTAIN, MailState.ACCEPTED)
    assert [envelope.rcpt_tos for envelope in sink.taken] == [["b@example.org"]]


def test_a_claim_that_another_process_took_over_is_not_handed_over(
    sink: Sink, queue_mail: QueueMail, fault_hook: InstallHook
) -> None:
    mail = queue_mail()
    queue_mail(key="next", recipient_email="next@example.org")

    def take_over(point: str) -> None:
        if point == "mail.after_claim":
            OutboundMail.objects.filter(pk=mail.pk).update(lease_until=clock.now() + 2 * LEASE)

    fault_hook(take_over)
    assert mails_drain() == DrainResult(accepted=1)
    assert [envelope.rcpt_tos for envelope in sink.taken] == [["next@example.org"]]


def test_a_late_answer_still_settles_an_uncertain_mail(
    sink: Sink, queue_mail: QueueMail, fault_hook: InstallHook
) -> None:
    mail = queue_mail()

    def meanwhile(point: str) -> None:
        if point == "mail.before_commit":
            with clock.at(clock.now() + LEASE * 2):
                assert mails_drain() == DrainResult(uncertain=1)

    fault_hook(meanwhile)
    assert mails_drain() == DrainResult(accepted=1)
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
    assert len(sink.taken) == 1


def test_the_folder_gets_the_same_bytes_as_the_wire(
    settings: Settings, tmp_path: Path, queue_mail: QueueMail
) -> None:
    settings.MAIL_FOLDER = tmp_path
    mail = queue_mail(key="letter:2026-10:r1:../../70:a@b.example")
    assert mails_drain() == DrainResult(accepted=1)
    (path,) = tmp_path.rglob("*.*")
    assert path.parent == tmp_path / "letter"
    assert path.name.startswith("2026-10_r1_.._.._70_a@b.example-")
    assert path.suffix == ".eml"
    assert path.read_bytes() == bytes(mail.payload)


def test_an_unknown_transport_is_named(settings: Settings) -> None:
    settings.MAIL_TRANSPORT = "pigeon"
    with pytest.raises(ImproperlyConfigured, match="smtp, folder"):
        mails_drain()


def test_a_folder_that_cannot_be_written_keeps_the_mail_for_later(
    settings: Settings, tmp_path: Path, queue_mail: QueueMail
) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings.MAIL_FOLDER = tmp_path / "file"
    queue_mail()
    assert mails_drain() == DrainResult(postponed=1)
    settings.MAIL_FOLDER = tmp_path
    assert later(timedelta(minutes=2)) == DrainResult(accepted=1)


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_many_senders_at_once_send_every_mail_once(sink: Sink, queue_mail: QueueMail) -> None:
    for number in range(40):
        queue_mail(key=str(number), recipient_email=f"head{number}@example.org")

    def send() -> None:
        try:
            mails_drain()
        finally:
            connection.close()

    senders = [Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert len(sink.taken) == len({envelope.rcpt_tos[0] for envelope in sink.taken}) == 40
    assert not OutboundMail.objects.exclude(state=MailState.ACCEPTED).exists()


@pytest.mark.parametrize(
    ("extensions", "mailbox", "link", "asked"),
    [
        (["DSN"], "maildir:///var/reports", "/letters/1/", "SUCCESS,FAILURE,DELAY"),
        (["DSN"], "maildir:///var/reports", "", ""),
        (["DSN"], "", "/letters/1/", ""),
        ([], "maildir:///var/reports", "/letters/1/", ""),
    ],
)
def test_a_server_that_can_is_asked_to_report_on_letters_when_the_reports_are_read(
    sink: Sink,
    queue_mail: QueueMail,
    settings: Settings,
    extensions: list[str],
    mailbox: str,
    link: str,
    asked: str,
) -> None:
    sink.extensions, settings.BOUNCE_MAILBOX_URL = extensions, mailbox
    queue_mail(link=link)
    assert mails_drain().accepted == 1
    assert sink.asked == [asked]
