"""The components of the portal as template tags: ``{% load ui %}``.

Each tag draws ``templates/components/<name>.html``, whose first lines are its contract. Marks that repeat
in every row of a table are drawn by ``common.cells``. Texts arrive translated; colours are named by meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Textarea
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common import cells, charts, formatting

register = template.Library()

for _filter in (
    formatting.number,
    formatting.score,
    formatting.score_tile,
    formatting.signed,
    formatting.percent,
    formatting.date_long,
    formatting.date_day,
    formatting.date_short,
    formatting.date_time,
    formatting.not_later,
    formatting.month_name,
    formatting.month_full,
    formatting.month_full_genitive,
    formatting.month_only,
    formatting.month_title,
    formatting.month_genitive,
    formatting.month_dative,
    formatting.month_prepositional,
    formatting.month_short,
    formatting.days,
    formatting.fours,
    formatting.file_size,
):
    register.filter(_filter.__name__, _filter)

register.filter("zone_word", cells.zone_word)
register.filter("zone_name", cells.zone_name)
register.simple_tag(formatting.in_line, name="in_line")
register.simple_tag(formatting.interval, name="interval")
register.simple_tag(formatting.share, name="share")
register.simple_tag(cells.zone_tag, name="zone_tag")
register.simple_tag(cells.zone_sign, name="zone_sign")
register.simple_tag(cells.movement, name="movement")
register.simple_tag(cells.score_bar, name="score_bar")
register.simple_tag(cells.sparkline, name="sparkline")


def _component(name: str, values: Mapping[str, Any]) -> SafeString:
    return SafeString(render_to_string(f"components/{name}.html", dict(values)))


# Actions


@register.inclusion_tag("components/button.html")
def button(
    label: str,
    url: str = "",
    variant: str = "secondary",
    about: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    small: bool = False,
    wide: bool = False,
    download: bool = False,
    disabled: bool = False,
    formaction: str = "",
    formnovalidate: bool = False,
    sets: str = "",
) -> dict[str, Any]:
    """A link that looks like a button (with ``url``) or a submit button."""
    return dict(locals())


@register.simple_block_tag
def button_row(content: str, align: str = "start") -> SafeString:
    """Buttons in a row that wrap, and on a phone stand one under another."""
    return _component("button_row", {"content": content, "align": align})


@register.simple_block_tag(takes_context=True)
def confirm(
    context: template.Context,
    content: str,
    title: str,
    action: str,
    submit: str,
    cancel_url: str,
    danger: bool = False,
) -> SafeString:
    """A question asked on the page itself, with the form that answers it."""
    values = dict(locals())
    values["csrf_token"] = values.pop("context").get("csrf_token")
    return _component("confirm", values)


# Marks and words


@register.inclusion_tag("components/tag.html")
def tag(label: str, tone: str = "neutral") -> dict[str, Any]:
    """The state of a thing as a word on a tint."""
    return dict(locals())


@register.inclusion_tag("components/count_badge.html")
def count_badge(count: int, tone: str = "neutral", label: str = "") -> dict[str, Any]:
    """A number beside a word."""
    return dict(locals())


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*steps: str) -> dict[str, Any]:
    """Way to this page: label, url, label, url, …, label of the page itself."""
    links = [{"label": steps[index], "url": steps[index + 1]} for index in range(0, len(steps) - 1, 2)]
    return {"links": links, "here": steps[-1] if len(steps) % 2 else ""}


@register.inclusion_tag("components/month_switch.html")
def month_switch(
    current: str,
    previous: str = "",
    previous_url: str = "",
    following: str = "",
    following_url: str = "",
    months: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The month shown, its neighbours and, on opening, all months."""
    return dict(locals())


@register.inclusion_tag("components/pagination.html")
def pagination(
    previous_url: str = "", next_url: str = "", shown: str = "", target: str = "", label: str = ""
) -> dict[str, Any]:
    """Keyset pages: back and on."""
    return dict(locals())


@register.inclusion_tag("components/pagination.html", takes_context=True)
def page_links(
    context: template.Context,
    page: Page[Any],
    shown: str = "",
    parameter: str = "page",
    target: str = "",
    label: str = "",
) -> dict[str, Any]:
    """The same for a numbered Django page; keeps the other parameters of the address."""
    request = context.get("request")

    def address(number_of_page: int) -> str:
        query = request.GET.copy() if request else QueryDict(mutable=True)
        query[parameter] = str(number_of_page)
        return f"?{query.urlencode()}"

    return {
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
        "shown": shown,
        "target": target,
        "label": label,
    }


