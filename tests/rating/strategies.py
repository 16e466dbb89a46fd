"""Random audit files with every kind of course: the ground of the property tests.

Hypothesis draws the sizes and one seed; the seed draws the histories. So a case costs microseconds to draw and a
failure shrinks to few regions, clusters and items. The profile is deterministic: the same cases on every run.
"""

import copy
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rating.formula import shift_period
from tests.rating.building import params, region_of

DETERMINISTIC = settings(
    max_examples=80,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

OFFSETS = (-720, -210, 0, 120, 180, 345, 720, 840)
STEPS = (
    [[3, 80], [10, 60], [30, 40], [None, 20]],
    [[1, 95], [30, 50], [None, 50]],
    [[None, 35]],
)
PERIODS = ("2023-12", "2024-01", "2024-03")
KINDS = ("submitted",) * 8 + ("returned",) * 4 + ("extended",) * 4 + ("accepted",) * 3 + ("annulled",) * 2
KINDS += ("cancelled", "issued")


def iso(instant: datetime, offset: int = 180) -> str:
    """An instant written with this offset in minutes."""
    return instant.astimezone(timezone(timedelta(minutes=offset))).isoformat()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Historian:
    """Draws a whole case from one source of randomness."""

    def __init__(self, rng: random.Random, period: str, *, corrections: bool) -> None:
        self.rng = rng
        self.period = period
        self.corrections = corrections
        self.start = date.fromisoformat(f"{period}-01")
        self.last_event = 0

    def versions(self) -> list[dict[str, Any]]:
        rng = self.rng
        first = self.version("1.0", "2023-01")
        others = [self.version("2.0", self.period)] if rng.random() < 0.3 else []
        future = [self.version("3.0", shift_period(self.period, 1))] if rng.random() < 0.3 else []
        return [first, *others, *future]

    def version(self, name: str, effective_from: str) -> dict[str, Any]:
        rng = self.rng
        if rng.random() < 0.4:
            return params(version=name, effective_from=effective_from, count_due_from="2023-01-01", n_min=3)
        review_days = rng.randint(0, 8)
        return params(
            version=name,
            effective_from=effective_from,
            tz_offset_minutes=rng.choice(OFFSETS),
            review_days=review_days,
            grace_days=rng.randint(0, review_days),
            count_due_from=rng.choice(["2023-01-01", shift_period(self.period, -1) + "-10"]),
            min_lead_days=rng.randint(1, 4),
            max_request_extensions=rng.randint(0, 2),
            late_steps=copy.deepcopy(rng.choice(STEPS)),
            return_penalty=rng.choice([0, 7, 10, 45]),
            min_executed_points=rng.randint(1, 20),
            n_min=rng.randint(1, 6),
            zone_green=rng.choice(["90.00", "85.5", "95"]),
            zone_yellow=rng.choice(["70.00", "33.33", "80"]),
            z_interval=rng.choice(["1.645", "1.96", "0.5"]),
            z_signal=rng.choice(["3.00", "0.75"]),
            icc=rng.choice(["0.10", "0", "0.375", "1"]),
        )

    def items(self, count: int) -> list[dict[str, Any]]:
        rng = self.rng
        return [
            {
                "id": f"I{number}",
                "weight": rng.choice([1, 1, 2, 3]),
                "due": str(
                    self.start + timedelta(days=rng.choice([rng.randint(-75, 40), rng.randint(0, 30)]))
                ),
            }
            for number in range(count)
        ]

    def execution(self, item: dict[str, Any], cluster: str) -> dict[str, Any]:
        return {
            "id": f"{item['id']}@{cluster}",
            "item": item["id"],
            "cluster": cluster,
            "events": list(self.course(date.fromisoformat(item["due"]))),
        }

    def course(self, due: date) -> Iterator[dict[str, Any]]:
        """What happened to one execution; a third of them runs smoothly."""
        rng = self.rng
        noon = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)
        at = noon - timedelta(days=rng.randint(-2, 25), minutes=rng.randint(0, 900))
        own = {"due": str(due + timedelta(days=rng.randint(-5, 9)))} if rng.random() < 0.15 else {}
        yield self.event("issued", at, **own)
        if rng.random() < 0.08:
            return
        if rng.random() < 0.35:
            at = max(at, noon) + timedelta(days=rng.choice([-1, 0, 0, 0, 1, 2, 5, 15, 40]))
            yield self.event("submitted", at)
            if rng.random() < 0.6:
                yield self.event("accepted", at + timedelta(days=rng.randint(0, 9)))
            return
        at = max(at, noon - timedelta(days=rng.randint(0, 9)))
        own_ids = [self.last_event]
        for _step in range(rng.randint(1, 6)):
            at += timedelta(days=rng.choice([0, 0, 1, 2, 3, 7, 12]), seconds=rng.randint(0, 86_399))
            event = self.further(rng.choice(KINDS), at, own_ids)
            if event["kind"] != "annulled":
                own_ids.append(event["id"])
            yield event

    def further(self, kind: str, at: datetime, own_ids: list[int]) -> dict[str, Any]:
        rng = self.rng
        if kind == "annulled":
            return self.event(kind, at, target=rng.choice(own_ids))
        if kind == "returned" and rng.random() < 0.4:
            return self.event(kind, at, empty=rng.random() < 0.8)
        if kind == "extended":
            fields = {"new_due": str(at.date() + timedelta(days=rng.randint(-3, 15)))}
            if rng.random() < 0.6:
                fields["requested_at"] = iso(at - timedelta(hours=rng.randint(0, 100)), rng.choice(OFFSETS))
            return self.event(kind, at, **fields)
        return self.event(kind, at)

    def event(self, kind: str, at: datetime, **fields: Any) -> dict[str, Any]:
        """One event; some are recorded late, some of those as corrections."""
        rng = self.rng
        self.last_event += 1
        row = {"id": self.last_event, "kind": kind, "at": iso(at, rng.choice(OFFSETS)), **fields}
        if rng.random() < 0.12:
            delay = timedelta(days=rng.choice([0, 1, 4, 10, 30]), seconds=rng.randint(0, 9_999))
            row["recorded_at"] = iso(at + delay, rng.choice(OFFSETS))
        if self.corrections and rng.random() < 0.12:
            row["corrects"] = shift_period(self.period, rng.randint(-2, 1))
        return row

    def request(self) -> dict[str, Any]:
        rng = self.rng
        row: dict[str, Any] = {"period": self.period}
        end = datetime(self.start.year, self.start.month, 28, tzinfo=UTC)
        if rng.random() < 0.4:
            as_of = end + timedelta(days=rng.randint(-20, 15), seconds=rng.randint(0, 86_399))
            row["as_of"] = iso(as_of, rng.choice(OFFSETS))
        if self.corrections and rng.random() < 0.5:
            row["corrections_as_of"] = iso(end + timedelta(days=rng.randint(0, 40)), rng.choice(OFFSETS))
        return row


