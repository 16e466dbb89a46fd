"""What every form of the portal shares."""

from datetime import date
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _

from common.errors import NON_FIELD, InvalidInput


def add_refusal(form: forms.BaseForm, error: InvalidInput) -> None:
    """Put what a service refused at the fields of the form; what is no field of it stands above the form."""
    for field, messages in error.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields and field != NON_FIELD else None, message)


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
    """The date picker of the browser; it sends and takes ISO dates in every language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PortalFormRenderer(DjangoTemplates):
    """Draws selects without a template: Django renders one per option, and lists of regions have ninety."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == forms.Select.template_name:
            return _select(context["widget"])
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
