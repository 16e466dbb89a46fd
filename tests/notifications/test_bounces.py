"""A letter that comes back: the mail, its address and the staff know of it, once; what is no report is left alone."""

import io
import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from notifications.bounces import read_report
from notifications.enums import MailState, StaffTaskKind
from notifications.models import MailEvent, OutboundMail, StaffTask
from notifications.selectors import is_bad_address
from notifications.services import BounceOutcome, bounce_take, mail_settle, staff_task_open
from tests.cast import Cast
from tests.notifications import reports
from tests.notifications.conftest import QueueMail

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 11, 16, 7, 1, 10, tzinfo=UTC)
LATER = SENT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(LATER), translation.override("en"):
        yield


@pytest.fixture
def mail(queue_mail: QueueMail) -> OutboundMail:
    """A mail that the server has taken."""
    queued = queue_mail(link="/rating/2026-10/")
    OutboundMail.objects.filter(pk=queued.pk).update(state=MailState.ACCEPTED, accepted_at=SENT)
    queued.refresh_from_db()
    return queued


@pytest.mark.parametrize("name", reports.FAILURES)
def test_a_report_of_a_failure_is_read_whoever_wrote_it(name: str) -> None:
    make, words = reports.FAILURES[name]
    report = read_report(make("<0123456789abcdef@profportal.example>"))

    assert report is not None
    assert report.failure is not None
    assert report.failure.addresses[0] == reports.RECIPIENT
    assert "<0123456789abcdef@profportal.example>" in report.letters
    assert words in report.failure.reply


@pytest.mark.parametrize("name", reports.FAILURES)
def test_the_mail_has_come_back_and_the_staff_and_the_next_digests_know(
    mail: OutboundMail, name: str
) -> None:
    make, words = reports.FAILURES[name]
    assert not is_bad_address(mail.recipient_email)
    assert bounce_take(content=make(mail.message_id)) == BounceOutcome.BOUNCED

    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (MailState.BOUNCED, SENT)
    assert words in mail.server_reply
    step = MailEvent.objects.latest("pk")
    assert (step.state, step.at, step.text) == (MailState.BOUNCED, LATER, mail.server_reply)
    task = StaffTask.objects.get()
    assert (task.kind, task.object_key, task.link) == (
        StaffTaskKind.MAIL_FAILED, f"mail:{mail.pk}", "/rating/2026-10/",
    )  # fmt: skip
    assert task.reason.startswith("minister@tomsk.example: the letter came back: ")
    assert words in task.reason
    assert is_bad_address(mail.recipient_email)


def test_the_same_report_twice_and_two_reports_of_one_letter_open_one_task(mail: OutboundMail) -> None:
    first = reports.postfix(mail.message_id)
    outcomes = [bounce_take(content=content) for content in (first, first, reports.exchange(mail.message_id))]

    assert outcomes == [BounceOutcome.BOUNCED, BounceOutcome.REPEATED, BounceOutcome.OUTDATED]
    assert MailEvent.objects.filter(state=MailState.BOUNCED).count() == 1
    assert StaffTask.objects.count() == 1


def test_an_old_report_says_nothing_of_a_letter_that_was_sent_again_and_a_new_one_does(
    cast: Cast, mail: OutboundMail
) -> None:
    bounce_take(content=reports.postfix(mail.message_id))
    mail_settle(actor=cast.scope("controller"), mail_id=mail.pk, outcome="queued", note="Ящик освобождён")
    assert StaffTask.objects.open().count() == 0
    again = SENT + timedelta(days=1)
    OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.ACCEPTED, accepted_at=again)

    assert not is_bad_address(mail.recipient_email)
    assert bounce_take(content=reports.postfix(mail.message_id)) == BounceOutcome.REPEATED
    assert bounce_take(content=reports.exchange(mail.message_id)) == BounceOutcome.OUTDATED
    late = reports.postfix(mail.message_id, date="Tue, 17 Nov 2026 10:30:00 +0300", key="second")
    assert bounce_take(content=late) == BounceOutcome.BOUNCED


