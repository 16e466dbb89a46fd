"""Mails about accounts, in the language of the person, through the outbox of the portal."""

import hashlib
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.links import password_link
from accounts.models import User
from common import clock
from notifications.models import OutboundMail
from notifications.services import mail_queue

NOTICES = {
    "password_changed": _("The password of your account was changed."),
    "password_reset": _("The password of your account was set anew by a link from a letter."),
    "totp_activated": _("A second factor was set up for your account."),
    "totp_deactivated": _("The second factor of your account was removed."),
    "recovery_codes_generated": _(
        "New recovery codes were made for your account; the old ones no longer work."
    ),
}
"""What happened to the account, by the name that allauth gives the event."""


def invitation_queue(*, user: User) -> OutboundMail:
    """The letter that brings a person into the portal."""
    with translation.override(user.language):
        subject = gettext("Invitation to the Profportal")
        return _queue("invitation", user, subject, link=password_link(user), hours=settings.INVITATION_HOURS)


def password_reset_queue(*, user: User) -> OutboundMail:
    """The letter with the link that sets a new password."""
    with translation.override(user.language):
        subject = gettext("A new password for the Profportal")
        return _queue(
            "password_reset", user, subject, link=password_link(user), hours=settings.INVITATION_HOURS
        )


def notice_queue(*, user: User, event: str) -> OutboundMail:
    """The letter that says that a secret of the account was changed; `event` is a key of NOTICES."""
    with translation.override(user.language):
        subject = gettext("Your account in the Profportal was changed")
        return _queue(
            "account_notice", user, subject, about=event, notice=NOTICES[event], happened_at=clock.now()
        )


def _queue(kind: str, user: User, subject: str, *, about: str = "", **context: Any) -> OutboundMail:
    """One mail per person, matter and minute while the account is unchanged: a second press sends nothing."""
    state = hashlib.sha256(f"{user.password} {user.last_login}".encode()).hexdigest()[:12]
    context |= {
        "user": user,
        "portal_url": settings.PORTAL_BASE_URL,
        "is_demo": settings.IS_DEMO,
        "subject": subject,
    }
    return mail_queue(
        key=f"{kind}:{about}:{user.pk}:{state}:{clock.now():%Y-%m-%dT%H:%M}",
        kind=kind,
        recipient_name=user.get_full_name(),
        recipient_email=user.email,
        subject=subject,
        text=render_to_string(f"emails/account/{kind}.txt", context),
        html=render_to_string(f"emails/account/{kind}.html", context),
    )
