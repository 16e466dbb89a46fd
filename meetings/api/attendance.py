"""Attendance in the API: invitations with answers and marks, answering, marking, checking in. Bodies first."""

from typing import Any

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import (
    FlagField,
    PortalDetailView,
    PortalListView,
    StrictSerializer,
    TextField,
    WholeNumberField,
)
from common.filtering import CodeFilter, FlagFilter, OneOfFilter
from common.scope import Scope
from meetings import policies
from meetings.enums import AttendanceAnswer, MarkWay
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.querysets import InvitationQuerySet
from meetings.services.answers import LONGEST_NAME, LONGEST_REASON, OWN, Answer, answers_give
from meetings.services.marks import Mark, check_in, marks_set

REGION = OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the region.")
STATES = [
    "answer", "answer_reason", "substitute_name", "answered_at", "present", "attendee", "marked_way", "marked_at",
]  # fmt: skip


class AttendanceFilter(filters.FilterSet):
    """By region, answer and mark."""

    region = CodeFilter("region", "Code of the region.")
    answer = OneOfFilter("answer", "Answer of the coordinator.", AttendanceAnswer.choices)
    present = FlagFilter("present", "Marked as attended (true) or as absent (false).")


class ClusterAttendanceSerializer(serializers.ModelSerializer):
    """A cluster that the region is to bring, with its answer and its mark."""

    cluster = serializers.CharField(source="cluster.code", help_text="Code of the cluster.")
    answer = serializers.ChoiceField(
        choices=AttendanceAnswer.choices, allow_blank=True, help_text="Empty without an answer."
    )
    marked_way = serializers.ChoiceField(
        choices=MarkWay.choices, allow_blank=True, help_text="Empty without a mark."
    )

    class Meta:
        model = ClusterAttendance
        fields = ["cluster", *STATES]
        read_only_fields = fields


class AttendanceSerializer(serializers.ModelSerializer):
    """The invitation of a region: the answer and the mark of its coordinator, and its clusters."""

    meeting = serializers.IntegerField(source="meeting_id", help_text="Id of the meeting.")
    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    answer = serializers.ChoiceField(
        choices=AttendanceAnswer.choices, allow_blank=True, help_text="Empty without an answer."
    )
    marked_way = serializers.ChoiceField(
        choices=MarkWay.choices, allow_blank=True, help_text="Empty without a mark."
    )
    clusters = ClusterAttendanceSerializer(many=True)

    class Meta:
        model = Invitation
        fields = ["meeting", "region", "invited_at", *STATES, "clusters", "version"]
        read_only_fields = fields


class AttendanceAnswerBody(StrictSerializer):
    """One answer: of a cluster by its code, or of the coordinator without one."""

    cluster = TextField(
        required=False, allow_blank=True, default=OWN, max_length=64, help_text="Code of a cluster."
    )
    answer = serializers.ChoiceField(choices=AttendanceAnswer.choices)
    reason = TextField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)
    substitute = TextField(required=False, allow_blank=True, default="", max_length=LONGEST_NAME)


class AttendanceAnswersBody(StrictSerializer):
    """Answers of a region; who is not named keeps his answer."""

    version = WholeNumberField(help_text="The version of the invitation that you read.")
    answers = AttendanceAnswerBody(many=True, allow_empty=False)


class AttendanceMarkBody(StrictSerializer):
    """One mark; `present` null takes it back."""

    region = TextField(max_length=64, help_text="Code of the region.")
    cluster = TextField(
        required=False, allow_blank=True, default="", max_length=64, help_text="Code of a cluster."
    )
    present = FlagField(allow_null=True)
    attendee = TextField(required=False, allow_blank=True, default="", max_length=LONGEST_NAME)


class AttendanceMarksBody(StrictSerializer):
    """Marks, all or none of them; the reason is needed once the meeting is closed."""

    marks = AttendanceMarkBody(many=True, allow_empty=False)
    reason = TextField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)


class MarksResultSerializer(serializers.Serializer):
    """What became of the marks."""

    changed = serializers.IntegerField(help_text="How many of the marks are new.")


class CheckInBody(StrictSerializer):
    """The personal code of the coordinator, and the clusters that are with him."""

    code = TextField(max_length=20)
    clusters = serializers.ListField(child=serializers.CharField(max_length=64), required=False, default=list)


def _rows(scope: Scope, meeting: int) -> InvitationQuerySet:
    clusters = ClusterAttendance.objects.select_related("cluster").order_by("cluster__code")
    rows: InvitationQuerySet = Invitation.objects.visible_to(scope).filter(meeting=meeting)
    return rows.prefetch_related(Prefetch("clusters", clusters))


