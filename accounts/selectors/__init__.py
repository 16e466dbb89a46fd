"""What is read about people: their rights, the list, the page of one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch
from django.urls import reverse
from knox.models import AuthToken, get_token_model

from accounts.enums import Position
from accounts.models import AuditToken, Leave, Membership, User
from accounts.querysets import AuditTokenQuerySet, UserQuerySet
from common import clock
from common.scope import CENTRE_ROLES, Role, Scope
from notifications.digests import CENTRE_ZONE, Reader, nine_of
from regions.models import Region


def scope_for(user: User, day: date | None = None) -> Scope:
    """The scope of a signed-in person on a day (today); one query, never cached between requests."""
    regions: dict[str, set[str]] = defaultdict(set)
    roles: set[Role] = set()
    associations: set[int] = set()
    rows = Membership.objects.in_force(day or clock.today()).filter(user=user)
    for role, region, association in rows.values_list("role", "region_id", "association_id"):
        roles.add(Role(role))
        if region:
            regions[role].add(region)
        if association:
            associations.add(association)
    return Scope(
        user_id=user.pk,
        roles=frozenset(roles),
        coordinated=frozenset(regions[Role.COORDINATOR]),
        overseen=frozenset(regions[Role.MINISTER]),
        associations=frozenset(associations),
    )


def people(
    scope: Scope, *, text: str = "", role: str = "", region_code: str = "", state: str = ""
) -> UserQuerySet:
    """People of the scope, by name, with their memberships in force as `current_memberships`.

    `state` is "active", "blocked", "invited" (no password set yet) or "" for all.
    """
    current = Membership.objects.in_force(clock.today())
    rows = User.objects.visible_to(scope).search(text)
    if role or region_code:
        held = current
        if role:
            held = held.filter(role=role)
        if region_code:
            held = held.filter(region=region_code)
        rows = rows.with_membership(held)
    if state == "blocked":
        rows = rows.filter(is_active=False)
    elif state == "invited":
        rows = rows.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    elif state == "active":
        rows = rows.filter(is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return rows.order_by("name_key", "pk").prefetch_related(
        Prefetch("memberships", current.for_list().order_by("role", "pk"), to_attr="current_memberships")
    )


def staff_ids(roles: Iterable[Role] = CENTRE_ROLES) -> list[int]:
    """Ids of the staff of the centre in office today, in one of the roles, who may sign in."""
    held = Membership.objects.in_force(clock.today()).filter(role__in=list(roles), user__is_active=True)
    return list(held.order_by("user").values_list("user", flat=True).distinct())


def people_of_regions(roles: Iterable[Role], codes: Iterable[str] | None = None) -> dict[int, list[str]]:
    """Who holds one of the roles in a region today and may sign in: ids with the codes of the regions.

    `codes` narrows the regions; None means all.
    """
    held = Membership.objects.in_force(clock.today()).filter(role__in=list(roles), user__is_active=True)
    if codes is not None:
        held = held.filter(region__in=list(codes))
    found: dict[int, list[str]] = defaultdict(list)
    for person, code in held.order_by("user", "region").values_list("user", "region").distinct():
        found[person].append(code)
    return dict(found)


def people_of_association(association_id: int) -> list[int]:
    """Ids of the chairs and curators of an association in office today who may sign in."""
    held = Membership.objects.in_force(clock.today()).filter(association=association_id, user__is_active=True)
    return list(held.order_by("user").values_list("user", flat=True).distinct())


def posts_on(day: date, role: Role) -> list[tuple[int, str, str]]:
    """Who holds a role on a day and may sign in: ids with the code of the region and the position, in a fixed order.

    A coordinator on leave is left out; whoever stands in for a main one counts as the main one of the day.
    """
    held = Membership.objects.in_force(day).filter(role=role, user__is_active=True).order_by("region", "user")
    away = dict(Leave.objects.in_force(day).values_list("membership", "stand_in"))
    rows = list(held.values_list("pk", "user", "region", "position"))
    acting = {away[pk] for pk, _user, _region, position in rows if pk in away and position == Position.MAIN}
    return [
        (person, region or "", Position.MAIN.value if pk in acting else position)
        for pk, person, region, position in rows
        if pk not in away
    ]


def readers(day: date) -> Mapping[int, Reader]:
    """Everybody with a role in force on the day who may sign in, as a reader of letters; one query.

    Who has regions in several time zones is written to at the earliest of their nine o'clocks. Of a region from which
    somebody is on leave he is not written to.
    """
    held = Membership.objects.in_force(day).filter(user__is_active=True).select_related("user", "region")
    held = held.exclude(pk__in=Leave.objects.in_force(day).values("membership"))
    people: dict[int, User] = {}
    zones: dict[int, dict[str, str]] = defaultdict(dict)
    for membership in held.order_by("user", "id"):
        people[membership.user_id] = membership.user
        place = membership.region
        if place is not None:
            zones[membership.user_id][place.code] = place.timezone
        elif membership.role in CENTRE_ROLES:
            zones[membership.user_id][""] = CENTRE_ZONE
    return {pk: _reader(user, zones[pk], day) for pk, user in people.items()}


def _reader(user: User, zones: Mapping[str, str], day: date) -> Reader:
    return Reader(
        key=f"person:{user.pk}",
        name=user.get_full_name(),
        address=user.email,
        language=user.language,
        zone=min(zones.values(), key=lambda zone: (nine_of(day, zone), zone), default=CENTRE_ZONE),
        person_id=user.pk,
        regions=frozenset(code for code in zones if code),
        page=reverse("accounts:person", args=[user.pk]),
        task_key=person_task_key(user.pk),
    )


def stand_ins(scope: Scope, day: date) -> list[User]:
    """The deputy coordinators who get the reminders of a coordinator on his quiet days, by name."""
    held = Membership.objects.in_force(day).filter(
        role=Role.COORDINATOR, position=Position.DEPUTY, region__in=scope.coordinated, user__is_active=True
    )
    people: list[User] = list(
        User.objects.with_membership(held).exclude(pk=scope.user_id).order_by("name_key", "pk")
    )
    return people


def person_task_key(user_id: int) -> str:
    """What a task of the staff about a person is filed under."""
    return f"person:{user_id}"


def zones_of_regions() -> list[str]:
    """The time zones of all regions, each once."""
    return list(Region.objects.order_by("timezone").values_list("timezone", flat=True).distinct())


def memberships_of(scope: Scope, user: User) -> Sequence[Membership]:
    """All memberships of a person: the newest first, those that are over last."""
    rows = Membership.objects.visible_to(scope).filter(user=user).for_list().order_by("-starts_on", "pk")
    return sorted(rows, key=lambda row: row.is_over)


def has_second_factor(user: User) -> bool:
    """True when the person signs in with a code of an app besides the password."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def api_tokens_of(user: User) -> Sequence[AuthToken]:
    """The working tokens of a person, newest first."""
    rows: Sequence[AuthToken] = (
        get_token_model().objects.filter(user=user, expiry__gt=clock.now()).order_by("-created")
    )
    return rows


def audit_tokens(scope: Scope) -> AuditTokenQuerySet:
    """Keys of auditors, newest first."""
    return AuditToken.objects.visible_to(scope).select_related("created_by")
