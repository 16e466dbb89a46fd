"""The audit file of a month from the database: what a slice may see, and nothing else (methodology §2, §8).

A file holds the events recorded before `as_of` and, for a revision, those that correct its month and were
recorded before `corrections_as_of`. Whatever these events do not need stays out: executions without a visible
event, items without such an execution, an annulment of something invisible, later versions of the parameters.
So the file of a month can be written again at any time and comes out the same.

A cluster that moved between regions keeps its executions in the region of their issue (§1). The format knows one
region per cluster, so such executions go under the name "CODE@REGION".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Q
from django.db.models.functions import NullIf

from assignments.fold import rating_zone
from assignments.models import Execution, ExecutionEvent
from clusters.models import Cluster
from rating.models import Methodology
from rating.selectors.methodologies import required_methodology
from regions.models import Region

CHUNK = 5_000


def audit_case(
    *,
    period: str,
    as_of: datetime,
    corrections_as_of: datetime | None = None,
    places: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The audit file of `period` at these instants, lists sorted by id.

    `places` is an earlier file of the same month: a revision takes its regions and clusters from there, so that a
    cluster registered since changes nothing. Raises ImpossibleStep when no methodology is in force.
    """
    methodology = required_methodology(period)
    zone = rating_zone(methodology.control_rules.tz_offset_minutes)
    request = {"period": period, "as_of": as_of.astimezone(zone).isoformat()}
    if corrections_as_of is not None:
        request["corrections_as_of"] = corrections_as_of.astimezone(zone).isoformat()
    # The events come first and in one statement: what they hang on was committed with them and never changes.
    events = _visible_events(period, as_of, corrections_as_of, zone)
    register = _Register.of(places)
    items: dict[str, dict[str, Any]] = {}
    executions = _executions(events, register, items)
    return {
        "request": request,
        "params": _params_until(period),
        "regions": [{"id": code} for code in sorted(register.regions)],
        "clusters": [{"id": code, "region": register.clusters[code]} for code in sorted(register.clusters)],
        "items": [items[code] for code in sorted(items)],
        "executions": sorted(executions, key=lambda row: row["id"]),
    }


def _params_until(period: str) -> list[dict[str, Any]]:
    versions = Methodology.objects.filter(effective_from__lte=period).select_related("control_rules")
    return [version.to_params() for version in versions.order_by("effective_from")]


def _visible_events(
    period: str, as_of: datetime, corrections_as_of: datetime | None, zone: tzinfo
) -> dict[int, list[dict[str, Any]]]:
    """Events by execution id, in the order of the log."""
    visible = Q(recorded_at__lt=as_of)
    if corrections_as_of is not None:
        visible |= Q(corrects__gt="", corrects__lte=period, recorded_at__lt=corrections_as_of)
    rows = (
        ExecutionEvent.objects.filter(visible, execution__cluster__isnull=False)
        .order_by("id")
        .values_list(
            "execution_id", "id", "kind", "at", NullIf("recorded_at", "at"), "corrects", "due", "empty",
            "new_due", "requested_at", "target_id",
        )
    )  # fmt: skip
    stamps = _Stamps(zone)
    found: dict[int, list[dict[str, Any]]] = {}
    seen: set[int] = set()
    annulling: set[int] = set()
    for execution, number, kind, at, recorded_later, corrects, *rest in rows.iterator(chunk_size=CHUNK):
        seen.add(number)
        event = {"id": number, "at": stamps[at], "kind": kind}
        if recorded_later:
            event["recorded_at"] = stamps[recorded_later]
        if corrects:
            event["corrects"] = corrects
        if any(rest):
            _add_details(event, rest, stamps)
            if event["kind"] == "annulled":
                annulling.add(execution)
        found.setdefault(execution, []).append(event)
    for execution in annulling:
        found[execution] = _without_void_annulments(found[execution], seen)
    return found


def _add_details(event: dict[str, Any], details: list[Any], stamps: "_Stamps") -> None:
    """What only some kinds have; an absent field is left out, never null."""
    due, empty, new_due, requested_at, target = details
    if due:
        event["due"] = due.isoformat()
    if empty:
        event["empty"] = True
    if new_due:
        event["new_due"] = new_due.isoformat()
    if requested_at:
        event["requested_at"] = stamps[requested_at]
    if target is not None:
        event["target"] = target


def _without_void_annulments(log: list[dict[str, Any]], seen: set[int]) -> list[dict[str, Any]]:
    """Without annulments of events that the slice does not see: they change nothing and name nothing."""
    return [event for event in log if event["kind"] != "annulled" or event["target"] in seen]


class _Stamps(dict[datetime, str]):
    """Instants as ISO text on the rating clock; one issue shares its instant with thousands of events."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, instant: datetime) -> str:
        text = self[instant] = instant.astimezone(self._zone).isoformat()
        return text


@dataclass(slots=True)
class _Register:
    """Regions and clusters of the file; `clusters` maps the name in the file to the region."""

    regions: set[str] = field(default_factory=set)
    clusters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Mapping[str, Any] | None) -> "_Register":
        if places is None:
            return cls(
                set(Region.objects.values_list("code", flat=True)),
                dict(Cluster.objects.values_list("code", "region_id")),
            )
        return cls(
            {row["id"] for row in places["regions"]},
            {row["id"]: row["region"] for row in places["clusters"]},
        )

    def name_of(self, cluster: str, region: str) -> str:
        """The name of a cluster in the file for an execution of this region, entered when it is new."""
        name = cluster if self.clusters.get(cluster, region) == region else f"{cluster}@{region}"
        self.clusters.setdefault(name, region)
        self.regions.add(region)
        return name


def _executions(
    events: Mapping[int, list[dict[str, Any]]], register: _Register, items: dict[str, dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    rows = (
        Execution.objects.rated()
        .order_by("id")
        .values_list(
            "id", "code", "region_id", "cluster__code", "assignment__code", "assignment__weight",
            "assignment__due_on",
        )
    )  # fmt: skip
    found = []
    for number, code, region, cluster, item, weight, due in rows.iterator(chunk_size=CHUNK):
        log = events.get(number)
        if not log:
            continue
        item = str(item)
        items.setdefault(item, {"id": item, "weight": weight, "due": due.isoformat()})
        found.append({"id": code, "item": item, "cluster": register.name_of(cluster, region), "events": log})
    return found
