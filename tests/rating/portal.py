"""Cases put through the portal: loaded, closed, shown; and a random history of every kind of course."""

import io
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command

from common.scope import SYSTEM
from rating.presentation.examples import example_case
from rating.services import case_load
from tests.rating.building import Log

FOLDER = Path(__file__).parent / "cases"


def read(name: str) -> dict[str, Any]:
    """A worked example."""
    return example_case(name)


def load(case: dict[str, Any]) -> dict[str, Any]:
    """Put a case into the empty database of the test; the case again."""
    case_load(actor=SYSTEM, case=case)
    return case


def printed(command: str, *arguments: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def without_digest(result: dict[str, Any]) -> dict[str, Any]:
    """A result but for the digest: a portal hashes its own file."""
    return {key: value for key, value in result.items() if key != "input_sha256"}


def random_case(seed: int, *, regions: int = 6, items: int = 12, until: str = "2024-02-20") -> dict[str, Any]:
    """Four months of items for a few regions, with reports early, late, returned, extended, corrected, annulled."""
    dice = random.Random(seed)
    log = Log("2024-01")
    clusters = []
    for number in range(1, regions + 1):
        own = [f"C{number}-{place}" for place in range(dice.randint(0 if number > 2 else 1, 3))]
        log.region(f"R{number}", *own)
        clusters.extend(own)
    first = date(2023, 10, 5)
    for number in range(items):
        due = first + timedelta(days=dice.randint(0, 130))
        log.item(f"I{number}", due.isoformat(), dice.choice((1, 1, 2, 3)))
        for cluster in clusters:
            if dice.random() < 0.85:
                log.execution(f"I{number}", cluster, *_course(dice, due, date.fromisoformat(until)))
                _annul_sometimes(dice, log)
    return log.case


def _course(dice: random.Random, due: date, until: date) -> list[tuple[Any, ...]]:
    """What happened to one execution, in the order of time; nothing after `until`."""
    day = min(due, until) - timedelta(days=dice.randint(0, 25))
    events: list[tuple[Any, ...]] = [("issued", str(day))]
    for _step in range(dice.randint(0, 5)):
        day += timedelta(days=dice.randint(0, 20))
        kind = dice.choice(
            ("submitted", "submitted", "submitted", "returned", "accepted", "extended", "cancelled")
        )
        more: dict[str, Any] = {}
        if kind == "returned" and dice.random() < 0.3:
            more["empty"] = True
        if kind == "extended":
            more["new_due"] = str(day + timedelta(days=dice.randint(-5, 30)))
            if dice.random() < 0.5:
                more["requested_at"] = f"{day - timedelta(days=2)}T10:00:00+03:00"
        if dice.random() < 0.2:
            more["recorded_at"] = f"{day + timedelta(days=dice.randint(0, 15))}T18:00:00+03:00"
            if dice.random() < 0.5:
                more["corrects"] = dice.choice(("2023-11", "2023-12", "2024-01"))
        if day > until or more.get("recorded_at", "")[:10] > str(until):
            break
        events.append((kind, str(day), more))
    return events


def _annul_sometimes(dice: random.Random, log: Log) -> None:
    events = log.case["executions"][-1]["events"]
    if len(events) < 3 or dice.random() > 0.1:
        return
    target = dice.choice(events[1:])
    log.last_event += 1
    at = max(event.get("recorded_at", event["at"]) for event in events)
    events.append({"id": log.last_event, "kind": "annulled", "at": at, "target": target["id"]})
