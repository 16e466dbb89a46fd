"""Mail to a person of the portal: queued, or a task of the staff when his address is no address."""

from typing import Any

from django.conf import settings
from django.utils import translation

from accounts.models import User
from accounts.selectors import person_task_key
from common.errors import InvalidInput, StrOrPromise
from common.scope import Scope
from notifications.enums import StaffTaskKind
from notifications.models import OutboundMail
from notifications.services import mail_queue, staff_task_open


def person_mail_queue(
    *, actor: Scope, person: User, failed: StrOrPromise, **mail: Any
) -> OutboundMail | None:
    """Queue one mail, whose other fields are those of `mail_queue`; None, and a task, when the address is refused.

    `failed` is the title of the task, lazy, with `%(name)s` for the person. Belongs into the caller's transaction.
    """
    try:
        return mail_queue(recipient_name=person.get_full_name(), recipient_email=person.email, **mail)
    except InvalidInput as refusal:
        with translation.override(settings.LANGUAGE_CODE):
            staff_task_open(
                actor=actor,
                kind=StaffTaskKind.ADDRESS_BAD,
                object_key=person_task_key(person.pk),
                title=str(failed) % {"name": person.get_full_name()},
                reason=str(refusal),
            )
        return None
