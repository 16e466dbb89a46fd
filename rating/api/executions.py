"""The executions of a region in a slice, counted or not, and the log of one of them. Bodies first, then the views."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.enums import EventKind
from rating.api.serializers import RevisionQuery, decimal_text
from rating.api.views import MONTH_PARAMETER, REGION_PARAMETER, RevisionView
from rating.enums import CellStatus, LossReason
from rating.formula import hundredths_to_str as shown
from rating.formula.story import EFFECTS, Step
from rating.presentation.executions import EXCLUSIONS, step_words, why_of
from rating.selectors.executions import (
    CountedExecution,
    RegionExecutions,
    explained_month,
    region_executions,
)

EXECUTION_PARAMETER = OpenApiParameter(
    "execution", str, OpenApiParameter.PATH, description="Code of the execution, as in the audit file."
)


class CountedExecutionSerializer(serializers.Serializer):
    """One execution as a slice sees it. Points, days late and losses are there for counted ones."""

    execution = serializers.CharField(help_text="Code of the execution.")
    cluster = serializers.CharField(help_text="Code of the cluster.")
    item = serializers.CharField(help_text="Code of the protocol item.")
    counted = serializers.BooleanField()
    excluded = serializers.ChoiceField(
        choices=list(EXCLUSIONS.items()), allow_null=True, help_text="Why it is not counted; null if it is."
    )
    why = serializers.CharField(help_text="The same in the reader's language.")
    weight = serializers.IntegerField()
    due = serializers.DateField()
    completed = serializers.DateField(allow_null=True)
    returns = serializers.IntegerField()
    in_review = serializers.BooleanField()
    status = serializers.ChoiceField(choices=CellStatus.choices, required=False)
    days_late = serializers.IntegerField(required=False)
    step_points = serializers.IntegerField(required=False, help_text="Points for the term, before returns.")
    points = serializers.IntegerField(required=False)
    carried_over = serializers.BooleanField(required=False)
    lost = decimal_text("Sums to 100 − score over the region.", required=False)
    lost_by_reason = serializers.DictField(
        child=decimal_text(), required=False, help_text=f"By reason: {', '.join(LossReason.values)}."
    )
    lost_weighted_points = serializers.IntegerField(required=False)


class RegionExecutionsSerializer(serializers.Serializer):
    """Every execution of a region that the frozen inputs of the slice hold."""

    period = serializers.CharField()
    revision = serializers.IntegerField()
    region = serializers.CharField()
    score = decimal_text("Null when nothing was due.", allow_null=True)
    weight_sum = serializers.IntegerField()
    points_sum = serializers.IntegerField()
    lost_total = decimal_text("Null when nothing was due.", allow_null=True)
    executions = CountedExecutionSerializer(many=True)


class StepSerializer(serializers.Serializer):
    """One event of the log and what it did."""

    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=EventKind.choices)
    corrects = serializers.CharField(allow_null=True, help_text="The month that the event corrects.")
    effect = serializers.ChoiceField(choices=[(effect, effect) for effect in EFFECTS])
    rule = serializers.CharField(help_text="The rule that applied, in the reader's language.")
    due = serializers.DateField(help_text="The term after it.")


class ExplainedExecutionSerializer(CountedExecutionSerializer):
    """One execution with its log."""

    events = StepSerializer(many=True)


def _execution(one: CountedExecution, page: RegionExecutions) -> dict[str, Any]:
    row, cell = one.row, one.cell
    found: dict[str, Any] = {
        "execution": row.execution,
        "cluster": row.cluster,
        "item": row.item,
        "counted": cell is not None,
        "excluded": one.excluded or None,
        "why": why_of(one, page),
        "weight": row.weight,
        "due": row.due.isoformat(),
        "completed": row.completed.isoformat() if row.completed else None,
        "returns": row.returns,
        "in_review": row.in_review,
    }
    if cell is None:
        return found
    return {
        **found,
        "status": cell.status,
        "days_late": cell.days_late,
        "step_points": cell.step_points,
        "points": cell.points,
        "carried_over": cell.carried_over,
        "lost": shown(one.lost),
        "lost_by_reason": {reason: shown(lost) for reason, lost in one.lost_by_reason.items()},
        "lost_weighted_points": cell.lost,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "at": step.event.at,
        "recorded_at": step.event.recorded_at,
        "kind": step.event.kind,
        "corrects": step.event.corrects,
        "effect": step.effect,
        "rule": step_words(step),
        "due": step.after.due.isoformat(),
    }


class ExplainedView(RevisionView):
    """What explains the score of a region: for the region itself and the centre, else nothing is found."""

    def page(self, period: str, code: str) -> RegionExecutions:
        score = explained_month(self.scope, period, self.revision(), code)
        return region_executions(score.slice, code)


@extend_schema(
    tags=["rating"],
    summary="List the executions of a region in a slice",
    parameters=[RevisionQuery, MONTH_PARAMETER, REGION_PARAMETER],
)
class SliceExecutions(ExplainedView):
    """Counted or not, and why, from the frozen inputs of the slice: what happens later changes nothing here."""

    operation_id = "rating_slices_executions_list"

    @extend_schema(responses={200: RegionExecutionsSerializer})
    def get(self, request: Request, period: str, code: str) -> HttpResponseBase:
        page = self.page(period, code)
        pool = page.score.pool
        return Response(
            {
                "period": page.slice.period,
                "revision": page.slice.revision,
                "region": code,
                "score": shown(pool.score) if pool else None,
                "weight_sum": pool.weight_sum if pool else 0,
                "points_sum": pool.points_sum if pool else 0,
                "lost_total": shown(100_00 - pool.score) if pool else None,
                "executions": [_execution(one, page) for one in page.rows],
            }
        )


@extend_schema(
    tags=["rating"],
    summary="Explain an execution in a slice",
    parameters=[RevisionQuery, MONTH_PARAMETER, REGION_PARAMETER, EXECUTION_PARAMETER],
)
class SliceExecution(ExplainedView):
    """One execution with its log, and what each event did."""

    operation_id = "rating_slices_executions_retrieve"

    @extend_schema(responses={200: ExplainedExecutionSerializer})
    def get(self, request: Request, period: str, code: str, execution: str) -> HttpResponseBase:
        page = self.page(period, code)
        one = page.find(execution)
        return Response({**_execution(one, page), "events": [_step(step) for step in page.steps(one)]})
