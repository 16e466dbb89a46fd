"""The regions in the API."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PortalDetailView, PortalListView
from regions.api.filters import RegionFilter
from regions.api.serializers import RegionSerializer
from regions.models import Region


@extend_schema(tags=["regions"], summary="List the regions")
class RegionList(PortalListView):
    """The 89 regions of the project with their federal districts."""

    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    orderings = {"code": "code", "name": "name_key"}
    default_ordering = "code"

    def get_queryset(self) -> QuerySet[Region]:
        return Region.objects.visible_to(self.scope).for_list()


@extend_schema(tags=["regions"], summary="Show a region")
class RegionDetail(PortalDetailView):
    """One region by its code."""

    serializer_class = RegionSerializer

    def get(self, request: Request, code: str) -> Response:
        region = Region.objects.for_list().fetch(self.scope, code=code)
        return Response(self.get_serializer(region).data)
