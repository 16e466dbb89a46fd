"""Questions about items in the API: the list, single ones, asking, answering, mending an answer."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api import serializers
from assignments.api.acts import STALE
from assignments.api.filters import QuestionFilter
from assignments.api.views import WithScope
from assignments.models import Execution, ItemQuestion
from assignments.policies import can_answer_questions, can_ask
from assignments.selectors.questions import question_rows
from assignments.services import questions as services
from common.api import PortalDetailView, PortalListView
from common.errors import ImpossibleStep

KEY = {"submission_key": "8f14e45fceea167a5a36dedd4bea2543"}


@extend_schema(tags=["questions"], summary="List the questions about items")
class QuestionList(WithScope, PortalListView):
    """What coordinators asked about items, with the answers. A region reads those of the items addressed to it."""

    serializer_class = serializers.QuestionSerializer
    filterset_class = QuestionFilter
    orderings = {"id": "pk", "asked_at": "asked_at"}

    def get_queryset(self) -> QuerySet[ItemQuestion]:
        return question_rows(self.scope)


class QuestionView(WithScope, PortalDetailView):
    """One question as it is now. Not seen is 404, not this person's act 403, a bad body 400, too late 409."""

    serializer_class: Any = serializers.QuestionSerializer

    def found(self, pk: int) -> ItemQuestion:
        """The question of the reader."""
        found: ItemQuestion = question_rows(self.scope).fetch(self.scope, pk=pk)
        return found

    def result(self, pk: int) -> Response:
        """The question after an act."""
        context = self.get_serializer_context()
        return Response(serializers.QuestionSerializer(self.found(pk), context=context).data)

    def cleaned(self, request: Request, body: type) -> dict[str, Any]:
        """The fields of the body."""
        read = body(data=request.data)
        read.is_valid(raise_exception=True)
        found: dict[str, Any] = read.validated_data
        return found

    def to_answer(self, pk: int) -> ItemQuestion:
        """The question, for those who may answer."""
        question = self.found(pk)
        if not can_answer_questions(self.scope):
            raise PermissionDenied
        return question


@extend_schema(tags=["questions"], summary="Show a question")
class QuestionDetail(QuestionView):
    """One question with the wordings of its answer, and what is open to you now."""

    def get(self, request: Request, pk: int) -> Response:
        return self.result(pk)


def _act(summary: str, body: Any, **example: Any) -> Any:
    return extend_schema(
        tags=["questions"],
        summary=summary,
        request=body,
        responses={200: serializers.QuestionSerializer},
        examples=[OpenApiExample(summary, value=KEY | example, request_only=True), STALE],
    )


@_act("Ask about the item of an execution", serializers.QuestionBodySerializer, text="Is a scan enough?")
class AskQuestion(QuestionView):
    """The coordinator asks what is not clear about an item. Asking does not stop the clock."""

    operation_id = "executions_question"

    def post(self, request: Request, pk: int) -> Response:
        if not can_ask(self.scope, Execution.objects.fetch(self.scope, pk=pk)):
            raise PermissionDenied
        fields = self.cleaned(request, serializers.QuestionBodySerializer)
        return self.result(services.question_ask(actor=self.scope, execution_id=pk, **fields).pk)


@_act("Answer a question", serializers.AnswerBodySerializer, text="A scan is enough.", also=[8])
class AnswerQuestion(QuestionView):
    """The centre answers, once for all addressees of the item; further questions about it may be answered with it."""

    operation_id = "questions_answer"

    def post(self, request: Request, pk: int) -> Response:
        self.to_answer(pk)
        fields = self.cleaned(request, serializers.AnswerBodySerializer)
        ids = [pk, *fields.pop("also")]
        services.questions_answer(actor=self.scope, question_ids=ids, **fields)
        return self.result(pk)


@_act("Mend an answer", serializers.RewriteSerializer, version=1, text="A scan with a signature is enough.")
class RewriteAnswer(QuestionView):
    """The centre mends its answer; every earlier wording stays."""

    operation_id = "questions_rewrite"

    def post(self, request: Request, pk: int) -> Response:
        question = self.to_answer(pk)
        if question.answer_id is None:
            raise ImpossibleStep(_("The question has no answer yet."))
        fields = self.cleaned(request, serializers.RewriteSerializer)
        services.answer_rewrite(actor=self.scope, answer_id=question.answer_id, **fields)
        return self.result(pk)
