"""Appointing coordinators of regions, and one in the place of another: the memberships, their papers, the invitation.

What moves with a region besides the rights is known to higher rooms, which call these services in their transaction.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Position
from accounts.mails import invitation_queue
from accounts.models import Handover, Leave, Membership, User
from accounts.services.appointments import require_appointer
from accounts.services.basics import (
    Paper,
    Place,
    check_fields,
    hold_region,
    membership_save,
    place_of,
    same_place,
    saved,
)
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.formatting import date_short
from common.locks import hold
from common.names import name_key, one_line
from common.scope import Role, Scope
from common.versions import require_version
from files.services import file_store, stored_or_nothing

DAY = timedelta(days=1)
BACK = timedelta(days=31)
"""An order that came late is recorded so far back; further back the history stands as it was."""
AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Appointee:
    """Who is appointed, as it was typed: somebody known by his address, or somebody new with his names."""

    email: str
    last_name: str = ""
    first_name: str = ""
    patronymic: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The document of an appointment as it was typed and uploaded."""

    number: str = ""
    on: date | None = None
    file: UploadedFile | None = None


@dataclass(frozen=True, slots=True)
class Appointed:
    """What an appointment came to; `is_confirmed` when the person held the post already."""

    membership: Membership
    is_invited: bool = False
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a handover came to; `is_repeated` when it had been recorded before."""

    handover: Handover
    is_invited: bool = False
    is_repeated: bool = False


@audited
def coordinator_appoint(
    *,
    actor: Scope,
    region_code: str,
    appointee: Appointee,
    position: str,
    starts_on: date,
    ends_on: date | None = None,
    order: Order,
) -> Appointed:
    """Make a person coordinator of a region from a day on; somebody new is invited by the letter with the link.

    Who holds this very post on that day is confirmed in it, with the papers of now. A deputy who becomes the main
    coordinator stops being a deputy the day before. Raises NotAllowed, Missing, InvalidInput by field, TooLarge.
    """
    with stored_or_nothing(), transaction.atomic():
        require_appointer(actor)
        place = place_of(actor, Role.COORDINATOR, region_code, None, position)
        require_plausible(starts_on, "starts_on")
        user, is_new = _person(actor, appointee)
        hold_region(region_code)
        held = same_place(user, place).in_force(starts_on).first()
        if held is not None and held.position == position:
            return Appointed(_with_papers(held, _paper(actor, order)), is_confirmed=True)
        if ends_on is None:
            _leave_other_post(user, place, starts_on)
        membership = membership_save(
            actor, user, place, starts_on=starts_on, ends_on=ends_on, paper=_paper(actor, order)
        )
        if is_new:
            invitation_queue(user=user)
        return Appointed(membership, is_invited=is_new)


@audited
def coordinator_replace(
    *,
    actor: Scope,
    membership_id: int,
    version: int | None,
    appointee: Appointee,
    on: date,
    order: Order,
) -> Replaced:
    """End one coordinator the day before `on` and begin another in the same position.

    Leaves of the old one end with him. The same handover sent twice is one. Raises Missing, NotAllowed,
    ImpossibleStep, StaleVersion, InvalidInput by field.
    """
    with stored_or_nothing(), transaction.atomic():
        old = coordinator_fetch(actor, membership_id)
        require_appointer(actor)
        user, is_new = _person(actor, appointee)
        hold_region(old.region_id or "")
        old.refresh_from_db()
        known = Handover.objects.filter(old=old).select_related("new__user", "old__region").first()
        if known is not None:
            if known.new.user_id == user.pk and known.on == on:
                return Replaced(known, is_repeated=True)
            raise ImpossibleStep(_handed_over_words(known))
        require_version(old, version)
        _require_replaceable(old, user, on)
        _cut_leaves(old, on)
        old.ends_on = on - DAY
        saved(old)
        place = Place(Role.COORDINATOR, region=old.region, position=old.position)
        _leave_other_post(user, place, on)
        new = membership_save(actor, user, place, starts_on=on, ends_on=None, paper=_paper(actor, order))
        if is_new:
            invitation_queue(user=user)
        handover = Handover.objects.create(
            old=old, new=new, on=on, recorded_by_id=actor.user_id, recorded_at=clock.now()
        )
        return Replaced(handover, is_invited=is_new)


@audited
def order_attach(*, actor: Scope, membership_id: int, order: Order) -> Membership:
    """Record the order of an appointment, or put its file in the place of the one that is there.

    What is left empty stays as it was. Raises Missing, NotAllowed, InvalidInput by field, TooLarge.
    """
    with stored_or_nothing(), transaction.atomic():
        membership = coordinator_fetch(actor, membership_id)
        require_appointer(actor)
        if not (order.number.strip() or order.on or order.file):
            raise InvalidInput({"number": _("Give the number of the order, its day or its file.")})
        return _with_papers(membership, _paper(actor, order))


def coordinator_fetch(actor: Scope, membership_id: int) -> Membership:
    """The locked appointment of a coordinator; Missing for a stranger's, and for a membership of another role."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "region")
    membership: Membership = rows.fetch(actor, pk=membership_id, role=Role.COORDINATOR)
    return membership


