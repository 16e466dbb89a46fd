"""Meetings, their agendas and decisions as the API shows them, and the bodies of the acts."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assignments.rules import MAX_REMARK_LENGTH
from common.api import StrictSerializer, TextField, WholeNumberField
from meetings.enums import HELD_STATES
from meetings.models import AgendaItem, Decision, Meeting
from meetings.models.series import LONGEST_MINUTES
from meetings.policies import can_run


class MeetingSerializer(serializers.ModelSerializer):
    """A meeting. `series` and `audience` are read by the centre only, for others they are null."""

    series = serializers.SerializerMethodField()
    audience = serializers.SerializerMethodField()
    association = serializers.IntegerField(
        source="association_id", allow_null=True, help_text="Id of the association."
    )
    current_item = serializers.IntegerField(
        source="current_item_id", allow_null=True, help_text="Id of the agenda item under discussion."
    )
    url = serializers.SerializerMethodField()

    class Meta:
        model = Meeting
        fields = [
            "id", "series", "occurrence_on", "kind", "cohort_year", "title", "starts_at", "duration_minutes",
            "limit_minutes", "form", "place", "video_link", "association", "addressee", "audience", "chair_name",
            "secretary_name", "state", "opened_at", "started_at", "closed_at", "protocol_issued_at", "cancelled_at",
            "cancel_reason", "current_item", "url", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "integer", "nullable": True, "description": "Id of the series."})
    def get_series(self, meeting: Meeting) -> int | None:
        return meeting.series_id if self.context["scope"].is_centre else None

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": {}})
    def get_audience(self, meeting: Meeting) -> Any:
        return meeting.audience if self.context["scope"].is_centre else None

    @extend_schema_field({"type": "string", "format": "uri", "description": "Its page in the portal."})
    def get_url(self, meeting: Meeting) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("meetings:meeting", args=[meeting.pk])))


class DecisionSerializer(serializers.ModelSerializer):
    """A decision; `assignment` is the item of the protocol that was made of it."""

    assignment = serializers.IntegerField(
        source="assignment_id", allow_null=True, help_text="Id of the protocol item."
    )

    class Meta:
        model = Decision
        fields = ["id", "kind", "text", "answer", "due_on", "weight", "assignment", "version"]
        read_only_fields = fields


class AgendaItemSerializer(serializers.ModelSerializer):
    """A question of an agenda, with what it is about and what is decided on it."""

    meeting = serializers.IntegerField(source="meeting_id", allow_null=True, help_text="Id of the meeting.")
    region = serializers.CharField(source="region_id", allow_null=True, help_text="Code of the region.")
    association = serializers.IntegerField(
        source="association_id", allow_null=True, help_text="Id of the association."
    )
    process = serializers.CharField(source="process_id", allow_null=True, help_text="Key of the process.")
    assignment = serializers.IntegerField(
        source="assignment_id", allow_null=True, help_text="Id of the protocol item."
    )
    request = serializers.IntegerField(source="request_id", allow_null=True, help_text="Id of the request.")
    decisions = DecisionSerializer(source="shown_decisions", many=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = AgendaItem
        fields = [
            "id", "meeting", "position", "title", "text", "source", "state", "speaker", "minutes", "spent_seconds",
            "region", "association", "process", "assignment", "request", "figures", "decisions", "proposed_at",
            "decline_reason", "allowed_actions", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_allowed_actions(self, item: AgendaItem) -> list[str]:
        meeting = item.meeting
        if meeting is None or not can_run(self.context["scope"], meeting):
            return []
        if meeting.state not in HELD_STATES or meeting.can_be("mend"):
            return ["change", "restore"] if item.state == "removed" else ["change", "move", "remove"]
        return []


def _reason() -> TextField:
    return TextField(
        required=False, default="", allow_blank=True, max_length=MAX_REMARK_LENGTH,
        help_text="Why a closed meeting is mended; needed then.",
    )  # fmt: skip


class ReasonSerializer(StrictSerializer):
    """An act that on a closed meeting takes a reason."""

    reason = _reason()


class QuestionSerializer(StrictSerializer):
    """A question that is put on an agenda."""

    title = TextField(max_length=300)
    speaker = TextField(required=False, default="", allow_blank=True, max_length=300)
    minutes = WholeNumberField(required=False, default=5, min_value=0, max_value=LONGEST_MINUTES)
    text = TextField(required=False, default="", allow_blank=True, max_length=MAX_REMARK_LENGTH)
    reason = _reason()


class ChangeSerializer(QuestionSerializer):
    """The same with the version that was read."""

    version = WholeNumberField(min_value=1)


class PlaceSerializer(StrictSerializer):
    """A place of the agenda, counted from 1."""

    position = WholeNumberField(min_value=1)
    reason = _reason()
