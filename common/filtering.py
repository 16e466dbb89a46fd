"""Filters of the API. Each says its type in the schema and refuses every value that is not of it."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.drainage import set_override

from common.forms import MAX_ID, YEARS

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Described:
    """A filter that carries its own schema."""

    schema: dict[str, Any] = {}

    def __init__(self, field_name: str, about: str, **options: Any) -> None:
        super().__init__(field_name=field_name, label=about, **options)  # type: ignore[call-arg]
        set_override(self, "field", {**self.schema, "description": about})


class NumberFilter(_Described, filters.Filter):
    """A whole number from 1: the id of an object, a year."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str, about: str, most: int = MAX_ID) -> None:
        super().__init__(field_name, about, min_value=1, max_value=most)
        set_override(self, "field", {"type": "integer", "minimum": 1, "maximum": most, "description": about})


class CodeFilter(_Described, filters.CharFilter):
    """A code, exactly as the portal writes it."""

    schema = {"type": "string", "maxLength": 100}

    def __init__(self, field_name: str, about: str, **options: Any) -> None:
        super().__init__(field_name, about, max_length=100, **options)


class _FlagField(forms.TypedChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = (("true", "true"), ("false", "false"))
        super().__init__(choices=choices, coerce=lambda text: text == "true", empty_value=None, **options)


class FlagFilter(_Described, filters.Filter):
    """`true` or `false`."""

    field_class = _FlagField
    schema = {"type": "boolean"}


class _DayField(forms.Field):
    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            day = parse_date(text) if _DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(_("Write the day as YYYY-MM-DD."), code="invalid")
        return day


class DayFilter(_Described, filters.Filter):
    """A calendar day in ISO form."""

    field_class = _DayField
    schema = {"type": "string", "format": "date"}


class _InstantField(forms.Field):
    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            instant = parse_datetime(text)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None or instant.year not in YEARS:
            message = _("Write the instant with its time zone, for example 2026-03-10T12:00:00Z.")
            raise ValidationError(message, code="invalid")
        return instant


class InstantFilter(_Described, filters.Filter):
    """An instant in ISO form with its offset."""

    field_class = _InstantField
    schema = {"type": "string", "format": "date-time"}


class OneOfFilter(_Described, filters.ChoiceFilter):
    """One of the given keys."""

    def __init__(self, field_name: str, about: str, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__(field_name, about, choices=choices)
        set_override(self, "field", _enumeration(about, choices))


class AnyOfFilter(_Described, filters.MultipleChoiceFilter):
    """One or more of the given keys, the parameter repeated for each."""

    def __init__(self, field_name: str, about: str, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__(field_name, about, choices=choices)
        set_override(self, "field", _enumeration(about, choices))


def _enumeration(about: str, choices: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {"type": "string", "enum": [key for key, _label in choices], "description": about}