@st.composite
def cases(draw: st.DrawFn, *, period: str | None = None, corrections: bool = True) -> dict[str, Any]:
    """A valid audit file: up to five regions (one may have no clusters), clusters, items, histories."""
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=5))
    item_count = draw(st.integers(1, 6))
    chosen = period or draw(st.sampled_from(PERIODS))
    return case_of(sizes, item_count, chosen, draw(st.integers(0, 2**32)), corrections=corrections)


def case_of(
    sizes: Sequence[int], item_count: int, period: str, seed: int, *, corrections: bool = True
) -> dict[str, Any]:
    """The audit file that a seed draws; `sizes` are the numbers of clusters of the regions."""
    historian = Historian(random.Random(seed), period, corrections=corrections)
    items = historian.items(item_count)
    clusters = [
        {"id": f"K{region}{number}", "region": f"R{region}"}
        for region, size in enumerate(sizes)
        for number in range(size)
    ]
    return {
        "request": historian.request(),
        "params": historian.versions(),
        "regions": [{"id": f"R{region}"} for region in range(len(sizes))],
        "clusters": clusters,
        "items": items,
        "executions": [
            historian.execution(item, cluster["id"])
            for cluster in clusters
            for item in items
            if historian.rng.random() < 0.85
        ],
    }


def shuffled(case: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The same file with all lists and all keys in another order."""
    found = {key: shuffled_rows(rows, rng) if isinstance(rows, list) else rows for key, rows in case.items()}
    for row in found["executions"]:
        row["events"] = shuffled_rows(row["events"], rng)
    return found


def shuffled_rows(rows: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    keys = [rng.sample(list(row), len(row)) for row in rows]
    copies = [{key: row[key] for key in order} for row, order in zip(rows, keys, strict=True)]
    return rng.sample(copies, len(copies))


def all_events(case: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (execution, event)."""
    for execution in case["executions"]:
        for event in execution["events"]:
            yield execution, event


def next_event_id(case: dict[str, Any]) -> int:
    return 1 + max((event["id"] for _execution, event in all_events(case)), default=0)


def append(case: dict[str, Any], execution: dict[str, Any], kind: str, at: datetime, **fields: Any) -> None:
    """Append one event to the log of an execution."""
    execution["events"].append({"id": next_event_id(case), "kind": kind, "at": iso(at), **fields})


def without(result: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The result without these top-level keys; without arguments, without the digest of the inputs."""
    return {key: value for key, value in result.items() if key not in (keys or ("input_sha256",))}


def own_numbers(result: dict[str, Any], region: str) -> dict[str, Any]:
    """The numbers of a region that are its own: all but places, the signal, and what they were before."""
    row = dict(region_of(result, region))
    for key in ("rank", "rank_interval", "signal"):
        row.pop(key, None)
    if row.get("previous"):
        row["previous"] = {**row["previous"], "rank": None, "rank_delta": None}
    row["what_if"] = [
        {**gain, "rank_if_alone": None, "rank_cumulative": None} for gain in row.get("what_if", [])
    ]
    return row


def scored(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The regions that have a score."""
    return [row for row in result["regions"] if row["executions"]]


def hundredths(text: str) -> int:
    """A decimal with two places as hundredths."""
    whole, part = text.lstrip("-").split(".")
    assert len(part) == 2
    return (-1 if text.startswith("-") else 1) * (int(whole) * 100 + int(part))


def total(texts: Iterable[str]) -> int:
    return sum(hundredths(text) for text in texts)
