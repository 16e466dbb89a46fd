"""Every form of the portal keeps the same promises: errors named above, text guarded, lengths counted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

from common.templatetags.ui import field

ROOT = Path(settings.BASE_DIR) / "templates"
FIELD = re.compile(r"\{% (?:field|file_input) ")
NO_TEXT_OF_ITS_OWN = {
    "account/login.html": "a password is never kept",
    "account/logout.html": "asks yes or no",
    "account/password_change.html": "a password is never kept",
    "account/password_reset.html": "one address, asked of strangers too",
    "account/password_reset_from_key.html": "a password is never kept",
    "account/reauthenticate.html": "a password is never kept",
    "accounts/step_up.html": "a secret is never kept",
    "mfa/authenticate.html": "a code is never kept",
    "mfa/reauthenticate.html": "a code is never kept",
    "mfa/totp/activate_form.html": "a code is never kept",
}
"""Forms without the warning about unsaved text, with the reason."""
EXAMPLES = {"dashboard/gallery.html"}
"""Forms that go nowhere."""


def posted() -> Iterator[tuple[str, str, str]]:
    """Name of the template, the form's opening tag, the whole template, of every form with fields that is posted."""
    for path in sorted(ROOT.rglob("*.html")):
        name = path.relative_to(ROOT).as_posix()
        text = re.sub(
            r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.S):
            if FIELD.search(form) and name not in EXAMPLES and not name.startswith("components/"):
                yield name, form, text


FORMS = list(posted())


def test_there_are_forms_to_look_at() -> None:
    assert len(FORMS) >= 15


@pytest.mark.parametrize(("name", "form", "text"), FORMS, ids=[name for name, _form, _text in FORMS])
def test_errors_stand_above_the_form_as_links_to_its_fields(name: str, form: str, text: str) -> None:
    assert "{% error_summary " in text, f"{name} names its errors nowhere above the form"


@pytest.mark.parametrize(("name", "form", "text"), FORMS, ids=[name for name, _form, _text in FORMS])
def test_what_is_typed_is_guarded(name: str, form: str, text: str) -> None:
    opening = form.partition(">")[0]
    assert ("data-guard" in opening) != (name in NO_TEXT_OF_ITS_OWN), name


def test_the_reasons_are_not_old() -> None:
    assert set(NO_TEXT_OF_ITS_OWN) - {name for name, _form, _text in FORMS} <= {"account/logout.html"}


def test_files_are_asked_for_in_forms_that_can_send_them() -> None:
    wrong = [
        name for name, form, _text in FORMS if "{% file_input " in form and "multipart/form-data" not in form
    ]
    assert wrong == []


class Examples(forms.Form):
    long = forms.CharField(label="Текст", max_length=4000, widget=forms.Textarea)
    short = forms.CharField(label="Строка", max_length=100)
    free = forms.CharField(label="Без предела", widget=forms.Textarea)


def test_a_text_of_several_lines_counts_what_its_field_allows() -> None:
    drawn = {bound.name: render_to_string("components/field.html", field(bound)) for bound in Examples()}

    assert 'data-counter="id_long" data-limit="4000"' in drawn["long"]
    assert "data-counter" not in drawn["short"] + drawn["free"]
