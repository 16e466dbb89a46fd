"""The renderer of forms draws a select as Django's own template does."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from common.forms import PortalFormRenderer

GROUPED = [
    ("", _("All")),
    ("South", [("a", '<b>bold & "quoted"</b>'), ("b'", mark_safe("<i>b</i>"))]),
    (3, "three"),
]


class Sample(forms.Form):
    plain = forms.ChoiceField(choices=GROUPED, help_text="Why", widget=forms.Select(attrs={"data-x": '"<'}))
    number = forms.TypedChoiceField(choices=[(1, "1"), (2, "2")], coerce=int, required=False, disabled=True)


def drawn(renderer: DjangoTemplates, data: dict[str, Any] | None, name: str) -> list[Any]:
    """The tags with their attributes in any order, and the texts between them."""
    html = str(Sample(data, renderer=renderer)[name])
    tags = re.findall(r"<(/?\w+)([^>]*)>([^<]*)", html)
    return [
        (tag, sorted(re.findall(r'[\w-]+(?:="[^"]*")?', attributes)), text.strip())
        for tag, attributes, text in tags
    ]


@pytest.mark.parametrize(
    "data", [None, {}, {"plain": "a", "number": "2"}, {"plain": "3"}, {"plain": "<wrong>"}]
)
@pytest.mark.parametrize("name", ["plain", "number"])
def test_a_select_is_drawn_as_django_draws_it(data: dict[str, Any] | None, name: str) -> None:
    assert drawn(PortalFormRenderer(), data, name) == drawn(DjangoTemplates(), data, name)


def test_every_form_of_the_portal_is_drawn_by_it() -> None:
    assert isinstance(Sample().renderer, PortalFormRenderer)
