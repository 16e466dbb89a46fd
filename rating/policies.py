"""Who may close, correct and publish a month."""

from common.scope import Role, Scope
from rating.models import Slice

KEEPERS = (Role.METHODOLOGIST, Role.ADMINISTRATOR)


def can_close(scope: Scope) -> bool:
    """Methodologists and administrators close months by hand; the scheduled job does it by itself."""
    return scope.has(*KEEPERS)


def can_revise(scope: Scope) -> bool:
    """Methodologists and administrators compute the next revision after a decided appeal."""
    return scope.has(*KEEPERS)


def can_publish(scope: Scope) -> bool:
    """Methodologists and administrators publish."""
    return scope.has(*KEEPERS)


def is_second_person(scope: Scope, slice_: Slice) -> bool:
    """A correction is published by another person than the one who made it.

    The first revision follows from the log alone, so anyone who may publish may publish it.
    """
    return slice_.revision == 1 or slice_.author_id is None or slice_.author_id != scope.user_id


def can_read_letters(scope: Scope) -> bool:
    """The centre reads all letters, the coordinators and the head of a region those about it."""
    return scope.is_centre or bool(scope.regions)
