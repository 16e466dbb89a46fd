"""The bytes of a mail: the same for the same arguments, 7-bit safe, and no text can add a header."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from django.db import transaction
from pytest_django import Settings

from common.clock import at
from common.errors import InvalidInput
from notifications.messages import Attachment, InlinePicture
from notifications.models import MailEvent, OutboundMail
from notifications.transports import dot_stuffed
from tests.notifications.conftest import QueueMail

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 10, 9, tzinfo=UTC)
LONG_SUBJECT = (
    "О рейтинге эффективности регионального управления проектом за октябрь 2026 года — " + "Чукотка " * 12
)


def parsed(mail: OutboundMail) -> EmailMessage:
    return message_from_bytes(bytes(mail.payload), policy=policy.default)


def test_the_same_arguments_give_the_same_bytes(queue_mail: QueueMail) -> None:
    sheet = Attachment("Исполнения области.xlsx", "application/vnd.ms-excel", bytes(range(256)) * 50)
    with transaction.atomic():
        first = bytes(queue_mail(attachments=[sheet], date=NOON).payload)
        transaction.set_rollback(True)
    assert bytes(queue_mail(attachments=[sheet], date=NOON).payload) == first


def test_a_second_queueing_under_one_key_changes_nothing(queue_mail: QueueMail) -> None:
    first = queue_mail()
    second = queue_mail(subject="Другая тема")
    assert (second.pk, second.subject) == (first.pk, "О рейтинге за октябрь")
    assert OutboundMail.objects.count() == MailEvent.objects.count() == 1


def test_mails_of_different_keys_have_different_message_ids(queue_mail: QueueMail) -> None:
    assert queue_mail(key="a").message_id != queue_mail(key="b").message_id


def test_cyrillic_survives_the_way_and_back(queue_mail: QueueMail) -> None:
    sheet = Attachment("Исполнения области за октябрь.xlsx", "application/vnd.ms-excel", b"\x00\xff" * 9)
    mail = queue_mail(subject=LONG_SUBJECT, attachments=[sheet], date=NOON)
    message = parsed(mail)
    assert message["Subject"] == LONG_SUBJECT.strip()
    raw = message_from_bytes(bytes(mail.payload))
    assert str(make_header(decode_header(raw["To"]))) == "Верховская Анна Сергеевна <minister@tomsk.example>"
    assert message["To"].addresses[0].addr_spec == "minister@tomsk.example"
    assert message.get_body(("plain",)).get_content().split("\r\n") == ["Уважаемая Анна Сергеевна!", ""]
    assert message.get_body(("html",)).get_content().strip() == "<p>Уважаемая Анна Сергеевна!</p>"
    attachment = next(message.iter_attachments())
    assert attachment.get_filename() == "Исполнения области за октябрь.xlsx"
    assert attachment.get_content() == b"\x00\xff" * 9
    assert message["Date"].datetime == NOON
    assert message["Auto-Submitted"] == "auto-generated"
    assert not message.defects


def test_every_line_is_short_ascii_with_crlf(queue_mail: QueueMail) -> None:
    payload = bytes(queue_mail(subject=LONG_SUBJECT, text="слово " * 5000, html="<p>" + "ы" * 9000).payload)
    assert payload.isascii()
    assert b"\n" not in payload.replace(b"\r\n", b"")
    assert max(map(len, payload.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "text",
    ["Я", "Ё" * 200, 'Иванов «И.» "И." <x@y.example>, Ко', "名前😀" * 40, f"{'a' * 150}ё", "=?utf-8?b?ё?="],
)
def test_every_name_and_subject_comes_back_whole_from_short_lines(queue_mail: QueueMail, text: str) -> None:
    mail = queue_mail(subject=text, recipient_name=text)
    message = parsed(mail)
    assert message["Subject"] == text
    # The parser of the newer policy takes the fold between two encoded words of a name for a space.
    raw = message_from_bytes(bytes(mail.payload))["To"]
    assert str(make_header(decode_header(raw))) == f"{text[:200]} <minister@tomsk.example>"
    assert [address.addr_spec for address in message["To"].addresses] == ["minister@tomsk.example"]
    head = bytes(mail.payload).partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 76
    assert not message["Subject"].defects


def test_a_long_domain_of_ours_breaks_no_header(queue_mail: QueueMail, settings: Settings) -> None:
    settings.MAIL_DOMAIN = f"{'very-long-name-of-a-department.' * 4}example"
    mail = queue_mail()
    assert parsed(mail)["Message-ID"] == mail.message_id


@pytest.mark.parametrize(
    "evil", ["Тема\r\nBcc: all@example.org", "Тема\nX: y", "a\x00b\x85c\u2028d", "\u202eevil"]
)
def test_no_text_can_add_a_header(queue_mail: QueueMail, evil: str) -> None:
    mail = queue_mail(subject=evil, recipient_name=evil)
    message = parsed(mail)
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert len(message["To"].addresses) == 1
    assert "\n" not in mail.subject


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nBcc: c@example.org", "a@b.example, c@d.example", "министр@томск.рф", "a@b\x00.ru"],
)
def test_what_is_no_address_is_refused_with_the_field_named(queue_mail: QueueMail, address: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        queue_mail(recipient_email=address)
    assert list(refusal.value.errors) == ["recipient_email"]
    assert not OutboundMail.objects.exists()


def test_a_cyrillic_domain_travels_in_ascii(queue_mail: QueueMail) -> None:
    mail = queue_mail(recipient_email="minister@образование.рф")
    local, domain = mail.recipient_email.split("@")
    assert (local, domain.encode().decode("idna")) == ("minister", "образование.рф")
    assert domain.isascii()
    assert parsed(mail)["To"].addresses[0].addr_spec == mail.recipient_email


def test_a_key_that_is_too_long_is_refused(queue_mail: QueueMail) -> None:
    with pytest.raises(InvalidInput):
        queue_mail(key="k" * 201)


def test_the_date_is_the_instant_of_the_portal_clock(queue_mail: QueueMail) -> None:
    with at(NOON):
        assert parsed(queue_mail())["Date"] == "Tue, 10 Nov 2026 12:00:00 +0300"


def test_lines_that_begin_with_a_dot_are_doubled_and_the_text_ends() -> None:
    assert dot_stuffed(b".a\r\nb.\r\n..c") == b"..a\r\nb.\r\n...c\r\n.\r\n"


def test_a_picture_is_a_part_of_the_html_and_no_attachment(queue_mail: QueueMail) -> None:
    picture = InlinePicture("history@portal", "image/png", bytes(range(256)) * 40)
    sheet = Attachment("Исполнения.csv", "text/csv", b"a;b")
    mail = queue_mail(
        html='<img src="cid:history@portal" alt="">', pictures=[picture], attachments=[sheet], date=NOON
    )
    message = parsed(mail)
    related = next(part for part in message.walk() if part.get_content_type() == "multipart/related")
    html, image = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert (image["Content-ID"], image.get_content_type()) == ("<history@portal>", "image/png")
    assert image.get_content() == picture.content
    assert image.get_content_disposition() == "inline"
    assert [part.get_filename() for part in message.iter_attachments()] == ["Исполнения.csv"]
    assert message.get_body(("plain",)).get_content().strip() == "Уважаемая Анна Сергеевна!"
    assert bytes(mail.payload).isascii()
    boundaries = [part.get_boundary() for part in message.walk() if part.is_multipart()]
    assert len(set(boundaries)) == len(boundaries) == 3
