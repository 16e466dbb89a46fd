"""States of a mail and of a job, kinds of tasks, what digests are made of: the only names used in code."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailState(TextChoices):
    """Life of one mail to one recipient.

    `in_data` is committed right before the SMTP DATA command: what is found there without a live lease may or may
    not have been taken by the server, becomes `uncertain` and is never sent again blindly (RFC 1047).
    """

    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("being sent")
    IN_DATA = "in_data", _("being handed over")
    ACCEPTED = "accepted", _("accepted by the server")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", pgettext_lazy("mail", "bounced")
    FAILED = "failed", pgettext_lazy("mail", "failed")
    UNCERTAIN = "uncertain", pgettext_lazy("mail", "uncertain")


SETTLEMENTS: dict[str, tuple[MailState, ...]] = {
    MailState.UNCERTAIN: (MailState.ACCEPTED, MailState.QUEUED, MailState.FAILED),
    MailState.FAILED: (MailState.QUEUED,),
    MailState.BOUNCED: (MailState.QUEUED,),
    MailState.ACCEPTED: (MailState.QUEUED,),
    MailState.DELIVERED: (MailState.QUEUED,),
}
"""What a person of the centre may decide about a mail that the portal itself leaves alone."""


class WebhookState(TextChoices):
    """Life of one notice of another system; what failed goes again only at the word of a person."""

    QUEUED = "queued", pgettext_lazy("notice of a system", "queued")
    CLAIMED = "claimed", pgettext_lazy("notice of a system", "being sent")
    DELIVERED = "delivered", pgettext_lazy("notice of a system", "taken")
    FAILED = "failed", pgettext_lazy("notice of a system", "given up")


class JobState(TextChoices):
    RUNNING = "running", pgettext_lazy("job", "running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")


class LongTaskState(TextChoices):
    """Life of long work that a person has asked for and may watch."""

    QUEUED = "queued", pgettext_lazy("long work", "queued")
    RUNNING = "running", pgettext_lazy("long work", "running")
    DONE = "done", pgettext_lazy("long work", "done")
    FAILED = "failed", pgettext_lazy("long work", "failed")


ACTIVE = (LongTaskState.QUEUED, LongTaskState.RUNNING)


class StaffTaskKind(TextChoices):
    """Why the centre must look at something."""

    HEAD_WITHOUT_ADDRESS = "head_without_address", _("the head of the authority has no e-mail address")
    NO_HEAD = "no_head", _("the region has no head in office")
    MAIL_FAILED = "mail_failed", _("a letter was refused")
    MAIL_UNCERTAIN = "mail_uncertain", _("it is not known whether a letter was taken")
    MONTH_NOT_CLOSED = "month_not_closed", _("a month could not be closed")
    ADDRESS_BAD = "address_bad", _("letters to an e-mail address are refused")
    MAILBOX_UNREAD = "mailbox_unread", _("the mailbox of returned letters cannot be read")
    NOT_ISSUED = "not_issued", _("a protocol did not issue itself at its hour")
    NOBODY_FITS = "nobody_fits", _("a recurring item is addressed to nobody")
    WEBHOOK_FAILED = "webhook_failed", _("another system takes no notices")


class Topic(TextChoices):
    """What a line of a digest is there for: all but `news` and `formal` a person may switch off one by one."""

    BEFORE_7 = "before_7", _("7 working days before the due date")
    BEFORE_3 = "before_3", _("3 working days before the due date")
    BEFORE_1 = "before_1", _("1 working day before the due date")
    ON_DAY = "on_day", _("on the last day")
    OVERDUE = "overdue", _("after the due date has passed")
    NEWS = "news", _("decisions of the centre")
    FORMAL = "formal", _("formal notice of an overdue execution")


class Rung(TextChoices):
    """Whom a step of the ladder reaches. All but the coordinator himself are formal: nobody switches them off."""

    COORDINATOR = "coordinator", pgettext_lazy("to whom", "the coordinator")
    DEPUTY = "deputy", pgettext_lazy("to whom", "the deputy coordinator")
    COORDINATORS = "coordinators", pgettext_lazy("to whom", "all coordinators of the region")
    HEAD = "head", pgettext_lazy("to whom", "the head of the authority")
    CONTROLLERS = "controllers", pgettext_lazy("to whom", "the controllers of the centre")
