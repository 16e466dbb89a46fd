"""The register of clusters in the API."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.filters import ClusterFilter
from clusters.api.serializers import ClusterSerializer
from clusters.models import Cluster
from clusters.querysets import ClusterQuerySet
from common.api import PortalDetailView, PortalListView


def _complete(rows: ClusterQuerySet) -> ClusterQuerySet:
    return rows.prefetch_related("network_colleges", "employers")


@extend_schema(tags=["clusters"], summary="List the clusters")
class ClusterList(PortalListView):
    """The register of clusters, also those that left the project."""

    serializer_class = ClusterSerializer
    filterset_class = ClusterFilter
    orderings = {"code": "code", "name": "name_key"}
    default_ordering = "code"

    def get_queryset(self) -> QuerySet[Cluster]:
        return _complete(Cluster.objects.visible_to(self.scope).for_list())


@extend_schema(tags=["clusters"], summary="Show a cluster")
class ClusterDetail(PortalDetailView):
    """One cluster by its permanent code."""

    serializer_class = ClusterSerializer

    def get(self, request: Request, code: str) -> Response:
        cluster = _complete(Cluster.objects.for_list()).fetch(self.scope, code=code)
        return Response(self.get_serializer(cluster).data)
