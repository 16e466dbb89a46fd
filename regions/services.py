"""Keeping the regional authorities and their heads by dates."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model, Q
from django.utils import translation
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from notifications.enums import StaffTaskKind
from notifications.services.staff_tasks import staff_tasks_settle
from regions.models import AuthorityHead, RegionalAuthority
from regions.policies import can_edit_authority

MAX_ADDRESSES = 10

Versioned = TypeVar("Versioned", RegionalAuthority, AuthorityHead)


@audited
@transaction.atomic
def authority_update(
    *, actor: Scope, region_code: str, version: int | None, name: str, phone: str
) -> RegionalAuthority:
    """Change the name and the telephone of the authority of a region."""
    authority = _authority(actor, region_code)
    require_version(authority, version)
    authority.name, authority.phone = one_line(name, field="name"), one_line(phone, field="phone")
    return _saved(authority)


@audited
@transaction.atomic
def head_add(
    *,
    actor: Scope,
    region_code: str,
    post_title: str,
    post_title_dative: str,
    last_name: str,
    first_name: str,
    patronymic: str,
    name_dative: str,
    salutation: str,
    emails: Sequence[str],
    starts_on: date,
    end_previous: bool = False,
) -> AuthorityHead:
    """Record a head in office from a day on.

    With `end_previous` the head in office until then ends the day before; without it a head whose dates overlap is
    InvalidInput, and so is a second head with the same first day. The staff's open tasks about the missing head or
    address of the region are settled by it.
    """
    authority = _authority(actor, region_code)
    if end_previous:
        _end_previous(authority, starts_on)
    head = AuthorityHead(authority=authority, starts_on=starts_on, recorded_by_id=actor.user_id)
    _fill(
        head, post_title=post_title, post_title_dative=post_title_dative, last_name=last_name,
        first_name=first_name, patronymic=patronymic, name_dative=name_dative, salutation=salutation,
        emails=emails,
    )  # fmt: skip
    _check_dates(head)
    return _settled(actor, _saved(head, version=1))


@audited
@transaction.atomic
def head_update(
    *,
    actor: Scope,
    head_id: int,
    version: int | None,
    post_title: str,
    post_title_dative: str,
    last_name: str,
    first_name: str,
    patronymic: str,
    name_dative: str,
    salutation: str,
    emails: Sequence[str],
    starts_on: date,
) -> AuthorityHead:
    """Correct what is recorded about a head; settles the same tasks as `head_add`."""
    head = _head(actor, head_id)
    require_version(head, version)
    head.starts_on = starts_on
    _fill(
        head, post_title=post_title, post_title_dative=post_title_dative, last_name=last_name,
        first_name=first_name, patronymic=patronymic, name_dative=name_dative, salutation=salutation,
        emails=emails,
    )  # fmt: skip
    _check_dates(head)
    return _settled(actor, _saved(head))


@audited
@transaction.atomic
def head_end(*, actor: Scope, head_id: int, version: int | None, ends_on: date) -> AuthorityHead:
    """Set the last day of a head in office."""
    head = _head(actor, head_id)
    require_version(head, version)
    if head.ends_on is not None:
        raise ImpossibleStep(_("The last day of this head is set already."))
    head.ends_on = ends_on
    _check_dates(head)
    return _saved(head)


def _authority(actor: Scope, region_code: str) -> RegionalAuthority:
    authority: RegionalAuthority = RegionalAuthority.objects.select_for_update().fetch(
        actor, region_id=region_code
    )
    _require_editor(actor)
    return authority


def _head(actor: Scope, head_id: int) -> AuthorityHead:
    head: AuthorityHead = AuthorityHead.objects.select_for_update().fetch(actor, pk=head_id)
    _require_editor(actor)
    RegionalAuthority.objects.select_for_update().fetch(actor, pk=head.authority_id)
    return head


def _require_editor(actor: Scope) -> None:
    if not can_edit_authority(actor):
        raise NotAllowed(_("Authorities are edited by administrators and controllers."))


def _end_previous(authority: RegionalAuthority, starts_on: date) -> None:
    previous = AuthorityHead.objects.filter(
        authority=authority, starts_on__lt=starts_on, ends_on=None
    ).first()
    if previous is not None:
        previous.ends_on = starts_on - timedelta(days=1)
        _saved(previous)


def _settled(actor: Scope, head: AuthorityHead) -> AuthorityHead:
    """Close what the staff was asked to find out, once the head is in office: who it is and, if known, the address."""
    today = clock.today()
    if head.starts_on <= today and (head.ends_on is None or head.ends_on >= today):
        kinds = [StaffTaskKind.NO_HEAD]
        if head.emails:
            kinds += [StaffTaskKind.HEAD_WITHOUT_ADDRESS, StaffTaskKind.ADDRESS_BAD]
        with translation.override(settings.LANGUAGE_CODE):
            outcome = _("Recorded: %(head)s.") % {"head": head}
        region = head.authority.region
        staff_tasks_settle(actor=actor, kinds=kinds, object_key=region.task_key, outcome=outcome)
    return head


def _fill(head: AuthorityHead, *, emails: Sequence[str], **texts: str) -> None:
    for field, text in texts.items():
        setattr(head, field, one_line(text, field=field))
    head.emails = clean_addresses(emails)


def clean_addresses(emails: Sequence[str]) -> list[str]:
    """Addresses without blanks and repetitions; InvalidInput names the first that is none."""
    addresses: list[str] = []
    for email in (line.strip() for line in emails):
        if not email:
            continue
        try:
            validate_email(email)
        except ValidationError as error:
            raise InvalidInput({"emails": _("%(text)s is not an address.") % {"text": email[:60]}}) from error
        if email not in addresses:
            addresses.append(email)
    if len(addresses) > MAX_ADDRESSES:
        raise InvalidInput({"emails": _("At most %(most)s addresses.") % {"most": MAX_ADDRESSES}})
    return addresses


def _check_dates(head: AuthorityHead) -> None:
    """One head at a time: dates neither repeat nor overlap."""
    if head.ends_on is not None and head.ends_on < head.starts_on:
        raise InvalidInput({"ends_on": _("The last day is before the first one.")})
    others = AuthorityHead.objects.filter(authority_id=head.authority_id).exclude(pk=head.pk)
    if others.filter(starts_on=head.starts_on).exists():
        raise InvalidInput({"starts_on": _("Another head is recorded from the same day.")})
    shared = others.filter(Q(ends_on=None) | Q(ends_on__gte=head.starts_on))
    if head.ends_on is not None:
        shared = shared.filter(starts_on__lte=head.ends_on)
    other = shared.first()
    if other is not None:
        field = "ends_on" if head.ends_on and other.starts_on > head.starts_on else "starts_on"
        raise InvalidInput({field: _("The dates overlap with those of %(name)s.") % {"name": other}})


def _check_fields(instance: Model) -> None:
    try:
        instance.clean_fields()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error


def _saved(instance: Versioned, *, version: int | None = None) -> Versioned:
    instance.version = version or instance.version + 1
    _check_fields(instance)
    instance.save()
    return instance
