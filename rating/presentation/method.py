"""«How it is counted»: the parameters in force in words, and the worked examples computed by the formula itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assignments.fold import rating_zone
from assignments.models import ControlRules
from common.formatting import EN_DASH, date_day, days, month_title, number, score
from rating.enums import CellStatus
from rating.formula import MonthScores, Params, RatedExecution, RegionScore, losses_of, score_month
from rating.models import Methodology

RULES = ("tz_offset_minutes", "min_lead_days", "max_request_extensions")
"""Parameters that are rules of control: those of the fold of a log."""
REGION = "example"
EXAMPLE_PERIOD = "2023-11"
EXAMPLE_AS_OF = datetime(2023, 12, 6)  # noqa: DTZ001 -- the zone comes from the parameters
LAST_ITEM_HANDED_IN = date(2023, 12, 5)


def limits(methodology: Methodology) -> dict[str, str]:
    """What each zone means in points."""
    params = methodology.params()
    green, yellow = _points(params.zone_green), _points(params.zone_yellow)
    return {
        "green": _("from %(points)s points") % {"points": green},
        "yellow": _("from %(low)s to %(high)s") % {"low": yellow, "high": green},
        "red": _("below %(points)s") % {"points": yellow},
        "n_min": str(params.n_min),
    }


def _points(hundredths: int) -> str:
    """Points without needless decimals: «90», «72,5»."""
    return number(Decimal(hundredths) / 100) if hundredths % 100 else number(hundredths // 100)


class Step(NamedTuple):
    """A line of the point table."""

    lateness: str
    points: int


def point_table(params: Params) -> list[Step]:
    """Points by lateness, from «on time» to «not handed in»."""
    steps = [Step(_("on time"), 100)]
    start = 1
    for limit, points in params.late_steps:
        if limit is None:
            steps.append(Step(_("later than that"), points))
            break
        words = days(limit) if limit == start else f"{start}{EN_DASH}{days(limit)}"
        steps.append(Step(_("late by %(days)s") % {"days": words}, points))
        start = limit + 1
    steps.append(Step(_("not handed in by the last day that counts"), 0))
    return steps


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of the methodology with its name and unit."""

    label: str
    value: str


def parameters(methodology: Methodology) -> list[Parameter]:
    """The values in force that the page shows as a list."""
    params = methodology.params()
    found = (
        (_("Points lost by each return"), str(params.return_penalty)),
        (_("Least points of an executed one"), str(params.min_executed_points)),
        (_("Days of the next month whose reports still count"), days(params.grace_days)),
        (_("Days of the next month whose decisions of the centre are seen"), days(params.review_days)),
        (_("Least executions for a place"), str(params.n_min)),
        (_("Least days between issue and due date"), days(params.min_lead_days)),
        (_("Extensions on request that count"), str(params.max_request_extensions)),
        (_("Interval: number of standard errors (z)"), _decimal(methodology.z_interval)),
        (_("Signal against the country: number of standard errors (z)"), _decimal(methodology.z_signal)),
        (_("Alikeness of the executions of one cluster (icc)"), _decimal(methodology.icc)),
    )
    return [Parameter(label, value) for label, value in found]


def _decimal(written: str) -> str:
    return number(Decimal(written))


