"""Optimistic locking in one place: the version a person saw must be the version in force."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import InvalidInput, StaleVersion


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
