"""The field that asks for a past moment, in the filter of the registry and on the pages of a thing."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.forms import DateField, DateInput, MomentField, plausible_year
from dashboard.selectors.past import Moment, moment_checked


class AsOfField(forms.Field):
    """A day, meant as its beginning in Moscow, or an instant: typed by people or written by an address."""

    widget = DateInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("As of"))
        super().__init__(required=False, validators=[plausible_year], **options)

    def to_python(self, value: Any) -> datetime | None:
        text = " ".join(str(value or "").split())
        if not text:
            return None
        exact = _exact(text)
        if exact is not None:
            return exact
        if ":" in text:
            return MomentField().to_python(text)
        day = DateField().to_python(text)
        return clock.start_of(day) if day else None

    def prepare_value(self, value: Any) -> Any:
        """As people write it, also where the address says it otherwise; what is no moment stays as it was typed."""
        try:
            instant = self.to_python(value)
            self.run_validators(instant)
        except ValidationError:
            return value
        if instant is None:
            return value
        local = instant.astimezone(clock.MOSCOW)
        return f"{local:%d.%m.%Y}" if Moment(instant).is_midnight else f"{local:%d.%m.%Y %H:%M}"

    def clean(self, value: Any) -> Any:
        """The moment, checked against the clock and the first record; None without one."""
        instant = super().clean(value)
        if instant is None:
            return None
        try:
            return moment_checked(instant)
        except InvalidInput as error:
            raise ValidationError(error.errors["as_of"], code="invalid") from error


def _exact(text: str) -> datetime | None:
    """An instant with its offset, as programs write it; a plus sign in an address arrives as a space."""
    if "T" not in text:
        return None
    try:
        instant = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return instant if instant.tzinfo else None


class AsOfForm(forms.Form):
    """The choice of a past moment on the page of an execution or of a region."""

    required_css_class = ""
    as_of = AsOfField()


def moment_of(query: QueryDict) -> Moment | None:
    """The past moment that an address asks for; InvalidInput, in words, for one that cannot be shown."""
    form = AsOfForm(query)
    if not form.is_valid():
        raise InvalidInput({"as_of": [str(words) for words in form.errors["as_of"]]})
    moment: Moment | None = form.cleaned_data["as_of"]
    return moment
