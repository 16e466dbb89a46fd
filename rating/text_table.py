"""The table of a month as plain text, for a terminal."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.formatting import NO_VALUE, month_title, score, signed
from rating.models import RegionScore, Slice

GAP = "  "
TEXT_COLUMNS = (1, 3)


def slice_text(slice_: Slice) -> str:
    """Place, region, score, zone and change of every region, in the order of the table, under a title."""
    rows = [_row(row) for row in slice_.scores.select_related("region").order_by("position")]
    head = (_("Place"), _("Region"), _("Score"), _("Zone"), pgettext("score", "Change"))
    title = _("%(month)s, revision %(revision)s, %(status)s") % {
        "month": month_title(slice_.period),
        "revision": slice_.revision,
        "status": slice_.get_status_display(),
    }
    return "\n".join([title, "", *table_lines(head, rows)])


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned lines: texts to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    rule = GAP.join("-" * width for width in widths)
    lines = [_line(row, widths) for row in rows]
    return [_line(head, widths), rule, *lines]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.ljust(width) if column in TEXT_COLUMNS else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return GAP.join(cells).rstrip()


def _row(row: RegionScore) -> tuple[str, str, str, str, str]:
    return (
        NO_VALUE if row.rank is None else str(row.rank),
        str(row.region),
        score(row.score),
        row.get_zone_display() if row.zone else row.get_status_display(),
        signed(row.delta),
    )
