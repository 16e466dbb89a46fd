"""The worked examples of the methodology (§12), computed by the formula with the parameters of a version.

Their logs stand in `data/examples` in the format of the audit file; the numbers worked by hand are those of the tests.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from assignments.fold import ACCEPTED, ISSUED, SUBMITTED
from common import clock
from common.formatting import date_day, date_short, number, score
from rating.enums import Signal
from rating.formula import Case, RegionScore, SliceResult, parse_case, rate_slice
from rating.formula.audit_file import CaseExecution
from rating.formula.story import told
from rating.models import Methodology
from rating.presentation.executions import excluded_words, step_words
from rating.presentation.words import loss_words, places_words, reason_words
from rating.selectors.executions import counted_executions

FOLDER = Path(__file__).resolve().parent.parent / "data" / "examples"
FIRST, SECOND, PLACES, CORRECTED = "case1", "case2", "case3", "case3r2"
PLAIN = frozenset({ISSUED, SUBMITTED, ACCEPTED})
"""What happens to any execution; when nothing else did, and no due moved, the sentence of the row says it all."""


def example_case(name: str) -> dict[str, Any]:
    """A worked example as the object of the audit file."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One execution: what happened in a sentence, its steps where there were more than one, and what it earned."""

    cluster: str
    item: str
    facts: str
    steps: Sequence[tuple[str, str]]
    weight: int
    points: int | None
    product: int
    lost: int


@dataclass(frozen=True, slots=True)
class RegionExample:
    """One region in one month. `raised` is what handing in the best open one would have given: day and score."""

    period: str
    rows: Sequence[ExampleRow]
    weight_sum: int
    points_sum: int
    score: int
    zone: str
    certain: bool
    low: int
    high: int
    raised: tuple[str, int] | None
    before: int | None
    delta: int | None
    distinguishable: bool
    three_months: int | None

    @property
    def check(self) -> str:
        """The division in one line."""
        return f"{number(self.points_sum)} ÷ {number(self.weight_sum)} = {score(self.score)}"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One region among others; `why` says why it has no place, `corrected` is what the revision made of it, if it
    moved."""

    region: str
    found: RegionScore
    executed: int
    places: str
    signal: str
    why: str
    corrected: RegionScore | None


@dataclass(frozen=True, slots=True)
class PlacesExample:
    """Several regions, and a revision after an objection; `national` is the score of all before and after it."""

    rows: Sequence[PlaceRow]
    national: tuple[int | None, int | None]


def region_examples(methodology: Methodology) -> list[RegionExample]:
    """Examples 1 and 2; one of which these parameters leave nothing to count is left out."""
    return [found for name in (FIRST, SECOND) if (found := _region_example(name, methodology)) is not None]


def _computed(name: str, methodology: Methodology) -> tuple[Case, SliceResult]:
    """An example with the parameters of a version, as if that had counted from the first month of the example."""
    source = example_case(name)
    (own,) = source["params"]
    dates = {key: own[key] for key in ("effective_from", "count_due_from")}
    case = parse_case({**source, "params": [{**methodology.to_params(), **dates}]})
    return case, rate_slice(case)


def _region_example(name: str, methodology: Methodology) -> RegionExample | None:
    case, result = _computed(name, methodology)
    ((region, found),) = result.scores.regions.items()
    if found.pool is None or found.reading is None:
        return None
    gains, movement = result.gains[region], result.movements.get(region)
    window = result.windows[region].get("3m")
    last_day = date_day(result.scores.window.what_if_day)
    return RegionExample(
        period=case.request.period,
        rows=list(_rows(case, result, found)),
        weight_sum=found.pool.weight_sum,
        points_sum=found.pool.points_sum,
        score=found.reading.score,
        zone=found.zone or "",
        certain=bool(found.zone_certain),
        low=found.reading.low,
        high=found.reading.high,
        raised=(last_day, gains[0].score_if_alone) if gains else None,
        before=movement.score if movement else None,
        delta=movement.delta if movement else None,
        distinguishable=bool(movement and movement.distinguishable),
        three_months=window.reading.score if window else None,
    )


def _rows(case: Case, result: SliceResult, found: RegionScore) -> Iterator[ExampleRow]:
    window, period = result.scores.window, case.request.period
    logs = {execution.id: execution for execution in case.executions}
    for one in sorted(
        counted_executions(result.rows, found, window, {}), key=attrgetter("row.cluster", "row.item")
    ):
        yield ExampleRow(
            cluster=one.row.cluster,
            item=one.row.item,
            facts=loss_words(one, period) if one.cell else excluded_words(one, window),
            steps=_steps(case, result, logs[one.code]),
            weight=one.row.weight,
            points=one.cell.points if one.cell else None,
            product=one.weighted_points,
            lost=one.lost,
        )


def _steps(case: Case, result: SliceResult, source: CaseExecution) -> list[tuple[str, str]]:
    """The log day by day with what each event did; empty for a plain one."""
    steps = told(
        source.events,
        as_of=result.scores.as_of,
        corrections_as_of=result.corrections_as_of,
        period=case.request.period,
        item_due=case.items[source.item].due,
        rules=case.params.fold_rules,
    )
    if all(step.effect in PLAIN and not step.moved_due for step in steps):
        return []
    return [(date_short(clock.day_of(step.event.at)), step_words(step)) for step in steps]


def places_example(methodology: Methodology) -> PlacesExample:
    """Example 3: places of seven regions, and what one granted objection changed."""
    _case, first = _computed(PLACES, methodology)
    _case, second = _computed(CORRECTED, methodology)
    rows = [
        _place_row(found, second.scores.regions[region], first.scores.period)
        for region, found in first.scores.regions.items()
    ]
    return PlacesExample(rows, (_national(first), _national(second)))


def _place_row(found: RegionScore, corrected: RegionScore, period: str) -> PlaceRow:
    moved = (corrected.score, corrected.rank) != (found.score, found.rank)
    has_signal = found.signal in (Signal.ABOVE, Signal.BELOW)
    return PlaceRow(
        region=found.region,
        found=found,
        executed=sum(cell.row.completed is not None for cell in found.cells),
        places=places_words(*(found.rank_range or (None, None))),
        signal=str(Signal(found.signal).label) if found.signal and has_signal else "",
        why=reason_words(found.status, period),
        corrected=corrected if moved else None,
    )


def _national(result: SliceResult) -> int | None:
    return result.scores.national.score if result.scores.national else None
