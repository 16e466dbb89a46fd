"""States of a mail and of a job: the only names used in code."""

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
