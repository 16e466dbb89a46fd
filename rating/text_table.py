"""The table of a month as plain text, for a terminal."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.formatting import NO_VALUE, interval, month_title, score, signed
from rating.models import RegionScore, Slice
from rating.presentation.words import places_words

GAP = "  "
TEXT_COLUMNS = (2, 5)


def slice_text(slice_: Slice) -> str:
    """Place, score and zone of every region with how sure they are, and its change, under a title."""
    rows = [_row(row) for row in slice_.scores.select_related("region").order_by("position")]
    head = (
        _("Place"), _("Range"), _("Region"), _("Score"), _("Interval at 90 percent"), _("Zone"),
        pgettext("score", "Change"),
    )  # fmt: skip
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


def _row(row: RegionScore) -> tuple[str, ...]:
    zone = row.get_zone_display() if row.zone else row.get_status_display()
    return (
        NO_VALUE if row.rank is None else str(row.rank),
        places_words(row.rank_low, row.rank_high),
        str(row.region),
        score(row.score),
        interval(row.interval_low, row.interval_high),
        f"{zone}, " + _("on the border") if row.zone_certain is False else zone,
        signed(row.delta),
    )
