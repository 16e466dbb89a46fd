"""Acts on a stage in the API: one address, the act is named in the body; the rules are those of the pages."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api.views import WithScope
from assignments.rules import MAX_REMARK_LENGTH
from common.api import PortalDetailView, StrictSerializer, TextField, WholeNumberField
from common.errors import InvalidInput
from cyclogram.api.stages import StageSerializer
from cyclogram.models import ClusterStage
from cyclogram.policies import can_do
from cyclogram.services import acts


class ApiAct(NamedTuple):
    """An act: its service, which fields of the body it takes, what it calls the text of the body."""

    service: Callable[..., ClusterStage]
    fields: tuple[str, ...] = ()
    text: str = ""


ACTS: Mapping[str, ApiAct] = {
    "begin": ApiAct(acts.stage_begin, ("actual_from",)),
    "propose": ApiAct(acts.stage_propose, ("actual_from", "actual_to", "files"), "text"),
    "withdraw": ApiAct(acts.stage_withdraw),
    "accept": ApiAct(acts.stage_accept, (), "remarks"),
    "return": ApiAct(acts.stage_return, (), "reason"),
    "close": ApiAct(acts.stage_close, ("actual_from", "actual_to", "remarks", "files"), "reason"),
    "settle": ApiAct(acts.stage_settle, (), "text"),
    "skip": ApiAct(acts.stage_skip, (), "reason"),
    "restore": ApiAct(acts.stage_restore, (), "reason"),
    "reopen": ApiAct(acts.stage_reopen, (), "reason"),
}
NEEDED = ("actual_from", "actual_to")
"""Fields without which an act that takes them cannot be done."""


class StageActBody(StrictSerializer):
    """What is done to a stage."""

    act = serializers.ChoiceField(choices=list(ACTS), help_text="What is done.")
    version = WholeNumberField(help_text="The version of the stage that you read.")
    actual_from = serializers.DateField(
        required=False, help_text="First day; needed to begin, propose and close."
    )
    actual_to = serializers.DateField(required=False, help_text="Last day; needed to propose and close.")
    text = TextField(
        required=False, allow_blank=True, default="", max_length=MAX_REMARK_LENGTH,
        help_text="Remarks of an acceptance; the reason of a return, a closing, a skip, a restoring, a reopening.",
    )  # fmt: skip
    remarks = TextField(
        required=False, allow_blank=True, default="", max_length=MAX_REMARK_LENGTH,
        help_text="Of a closing by decision: what stays to be settled.",
    )  # fmt: skip


class StageActWithFilesBody(StageActBody):
    """The same with evidence, as multipart form data."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False,
        help_text="Evidence of a proposal or a closing; repeat the field for each.",
    )  # fmt: skip


class ActOnStage(WithScope, PortalDetailView):
    """Begin, propose, withdraw, accept, return, close, settle, skip, restore or reopen a stage."""

    serializer_class = StageSerializer
    operation_id = "cyclogram_stages_act"

    @extend_schema(
        tags=["cyclogram"],
        summary="Act on a stage of a cluster",
        request={"application/json": StageActBody, "multipart/form-data": StageActWithFilesBody},
        responses={200: StageSerializer},
        examples=[
            OpenApiExample(
                "Act on a stage of a cluster",
                value={"act": "accept", "version": 3, "text": "The act of putting into service is missing."},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        stage: ClusterStage = ClusterStage.objects.select_related("cluster").fetch(self.scope, pk=pk)
        if not any(can_do(self.scope, name, stage) for name in ACTS):
            raise PermissionDenied
        is_form = isinstance(request.data, QueryDict) and bool(request.data)
        body = (StageActWithFilesBody if is_form else StageActBody)(data=request.data)
        body.is_valid(raise_exception=True)
        self._done(pk, body.validated_data)
        found: Any = ClusterStage.objects.for_list().fetch(self.scope, pk=pk)
        return Response(self.get_serializer(found).data)

    def _done(self, pk: int, said: Mapping[str, Any]) -> None:
        act = ACTS[said["act"]]
        missing = [name for name in NEEDED if name in act.fields and name not in said]
        if missing:
            raise InvalidInput({name: self._required() for name in missing})
        values = {name: said[name] for name in act.fields if name in said}
        if act.text:
            values[act.text] = said["text"]
        act.service(actor=self.scope, stage_id=pk, version=said["version"], **values)

    @staticmethod
    def _required() -> str:
        return str(serializers.Field.default_error_messages["required"])
