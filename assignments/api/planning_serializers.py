"""Hours of issues, recurring items and recalls as the API shows them, and the bodies of their acts."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assignments.api.serializers import key_field, text_field
from assignments.enums import AddresseeKind, Frequency
from assignments.models import ItemRecall, ItemSeries, SeriesOccurrence
from assignments.policies import can_decide_recall, can_draft, can_recall, can_withdraw_recall
from assignments.rules import MAX_REMARK_LENGTH
from assignments.services.protocols import LIMITS, WEIGHTS
from assignments.services.recalls import undo_until
from assignments.services.series import NUMBER_LIMIT, VISIBLE_DAYS
from common import clock
from common.api import InstantField, StrictSerializer, TextField, WholeNumberField


class OccurrenceSerializer(serializers.ModelSerializer):
    """A period of a recurring item. `assignment` is its item; null when nobody fitted the audience."""

    assignment = serializers.IntegerField(source="item_id", allow_null=True, help_text="Id of the item.")

    class Meta:
        model = SeriesOccurrence
        fields = ["number", "period", "day", "due_on", "assignment", "made_at"]
        read_only_fields = fields


class SeriesSerializer(serializers.ModelSerializer):
    """A recurring item of a protocol. `audience` is read by the centre only, for others it is null."""

    protocol = serializers.IntegerField(source="protocol_id", help_text="Id of the protocol.")
    process = serializers.CharField(
        source="process_id", allow_null=True, help_text="Key of the process of the cyclogram."
    )
    audience = serializers.SerializerMethodField()
    running = serializers.BooleanField(
        source="is_running", help_text="Whether further periods will become items."
    )
    counts_from = serializers.DateField(
        allow_null=True, help_text="The first day of the rule that counts; null in a draft."
    )
    occurrences = OccurrenceSerializer(source="visible_occurrences", many=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = ItemSeries
        fields = [
            "id", "protocol", "number", "title", "text", "expected_result", "process", "weight", "addressee",
            "audience", "frequency", "weekday", "month_day", "starts_on", "until", "visible_days", "counts_from",
            "running", "ended_at", "stopped_at", "stop_reason", "occurrences", "allowed_actions", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": {}})
    def get_audience(self, series: ItemSeries) -> Any:
        return series.audience if self.context["scope"].is_centre else None

    def get_allowed_actions(self, series: ItemSeries) -> list[str]:
        if not can_draft(self.context["scope"]):
            return []
        if series.counts_from is None:
            return ["change"]
        return ["change", "stop"] if series.is_running else []


class RefusedSerializer(serializers.Serializer):
    """An execution that a recall left as it is, and why."""

    execution = serializers.IntegerField()
    reason = serializers.CharField()


class RecallSerializer(serializers.ModelSerializer):
    """The recall of an item. People are named to the centre only; to a region it is one office."""

    assignment = serializers.IntegerField(source="assignment_id", help_text="Id of the protocol item.")
    asked_by = serializers.SerializerMethodField()
    answered_by = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = ItemRecall
        fields = [
            "id", "assignment", "state", "reason", "asked_by", "asked_at", "answered_by", "answered_at", "answer",
            "finished_at", "cancelled", "refused", "url", "allowed_actions", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "integer", "nullable": True, "description": "Id of who proposed."})
    def get_asked_by(self, recall: ItemRecall) -> int | None:
        return recall.asked_by_id if self.context["scope"].is_centre else None

    @extend_schema_field({"type": "integer", "nullable": True, "description": "Id of who decided."})
    def get_answered_by(self, recall: ItemRecall) -> int | None:
        return recall.answered_by_id if self.context["scope"].is_centre else None

    @extend_schema_field(RefusedSerializer(many=True))
    def get_refused(self, recall: ItemRecall) -> list[dict[str, Any]]:
        if not self.context["scope"].is_centre:
            return []
        return [{"execution": pk, "reason": reason} for pk, reason in recall.refused]

    @extend_schema_field({"type": "string", "format": "uri", "description": "Its page in the portal."})
    def get_url(self, recall: ItemRecall) -> str:
        path = reverse("assignments:recall", args=[recall.pk])
        url: str = self.context["request"].build_absolute_uri(path)
        return url

    def get_allowed_actions(self, recall: ItemRecall) -> list[str]:
        scope = self.context["scope"]
        if recall.waits:
            if can_decide_recall(scope, recall):
                return ["confirm", "refuse"]
            return ["withdraw"] if can_withdraw_recall(scope, recall) else []
        last = undo_until(recall)
        return ["undo"] if last and clock.now() <= last and can_recall(scope) else []


# Bodies


class VersionSerializer(StrictSerializer):
    """The version that the program has read."""

    version = WholeNumberField(help_text="The version that you read.")


class ScheduleSerializer(VersionSerializer):
    """When a draft issues itself."""

    at = InstantField(help_text="The instant, with its offset from UTC; at most three months ahead.")


class StopSerializer(VersionSerializer):
    """Stopping a recurring item."""

    reason = text_field(MAX_REMARK_LENGTH, about="Why it is stopped.")


class SeriesBodySerializer(StrictSerializer):
    """A recurring item as a whole; its `version` is needed to change one."""

    version = WholeNumberField(required=False, help_text="Of a change: the version that you read.")
    number = TextField(max_length=NUMBER_LIMIT, help_text="Number of the item in its protocol.")
    text = TextField(max_length=LIMITS["text"], help_text="What each period asks for.")
    title = TextField(
        required=False, allow_blank=True, max_length=LIMITS["title"], help_text="Left out, made of the text."
    )
    expected_result = TextField(
        required=False, allow_blank=True, max_length=LIMITS["expected_result"], help_text="What is handed in."
    )
    process = TextField(
        required=False, allow_null=True, max_length=64, help_text="Key of the process of the cyclogram."
    )
    weight = WholeNumberField(
        required=False, min_value=WEIGHTS[0], max_value=WEIGHTS[-1], help_text="1, 2 or 3; left out, it is 1."
    )
    addressee = serializers.ChoiceField(
        AddresseeKind.choices, required=False, help_text="Who executes; left out, it is clusters."
    )
    audience = serializers.DictField(help_text="The rule of the audience, as items show it.")
    frequency = serializers.ChoiceField(Frequency.choices, help_text="Every week or every month.")
    weekday = WholeNumberField(
        required=False, allow_null=True, min_value=1, max_value=7, help_text="Of a week: 1 is Monday."
    )
    month_day = WholeNumberField(
        required=False, allow_null=True, min_value=1, max_value=31, help_text="Of a month: by which day."
    )
    starts_on = serializers.DateField(help_text="The first day that counts.")
    until = serializers.DateField(help_text="The last day that counts.")
    visible_days = WholeNumberField(
        min_value=VISIBLE_DAYS[0],
        max_value=VISIBLE_DAYS[1],
        help_text="So many days before its term a period becomes an item.",
    )


class RecallBodySerializer(StrictSerializer):
    """Proposing to recall an item."""

    reason = text_field(MAX_REMARK_LENGTH, about="Why it is recalled; every addressee reads it.")
    submission_key = key_field()


class RecallRefusalSerializer(VersionSerializer):
    """Refusing a recall that a colleague proposed."""

    answer = text_field(MAX_REMARK_LENGTH, about="Why it is refused.")
