"""The list of this room as a file: people with their roles."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import PeopleFilter
from accounts.models import Membership, User
from accounts.policies import can_manage_people
from accounts.querysets import UserQuerySet
from accounts.selectors import people
from common.errors import NotAllowed
from common.lists import Found, PortalList, conditions_of, register_lists
from common.scope import Scope
from common.sheets import Column


def require_administrator(scope: Scope) -> None:
    """Raises NotAllowed for everybody else."""
    if not can_manage_people(scope):
        raise NotAllowed(_("The list of people is for administrators."))


def people_narrowed(scope: Scope, form: PeopleFilter) -> UserQuerySet:
    """The people that a form asks for; a damaged form narrows nothing."""
    chosen = form.cleaned_data if form.is_valid() else {}
    region = chosen.get("region")
    return people(
        scope,
        text=chosen.get("q", ""),
        role=chosen.get("role", ""),
        region_code=region.pk if region else "",
        state=chosen.get("state", ""),
    )


def _people_found(scope: Scope, query: QueryDict) -> Found:
    require_administrator(scope)
    form = PeopleFilter(query, scope=scope)
    conditions = conditions_of(form)
    return Found(people_narrowed(scope, form), conditions)


def _role(membership: Membership) -> str:
    place = membership.region or membership.association
    position = f" ({membership.get_position_display()})" if membership.position else ""
    return f"{membership.get_role_display()}{position}" + (f", {place}" if place else "")


def _state(user: User) -> str:
    if not user.is_active:
        return _("blocked")
    return _("may sign in") if user.has_usable_password() else _("invited")


def _people_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Person"), lambda row: row.get_full_name(), 40),
        Column(_("E-mail"), lambda row: row.email, 34),
        Column(_("Telephone"), lambda row: row.phone, 20),
        Column(_("Roles today"), lambda row: "; ".join(map(_role, row.current_memberships)), 60),
        Column(_("State"), _state, 18),
    ]


def register() -> None:
    """Called once when the room is ready."""
    register_lists(
        PortalList("people", gettext_lazy("People"), "accounts:people", _people_found, _people_columns)
    )
