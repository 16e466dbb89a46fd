"""Protocols, items and executions as the API shows them, and the bodies of the acts."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assignments.enums import ASKED_BY_REGIONS, ExecutionState
from assignments.models import (
    AnswerWording,
    Assignment,
    Evidence,
    Execution,
    ExecutionEvent,
    ExecutionRequest,
    ItemAnswer,
    ItemQuestion,
    Protocol,
)
from assignments.policies import allowed_actions, allowed_answers, can_answer_questions, can_know_asker
from assignments.rules import MAX_NOTE_LENGTH, MAX_REMARK_LENGTH, MAX_REPORT_LENGTH
from assignments.selectors import may_know_author, may_know_who_ended, proposal_behind
from assignments.services.handing import MAX_TOGETHER
from common.api import FlagField, InstantField, StrictSerializer, TextField, WholeNumberField
from common.forms import MAX_ID

UNREPORTED = (ExecutionState.ISSUED, ExecutionState.RETURNED)


class AssignmentSerializer(serializers.ModelSerializer):
    """An item of a protocol. `audience` is the rule as drafted; only the centre reads it, for others it is null."""

    protocol = serializers.IntegerField(source="protocol_id", help_text="Id of the protocol.")
    code = serializers.CharField(allow_null=True, help_text="Id in the audit file; null in a draft.")
    process = serializers.CharField(
        source="process_id", allow_null=True, help_text="Key of the process of the cyclogram."
    )
    audience = serializers.SerializerMethodField()
    series = serializers.IntegerField(
        source="series_id", allow_null=True, help_text="Id of the recurring item of which it is a period."
    )
    recalled_at = serializers.DateTimeField(
        allow_null=True, help_text="When the centre recalled it; null for an item in force."
    )

    class Meta:
        model = Assignment
        fields = [
            "id", "code", "protocol", "number", "position", "title", "text", "expected_result", "process", "weight",
            "due_on", "addressee", "audience", "series", "recalled_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": {}})
    def get_audience(self, item: Assignment) -> Any:
        return item.audience if self.context["scope"].is_centre else None


class ProtocolSerializer(serializers.ModelSerializer):
    """A protocol with those of its items that this person may read."""

    issues_at = serializers.DateTimeField(
        allow_null=True, help_text="When a draft issues itself; null for others, and outside of the centre."
    )
    items = AssignmentSerializer(source="visible_items", many=True)

    class Meta:
        model = Protocol
        fields = [
            "id", "number", "held_on", "meeting_title", "status", "is_template", "created_at", "issues_at", "issued_at",
            "version", "items",
        ]  # fmt: skip
        read_only_fields = fields


class ExecutionSerializer(serializers.ModelSerializer):
    """One addressee and one item. `cluster` is null when the coordinator himself is addressed."""

    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    cluster = serializers.CharField(
        source="cluster.code", default=None, allow_null=True, help_text="Code of the cluster."
    )
    protocol = serializers.IntegerField(source="assignment.protocol_id", help_text="Id of the protocol.")
    assignment = serializers.IntegerField(source="assignment_id", help_text="Id of the protocol item.")
    item = serializers.CharField(source="assignment.number", help_text="Number of the item in its protocol.")
    title = serializers.CharField(source="assignment.title", help_text="Short title of the item.")
    process = serializers.CharField(
        source="assignment.process_id", allow_null=True, help_text="Key of the process of the cyclogram."
    )
    overdue = serializers.SerializerMethodField()
    note = serializers.CharField(help_text="How the region says the work goes; empty where it says nothing.")
    note_version = serializers.IntegerField(
        source="note_number",
        help_text="The number of that note, 0 where there is none: send it with another one.",
    )
    updated_at = serializers.DateTimeField(allow_null=True, help_text="When the last event was recorded.")

    class Meta:
        model = Execution
        fields = [
            "id", "code", "region", "cluster", "protocol", "assignment", "item", "title", "process", "weight",
            "state", "overdue", "first_due_on", "due_on", "issued_at", "reported_on", "in_review_since", "returns",
            "extensions", "closed_at", "note", "note_version", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_overdue(self, execution: Execution) -> bool:
        return execution.state in UNREPORTED and execution.due_on < self.context["today"]


class EvidenceSerializer(serializers.ModelSerializer):
    """A file of a report; `url` downloads it."""

    name = serializers.CharField(source="file.original_name")
    content_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size", help_text="Bytes.")
    sha256 = serializers.CharField(source="file.sha256")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ["id", "name", "content_type", "size", "sha256", "url"]
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, evidence: Evidence) -> str:
        path = reverse("api:evidence", args=[evidence.event.execution_id, evidence.pk])
        url: str = self.context["request"].build_absolute_uri(path)
        return url


class EventSerializer(serializers.ModelSerializer):
    """One event of the log. `at` is when it happened, `recorded_at` when the portal learned it."""

    actor = serializers.SerializerMethodField()
    actor_name = serializers.SerializerMethodField()
    proposed_by = serializers.SerializerMethodField()
    target = serializers.IntegerField(
        source="target_id", allow_null=True, help_text="Of an annulment: the event that counts as never made."
    )
    corrects = serializers.SerializerMethodField()
    evidence = EvidenceSerializer(many=True)

    class Meta:
        model = ExecutionEvent
        fields = [
            "id", "kind", "at", "recorded_at", "actor", "actor_name", "proposed_by", "text", "late_reason",
            "due", "empty", "new_due", "requested_at", "target", "corrects", "evidence",
        ]  # fmt: skip
        read_only_fields = fields

    def _is_named(self, event: ExecutionEvent) -> bool:
        return may_know_author(self.context["scope"], event)

    @extend_schema_field(
        {
            "type": "integer",
            "nullable": True,
            "description": "Id of the person; null for a scheduled job, and to a region for an act of the centre.",
        }
    )
    def get_actor(self, event: ExecutionEvent) -> int | None:
        return event.actor_id if self._is_named(event) else None

    @extend_schema_field({"type": "string", "nullable": True})
    def get_actor_name(self, event: ExecutionEvent) -> str | None:
        return event.actor.get_short_name() if event.actor and self._is_named(event) else None

    @extend_schema_field(
        {
            "type": "integer",
            "nullable": True,
            "description": "Of the centre's own decision: id of the person who proposed what `actor` confirmed.",
        }
    )
    def get_proposed_by(self, event: ExecutionEvent) -> int | None:
        proposal = proposal_behind(event) if self._is_named(event) else None
        return proposal.asked_by_id if proposal else None

    @extend_schema_field({"type": "string", "nullable": True, "description": "First month that it corrects."})
    def get_corrects(self, event: ExecutionEvent) -> str | None:
        return event.corrects or None


class ExecutionDetailSerializer(ExecutionSerializer):
    """An execution with its whole log and what this person may do with it now."""

    allowed_actions = serializers.SerializerMethodField()
    events = EventSerializer(source="log", many=True)

    class Meta(ExecutionSerializer.Meta):
        fields = [*ExecutionSerializer.Meta.fields, "allowed_actions", "events"]
        read_only_fields = fields

    def get_allowed_actions(self, execution: Execution) -> list[str]:
        return allowed_actions(self.context["scope"], execution)


class ActResultSerializer(serializers.Serializer):
    """The event that the act appended (for a repeated sending the first one) and the execution after it."""

    event = EventSerializer()
    execution = ExecutionDetailSerializer()


class RequestEntrySerializer(serializers.ModelSerializer):
    """What a region asked about an execution, or the centre proposes, and the answer.

    `event` is what granting it put into the log. A proposal of the centre is granted by another person than the one
    who made it.
    """

    execution = serializers.IntegerField(source="execution_id", help_text="Id of the execution.")
    region = serializers.CharField(source="execution.region_id", help_text="Code of the region.")
    first_due_on = serializers.DateField(source="execution.first_due_on")
    due_on = serializers.DateField(source="execution.due_on", help_text="The due date in force.")
    asked_by = serializers.IntegerField(
        source="asked_by_id", allow_null=True, help_text="Id of the person who asked."
    )
    answered_by = serializers.SerializerMethodField()
    event = serializers.IntegerField(source="event_id", allow_null=True, help_text="Id of the event.")
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = ExecutionRequest
        fields = [
            "id", "execution", "region", "origin", "kind", "state", "reason", "first_due_on", "due_on", "proposed_due",
            "requested_at", "corrects", "asked_by", "asked_at", "answered_by", "answered_at", "answer", "granted_due",
            "event", "allowed_actions", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": "integer",
            "nullable": True,
            "description": "Id of the person who ended it. Null to regions for what the centre did.",
        }
    )
    def get_answered_by(self, request: ExecutionRequest) -> int | None:
        return request.answered_by_id if may_know_who_ended(self.context["scope"], request) else None

    def get_allowed_actions(self, request: ExecutionRequest) -> list[str]:
        return allowed_answers(self.context["scope"], request)


class WordingSerializer(serializers.ModelSerializer):
    """One wording of an answer; the last one counts."""

    class Meta:
        model = AnswerWording
        fields = ["text", "written_at"]
        read_only_fields = fields


class AnswerOfItemSerializer(serializers.ModelSerializer):
    """What the centre answered, with every wording, the oldest first."""

    wordings = WordingSerializer(many=True)

    class Meta:
        model = ItemAnswer
        fields = ["id", "version", "wordings"]
        read_only_fields = fields


class QuestionSerializer(serializers.ModelSerializer):
    """A question about an item. Who asked from where is null to other regions."""

    assignment = serializers.IntegerField(
        source="execution.assignment_id", help_text="Id of the protocol item."
    )
    execution = serializers.SerializerMethodField()
    region = serializers.SerializerMethodField()
    asked_by = serializers.SerializerMethodField()
    answer = AnswerOfItemSerializer(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = ItemQuestion
        fields = [
            "id", "assignment", "text", "asked_at", "execution", "region", "asked_by", "answer", "allowed_actions",
        ]  # fmt: skip
        read_only_fields = fields

    def _is_known(self, question: ItemQuestion) -> bool:
        return can_know_asker(self.context["scope"], question)

    @extend_schema_field({"type": "integer", "nullable": True, "description": "Id of the execution."})
    def get_execution(self, question: ItemQuestion) -> int | None:
        return question.execution_id if self._is_known(question) else None

    @extend_schema_field({"type": "string", "nullable": True, "description": "Code of the region."})
    def get_region(self, question: ItemQuestion) -> str | None:
        return question.execution.region_id if self._is_known(question) else None

    @extend_schema_field({"type": "integer", "nullable": True, "description": "Id of the person who asked."})
    def get_asked_by(self, question: ItemQuestion) -> int | None:
        return question.asked_by_id if self._is_known(question) else None

    def get_allowed_actions(self, question: ItemQuestion) -> list[str]:
        if not can_answer_questions(self.context["scope"]):
            return []
        return ["answer"] if question.is_open else ["rewrite"]


# Bodies of the acts


class ActSerializer(StrictSerializer):
    """What every act needs: the version that the person saw, and a key that makes a repeated sending harmless."""

    version = WholeNumberField(help_text="The version of the execution that you read.")
    submission_key = TextField(
        required=False,
        max_length=64,
        help_text="Your own key of this sending (letters, digits, - and _): the same key twice is one act.",
    )


def corrects_field() -> TextField:
    return TextField(
        required=False,
        allow_blank=True,
        max_length=7,
        help_text="The first month, YYYY-MM, whose published rating the decision corrects. Left out: as the "
        "methodology prescribes (an empty return of a credited report, a report recorded late); empty: nothing.",
    )


def text_field(limit: int, *, required: bool = True, about: str = "") -> TextField:
    return TextField(
        required=required,
        allow_blank=not required,
        max_length=limit,
        trim_whitespace=False,
        help_text=about,
    )


class SubmitSerializer(ActSerializer):
    """A report. With `at` and `late_reason` the centre records one that came another way."""

    text = text_field(MAX_REPORT_LENGTH, about="What was done.")
    at = InstantField(required=False, help_text="For the centre: when the report came.")
    late_reason = text_field(
        MAX_REMARK_LENGTH, required=False, about="For the centre: why it is recorded late."
    )
    corrects = corrects_field()


class SubmitWithFilesSerializer(SubmitSerializer):
    """A report with files, as multipart form data."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        help_text="Files of the report; repeat the field for each.",
    )