class Difference(NamedTuple):
    """A parameter that two versions have differently, in words."""

    label: str
    before: str
    after: str


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What one version (as the audit file writes it) changes against another."""
    found = []
    for name in before:
        if name == "version" or before[name] == after[name]:
            continue
        found.append(Difference(label_of(name), _value(name, before[name]), _value(name, after[name])))
    return found


def label_of(name: str) -> str:
    """What a parameter is called, with a capital letter."""
    model = ControlRules if name in RULES else Methodology
    field: Any = model._meta.get_field(name)
    return capfirst(str(field.verbose_name))


@dataclass(frozen=True, slots=True)
class Announcement:
    """An approved version that does not count yet, with what it changes."""

    version: str
    effective_from: str
    reason: str
    changes: tuple[Difference, ...]


def announcements(now: Methodology, versions: Iterable[Methodology]) -> list[Announcement]:
    """The announced versions against the one in force."""
    return [
        Announcement(
            version.version,
            version.effective_from,
            getattr(getattr(version, "draft", None), "reason", ""),
            tuple(compared(now.to_params(), version.to_params())),
        )
        for version in versions
    ]


def _value(name: str, value: Any) -> str:
    if name == "late_steps":
        return "; ".join(f"{limit if limit is not None else '…'} – {points}" for limit, points in value)
    if name == "effective_from":
        return month_title(value)
    if name == "count_due_from":
        return date_day(date.fromisoformat(value))
    return _decimal(value) if isinstance(value, str) else str(value)


class ExampleRow(NamedTuple):
    """One execution of the example: what happened, and what it earns."""

    cluster: str
    item: str
    facts: str
    weight: int
    points: int
    product: int
    lost: int


@dataclass(frozen=True, slots=True)
class Example:
    """The worked example: rows, their sums, and what handing in the missing one would give."""

    rows: tuple[ExampleRow, ...]
    weight_sum: int
    points_sum: int
    score: int
    zone: str
    certain: bool
    low: int
    high: int
    raised: int
    raised_from: str


def _executions() -> list[tuple[RatedExecution, date | None]]:
    """Case 1 of the methodology (§12): two clusters, four items, and the day each first handed in."""
    items = {"1": (1, 10), "2": (2, 15), "3": (1, 20), "4": (3, 24)}
    done: dict[tuple[str, str], int | None] = {
        ("A", "1"): 9, ("A", "2"): 17, ("A", "3"): 23, ("A", "4"): None,
        ("B", "1"): 22, ("B", "2"): 15, ("B", "3"): 20, ("B", "4"): 24,
    }  # fmt: skip
    returned_from = {("A", "3"): (date(2023, 11, 18), 3)}
    found = []
    for (cluster, item), day in done.items():
        weight, due = items[item]
        first, held = returned_from.get((cluster, item), (None, 0))
        row = RatedExecution(
            execution=f"{item}@{cluster}", item=item, cluster=cluster, region=REGION, weight=weight, issued=True,
            cancelled=False, due=date(2023, 11, due + held), completed=date(2023, 11, day) if day else None,
            returns=1 if first else 0, extensions=0, in_review=(cluster, item) == ("B", "2"),
        )  # fmt: skip
        found.append((row, first))
    return found


def _scored(rows: list[RatedExecution], params: Params) -> tuple[MonthScores, RegionScore]:
    """The example by the formula. It counts from its own month, whatever month the version counts from."""
    month = score_month(
        rows,
        period=EXAMPLE_PERIOD,
        as_of=EXAMPLE_AS_OF.replace(tzinfo=rating_zone(params.tz_offset_minutes)),
        params=replace(params, count_due_from=date(2023, 11, 1)),
        regions=[REGION],
        regions_with_clusters={REGION},
    )
    return month, month.regions[REGION]


def example(params: Params) -> Example | None:
    """The worked example with the parameters given; None when these leave nothing of it to count."""
    source = _executions()
    _month, region = _scored([row for row, _first in source], params)
    raised = [
        row._replace(completed=LAST_ITEM_HANDED_IN) if row.completed is None else row
        for row, _first in source
    ]
    _later, better = _scored(raised, params)
    if region.pool is None or region.reading is None or better.reading is None:
        return None
    firsts = {row.execution: first for row, first in source}
    losses = {loss.cell.row.execution: loss.lost for loss in losses_of(region).rows}
    rows = tuple(
        ExampleRow(
            cluster=cell.row.cluster,
            item=cell.row.item,
            facts=_facts(cell, firsts[cell.row.execution]),
            weight=cell.row.weight,
            points=cell.points,
            product=cell.row.weight * cell.points,
            lost=losses.get(cell.row.execution, 0),
        )
        for cell in region.cells
    )
    return Example(
        rows=rows, weight_sum=region.pool.weight_sum, points_sum=region.pool.points_sum, score=region.pool.score,
        zone=region.zone or "", certain=bool(region.zone_certain), low=region.reading.low, high=region.reading.high,
        raised=better.reading.score, raised_from=date_day(LAST_ITEM_HANDED_IN),
    )  # fmt: skip


def _facts(cell: Any, first: date | None) -> str:
    """What happened, in words."""
    row = cell.row
    due = date_day(row.due)
    if row.completed is None:
        return _("due %(due)s, nothing was handed in") % {"due": due}
    values = {"due": due, "day": date_day(row.completed), "days": days(cell.days_late)}
    if first is not None:
        values["first"] = date_day(first)
        return (
            _(
                "handed in on %(first)s, returned; days with the centre moved the due to %(due)s; again on %(day)s"
            )
            % values
        )
    if cell.status == CellStatus.LATE:
        return _("due %(due)s, handed in on %(day)s: %(days)s late") % values
    words = _("due %(due)s, handed in on %(day)s") % values
    return "; ".join((words, _("not reviewed yet"))) if row.in_review else words


def pocket_check(found: Example) -> str:
    """The division of the example in one line."""
    return f"{number(found.points_sum)} ÷ {number(found.weight_sum)} = {score(found.score)}"
