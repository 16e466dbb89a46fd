"""The acts on an execution in the API: each checks the form of its body and calls one service."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api import serializers
from assignments.api.views import execution_with_log
from assignments.models import Execution, ExecutionRequest
from assignments.policies import can_act
from assignments.services import executions as services
from assignments.services import proposals
from assignments.services.handing import executions_submit
from assignments.services.undoing import decision_undo
from common import clock
from common.api import PortalView

STALE = OpenApiExample(
    "Somebody was faster",
    value={
        "type": "client_error",
        "errors": [
            {
                "code": "stale_version",
                "detail": "Somebody changed this record while you worked on it. [...] The version in force is 3.",
                "attr": "version",
                "current_version": 3,
            }
        ],
    },
    response_only=True,
    status_codes=["409"],
)


PROPOSED = OpenApiResponse(
    serializers.RequestEntrySerializer,
    "Proposed: nothing has changed yet, a second person of the centre confirms it (`requests/{id}/grant/`).",
)


def act(summary: str, serializer: Any, *, waits: bool = False, **example: Any) -> Callable[[Any], Any]:
    """Describe an act: what it takes, what it answers, an example of a body; `waits`: it may need a second person."""
    body = {"version": 2, "submission_key": "8f14e45fceea167a5a36dedd4bea2543", **example}
    return extend_schema(
        tags=["executions"],
        summary=summary,
        request=serializer,
        responses={200: serializers.ActResultSerializer} | ({202: PROPOSED} if waits else {}),
        examples=[OpenApiExample(summary, value=body, request_only=True), STALE],
    )


class ActView(PortalView):
    """Not seen is 404, not this person's act 403, a bad body 400, a stale version or an impossible step 409."""

    actions: ClassVar[tuple[str, ...]]
    """Keys of the transition table that the body may turn out to be."""
    serializer_class: ClassVar[type[serializers.ActSerializer]]
    service: ClassVar[Callable[..., proposals.Decision]]

    def post(self, request: Request, pk: int) -> Response:
        execution: Execution = Execution.objects.fetch(self.scope, pk=pk)
        if not any(can_act(self.scope, action, execution) for action in self.actions):
            raise PermissionDenied
        body = self.body_serializer(request)(data=request.data)
        body.is_valid(raise_exception=True)
        made = type(self).service(actor=self.scope, execution_id=pk, **body.validated_data)
        if isinstance(made, ExecutionRequest):
            return self.proposed(made)
        return self.result(made.pk, pk)

    def body_serializer(self, request: Request) -> type[serializers.ActSerializer]:
        """The serializer for the body as it came."""
        return self.serializer_class

    def proposed(self, proposal: ExecutionRequest) -> Response:
        """What waits for a second person of the centre: 202, nothing is in the log yet."""
        context = {"request": self.request, "scope": self.scope}
        return Response(serializers.RequestEntrySerializer(proposal, context=context).data, status=202)

    def result(self, event_id: int, pk: int) -> Response:
        """The event and the execution as they are now."""
        execution: Any = execution_with_log(self.scope, pk)
        event = next(event for event in execution.log if event.pk == event_id)
        context = {"request": self.request, "scope": self.scope, "today": clock.today()}
        pair = {"event": event, "execution": execution}
        return Response(serializers.ActResultSerializer(pair, context=context).data)


@act(
    "Hand in a report",
    {
        "application/json": serializers.SubmitSerializer,
        "multipart/form-data": serializers.SubmitWithFilesSerializer,
    },
    text="The enrolment is complete: order 12-k of 3 March.",
)
class SubmitExecution(ActView):
    """The coordinator hands in a report, or supplements the one in review; files go as multipart form data.

    With `at` and `late_reason` the centre records a report that came another way.
    """

    operation_id = "executions_submit"
    actions = ("submit", "record")
    serializer_class = serializers.SubmitSerializer
    service = services.execution_submit

    def body_serializer(self, request: Request) -> type[serializers.ActSerializer]:
        is_form = isinstance(request.data, QueryDict) and bool(request.data)
        return serializers.SubmitWithFilesSerializer if is_form else serializers.SubmitSerializer


