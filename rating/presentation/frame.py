"""The table for a frame of another site: which rows it has, in which colours."""

from collections.abc import Iterable, Mapping
from typing import Any

from common.scope import PUBLIC
from rating.forms import EmbedForm
from rating.models import Slice
from rating.presentation.rows import ABSENT
from rating.presentation.table import card_addresses, month_address
from rating.selectors.pages import SliceEntry, SliceIndex, TableRow, table_rows


def frame_context(index: SliceIndex, entry: SliceEntry, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the frame shows of a revision. Raises InvalidInput naming each wrong parameter."""
    rows = table_rows(index, entry)
    wanted = EmbedForm(asked, (row.district for row in rows), [row.code for row in rows]).wanted()
    address = card_addresses(entry)
    return {
        "entry": entry,
        "period": entry.period,
        "slice": Slice.objects.visible_to(PUBLIC).select_related("methodology").get(pk=entry.id),
        "rows": [{"row": row, "url": address(row.code)} for row in _chosen(rows, wanted)],
        "month_url": month_address(entry),
        "theme": wanted["theme"] or "auto",
    }


def _chosen(rows: Iterable[TableRow], wanted: Mapping[str, Any]) -> list[TableRow]:
    zone = "" if wanted["zone"] == ABSENT else wanted["zone"]
    return [
        row
        for row in rows
        if (not wanted["district"] or row.district == wanted["district"])
        and (not wanted["zone"] or row.zone == zone)
        and (not wanted["region"] or row.code in wanted["region"])
    ]