# Containers


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    count: int | None = None,
    tone: str = "",
    note: str = "",
    id: str = "",
    level: int = 2,
    flush: bool = False,
) -> SafeString:
    """A white panel with a serif title."""
    return _component("panel", locals())


@register.simple_block_tag
def alert(content: str, variant: str = "info", title: str = "") -> SafeString:
    """A message that must be seen: info, success, warning, error."""
    return _component("alert", locals())


@register.simple_block_tag
def disclosure(content: str, summary: str, open: bool = False) -> SafeString:
    """Text folded behind one line."""
    return _component("disclosure", locals())


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """Why a list is empty and what comes next."""
    return _component("empty_state", locals())


@register.simple_block_tag
def data_table(
    content: str,
    caption: str,
    variant: str = "cards",
    show_caption: bool = False,
    id: str = "",
) -> SafeString:
    """A table; ``content`` is its thead, tbody and tfoot."""
    return _component("table", locals())


@register.simple_block_tag
def facts(content: str, variant: str = "") -> SafeString:
    """A list of facts; ``content`` is made of ``{% fact %}``."""
    return _component("facts", locals())


@register.simple_block_tag
def fact(content: str, label: str, note: str = "") -> SafeString:
    """One fact: its name, its value (the content) and a small note."""
    small = format_html('<span class="facts__note">{}</span>', note) if note else ""
    return format_html(
        '<div class="facts__row"><dt>{}</dt><dd>{}{}</dd></div>', label, SafeString(content.strip()), small
    )


@register.simple_block_tag(takes_context=True)
def filters(
    context: template.Context,
    content: str,
    action: str = "",
    reset_url: str = "",
    target: str = "",
    label: str = "",
    id: str = "",
) -> SafeString:
    """A bar of filters; ``content`` is made of form fields."""
    values = dict(locals())
    request = values.pop("context").get("request")
    values["action"] = action or (request.path if request else "")
    return _component("filters", values)


# Lists


