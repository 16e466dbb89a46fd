"""The person's own notices in the API: the list, and marking one as read."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PortalListView, PortalView
from notifications.api.filters import NoticeFilter
from notifications.api.serializers import NothingSerializer, NoticeSerializer
from notifications.models import Notice
from notifications.services import notice_read


@extend_schema(tags=["notices"], summary="List the notices")
class NoticeList(PortalListView):
    """What the portal has told the person who asks, the newest first; nobody reads the notices of others."""

    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    orderings = {"created_at": "created_at"}
    default_ordering = "-created_at"

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.scope)


class ReadNotice(PortalView):
    """Marks an own notice as read; the second time changes nothing."""

    @extend_schema(
        tags=["notices"],
        summary="Mark a notice as read",
        request=None,
        responses={200: NoticeSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return Response(NoticeSerializer(notice_read(actor=self.scope, notice_id=pk)).data)
