"""Every write about people: invitations, memberships, blocking, profiles, tokens."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failed_tries
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from knox.models import AuthToken, get_token_model

from accounts.mails import invitation_queue, password_reset_queue
from accounts.models import AuditToken, Membership, User
from accounts.policies import (
    can_block,
    can_edit_profile,
    can_end_membership,
    can_hold_api_tokens,
    can_manage_audit_tokens,
    can_manage_people,
)
from accounts.querysets import digest_of
from accounts.selectors import person_task_key
from accounts.services.basics import (
    Paper,
    Place,
    check_fields,
    membership_save,
    place_of,
    require,
    same_place,
    saved,
)
from audit.services import audit_record, audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing
from common.locks import hold
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from notifications.enums import StaffTaskKind
from notifications.models import OutboundMail
from notifications.services.staff_tasks import staff_tasks_settle

RESET_MAILS_PER_HOUR = 5
API_TOKEN_MAX_DAYS = 366
API_TOKENS_PER_PERSON = 10
AUDIT_TOKEN_MAX_DAYS = 366
TOKEN_SIGN_LENGTH = 8
"""How much of a key the trail says, enough to tell one token of a person from another."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation came to; `created` is False when a second press met the first one's result."""

    membership: Membership
    created: bool


# People


@audited
@transaction.atomic
def user_invite(
    *,
    actor: Scope,
    email: str,
    last_name: str,
    first_name: str,
    patronymic: str = "",
    role: str,
    region_code: str | None = None,
    association_id: int | None = None,
    position: str = "",
    starts_on: date,
    document: str = "",
) -> Invited:
    """Create a person with one membership and queue the letter with the one-use link.

    Inviting the same address to the same place again returns the first result and sends nothing; the address of
    somebody else who is already here is InvalidInput.
    """
    require(can_manage_people(actor), _("Only an administrator invites people."))
    place = place_of(actor, role, region_code, association_id, position)
    user = User(
        email=email.strip().lower(),
        last_name=one_line(last_name, field="last_name"),
        first_name=one_line(first_name, field="first_name"),
        patronymic=one_line(patronymic, field="patronymic"),
    )
    user.set_unusable_password()
    check_fields(user)
    hold(f"invite:{user.email}")
    known = User.objects.visible_to(actor).filter(email=user.email).first()
    if known is not None:
        return Invited(_membership_already_given(known, place), created=False)
    user.save()
    membership = membership_save(actor, user, place, starts_on=starts_on, ends_on=None, paper=Paper(document))
    invitation_queue(user=user)
    return Invited(membership, created=True)


def _membership_already_given(user: User, place: Place) -> Membership:
    given = same_place(user, place).overlapping(clock.today(), None).first()
    if given is None:
        raise InvalidInput(
            {"email": _("This person is already in the portal. Add the membership on the person's page.")}
        )
    return given


@audited
@transaction.atomic
def invitation_resend(*, actor: Scope, user_id: int) -> OutboundMail:
    """Send the invitation with a fresh link to a person who has not set a password yet."""
    require(can_manage_people(actor), _("Only an administrator invites people."))
    user: User = User.objects.select_for_update().fetch(actor, pk=user_id)
    if not user.is_active:
        raise ImpossibleStep(_("The person is blocked."))
    if user.has_usable_password():
        raise ImpossibleStep(_("The person has already set a password."))
    return invitation_queue(user=user)


@audited
@transaction.atomic
def user_update(
    *,
    actor: Scope,
    user_id: int,
    version: int | None,
    email: str,
    last_name: str,
    first_name: str,
    patronymic: str,
    phone: str,
) -> User:
    """Correct the names, the address and the telephone of a person."""
    user: User = User.objects.select_for_update().fetch(actor, pk=user_id)
    require(can_manage_people(actor), _("Only an administrator edits people."))
    require_version(user, version)
    known, user.email = user.email, email.strip().lower()
    user.last_name, user.first_name = (
        one_line(last_name, field="last_name"),
        one_line(first_name, field="first_name"),
    )
    user.patronymic, user.phone = one_line(patronymic, field="patronymic"), one_line(phone, field="phone")
    check_fields(user)
    if User.objects.visible_to(actor).filter(email=user.email).exclude(pk=user.pk).exists():
        raise InvalidInput({"email": _("Another person has this address.")})
    if user.email != known:
        staff_tasks_settle(
            actor=actor,
            kinds=[StaffTaskKind.ADDRESS_BAD],
            object_key=person_task_key(user.pk),
            outcome=user.email,
        )
    return saved(user)


