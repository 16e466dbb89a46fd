"""Who of a region's coordinators works on what. Whoever is no coordinator of the region today works on nothing."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Membership
from assignments.models import Execution
from common import clock
from common.scope import Role, Scope

ME, NOBODY = "me", "none"
Colleagues = Mapping[str, Mapping[int, str]]
"""Short names of the coordinators in office by the code of their region and their id."""


def coordinators_of(scope: Scope) -> Colleagues:
    """The coordinators of the person's regions who are in office today and may sign in, in one query."""
    held = (
        Membership.objects.visible_to(scope)
        .in_force(clock.today())
        .filter(role=Role.COORDINATOR, region__in=scope.regions, user__is_active=True)
        .select_related("user")
        .order_by("user__name_key", "user")
    )
    found: dict[str, dict[int, str]] = {}
    for row in held:
        found.setdefault(str(row.region_id), {})[row.user_id] = row.user.get_short_name()
    return found


def assignee_words(execution: Execution, colleagues: Colleagues) -> str:
    """«исполнитель: Томина В. О.»; empty for nobody, and where there is nobody to share the work with."""
    in_office = colleagues.get(execution.region_id, {})
    name = in_office.get(execution.assignee_id or 0, "")
    return _("assigned to %(name)s") % {"name": name} if name and len(in_office) > 1 else ""


def assigned_to(scope: Scope, whose: str) -> Q:
    """The condition of ME, NOBODY or the id of a colleague."""
    in_office = Exists(
        Membership.objects.in_force(clock.today()).filter(
            role=Role.COORDINATOR,
            user__is_active=True,
            user=OuterRef("assignee"),
            region=OuterRef("region"),
        )
    )
    if whose == NOBODY:
        return ~Q(in_office)
    return Q(in_office, assignee=scope.user_id if whose == ME else int(whose))


def assignee_choices(scope: Scope) -> list[tuple[str, str]]:
    """The coordinators to whom this one may give work, himself first; empty where there is nobody else."""
    found = coordinators_of(scope)
    names = {pk: name for code in sorted(scope.coordinated) for pk, name in found.get(code, {}).items()}
    if len(names) < 2:
        return []
    return sorted(
        ((str(pk), name) for pk, name in names.items()), key=lambda pair: pair[0] != str(scope.user_id)
    )


def whose_choices(scope: Scope) -> list[tuple[str, str]]:
    """What the filter «whose» offers, where several coordinators share the work."""
    others = [(pk, name) for pk, name in assignee_choices(scope) if pk != str(scope.user_id)]
    return [(ME, _("only mine")), (NOBODY, _("nobody's")), *others] if others else []
