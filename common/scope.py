"""Who is asking: the frozen answer that every queryset, policy and service takes."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Roles of the portal. Expert, secretary, approver, lead are dated appointments on an object, not roles."""

    ADMINISTRATOR = "administrator", _("administrator")
    CONTROLLER = "controller", _("controller")
    METHODOLOGIST = "methodologist", _("methodologist")
    COORDINATOR = "coordinator", _("regional coordinator")
    ASSOCIATION = "association", _("association chair or curator")
    MINISTER = "minister", _("head of the regional authority")
    AUDITOR = "auditor", _("auditor")
    SYSTEM = "system", _("scheduled job")


CENTRE_ROLES = frozenset({Role.ADMINISTRATOR, Role.CONTROLLER, Role.METHODOLOGIST})
REGION_ROLES = frozenset({Role.COORDINATOR, Role.MINISTER})
MEMBERSHIP_ROLES = CENTRE_ROLES | REGION_ROLES | {Role.ASSOCIATION}


@dataclass(frozen=True, slots=True)
class Scope:
    """Rights of one request, read once from the memberships in force today; without roles it is the public.

    `coordinated` and `overseen` are region codes (as coordinator, as head), `associations` are ids.
    """

    user_id: int | None = None
    roles: frozenset[Role] = frozenset()
    coordinated: frozenset[str] = frozenset()
    overseen: frozenset[str] = frozenset()
    associations: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_public(self) -> bool:
        return not self.roles

    @property
    def is_system(self) -> bool:
        return Role.SYSTEM in self.roles

    @property
    def is_centre(self) -> bool:
        """Staff of the national centre, or a scheduled job acting for it."""
        return self.is_system or bool(self.roles & CENTRE_ROLES)

    @property
    def regions(self) -> frozenset[str]:
        """Codes of the regions whose own data this person reads."""
        return self.coordinated | self.overseen

    def has(self, *roles: Role) -> bool:
        """True when at least one of the roles is held; a scheduled job holds them all."""
        return self.is_system or not self.roles.isdisjoint(roles)


PUBLIC = Scope()
SYSTEM = Scope(roles=frozenset({Role.SYSTEM}))


def scope_of(request: Any) -> Scope:
    """The scope that the middleware of `accounts` put on the request; the public when there is none."""
    return getattr(request, "portal_scope", PUBLIC)


def has_scope(request: Any) -> bool:
    """Whether the middleware has said who asks."""
    return hasattr(request, "portal_scope")


def set_scope(request: Any, scope: Scope) -> None:
    """Put the scope on a request; only the sign-in layers of `accounts` do so."""
    request.portal_scope = scope