@audited
@transaction.atomic
def user_block(*, actor: Scope, user_id: int, version: int | None) -> User:
    """Put a person out at once: the next request of any session or token is refused."""
    user: User = User.objects.select_for_update().fetch(actor, pk=user_id)
    require(can_block(actor, user.pk), _("An administrator cannot block himself."))
    require_version(user, version)
    if not user.is_active:
        raise ImpossibleStep(_("The person is blocked already."))
    user.is_active = False
    return saved(user)


@audited
@transaction.atomic
def user_unblock(*, actor: Scope, user_id: int, version: int | None) -> User:
    """Let a blocked person in again, and forget the failed tries."""
    user: User = User.objects.select_for_update().fetch(actor, pk=user_id)
    require(can_manage_people(actor), _("Only an administrator unblocks people."))
    require_version(user, version)
    if user.is_active:
        raise ImpossibleStep(_("The person is not blocked."))
    user.is_active = True
    forget_failed_tries(username=user.email)
    return saved(user)


@audited
@transaction.atomic
def second_factor_reset(*, actor: Scope, user_id: int) -> User:
    """Remove the second factor of a person who lost it; staff of the centre must set up a new one."""
    user: User = User.objects.select_for_update().fetch(actor, pk=user_id)
    require(can_block(actor, user.pk), _("Change your own second factor on your profile page."))
    devices = Authenticator.objects.filter(user=user)
    if not devices:
        raise ImpossibleStep(_("The person has no second factor."))
    for device in devices:
        device.delete()
    return user


# Memberships


@audited
@transaction.atomic
def membership_add(
    *,
    actor: Scope,
    user_id: int,
    role: str,
    region_code: str | None = None,
    association_id: int | None = None,
    position: str = "",
    starts_on: date,
    ends_on: date | None = None,
    document: str = "",
) -> Membership:
    """Give a person a role from a day on; a period that overlaps the same membership is InvalidInput."""
    user: User = User.objects.select_for_update().fetch(actor, pk=user_id)
    require(can_manage_people(actor), _("Only an administrator gives roles."))
    place = place_of(actor, role, region_code, association_id, position)
    return membership_save(actor, user, place, starts_on=starts_on, ends_on=ends_on, paper=Paper(document))


@audited
@transaction.atomic
def membership_end(*, actor: Scope, membership_id: int, version: int | None, ends_on: date) -> Membership:
    """Set the last day of a membership."""
    membership: Membership = Membership.objects.select_for_update().fetch(actor, pk=membership_id)
    others = (
        Membership.objects.in_force(clock.today())
        .filter(user_id=membership.user_id, role=membership.role)
        .exclude(pk=membership.pk)
    )
    require(can_manage_people(actor), _("Only an administrator ends roles."))
    require(
        can_end_membership(
            actor, user_id=membership.user_id, role=membership.role, is_last=not others.exists()
        ),
        _("An administrator cannot end his own last membership as administrator."),
    )
    require_version(membership, version)
    if ends_on < membership.starts_on:
        raise InvalidInput({"ends_on": _("The last day is before the first one.")})
    if membership.ends_on is not None and membership.ends_on < clock.today():
        raise ImpossibleStep(_("This membership has ended already."))
    membership.ends_on = ends_on
    return saved(membership)


# One's own account


@transaction.atomic
def password_reset_request(*, email: str) -> None:
    """Queue the letter with the link, if somebody has this address.

    An address that nobody has costs the same work and leaves nothing, so that neither the answer nor its time
    tells one from the other. More than RESET_MAILS_PER_HOUR letters are not sent to one address.
    """
    email = email.strip().lower()
    hold(f"password-reset:{email}")
    user = User.objects.filter(email=email, is_active=True).first()
    recent = OutboundMail.objects.filter(
        kind="password_reset", recipient_email=email, created_at__gt=clock.now() - timedelta(hours=1)
    ).count()
    nobody = User(pk=0, email=email, language=get_language() or settings.LANGUAGE_CODE)
    with transaction.atomic():
        password_reset_queue(user=user or nobody)
        if user is None or recent >= RESET_MAILS_PER_HOUR:
            transaction.set_rollback(True)


