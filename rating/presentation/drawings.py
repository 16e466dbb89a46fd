"""Charts of all regions of a revision: how their scores lie, and the funnel of scores against executions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _

from common.charts import FULL, Funnel, FunnelPoint, Limit, Limits, funnel
from rating.enums import Signal
from rating.formula import Params
from rating.formula.uncertainty import NO_SIGNAL, signal, wilson
from rating.selectors.pages import FieldRow, TableRow

EVERY_COUNT_UP_TO = 24
"""Executions for which a limit is computed one by one; beyond, it bends so little that steps are enough."""
STEPS = 12


def region_funnel(
    rows: Iterable[FieldRow | TableRow],
    national: int,
    params: Params,
    address: Callable[[str], str],
    own: Collection[str] = (),
) -> Funnel:
    """The funnel of the regions that have a score; `national` is the published score of the country."""
    words = dict(Signal.choices)
    points = [
        FunnelPoint(
            name=row.name,
            url=address(row.code),
            executions=row.executions,
            score=row.score,
            zone=row.zone,
            certain=row.certain,
            signal=str(words[row.signal]) if row.signal in (Signal.ABOVE, Signal.BELOW) else "",
            own=row.code in own,
        )
        for row in rows
        if row.score is not None
    ]
    most = max((point.executions for point in points), default=1)
    return funnel(points, _limits(national, params, most), national)


def _limits(national: int, params: Params, most: int) -> Sequence[Limits]:
    """The limits of the interval and of the signal, by their z of the methodology."""
    kinds = (
        (_("limits of chance, 90 percent"), "inner", params.z_interval),
        (_("limits of the signal"), "outer", params.z_signal),
    )
    counts = _counts(most)
    return [
        Limits(name, kind, [chance_limit(national, count, z) for count in counts]) for name, kind, z in kinds
    ]


def _counts(most: int) -> list[int]:
    few = range(1, min(most, EVERY_COUNT_UP_TO) + 1)
    step = max(1, (most - EVERY_COUNT_UP_TO) // STEPS)
    return [*few, *range(EVERY_COUNT_UP_TO + step, most, step), *([most] if most > EVERY_COUNT_UP_TO else [])]


@lru_cache(maxsize=4096)
def chance_limit(national: int, executions: int, z: Fraction) -> Limit:
    """The scores from which a region of so many independent executions differs from the country by the rule of §6.

    `high` is the least score whose Wilson interval at `z` lies over the national score, `low` the greatest whose
    interval lies under it; None where no score does. Scores in hundredths.
    """
    size = Fraction(executions)

    def differs(score: int) -> bool:
        return signal(wilson(score, FULL // 100, size, z), national) != NO_SIGNAL

    return Limit(executions, _outermost(national, 0, differs), _outermost(national, FULL, differs))


def _outermost(inside: int, outside: int, differs: Callable[[int], bool]) -> int | None:
    """The score nearest to `inside` that differs, going towards `outside`; None when even that one does not."""
    if not differs(outside):
        return None
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if differs(middle):
            outside = middle
        else:
            inside = middle
    return outside
