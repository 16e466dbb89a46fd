"""The register of clusters as an XLSX workbook: the same table that an import takes."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from clusters.models import Cluster
from clusters.services.imports import cluster_values
from clusters.tables import COLUMNS
from common.sheets import ASIDE, CODE, content_of, made_workbook, write_table
from common.sheets import Column as SheetColumn

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
    columns = [
        SheetColumn(
            column.heading,
            itemgetter(column.key),
            WIDTHS[column.key],
            look=CODE if place < PRINTED else ASIDE,
            on_paper=place < PRINTED,
        )
        for place, column in enumerate(COLUMNS)
    ]

    def fill(book: Any) -> None:
        write_table(book, book.add_worksheet("clusters"), columns, map(shown_values, clusters), frozen=1)

    return content_of(made_workbook(fill))


def shown_values(cluster: Cluster) -> dict[str, str]:
    """A row with names in place of codes; an import knows the names as well."""
    return {
        **cluster_values(cluster),
        "region": cluster.region.name,
        "kind": str(cluster.get_kind_display()) if cluster.kind else "",
        "industry": cluster.industry.name if cluster.industry else "",
    }
