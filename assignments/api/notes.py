"""The note of a region on how its work goes, in the API."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api import serializers
from assignments.api.acts import STALE
from assignments.api.views import WithScope, execution_with_log
from assignments.models import Execution
from assignments.policies import can_note
from assignments.services.notes import execution_note_write
from common.api import PortalDetailView


class WriteNote(WithScope, PortalDetailView):
    """The coordinator says how the work goes; the execution is answered as it is now.

    Not seen is 404, not this person's act 403, a bad body 400, a stale version or an execution off control 409.
    """

    operation_id = "executions_note"
    serializer_class = serializers.NoteSerializer

    @extend_schema(
        tags=["executions"],
        summary="Write how the work goes",
        request=serializers.NoteSerializer,
        responses={200: serializers.ExecutionDetailSerializer},
        examples=[
            OpenApiExample(
                "Write how the work goes",
                value={"version": 0, "text": "The order is signed, the list is being collected."},
                request_only=True,
            ),
            STALE,
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        execution: Execution = Execution.objects.fetch(self.scope, pk=pk)
        if not can_note(self.scope, execution):
            raise PermissionDenied
        body = serializers.NoteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        execution_note_write(actor=self.scope, execution_id=pk, **body.validated_data)
        found = execution_with_log(self.scope, pk)
        context = self.get_serializer_context()
        return Response(serializers.ExecutionDetailSerializer(found, context=context).data)
