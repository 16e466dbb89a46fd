"""Rights of a person, read from the memberships in force."""

from collections import defaultdict
from datetime import date

from accounts.models import Membership, User
from common import clock
from common.scope import Role, Scope


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
