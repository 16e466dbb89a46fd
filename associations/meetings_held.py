"""What the room of meetings tells this one: it stands above and registers itself when it is ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from common.scope import Scope


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting of an association that was held: its day, its title, its page."""

    day: date
    title: str
    url: str


Finder = Callable[[Scope, int, date, date], Sequence[Held]]
_finders: list[Finder] = []


def register_meetings(finder: Finder) -> None:
    """Say how the meetings of an association that were held from a day to a day are found."""
    _finders[:] = [finder]


def meetings_held(scope: Scope, association_id: int, first: date, last: date) -> list[Held]:
    """The oldest first."""
    return [row for finder in _finders for row in finder(scope, association_id, first, last)]
