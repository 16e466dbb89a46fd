"""Plans, lanes, indicators and boards in the API: read as on the pages; values are entered and decided."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.rules import MAX_REMARK_LENGTH
from common.api import (
    FlagField,
    PortalDetailView,
    PortalListView,
    StrictSerializer,
    TextField,
    WholeNumberField,
)
from common.filtering import CodeFilter, DayFilter, NumberFilter, OneOfFilter
from cyclogram.enums import PlanState, ValueState
from cyclogram.models import (
    BoardDecision,
    BoardMember,
    BoardSession,
    Checkpoint,
    Indicator,
    IndicatorValue,
    PlanCheckpoint,
    PlanStage,
    PlanVersion,
    SupervisoryBoard,
)
from cyclogram.policies import can_enter_values, can_plan_for
from cyclogram.services.values import (
    SOURCE_LENGTH,
    Entry,
    values_accept,
    values_enter,
    values_plan,
    values_return,
)


class PlanFilter(filters.FilterSet):
    """By cohort and state."""

    cohort = NumberFilter("cohort_year", "Year of the cohort.")
    state = OneOfFilter("state", "State of the version.", PlanState.choices)


class PlanCheckpointSerializer(serializers.ModelSerializer):
    """A day of a stage: month of the plan (1 is January of the first year) and day."""

    class Meta:
        model = PlanCheckpoint
        fields = ["name_ru", "name_en", "rhythm", "month", "day", "is_assumption", "basis"]
        read_only_fields = fields


class PlanStageSerializer(serializers.ModelSerializer):
    """A process in a plan with its window by months of the plan and by days."""

    process = serializers.CharField(source="process_id", help_text="Key of the process.")
    indicator = serializers.CharField(
        source="indicator.key",
        default=None,
        allow_null=True,
        help_text="Key of the indicator that closes it.",
    )
    first_day = serializers.DateField(source="window.first")
    last_day = serializers.DateField(source="window.last")
    checkpoints = PlanCheckpointSerializer(many=True)

    class Meta:
        model = PlanStage
        fields = [
            "process", "kind", "order", "name_ru", "name_en", "from_month", "to_month", "first_day", "last_day",
            "is_assumption", "basis", "closing", "closes_with", "indicator", "archived_at", "checkpoints",
        ]  # fmt: skip
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer):
    """A version of the plan of a cohort. Drafts are read by the centre."""

    cohort = serializers.IntegerField(source="cohort_year", help_text="Year of the cohort.")
    stages = PlanStageSerializer(many=True)

    class Meta:
        model = PlanVersion
        fields = ["id", "cohort", "number", "state", "note", "in_force_at", "replaced_at", "stages"]
        read_only_fields = fields


@extend_schema(tags=["cyclogram"], summary="List the plans of the cohorts")
class PlanList(PortalListView):
    """Versions of the plans with their stages and checkpoints."""

    serializer_class = PlanSerializer
    filterset_class = PlanFilter

    def get_queryset(self) -> QuerySet[PlanVersion]:
        marks = Prefetch("checkpoints", PlanCheckpoint.objects.order_by("month", "day", "pk"))
        stages = PlanStage.objects.select_related("plan", "indicator").order_by("order", "pk")
        rows: QuerySet[PlanVersion] = PlanVersion.objects.visible_to(self.scope)
        return rows.prefetch_related(Prefetch("stages", stages.prefetch_related(marks)))


class CheckpointFilter(filters.FilterSet):
    """By year, process and day."""

    year = NumberFilter("year", "Calendar year.")
    process = CodeFilter("process", "Key of the process.")
    held_from = DayFilter("held_on", "Held on this day or later.", lookup_expr="gte")
    held_to = DayFilter("held_on", "Held on this day or earlier.", lookup_expr="lte")


class CheckpointSerializer(serializers.ModelSerializer):
    """A day of a cross-cutting process; `ruled_on` is the one of the plan."""

    process = serializers.CharField(source="process_id", help_text="Key of the process.")

    class Meta:
        model = Checkpoint
        fields = [
            "id", "process", "year", "name_ru", "name_en", "held_on", "ruled_on", "is_assumption", "note",
            "cancelled_at",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["cyclogram"], summary="List the days of the cross-cutting processes")
class CheckpointList(PortalListView):
    """Days of the lanes, cancelled ones too."""

    serializer_class = CheckpointSerializer
    filterset_class = CheckpointFilter
    orderings = {"id": "pk", "held_on": "held_on"}

    def get_queryset(self) -> QuerySet[Checkpoint]:
        rows: QuerySet[Checkpoint] = Checkpoint.objects.visible_to(self.scope)
        return rows


class IndicatorSerializer(serializers.ModelSerializer):
    """What is counted in a cross-cutting process."""

    process = serializers.CharField(source="process_id", help_text="Key of the process.")

    class Meta:
        model = Indicator
        fields = [
            "key", "process", "level", "unit", "direction", "name_ru", "name_en", "note", "archived_at",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["cyclogram"], summary="List the indicators")
class IndicatorList(PortalListView):
    """Indicators with their units, archived ones too."""

    serializer_class = IndicatorSerializer

    def get_queryset(self) -> QuerySet[Indicator]:
        rows: QuerySet[Indicator] = Indicator.objects.visible_to(self.scope)
        return rows


class ValueFilter(filters.FilterSet):
    """By indicator, region, cluster, state and day."""

    indicator = CodeFilter("indicator__key", "Key of the indicator.")
    region = CodeFilter("region", "Code of the region that the value is counted for.")
    cluster = CodeFilter("cluster__code", "Code of the cluster that the value is counted for.")
    state = OneOfFilter("state", "State of the value.", ValueState.choices)
    counted_from = DayFilter("counted_on", "Counted on this day or later.", lookup_expr="gte")
    counted_to = DayFilter("counted_on", "Counted on this day or earlier.", lookup_expr="lte")


class ValueSerializer(serializers.ModelSerializer):
    """A value of an indicator for a region or for a cluster on a day."""

    indicator = serializers.CharField(source="indicator.key", help_text="Key of the indicator.")
    region = serializers.SerializerMethodField()
    cluster = serializers.SerializerMethodField()

    class Meta:
        model = IndicatorValue
        fields = [
            "id", "indicator", "region", "cluster", "counted_on", "planned", "actual", "source", "state",
            "entered_at", "decided_at", "remark", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "description": "Code of the region that answers for it."})
    def get_region(self, value: IndicatorValue) -> str:
        return value.region_code

    @extend_schema_field({"type": "string", "nullable": True, "description": "Code of the cluster."})
    def get_cluster(self, value: IndicatorValue) -> str | None:
        return value.cluster.code if value.cluster else None


class EntryBody(StrictSerializer):
    """One value."""

    indicator = TextField(max_length=60, help_text="Key of the indicator.")
    place = TextField(max_length=64, help_text="Code of the region or of the cluster.")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0))
    source = TextField(  # type: ignore[assignment]
        required=False, allow_blank=True, default="", max_length=SOURCE_LENGTH
    )
    version = WholeNumberField(
        required=False, default=0, help_text="The version of the value that you read; 0 for a new one."
    )


class EntriesBody(StrictSerializer):
    """Values of one day, all or none of them; `plan` sets planned values, else actual ones are entered."""

    day = serializers.DateField(help_text="The day that the values are counted on.")
    plan = FlagField(required=False, default=False)
    values = EntryBody(many=True, allow_empty=False)


class EnteredSerializer(serializers.Serializer):
    """What became of the values."""

    changed = serializers.IntegerField(help_text="How many values are new or changed.")


@extend_schema(tags=["cyclogram"])
class ValueList(PortalListView):
    """Values of indicators: the centre reads all, a region its own and those of its clusters."""

    serializer_class = ValueSerializer
    filterset_class = ValueFilter
    orderings = {"id": "pk", "counted_on": "counted_on"}
    operation_id = "cyclogram_values_list"

    def get_queryset(self) -> QuerySet[IndicatorValue]:
        rows: QuerySet[IndicatorValue] = IndicatorValue.objects.visible_to(self.scope).for_list()
        return rows

    @extend_schema(summary="List the values of indicators")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class EnterValues(PortalDetailView):
    """Coordinators enter what their regions have counted; methodologists and administrators set plans."""

    serializer_class = EnteredSerializer
    operation_id = "cyclogram_values_enter"

    @extend_schema(
        tags=["cyclogram"],
        summary="Enter values of indicators",
        request=EntriesBody,
        responses={200: EnteredSerializer},
        examples=[
            OpenApiExample(
                "Enter values of indicators",
                value={
                    "day": "2026-10-01",
                    "values": [{"indicator": "students", "place": "74-001", "amount": "412", "version": 0}],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        if not (can_enter_values(self.scope) or can_plan_for(self.scope)):
            raise PermissionDenied
        body = EntriesBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        entries = [
            Entry(one["indicator"], one["place"], one["amount"], one["source"], one["version"])
            for one in said["values"]
        ]
        day: date = said["day"]
        service = values_plan if said["plan"] else values_enter
        return Response({"changed": service(actor=self.scope, day=day, entries=entries)})


class DecidedBody(StrictSerializer):
    """A value with the version that you read."""

    id = WholeNumberField()
    version = WholeNumberField()


class DecisionsBody(StrictSerializer):
    """A decision on values, all or none of them; a return needs a remark."""

    decision = serializers.ChoiceField(choices=["accept", "return"])
    values = DecidedBody(many=True, allow_empty=False)
    remark = TextField(required=False, allow_blank=True, default="", max_length=MAX_REMARK_LENGTH)


class DecideValues(PortalDetailView):
    """The centre accepts values or sends them back, and nobody those of the region that he coordinates."""

    serializer_class = EnteredSerializer
    operation_id = "cyclogram_values_decide"

    @extend_schema(
        tags=["cyclogram"],
        summary="Accept or return values of indicators",
        request=DecisionsBody,
        responses={200: EnteredSerializer},
        examples=[
            OpenApiExample(
                "Accept or return values of indicators",
                value={
                    "decision": "return",
                    "values": [{"id": 12, "version": 1}],
                    "remark": "See form SPO-1.",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        if not self.scope.is_centre:
            raise PermissionDenied
        body = DecisionsBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        chosen = {one["id"]: one["version"] for one in said["values"]}
        if said["decision"] == "accept":
            return Response({"changed": values_accept(actor=self.scope, chosen=chosen)})
        return Response({"changed": values_return(actor=self.scope, chosen=chosen, remark=said["remark"])})


class BoardMemberSerializer(serializers.ModelSerializer):
    """A member of a supervisory board."""

    class Meta:
        model = BoardMember
        fields = ["name", "post", "role", "side", "starts_on", "ends_on"]
        read_only_fields = fields


class BoardDecisionSerializer(serializers.ModelSerializer):
    """A decision of a session."""

    class Meta:
        model = BoardDecision
        fields = ["text", "responsible", "due_on", "done_on"]
        read_only_fields = fields


class BoardSessionSerializer(serializers.ModelSerializer):
    """A session of a supervisory board with its decisions."""

    decisions = BoardDecisionSerializer(many=True)

    class Meta:
        model = BoardSession
        fields = ["held_on", "subject", "protocol_number", "decisions"]
        read_only_fields = fields


class BoardSerializer(serializers.ModelSerializer):
    """The supervisory board of a region: composition, sessions, decisions."""

    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    members = BoardMemberSerializer(many=True)
    sessions = BoardSessionSerializer(many=True)

    class Meta:
        model = SupervisoryBoard
        fields = ["region", "name", "founded_on", "founded_by", "members", "sessions"]
        read_only_fields = fields


@extend_schema(tags=["cyclogram"], summary="List the regional supervisory boards")
class BoardList(PortalListView):
    """Boards: the centre reads all, a region its own."""

    serializer_class = BoardSerializer

    def get_queryset(self) -> QuerySet[SupervisoryBoard]:
        rows: QuerySet[SupervisoryBoard] = SupervisoryBoard.objects.visible_to(self.scope)
        return rows.prefetch_related("members", "sessions__decisions")
