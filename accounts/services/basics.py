"""What every write about people and memberships shares: rights, the place of a role, its dates, saving."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.enums import ASSOCIATION_POSITIONS, COORDINATOR_POSITIONS, Position
from accounts.models import Leave, Membership, User
from accounts.querysets import MembershipQuerySet
from clusters.models import Association
from common.errors import InvalidInput, NotAllowed
from common.formatting import date_short
from common.locks import hold
from common.names import one_line
from common.scope import CENTRE_ROLES, REGION_ROLES, Role, Scope
from files.models import StoredFile
from regions.models import Region

Versioned = TypeVar("Versioned", User, Membership, Leave)


@dataclass(frozen=True, slots=True)
class Place:
    """A role with the region or association and the position that it needs."""

    role: Role
    region: Region | None = None
    association: Association | None = None
    position: str = ""


def place_of(
    actor: Scope, role: str, region_code: str | None, association_id: int | None, position: str
) -> Place:
    """The role with what it needs; what it does not need is dropped. Raises InvalidInput."""
    if role in CENTRE_ROLES:
        return Place(Role(role))
    if role in REGION_ROLES:
        if not region_code:
            raise InvalidInput({"region": _("This role needs a region.")})
        if role == Role.COORDINATOR and position not in COORDINATOR_POSITIONS:
            raise InvalidInput({"position": _("A coordinator is the main one or a deputy.")})
        region = Region.objects.fetch(actor, code=region_code)
        return Place(Role(role), region=region, position=position if role == Role.COORDINATOR else "")
    if role == Role.ASSOCIATION:
        if not association_id:
            raise InvalidInput({"association": _("This role needs an association.")})
        if position not in ASSOCIATION_POSITIONS:
            raise InvalidInput({"position": _("In an association a person is its chair or a curator.")})
        association = Association.objects.fetch(actor, pk=association_id)
        return Place(Role(role), association=association, position=position)
    raise InvalidInput({"role": _("There is no such role.")})


def same_place(user: User, place: Place) -> MembershipQuerySet:
    """The memberships of the person in this role there, past and to come."""
    return Membership.objects.filter(
        user=user, role=place.role, region=place.region, association=place.association
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """The order or letter of an appointment: its number in words, its day, its file as stored."""

    document: str = ""
    on: date | None = None
    file: StoredFile | None = None


NO_PAPER = Paper()


def membership_save(
    actor: Scope, user: User, place: Place, *, starts_on: date, ends_on: date | None, paper: Paper = NO_PAPER
) -> Membership:
    """A new membership, once it overlaps neither the person's own nor that of another main coordinator.

    Raises InvalidInput by field.
    """
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput({"ends_on": _("The last day is before the first one.")})
    if same_place(user, place).overlapping(starts_on, ends_on).exists():
        raise InvalidInput({"starts_on": _("The person holds this role there on these dates already.")})
    if place.region is not None and place.position == Position.MAIN:
        require_vacancy(place.region, starts_on, ends_on)
    membership = Membership(
        user=user,
        role=place.role,
        region=place.region,
        association=place.association,
        position=place.position,
        starts_on=starts_on,
        ends_on=ends_on,
        document=one_line(paper.document, field="document"),
        document_on=paper.on,
        document_file=paper.file,
        created_by_id=actor.user_id,
    )
    check_fields(membership)
    membership.save()
    return membership


def hold_region(region_code: str) -> None:
    """Let the acts on the coordinators of a region go one after another; until the end of the transaction."""
    hold(f"coordinators:{region_code}")


def require_vacancy(region: Region, starts_on: date, ends_on: date | None) -> None:
    """Refuse a second main coordinator of a region on the same days. Raises InvalidInput at `starts_on`."""
    hold_region(region.code)
    taken = (
        Membership.objects.filter(role=Role.COORDINATOR, region=region, position=Position.MAIN)
        .overlapping(starts_on, ends_on)
        .select_related("user")
        .order_by("starts_on")
        .first()
    )
    if taken is not None:
        raise InvalidInput({"starts_on": taken_words(taken)})


def taken_words(taken: Membership) -> str:
    """Who is the main coordinator of the region on these days, and what to do about it."""
    person = taken.user.get_short_name()
    if taken.ends_on is None:
        text = _(
            "From %(first)s on the main coordinator of the region is %(person)s: hand the region over, or appoint a"
            " deputy."
        )
        return text % {"first": date_short(taken.starts_on), "person": person}
    text = _(
        "From %(first)s to %(last)s the main coordinator of the region is %(person)s: choose another first day, or"
        " appoint a deputy."
    )
    return text % {
        "first": date_short(taken.starts_on), "last": date_short(taken.ends_on), "person": person,
    }  # fmt: skip


def require(allowed: bool, reason: str) -> None:
    """Raises NotAllowed with the reason."""
    if not allowed:
        raise NotAllowed(reason)


def check_fields(instance: Model) -> None:
    """Lengths, formats and choices of the model's own fields, as InvalidInput by field."""
    try:
        instance.clean_fields()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error


def saved(instance: Versioned) -> Versioned:
    """The same row in its next version."""
    instance.version += 1
    instance.save()
    return instance
