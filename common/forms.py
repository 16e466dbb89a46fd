"""What every form of the portal shares."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from html import escape
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import NON_FIELD, ImpossibleStep, InvalidInput, StaleVersion, TooLarge
from common.formatting import date_short, date_time


def add_refusal(form: forms.BaseForm, error: InvalidInput) -> None:
    """Put what a service refused at the fields of the form; what is no field of it stands above the form."""
    for field, messages in error.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields and field != NON_FIELD else None, message)


def offer(form: forms.Form, name: str, choices: Any) -> None:
    """Give a field of choices what is offered to this person today."""
    field: Any = form.fields[name]
    field.choices = choices


class Attempt(NamedTuple):
    """What became of a form: 200 and the result of the service, or the status of the refusal and None."""

    status: int
    result: Any = None


def attempt(form: forms.Form, act: Callable[..., Any]) -> Attempt:
    """Pass what was typed to a service; what it refuses stands on the form, with everything typed kept."""
    if not form.is_valid():
        return Attempt(400)
    try:
        return Attempt(200, act(**form.cleaned_data))
    except InvalidInput as error:
        add_refusal(form, error)
        return Attempt(error.status)
    except (ImpossibleStep, StaleVersion, TooLarge) as error:
        form.add_error(None, str(error))
        return Attempt(error.status)


LOOKS = ("as_of", "by", "sort")
"""Fields of filters that say how a list is shown, not what it is narrowed to."""


def conditions_in_words(form: forms.Form) -> list[str]:
    """What a valid form of filters narrows to: «Регион: Томская область»; hidden fields are not told."""
    told = []
    for bound in form.visible_fields():
        value = form.cleaned_data.get(bound.name)
        if bound.name not in LOOKS and value not in (None, "", [], False):
            told.append(f"{bound.label}: {_in_words(bound.field, value)}")
    return told


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, datetime):
        return date_time(value)
    if isinstance(value, date):
        return date_short(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        offered: Any = field.choices
        return str({str(key): label for key, label in offered}.get(str(value), value))
    return str(value)


MAX_ID = 2**63 - 1
"""The greatest id that a column holds; a greater one typed into an address is no id at all."""
YEARS = range(2000, 2101)
"""Years that somebody can mean."""


def plausible_year(value: date) -> None:
    """Refuse a day or an instant in a year that nobody can mean."""
    if value.year not in YEARS:
        raise ValidationError(
            _("Check the year: it must be from %(first)s to %(last)s."),
            code="year",
            params={"first": YEARS[0], "last": YEARS[-1]},
        )


class DateInput(forms.DateInput):
    """A field of text for a day, «28.05.2026», in every language; scripts add a button that opens the calendar.

    The text is the control, for it can be typed, dictated, pasted and read by everybody; the browser's own picker is a
    second way to the same, out of the order of the keyboard except for its button.
    """

    template_name = "components/date_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        shown = {"data-date": "", "autocomplete": "off", "inputmode": "text", "maxlength": 40, "size": 18}
        super().__init__({**shown, **(attrs or {})}, format=DAY_FORMAT)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the format under the field, to which the control points beside its hint and its error."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        drawn = context["widget"]["attrs"]
        context["widget"]["format_id"] = format_id = f"{drawn.get('id', name)}_format"
        drawn["aria-describedby"] = f"{drawn.get('aria-describedby', '')} {format_id}".strip()
        return context


DAY_FORMAT = "%d.%m.%Y"
_NUMBERS = re.compile(r"([0-9]{1,2})[. /-]([0-9]{1,2})[. /-]([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_WORDS = re.compile(r"([0-9]{1,2})\s+([^\W\d_]+)\.?,?\s+([0-9]{4})(?:\s*(?:г\.?|года?))?")
_MONTHS_RU = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for names in (_MONTHS_RU, _MONTHS_EN) for number, name in enumerate(names, 1)} | {
    "май": 5
}


def typed_day(text: str) -> date | None:
    """The day that a person means by «28.05.2026», «28.5.26», «28 мая 2026 г.» or «2026-05-28»; None for no day.

    Raises ValidationError where the writing is right and the calendar has no such day.
    """
    text = " ".join(text.split())
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMBERS.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if len(found[3]) == 2 else 0
    elif (found := _WORDS.fullmatch(text)) and found[2][:3].lower() in _MONTHS:
        day, month, year = int(found[1]), _MONTHS[found[2][:3].lower()], int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValidationError(
            _("There is no such day in the calendar: %(text)s."), code="no_such_day", params={"text": text}
        ) from error


class DateField(forms.DateField):
    """A day as people write it; the only field for days in the forms of the portal."""

    widget = DateInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("validators", [plausible_year])
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return super().to_python(value)
        if not str(value or "").strip():
            return None
        day = typed_day(str(value))
        if day is None:
            raise ValidationError(_("Write the date like this: 28.05.2026 or 28 May 2026."), code="invalid")
        return day


MOMENT_FORMAT = "%d.%m.%Y %H:%M"
_MOMENT = re.compile(r"(.+?)(?:\s*,\s*|\s+|(?<=[0-9])T)([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")


class MomentInput(DateInput):
    """A day and a minute in one field of text, «28.05.2026 10:00»; the calendar sets the day and keeps the time."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-moment": "", **(attrs or {})})
        self.format = MOMENT_FORMAT

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["with_time"] = True
        return context


class MomentField(forms.DateTimeField):
    """A minute as people write it, on the Moscow clock whatever zone is active."""

    widget = MomentInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("validators", [plausible_year])
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(clock.MOSCOW).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value
        text = " ".join(str(value or "").split())
        if not text:
            return None
        found = _MOMENT.fullmatch(text)
        day = typed_day(found[1]) if found else None
        if not found or day is None or int(found[2]) > 23 or int(found[3]) > 59:
            raise ValidationError(
                _("Write the day and the time like this: 28.05.2026 10:00."), code="invalid"
            )
        return datetime.combine(day, time(int(found[2]), int(found[3])), clock.MOSCOW)


class PortalFormRenderer(DjangoTemplates):
    """Draws our own components, and selects without a template: Django renders one per option, regions are ninety."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == forms.Select.template_name:
            return _select(context["widget"])
        if template_name.startswith("components/"):
            return render_to_string(template_name, context)
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> str:
    """The markup of Django's own template for a select, for the same context."""
    parts = []
    for name, options, _index in widget["optgroups"]:
        drawn = "".join(map(_option, options))
        parts.append(f'<optgroup label="{conditional_escape(name)}">{drawn}</optgroup>' if name else drawn)
    return f'<select name="{escape(widget["name"])}"{flatatt(widget["attrs"])}>{"".join(parts)}</select>'


def _option(option: dict[str, Any]) -> str:
    attributes = flatatt(option["attrs"]) if option["attrs"] else ""
    value, label = escape(str(option["value"])), conditional_escape(option["label"])
    return f'<option value="{value}"{attributes}>{label}</option>'
