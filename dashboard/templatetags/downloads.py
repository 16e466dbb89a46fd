"""The menu of what can be taken away from a page: ``{% load downloads %}``."""

from typing import Any, NamedTuple

from django import template
from django.urls import reverse

from common.lists import CSV_FORM, XLSX_FORM, list_named
from dashboard.printed import DOCX_FORM, PDF_FORM, paper_named

register = template.Library()

NOT_FILTERS = ("page", "after", "before", "items", "rows", "view")
"""What says where somebody is in a list, not what it is narrowed to."""


class Form(NamedTuple):
    """One file: what it is called and its address."""

    label: str
    url: str


class Group(NamedTuple):
    """The files that say the same."""

    title: str
    forms: list[Form]


@register.inclusion_tag("components/downloads.html", takes_context=True)
def downloads(
    context: template.Context, name: str = "", papers: str = "", of: Any = None, query: str | None = None
) -> dict[str, Any]:
    """A menu with lists (`name`, parted by spaces) as XLSX and CSV and with printed forms (`papers`) as PDF and DOCX.

    `of` is the object that a form or a list is about. The filter is that of the page; `query` says it otherwise.
    """
    groups: dict[str, list[Form]] = {}
    narrowed = _filter(context) if query is None else query
    for key in papers.split():
        paper = paper_named(key)
        forms = groups.setdefault(str(paper.title), [])
        for form in (PDF_FORM, DOCX_FORM):
            place = {"form": form} if of is None else {paper.argument: of, "form": form}
            forms.append(Form(form.upper(), _address(paper.url_name, place, narrowed if of is None else "")))
    for each in name.split():
        chosen = list_named(each)
        forms = groups.setdefault(str(chosen.title), [])
        whole = f"{chosen.of}={of}&{narrowed}".rstrip("&") if chosen.of else narrowed
        for form in (XLSX_FORM, CSV_FORM):
            place = {"name": each, "form": form}
            forms.append(Form(form.upper(), _address("dashboard:list-table", place, whole)))
    return {"groups": [Group(title, forms) for title, forms in groups.items()]}


def _filter(context: template.Context) -> str:
    kept = context["request"].GET.copy()
    for name in NOT_FILTERS:
        kept.pop(name, None)
    return str(kept.urlencode())


def _address(url_name: str, place: dict[str, Any], query: str) -> str:
    url = reverse(url_name, kwargs=place)
    return f"{url}?{query}" if query else url
