"""Protocols, their items and executions in the API: lists, single objects, files."""

from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api.filters import AssignmentFilter, ExecutionFilter, ProtocolFilter
from assignments.api.serializers import (
    AssignmentSerializer,
    ExecutionDetailSerializer,
    ExecutionSerializer,
    ProtocolSerializer,
)
from assignments.models import (
    Assignment,
    Evidence,
    Execution,
    ExecutionEvent,
    IssueSchedule,
    ItemRecall,
    Protocol,
)
from assignments.querysets import AssignmentQuerySet, ExecutionQuerySet, ProtocolQuerySet
from common import clock
from common.api import FileNegotiation, PortalDetailView, PortalListView, PortalView
from common.scope import Scope
from files.enums import Accepted
from files.http import file_response

FILE_TYPES = sorted(kind.value.content_type.partition(";")[0] for kind in Accepted)
"""The types in which a file may come."""


class WithScope:
    """Serializers of this room need to know who is asking, and which day it is."""

    def get_serializer_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_serializer_context()  # type: ignore[misc]
        return context | {"scope": self.scope, "today": clock.today()}  # type: ignore[attr-defined]


def items_with_marks(scope: Scope) -> AssignmentQuerySet:
    """Items of this reader, with when they were recalled and the recurring item of which they are a period."""
    recall = ItemRecall.objects.in_force().filter(assignment=OuterRef("pk")).order_by("-pk")
    rows: AssignmentQuerySet = Assignment.objects.visible_to(scope)
    return rows.annotate(
        recalled_at=Subquery(recall.values("answered_at")[:1]), series_id=F("occurrence__series")
    )


def protocols_with_items(scope: Scope) -> ProtocolQuerySet:
    """Protocols with the items of this reader and, for the centre, the instant at which a draft issues itself."""
    items = items_with_marks(scope).order_by("position")
    rows: ProtocolQuerySet = Protocol.objects.all()
    hour = IssueSchedule.objects.visible_to(scope).waiting().filter(protocol=OuterRef("pk"))
    return rows.annotate(issues_at=Subquery(hour.values("at")[:1])).prefetch_related(
        Prefetch("assignments", items, to_attr="visible_items")
    )


def _with_last_event(rows: ExecutionQuerySet) -> ExecutionQuerySet:
    """With everything that a row of the list shows."""
    last = ExecutionEvent.objects.filter(execution=OuterRef("pk")).order_by("-pk").values("recorded_at")[:1]
    return rows.select_related("assignment", "cluster").annotate(updated_at=Subquery(last)).with_note()


def execution_with_log(scope: Scope, pk: int) -> Execution:
    """An execution with its events and their files, in five queries; raises Missing."""
    evidence = Prefetch("evidence", Evidence.objects.select_related("file").order_by("pk"))
    events = (
        ExecutionEvent.objects.select_related("actor", "granted_request")
        .prefetch_related(evidence)
        .order_by("pk")
    )
    rows = _with_last_event(Execution.objects.prefetch_related(Prefetch("events", events, to_attr="log")))
    found: Execution = rows.fetch(scope, pk=pk)
    return found


@extend_schema(tags=["protocols"], summary="List the protocols")
class ProtocolList(WithScope, PortalListView):
    """Protocols with their items. A region reads issued ones, and of these the items addressed to it."""

    serializer_class = ProtocolSerializer
    filterset_class = ProtocolFilter
    orderings = {"id": "pk", "held_on": "held_on"}
    default_ordering = "-held_on"

    def get_queryset(self) -> QuerySet[Protocol]:
        return protocols_with_items(self.scope).visible_to(self.scope)


@extend_schema(tags=["protocols"], summary="Show a protocol")
class ProtocolDetail(WithScope, PortalDetailView):
    """One protocol with its items."""

    serializer_class = ProtocolSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(protocols_with_items(self.scope).fetch(self.scope, pk=pk)).data)


@extend_schema(tags=["assignments"], summary="List the items of protocols")
class AssignmentList(WithScope, PortalListView):
    """Items of protocols: one task with a due date, fanned out to its audience at issue."""

    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    orderings = {"id": "pk", "due_on": "due_on"}

    def get_queryset(self) -> QuerySet[Assignment]:
        return items_with_marks(self.scope)


@extend_schema(tags=["assignments"], summary="Show an item of a protocol")
class AssignmentDetail(WithScope, PortalDetailView):
    """One item of a protocol."""

    serializer_class = AssignmentSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(items_with_marks(self.scope).fetch(self.scope, pk=pk)).data)


@extend_schema(tags=["executions"], summary="List the executions")
class ExecutionList(WithScope, PortalListView):
    """Executions: the centre reads all, a region its own."""

    serializer_class = ExecutionSerializer
    filterset_class = ExecutionFilter
    repeatable_parameters = frozenset({"state"})
    orderings = {"id": "pk", "due_on": "due_on"}

    def get_queryset(self) -> QuerySet[Execution]:
        return _with_last_event(Execution.objects.visible_to(self.scope))


@extend_schema(tags=["executions"], summary="Show an execution")
class ExecutionDetail(WithScope, PortalDetailView):
    """One execution with its log, the files of its reports, and the acts that are open to you now."""

    serializer_class = ExecutionDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(execution_with_log(self.scope, pk)).data)


@extend_schema(
    tags=["executions"],
    summary="Download a file of a report",
    responses={
        (200, content_type): OpenApiResponse(OpenApiTypes.BINARY, "The file.") for content_type in FILE_TYPES
    },
)
class EvidenceFile(PortalView):
    """The file as a download, in the type that its content was found to have."""

    content_negotiation_class = FileNegotiation

    def get(self, request: Request, pk: int, evidence_id: int) -> HttpResponse:
        files = Evidence.objects.select_related("file").filter(event__execution=pk)
        found: Evidence = files.fetch(self.scope, pk=evidence_id)
        return file_response(found.file)