class SubmitManySerializer(StrictSerializer):
    """One report for several executions, as JSON or, with files, as multipart form data."""

    executions = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{1,18}:[0-9]{1,9}$"),
        allow_empty=False,
        max_length=MAX_TOGETHER,
        help_text="Each with the version that you read: `12:3` is version 3 of execution 12.",
    )
    text = text_field(MAX_REPORT_LENGTH, about="What was done: the same text for all.")
    submission_key = TextField(
        required=False,
        max_length=64,
        help_text="Your own key of this sending (letters, digits, - and _): the same key twice is one act.",
    )

    def validate_executions(self, pairs: list[str]) -> dict[int, int]:
        """Versions by id."""
        return {int(pk): int(version) for pk, _colon, version in (pair.partition(":") for pair in pairs)}


class SubmitManyWithFilesSerializer(SubmitManySerializer):
    """The same with files; each execution keeps its own copy."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        help_text="Files of the report; repeat the field for each.",
    )


class RefusedOneSerializer(serializers.Serializer):
    """An execution for which nothing was done, with the reason."""

    execution = serializers.IntegerField(help_text="Id of the execution.")
    reason = serializers.CharField()


class ManyResultSerializer(serializers.Serializer):
    """What became of an act on several executions."""

    done = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the executions.")
    refused = RefusedOneSerializer(many=True)


class AcceptSerializer(ActSerializer):
    """Taking off control as executed."""

    remark = text_field(MAX_REMARK_LENGTH, required=False, about="A remark for the region.")
    corrects = corrects_field()


class ReturnSerializer(ActSerializer):
    """Returning for rework."""

    remark = text_field(MAX_REMARK_LENGTH, about="What must be changed.")
    empty = FlagField(default=False, help_text="The report has no substance: no days are given back.")
    corrects = corrects_field()


class ExtendSerializer(ActSerializer):
    """Moving the term forward."""

    new_due = serializers.DateField(help_text="The new due date, later than the current one.")
    reason = text_field(MAX_REMARK_LENGTH, about="Why the term is moved.")
    requested_at = InstantField(
        required=False, help_text="When the region asked; leave it out for the centre's own decision."
    )
    corrects = corrects_field()


class CancelSerializer(ActSerializer):
    """Taking off control without execution."""

    reason = text_field(MAX_REMARK_LENGTH, about="Why it is cancelled.")
    corrects = corrects_field()


class AnnulSerializer(ActSerializer):
    """Making an event count as never made."""

    event_id = WholeNumberField(help_text="The event of this execution.")
    reason = text_field(MAX_REMARK_LENGTH, about="Why it is annulled.")
    corrects = corrects_field()


class UndoSerializer(ActSerializer):
    """Undoing a decision just made; that it is the last event which counts says more than a version."""

    version = None  # type: ignore[assignment]
    event_id = WholeNumberField(help_text="The event of the decision.")


class NoteSerializer(StrictSerializer):
    """How the work goes; an empty text takes the note in force away."""

    version = WholeNumberField(min_value=0, help_text="The `note_version` that you read, 0 for none.")
    text = TextField(
        allow_blank=True,
        max_length=MAX_NOTE_LENGTH,
        trim_whitespace=False,
        help_text="A few words; it is no report and moves no score.",
    )


class AskSerializer(ActSerializer):
    """Asking the centre about an own execution."""

    kind = serializers.ChoiceField(
        [(kind.value, kind.label) for kind in ASKED_BY_REGIONS], help_text="What is asked for."
    )
    reason = text_field(MAX_REMARK_LENGTH, about="Why the region asks.")
    proposed_due = serializers.DateField(
        required=False, help_text="Of an extension: the day asked for, later than the due date in force."
    )


def key_field() -> TextField:
    return TextField(
        required=False,
        max_length=64,
        help_text="Your own key of this sending (letters, digits, - and _): the same key twice is one act.",
    )


class QuestionBodySerializer(StrictSerializer):
    """Asking about the item of an own execution."""

    text = text_field(
        MAX_REMARK_LENGTH, about="What is not clear; all addressees read it, without your name."
    )
    submission_key = key_field()


class AnswerBodySerializer(StrictSerializer):
    """Answering a question, and further ones about the same item with the same words."""

    text = text_field(MAX_REMARK_LENGTH, about="The answer; all addressees of the item read it.")
    also = serializers.ListField(
        child=WholeNumberField(min_value=1, max_value=MAX_ID),
        required=False,
        default=list,
        max_length=499,
        help_text="Ids of further waiting questions about the same item that this answers too.",
    )
    submission_key = key_field()


class RewriteSerializer(StrictSerializer):
    """Mending an answer; the earlier wording stays in its history."""

    version = WholeNumberField(help_text="The version of the answer that you read.")
    text = text_field(MAX_REMARK_LENGTH, about="The new wording.")
    submission_key = key_field()


class AnswerSerializer(StrictSerializer):
    """What every answer needs: the version of the request, and a key that makes a repeated sending harmless."""

    version = serializers.IntegerField(help_text="The version of the request that you read.")
    submission_key = serializers.CharField(
        required=False,
        max_length=64,
        help_text="Your own key of this sending (letters, digits, - and _): the same key twice is one act.",
    )


class WithdrawSerializer(AnswerSerializer):
    """Taking a request back."""


class RefuseSerializer(AnswerSerializer):
    """Refusing a request."""

    answer = text_field(MAX_REMARK_LENGTH, about="Why it is refused; the region reads it.")


class GrantSerializer(AnswerSerializer):
    """Granting a request."""

    granted_due = serializers.DateField(
        required=False, help_text="Of an extension: the new due date; the day asked for when left out."
    )
    answer = text_field(MAX_REMARK_LENGTH, required=False, about="Words to the region.")
    own_decision = serializers.BooleanField(
        default=False,
        help_text="Extend by the centre's own decision, with its reason in `answer`: the only way for a request "
        "after the due date, or one more after a request that moved it.",
    )
    corrects = corrects_field()