def test_a_mail_of_unknown_fate_that_came_back_was_taken(mail: OutboundMail) -> None:
    OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.UNCERTAIN, accepted_at=None)
    assert bounce_take(content=reports.google(mail.message_id)) == BounceOutcome.BOUNCED
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (MailState.BOUNCED, LATER)


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.FAILED])
def test_a_mail_that_is_not_out_cannot_come_back(mail: OutboundMail, state: MailState) -> None:
    OutboundMail.objects.filter(pk=mail.pk).update(state=state)
    assert bounce_take(content=reports.postfix(mail.message_id)) == BounceOutcome.OUTDATED
    mail.refresh_from_db()
    assert mail.state == state


LEFT = {
    "unknown action": (lambda letter: reports.of_action(letter, "eaten"), BounceOutcome.NO_REPORT),
    "delivery to another address": (
        lambda letter: reports.of_action(letter, "delivered", address="archive@tomsk.example"),
        BounceOutcome.OTHER_ADDRESS,
    ),
    "absence": (reports.absence, BounceOutcome.NO_REPORT),
    "receipt": (reports.receipt, BounceOutcome.NO_REPORT),
    "another letter": (
        lambda _id: reports.postfix("<another@elsewhere.example>"),
        BounceOutcome.UNKNOWN_MAIL,
    ),
    "no letter": (lambda _id: b"\x00\xff\xfe nothing", BounceOutcome.NO_REPORT),
    "nothing": (lambda _id: b"", BounceOutcome.NO_REPORT),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_says_nothing_of_a_failure_is_left_alone(mail: OutboundMail, name: str) -> None:
    make, outcome = LEFT[name]
    assert bounce_take(content=make(mail.message_id)) == outcome
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
    assert not StaffTask.objects.exists()


WRITTEN = datetime(2026, 11, 16, 7, 1, 12, tzinfo=UTC)
"""When the reports were written."""


def test_a_report_of_a_delivery_says_so_at_its_own_time_and_once(mail: OutboundMail) -> None:
    report = reports.of_action(mail.message_id, "delivered")
    assert bounce_take(content=report) == BounceOutcome.DELIVERED
    assert bounce_take(content=report) == BounceOutcome.REPEATED

    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at, mail.delivered_at) == (MailState.DELIVERED, SENT, WRITTEN)
    step = MailEvent.objects.latest("pk")
    assert (step.state, step.at) == (MailState.DELIVERED, WRITTEN)
    assert step.text.startswith("Report of the server: delivered. ")
    assert not StaffTask.objects.exists()


def test_a_delivery_is_told_of_the_address_however_it_is_written(mail: OutboundMail) -> None:
    report = reports.of_action(mail.message_id, "delivered", address="Minister@TOMSK.example")
    assert bounce_take(content=report) == BounceOutcome.DELIVERED


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("delayed", "not delivered yet, it still tries"),
        ("relayed", "passed on to a server that sends no reports"),
        ("expanded", "passed on to the members of a list"),
    ],
)
def test_a_letter_that_is_on_its_way_has_a_line_of_history_and_is_not_delivered(
    mail: OutboundMail, action: str, words: str
) -> None:
    assert bounce_take(content=reports.of_action(mail.message_id, action)) == BounceOutcome.NOTED
    mail.refresh_from_db()
    assert (mail.state, mail.delivered_at) == (MailState.ACCEPTED, None)
    step = MailEvent.objects.latest("pk")
    assert (step.state, step.at) == (MailState.ACCEPTED, WRITTEN)
    assert words in step.text
    assert bounce_take(content=reports.postfix(mail.message_id)) == BounceOutcome.BOUNCED


def test_a_letter_that_arrived_may_still_come_back_and_one_that_came_back_does_not_arrive(
    mail: OutboundMail,
) -> None:
    bounce_take(content=reports.of_action(mail.message_id, "delivered"))
    assert bounce_take(content=reports.postfix(mail.message_id)) == BounceOutcome.BOUNCED
    late = reports.of_action(mail.message_id, "delivered").replace(b"delivered.minister", b"again.minister")
    assert bounce_take(content=late) == BounceOutcome.OUTDATED
    mail.refresh_from_db()
    assert (mail.state, mail.delivered_at) == (MailState.BOUNCED, None)


