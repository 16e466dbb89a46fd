"""Who may do what in the room of the associations. Pure questions; services turn a "no" into a refusal."""

from common.scope import Role, Scope

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.METHODOLOGIST})


def can_keep_roadmap(scope: Scope, association: int | None) -> bool:
    """Methodologists and administrators keep all milestones, chairs and curators those of their own association."""
    return scope.has(*KEEPERS) or association in scope.associations
