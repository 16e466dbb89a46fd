"""Coordinators of the regions in the API: who is and was in office, leaves, announcing and ending one."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import CoordinatorFilter, LeaveFilter
from accounts.api.serializers import (
    CoordinatorSerializer,
    LeaveBodySerializer,
    LeaveEndSerializer,
    LeaveSerializer,
)
from accounts.models import Leave, Membership
from accounts.policies import can_announce_leave
from accounts.services.leaves import leave_announce, leave_end
from common.api import PortalDetailView, PortalListView
from common.scope import Role


@extend_schema(tags=["coordinators"], summary="List the coordinators")
class CoordinatorList(PortalListView):
    """Appointments of coordinators, also past ones: all for the centre, its own for a region."""

    serializer_class = CoordinatorSerializer
    filterset_class = CoordinatorFilter
    orderings = {"id": "pk", "starts_on": "starts_on"}

    def get_queryset(self) -> QuerySet[Membership]:
        rows = Membership.objects.visible_to(self.scope).filter(role=Role.COORDINATOR)
        return rows.select_related("user")


@extend_schema(tags=["coordinators"], summary="List the leaves of coordinators")
class LeaveList(PortalListView):
    """Leaves with who stands in, also past ones and those taken back."""

    serializer_class = LeaveSerializer
    filterset_class = LeaveFilter
    orderings = {"id": "pk", "starts_on": "starts_on"}

    def get_queryset(self) -> QuerySet[Leave]:
        return Leave.objects.visible_to(self.scope).select_related("membership")


class LeaveAct(PortalDetailView):
    """An act on a leave. Not seen is 404, not this person's act 403, a bad body 400, too late 409."""

    serializer_class: Any = LeaveSerializer

    def require(self, membership: Membership) -> None:
        """Refuse whoever may announce no leave of this coordinator."""
        code = membership.region_id or ""
        if not can_announce_leave(self.scope, user_id=membership.user_id, region_code=code):
            raise PermissionDenied


class AnnounceLeave(LeaveAct):
    """The coordinator himself, or the centre, says who is in charge while he is away. Sent twice it is one leave."""

    operation_id = "coordinators_leave"

    @extend_schema(
        tags=["coordinators"],
        summary="Announce a leave",
        request=LeaveBodySerializer,
        responses={200: LeaveSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Membership.objects.fetch(self.scope, pk=pk, role=Role.COORDINATOR))
        body = LeaveBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        stand_in = fields.pop("stand_in")
        leave = leave_announce(actor=self.scope, membership_id=pk, stand_in_id=stand_in, **fields)
        return Response(LeaveSerializer(leave).data)


class EndLeave(LeaveAct):
    """Come back at once; a leave that has not begun is taken back."""

    operation_id = "leaves_end"

    @extend_schema(
        tags=["coordinators"],
        summary="End a leave",
        request=LeaveEndSerializer,
        responses={200: LeaveSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        leave: Leave = Leave.objects.select_related("membership").fetch(self.scope, pk=pk)
        self.require(leave.membership)
        body = LeaveEndSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(LeaveSerializer(leave_end(actor=self.scope, leave_id=pk, **body.validated_data)).data)
