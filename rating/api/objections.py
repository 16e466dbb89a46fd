"""Objections in the API: read, filed, taken back, decided. Bodies first, then the views."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.rules import MAX_REMARK_LENGTH, MAX_REPORT_LENGTH
from common.api import InstantField, PortalDetailView, PortalListView, StrictSerializer
from common.errors import Missing
from common.filtering import CodeFilter, OneOfFilter
from common.forms import MAX_ID
from common.scope import Scope
from rating import policies
from rating.api.filters import PATTERN, MonthFilter
from rating.enums import ObjectionState, Remedy
from rating.models import Objection
from rating.selectors.objections import objectable_slice
from rating.services import (
    Correction,
    objection_dismiss,
    objection_file,
    objection_uphold,
    objection_withdraw,
)


class ObjectionFilter(filters.FilterSet):
    """By month, region and state."""

    period = MonthFilter("slice__period", "The month.")
    region = CodeFilter("region", "Code of the region.")
    state = OneOfFilter("state", "State of the objection.", ObjectionState.choices)


class ObjectionSerializer(serializers.ModelSerializer):
    """An objection of a region to what a slice says of one execution, and the answer."""

    period = serializers.CharField(source="slice.period", help_text="The month.")
    revision = serializers.IntegerField(
        source="slice.revision", help_text="The revision that is objected to."
    )
    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    execution = serializers.IntegerField(source="execution_id", help_text="Id of the execution.")
    file_name = serializers.CharField(source="file.original_name", default=None, allow_null=True)
    event = serializers.IntegerField(
        source="event_id", allow_null=True, help_text="The event that corrects the month, when it is upheld."
    )

    class Meta:
        model = Objection
        fields = [
            "id", "period", "revision", "region", "execution", "state", "reason", "file_name", "filed_at", "decided_at",
            "answer", "event",
        ]  # fmt: skip
        read_only_fields = fields


class ObjectionBody(StrictSerializer):
    """What a region objects to."""

    period = serializers.RegexField(PATTERN, help_text="The month, YYYY-MM.")
    revision = serializers.IntegerField(min_value=1, max_value=32767, help_text="The revision that you read.")
    execution = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, help_text="Id of an execution that lost points."
    )
    reason = serializers.CharField(
        max_length=MAX_REMARK_LENGTH, trim_whitespace=False, help_text="What is wrong and why."
    )


class ObjectionWithFileBody(ObjectionBody):
    """What a region objects to, with a paper, as multipart form data."""

    file = serializers.FileField(required=False, allow_empty_file=True, help_text="A paper that proves it.")


class Decision(serializers.ChoiceField):
    """The two answers."""

    def __init__(self, **options: Any) -> None:
        answers = (ObjectionState.UPHELD, ObjectionState.DISMISSED)
        super().__init__(choices=[answer.value for answer in answers], **options)


class DecisionBody(StrictSerializer):
    """The answer of the centre. An upheld objection needs a remedy, the version, and the field of the remedy."""

    decision = Decision()
    answer = serializers.CharField(
        max_length=MAX_REMARK_LENGTH, trim_whitespace=False, help_text="It stands on the scorecard."
    )
    remedy = serializers.ChoiceField(
        choices=Remedy.choices, required=False, help_text="What an upheld objection appends to the log."
    )
    version = serializers.IntegerField(
        required=False, help_text="The version of the execution that you read."
    )
    event_id = serializers.IntegerField(required=False, help_text="For annul: the event of the execution.")
    new_due = serializers.DateField(required=False, help_text="For extend: the new due date.")
    handed_in_at = InstantField(required=False, help_text="For record: when the report was handed in.")
    report = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_REPORT_LENGTH,
        trim_whitespace=False,
        help_text="For record: the text of the report.",
    )


def _shown(scope: Scope, objection: Objection) -> dict[str, Any]:
    rows = Objection.objects.select_related("slice", "file")
    return ObjectionSerializer(rows.fetch(scope, pk=objection.pk)).data


class ObjectionList(PortalListView):
    """Objections, oldest first: the centre reads all, a region its own."""

    serializer_class = ObjectionSerializer
    filterset_class = ObjectionFilter
    orderings = {"filed_at": "filed_at"}
    default_ordering = "filed_at"

    def get_queryset(self) -> QuerySet[Objection]:
        return Objection.objects.visible_to(self.scope).select_related("slice", "file")

    @extend_schema(tags=["objections"], summary="List the objections")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["objections"],
        summary="File an objection",
        request={"application/json": ObjectionBody, "multipart/form-data": ObjectionWithFileBody},
        responses={200: ObjectionSerializer},
        examples=[
            OpenApiExample(
                "File an objection",
                value={
                    "period": "2026-10",
                    "revision": 1,
                    "execution": 7,
                    "reason": "Handed in on 9 October.",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """The coordinator objects during the preview and for some days after the publication."""
        if not self.scope.coordinated:
            raise PermissionDenied
        is_form = isinstance(request.data, QueryDict) and bool(request.data)
        body = (ObjectionWithFileBody if is_form else ObjectionBody)(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        slice_ = objectable_slice(self.scope, said["period"], said["revision"])
        if slice_ is None:
            raise Missing(_("There is no such month in the rating."))
        objection = objection_file(
            actor=self.scope,
            slice_id=slice_.pk,
            execution_id=said["execution"],
            reason=said["reason"],
            file=said.get("file"),
        )
        return Response(_shown(self.scope, objection))


class ObjectionDetail(PortalDetailView):
    """One objection."""

    serializer_class = ObjectionSerializer

    @extend_schema(tags=["objections"], summary="Show an objection")
    def get(self, request: Request, pk: int) -> Response:
        rows = Objection.objects.select_related("slice", "file")
        return Response(self.get_serializer(rows.fetch(self.scope, pk=pk)).data)


class WithdrawObjection(PortalDetailView):
    """The region takes its objection back while it is open."""

    operation_id = "objections_withdraw"
    serializer_class = ObjectionSerializer

    @extend_schema(
        tags=["objections"],
        summary="Withdraw an objection",
        request=None,
        responses={200: ObjectionSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        return Response(_shown(self.scope, objection_withdraw(actor=self.scope, objection_id=pk)))


class DecideObjection(PortalDetailView):
    """The centre answers; not the one who reviewed the execution."""

    operation_id = "objections_decide"
    serializer_class = ObjectionSerializer

    @extend_schema(
        tags=["objections"],
        summary="Decide an objection",
        request=DecisionBody,
        responses={200: ObjectionSerializer},
        examples=[
            OpenApiExample(
                "Dismiss",
                value={"decision": "dismissed", "answer": "The report came on the 12th."},
                request_only=True,
            ),
            OpenApiExample(
                "Uphold",
                value={
                    "decision": "upheld",
                    "answer": "The return was a mistake.",
                    "remedy": "annul",
                    "version": 4,
                    "event_id": 12,
                },
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        Objection.objects.fetch(self.scope, pk=pk)
        if not policies.can_decide_objections(self.scope):
            raise PermissionDenied
        body = DecisionBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        decision, answer = said.pop("decision"), said.pop("answer")
        if decision == ObjectionState.DISMISSED:
            decided = objection_dismiss(actor=self.scope, objection_id=pk, answer=answer)
        else:
            correction = Correction(
                **{"remedy": said.pop("remedy", ""), "version": said.pop("version", None), **said}
            )
            decided = objection_uphold(
                actor=self.scope, objection_id=pk, answer=answer, correction=correction
            )
        return Response(_shown(self.scope, decided))
