"""What the relay knows of letters: its log settles those of unknown fate, and says which arrived or came back."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.enums import MailState
from notifications.models import OutboundMail
from notifications.relay_log import RelayAnswer, RelayState
from notifications.services.mail_moves import SKEW, mail_bounce, mail_move

OPEN_STATES = (MailState.UNCERTAIN, MailState.ACCEPTED)
PORTION = 500


class RelayOutcome(StrEnum):
    """What became of a mail by the log of the relay."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    BOUNCED = "bounced"


def relay_answers_take(answers: Mapping[str, RelayAnswer]) -> Counter[RelayOutcome]:
    """Settle the mails that the log names, each in its own transaction; how many of which kind.

    Only mails of unknown fate and those that the relay has taken move, and only forwards; the same log twice changes
    nothing. A letter that the log does not name stays as it is: nothing is ever sent again because of a log.
    """
    found: Counter[RelayOutcome] = Counter()
    named = list(answers)
    for start in range(0, len(named), PORTION):
        rows = OutboundMail.objects.filter(
            message_id__in=named[start : start + PORTION], state__in=OPEN_STATES
        )
        for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
            outcome = _settle(pk, answers)
            if outcome is not None:
                found[outcome] += 1
    return found


@transaction.atomic
def _settle(pk: int, answers: Mapping[str, RelayAnswer]) -> RelayOutcome | None:
    mail = OutboundMail.objects.select_for_update().get(pk=pk)
    answer = answers[mail.message_id]
    if mail.state not in OPEN_STATES or _is_of_an_earlier_try(mail, answer):
        return None
    if answer.state == RelayState.BOUNCED:
        mail_bounce(mail, answer.reply)
        return RelayOutcome.BOUNCED
    if answer.state == RelayState.SENT:
        _move(mail, MailState.DELIVERED, answer)
        return RelayOutcome.DELIVERED
    if mail.state == MailState.UNCERTAIN:
        _move(mail, MailState.ACCEPTED, answer)
        return RelayOutcome.TAKEN
    return None


def _is_of_an_earlier_try(mail: OutboundMail, answer: RelayAnswer) -> bool:
    """Of a letter that a person has sent again the old lines say nothing."""
    since = mail.settled_at
    return bool(since and answer.at and answer.at < since - SKEW)


def _move(mail: OutboundMail, state: MailState, answer: RelayAnswer) -> None:
    words = _("Log of the relay: %(reply)s") % {"reply": answer.reply}
    mail_move(mail, state, answer.reply, words, answer.at)
