"""What holds the issue of a draft back for a reason that a higher room knows: a document that is still to be agreed.

That room registers its answer when the portal starts; pages, services and the clock ask it here.
"""

from collections.abc import Callable

from assignments.models import Protocol

HeldBack = Callable[[Protocol], str]
"""Why the draft is not issued by itself, in a sentence; empty when nothing holds it back."""

_known_by: list[HeldBack] = []


def issue_held_back_by(answer: HeldBack) -> None:
    """Called once by the room that issues drafts together with its documents."""
    _known_by[:] = [answer]


def holding_problems(protocol: Protocol) -> list[str]:
    """The reasons as problems of the issue."""
    return [reason for answer in _known_by if (reason := answer(protocol))]
