"""The kinds of notices: how each is put into words, in the language of the reader, at the moment of reading.

This room knows only its own kinds and the shape of a kind. A higher room registers the kinds that it writes, and
`accounts` says who the staff of the centre is, each in its `apps.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from notifications.enums import StaffTaskKind

Data = Mapping[str, Any]
STAFF_TASK_OPENED = "staff_task_opened"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind by its key; `words` makes the sentence from the data of a notice, without a query."""

    key: str
    words: Callable[[Data], str]


_kinds: dict[str, NoticeKind] = {}
_staff: list[Callable[[], Iterable[int]]] = []


def register_kinds(*kinds: NoticeKind) -> None:
    """Make kinds known; a key belongs to one kind."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) != kind:
            raise ValueError(f"two kinds of notices are called {kind.key}")


def register_staff(ids: Callable[[], Iterable[int]]) -> None:
    """Say how the ids of the staff of the centre in office today are found."""
    _staff[:] = [ids]


def staff_of_centre() -> list[int]:
    """Ids of the staff of the centre in office today."""
    return [person for ids in _staff for person in ids()]


def known_kinds() -> list[str]:
    """Keys of all kinds."""
    return sorted(_kinds)


def words_of_notice(kind: str, data: Data) -> str:
    """The sentence of a notice. A kind that the portal no longer writes is still told of, in general words."""
    known = _kinds.get(kind)
    return known.words(data) if known else _("Something that concerns you has changed.")


def _staff_task_opened(data: Data) -> str:
    about = {kind.value: str(kind.label) for kind in StaffTaskKind}
    return _("A task for the staff of the centre: %(about)s.") % {"about": about.get(data["task"], "")}


register_kinds(NoticeKind(STAFF_TASK_OPENED, _staff_task_opened))
