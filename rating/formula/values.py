"""Reading single values of an audit file: every refusal names the field and the rule it breaks."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

FIRST_YEAR, LAST_YEAR = 2, 9000
"""Instants and months outside are refused, so that no later sum can leave the calendar."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile("[0-9]{4}-(0[1-9]|1[0-2])")
_INSTANT = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DECIMAL = re.compile("[0-9]{1,9}([.][0-9]{1,9})?")


class CaseError(ValueError):
    """The file breaks a rule of the format; `path` says where, `rule` what is wrong, in plain words."""

    def __init__(self, path: str, rule: str) -> None:
        super().__init__(f"{path}: {rule}")
        self.path = path
        self.rule = rule

    def under(self, prefix: str) -> "CaseError":
        """The same refusal seen from the object that holds this one."""
        return CaseError(f"{prefix}.{self.path}" if self.path else prefix, self.rule)


def described(value: Any) -> str:
    """A short, printable form of an unexpected value."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    text = ascii(value) if isinstance(value, str) else f"the number {value}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def field(row: Mapping[str, Any], key: str) -> Any:
    """A required field."""
    try:
        return row[key]
    except KeyError:
        raise CaseError(key, "is missing") from None


def object_of(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CaseError("", f"must be an object, not {described(value)}")
    return value


def list_of(row: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = field(row, key)
    if not isinstance(value, list):
        raise CaseError(key, f"must be a list, not {described(value)}")
    return value


def text_of(row: Mapping[str, Any], key: str) -> str:
    """A text that can be a key: not empty, without NUL, and expressible in UTF-8."""
    value = field(row, key)
    if not isinstance(value, str):
        raise CaseError(key, f"must be a text, not {described(value)}")
    if not value:
        raise CaseError(key, "must not be empty")
    if "\0" in value:
        raise CaseError(key, "must not hold a NUL character")
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise CaseError(key, "holds half of a character, which is no valid Unicode")
    return value


def integer_of(
    row: Mapping[str, Any], key: str, minimum: int | None = None, maximum: int | None = None
) -> int:
    """A whole number; true is not one."""
    return integer(field(row, key), key, minimum, maximum)


def integer(value: Any, name: str, minimum: int | None = None, maximum: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise CaseError(name, f"must be a whole number, not {described(value)}")
    if minimum is not None and value < minimum:
        raise CaseError(name, f"must be at least {minimum}")
    if maximum is not None and value > maximum:
        raise CaseError(name, f"must be at most {maximum}")
    return value


def day_of(row: Mapping[str, Any], key: str) -> date:
    """A calendar day "YYYY-MM-DD"."""
    value = field(row, key)
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise CaseError(key, f"must be a day of the calendar as YYYY-MM-DD, not {described(value)}")


def month_of(row: Mapping[str, Any], key: str) -> str:
    """A month "YYYY-MM"."""
    value = field(row, key)
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise CaseError(key, f"must be a month as YYYY-MM, not {described(value)}")
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise CaseError(key, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


def instant_of(row: Mapping[str, Any], key: str) -> datetime:
    """An ISO instant with its offset from UTC, normalised to UTC."""
    value = field(row, key)
    if not isinstance(value, str):
        raise CaseError(key, f"must be an ISO instant with an offset, not {described(value)}")
    try:
        return _instant(value)
    except ValueError as error:
        raise CaseError(key, str(error)) from None


@lru_cache(maxsize=50_000)
def _instant(text: str) -> datetime:
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"must be an ISO instant such as 2023-11-01T12:00:00+03:00 (at most microseconds), not {described(text)}"
        )
    if match[3] is None:
        raise ValueError(f"must be an ISO instant with its offset from UTC, not {described(text)}")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"is no instant of the calendar: {described(text)}") from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant.astimezone(UTC)


def decimal_of(row: Mapping[str, Any], key: str) -> Fraction:
    """A decimal written as text, exactly."""
    value = field(row, key)
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise CaseError(key, f'must be a decimal written as text, such as "0.10", not {described(value)}')
    return Fraction(value)


def hundredths_of(row: Mapping[str, Any], key: str) -> int:
    """A decimal written as text with at most two decimals, in hundredths."""
    exact = decimal_of(row, key)
    if len(row[key].partition(".")[2]) > 2:
        raise CaseError(key, "must have at most two decimals")
    return int(exact * 100)
