"""What the associations keep and what is asked of them in the API, with the rights of the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from associations.enums import EventState, JoiningState, Outcome, ReportState, SupportState
from associations.models import (
    AnnualReport,
    AssociationEvent,
    Curatorship,
    GroupMember,
    GroupTask,
    HelpRecord,
    Joining,
    PeerQuestion,
    Publicity,
    SupportRequest,
    WorkingGroup,
)
from clusters.api.serializers import UnknownChoiceField
from common.api import PortalListView
from common.filtering import CodeFilter, NumberFilter, OneOfFilter


class OfAssociation(filters.FilterSet):
    """By association."""

    association = NumberFilter("association", "Id of the association.")


class OfCluster(OfAssociation):
    """By association, cluster and region."""

    cluster = CodeFilter("cluster__code", "Code of the cluster.")
    region = CodeFilter("cluster__region", "Code of the region.")


def _code(source: str = "cluster.code") -> serializers.CharField:
    return serializers.CharField(source=source, help_text="Code of the cluster.")


def _name(source: str) -> serializers.CharField:
    return serializers.CharField(source=f"{source}.get_full_name", default=None, allow_null=True)


class GroupMemberSerializer(serializers.ModelSerializer):
    """A member of a working group."""

    class Meta:
        model = GroupMember
        fields = ["name", "post", "is_lead", "starts_on", "ends_on"]
        read_only_fields = fields


class GroupTaskSerializer(serializers.ModelSerializer):
    """A task of a working group."""

    class Meta:
        model = GroupTask
        fields = ["id", "text", "responsible", "due_on", "done_on", "result"]
        read_only_fields = fields


class WorkingGroupSerializer(serializers.ModelSerializer):
    """A working group with its members and tasks."""

    direction = serializers.CharField(source="direction.name_ru", default=None, allow_null=True)
    members = GroupMemberSerializer(many=True)
    tasks = GroupTaskSerializer(many=True)

    class Meta:
        model = WorkingGroup
        fields = ["id", "association", "direction", "name", "aim", "starts_on", "ends_on", "members", "tasks"]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the working groups")
class GroupList(PortalListView):
    """Working groups with their members and tasks."""

    serializer_class = WorkingGroupSerializer
    filterset_class = OfAssociation

    def get_queryset(self) -> QuerySet[WorkingGroup]:
        rows: QuerySet[WorkingGroup] = WorkingGroup.objects.visible_to(self.scope)
        members = Prefetch("members", GroupMember.objects.visible_to(self.scope))
        tasks = Prefetch("tasks", GroupTask.objects.visible_to(self.scope))
        return rows.select_related("direction").prefetch_related(members, tasks)


class CuratorSerializer(serializers.ModelSerializer):
    """Who supports a cluster."""

    cluster = _code()
    curator = _name("curator")

    class Meta:
        model = Curatorship
        fields = ["id", "association", "cluster", "curator", "starts_on", "ends_on"]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the curators of clusters")
class CuratorList(PortalListView):
    """Who supports which cluster, by dates."""

    serializer_class = CuratorSerializer
    filterset_class = OfCluster

    def get_queryset(self) -> QuerySet[Curatorship]:
        rows: QuerySet[Curatorship] = Curatorship.objects.visible_to(self.scope)
        return rows.select_related("cluster", "curator")


class HelpSerializer(serializers.ModelSerializer):
    """What was done for a cluster."""

    cluster = _code()

    class Meta:
        model = HelpRecord
        fields = ["id", "association", "cluster", "kind", "helped_on", "text"]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the help to clusters")
class HelpList(PortalListView):
    """The centre reads all, an association and a region their own."""

    serializer_class = HelpSerializer
    filterset_class = OfCluster

    def get_queryset(self) -> QuerySet[HelpRecord]:
        rows: QuerySet[HelpRecord] = HelpRecord.objects.visible_to(self.scope)
        return rows.select_related("cluster")


class SupportFilter(OfCluster):
    """By association, cluster, region and state."""

    state = OneOfFilter("state", "State of the request.", SupportState.choices)


class SupportSerializer(serializers.ModelSerializer):
    """A request for expert support."""

    cluster = _code()
    expert = _name("expert")
    outcome = UnknownChoiceField(choices=Outcome.choices, allow_null=True)

    class Meta:
        model = SupportRequest
        fields = [
            "id", "association", "cluster", "text", "state", "asked_at", "expert", "answer", "hours", "answered_at",
            "outcome", "outcome_text", "version",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the requests for expert support")
class SupportList(PortalListView):
    """The centre reads all, an association, a region and an expert their own."""

    serializer_class = SupportSerializer
    filterset_class = SupportFilter

    def get_queryset(self) -> QuerySet[SupportRequest]:
        rows: QuerySet[SupportRequest] = SupportRequest.objects.visible_to(self.scope)
        return rows.select_related("cluster", "expert")


class PeerSerializer(serializers.ModelSerializer):
    """A question of a cluster to another."""

    cluster = _code()
    peer = _code("peer.code")

    class Meta:
        model = PeerQuestion
        fields = ["id", "cluster", "peer", "text", "asked_at", "answer", "answered_at", "version"]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the questions between clusters")
class PeerList(PortalListView):
    """Both regions, the associations of the industry and the centre read a question."""

    serializer_class = PeerSerializer

    def get_queryset(self) -> QuerySet[PeerQuestion]:
        rows: QuerySet[PeerQuestion] = PeerQuestion.objects.visible_to(self.scope)
        return rows.select_related("cluster", "peer")


class JoiningFilter(OfCluster):
    """By association, cluster, region and state."""

    state = OneOfFilter("state", "State of the joining.", JoiningState.choices)


class JoiningSerializer(serializers.ModelSerializer):
    """An invitation or an application."""

    cluster = _code()

    class Meta:
        model = Joining
        fields = [
            "id", "association", "cluster", "kind", "state", "text", "asked_at", "answered_at", "reason", "version",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the invitations and applications")
class JoiningList(PortalListView):
    """The centre reads all, an association and a region their own."""

    serializer_class = JoiningSerializer
    filterset_class = JoiningFilter

    def get_queryset(self) -> QuerySet[Joining]:
        rows: QuerySet[Joining] = Joining.objects.visible_to(self.scope)
        return rows.select_related("cluster")


class EventFilter(OfAssociation):
    """By association and state."""

    state = OneOfFilter("state", "State of the event.", EventState.choices)


class AssociationEventSerializer(serializers.ModelSerializer):
    """An event of an association."""

    class Meta:
        model = AssociationEvent
        fields = [
            "id", "association", "kind", "name", "about", "place", "starts_at", "ends_at", "seats", "state", "outcome",
            "reach", "version",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the events of associations")
class EventList(PortalListView):
    """Announced events are read by all, planned ones by the centre and the association."""

    serializer_class = AssociationEventSerializer
    filterset_class = EventFilter

    def get_queryset(self) -> QuerySet[AssociationEvent]:
        rows: QuerySet[AssociationEvent] = AssociationEvent.objects.visible_to(self.scope)
        return rows


class PublicitySerializer(serializers.ModelSerializer):
    """How the project is made known."""

    class Meta:
        model = Publicity
        fields = ["id", "association", "subject", "channel", "planned_on", "done_on", "material", "reach"]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the publicity of the project")
class PublicityList(PortalListView):
    """What is planned and what was done."""

    serializer_class = PublicitySerializer
    filterset_class = OfAssociation

    def get_queryset(self) -> QuerySet[Publicity]:
        rows: QuerySet[Publicity] = Publicity.objects.visible_to(self.scope)
        return rows


class ReportFilter(OfAssociation):
    """By association, year and state."""

    year = NumberFilter("year", "Year of the report.")
    state = OneOfFilter("state", "State of the report.", ReportState.choices)


class ReportSerializer(serializers.ModelSerializer):
    """An annual report; `figures` are empty until it is approved."""

    approved_by = _name("approved_by")
    words = serializers.DictField(child=serializers.CharField(), help_text="Paragraphs by part.")
    figures = serializers.JSONField(help_text="Parts by language, as they were approved.")

    class Meta:
        model = AnnualReport
        fields = [
            "id",
            "association",
            "year",
            "state",
            "words",
            "figures",
            "approved_by",
            "approved_at",
            "version",
        ]
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the annual reports")
class ReportList(PortalListView):
    """Drafts are read by the centre and the association, approved reports by all."""

    serializer_class = ReportSerializer
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet[AnnualReport]:
        rows: QuerySet[AnnualReport] = AnnualReport.objects.visible_to(self.scope)
        return rows.select_related("approved_by")


ADDRESSES: dict[str, Any] = {
    "groups": GroupList,
    "curators": CuratorList,
    "help": HelpList,
    "support": SupportList,
    "joinings": JoiningList,
    "events": EventList,
    "publicity": PublicityList,
    "reports": ReportList,
    "peers": PeerList,
}
"""Lists under /associations/, by the last part of their address."""