@audited
@transaction.atomic
def profile_update(*, actor: Scope, version: int | None, language: str, phone: str) -> User:
    """What a person changes about himself."""
    require(can_edit_profile(actor), _("Sign in to edit your profile."))
    user: User = User.objects.select_for_update().fetch(actor, pk=actor.user_id)
    require_version(user, version)
    user.language, user.phone = language, one_line(phone, field="phone")
    check_fields(user)
    return saved(user)


@audited
@transaction.atomic
def language_choose(*, actor: Scope, language: str) -> None:
    """Remember the language that a person switched to."""
    require(can_edit_profile(actor), _("Sign in to edit your profile."))
    user: User = User.objects.select_for_update().fetch(actor, pk=actor.user_id)
    user.language = language
    check_fields(user)
    user.save(update_fields=["language"])


@audited
@transaction.atomic
def api_token_create(*, actor: Scope, days: int) -> tuple[AuthToken, str]:
    """A token for programs of the actor; its key is returned here and never again."""
    require(can_hold_api_tokens(actor), _("Tokens are for people with a role."))
    user: User = User.objects.select_for_update().fetch(actor, pk=actor.user_id)
    if not 1 <= days <= API_TOKEN_MAX_DAYS:
        raise InvalidInput({"days": _("From 1 to %(most)s days.") % {"most": API_TOKEN_MAX_DAYS}})
    tokens = get_token_model().objects
    if tokens.filter(user=user, expiry__gt=clock.now()).count() >= API_TOKENS_PER_PERSON:
        raise InvalidInput(_("You have too many tokens. Revoke one that is no longer needed."))
    token, key = tokens.create(user, expiry=timedelta(days=days))
    sign = token.token_key[:TOKEN_SIGN_LENGTH]
    audit_record(actor=actor, action="api token created", obj=user, changes={"token": ("", sign)})
    return token, key


@audited
@transaction.atomic
def api_token_revoke(*, actor: Scope, token_key: str) -> None:
    """Make a token of the actor useless at once."""
    require(can_edit_profile(actor), _("Sign in to edit your profile."))
    user: User = User.objects.fetch(actor, pk=actor.user_id)
    token = get_token_model().objects.filter(user=user, token_key=token_key).first()
    if token is None:
        raise Missing(_("There is no such token."))
    token.delete()
    sign = token_key[:TOKEN_SIGN_LENGTH]
    audit_record(actor=actor, action="api token revoked", obj=user, changes={"token": (sign, "")})


# Keys of auditors


@audited
@transaction.atomic
def audit_token_create(*, actor: Scope, holder: str, days: int) -> tuple[AuditToken, str]:
    """A key for an auditor; it is returned here and never again, the database keeps a digest."""
    require(can_manage_audit_tokens(actor), _("Only an administrator gives audit tokens."))
    if not 1 <= days <= AUDIT_TOKEN_MAX_DAYS:
        raise InvalidInput({"days": _("From 1 to %(most)s days.") % {"most": AUDIT_TOKEN_MAX_DAYS}})
    key = secrets.token_urlsafe(32)
    now = clock.now()
    token = AuditToken(
        holder=one_line(holder, field="holder"),
        digest=digest_of(key),
        created_at=now,
        created_by_id=actor.user_id,
        expires_at=now + timedelta(days=days),
    )
    check_fields(token)
    token.save()
    return token, key


@audited
@transaction.atomic
def audit_token_revoke(*, actor: Scope, token_id: int) -> AuditToken:
    """Make the key of an auditor useless at once; revoking it again changes nothing."""
    require(can_manage_audit_tokens(actor), _("Only an administrator revokes audit tokens."))
    token: AuditToken = AuditToken.objects.select_for_update().fetch(actor, pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save()
    return token
