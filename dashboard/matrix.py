"""The matrix and its list as ready HTML: a page has 24,000 cells, and each may cost a few bytes and no template."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.formatting import date_short, number
from dashboard.selectors.matrix import MARKS, OUTSIDE, UNADDRESSED, Cell, Item, Matrix, Place, Sums

FIXED_COLUMNS = 3
"""The name of the place and its two sums stand before the items."""
ITEMS_OF_A_DATE = 4
"""Columns of one protocol over which its number fits together with its day."""


def _execution_address() -> tuple[str, str]:
    before, _zero, after = reverse("dashboard:execution", args=[0]).rpartition("0")
    return before, after


def grid(matrix: Matrix, places: Sequence[Place], *, with_region: bool, query: str) -> SafeString:
    """Head, body and foot of the grid. The words of a cell are those of the legend, by id; `query` keeps the filter."""
    return mark_safe(  # noqa: S308 -- joined from escaped parts
        f"<thead>{_head(matrix.items, query)}</thead>"
        f"<tbody>{''.join(_rows(matrix, places, with_region=with_region))}</tbody>"
        f"<tfoot>{_foot(matrix)}</tfoot>"
    )


def _head(items: Sequence[Item], query: str) -> str:
    """The protocols over their items; an item leads to its executions in the registry."""
    protocols = "".join(
        _protocol_head(list(own)) for _pk, own in groupby(items, key=lambda item: item.protocol_id)
    )
    address = f"{reverse('dashboard:registry')}?{query}{'&' if query else ''}item="
    heads = "".join(
        f'<th scope="col" class="matrix__item"><a href="{escape(address)}{item.pk}" '
        f'title="{escape(item.title)}, {escape(item.reference)}"><b>{escape(item.number)}</b> '
        f"<span>{escape(item.title)}</span></a></th>"
        for item in items
    )
    cluster, done, late = escape(_("Cluster")), escape(_("Executed")), escape(_("Overdue"))
    corner = escape(_("Protocol"))
    return (
        f'<tr data-apart><td colspan="{FIXED_COLUMNS}" class="matrix__corner">{corner}</td>{protocols}</tr>'
        f'<tr><th scope="col" class="matrix__name">{cluster}</th>'
        f'<th scope="col" class="matrix__sum">{done}</th>'
        f'<th scope="col" class="matrix__sum">{late}</th>{heads}</tr>'
    )


def _protocol_head(own: Sequence[Item]) -> str:
    """A protocol over its items; over few of them only its number has room, the day stands in the title."""
    item = own[0]
    words = item.protocol_words if len(own) >= ITEMS_OF_A_DATE else item.protocol
    return (
        f'<th scope="colgroup" colspan="{len(own)}" class="matrix__protocol" '
        f'title="{escape(item.protocol_words)}"><span>{escape(words)}</span></th>'
    )


def _rows(matrix: Matrix, places: Sequence[Place], *, with_region: bool) -> Iterable[str]:
    before, after = _execution_address()
    # Attributes without quotes: six bytes less in each of the cells, and the values hold no spaces.
    begin = {
        kind: f"<td><a class=m-{kind} aria-labelledby=m-{kind} tabindex=-1 href={before}" for kind in MARKS
    }
    end = {kind: f"{after}>{mark.sign}</a>" for kind, mark in MARKS.items()}
    nothing, kind_of = f"<td>{UNADDRESSED.sign}", matrix.kind_of
    beyond = f"<td class=m-{OUTSIDE.kind} aria-labelledby=m-{OUTSIDE.kind}>{OUTSIDE.sign}"

    def drawn(position: int, cell: Cell | None, outside: set[int]) -> str:
        if cell is None:
            return beyond if position in outside else nothing
        kind = kind_of(cell)
        return f"{begin[kind]}{cell.pk}{end[kind]}"

    for place in places:
        cells = "".join(drawn(number, cell, place.outside) for number, cell in enumerate(place.cells))
        region = f" <span>{escape(place.region)}</span>" if with_region else ""
        yield (
            f'<tr><th scope="row" class="matrix__name"><a href="{escape(place.url)}">'
            f"{escape(place.name)}{region}</a></th>{_sums(place.sums)}{cells}"
        )


def _sums(sums: Sums) -> str:
    """Executed of those that count, and the overdue ones."""
    late = f'<td class="matrix__late">{sums.overdue}' if sums.overdue else "<td>0"
    return f"<td>{sums.done}/{sums.counted}{late}"


def _foot(matrix: Matrix) -> str:
    done = "".join(f"<td>{sums.done}/{sums.counted}" for sums in matrix.columns)
    late = "".join(
        f'<td class="matrix__late">{sums.overdue}' if sums.overdue else "<td>0" for sums in matrix.columns
    )
    whole, executed, overdue = matrix.whole, escape(_("Executed")), escape(_("Overdue"))
    return (
        f'<tr><th scope="row" class="matrix__name">{executed}</th>'
        f"<td>{number(whole.done)}/{number(whole.counted)}<td>{done}</tr>"
        f'<tr><th scope="row" class="matrix__name">{overdue}</th>'
        f"<td><td>{number(whole.overdue)}{late}</tr>"
    )


def listed(matrix: Matrix, places: Sequence[Place], *, with_region: bool) -> SafeString:
    """The bodies of the list: a group of rows per place, each row an execution with its item, due date and state."""
    due, state = escape(_("Due, inclusive")), escape(_("State"))
    before, after = _execution_address()
    drawn = []
    for place in places:
        name = f"{place.name}, {place.region}" if with_region else place.name
        drawn.append(
            f'<tbody><tr class="matrix-list__place"><th scope="rowgroup" colspan="3">'
            f'<a href="{escape(place.url)}">{escape(name)}</a> '
            f'<span class="table__note">{escape(sums_words(place.sums))}</span></th></tr>'
        )
        for item, cell in zip(matrix.items, place.cells, strict=True):
            if cell is None:
                continue
            mark = MARKS[matrix.kind_of(cell)]
            drawn.append(
                f'<tr><th scope="row"><a href="{before}{cell.pk}{after}">{escape(item.title)}</a>'
                f'<span class="table__note">{escape(item.reference)}</span></th>'
                f'<td data-label="{due}"><span class="nowrap">{date_short(cell.due_on)}</span></td>'
                f'<td data-label="{state}"><span><span class="mark m-{mark.kind}" aria-hidden="true">{mark.sign}'
                f"</span> {escape(str(mark.words))}</span></td></tr>"
            )
        drawn.append("</tbody>")
    return mark_safe("".join(drawn))  # noqa: S308 -- joined from escaped parts


def sums_words(sums: Sums) -> str:
    """«исполнено 12 из 15, просрочено 2»."""
    words = _("executed %(done)s of %(counted)s") % {"done": sums.done, "counted": sums.counted}
    if not sums.overdue:
        return words
    return _("%(executed)s, overdue %(overdue)s") % {"executed": words, "overdue": sums.overdue}