@pytest.mark.parametrize("action", ["delivered", "delayed"])
def test_a_report_about_a_mail_of_unknown_fate_answers_the_question(mail: OutboundMail, action: str) -> None:
    OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.UNCERTAIN, accepted_at=None)
    staff_task_open(
        kind=StaffTaskKind.MAIL_UNCERTAIN, object_key=f"mail:{mail.pk}", title="t", reason="r", link=""
    )
    bounce_take(content=reports.of_action(mail.message_id, action))
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (
        MailState.DELIVERED if action == "delivered" else MailState.ACCEPTED, WRITTEN,
    )  # fmt: skip
    assert not StaffTask.objects.open().exists()


def test_a_report_dated_in_the_future_or_before_the_sending_moves_no_time(mail: OutboundMail) -> None:
    ahead = reports.of_action(mail.message_id, "delivered").replace(
        b"16 Nov 2026 10:01:12", b"20 Nov 2026 10:01:12"
    )
    assert bounce_take(content=ahead) == BounceOutcome.DELIVERED
    mail.refresh_from_db()
    assert mail.delivered_at == LATER


@given(st.data())
def test_no_damaged_report_is_a_fault(data: st.DataObject) -> None:
    whole = (
        reports.international("<a@b.example>")
        if data.draw(st.booleans())
        else reports.postfix("<a@b.example>")
    )
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    read_report(whole[:first] + data.draw(st.binary(max_size=20)) + whole[last:])


# Command


def read(*paths: Path) -> tuple[str, str]:
    out, errors = io.StringIO(), io.StringIO()
    call_command("mails_bounced", *map(str, paths), stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_the_command_reads_messages_mailboxes_and_folders_and_names_what_it_leaves(
    mail: OutboundMail, queue_mail: QueueMail, tmp_path: Path
) -> None:
    second = queue_mail(key="letter:2", recipient_email="head@omsk.example")
    OutboundMail.objects.filter(pk=second.pk).update(state=MailState.ACCEPTED, accepted_at=SENT)
    (tmp_path / "absent.eml").write_bytes(reports.absence(mail.message_id))
    (tmp_path / "delay.eml").write_bytes(reports.delayed(mail.message_id))
    box = mailbox.mbox(tmp_path / "reports.mbox")
    box.add(reports.postfix(mail.message_id))
    box.add(reports.postfix("<another@elsewhere.example>", key="other"))
    box.close()
    maildir = mailbox.Maildir(tmp_path / "maildir")
    maildir.add(reports.exchange(second.message_id))

    out, errors = read(tmp_path)
    assert "letters that came back: 2" in out
    assert "letters that are on their way: 1" in out
    assert "reports about unknown letters: 1" in out
    assert f"{tmp_path / 'absent.eml'}: no report of a mail server" in errors
    assert f"{tmp_path / 'reports.mbox'}:2: a report about a letter that the portal has not sent" in errors
    assert set(OutboundMail.objects.values_list("state", flat=True)) == {MailState.BOUNCED}
    assert len(list(tmp_path.rglob("*.eml"))) == 2

    out, _errors = read(tmp_path)
    assert "letters that came back" not in out
    assert "reports that were read before: 3" in out


def test_a_message_that_is_far_too_large_is_named_and_not_read(
    mail: OutboundMail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.management.commands.mails_bounced.LARGEST", 10)
    (tmp_path / "large.eml").write_bytes(reports.postfix(mail.message_id))
    assert "large.eml: no report" in read(tmp_path)[1]
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED


def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no such path: .*gone"):
        read(tmp_path / "gone")


def test_a_report_with_a_letter_as_an_attachment_of_a_person_is_no_report(mail: OutboundMail) -> None:
    forwarded = EmailMessage()
    forwarded["Subject"] = "Fwd"
    forwarded.set_content("Посмотрите, пожалуйста.")
    forwarded.add_attachment(reports.postfix(mail.message_id), maintype="application", subtype="octet-stream")
    assert bounce_take(content=forwarded.as_bytes()) == BounceOutcome.NO_REPORT
