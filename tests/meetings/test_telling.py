"""Mails and notices about meetings: one per person and change, quiet while a draft, with the calendar file."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import vobject

from accounts.models import Membership, User
from common import clock
from common.scope import SYSTEM, Role
from meetings.enums import MeetingState
from meetings.keys import answer_key, check_in_code
from meetings.models import Meeting, MeetingEvent
from meetings.services.invitations import invitation_renew
from meetings.services.telling import meeting_tell
from notifications.models import Notice, OutboundMail, StaffTask
from notifications.notices import words_of_notice
from notifications.services import mails_drain
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, invite, item, meeting
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db
EVE = WEDNESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_the_eve() -> Iterator[None]:
    with clock.at(EVE):
        yield


@pytest.fixture
def opened(cast: Cast) -> Meeting:
    made = meeting(
        MeetingState.OPEN, cast.tomsk, cast.chukotka, place="Москва, зал 1",
        video_link="https://video.example/room/7",
    )  # fmt: skip
    item(made, title="О ходе набора", minutes=15, speaker="Методист Н. Л.")
    return made


def tell(of: Meeting, kind: str = "opened") -> int:
    return meeting_tell(actor=SYSTEM, meeting=of, kind=kind)


def mail_to(person: User, kind: str = "opened") -> EmailMessage:
    row = OutboundMail.objects.get(kind=f"meeting-{kind}", recipient_email=person.email)
    return message_from_bytes(bytes(row.payload), policy=policy.default)


def words_of(message: EmailMessage, subtype: str = "plain") -> str:
    body = message.get_body((subtype,))
    assert body is not None
    return body.get_content().replace("\u00a0", " ").replace("\r\n", "\n")


def test_the_coordinators_of_the_invited_regions_are_told_once_each(cast: Cast, opened: Meeting) -> None:
    assert tell(opened) == 2
    told = {"tomsk@example.org", "deputy@example.org"}
    assert set(OutboundMail.objects.values_list("recipient_email", flat=True)) == told
    assert set(Notice.objects.values_list("person__email", flat=True)) == told
    assert tell(opened) == 0
    assert OutboundMail.objects.count() == Notice.objects.count() == 2


def test_who_is_invited_later_is_told_then_and_the_others_not_again(cast: Cast, opened: Meeting) -> None:
    tell(opened)
    invite(opened, cast.omsk)
    assert tell(opened) == 1
    assert mail_to(cast.omsk_coordinator)


def test_a_further_change_is_told_of_again(cast: Cast, opened: Meeting) -> None:
    tell(opened)
    for sequence in (1, 2):
        opened.calendar_sequence = sequence
        assert tell(opened, "moved") == 2
    assert OutboundMail.objects.filter(kind="meeting-moved").count() == 4


@pytest.mark.parametrize("kind", ["opened", "moved", "cancelled", "agenda_changed"])
def test_a_draft_is_silent(cast: Cast, kind: str) -> None:
    assert tell(meeting(MeetingState.DRAFT, cast.tomsk), kind) == 0
    assert not OutboundMail.objects.exists()
    assert not Notice.objects.exists()


def test_whoever_does_it_is_not_told_and_chair_and_secretary_are(cast: Cast, opened: Meeting) -> None:
    opened.chair, opened.secretary = cast.administrator, cast.controller
    assert meeting_tell(actor=cast.scope("controller"), meeting=opened, kind="opened") == 3
    assert not OutboundMail.objects.filter(recipient_email="controller@example.org").exists()
    assert "answer/?key=" not in words_of(mail_to(cast.administrator))


def test_the_people_of_its_association_are_told(cast: Cast) -> None:
    made = meeting(MeetingState.OPEN, kind="association", association=cast.machine_builders)
    assert tell(made) == 1
    assert mail_to(cast.chair)


def test_the_invitation_says_everything_that_the_coordinator_needs(cast: Cast, opened: Meeting) -> None:
    tell(opened)
    message = mail_to(cast.tomsk_deputy)
    invitation = opened.invitations.get(region="70")
    for text in (words_of(message), words_of(message, "html")):
        for words in (
            "Совещание", "10:00", "Москва, зал 1", "https://video.example/room/7", "О ходе набора", "Методист Н. Л.",
            "ПроЛом", "АгроТом", "14:00", answer_key(invitation, cast.tomsk_deputy.pk),
            check_in_code(invitation, cast.tomsk_deputy.pk),
        ):  # fmt: skip
            assert words in text
        assert answer_key(invitation, cast.tomsk_coordinator.pk) not in text
    assert "Томина" in words_of(message)


def test_a_coordinator_of_two_regions_gets_one_mail_with_both(cast: Cast, opened: Meeting) -> None:
    Membership.objects.create(
        user=cast.tomsk_coordinator, role=Role.COORDINATOR, region=cast.chukotka, position="main",
        starts_on="2025-01-01",
    )  # fmt: skip
    assert tell(opened) == 2
    text = words_of(mail_to(cast.tomsk_coordinator))
    assert text.count("answer/?key=") == 2
    assert "19:00" in text


def test_the_calendar_file_comes_with_its_method_and_is_set_right_in_place(
    cast: Cast, opened: Meeting
) -> None:
    tell(opened)
    opened.calendar_sequence, opened.state = 1, MeetingState.CANCELLED
    opened.cancelled_at, opened.cancel_reason = EVE, "Командировка"
    tell(opened, "cancelled")
    found = {}
    for kind in ("opened", "cancelled"):
        (file,) = mail_to(cast.tomsk_coordinator, kind).iter_attachments()
        calendar = vobject.readOne(file.get_content())
        assert file.get_content_type() == "text/calendar"
        assert file["Content-Type"].params["method"] == calendar.method.value
        found[kind] = calendar
    assert [found[kind].method.value for kind in found] == ["REQUEST", "CANCEL"]
    first, second = (found[kind].vevent for kind in found)
    assert first.uid.value == second.uid.value == opened.calendar_uid
    assert [first.sequence.value, second.sequence.value] == ["0", "1"]
    assert second.status.value == "CANCELLED"
    assert first.attendee.value == "mailto:tomsk@example.org"
    assert first.attendee.params["RSVP"] == ["FALSE"]
    assert first.organizer.value.startswith("mailto:")


def test_a_change_says_its_reason_and_a_cancellation_too(cast: Cast, opened: Meeting) -> None:
    MeetingEvent.objects.create(meeting=opened, kind="moved", at=EVE, text="Праздничный день", values={})
    tell(opened, "moved")
    assert "Праздничный день" in words_of(mail_to(cast.tomsk_coordinator, "moved"))
    cancelled = meeting(MeetingState.CANCELLED, cast.omsk, cancel_reason="Командировка")
    tell(cancelled, "cancelled")
    text = words_of(mail_to(cast.omsk_coordinator, "cancelled"))
    assert "Командировка" in text
    assert "answer/?key=" not in text


def test_the_mail_of_the_protocol_leads_to_it_and_has_no_calendar(cast: Cast) -> None:
    over = meeting(MeetingState.PROTOCOL_ISSUED, cast.tomsk)
    tell(over, "protocol_issued")
    message = mail_to(cast.tomsk_coordinator, "protocol_issued")
    assert list(message.iter_attachments()) == []
    assert f"/meetings/{over.pk}/participants/" in words_of(message)


def test_the_bell_says_it_in_words(cast: Cast, opened: Meeting) -> None:
    for kind in ("opened", "moved", "cancelled", "agenda_changed", "protocol_issued"):
        tell(opened, kind)
    for notice in Notice.objects.filter(person=cast.tomsk_coordinator):
        assert "Совещание" in words_of_notice(notice.kind, notice.data)
    assert Notice.objects.filter(person=cast.tomsk_coordinator).count() == 5


def test_somebody_without_an_address_stops_nobody_and_becomes_a_task(cast: Cast, opened: Meeting) -> None:
    User.objects.filter(pk=cast.tomsk_coordinator.pk).update(email="no address")
    assert tell(opened) == 1
    assert StaffTask.objects.get().kind == "address_bad"


def test_a_person_reads_it_in_his_language(cast: Cast, opened: Meeting) -> None:
    User.objects.filter(pk=cast.tomsk_coordinator.pk).update(language="en")
    tell(opened)
    assert "you are invited" in words_of(mail_to(cast.tomsk_coordinator))
    assert "you are invited" not in words_of(mail_to(cast.tomsk_deputy))


def test_the_links_of_a_later_mail_are_those_of_the_new_turn(cast: Cast, opened: Meeting) -> None:
    tell(opened)
    invitation_renew(actor=SYSTEM, meeting_id=opened.pk, region="70")
    opened.calendar_sequence = 1
    tell(opened, "moved")
    before, after = (words_of(mail_to(cast.tomsk_coordinator, kind)) for kind in ("opened", "moved"))
    assert before.split("key=")[1].split()[0] != after.split("key=")[1].split()[0]


def test_a_real_server_takes_it_as_it_is(cast: Cast, opened: Meeting, sink: Sink) -> None:
    tell(opened)
    assert mails_drain().accepted == 2
    for message in sink.messages:
        (file,) = message.iter_attachments()
        assert vobject.readOne(file.get_content()).vevent.uid.value == opened.calendar_uid
        assert message["Auto-Submitted"] == "auto-generated"
