"""Experts of practices: who may be appointed, what they gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Membership
from associations.enums import MOST_POINTS, Criterion
from associations.models import Expertise, Practice
from common import clock
from common.scope import CENTRE_ROLES, Role

EXPERT_ROLES = frozenset({*CENTRE_ROLES, Role.COORDINATOR, Role.ASSOCIATION})
"""Who may be asked to score a practice."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the sums of the experts, in points and in full percents of the greatest sum."""

    points: Decimal
    share: int
    experts: int


def mean_of(scored: Sequence[Expertise]) -> Mean | None:
    """Of those that have scored, with their points read; None before the first."""
    if not scored:
        return None
    total = sum(one.points for expertise in scored for one in expertise.points.all())
    points = Decimal(total) / len(scored)
    share = int(100 * points / (MOST_POINTS * len(Criterion)))
    return Mean(points.quantize(Decimal("0.1")), share, len(scored))


def experts_offered(practice: Practice) -> list[tuple[int, str]]:
    """People without a conflict of interest who are not appointed yet: ids with names and places, by name."""
    appointed = practice.expertises.values_list("expert", flat=True)
    in_office = Membership.objects.in_force(clock.today())
    held = in_office.filter(role__in=EXPERT_ROLES, user__is_active=True)
    barred = in_office.filter(region=practice.region_id).values_list("user", flat=True)
    out = {*appointed, *barred, practice.created_by_id}
    found: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for row in held.select_related("user", "region", "association").order_by("user__name_key", "role"):
        if row.user_id not in out:
            names[row.user_id] = row.user.get_full_name()
            place = row.region or row.association
            found.setdefault(row.user_id, []).append(place.name if place else str(row.get_role_display()))
    return [(pk, f"{names[pk]}, {', '.join(places)}") for pk, places in found.items()]
