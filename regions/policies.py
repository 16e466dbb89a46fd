"""Who may change what is known about the authority of a region."""

from common.scope import Role, Scope


def can_edit_authority(scope: Scope) -> bool:
    """Administrators and controllers keep the authorities and their heads; others who see them only read."""
    return scope.has(Role.ADMINISTRATOR, Role.CONTROLLER)
