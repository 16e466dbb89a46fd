"""The audit file of a slice: read, checked against every rule of the format, and kept as typed rows.

`parse_case` raises `CaseError` for the first thing that is wrong, naming the field and the rule.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from assignments.fold import ANNULLED, EXTENDED, ISSUED, KINDS, RETURNED, Event
from rating.formula import values
from rating.formula.canonical import input_sha256
from rating.formula.params import Params, in_force
from rating.formula.values import CaseError

Row = TypeVar("Row")

MAX_WEIGHT = 1_000_000_000
"""Far above any weight in use; keeps every printed sum within what JSON readers take."""


@dataclass(frozen=True, slots=True)
class Request:
    """What slice is asked for; instants in UTC, None when left out."""

    period: str
    as_of: datetime | None = None
    corrections_as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A protocol item as the rating knows it."""

    id: str
    weight: int
    due: date


@dataclass(frozen=True, slots=True)
class CaseExecution:
    """One item × one cluster with its whole log."""

    id: str
    item: str
    cluster: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A checked audit file. `clusters` maps each cluster to its region, `params` is the version in force."""

    request: Request
    versions: tuple[Params, ...]
    params: Params
    regions: tuple[str, ...]
    clusters: Mapping[str, str]
    items: Mapping[str, Item]
    executions: tuple[CaseExecution, ...]
    input_sha256: str


def parse_case(data: Any, digest: str = "") -> Case:
    """The typed form of an audit file; raises `CaseError` for the first broken rule.

    `digest` is that of the inputs, where whoever wrote the file has it already (`canonical.in_order`).
    """
    if not isinstance(data, dict):
        raise CaseError("the file", f"must hold one JSON object, not {values.described(data)}")
    request = _read(values.field(data, "request"), "request", _request)
    versions = _versions(data)
    params = in_force(versions, request.period)
    if params is None:
        raise CaseError("params", f"no version is in force for {request.period}")
    regions = dict.fromkeys(_read_all(data, "regions", _Ids().own))
    clusters = dict(_read_all(data, "clusters", _ClusterReader(regions)))
    items = {item.id: item for item in _read_all(data, "items", _ItemReader())}
    executions = tuple(_read_all(data, "executions", _ExecutionReader(items, clusters)))
    return Case(
        request=request,
        versions=versions,
        params=params,
        regions=tuple(regions),
        clusters=clusters,
        items=items,
        executions=executions,
        input_sha256=digest or input_sha256(data),
    )


def _read(raw: Any, place: str, reader: Callable[[Mapping[str, Any]], Row]) -> Row:
    """One object of the file; a refusal inside it names its place."""
    try:
        return reader(values.object_of(raw))
    except CaseError as error:
        raise error.under(place) from None


def _read_all(
    owner: Mapping[str, Any], key: str, reader: Callable[[Mapping[str, Any]], Row]
) -> Iterator[Row]:
    """Every object of a list of the file, in its order."""
    for number, raw in enumerate(values.list_of(owner, key)):
        try:
            row = reader(values.object_of(raw))
        except CaseError as error:
            raise error.under(f"{key}[{number}]") from None
        yield row


def _request(row: Mapping[str, Any]) -> Request:
    return Request(
        period=values.month_of(row, "period"),
        as_of=_whole_seconds(row, "as_of"),
        corrections_as_of=_whole_seconds(row, "corrections_as_of"),
    )


def _whole_seconds(row: Mapping[str, Any], key: str) -> datetime | None:
    """An instant of the request; null says the same as leaving it out."""
    if row.get(key) is None:
        return None
    instant = values.instant_of(row, key)
    if instant.microsecond:
        raise CaseError(key, "must be in whole seconds")
    return instant


def _versions(data: Mapping[str, Any]) -> tuple[Params, ...]:
    found: dict[str, Params] = {}
    for number, version in enumerate(_read_all(data, "params", Params.from_dict)):
        if version.effective_from in found:
            raise CaseError(
                f"params[{number}].effective_from", f"{version.effective_from} is taken by another version"
            )
        found[version.effective_from] = version
    return tuple(found.values())


class _Ids:
    """The ids of one list, each once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def own(self, row: Mapping[str, Any]) -> str:
        key = values.text_of(row, "id")
        if key in self.seen:
            raise CaseError("id", f"{values.described(key)} is there twice")
        self.seen.add(key)
        return key


