"""Up to three regions side by side: what the address asks for, and the rows of the comparison."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.charts import MAX_SERIES, Series
from common.errors import InvalidInput
from rating.presentation.scorecard import chart_points
from rating.presentation.words import movement_words, reason_words
from rating.selectors.comparison import ComparedRegion, similar_regions
from rating.selectors.pages import FieldRow


def asked_regions(values: Iterable[str], rows: Sequence[FieldRow]) -> list[str]:
    """The codes of the address, empty ones left out.

    Raises InvalidInput when a region is unknown or named twice, or when there are more than three.
    """
    codes = [value for value in values if value]
    names = {row.code: row.name for row in rows}
    for code in codes:
        if code not in names:
            raise InvalidInput({"region": [_("Regions to compare: this month has no region «%s».") % code]})
        if codes.count(code) > 1:
            text = _("Regions to compare: «%s» is named twice; a region is compared with others.")
            raise InvalidInput({"region": [text % names[code]]})
    if len(codes) > MAX_SERIES:
        text = _("Regions to compare: at most %(most)s at a time, %(count)s are named.")
        raise InvalidInput({"region": [text % {"most": MAX_SERIES, "count": len(codes)}]})
    return codes


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """One region of the comparison: its figures, words about them, and where to leave it out."""

    found: ComparedRegion
    url: str
    without_url: str
    reason: str
    change_note: str


class Suggestion(NamedTuple):
    """A region like another one, and the address with it in the comparison."""

    region: FieldRow
    url: str


def compared_columns(
    found: Sequence[ComparedRegion], period: str, card: Callable[[str], str], other_version: bool = False
) -> list[ComparedColumn]:
    """The columns in the order of the address; `other_version`: the month before was counted otherwise."""
    codes = [one.score.region_id for one in found]
    return [
        ComparedColumn(
            found=one,
            url=card(one.score.region_id),
            without_url=query_of(code for code in codes if code != one.score.region_id),
            reason=reason_words(one.score.status, period),
            change_note=movement_words(one.score.distinguishable, one.score.rank_delta, other_version),
        )
        for one in found
    ]


def compared_series(found: Sequence[ComparedRegion]) -> list[Series]:
    """The lines of the regions that have a score in some of the months."""
    return [Series(one.score.region.name, chart_points(one.history)) for one in found]


def suggestions(rows: Sequence[FieldRow], codes: Sequence[str]) -> list[Suggestion]:
    """Regions like the first one of the comparison; with three in it the new one takes the last place."""
    if not codes:
        return []
    kept = codes[: MAX_SERIES - 1]
    return [
        Suggestion(row, query_of([*kept, row.code])) for row in similar_regions(rows, codes[0], without=codes)
    ]


def query_of(codes: Iterable[str]) -> str:
    """The part of the address that names these regions."""
    return f"?{urlencode([('region', code) for code in codes])}"
