"""The practice library in the API, with the rights of the pages."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api.views import WithScope
from associations.enums import PracticeState, ReplicationState
from associations.models import Practice, Replication
from common.api import PortalDetailView, PortalListView
from common.filtering import CodeFilter, DayFilter, NumberFilter, OneOfFilter


class PracticeFilter(filters.FilterSet):
    """By association, process, region, state and day of publication."""

    association = NumberFilter("association", "Id of the association.")
    process = CodeFilter("process", "Key of the process.")
    region = CodeFilter("region", "Code of the region.")
    state = OneOfFilter("state", "State of the practice.", PracticeState.choices)
    published_from = DayFilter("published_on", "Published on this day or later.", lookup_expr="gte")
    published_to = DayFilter("published_on", "Published on this day or earlier.", lookup_expr="lte")


class PracticeSerializer(serializers.ModelSerializer):
    """A practice with how many clusters have carried it out and are at it."""

    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    cluster = serializers.CharField(
        source="cluster.code", default=None, allow_null=True, help_text="Code of the cluster."
    )
    college = serializers.CharField(source="college.name", default=None, allow_null=True)
    enterprise = serializers.CharField(source="enterprise.name", default=None, allow_null=True)
    process = serializers.CharField(source="process_id", allow_null=True, help_text="Key of the process.")
    carried_out = serializers.IntegerField(help_text="Clusters that have carried it out.")
    going = serializers.IntegerField(help_text="Clusters that are at it.")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Practice
        fields = [
            "id", "association", "process", "region", "cluster", "college", "enterprise", "title", "problem", "steps",
            "resources", "results", "state", "published_on", "valid_until", "carried_out", "going", "url", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri", "description": "Its page in the portal."})
    def get_url(self, row: Practice) -> str:
        address = reverse("associations:practice", args=[row.pk])
        return str(self.context["request"].build_absolute_uri(address))


@extend_schema(tags=["associations"], summary="List the practices")
class PracticeList(WithScope, PortalListView):
    """Published ones are read by all, the others by whom they concern."""

    serializer_class = PracticeSerializer
    filterset_class = PracticeFilter
    orderings = {"id": "pk", "published_on": "published_on"}

    def get_queryset(self) -> QuerySet[Practice]:
        rows: QuerySet[Practice] = Practice.objects.visible_to(self.scope).for_list()
        return rows


@extend_schema(tags=["associations"], summary="Show a practice")
class PracticeDetail(WithScope, PortalDetailView):
    """One practice as it is now."""

    serializer_class = PracticeSerializer

    def get(self, request: Request, pk: int) -> Response:
        found: Any = Practice.objects.for_list().fetch(self.scope, pk=pk)
        return Response(self.get_serializer(found).data)


class ReplicationFilter(filters.FilterSet):
    """By practice, cluster and state."""

    practice = NumberFilter("practice", "Id of the practice.")
    cluster = CodeFilter("cluster__code", "Code of the cluster.")
    state = OneOfFilter("state", "State of the replication.", ReplicationState.choices)


class ReplicationSerializer(serializers.ModelSerializer):
    """A cluster that repeats a practice, and what came of it."""

    cluster = serializers.CharField(source="cluster.code", help_text="Code of the cluster.")

    class Meta:
        model = Replication
        fields = ["id", "practice", "cluster", "state", "starts_on", "ended_on", "result", "version"]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the replications of practices")
class ReplicationList(WithScope, PortalListView):
    """Who repeats a practice is known to whoever signed in."""

    serializer_class = ReplicationSerializer
    filterset_class = ReplicationFilter
    orderings = {"id": "pk", "starts_on": "starts_on"}

    def get_queryset(self) -> QuerySet[Replication]:
        rows: QuerySet[Replication] = Replication.objects.visible_to(self.scope)
        return rows.select_related("cluster")
