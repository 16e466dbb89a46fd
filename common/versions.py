"""Optimistic locking in one place: the version a person saw must be the version in force."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import InvalidInput, StaleVersion


def is_second_press(obj: Any, version: int | None, last: Any, **said: Any) -> bool:
    """Whether what is being done was the last thing done to the object: the button was pressed twice.

    `version` is what the person saw, `last` the newest event of the object, `said` what an event of this act would say.
    """
    if version is None or version + 1 != obj.version or last is None:
        return False
    return all(getattr(last, name) == value for name, value in said.items())


def require_version(obj: Any, version: int | None) -> None:
    """Refuse when `version` (what the person saw) is absent or is not the object's.

    Raises InvalidInput (400) without a version, StaleVersion (409) when it is another one.
    """
    if version is None:
        raise InvalidInput({"version": _("Say which version of the record you saw.")})
    if version != obj.version:
        raise StaleVersion(
            _(
                "Somebody changed this record while you worked on it. Your text is kept: check what changed and repeat."
            ),
            current=obj.version,
        )
