"""Every execution of a region in a slice, counted or not, from the frozen inputs of that slice alone.

Of today come only the names of items and clusters, which the audit file does not hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assignments.models import Execution
from common.errors import Missing
from common.scope import Scope
from rating.enums import SliceStatus
from rating.formula import Case, score_month
from rating.formula.explanation import losses_of
from rating.formula.params import Params
from rating.formula.scoring import Cell, RatedExecution, Window
from rating.formula.scoring import RegionScore as ComputedScore
from rating.formula.slices import folded_rows
from rating.formula.story import Step, told
from rating.models import RegionScore, Slice
from rating.selectors.frozen import kept_case
from rating.selectors.methodologies import checked_period


@dataclass(frozen=True, slots=True)
class CountedExecution:
    """One execution as a slice sees it. `cell` is None for one that is not counted, `excluded` then says why.

    `lost` and `lost_by_reason` are in shown hundredths; `named` is the execution of the portal, None when it no
    longer knows it.
    """

    row: RatedExecution
    cell: Cell | None
    excluded: str
    lost: int
    lost_by_reason: Mapping[str, int]
    named: Execution | None

    @property
    def code(self) -> str:
        return self.row.execution

    @property
    def weighted_points(self) -> int:
        """w·q; 0 for one that is not counted."""
        return self.row.weight * self.cell.points if self.cell else 0

    @property
    def counted_weight(self) -> int:
        return self.row.weight if self.cell else 0

    @property
    def execution(self) -> Execution:
        """The execution of the portal. Raises Missing when it no longer knows it."""
        if self.named is None:
            raise Missing(_("There is no such execution in this slice."))
        return self.named

    # What the sentences about a stored loss read.

    @property
    def due_on(self) -> date:
        return self.row.due

    @property
    def completed_on(self) -> date | None:
        return self.row.completed

    @property
    def returns(self) -> int:
        return self.row.returns

    @property
    def in_review(self) -> bool:
        return self.row.in_review

    @property
    def days_late(self) -> int:
        return self.cell.days_late if self.cell else 0

    @property
    def carried_over(self) -> bool:
        return bool(self.cell and self.cell.carried_over)

    @property
    def lost_not_executed(self) -> int | None:
        return self.lost_by_reason.get("not_executed")


@dataclass(frozen=True, slots=True)
class RegionExecutions:
    """The executions of a region in a slice: the counted first, by loss, then the others by cluster and item."""

    slice: Slice
    region: str
    params: Params
    window: Window
    score: ComputedScore
    rows: tuple[CountedExecution, ...]
    case: Case

    def find(self, code: str) -> CountedExecution:
        """Raises Missing for an execution that is not in the frozen inputs of this region."""
        for row in self.rows:
            if row.code == code:
                return row
        raise Missing(_("There is no such execution in this slice."))

    def steps(self, row: CountedExecution) -> tuple[Step, ...]:
        """What each event of its log did."""
        source = next(one for one in self.case.executions if one.id == row.code)
        return told(
            source.events,
            as_of=self.slice.as_of,
            corrections_as_of=self.slice.corrections_as_of,
            period=self.slice.period,
            item_due=self.case.items[source.item].due,
            rules=self.params.fold_rules,
        )


def explained_scores(scope: Scope) -> QuerySet[RegionScore]:
    """The regions of slices whose executions the person may read: the centre all, a region its own published months,
    its coordinators also the open preview (the rule of the losses)."""
    rows = RegionScore.objects.select_related(
        "region", "slice__methodology__control_rules", "slice__audit_file"
    )
    if scope.is_centre:
        return rows
    drafts, shown = Q(slice__status=SliceStatus.DRAFT), Q(slice__in=Slice.objects.objectable_by(scope))
    own = ~drafts & Q(region__in=scope.regions) | drafts & Q(region__in=scope.coordinated)
    return rows.filter(shown, own)


def explained_score(scope: Scope, pk: int) -> RegionScore:
    """One of them by id. Raises Missing."""
    found = explained_scores(scope).filter(pk=pk).first()
    if found is None:
        raise Missing(_("There is no such month of this region, or it is not open to you."))
    return found


def explained_month(scope: Scope, period: str, revision: int | None, code: str) -> RegionScore:
    """One of them by month and region; without a revision the published one, else the newest. Raises Missing."""
    rows = explained_scores(scope).filter(slice__period=checked_period(period), region=code)
    if revision is not None:
        rows = rows.filter(slice__revision=revision)
    found = list(rows.order_by("-slice__revision"))
    if not found:
        raise Missing(_("There is no such month of this region, or it is not open to you."))
    return next((row for row in found if row.slice.status == SliceStatus.PUBLISHED), found[0])


def region_executions(slice_: Slice, code: str) -> RegionExecutions:
    """Fold and rate the region anew from the frozen inputs: the numbers of the published slice, to the last hundredth
    (other regions change neither score nor losses, §13.9)."""
    case = _of_region(kept_case(slice_), code)
    params = case.params
    rows = folded_rows(case, slice_.period, slice_.as_of, slice_.corrections_as_of, params)
    scores = score_month(
        rows, period=slice_.period, as_of=slice_.as_of, params=params, regions=[code],
        regions_with_clusters={code} if case.clusters else set(),
    )  # fmt: skip
    score, window = scores.regions[code], scores.window
    found = counted_executions(rows, score, window, _names(row.execution for row in rows))
    return RegionExecutions(slice_, code, params, window, score, tuple(sorted(found, key=_order)), case)


def counted_executions(
    rows: Iterable[RatedExecution], score: ComputedScore, window: Window, names: Mapping[str, Execution]
) -> list[CountedExecution]:
    """The executions of one region with what each brought and lost, in the order of `rows`."""
    lost = {loss.cell.row.execution: loss for loss in losses_of(score).rows}
    cells = {cell.row.execution: cell for cell in score.cells}
    found = []
    for row in rows:
        loss = lost.get(row.execution)
        found.append(
            CountedExecution(
                row=row,
                cell=cells.get(row.execution),
                excluded=window.outside(row),
                lost=loss.lost if loss else 0,
                lost_by_reason=loss.lost_by_reason if loss else {},
                named=names.get(row.execution),
            )
        )
    return found


def _order(one: CountedExecution) -> tuple[bool, int, str, str]:
    return (one.cell is None, -(one.cell.lost if one.cell else 0), one.row.cluster, one.row.item)


def _of_region(case: Case, code: str) -> Case:
    """The frozen inputs without the clusters and executions of other regions."""
    clusters = {cluster: region for cluster, region in case.clusters.items() if region == code}
    own = tuple(execution for execution in case.executions if execution.cluster in clusters)
    return replace(case, clusters=clusters, executions=own)


def _names(codes: Iterable[str]) -> dict[str, Execution]:
    rows = Execution.objects.filter(code__in=list(codes)).select_related(
        "assignment__protocol", "cluster__industry", "region"
    )
    return {str(row.code): row for row in rows}
