"""Associations with their members, and the roadmap, with the rights of the pages."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from associations.models import Milestone
from clusters.api.serializers import UnknownChoiceField
from clusters.enums import Wave
from clusters.models import Association, AssociationMember
from common import clock
from common.api import PortalListView


class MemberSerializer(serializers.ModelSerializer):
    """A cluster that is a member today."""

    cluster = serializers.CharField(source="cluster.code", help_text="Code of the cluster.")

    class Meta:
        model = AssociationMember
        fields = ["cluster", "starts_on"]
        read_only_fields = fields


class AssociationSerializer(serializers.ModelSerializer):
    """An industry association with the clusters that are its members today."""

    members = MemberSerializer(many=True)
    wave = UnknownChoiceField(choices=Wave.choices, allow_null=True)

    class Meta:
        model = Association
        fields = ["id", "slug", "name_ru", "name_en", "industries", "wave", "founded_on", "members"]
        read_only_fields = fields


class MilestoneSerializer(serializers.ModelSerializer):
    """A milestone of the roadmap; without an association it holds for all."""

    class Meta:
        model = Milestone
        fields = [
            "id", "association", "track", "order", "parent", "name_ru", "name_en", "starts_on", "due_on", "date_kind",
            "responsible", "state", "done_on", "evidence", "note",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["associations"], summary="List the milestones of the roadmap")
class MilestoneList(PortalListView):
    """Milestones of the transition, of all associations and of each for itself."""

    serializer_class = MilestoneSerializer

    def get_queryset(self) -> QuerySet[Milestone]:
        rows: QuerySet[Milestone] = Milestone.objects.visible_to(self.scope)
        return rows


@extend_schema(tags=["associations"], summary="List the industry associations")
class AssociationList(PortalListView):
    """Associations are known to whoever signed in."""

    serializer_class = AssociationSerializer

    def get_queryset(self) -> QuerySet[Association]:
        members = AssociationMember.objects.visible_to(self.scope).in_force(clock.today())
        rows: QuerySet[Association] = Association.objects.visible_to(self.scope)
        return rows.prefetch_related("industries", Prefetch("members", members.select_related("cluster")))
