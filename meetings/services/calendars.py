"""The address of a person's calendar: made, taken back, noted when it is used."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.querysets import digest_of
from audit.services import audited
from common import clock
from common.errors import Missing, NotAllowed
from common.locks import hold
from common.scope import Scope
from meetings import policies
from meetings.keys import new_calendar_key
from meetings.models import CalendarKey

NOTED = timedelta(hours=1)
"""A use is written down at most once in this time: programs ask every few minutes."""


@audited
@transaction.atomic
def calendar_key_make(*, actor: Scope) -> tuple[CalendarKey, str]:
    """A new secret for the address of the own calendar; the one before opens nothing from now on.

    The secret is shown once and kept nowhere. Raises NotAllowed without a role in force.
    """
    if actor.user_id is None or not policies.can_subscribe(actor):
        raise NotAllowed(_("A calendar belongs to people with a role on the portal."))
    hold(f"calendar:{actor.user_id}")
    _revoke(actor)
    secret = new_calendar_key()
    key = CalendarKey.objects.create(person_id=actor.user_id, digest=digest_of(secret), made_at=clock.now())
    return key, secret


@audited
@transaction.atomic
def calendar_key_revoke(*, actor: Scope) -> None:
    """Take the own address back. Raises Missing when there is none."""
    hold(f"calendar:{actor.user_id}")
    if not _revoke(actor):
        raise Missing(_("You have no address of a calendar."))


def _revoke(actor: Scope) -> bool:
    key = CalendarKey.objects.visible_to(actor).in_force().select_for_update().first()
    if key is None:
        return False
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    return True


def calendar_key_used(*, key: CalendarKey) -> None:
    """Note that the address was asked for, at most once an hour; a program is nobody who acts."""
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= NOTED:
        CalendarKey.objects.filter(pk=key.pk).update(last_used_at=now)
