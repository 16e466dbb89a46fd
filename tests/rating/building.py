"""Audit files for tests, written as sentences: regions, clusters, items, and what happened when."""

import copy
from typing import Any

PARAMS: dict[str, Any] = {
    "version": "1.0",
    "effective_from": "2023-10",
    "tz_offset_minutes": 180,
    "review_days": 5,
    "grace_days": 5,
    "count_due_from": "2023-10-01",
    "min_lead_days": 1,
    "max_request_extensions": 1,
    "late_steps": [[3, 80], [10, 60], [30, 40], [None, 20]],
    "return_penalty": 10,
    "min_executed_points": 10,
    "zone_green": "90.00",
    "zone_yellow": "70.00",
    "n_min": 5,
    "z_interval": "1.645",
    "z_signal": "3.00",
    "icc": "0.10",
}
"""Version 1.0 of the parameters."""


def params(**changes: Any) -> dict[str, Any]:
    """Version 1.0 with some values changed."""
    return {**copy.deepcopy(PARAMS), **changes}


def moscow(day: str, clock: str = "12:00") -> str:
    """An instant of a day "2023-11-09", noon by default."""
    return f"{day}T{clock}:00+03:00"


class Log:
    """A case under construction. Days are "2023-11-09" (noon) or "2023-11-09 23:30", Moscow time."""

    def __init__(self, period: str = "2023-11", **changes: Any) -> None:
        self.case: dict[str, Any] = {
            "request": {"period": period},
            "params": [params(**changes)],
            "regions": [],
            "clusters": [],
            "items": [],
            "executions": [],
        }
        self.last_event = 0

    def region(self, region: str, *clusters: str) -> "Log":
        self.case["regions"].append({"id": region})
        self.case["clusters"].extend({"id": cluster, "region": region} for cluster in clusters)
        return self

    def item(self, item: str, due: str, weight: int = 1) -> "Log":
        self.case["items"].append({"id": item, "weight": weight, "due": due})
        return self

    def execution(self, item: str, cluster: str, *events: tuple[Any, ...]) -> "Log":
        """Events are (kind, day) or (kind, day, {further fields})."""
        rows = []
        for kind, day, *rest in events:
            self.last_event += 1
            rows.append(
                {"id": self.last_event, "kind": kind, "at": moscow(*day.split()), **(rest or [{}])[0]}
            )
        self.case["executions"].append(
            {"id": f"{item}@{cluster}", "item": item, "cluster": cluster, "events": rows}
        )
        return self

    def done(self, item: str, cluster: str, *reported: str, issued: str = "2023-10-20") -> "Log":
        """An execution issued in time, with a report handed in on this day, or with none."""
        return self.execution(item, cluster, ("issued", issued), *(("submitted", day) for day in reported))


def region_of(result: dict[str, Any], region: str) -> dict[str, Any]:
    """The row of a region in a result."""
    return next(row for row in result["regions"] if row["region"] == region)