def _known(row: Mapping[str, Any], field: str, known: Container[str]) -> str:
    """A reference to a row of another list."""
    key = values.text_of(row, field)
    if key not in known:
        raise CaseError(field, f"{values.described(key)} is unknown")
    return key


class _ClusterReader:
    """Reads (cluster, its region)."""

    def __init__(self, regions: Container[str]) -> None:
        self.ids = _Ids()
        self.regions = regions

    def __call__(self, row: Mapping[str, Any]) -> tuple[str, str]:
        return self.ids.own(row), _known(row, "region", self.regions)


class _ItemReader:
    """Reads items."""

    def __init__(self) -> None:
        self.ids = _Ids()

    def __call__(self, row: Mapping[str, Any]) -> Item:
        return Item(
            id=self.ids.own(row),
            weight=values.integer_of(row, "weight", 1, MAX_WEIGHT),
            due=values.day_of(row, "due"),
        )


class _ExecutionReader:
    """Reads executions with their logs; event ids are unique in the whole file."""

    def __init__(self, items: Container[str], clusters: Container[str]) -> None:
        self.ids = _Ids()
        self.items = items
        self.clusters = clusters
        self.pairs: set[tuple[str, str]] = set()
        self.event_ids: set[int] = set()

    def __call__(self, row: Mapping[str, Any]) -> CaseExecution:
        key = self.ids.own(row)
        pair = item, cluster = _known(row, "item", self.items), _known(row, "cluster", self.clusters)
        if pair in self.pairs:
            raise CaseError(
                "item", f"cluster {values.described(cluster)} has item {values.described(item)} twice"
            )
        self.pairs.add(pair)
        events = tuple(_read_all(row, "events", self.event))
        _check_targets(events)
        return CaseExecution(key, item, cluster, events)

    def event(self, row: Mapping[str, Any]) -> Event:
        number = values.integer_of(row, "id")
        if number in self.event_ids:
            raise CaseError("id", f"{values.described(number)} is there twice")
        self.event_ids.add(number)
        kind = values.field(row, "kind")
        if kind not in KINDS:
            raise CaseError("kind", f"{values.described(kind)} is unknown; known are {', '.join(KINDS)}")
        at = values.instant_of(row, "at")
        recorded_at = values.instant_of(row, "recorded_at") if "recorded_at" in row else at
        if recorded_at < at:
            raise CaseError("recorded_at", "must not be earlier than at")
        corrects = values.month_of(row, "corrects") if "corrects" in row else None
        if kind in _DETAILS:
            return Event(number, kind, at, recorded_at, corrects, **_DETAILS[kind](row, at))
        return Event(number, kind, at, recorded_at, corrects)


def _issue_details(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {"due": values.day_of(row, "due")} if "due" in row else {}


def _return_details(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    if "empty" not in row:
        return {}
    if not isinstance(row["empty"], bool):
        raise CaseError("empty", f"must be true or false, not {values.described(row['empty'])}")
    return {"empty": row["empty"]}


def _extension_details(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    details: dict[str, Any] = {"new_due": values.day_of(row, "new_due")}
    if "requested_at" in row:
        details["requested_at"] = values.instant_of(row, "requested_at")
        if details["requested_at"] > at:
            raise CaseError("requested_at", "must not be later than at")
    return details


def _annulment_details(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {"target": values.integer_of(row, "target")}


_DETAILS: dict[str, Callable[[Mapping[str, Any], datetime], dict[str, Any]]] = {
    ISSUED: _issue_details,
    RETURNED: _return_details,
    EXTENDED: _extension_details,
    ANNULLED: _annulment_details,
}
"""The fields that only some kinds have; on other kinds they are unknown fields and ignored."""


def _check_targets(events: tuple[Event, ...]) -> None:
    """An annulment names an event of the same execution that is no annulment itself."""
    annulments = [(number, event) for number, event in enumerate(events) if event.kind == ANNULLED]
    if not annulments:
        return
    kinds = {event.id: event.kind for event in events}
    for number, event in annulments:
        if event.target not in kinds:
            raise CaseError(f"events[{number}].target", "must be an event of the same execution")
        if kinds[event.target] == ANNULLED:
            raise CaseError(f"events[{number}].target", "must not be an annulment")
