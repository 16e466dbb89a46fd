"""Who may see the pages of this room that belong to nobody's data."""

from common.scope import Scope


def can_see_gallery(scope: Scope, *, is_demo: bool) -> bool:
    """The gallery of components is open to everybody in a demonstration, else to the staff of the centre."""
    return is_demo or scope.is_centre
