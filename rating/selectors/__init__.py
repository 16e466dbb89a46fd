"""Read models of the rating: audit files, stored slices, the running month."""

from rating.selectors.cases import audit_case
from rating.selectors.frozen import audit_json, frozen_case, reviews_in_scope, slice_differences
from rating.selectors.methodologies import (
    checked_period,
    closes_at,
    current_period,
    methodology_in_force,
    months_since,
    required_methodology,
)
from rating.selectors.results import region_result, slice_result
from rating.selectors.running import RunningMonth, RunningRegion, running_month, running_region
from rating.selectors.tables import (
    HistoryPoint,
    MonthEntry,
    drafts_to_publish,
    earlier_unpublished,
    latest_published,
    month_list,
    most_improved,
    newest_revision,
    region_history,
    slice_for,
    zone_counts,
)

__all__ = [
    "HistoryPoint",
    "MonthEntry",
    "RunningMonth",
    "RunningRegion",
    "audit_case",
    "audit_json",
    "checked_period",
    "closes_at",
    "current_period",
    "drafts_to_publish",
    "earlier_unpublished",
    "frozen_case",
    "latest_published",
    "methodology_in_force",
    "month_list",
    "months_since",
    "most_improved",
    "newest_revision",
    "region_history",
    "region_result",
    "required_methodology",
    "reviews_in_scope",
    "running_month",
    "running_region",
    "slice_differences",
    "slice_for",
    "slice_result",
    "zone_counts",
]
