"""The frozen inputs of a slice, and the proof that its numbers follow from them."""

import json
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from common.memory import collector_paused
from rating.formula import (
    Case,
    CaseError,
    ItemShare,
    ReviewIndicator,
    SliceResult,
    Stake,
    item_on_time_shares,
    parse_case,
    rate_slice,
    review_indicator,
    slice_document,
)
from rating.models import AuditFile, ScoreAtStake, Slice
from rating.selectors.results import slice_result


def audit_json(audit_file: AuditFile) -> bytes:
    """The audit file as it was written: canonical JSON in UTF-8."""
    return zlib.decompress(bytes(audit_file.payload))


def frozen_case(slice_: Slice) -> dict[str, Any]:
    """The frozen inputs of a slice as the object of the format."""
    return json.loads(audit_json(slice_.audit_file))


def kept_case(slice_: Slice) -> Case:
    """The frozen inputs of a slice, read and checked; kept in this process for the next page about the same slice.

    What is kept is found by the bytes of the file, so it cannot be older than the file. Raises `CaseError`.
    """
    return _parsed(bytes(slice_.audit_file.payload))


KEPT_CASES = 3
"""The month in force, the one before and one more: some 23 MB each at 600 clusters and 40 items."""


@lru_cache(maxsize=KEPT_CASES)
def _parsed(payload: bytes) -> Case:
    with collector_paused():
        return parse_case(json.loads(zlib.decompress(payload)))


def reviews_in_scope(result: SliceResult) -> ReviewIndicator:
    """How fast the centre reviewed what is in scope of the month, as this slice sees it (§7)."""
    return review_indicator(cell.row for score in result.scores.regions.values() for cell in score.cells)


def slice_differences(slice_: Slice) -> list[str]:
    """Where the stored rows differ from what the frozen inputs give; empty when everything is equal."""
    try:
        case = parse_case(frozen_case(slice_))
    except (zlib.error, ValueError, AuditFile.DoesNotExist) as error:
        problem = error if isinstance(error, CaseError) else type(error).__name__
        return [_("the frozen inputs cannot be read: %(problem)s") % {"problem": problem}]
    result = rate_slice(case)
    return [
        *_differences("", slice_document(result), slice_result(slice_)),
        *_differences("stakes", _stakes(result.stakes), _stored_stakes(slice_)),
        *_differences("item_shares", _shares(item_on_time_shares(result.scores)), _stored_shares(slice_)),
        *_differences("reviews", _reviews(reviews_in_scope(result)), _stored_reviews(slice_)),
    ]


def _stakes(stakes: Any) -> list[Any]:
    rows: list[Stake] = [stake for region in sorted(stakes) for stake in stakes[region]]
    return [[stake.region, stake.execution, stake.due.isoformat(), stake.at_stake] for stake in rows]


def _stored_stakes(slice_: Slice) -> list[Any]:
    rows = ScoreAtStake.objects.filter(region_score__slice=slice_)
    ordered = rows.order_by("region_score__region_id", "position")
    fields = ("region_score__region_id", "execution__code", "due_on", "at_stake")
    found = [
        [region, code, due.isoformat(), points] for region, code, due, points in ordered.values_list(*fields)
    ]
    return sorted(found, key=lambda row: row[0])


def _shares(shares: dict[str, ItemShare]) -> dict[str, Any]:
    return {share.item: [share.executions, share.on_time] for share in shares.values()}


def _stored_shares(slice_: Slice) -> dict[str, Any]:
    rows = slice_.item_shares.values_list("assignment__code", "executions", "on_time")
    return {str(item): [executions, on_time] for item, executions, on_time in rows}


def _reviews(reviews: ReviewIndicator) -> list[Any]:
    return [reviews.median_days, reviews.unreviewed]


def _stored_reviews(slice_: Slice) -> list[Any]:
    return [slice_.median_review_days, slice_.unreviewed]


def _differences(path: str, computed: Any, stored: Any) -> Iterator[str]:
    """Paths of the values that differ, each with both values."""
    if isinstance(computed, dict) and isinstance(stored, dict):
        for key in sorted(computed.keys() | stored.keys()):
            yield from _differences(f"{path}.{key}" if path else key, computed.get(key), stored.get(key))
    elif isinstance(computed, list) and isinstance(stored, list) and len(computed) == len(stored):
        for number, (one, other) in enumerate(zip(computed, stored, strict=True)):
            yield from _differences(f"{path}[{number}]", one, other)
    elif computed != stored:
        yield _("%(path)s: computed %(computed)s, stored %(stored)s") % {
            "path": path,
            "computed": _short(computed),
            "stored": _short(stored),
        }


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
