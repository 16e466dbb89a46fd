"""Requests of the regions and proposals of the centre in the API: the list, single ones, asking and answering."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api import serializers
from assignments.api.acts import STALE
from assignments.api.filters import RequestFilter
from assignments.api.views import WithScope
from assignments.models import Execution, ExecutionRequest
from assignments.policies import can_answer, can_ask, can_withdraw
from assignments.querysets import ExecutionRequestQuerySet
from assignments.services import requests as services
from common.api import PortalDetailView, PortalListView
from common.scope import Scope


def _rows(scope: Scope) -> ExecutionRequestQuerySet:
    rows: ExecutionRequestQuerySet = ExecutionRequest.objects.visible_to(scope)
    return rows.select_related("execution")


@extend_schema(tags=["requests"], summary="List the requests of the regions and the proposals of the centre")
class RequestList(WithScope, PortalListView):
    """What the regions asked about their executions: the centre reads all, a region its own.

    What the centre proposes by its own decision (`origin` centre) is read in the centre alone.
    """

    serializer_class = serializers.RequestEntrySerializer
    filterset_class = RequestFilter
    repeatable_parameters = frozenset({"state"})
    orderings = {"id": "pk", "asked_at": "asked_at"}

    def get_queryset(self) -> QuerySet[ExecutionRequest]:
        return _rows(self.scope)


@extend_schema(tags=["requests"], summary="Show a request")
class RequestDetail(WithScope, PortalDetailView):
    """One request with its answer, and what is open to you now."""

    serializer_class = serializers.RequestEntrySerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(_rows(self.scope).fetch(self.scope, pk=pk)).data)


def act(summary: str, serializer: Any, **example: Any) -> Callable[[Any], Any]:
    """Describe an act: what it takes, what it answers, an example of a body."""
    body = {"version": 1, "submission_key": "8f14e45fceea167a5a36dedd4bea2543", **example}
    return extend_schema(
        tags=["requests"],
        summary=summary,
        request=serializer,
        responses={200: serializers.RequestEntrySerializer},
        examples=[OpenApiExample(summary, value=body, request_only=True), STALE],
    )


class RequestActView(WithScope, PortalDetailView):
    """Not seen is 404, not this person's act 403, a bad body 400, a stale version or an impossible step 409."""

    body: ClassVar[Any]

    def cleaned(self, request: Request) -> dict[str, Any]:
        """The fields of the body."""
        body = self.body(data=request.data)
        body.is_valid(raise_exception=True)
        found: dict[str, Any] = body.validated_data
        return found

    def result(self, pk: int) -> Response:
        """The request as it is now."""
        found = _rows(self.scope).fetch(self.scope, pk=pk)
        return Response(serializers.RequestEntrySerializer(found, context=self.get_serializer_context()).data)


@act(
    "Ask the centre about an execution",
    serializers.AskSerializer,
    kind="extension",
    reason="The supplier has moved the delivery.",
    proposed_due="2026-04-01",
)
class AskAboutExecution(RequestActView):
    """The coordinator asks for a later due date, or to cancel an execution that is not applicable to the cluster."""

    operation_id = "executions_request"
    serializer_class = body = serializers.AskSerializer

    def post(self, request: Request, pk: int) -> Response:
        if not can_ask(self.scope, Execution.objects.fetch(self.scope, pk=pk)):
            raise PermissionDenied
        asked = services.request_open(actor=self.scope, execution_id=pk, **self.cleaned(request))
        return self.result(asked.pk)


class AnswerView(RequestActView):
    """What ends a request that waits."""

    service: ClassVar[Callable[..., ExecutionRequest]]

    def may(self, asked: ExecutionRequest) -> bool:
        """Whether the act is this person's."""
        return can_answer(self.scope, asked)

    def post(self, request: Request, pk: int) -> Response:
        asked: ExecutionRequest = _rows(self.scope).fetch(self.scope, pk=pk)
        if not self.may(asked):
            raise PermissionDenied
        type(self).service(actor=self.scope, request_id=pk, **self.cleaned(request))
        return self.result(pk)


@act("Grant a request", serializers.GrantSerializer, granted_due="2026-04-01", answer="Granted.")
class GrantRequest(AnswerView):
    """The centre grants: the extension or cancellation enters the log of the execution.

    A proposal of the centre is confirmed so by another person than the one who made it.
    """

    operation_id = "requests_grant"
    serializer_class = body = serializers.GrantSerializer
    service = services.request_grant


@act("Refuse a request", serializers.RefuseSerializer, answer="The term is sufficient.")
class RefuseRequest(AnswerView):
    """The centre refuses, with the reason."""

    operation_id = "requests_refuse"
    serializer_class = body = serializers.RefuseSerializer
    service = services.request_refuse


@act("Withdraw a request", serializers.WithdrawSerializer)
class WithdrawRequest(AnswerView):
    """The region takes its request back, or a person of the centre the own proposal."""

    operation_id = "requests_withdraw"
    serializer_class = body = serializers.WithdrawSerializer
    service = services.request_withdraw

    def may(self, asked: ExecutionRequest) -> bool:
        """The region's own request, or one's own proposal."""
        return can_withdraw(self.scope, asked)