@register.inclusion_tag("components/downloads.html")
def file_menu(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A menu of files; those of one group say the same in different formats."""
    return {"groups": groups}


@register.inclusion_tag("components/kpi.html")
def kpi(label: str, value: str, note: str = "", url: str = "", zone: str = "") -> dict[str, Any]:
    """One figure with its name, unit or period, linked to the list behind it."""
    return dict(locals())


@register.inclusion_tag("components/inbox_row.html")
def inbox_row(
    title: str,
    url: str,
    facts: str = "",
    due: str = "",
    due_note: str = "",
    effect: str = "",
    effect_note: str = "",
    action: str = "",
    action_url: str = "",
    primary: bool = False,
    state: str = "",
    tone: str = "",
    pick: str = "",
    place: str = "",
) -> dict[str, Any]:
    """One piece of work in a list: what, until when, what it costs, what to press."""
    return dict(locals())


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """The history of an execution, newest first or as given."""
    return dict(locals())


@register.inclusion_tag("components/terms.html")
def terms(items: Iterable[Any]) -> dict[str, Any]:
    """Words of the page and what they mean."""
    return dict(locals())


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[str], current: int) -> dict[str, Any]:
    """Steps of a long act; ``current`` counts from 1."""
    return {"steps": list(enumerate(steps, start=1)), "current": current, "total": len(steps)}


@register.inclusion_tag("components/progress.html")
def progress(
    label: str, value: int = 0, maximum: int = 100, note: str = "", counted: str = ""
) -> dict[str, Any]:
    """Long work and how far it has come."""
    return dict(locals())


# Forms


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "", counter: int = 0, optional: bool = False) -> dict[str, Any]:
    """A form field with its label, hint and errors."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect)  # lists of checkboxes are its children too
    single = isinstance(widget, CheckboxInput)
    limit = getattr(bound.field, "max_length", None) if isinstance(widget, Textarea) else None
    return {
        "field": bound,
        "hint": hint or bound.help_text,
        "counter": counter or limit or 0,
        "optional": optional,
        "kind": "group" if grouped else "checkbox" if single else "plain",
        "hidden": bound.is_hidden,
    }


@register.inclusion_tag("components/file_input.html")
def file_input(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A field for files: a plain button, and a place to drop them on."""
    return {"field": bound, "hint": hint or bound.help_text}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, title: str = "", focus: bool = True) -> dict[str, Any]:
    """All errors of a form, each a link to its field."""
    fields = [bound for bound in form if bound.errors] if form.is_bound else []
    return {
        "general": form.non_field_errors() if form.is_bound else [],
        "hidden": [bound for bound in fields if bound.is_hidden],
        "fields": [bound for bound in fields if not bound.is_hidden],
        "title": title,
        "focus": focus,
    }


# Drawings


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    points: Sequence[charts.ChartPoint],
    title: str,
    id: str,
    breaks: Sequence[int] = (),
) -> dict[str, Any]:
    """Twelve months of a score over its zones, with the same numbers in a table."""
    return {"chart": charts.line_chart(points, breaks=breaks), "title": title, "id": id}


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(parts: Sequence[charts.Part], label: str) -> dict[str, Any]:
    """A score and its losses as one bar of a hundred."""
    return {"segments": charts.stacked_bar(parts), "parts": parts, "label": label}


@register.inclusion_tag("components/series_chart.html")
def series_chart(series: Sequence[charts.Series], title: str, id: str) -> dict[str, Any]:
    """The months of up to three regions over the zones, with the same numbers in a table."""
    return {"chart": charts.series_chart(series), "title": title, "id": id}


@register.inclusion_tag("components/bars_chart.html")
def bars_chart(rows: Sequence[charts.Bar], label: str, head: str, value: str) -> dict[str, Any]:
    """Named sums as bars under one another; ``head`` and ``value`` name the columns."""
    return {"bars": charts.bars(rows), "label": label, "head": head, "value": value}


@register.inclusion_tag("components/histogram.html")
def histogram(
    scores: Sequence[formatting.Number],
    title: str,
    id: str,
    own: formatting.Number | None = None,
    name: str = "",
    height: int = 170,
) -> dict[str, Any]:
    """How many regions have which score; ``own`` is the score of the region ``name``."""
    return {"chart": charts.histogram(scores, own, height=height), "title": title, "id": id, "name": name}


@register.inclusion_tag("components/funnel.html")
def funnel(chart: charts.Funnel, title: str, id: str) -> dict[str, Any]:
    """Scores against executions between the limits of chance; the drawing comes from ``common.charts.funnel``."""
    return {"chart": chart, "title": title, "id": id}


@register.inclusion_tag("components/formula.html")
def formula(groups: Iterable[Iterable[Any]]) -> dict[str, Any]:
    """The arithmetic of a score with its numbers."""
    return dict(locals())


@register.inclusion_tag("components/tile_map.html")
def tile_map(tiles: Iterable[charts.Tile], label: str, table_id: str = "") -> dict[str, Any]:
    """The regions as equal tiles in their geographic order."""
    return {"tiles": charts.tile_order(tiles), "label": label, "table_id": table_id}


@register.simple_tag
def tile_name(tile: charts.Tile) -> str:
    """A tile in words: «Камчатский край: жёлтая зона, 78,67 (на границе)»."""
    words = f"{tile.name}: {cells.zone_name(tile.zone)}"
    if tile.score is None:
        return words
    border = "" if tile.certain else " (" + gettext("on the border") + ")"
    return f"{words}, {formatting.score(tile.score)}{border}"


@register.simple_tag
def tile_body(tile: charts.Tile) -> SafeString:
    """What stands in a tile: short name, sign and score cut to whole points; then its explanation."""
    border = "" if tile.certain or tile.score is None else " (" + gettext("on the border") + ")"
    note = format_html('<span class="tile__line">{}</span>', tile.note) if tile.note else ""
    return format_html(
        '<span class="tile__label">{}</span>'
        '<span class="tile__score"><span class="tile__sign">{}</span> {}</span>'
        '<span class="tile__tip tile__tip--{}"><strong>{}</strong>'
        '<span class="tile__line">{} {}: {}{}</span>{}</span>',
        tile.label,
        cells.SIGNS.get(tile.zone, ""),
        formatting.score_tile(tile.score),
        tile.side,
        tile.name,
        cells.zone_sign(tile.zone),
        cells.zone_name(tile.zone),
        formatting.score(tile.score),
        border,
        note,
    )
