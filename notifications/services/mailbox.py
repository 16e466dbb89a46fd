"""Reading the mailbox of returned letters by the clock; a mailbox that cannot be read is a task of the staff."""

from collections import Counter

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.enums import StaffTaskKind
from notifications.mailboxes import MailboxError, open_mailbox
from notifications.services.bounces import BounceOutcome, bounce_take
from notifications.services.staff_tasks import staff_task_open

log = structlog.get_logger(__name__)

OF_NOBODY = (BounceOutcome.NO_REPORT, BounceOutcome.UNKNOWN_MAIL)
"""What is left unread for people: an answer of a person, a report about a letter that the portal has not sent."""


def mailbox_read() -> Counter[BounceOutcome]:
    """Deal with the new messages of BOUNCE_MAILBOX_URL; how many of which kind there were. Nothing without a mailbox.

    Raises MailboxError when it cannot be read.
    """
    found: Counter[BounceOutcome] = Counter()
    if not settings.BOUNCE_MAILBOX_URL:
        return found
    with open_mailbox(settings.BOUNCE_MAILBOX_URL) as box:
        for message in box.unread():
            outcome = (
                BounceOutcome.NO_REPORT if message.content is None else bounce_take(content=message.content)
            )
            box.done(message, is_report=outcome not in OF_NOBODY)
            found[outcome] += 1
    if found:
        log.info("mailbox_read", **{outcome.value: count for outcome, count in found.items()})
    return found


def mailbox_read_by_clock() -> Counter[BounceOutcome]:
    """The same for the schedule: a mailbox that cannot be read opens a task, at most one at a time."""
    try:
        return mailbox_read()
    except MailboxError as error:
        log.warning("mailbox_unreadable", reason=str(error))
        with translation.override(settings.LANGUAGE_CODE):
            staff_task_open(
                kind=StaffTaskKind.MAILBOX_UNREAD,
                object_key="bounce-mailbox",
                title=_("The mailbox of returned letters cannot be read"),
                reason=str(error),
            )
        return Counter()
