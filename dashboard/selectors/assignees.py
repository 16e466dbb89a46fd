"""Who of a region's coordinators works on what. Whoever is no coordinator of the region today works on nothing.

While somebody is on leave, his work is that of whoever stands in for him; it is his again when the leave is over.
"""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Leave, Membership
from accounts.selectors.duty import leaves_on
from assignments.models import Execution
from common import clock
from common.formatting import date_short
from common.scope import Role, Scope

ME, NOBODY = "me", "none"
Colleagues = Mapping[str, Mapping[int, str]]
"""Short names of the coordinators in office by the code of their region and their id."""


def coordinators_of(scope: Scope) -> Colleagues:
    """The coordinators of the person's regions who are in office today and may sign in, in two queries.

    Of somebody on leave the name says who stands in for him and until when.
    """
    held = (
        Membership.objects.visible_to(scope)
        .in_force(clock.today())
        .filter(role=Role.COORDINATOR, region__in=scope.regions, user__is_active=True)
        .select_related("user")
        .order_by("user__name_key", "user")
    )
    away = {leave.membership_id: leave for leave in leaves_on(clock.today()).visible_to(scope)}
    found: dict[str, dict[int, str]] = {}
    for row in held:
        found.setdefault(str(row.region_id), {})[row.user_id] = _name(row, away.get(row.pk))
    return found


def _name(row: Membership, leave: Leave | None) -> str:
    """«Щёкин И. П., до 14.12.2025 замещает Томина В. О.»"""
    name = row.user.get_short_name()
    if leave is None:
        return name
    text = _("%(person)s, until %(day)s %(other)s stands in")
    other = leave.stand_in.user.get_short_name()
    return text % {"person": name, "day": date_short(leave.ends_on), "other": other}


def assignee_words(execution: Execution, colleagues: Colleagues) -> str:
    """«исполнитель: Томина В. О.»; empty for nobody, and where there is nobody to share the work with."""
    in_office = colleagues.get(execution.region_id, {})
    name = in_office.get(execution.assignee_id or 0, "")
    return _("assigned to %(name)s") % {"name": name} if name and len(in_office) > 1 else ""


def assigned_to(scope: Scope, whose: str) -> Q:
    """The condition of ME, NOBODY or the id of a colleague; with the work of those for whom he stands in today."""
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
    person = scope.user_id if whose == ME else int(whose)
    stands_in = Exists(
        Leave.objects.in_force(clock.today()).filter(
            stand_in__user=person,
            membership__user=OuterRef("assignee"),
            membership__region=OuterRef("region"),
        )
    )
    return Q(in_office) & (Q(assignee=person) | Q(stands_in))


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
