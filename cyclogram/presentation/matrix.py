"""The matrix of stages as ready HTML: 600 clusters have 12,600 cells, and each may cost a few bytes and no template."""

from collections.abc import Iterable
from html import escape
from itertools import groupby

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clusters.enums import ProcessKind
from clusters.models import Process
from common.formatting import number
from cyclogram.enums import StageSign
from cyclogram.selectors.matrix import Cell, Matrix, Row
from cyclogram.selectors.progress import Progress

FIXED_COLUMNS = 3
"""The name of the cluster and its two sums stand before the stages."""
MARKS = {
    StageSign.NOT_BEGUN: "○",
    StageSign.GOING: "▷",
    StageSign.LATE: "■",
    StageSign.PROPOSED: "→",
    StageSign.DONE: "●",
    StageSign.DONE_WITH_REMARKS: "◐",
    StageSign.NOT_APPLICABLE: "×",
}
"""A sign for the eye; the words are those of the legend."""
NOTHING = "·"
NO_SHARE = "–"
"""Where nothing is to be done, there is no share of it."""


def grid(matrix: Matrix, query: str) -> SafeString:
    """Head, body and foot. The words of a cell are those of the legend, by id; `query` keeps the filter."""
    return mark_safe(  # noqa: S308 -- joined from escaped parts
        f"<thead>{_head(matrix.processes, query)}</thead>"
        f"<tbody>{''.join(_rows(matrix.rows))}</tbody>"
        f"<tfoot>{_foot(matrix)}</tfoot>"
    )


def _head(processes: Iterable[Process], query: str) -> str:
    """The kinds over their processes; a process leads to its stages in the list."""
    processes = list(processes)
    kinds = "".join(
        f'<th scope="colgroup" colspan="{len(list(own))}" class="matrix__protocol">'
        f"<span>{escape(str(ProcessKind(kind).label))}</span></th>"
        for kind, own in groupby(processes, key=lambda row: row.kind)
    )
    address = f"{reverse('cyclogram:stages')}?{query}{'&' if query else ''}process="
    heads = "".join(
        f'<th scope="col" class="matrix__item"><a href="{escape(address)}{escape(row.pk)}" '
        f'title="{escape(row.name)}"><b>{place}</b> <span>{escape(row.name)}</span></a></th>'
        for place, row in enumerate(processes, start=1)
    )
    corner, cluster = escape(_("Kind")), escape(_("Cluster"))
    done, late = escape(_("Done")), escape(_("Late"))
    return (
        f'<tr data-apart><td colspan="{FIXED_COLUMNS}" class="matrix__corner">{corner}</td>{kinds}</tr>'
        f'<tr><th scope="col" class="matrix__name">{cluster}</th>'
        f'<th scope="col" class="matrix__sum">{done}</th>'
        f'<th scope="col" class="matrix__sum">{late}</th>{heads}</tr>'
    )


def _rows(rows: Iterable[Row]) -> Iterable[str]:
    page = reverse("cyclogram:matrix")
    before, _zero, after = reverse("cyclogram:stage", args=[0]).removeprefix(page).rpartition("0")
    cluster_before, _zero, cluster_after = reverse("cyclogram:cluster", args=["0"]).partition("/0/")
    # Every byte counts thousands of times: attributes without quotes, their values hold no spaces; addresses from
    # the page on; no class, the look follows the words that name the cell.
    begin = {sign.value: f"<td><a aria-labelledby=m-{sign} tabindex=-1 href={before}" for sign in MARKS}
    end = {sign.value: f"{after}>{mark}</a>" for sign, mark in MARKS.items()}

    def drawn(cell: Cell | None) -> str:
        return f"{begin[cell[1]]}{cell[0]}{end[cell[1]]}" if cell else f"<td>{NOTHING}"

    for row in rows:
        cells = "".join(map(drawn, row.cells))
        address = f"{cluster_before}/{escape(row.code)}/{cluster_after}"
        yield (
            f'<tr><th scope="row" class="matrix__name"><a href="{address}">{escape(row.name)} '
            f"<span>{escape(row.region)}</span></a></th>{_sums(row.progress)}{cells}"
        )


def listed(matrix: Matrix) -> SafeString:
    """The rows of the list that narrow windows read: a cluster with its sums."""
    before, _zero, after = reverse("cyclogram:cluster", args=["0"]).partition("/0/")
    done, late = escape(_("Done")), escape(_("Late"))
    return mark_safe(  # noqa: S308 -- joined from escaped parts
        "".join(
            f'<tr><th scope="row"><a href="{before}/{escape(row.code)}/{after}">{escape(row.name)}</a>'
            f'<span class="table__note">{escape(row.region)}</span></th>'
            f'<td class="num" data-label="{done}">{row.progress.done}/{row.progress.total}</td>'
            f"{_late_of(row.progress, late)}</tr>"
            for row in matrix.rows
        )
    )


def regions_listed(matrix: Matrix) -> SafeString:
    """The rows of the table of regions: each with its sums and its share."""
    done, share, late = escape(_("Done")), escape(_("Share")), escape(_("Late"))
    return mark_safe(  # noqa: S308 -- joined from escaped parts
        "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            f'<td class="num" data-label="{done}">{progress.done}/{progress.total}</td>'
            f'<td class="num" data-label="{share}">{NO_SHARE if progress.share is None else f"{progress.share} %"}</td>'
            f"{_late_of(progress, late)}</tr>"
            for name, progress in matrix.regions().items()
        )
    )


def _late_of(progress: Progress, title: str) -> str:
    late = progress.late
    if late:
        return f'<td class="num loss" data-label="{title}">{late}</td>'
    return f'<td class="num" data-label="{title}">0</td>'


def _sums(progress: Progress) -> str:
    late = f'<td class="matrix__late">{progress.late}' if progress.late else "<td>0"
    return f"<td>{progress.done}/{progress.total}{late}"


def _foot(matrix: Matrix) -> str:
    done = "".join(f"<td>{one.done}/{one.total}" for one in matrix.columns)
    late = "".join(f'<td class="matrix__late">{one.late}' if one.late else "<td>0" for one in matrix.columns)
    whole, done_word, late_word = matrix.whole, escape(_("Done")), escape(_("Late"))
    return (
        f'<tr><th scope="row" class="matrix__name">{done_word}</th>'
        f"<td>{number(whole.done)}/{number(whole.total)}<td>{done}</tr>"
        f'<tr><th scope="row" class="matrix__name">{late_word}</th>'
        f"<td><td>{number(whole.late)}{late}</tr>"
    )
