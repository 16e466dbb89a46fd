"""Keeping the regional authorities, their heads by dates, and the working days of the calendar."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model, Q
from django.utils import translation
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.calendar import is_working_day
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from notifications.enums import StaffTaskKind
from notifications.services.staff_tasks import staff_task_open, staff_tasks_settle
from regions.models import AuthorityHead, CalendarDay, Region, RegionalAuthority, SharingConsent
from regions.policies import can_edit_authority, can_keep_calendar, can_share
from regions.selectors import calendar_overrides, own_region

MAX_ADDRESSES = 10
YEARS_AROUND = 5
"""A day of the calendar further away than this is a slip of the pen."""

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


@audited
@transaction.atomic
def sharing_agree(*, actor: Scope, region_code: str) -> SharingConsent:
    """Record that a region agrees to be shown as an example.

    Raises Missing for a stranger's region, NotAllowed, ImpossibleStep where a consent is in force already.
    """
    region = _shared_region(actor, region_code)
    if _consent_in_force(region) is not None:
        raise ImpossibleStep(_("The region has agreed already."))
    return SharingConsent.objects.create(
        region=region,
        given_at=clock.now(),
        given_by_id=actor.user_id,
        given_by_centre=region_code not in actor.coordinated,
    )


@audited
@transaction.atomic
def sharing_withdraw(*, actor: Scope, region_code: str, version: int | None) -> SharingConsent:
    """Withdraw the consent of a region: from this moment nobody reads its reports as an example.

    Raises Missing for a stranger's region, NotAllowed, ImpossibleStep without a consent in force, StaleVersion.
    """
    region = _shared_region(actor, region_code)
    consent = _consent_in_force(region)
    if consent is None:
        raise ImpossibleStep(_("The consent has been withdrawn already, or was never given."))
    require_version(consent, version)
    consent.withdrawn_at, consent.withdrawn_by_id = clock.now(), actor.user_id
    consent.withdrawn_by_centre = region_code not in actor.coordinated
    consent.version += 1
    consent.save()
    return consent


def _shared_region(actor: Scope, code: str) -> Region:
    """The region, about whose consent nobody else decides until the end of the transaction."""
    region = own_region(actor, code)
    if not can_share(actor, code):
        raise NotAllowed(
            _("Its coordinators, controllers and administrators decide what a region shows to others.")
        )
    hold(f"sharing:{code}")
    return region


def _consent_in_force(region: Region) -> SharingConsent | None:
    found: SharingConsent | None = SharingConsent.objects.in_force().filter(region=region).first()
    return found


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


def addressee_report(
    *, actor: Scope, region: Region, head: AuthorityHead | None, nobody: str, no_address: str
) -> bool:
    """Ask the staff for the head of an authority, or for his address, where a letter has nobody to go to.

    `nobody` and `no_address` say which letter that concerns. True when something is missing. Belongs into the
    transaction of the act that sends the letters.
    """
    if head is None:
        _report(actor, StaffTaskKind.NO_HEAD, region, nobody)
        return True
    if not any(str(address).strip() for address in head.emails):
        _report(actor, StaffTaskKind.HEAD_WITHOUT_ADDRESS, region, no_address)
        return True
    return False


def address_refused_report(*, actor: Scope, region: Region, reason: str) -> None:
    """Ask the staff for an address in the place of one that is none."""
    _report(actor, StaffTaskKind.HEAD_WITHOUT_ADDRESS, region, reason)


def _report(actor: Scope, kind: StaffTaskKind, region: Region, reason: str) -> None:
    staff_task_open(
        kind=kind,
        object_key=region.task_key,
        title=f"{region.name_ru}: {kind.label}",
        reason=reason,
        link=region.get_absolute_url(),
        actor=actor,
    )


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


# The calendar


@audited
@transaction.atomic
def calendar_day_add(
    *, actor: Scope, day: date, is_working: bool, reason: str, region: str = ""
) -> CalendarDay:
    """Make a day working or off, in the country or in the region with this code; the same said twice is one row.

    Raises NotAllowed, InvalidInput by field: no reason, an unlikely year, a day that is so already.
    """
    _require_keeper(actor)
    values = _calendar_values(day, is_working, reason, region)
    twin = _twin(values)
    if twin is not None:
        if all(getattr(twin, name) == value for name, value in values.items()):
            return twin
        raise _day_taken()
    row = CalendarDay(**values, recorded_by_id=actor.user_id, recorded_at=clock.now())
    row.save()
    return row


@audited
@transaction.atomic
def calendar_day_update(
    *,
    actor: Scope,
    day_id: int,
    version: int | None,
    day: date,
    is_working: bool,
    reason: str,
    region: str = "",
) -> CalendarDay:
    """Correct a day of the calendar.

    Raises Missing, NotAllowed, ImpossibleStep (taken back), StaleVersion, InvalidInput as `calendar_day_add`.
    """
    row = _calendar_day(actor, day_id)
    require_version(row, version)
    values = _calendar_values(day, is_working, reason, region, row.pk)
    twin = _twin(values)
    if twin is not None and twin.pk != row.pk:
        raise _day_taken()
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return row


@audited
@transaction.atomic
def calendar_day_end(*, actor: Scope, day_id: int, version: int | None) -> CalendarDay:
    """Take a day back: the tables of the calendar hold again. The row stays, for the terms counted by it."""
    row = _calendar_day(actor, day_id)
    require_version(row, version)
    row.ended_at = clock.now()
    row.version += 1
    row.save()
    return row


def _require_keeper(actor: Scope) -> None:
    if not can_keep_calendar(actor):
        raise NotAllowed(_("Only an administrator changes the calendar."))


def _calendar_day(actor: Scope, day_id: int) -> CalendarDay:
    row: CalendarDay = CalendarDay.objects.select_for_update().fetch(actor, pk=day_id)
    _require_keeper(actor)
    if row.ended_at is not None:
        raise ImpossibleStep(_("This day of the calendar has been taken back already."))
    return row


def _calendar_values(
    day: date, is_working: bool, reason: str, region: str, own: int | None = None
) -> dict[str, Any]:
    """The fields of a row, checked against the calendar as it is without the row `own`."""
    reason = one_line(reason, field="reason")
    errors = {}
    if not reason:
        errors["reason"] = _("Give the reason: the decree or the law of the region.")
    elif len(reason) > 200:
        errors["reason"] = _("The reason is longer than 200 characters.")
    if abs(day.year - clock.today().year) > YEARS_AROUND:
        errors["day"] = _("The day is too far away: check the year.")
    if region and not Region.objects.filter(code=region).exists():
        errors["region"] = _("There is no such region.")
    if not errors and is_working_day(day, calendar_overrides(without=own) if region else None) == is_working:
        errors["is_working"] = (
            _("By the calendar this is a working day already.")
            if is_working
            else _("By the calendar this is a day off already.")
        )
    if errors:
        raise InvalidInput(errors)
    return {"day": day, "is_working": is_working, "reason": reason, "region_id": region or None}


def _twin(values: dict[str, Any]) -> CalendarDay | None:
    """The row in force about the same day and place; whoever asks too waits until the end."""
    hold(f"calendar:{values['day']}")
    rows = CalendarDay.objects.in_force().filter(day=values["day"])
    return next((row for row in rows if row.region_id == values["region_id"]), None)


def _day_taken() -> InvalidInput:
    return InvalidInput({"day": _("This day stands in the calendar already: change that row.")})
