"""Mornings of the portal, and reading the mails that they bring."""

import email
from datetime import date, datetime, time
from email import policy
from zoneinfo import ZoneInfo

from common import clock
from notifications.enums import Rung
from notifications.models import Digest, EscalationStep, OutboundMail
from notifications.services import digests_send, prompts_send

TOMSK, OMSK, MOSCOW = "Asia/Tomsk", "Asia/Omsk", "Europe/Moscow"


def local(day: date, moment: str, zone: str) -> datetime:
    """An instant by the clocks of a place."""
    return datetime.combine(day, time.fromisoformat(moment), ZoneInfo(zone))


def tick(day: date, moment: str = "09:00", zone: str = TOMSK) -> int:
    """The clock rings at a local time; how many digests that brought."""
    with clock.at(local(day, moment, zone)):
        return digests_send()


def ring() -> int:
    """The doorbell rings now; how many urgent mails that brought."""
    return prompts_send()


def steps(**days: Rung) -> None:
    """A ladder: `steps(d1=Rung.COORDINATOR, d21=Rung.HEAD)`."""
    for name, rung in days.items():
        EscalationStep.objects.create(days=int(name[1:].split("_")[0]), rung=rung)


def mails(kind: str = Digest.DAILY) -> list[OutboundMail]:
    return list(OutboundMail.objects.filter(kind=kind).order_by("recipient_email", "pk"))


def recipients(kind: str = Digest.DAILY) -> list[str]:
    """The local parts of the addresses, each as often as it got a mail."""
    return [mail.recipient_email.split("@")[0] for mail in mails(kind)]


def part_of(mail: OutboundMail, subtype: str = "plain") -> str:
    """The text or the HTML of a mail, with plain spaces."""
    message = email.message_from_bytes(bytes(mail.payload), policy=policy.default)
    body = message.get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\u00a0", " ")
