"""The efficiency rating as pure arithmetic (methodology §1–7 and §9): no tables, no floats, no clock.

Two doors: `compute` takes an audit file and returns the result object of a slice; `score_month` scores already
folded executions, for pages that show the running month, what-if and outlook without reading the event log.
`rate_slice` is the typed form between them. All refusals are `CaseError`, a `ValueError` in plain words.
"""

from typing import Any

from rating.formula.audit_file import Case, CaseExecution, Item, Request, parse_case
from rating.formula.canonical import canonical_json, hundredths_to_str, in_order, input_sha256
from rating.formula.document import slice_document
from rating.formula.explanation import (
    Gain,
    ItemShare,
    Loss,
    Losses,
    ReviewIndicator,
    Stake,
    item_on_time_shares,
    losses_of,
    outlook,
    review_indicator,
    what_if,
)
from rating.formula.params import Params, in_force
from rating.formula.periods import default_as_of, period_bounds, rating_day, running_period, shift_period
from rating.formula.scoring import Cell, MonthScores, Pool, RatedExecution, RegionScore, Window, score_month
from rating.formula.slices import Movement, SliceResult, Watch, WindowScore, rate_slice
from rating.formula.uncertainty import Reading
from rating.formula.values import CaseError


def compute(case: Any) -> dict[str, Any]:
    """The result object of the slice that an audit file asks for; raises `CaseError` for a bad file."""
    return slice_document(rate_slice(parse_case(case)))


__all__ = [
    "Case",
    "CaseError",
    "CaseExecution",
    "Cell",
    "Gain",
    "Item",
    "ItemShare",
    "Loss",
    "Losses",
    "MonthScores",
    "Movement",
    "Params",
    "Pool",
    "RatedExecution",
    "Reading",
    "RegionScore",
    "Request",
    "ReviewIndicator",
    "SliceResult",
    "Stake",
    "Watch",
    "Window",
    "WindowScore",
    "canonical_json",
    "compute",
    "default_as_of",
    "hundredths_to_str",
    "in_force",
    "in_order",
    "input_sha256",
    "item_on_time_shares",
    "losses_of",
    "outlook",
    "parse_case",
    "period_bounds",
    "rate_slice",
    "rating_day",
    "review_indicator",
    "running_period",
    "score_month",
    "shift_period",
    "slice_document",
    "what_if",
]
