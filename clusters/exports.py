"""The register of clusters as an XLSX workbook: the same table that an import takes."""

import io
from collections.abc import Iterable

from clusters.models import Cluster
from clusters.services.imports import cluster_values
from clusters.tables import COLUMNS
from common.sheets import HEAD, TEXT, end_table, lay_out, set_height

WIDTHS = {
    "code": 9, "region": 20, "cohort_year": 9, "cohort_basis": 13, "name": 22, "kind": 16, "industry": 18,
    "industry_as_reported": 18, "base_college": 26, "network_colleges": 30, "anchor_employers": 30, "confidence": 14,
    "note": 28, "source_url": 28, "closed_on": 12,
}  # fmt: skip
"""Of the columns, in characters."""
PRINTED = 11
"""Columns that go to paper: the cluster itself; where the record comes from stays in the file."""


def register_workbook(clusters: Iterable[Cluster]) -> bytes:
    """One sheet: headings in the reader's language, one row per cluster; text never becomes a formula."""
    import xlsxwriter  # costly import, only for an export

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("clusters")
        text = book.add_format({**TEXT, "num_format": "@"})
        aside = book.add_format({**TEXT, "num_format": "@", "text_wrap": False})
        widths = [WIDTHS[column.key] for column in COLUMNS]
        lay_out(sheet, [str(column.heading) for column in COLUMNS], widths, book.add_format(HEAD))
        sheet.freeze_panes(1, 1)
        number = 0
        for number, cluster in enumerate(clusters, 1):
            values = shown_values(cluster)
            cells = [values[column.key] for column in COLUMNS]
            set_height(sheet, number, cells[:PRINTED], widths[:PRINTED])
            for index, cell in enumerate(cells):
                sheet.write_string(number, index, cell, text if index < PRINTED else aside)
        end_table(sheet, rows=number, columns=len(COLUMNS), printed=PRINTED)
    return buffer.getvalue()


def shown_values(cluster: Cluster) -> dict[str, str]:
    """A row with names in place of codes; an import knows the names as well."""
    return {
        **cluster_values(cluster),
        "region": cluster.region.name,
        "kind": str(cluster.get_kind_display()) if cluster.kind else "",
        "industry": cluster.industry.name if cluster.industry else "",
    }
