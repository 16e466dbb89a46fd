"""Stages of clusters in the API: read by whoever reads the pages."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api.views import WithScope
from clusters.enums import ProcessKind
from common import clock
from common.api import PortalDetailView, PortalListView
from common.filtering import CodeFilter, DayFilter, NumberFilter, OneOfFilter
from cyclogram.enums import StageSign, StageState
from cyclogram.models import ClusterStage
from cyclogram.policies import allowed_acts, can_read_details


class StageFilter(filters.FilterSet):
    """By cluster, region, cohort, process, kind, state and planned end."""

    cluster = CodeFilter("cluster__code", "Code of the cluster.")
    region = CodeFilter("cluster__region", "Code of the region.")
    cohort = NumberFilter("cluster__cohort_year", "Year of the cohort.")
    process = CodeFilter("process", "Key of the process.")
    kind = OneOfFilter("stage__kind", "Kind of the process.", ProcessKind.choices)
    state = OneOfFilter("state", "State of the stage.", StageState.choices)
    ends_from = DayFilter("planned_to", "Planned to end on this day or later.", lookup_expr="gte")
    ends_to = DayFilter("planned_to", "Planned to end on this day or earlier.", lookup_expr="lte")


class StageSerializer(serializers.ModelSerializer):
    """A stage of a cluster. `reason` and `remarks` are null for an association, which reads how the stage stands."""

    cluster = serializers.CharField(source="cluster.code", help_text="Code of the cluster.")
    region = serializers.CharField(source="cluster.region_id", help_text="Code of the region.")
    cohort = serializers.IntegerField(source="stage.plan.cohort_year", help_text="Year of the cohort.")
    process = serializers.CharField(source="process_id", help_text="Key of the process.")
    name = serializers.CharField(source="stage.name", help_text="Name of the stage in the plan.")
    kind = serializers.ChoiceField(source="stage.kind", choices=ProcessKind.choices)
    sign = serializers.SerializerMethodField()
    days_late = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    remarks = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = ClusterStage
        fields = [
            "id", "cluster", "region", "cohort", "process", "name", "kind", "state", "sign", "laid_from", "laid_to",
            "planned_from", "planned_to", "actual_from", "actual_to", "days_late", "closed_by", "reason", "remarks",
            "allowed_actions", "url", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @property
    def day(self) -> date:
        return clock.today()

    @extend_schema_field(serializers.ChoiceField(choices=StageSign.choices))
    def get_sign(self, stage: ClusterStage) -> str:
        return stage.sign_on(self.day).value

    @extend_schema_field(
        {"type": "integer", "nullable": True, "description": "Days after the planned end; negative is early."}
    )
    def get_days_late(self, stage: ClusterStage) -> int | None:
        return stage.days_late(self.day)

    @extend_schema_field({"type": "string", "nullable": True, "description": "Reason of the decision."})
    def get_reason(self, stage: ClusterStage) -> str | None:
        return self._told(stage, stage.reason)

    @extend_schema_field({"type": "string", "nullable": True, "description": "Remarks that are not settled."})
    def get_remarks(self, stage: ClusterStage) -> str | None:
        return self._told(stage, stage.remarks)

    @extend_schema_field(
        {"type": "array", "items": {"type": "string"}, "description": "What the reader may do."}
    )
    def get_allowed_actions(self, stage: ClusterStage) -> list[str]:
        return allowed_acts(self.context["scope"], stage)

    @extend_schema_field({"type": "string", "format": "uri", "description": "Its page in the portal."})
    def get_url(self, stage: ClusterStage) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("cyclogram:stage", args=[stage.pk])))

    def _told(self, stage: ClusterStage, words: str) -> str | None:
        return words if can_read_details(self.context["scope"], stage) else None


@extend_schema(tags=["cyclogram"], summary="List the stages of clusters")
class StageList(WithScope, PortalListView):
    """Stages by plans in force; the centre reads all, a region its clusters, an association its members."""

    serializer_class = StageSerializer
    filterset_class = StageFilter
    orderings = {"id": "pk", "planned_to": "planned_to"}

    def get_queryset(self) -> QuerySet[ClusterStage]:
        rows: QuerySet[ClusterStage] = ClusterStage.objects.visible_to(self.scope).on_plan().for_list()
        return rows


@extend_schema(tags=["cyclogram"], summary="Show a stage of a cluster")
class StageDetail(WithScope, PortalDetailView):
    """One stage as it is now."""

    serializer_class = StageSerializer

    def get(self, request: Request, pk: int) -> Response:
        found: Any = ClusterStage.objects.for_list().fetch(self.scope, pk=pk)
        return Response(self.get_serializer(found).data)