@extend_schema(
    tags=["executions"],
    summary="Hand in one report for several executions",
    request={
        "application/json": serializers.SubmitManySerializer,
        "multipart/form-data": serializers.SubmitManyWithFilesSerializer,
    },
    responses={200: serializers.ManyResultSerializer},
    examples=[
        OpenApiExample(
            "Hand in one report for several executions",
            value={
                "executions": ["12:2", "15:2"],
                "text": "The enrolment is complete: order 12-k of 3 March.",
                "submission_key": "8f14e45fceea167a5a36dedd4bea2543",
            },
            request_only=True,
        )
    ],
)
class SubmitExecutions(PortalView):
    """The coordinator hands in one report for several executions of his regions, each for itself: what was changed
    meanwhile, or is off control, is refused with its reason and stops no other."""

    operation_id = "executions_submit_many"

    def post(self, request: Request) -> Response:
        if not self.scope.coordinated:
            raise PermissionDenied
        is_form = isinstance(request.data, QueryDict) and bool(request.data)
        kind = serializers.SubmitManyWithFilesSerializer if is_form else serializers.SubmitManySerializer
        body = kind(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        result = executions_submit(actor=self.scope, versions=values.pop("executions"), **values)
        refused = [{"execution": pk, "reason": reason} for pk, reason in result.refused]
        return Response({"done": result.done, "refused": refused})


@act("Accept a report", serializers.AcceptSerializer, remark="Accepted.")
class AcceptExecution(ActView):
    """The centre takes the execution off control as executed."""

    operation_id = "executions_accept"
    actions = ("accept",)
    serializer_class = serializers.AcceptSerializer
    service = services.execution_accept


@act("Return a report", serializers.ReturnSerializer, remark="Attach the order.", empty=False)
class ReturnExecution(ActView):
    """The centre returns the report for rework."""

    operation_id = "executions_return"
    actions = ("return",)
    serializer_class = serializers.ReturnSerializer
    service = services.execution_return


@act(
    "Extend the term",
    serializers.ExtendSerializer,
    waits=True,
    new_due="2026-04-01",
    reason="The college moves to another building.",
)
class ExtendExecution(ActView):
    """The centre moves the due date forward by its own decision; a request of the region is granted instead."""

    operation_id = "executions_extend"
    actions = ("extend",)
    serializer_class = serializers.ExtendSerializer
    service = proposals.extension_decide


@act(
    "Cancel an execution",
    serializers.CancelSerializer,
    waits=True,
    reason="The cluster has left the project.",
)
class CancelExecution(ActView):
    """The centre takes the execution off control without execution by its own decision."""

    operation_id = "executions_cancel"
    actions = ("cancel",)
    serializer_class = serializers.CancelSerializer
    service = proposals.cancellation_decide


@act("Annul an event", serializers.AnnulSerializer, event_id=7, reason="Entered by mistake.")
class AnnulExecution(ActView):
    """The centre makes an event of the log count as never made; the state follows from what remains."""

    operation_id = "executions_annul"
    actions = ("annul",)
    serializer_class = serializers.AnnulSerializer
    service = services.execution_annul


@extend_schema(
    tags=["executions"],
    summary="Undo a decision",
    request=serializers.UndoSerializer,
    responses={200: serializers.ActResultSerializer},
    examples=[
        OpenApiExample(
            "Undo a decision",
            value={"submission_key": "8f14e45fceea167a5a36dedd4bea2543", "event_id": 7},
            request_only=True,
        )
    ],
)
class UndoDecision(ActView):
    """Within minutes of its making, whoever may annul takes back a decision on a report, if nothing has followed it.

    Afterwards it is refused with 409 and there is the annulment with a reason.
    """

    operation_id = "executions_undo"
    actions = ("annul",)
    serializer_class = serializers.UndoSerializer
    service = decision_undo