def require_plausible(day: date, field: str) -> None:
    """Refuse a day that is too far back or ahead to be meant. Raises InvalidInput."""
    today = clock.today()
    if day < today - BACK:
        text = _("At most %(days)s days back: what lies before stands in the history as it was.")
        raise InvalidInput({field: text % {"days": BACK.days}})
    if day > today + AHEAD:
        raise InvalidInput({field: _("The day is too far away: check the year.")})


def _person(actor: Scope, appointee: Appointee) -> tuple[User, bool]:
    """The person with this address, or a new one; whether he is new.

    Looked up among all people: a controller sees no list of them, and yet must not make somebody twice.
    """
    names = {
        name: one_line(getattr(appointee, name), field=name)
        for name in ("last_name", "first_name", "patronymic", "phone")
    }
    email = appointee.email.strip().lower()
    hold(f"invite:{email}")
    user = User.objects.filter(email=email).first()
    if user is None:
        for name, words in (
            ("last_name", _("Give the last name: nobody has this address yet.")),
            ("first_name", _("Give the first name: nobody has this address yet.")),
        ):
            if not names[name]:
                raise InvalidInput({name: words})
        user = User(email=email, **names)
        user.set_unusable_password()
        check_fields(user)
        user.save()
        return user, True
    if not user.is_active:
        raise InvalidInput({"email": _("The person with this address is blocked.")})
    for name in ("last_name", "first_name"):
        if names[name] and name_key(names[name]) != name_key(getattr(user, name)):
            text = _("This address belongs to %(person)s: correct the name or the address.")
            raise InvalidInput({name: text % {"person": user.get_full_name()}})
    return user, False


def _paper(actor: Scope, order: Order) -> Paper:
    if order.on is not None and order.on > clock.today() + AHEAD:
        raise InvalidInput({"order_on": _("The day is too far away: check the year.")})
    number = one_line(order.number, field="order_number")
    if len(number) > 300:
        raise InvalidInput({"order_number": _("At most %(limit)s characters.") % {"limit": 300}})
    try:
        stored = file_store(actor=actor, upload=order.file) if order.file else None
    except InvalidInput as error:
        raise InvalidInput({"order_file": [str(error)]}) from error
    return Paper(number, order.on, stored)


def _with_papers(membership: Membership, paper: Paper) -> Membership:
    """The same appointment with what the paper says; an empty paper changes nothing."""
    was = (membership.document, membership.document_on, membership.document_file_id)
    membership.document = paper.document or membership.document
    membership.document_on = paper.on or membership.document_on
    membership.document_file = paper.file or membership.document_file
    if was == (membership.document, membership.document_on, membership.document_file_id):
        return membership
    check_fields(membership)
    return saved(membership)


def _leave_other_post(user: User, place: Place, starts_on: date) -> None:
    """End the other post of the person in this region the day before; one that begins later is refused."""
    for held in same_place(user, place).overlapping(starts_on, None).exclude(position=place.position):
        if held.starts_on >= starts_on:
            text = _("%(person)s is %(position)s of the region from %(day)s: end that appointment first.")
            values = {
                "person": user.get_short_name(),
                "position": Position(held.position).label,
                "day": date_short(held.starts_on),
            }
            raise InvalidInput({"starts_on": text % values})
        held.ends_on = starts_on - DAY
        saved(held)


def _require_replaceable(old: Membership, user: User, on: date) -> None:
    """Refuse a handover that cannot be. Raises ImpossibleStep, InvalidInput by field."""
    if old.is_over:
        raise ImpossibleStep(_("This appointment is over: appoint a new coordinator of the region."))
    require_plausible(on, "on")
    if user.pk == old.user_id:
        raise InvalidInput({"email": _("The region cannot be handed over to the same person.")})
    if on <= old.starts_on:
        text = _("%(person)s begins on %(day)s: the other one can begin on a later day only.")
        values = {"person": old.user.get_short_name(), "day": date_short(old.starts_on)}
        raise InvalidInput({"on": text % values})
    if old.ends_on is not None and on > old.ends_on + DAY:
        text = _("The last day of %(person)s is %(day)s: the handover can be on the next day at the latest.")
        values = {"person": old.user.get_short_name(), "day": date_short(old.ends_on)}
        raise InvalidInput({"on": text % values})
    stands_in = Leave.objects.standing().filter(stand_in=old, ends_on__gte=on).with_people().first()
    if stands_in is not None:
        raise ImpossibleStep(standing_in_words(stands_in))


def standing_in_words(leave: Leave) -> str:
    """Why somebody who stands in for another (both read with the leave) can neither go nor be away."""
    text = _("%(person)s stands in for %(other)s until %(day)s: end that leave first.")
    return text % {
        "person": leave.stand_in.user.get_short_name(),
        "other": leave.membership.user.get_short_name(),
        "day": date_short(leave.ends_on),
    }


def _handed_over_words(known: Handover) -> str:
    text = _("The region is handed over to %(person)s from %(day)s already.")
    return text % {"person": known.new.user.get_short_name(), "day": date_short(known.on)}


def _cut_leaves(old: Membership, on: date) -> None:
    """Leaves end with the appointment; those that would begin later are taken back."""
    for leave in Leave.objects.standing().filter(membership=old, ends_on__gte=on):
        if leave.starts_on >= on:
            leave.cancelled_at = clock.now()
        else:
            leave.ends_on = on - DAY
        saved(leave)