def _shown(scope: Scope, meeting: int, code: str) -> Response:
    return Response(AttendanceSerializer(_rows(scope, meeting).fetch(scope, region=code)).data)


class AttendanceList(PortalListView):
    """Who is invited to a meeting, with answers and marks: the centre reads all, a region its own."""

    serializer_class = AttendanceSerializer
    filterset_class = AttendanceFilter
    orderings = {"region": "region"}
    default_ordering = "region"
    operation_id = "meetings_attendance_list"

    def get_queryset(self) -> InvitationQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Invitation.objects.none()
        Meeting.objects.fetch(self.scope, pk=self.kwargs["pk"])
        return _rows(self.scope, self.kwargs["pk"])

    @extend_schema(tags=["meetings"], summary="List the attendance of a meeting")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


@extend_schema(parameters=[REGION])
class AttendanceDetail(PortalDetailView):
    """The invitation of one region."""

    serializer_class = AttendanceSerializer
    operation_id = "meetings_attendance_retrieve"

    @extend_schema(tags=["meetings"], summary="Show the attendance of a region")
    def get(self, request: Request, pk: int, code: str) -> Response:
        return _shown(self.scope, pk, code)


@extend_schema(parameters=[REGION])
class AnswerInvitation(PortalDetailView):
    """The coordinator answers for himself and for his clusters, until the meeting ends."""

    serializer_class = AttendanceSerializer
    operation_id = "meetings_attendance_answer"

    @extend_schema(
        tags=["meetings"],
        summary="Answer an invitation",
        request=AttendanceAnswersBody,
        responses={200: AttendanceSerializer},
        examples=[
            OpenApiExample(
                "Answer an invitation",
                value={
                    "version": 1,
                    "answers": [
                        {"answer": "will_attend"},
                        {"cluster": "74-001", "answer": "excused", "reason": "Examinations"},
                    ],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, pk: int, code: str) -> Response:
        invitation: Invitation = Invitation.objects.select_related("meeting").fetch(
            self.scope, meeting=pk, region=code
        )
        if not policies.can_answer(self.scope, invitation):
            raise PermissionDenied
        body = AttendanceAnswersBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        answers = {
            one["cluster"]: Answer(one["answer"], one["reason"], one["substitute"]) for one in said["answers"]
        }
        answers_give(actor=self.scope, meeting_id=pk, region=code, version=said["version"], answers=answers)
        return _shown(self.scope, pk, code)


class MarkAttendance(PortalDetailView):
    """Those who run the meeting mark who attended, from its day until its protocol is issued."""

    serializer_class = MarksResultSerializer
    operation_id = "meetings_attendance_mark"

    @extend_schema(
        tags=["meetings"],
        summary="Mark the attendance of a meeting",
        request=AttendanceMarksBody,
        responses={200: MarksResultSerializer},
        examples=[
            OpenApiExample(
                "Mark the attendance of a meeting",
                value={
                    "marks": [
                        {"region": "74", "present": True},
                        {"region": "74", "cluster": "74-001", "present": False},
                    ]
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        meeting: Meeting = Meeting.objects.fetch(self.scope, pk=pk)
        if not policies.can_run(self.scope, meeting):
            raise PermissionDenied
        body = AttendanceMarksBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        marks = [Mark(**one) for one in said["marks"]]
        changed = marks_set(actor=self.scope, meeting_id=pk, marks=marks, reason=said["reason"])
        return Response({"changed": changed})


@extend_schema(parameters=[REGION])
class CheckIn(PortalDetailView):
    """The coordinator is here, by the personal code of his mail; wrong codes are counted."""

    serializer_class = AttendanceSerializer
    operation_id = "meetings_attendance_check_in"

    @extend_schema(
        tags=["meetings"],
        summary="Check in by the personal code",
        request=CheckInBody,
        responses={200: AttendanceSerializer},
        examples=[
            OpenApiExample(
                "Check in by the personal code",
                value={"code": "482913", "clusters": ["74-001"]},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, pk: int, code: str) -> Response:
        invitation: Invitation = Invitation.objects.fetch(self.scope, meeting=pk, region=code)
        if not policies.can_check_in(self.scope, invitation):
            raise PermissionDenied
        body = CheckInBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        check_in(actor=self.scope, meeting_id=pk, region=code, code=said["code"], clusters=said["clusters"])
        return _shown(self.scope, pk, code)
