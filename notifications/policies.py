"""Who may settle what the portal leaves to people."""

from common.scope import Role, Scope
from notifications.enums import SETTLEMENTS, MailState
from notifications.models import OutboundMail


def can_settle_mail(scope: Scope, mail: OutboundMail) -> bool:
    """Controllers and administrators decide about a mail that the portal no longer sends by itself."""
    return scope.has(Role.CONTROLLER, Role.ADMINISTRATOR) and bool(settlements(mail))


def settlements(mail: OutboundMail) -> tuple[MailState, ...]:
    """What a person may decide about this mail in its present state."""
    return SETTLEMENTS.get(mail.state, ())


def can_close_staff_task(scope: Scope) -> bool:
    """Every member of the centre's staff closes tasks; a task is closed by a person, never by itself."""
    return scope.is_centre


def can_see_digests(scope: Scope) -> bool:
    """Who gets what tomorrow is seen by controllers and administrators."""
    return scope.has(Role.CONTROLLER, Role.ADMINISTRATOR)


def can_edit_ladder(scope: Scope) -> bool:
    """The ladder of reminders is kept by those who see what comes of it."""
    return can_see_digests(scope)


def can_keep_webhooks(scope: Scope) -> bool:
    """Administrators say which systems are told of what is published, and hold their secrets."""
    return scope.has(Role.ADMINISTRATOR)
