"""Experts of practices: who may be appointed, what they gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Membership
from associations.enums import MOST_POINTS, Criterion
from associations.models import Curatorship, Expertise, Practice
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
    today = clock.today()
    appointed = practice.expertises.values_list("expert", flat=True)
    barred = (
        Membership.objects.in_force(today).filter(region=practice.region_id).values_list("user", flat=True)
    )
    curators = Curatorship.objects.in_force(today).filter(cluster=practice.cluster_id)
    out = {*appointed, *barred, *curators.values_list("curator", flat=True), practice.created_by_id}
    return [row for row in experts_to_ask() if row[0] not in out]


def experts_to_ask() -> list[tuple[int, str]]:
    """Everybody who may be asked as an expert: ids with names and places, by name."""
    held = Membership.objects.in_force(clock.today()).filter(role__in=EXPERT_ROLES, user__is_active=True)
    found: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for row in held.select_related("user", "region", "association").order_by("user__name_key", "role"):
        names[row.user_id] = row.user.get_full_name()
        place = row.region or row.association
        found.setdefault(row.user_id, []).append(place.name if place else str(row.get_role_display()))
    return [(pk, f"{names[pk]}, {', '.join(places)}") for pk, places in found.items()]


def curates(user_id: int | None, practice: Practice) -> bool:
    """Whether a person supports the cluster that is the author, which is a conflict of interest."""
    if practice.cluster_id is None:
        return False
    rows = Curatorship.objects.in_force(clock.today()).filter(cluster=practice.cluster_id, curator=user_id)
    return rows.exists()
