"""What may go wrong in a service, in words for people; the web layers alone turn it into HTTP.

| error | meaning | HTTP |
|---|---|---|
| InvalidInput | a field breaks a rule | 400 |
| NotAllowed | seen, but this act is not for this person | 403 |
| Missing | not in this person's scope, or nowhere | 404 |
| ImpossibleStep | the state of the object forbids the act | 409 |
| StaleVersion | somebody else changed the object meanwhile | 409 |
| TooLarge | a file or body over its limit | 413 |
"""

from collections.abc import Mapping, Sequence
from typing import Any

StrOrPromise = Any
"""A `str` or a lazily translated one."""

NON_FIELD = "__all__"


class PortalError(Exception):
    """Base of everything a service refuses. `str(error)` is a sentence in the user's language."""

    status = 400
    code = "error"

    def __init__(self, message: StrOrPromise, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(PortalError):
    """One or more fields break a rule; `errors` maps field names to sentences."""

    status = 400
    code = "invalid"

    def __init__(self, errors: Mapping[str, StrOrPromise | Sequence[StrOrPromise]] | StrOrPromise) -> None:
        if not isinstance(errors, Mapping):
            errors = {NON_FIELD: errors}
        self.errors: dict[str, list[StrOrPromise]] = {
            field: list(value) if isinstance(value, list | tuple) else [value]
            for field, value in errors.items()
        }
        super().__init__(next(iter(self.errors.values()))[0])

    def __str__(self) -> str:
        return " ".join(str(message) for messages in self.errors.values() for message in messages)


class NotAllowed(PortalError):
    """The object is in scope, the act is not."""

    status = 403
    code = "not_allowed"


class Missing(PortalError):
    """The object does not exist for this person."""

    status = 404
    code = "not_found"


class ImpossibleStep(PortalError):
    """The state of the object forbids this act."""

    status = 409
    code = "impossible_step"


class StaleVersion(PortalError):
    """The object was changed since the person read it; `current` is the version in force."""

    status = 409
    code = "stale_version"

    def __init__(self, message: StrOrPromise, *, current: int) -> None:
        super().__init__(message)
        self.current = current


class TooLarge(PortalError):
    """A file or a body over its limit."""

    status = 413
    code = "too_large"
