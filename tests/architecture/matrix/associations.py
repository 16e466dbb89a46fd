"""What the matrix knows of the associations: milestones, and what is sent to their addresses."""

from datetime import date
from typing import Any

from associations.models import Milestone
from tests.architecture.matrix.world import Address, World
from tests.cast import Cast

DAY = date(2026, 4, 1)


def more_milestones(cast: Cast, number: int) -> None:
    """One more milestone of all associations, and one of the association of the cast."""
    for association in (None, cast.machine_builders):
        Milestone.objects.create(
            association=association, name_ru=f"Веха {number}", name_en=f"Milestone {number}", due_on=DAY
        )


def _milestone(_world: World, address: Address) -> dict[str, Any]:
    known = Milestone.objects.filter(pk=address.get("pk", 0)).values_list("version", flat=True).first()
    return {
        "version": known or "", "name_ru": "Слёт", "name_en": "Meeting", "date_kind": "deadline", "state": "planned",
        "due_on": "01.05.2026",
    }  # fmt: skip


ASSOCIATION_BODIES: dict[str, Any] = {
    "associations:milestone-create": _milestone,
    "associations:milestone": _milestone,
    "associations:association-milestone": _milestone,
}
