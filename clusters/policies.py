"""Who may do what in the clusters room."""

from common.scope import Role, Scope


def can_import_clusters(scope: Scope) -> bool:
    """The register of clusters is changed by administrators only."""
    return scope.has(Role.ADMINISTRATOR)
