"""The way of a letter in steps: created, queued, being sent, taken by the server, delivered or returned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notifications.enums import MailState
from rating.models import LetterLink, LetterReceipt
from rating.selectors.ledger import is_open_link

DONE, CURRENT, AHEAD, WARNED, FAILED = "done", "current", "ahead", "warned", "failed"
REACHED = {
    MailState.QUEUED: 1,
    MailState.CLAIMED: 2,
    MailState.IN_DATA: 2,
    MailState.UNCERTAIN: 3,
    MailState.FAILED: 3,
    MailState.ACCEPTED: 3,
    MailState.DELIVERED: 4,
    MailState.BOUNCED: 4,
}
"""The step that a state has come to, counted from 0."""
ENDS = {
    MailState.UNCERTAIN: WARNED,
    MailState.FAILED: FAILED,
    MailState.ACCEPTED: DONE,
    MailState.DELIVERED: DONE,
    MailState.BOUNCED: FAILED,
}


class DeliveryStep(NamedTuple):
    """One step of a letter; `tone` is done, current, ahead, warned or failed."""

    label: str
    tone: str
    at: datetime | None = None
    note: str = ""


def mail_steps(mail: Any) -> list[DeliveryStep]:
    """The five steps of a mail, from its row alone."""
    state = MailState(mail.state)
    labels = [
        pgettext("letter", "created"),
        str(MailState.QUEUED.label),
        str(MailState.CLAIMED.label),
        str(state.label)
        if state in (MailState.UNCERTAIN, MailState.FAILED)
        else str(MailState.ACCEPTED.label),
        str(MailState.BOUNCED.label) if state == MailState.BOUNCED else str(MailState.DELIVERED.label),
    ]
    times = {0: mail.created_at, 3: mail.accepted_at, 4: mail.delivered_at}
    return [DeliveryStep(label, _tone(place, state), times.get(place)) for place, label in enumerate(labels)]


def _tone(place: int, state: MailState) -> str:
    reached = REACHED[state]
    if place != reached:
        return DONE if place < reached else AHEAD
    return ENDS.get(state, CURRENT)


def reading_steps(letter: Any, receipt: LetterReceipt | None) -> list[DeliveryStep]:
    """What came after the delivery of a letter: opened by its link, receipt confirmed."""
    opened = letter.opened_at is not None
    return [
        DeliveryStep(
            _("opened by the link"),
            DONE if opened else AHEAD,
            letter.opened_at,
            _("openings: %(count)s") % {"count": letter.openings} if letter.openings > 1 else "",
        ),
        DeliveryStep(
            _("receipt confirmed"),
            DONE if receipt else AHEAD,
            receipt.confirmed_at if receipt else None,
            str(receipt.get_way_display()) if receipt else "",
        ),
    ]


class LinkLine(NamedTuple):
    """A link of a letter as the centre sees it: never its address. Programs are those that said so."""

    link: LetterLink
    is_open: bool
    people: int
    programs: int


def link_lines(links: Sequence[LetterLink]) -> list[LinkLine]:
    """The links of a letter with how often each was opened, by people and by programs."""
    lines = []
    for link in links:
        openings = list(link.openings.all())
        programs = sum(opening.is_automatic for opening in openings)
        lines.append(LinkLine(link, is_open_link(link), len(openings) - programs, programs))
    return lines
