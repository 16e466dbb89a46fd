"""The mailbox of returned letters: each message counts once, nothing is deleted, letters of people stay unread."""

import io
import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from common import clock
from notifications.enums import MailState, StaffTaskKind
from notifications.mailboxes import MailboxError
from notifications.messages import _digest
from notifications.models import OutboundMail, StaffTask
from notifications.selectors import is_bad_address
from notifications.services import BounceOutcome, bounce_take, mailbox_read, mailbox_read_by_clock
from tests.notifications import reports
from tests.notifications.certificates import self_signed
from tests.notifications.conftest import QueueMail
from tests.notifications.imap import PASSWORD, Box, imap_server

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 11, 16, 7, 1, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(SENT + timedelta(hours=2)):
        yield


@pytest.fixture
def mail(queue_mail: QueueMail) -> OutboundMail:
    queued = queue_mail(link="/letters/1/")
    OutboundMail.objects.filter(pk=queued.pk).update(state=MailState.ACCEPTED, accepted_at=SENT)
    queued.refresh_from_db()
    return queued


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    with imap_server() as server:
        settings.BOUNCE_MAILBOX_URL = server.url()
        yield server


def test_a_return_is_a_task_after_one_look_and_the_address_is_bad(box: Box, mail: OutboundMail) -> None:
    report, answer = box.add(reports.postfix(mail.message_id)), box.add(reports.absence(mail.message_id))
    assert mailbox_read() == {BounceOutcome.BOUNCED: 1, BounceOutcome.NO_REPORT: 1}
    task = StaffTask.objects.get()
    assert (task.kind, task.link) == (StaffTaskKind.MAIL_FAILED, "/letters/1/")
    assert is_bad_address(mail.recipient_email)
    assert box.flags == {report: {"\\Seen"}, answer: {"ProfportalRead"}}
    assert mailbox_read() == {}
    assert not any("Deleted" in line or "EXPUNGE" in line or "MOVE" in line for line in box.asked)


def test_the_schedule_looks_several_times_an_hour() -> None:
    entry = portal.CELERY_BEAT_SCHEDULE["read-bounces"]
    assert entry["task"] == "notifications.tasks.read_bounces"
    assert entry["schedule"] <= 1800


def test_a_reader_that_dies_before_the_mark_reads_again_and_counts_once(box: Box, mail: OutboundMail) -> None:
    box.add(reports.postfix(mail.message_id))
    box.hangs_up_after = "STORE"
    box.fails = set()
    with pytest.raises(MailboxError):
        mailbox_read()
    box.hangs_up_after = ""
    box.flags = {uid: set() for uid in box.flags}
    assert mailbox_read() == {BounceOutcome.REPEATED: 1}
    assert StaffTask.objects.count() == 1


def test_a_server_without_keywords_gets_the_mark_that_it_knows(box: Box, mail: OutboundMail) -> None:
    box.knows_keywords = False
    uid = box.add(reports.absence(mail.message_id))
    mailbox_read()
    assert box.flags[uid] == {"\\Seen"}


def test_a_message_that_is_far_too_large_is_not_fetched(
    box: Box, mail: OutboundMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.mailboxes.LARGEST", 10)
    box.add(reports.postfix(mail.message_id))
    assert mailbox_read() == {BounceOutcome.NO_REPORT: 1}
    assert not any("BODY" in line for line in box.asked)


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_mailbox_that_cannot_be_read_is_one_task_of_the_staff(
    box: Box, mail: OutboundMail, command: str
) -> None:
    box.add(reports.postfix(mail.message_id))
    box.fails = {command}
    for _look in range(2):
        assert not mailbox_read_by_clock()
    task = StaffTask.objects.get()
    assert task.kind == StaffTaskKind.MAILBOX_UNREAD
    assert PASSWORD not in task.reason
    box.fails = set()
    assert mailbox_read_by_clock() == {BounceOutcome.BOUNCED: 1}


def test_the_conversation_is_encrypted_and_the_server_must_prove_who_it_is(
    settings: Settings, mail: OutboundMail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    with imap_server(certificate) as server:
        settings.BOUNCE_MAILBOX_URL = server.url("imaps")
        server.add(reports.postfix(mail.message_id))
        with pytest.raises(MailboxError, match="certificate verify failed"):
            mailbox_read()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert mailbox_read() == {BounceOutcome.BOUNCED: 1}


@pytest.mark.parametrize(
    "url", ["imap://user:password@mail.example/INBOX", "imaps://mail.example/", "pop3://u:p@h/", "nothing"]
)
def test_an_address_that_would_send_the_password_openly_or_names_no_mailbox_is_refused(
    settings: Settings, url: str
) -> None:
    settings.BOUNCE_MAILBOX_URL = url
    with pytest.raises(ImproperlyConfigured, match="BOUNCE_MAILBOX_URL"):
        mailbox_read()


def test_a_maildir_is_read_once_and_keeps_everything(
    settings: Settings, mail: OutboundMail, tmp_path: Path
) -> None:
    maildir = mailbox.Maildir(tmp_path / "box")
    maildir.add(reports.exchange(mail.message_id))
    maildir.add(reports.absence(mail.message_id))
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path / 'box'}"
    assert mailbox_read() == {BounceOutcome.BOUNCED: 1, BounceOutcome.NO_REPORT: 1}
    assert mailbox_read() == {}
    assert sorted(message.get_flags() for message in mailbox.Maildir(tmp_path / "box")) == ["", "S"]
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path / 'gone'}"
    with pytest.raises(MailboxError):
        mailbox_read()


def test_the_command_without_a_path_reads_the_mailbox(
    box: Box, mail: OutboundMail, settings: Settings
) -> None:
    box.add(reports.postfix(mail.message_id))
    out = io.StringIO()
    call_command("mails_bounced", stdout=out)
    assert ": 1" in out.getvalue()
    box.fails = {"LOGIN"}
    with pytest.raises(CommandError):
        call_command("mails_bounced")
    settings.BOUNCE_MAILBOX_URL = ""
    assert mailbox_read() == {}
    with pytest.raises(CommandError, match="BOUNCE_MAILBOX_URL"):
        call_command("mails_bounced")


def test_a_report_forged_by_somebody_who_has_not_seen_the_letter_is_ignored(mail: OutboundMail) -> None:
    guessed = f"<{_digest(mail.key)}@{portal.MAIL_DOMAIN}>"
    assert guessed != mail.message_id
    assert bounce_take(content=reports.postfix(guessed)) == BounceOutcome.UNKNOWN_MAIL
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
