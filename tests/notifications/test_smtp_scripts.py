"""Twelve ways in which a mail server fails, each with what must come of it: retried, given up, or left to a person."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pytest_django import Settings

from common import clock
from notifications.enums import MailState, StaffTaskKind
from notifications.models import OutboundMail, StaffTask
from notifications.services import DrainResult, bounce_take, mails_drain
from tests.notifications import reports
from tests.notifications.conftest import QueueMail
from tests.notifications.sink import Script, Sink, drop, drop_after_taking

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Case:
    """What the server does at a step, what one drain makes of it, and the state a week later with a healthy server."""

    step: str
    answer: str | Script
    first: DrainResult
    last: MailState
    task: StaffTaskKind | None = None


ANSWERS = {
    "asks to come later (greylist)": Case(
        "RCPT", "451 4.7.1 Greylisted, try again in 300 seconds", DrainResult(postponed=1), MailState.ACCEPTED
    ),
    "has no room now": Case("RCPT", "452 4.2.2 Mailbox full", DrainResult(postponed=1), MailState.ACCEPTED),
    "closes the service": Case("RCPT", "421 4.3.2 Closing", DrainResult(postponed=1), MailState.ACCEPTED),
    "does not know the recipient": Case(
        "RCPT", "550 5.1.1 User unknown", DrainResult(failed=1), MailState.FAILED, StaffTaskKind.MAIL_FAILED
    ),
    "hangs up at the recipient": Case("RCPT", drop, DrainResult(postponed=1), MailState.ACCEPTED),
    "refuses the text for now": Case("DATA", "451 4.3.0 Error", DrainResult(postponed=1), MailState.ACCEPTED),
    "refuses the text for good": Case(
        "DATA", "554 5.7.1 Spam", DrainResult(failed=1), MailState.FAILED, StaffTaskKind.MAIL_FAILED
    ),
    "hangs up after the text": Case(
        "DATA", drop_after_taking, DrainResult(uncertain=1), MailState.UNCERTAIN, StaffTaskKind.MAIL_UNCERTAIN
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_that(sink: Sink, queue_mail: QueueMail, name: str) -> None:
    case, mail = ANSWERS[name], queue_mail()
    sink.scripts[case.step] = case.answer
    assert mails_drain() == case.first
    sink.scripts.clear()
    with clock.at(clock.now() + WEEK):
        mails_drain()
    mail.refresh_from_db()
    assert mail.state == case.last
    assert list(StaffTask.objects.open().values_list("kind", flat=True)) == ([case.task] if case.task else [])
    assert len(sink.taken) <= 1


def test_a_server_that_rejects_one_of_many_hinders_no_other(sink: Sink, queue_mail: QueueMail) -> None:
    def one_is_unknown(_sink: Sink, _server: object, address: str) -> str | None:
        return "550 5.1.1 User unknown" if address.startswith("number3") else None

    for number in range(6):
        queue_mail(key=str(number), recipient_email=f"number{number}@example.org")
    sink.scripts["RCPT"] = one_is_unknown
    assert mails_drain() == DrainResult(accepted=5, failed=1)
    assert OutboundMail.objects.get(state=MailState.FAILED).recipient_email == "number3@example.org"


def test_a_server_that_takes_and_then_returns_the_letter(sink: Sink, queue_mail: QueueMail) -> None:
    mail = queue_mail()
    assert mails_drain() == DrainResult(accepted=1)
    sent = clock.now() + timedelta(minutes=1)
    bounce_take(content=reports.postfix(mail.message_id, date=f"{sent:%a, %d %b %Y %H:%M:%S +0000}"))
    mail.refresh_from_db()
    assert mail.state == MailState.BOUNCED
    assert StaffTask.objects.open().get().kind == StaffTaskKind.MAIL_FAILED


@contextmanager
def greeting(*lines: bytes) -> Iterator[int]:
    """A server that says these lines whatever it hears, and then hangs up; its port."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in lines:
                self.wfile.write(line + b"\r\n")
                self.rfile.readline()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


GREETINGS: dict[str, tuple[bytes, ...]] = {
    "turns everybody away": (b"554 5.3.2 No service here",),
    "is too busy": (b"421 4.3.2 Too many connections",),
    "hangs up without a word": (),
    "speaks something else": (b"SSH-2.0-OpenSSH_9.2",),
    "refuses to be greeted": (b"220 ready", b"502 no EHLO", b"502 no HELO", b"221 bye"),
}


@pytest.mark.parametrize("name", GREETINGS)
def test_a_server_that_at_the_door(settings: Settings, queue_mail: QueueMail, name: str) -> None:
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "smtp", "127.0.0.1", 1
    mail = queue_mail()
    with greeting(*GREETINGS[name]) as port:
        settings.EMAIL_PORT = port
        assert mails_drain() == DrainResult(postponed=1)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert mail.server_reply
