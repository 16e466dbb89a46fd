"""Who may change what is known about the authority of a region."""

from common.scope import Role, Scope


def can_edit_authority(scope: Scope) -> bool:
    """Administrators and controllers keep the authorities and their heads; others who see them only read."""
    return scope.has(Role.ADMINISTRATOR, Role.CONTROLLER)


def can_share(scope: Scope, region: str) -> bool:
    """The coordinators of a region agree for it and withdraw; controllers and administrators record it for them."""
    return region in scope.coordinated or scope.has(Role.ADMINISTRATOR, Role.CONTROLLER)


def can_keep_calendar(scope: Scope) -> bool:
    """Working days and days off are said by administrators alone: every term of the country is counted by them."""
    return scope.has(Role.ADMINISTRATOR)
