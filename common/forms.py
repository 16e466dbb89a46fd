"""What every form of the portal shares."""

from typing import Any

from django import forms

from common.errors import NON_FIELD, InvalidInput


def add_refusal(form: forms.BaseForm, error: InvalidInput) -> None:
    """Put what a service refused at the fields of the form; what is no field of it stands above the form."""
    for field, messages in error.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields and field != NON_FIELD else None, message)


class DateInput(forms.DateInput):
    """The date picker of the browser; it sends and takes ISO dates in every language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)
