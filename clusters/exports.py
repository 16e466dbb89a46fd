"""The register of clusters as an XLSX workbook: the same table that an import takes."""

import io
from collections.abc import Iterable

from clusters.models import Cluster
from clusters.services.imports import cluster_values
from clusters.tables import COLUMNS

HEADING_WIDTH = 28
A4 = 9


def register_workbook(clusters: Iterable[Cluster]) -> bytes:
    """One sheet: headings in the reader's language, one row per cluster; text never becomes a formula."""
    import xlsxwriter  # costly import, only for an export

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("clusters")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(2, 0)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, str(column.heading), bold)
        sheet.set_column(0, len(COLUMNS) - 1, HEADING_WIDTH, text)
        number = 0
        for number, cluster in enumerate(clusters, 1):
            values = cluster_values(cluster)
            for index, column in enumerate(COLUMNS):
                sheet.write_string(number, index, values[column.key], text)
        sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    return buffer.getvalue()
