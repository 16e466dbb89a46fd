"""The log of the relay settles letters of unknown fate; nothing is sent again because of a log."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from notifications.enums import MailState, StaffTaskKind
from notifications.models import MailEvent, OutboundMail, StaffTask
from notifications.relay_log import RelayState, read_log
from notifications.services import RelayOutcome, mail_settle, mails_drain, relay_answers_take, staff_task_open
from tests.cast import Cast
from tests.notifications.conftest import QueueMail
from tests.notifications.sink import Sink, drop_after_taking

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
BEGUN = """\
Nov 16 10:01:10 mx postfix/smtpd[811]: 4FzD2j6Q3l: client=portal[192.0.2.2]
Nov 16 10:01:10 mx postfix/cleanup[812]: 4FzD2j6Q3l: message-id={letter}
"""
TAKEN = "Nov 16 10:01:11 mx postfix/qmgr[90]: 4FzD2j6Q3l: from=<rating@a.example>, size=1, nrcpt=1 (queue active)\n"
SENT = (
    "2026-11-16T10:01:12.250000+03:00 mx postfix/smtp[813]: 4FzD2j6Q3l: to=<minister@tomsk.example>, "
    "relay=mail.tomsk.example[192.0.2.7]:25, delay=1.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9A)\n"
    "Nov 16 10:01:12 mx postfix/qmgr[90]: 4FzD2j6Q3l: removed\n"
)
DEFERRED = (
    "Nov 16 10:01:12 mx postfix/smtp[813]: 4FzD2j6Q3l: to=<minister@tomsk.example>, relay=none, delay=9, dsn=4.4.1, "
    "status=deferred (connect to mail.tomsk.example[192.0.2.7]:25: Connection timed out)\n"
)
BOUNCED = (
    "Nov 16 10:01:12 mx postfix/smtp[813]: 4FzD2j6Q3l: to=<minister@tomsk.example>, relay=mail.tomsk.example, "
    "dsn=5.1.1, status=bounced (host mail.tomsk.example said: 550 5.1.1 User unknown (in reply to RCPT TO command))\n"
)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def lost_mail(sink: Sink, queue_mail: QueueMail) -> OutboundMail:
    sink.scripts["DATA"] = drop_after_taking
    mail = queue_mail()
    mails_drain()
    sink.scripts.clear()
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
    return mail


def take(text: str, mail: OutboundMail) -> dict[RelayOutcome, int]:
    return dict(relay_answers_take(read_log(text.format(letter=mail.message_id).splitlines(), clock.now())))


@pytest.mark.parametrize(
    ("log", "outcome", "state"),
    [
        (BEGUN + TAKEN, RelayOutcome.TAKEN, MailState.ACCEPTED),
        (BEGUN + TAKEN + DEFERRED, RelayOutcome.TAKEN, MailState.ACCEPTED),
        (BEGUN + TAKEN + SENT, RelayOutcome.DELIVERED, MailState.DELIVERED),
        (BEGUN + TAKEN + DEFERRED + TAKEN + SENT, RelayOutcome.DELIVERED, MailState.DELIVERED),
        (BEGUN + TAKEN + BOUNCED, RelayOutcome.BOUNCED, MailState.BOUNCED),
    ],
)
def test_a_letter_of_unknown_fate_is_settled_by_the_answer_of_the_relay(
    sink: Sink, lost_mail: OutboundMail, log: str, outcome: RelayOutcome, state: MailState
) -> None:
    sent = len(sink.taken)
    assert take(log, lost_mail) == {outcome: 1}
    lost_mail.refresh_from_db()
    assert lost_mail.state == state
    assert not StaffTask.objects.open().filter(kind=StaffTaskKind.MAIL_UNCERTAIN).exists()
    assert StaffTask.objects.open().count() == (state == MailState.BOUNCED)
    steps = MailEvent.objects.count()
    assert take(log, lost_mail) == {}
    assert MailEvent.objects.count() == steps
    mails_drain()
    assert len(sink.taken) == sent


def test_a_message_id_without_the_whole_text_proves_nothing(lost_mail: OutboundMail) -> None:
    assert take(BEGUN, lost_mail) == {}
    lost = "Nov 16 10:01:11 mx postfix/smtpd[811]: lost connection after DATA from portal[192.0.2.2]\n"
    assert take(BEGUN + lost, lost_mail) == {}
    lost_mail.refresh_from_db()
    assert lost_mail.state == MailState.UNCERTAIN
    assert StaffTask.objects.open().count() == 1


def test_a_taken_letter_becomes_delivered_or_comes_back_and_stays_so(queue_mail: QueueMail) -> None:
    mail = queue_mail()
    OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.ACCEPTED, accepted_at=NOW)
    assert take(BEGUN + TAKEN + SENT, mail) == {RelayOutcome.DELIVERED: 1}
    assert take(BEGUN + TAKEN + BOUNCED, mail) == {}


def test_old_lines_say_nothing_of_a_letter_that_a_person_has_sent_again(
    cast: Cast, queue_mail: QueueMail
) -> None:
    mail = queue_mail()
    OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.BOUNCED, accepted_at=NOW)
    later = NOW + timedelta(days=1)
    with clock.at(later):
        mail_settle(actor=cast.scope("controller"), mail_id=mail.pk, outcome="queued", note="Адрес исправен")
        OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.ACCEPTED, accepted_at=later)
        assert take(BEGUN + TAKEN + BOUNCED, mail) == {}


def test_a_queue_id_that_is_used_again_belongs_to_the_next_letter() -> None:
    log = BEGUN.format(letter="<one@a>") + TAKEN + SENT + BEGUN.format(letter="<two@a>") + TAKEN
    states = {letter: answer.state for letter, answer in read_log(log.splitlines(), NOW).items()}
    assert states == {"<one@a>": RelayState.SENT, "<two@a>": RelayState.TAKEN}


def test_a_short_date_belongs_to_the_last_twelve_months() -> None:
    log = (BEGUN.format(letter="<one@a>") + TAKEN).replace("Nov 16", "Dec 30")
    assert read_log(log.splitlines(), NOW)["<one@a>"].at.year == 2025


@given(st.text(max_size=200))
def test_no_damaged_log_is_a_fault(text: str) -> None:
    read_log((BEGUN + text + TAKEN + text + SENT).splitlines(), NOW)


def test_the_command_says_what_it_settled_and_what_is_left(
    lost_mail: OutboundMail, queue_mail: QueueMail, tmp_path: Path
) -> None:
    other = queue_mail(key="letter:2")
    OutboundMail.objects.filter(pk=other.pk).update(state=MailState.UNCERTAIN)
    staff_task_open(kind=StaffTaskKind.MAIL_UNCERTAIN, object_key=f"mail:{other.pk}", title="x")
    (tmp_path / "mail.log").write_text(
        (BEGUN + TAKEN + SENT).format(letter=lost_mail.message_id), encoding="utf-8"
    )
    out = io.StringIO()
    call_command("mails_settle", "--relay-log", str(tmp_path / "mail.log"), stdout=out)
    assert [line.rpartition(" ")[2] for line in out.getvalue().splitlines()] == ["1", "1"]
    other.refresh_from_db()
    assert other.state == MailState.UNCERTAIN
    with pytest.raises(CommandError):
        call_command("mails_settle", "--relay-log", str(tmp_path / "gone.log"))
