"""The table of a revision and what stands around it, ready for every reader.

A revision never changes, so its rows, map and figures are kept in the cache per revision and language; what a reader
filters and sorts are ready-made rows.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.cache import caches
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from rating.forms import TableFilterForm
from rating.models import Slice
from rating.presentation.design import design_fingerprint
from rating.presentation.drawings import region_funnel
from rating.presentation.method import limits
from rating.presentation.rows import (
    ReadyRow,
    chosen_rows,
    headings,
    ready_rows,
    region_map,
    rows_html,
    zone_counts,
)
from rating.presentation.words import against_month_before
from rating.selectors.pages import (
    ScoreChange,
    SliceEntry,
    SliceIndex,
    TableRow,
    revision_changes,
    table_rows,
)

KEPT_SECONDS = 3600
LISTED = 5


@dataclass(frozen=True, slots=True)
class MonthTable:
    """Everything that the page of a revision shows and that does not depend on the reader."""

    slice: Slice
    overview: SafeString
    charts: str
    compare_bar: SafeString
    filter_bar: SafeString
    results: SafeString
    changes: tuple[ScoreChange, ...]
    before: SliceEntry | None


def most_risen(rows: Iterable[TableRow]) -> list[TableRow]:
    """Ranked regions whose score rose most: rises that are more than chance first, best first in each half."""
    rose = [row for row in rows if row.rank is not None and (row.delta or 0) > 0]
    return sorted(rose, key=lambda row: (not row.distinguishable, -(row.delta or 0), row.rank))[:LISTED]


class Leaders(NamedTuple):
    """The first regions by place; `more` others share the last place that is shown."""

    rows: Sequence[TableRow]
    more: int


def leaders(rows: Sequence[TableRow]) -> Leaders:
    """The first regions of the published order; a tie at the end is cut and its rest counted."""
    ranked = [row for row in rows if row.rank is not None]
    shown = ranked[:LISTED]
    more = sum(row.rank == shown[-1].rank for row in ranked[LISTED:]) if shown else 0
    return Leaders(shown, more)


def month_table(index: SliceIndex, entry: SliceEntry) -> MonthTable:
    """What stands around the table of a revision, and the whole table as it is when nobody filters or sorts."""
    found: MonthTable = _kept("month", index, entry, lambda: _month_table(index, entry))
    return found


def month_rows(index: SliceIndex, entry: SliceEntry) -> tuple[ReadyRow, ...]:
    """The rows of a revision with their cells written, in the published order."""
    found: tuple[ReadyRow, ...] = _kept("rows", index, entry, lambda: _month_rows(index, entry))
    return found


def _kept(part: str, index: SliceIndex, entry: SliceEntry, make: Callable[[], Any]) -> Any:
    """A part of a page from the cache while nothing that it shows has changed."""
    marks = (str(entry.id), index.fingerprint(entry), get_language() or "", design_fingerprint())
    key = ":".join(("rating", part, *marks))
    cache = caches["pages"]
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_SECONDS)
    return found


def _month_rows(index: SliceIndex, entry: SliceEntry) -> tuple[ReadyRow, ...]:
    rows = table_rows(index, entry)
    return tuple(ready_rows(rows, entry.period, card_addresses(entry), comparable=True))


def _month_table(index: SliceIndex, entry: SliceEntry) -> MonthTable:
    ready = month_rows(index, entry)
    rows = [row.data for row in ready]
    before = index.before(entry)
    slice_ = Slice.objects.select_related("methodology__control_rules").get(pk=entry.id)
    path = month_address(entry)
    results = results_of(TableFilterForm({}, ready), ready, entry.period)
    return MonthTable(
        slice=slice_,
        overview=render_to_string("rating/overview.html", _overview(index, entry, slice_, rows)),
        charts=month_charts(entry, slice_, rows),
        compare_bar=render_to_string("rating/compare_bar.html", {"compare_url": compare_address(entry)}),
        filter_bar=render_to_string("rating/filter_bar.html", {"form": results["form"], "path": path}),
        results=render_to_string("rating/results.html", {**results, "path": path, "comparable": True}),
        changes=tuple(revision_changes(before, rows)) if before else (),
        before=before,
    )


def results_of(
    form: TableFilterForm, rows: Sequence[ReadyRow], period: str, own: Iterable[str] = ()
) -> dict[str, Any]:
    """The filtered and sorted table; raises InvalidInput for filters that do not exist."""
    wanted = form.wanted()
    shown = chosen_rows(rows, wanted)
    return {
        "form": form,
        "heads": headings(period, wanted, form.asked()),
        "body": rows_html(shown, own),
        "shown": len(shown),
        "total": len(rows),
        "period": period,
    }


def _overview(
    index: SliceIndex, entry: SliceEntry, slice_: Slice, rows: Sequence[TableRow]
) -> dict[str, Any]:
    return {
        "slice": slice_,
        "entry": entry,
        "period": entry.period,
        "national": national(index, entry),
        "zones": zone_counts(rows),
        "limits": limits(slice_.methodology),
        "map": region_map(rows, entry.period, card_addresses(entry)),
        "leaders": leaders(rows),
        "risers": most_risen(rows),
    }


def month_charts(
    entry: SliceEntry, slice_: Slice, rows: Sequence[TableRow], own: Collection[str] = ()
) -> str:
    """The distribution and the funnel of a revision, the reader's own regions marked; empty without any score."""
    scores = [row.score for row in rows if row.score is not None]
    if not scores or slice_.score is None:
        return ""
    params = slice_.methodology.params()
    chart = region_funnel(rows, slice_.score, params, card_addresses(entry), own)
    return render_to_string("rating/charts.html", {"scores": scores, "funnel_chart": chart})


def compare_address(entry: SliceEntry) -> str:
    """The page that sets regions of a month in force, or of a revision, side by side."""
    if entry.is_published:
        return reverse("rating:compare", args=[entry.period])
    return reverse("rating:compare-revision", args=[entry.period, entry.revision])


def national(index: SliceIndex, entry: SliceEntry) -> dict[str, Any]:
    """The score of the country and its change against the month before as it stands published."""
    before = list(index.line(entry.period, entry).values())[-2]
    change = None
    if entry.score is not None and before is not None and before.score is not None:
        change = entry.score - before.score
    return {"score": entry.score, "change": change, "against": against_month_before(entry.period)}


def month_address(entry: SliceEntry) -> str:
    """The address of a month in force, or of a revision that is not."""
    if entry.is_published:
        return reverse("rating:month", args=[entry.period])
    return reverse("rating:revision", args=[entry.period, entry.revision])


def card_addresses(entry: SliceEntry) -> Callable[[str], str]:
    """Where the scorecard of a region is: the revision in force has the address of the month."""
    if entry.is_published:
        return lambda code: reverse("rating:scorecard", args=[entry.period, code])
    return lambda code: reverse("rating:scorecard-revision", args=[entry.period, entry.revision, code])
