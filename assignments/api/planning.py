"""Hours of issues, recurring items and recalls of items in the API."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api import planning_serializers as serializers
from assignments.api.acts import STALE
from assignments.api.serializers import ProtocolSerializer
from assignments.api.views import WithScope, protocols_with_items
from assignments.enums import RecallState
from assignments.long_work import recall_decided
from assignments.models import Assignment, ItemRecall, ItemSeries, Protocol, SeriesOccurrence
from assignments.policies import can_decide_recall, can_draft, can_recall, can_withdraw_recall
from assignments.querysets import ItemSeriesQuerySet
from assignments.services import recalls as recall_services
from assignments.services.schedules import issue_schedule, issue_unschedule
from assignments.services.series import SeriesContent, series_change, series_save, series_stop
from common.api import PortalDetailView, PortalListView
from common.filtering import AnyOfFilter, NumberFilter
from common.scope import Scope


def _body(serializer: Any, request: Request) -> dict[str, Any]:
    """The fields of a body."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    found: dict[str, Any] = body.validated_data
    return found


def act(tag: str, summary: str, body: Any, answered: Any, **example: Any) -> Callable[[Any], Any]:
    """Describe an act: what it takes, what it answers, an example of a body."""
    return extend_schema(
        tags=[tag],
        summary=summary,
        request=body,
        responses=answered if isinstance(answered, dict) else {200: answered},
        examples=[OpenApiExample(summary, value={"version": 2, **example}, request_only=True), STALE],
    )


# The hour of an issue


class HourView(WithScope, PortalDetailView):
    """Not seen is 404, not this person's act 403, a bad body 400, a stale version or an issued protocol 409."""

    def _draft(self, pk: int) -> None:
        Protocol.objects.fetch(self.scope, pk=pk)
        if not can_draft(self.scope):
            raise PermissionDenied

    def _answer(self, pk: int) -> Response:
        found = protocols_with_items(self.scope).fetch(self.scope, pk=pk)
        return Response(ProtocolSerializer(found, context=self.get_serializer_context()).data)


@act(
    "protocols",
    "Let a draft issue itself at an instant",
    serializers.ScheduleSerializer,
    ProtocolSerializer,
    at="2026-05-28T10:00:00+03:00",
)
class ScheduleProtocol(HourView):
    """Set or move the instant; everything is checked for that day now, and again when it has come."""

    operation_id = "protocols_schedule"
    serializer_class = serializers.ScheduleSerializer

    def post(self, request: Request, pk: int) -> Response:
        self._draft(pk)
        issue_schedule(actor=self.scope, protocol_id=pk, **_body(serializers.ScheduleSerializer, request))
        return self._answer(pk)


@act("protocols", "Take the instant back", serializers.VersionSerializer, ProtocolSerializer)
class UnscheduleProtocol(HourView):
    """The draft waits for no instant any more."""

    operation_id = "protocols_unschedule"
    serializer_class = serializers.VersionSerializer

    def post(self, request: Request, pk: int) -> Response:
        self._draft(pk)
        issue_unschedule(actor=self.scope, protocol_id=pk, **_body(serializers.VersionSerializer, request))
        return self._answer(pk)


# Recurring items


class SeriesFilter(filters.FilterSet):
    """By protocol."""

    protocol = NumberFilter("protocol", "Id of the protocol.")


def _series(scope: Scope) -> ItemSeriesQuerySet:
    periods = SeriesOccurrence.objects.visible_to(scope).order_by("number")
    rows: ItemSeriesQuerySet = ItemSeries.objects.visible_to(scope)
    return rows.prefetch_related(Prefetch("occurrences", periods, to_attr="visible_occurrences"))


@extend_schema(tags=["series"], summary="List the recurring items")
class SeriesList(WithScope, PortalListView):
    """Recurring items with their periods: the centre reads all, a region those of which it was addressed."""

    serializer_class = serializers.SeriesSerializer
    filterset_class = SeriesFilter

    def get_queryset(self) -> QuerySet[ItemSeries]:
        return _series(self.scope)


class SeriesView(WithScope, PortalDetailView):
    """What answers with one recurring item."""

    serializer_class: Any = serializers.SeriesSerializer

    def drafted_by(self, pk: int) -> ItemSeries:
        """The recurring item, for somebody who may write it."""
        found: ItemSeries = ItemSeries.objects.fetch(self.scope, pk=pk)
        if not can_draft(self.scope):
            raise PermissionDenied
        return found

    def answer(self, pk: int) -> Response:
        """The recurring item as it is now."""
        found = _series(self.scope).fetch(self.scope, pk=pk)
        return Response(serializers.SeriesSerializer(found, context=self.get_serializer_context()).data)


@extend_schema(tags=["series"], summary="Show a recurring item")
class SeriesDetail(SeriesView):
    """One recurring item with its periods."""

    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)


WHOLE = {
    "number": "3.2",
    "text": "Submit the table of enrolment.",
    "audience": {"everyone": True},
    "frequency": "monthly",
    "month_day": 5,
    "starts_on": "2026-05-01",
    "until": "2026-12-31",
    "visible_days": 10,
}


@act(
    "series",
    "Add a recurring item to a draft",
    serializers.SeriesBodySerializer,
    serializers.SeriesSerializer,
    **WHOLE,
)
class CreateSeries(SeriesView):
    """It begins with the issue of the protocol; the same sent twice is one."""

    operation_id = "protocols_series"
    serializer_class = serializers.SeriesBodySerializer

    def post(self, request: Request, pk: int) -> Response:
        Protocol.objects.fetch(self.scope, pk=pk)
        if not can_draft(self.scope):
            raise PermissionDenied
        said = _body(serializers.SeriesBodySerializer, request)
        said.pop("version", None)
        made = series_save(actor=self.scope, protocol_id=pk, content=SeriesContent(**said))
        return self.answer(made.pk)


@act(
    "series",
    "Change a recurring item",
    serializers.SeriesBodySerializer,
    serializers.SeriesSerializer,
    **WHOLE,
)
class ChangeSeries(SeriesView):
    """Of a draft as a whole; of an issued protocol for the periods that are no items yet."""

    operation_id = "series_change"
    serializer_class = serializers.SeriesBodySerializer

    def post(self, request: Request, pk: int) -> Response:
        found = self.drafted_by(pk)
        said = _body(serializers.SeriesBodySerializer, request)
        version = said.pop("version", None)
        content = SeriesContent(**said)
        if found.counts_from is None:
            series_save(
                actor=self.scope,
                protocol_id=found.protocol_id,
                content=content,
                series_id=pk,
                version=version,
            )
        else:
            series_change(actor=self.scope, series_id=pk, version=version, content=content)
        return self.answer(pk)


@act(
    "series",
    "Stop a recurring item",
    serializers.StopSerializer,
    serializers.SeriesSerializer,
    reason="The programme has ended.",
)
class StopSeries(SeriesView):
    """No further period becomes an item; those that have stay on control."""

    operation_id = "series_stop"
    serializer_class = serializers.StopSerializer

    def post(self, request: Request, pk: int) -> Response:
        self.drafted_by(pk)
        series_stop(actor=self.scope, series_id=pk, **_body(serializers.StopSerializer, request))
        return self.answer(pk)


# Recalls


class RecallFilter(filters.FilterSet):
    """By item and state."""

    assignment = NumberFilter("assignment", "Id of the protocol item.")
    state = AnyOfFilter("state", "State of the recall; repeat for several.", RecallState.choices)


@extend_schema(tags=["recalls"], summary="List the recalls of items")
class RecallList(WithScope, PortalListView):
    """The centre reads all, a region those in force of items addressed to it."""

    serializer_class = serializers.RecallSerializer
    filterset_class = RecallFilter
    repeatable_parameters = frozenset({"state"})

    def get_queryset(self) -> QuerySet[ItemRecall]:
        return ItemRecall.objects.visible_to(self.scope)


class RecallView(WithScope, PortalDetailView):
    """Not seen is 404, not this person's act 403, a bad body 400, a stale version or an impossible step 409."""

    serializer_class: Any = serializers.RecallSerializer

    def recall(self, pk: int) -> ItemRecall:
        """The recall as it is now."""
        found: ItemRecall = ItemRecall.objects.fetch(self.scope, pk=pk)
        return found

    def answer(self, pk: int) -> Response:
        """The recall, and 202 while a person or the worker still has to do something."""
        found = self.recall(pk)
        ended = found.state not in (RecallState.PROPOSED, RecallState.UNDER_WAY, RecallState.GOING_BACK)
        data = serializers.RecallSerializer(found, context=self.get_serializer_context()).data
        return Response(data, status=200 if ended else 202)


WAITS = {
    200: serializers.RecallSerializer,
    202: OpenApiResponse(
        serializers.RecallSerializer,
        "Not at its end: it waits for a second person of the centre, or the worker carries it out.",
    ),
}


@extend_schema(tags=["recalls"], summary="Show a recall")
class RecallDetail(RecallView):
    """One recall, and what is open to you now."""

    def get(self, request: Request, pk: int) -> Response:
        data = serializers.RecallSerializer(self.recall(pk), context=self.get_serializer_context()).data
        return Response(data)


@extend_schema(
    tags=["recalls"],
    summary="Propose to recall an item",
    request=serializers.RecallBodySerializer,
    responses=WAITS,
    examples=[
        OpenApiExample(
            "Propose to recall an item", value={"reason": "The decision was revoked."}, request_only=True
        )
    ],
)
class RecallItem(RecallView):
    """Everything of the item that is still on control is cancelled, once a second person of the centre confirms."""

    operation_id = "assignments_recall"
    serializer_class = serializers.RecallBodySerializer

    def post(self, request: Request, pk: int) -> Response:
        Assignment.objects.fetch(self.scope, pk=pk)
        if not can_recall(self.scope):
            raise PermissionDenied
        said = _body(serializers.RecallBodySerializer, request)
        made, _task = recall_decided(
            actor=self.scope,
            decide=lambda: recall_services.recall_propose(actor=self.scope, assignment_id=pk, **said),
        )
        return self.answer(made.pk)


@act("recalls", "Confirm a recall", serializers.VersionSerializer, WAITS)
class ConfirmRecall(RecallView):
    """The second person confirms: the executions leave control, at once or by the worker."""

    operation_id = "recalls_confirm"
    serializer_class = serializers.VersionSerializer

    def post(self, request: Request, pk: int) -> Response:
        if not can_decide_recall(self.scope, self.recall(pk)):
            raise PermissionDenied
        said = _body(serializers.VersionSerializer, request)
        recall_decided(
            actor=self.scope,
            decide=lambda: recall_services.recall_confirm(actor=self.scope, recall_id=pk, **said),
        )
        return self.answer(pk)


@act(
    "recalls",
    "Refuse a recall",
    serializers.RecallRefusalSerializer,
    serializers.RecallSerializer,
    answer="The decision stands.",
)
class RefuseRecall(RecallView):
    """The second person refuses, with the reason."""

    operation_id = "recalls_refuse"
    serializer_class = serializers.RecallRefusalSerializer

    def post(self, request: Request, pk: int) -> Response:
        if not can_decide_recall(self.scope, self.recall(pk)):
            raise PermissionDenied
        said = _body(serializers.RecallRefusalSerializer, request)
        recall_services.recall_refuse(actor=self.scope, recall_id=pk, **said)
        return self.answer(pk)


@act("recalls", "Withdraw a recall", serializers.VersionSerializer, serializers.RecallSerializer)
class WithdrawRecall(RecallView):
    """Whoever proposed takes it back before it was decided."""

    operation_id = "recalls_withdraw"
    serializer_class = serializers.VersionSerializer

    def post(self, request: Request, pk: int) -> Response:
        if not can_withdraw_recall(self.scope, self.recall(pk)):
            raise PermissionDenied
        said = _body(serializers.VersionSerializer, request)
        recall_services.recall_withdraw(actor=self.scope, recall_id=pk, **said)
        return self.answer(pk)


@extend_schema(tags=["recalls"], summary="Undo a recall", request=None, responses=WAITS)
class UndoRecall(RecallView):
    """Within minutes of its end all its cancellations are annulled; afterwards each is annulled for itself."""

    operation_id = "recalls_undo"

    def post(self, request: Request, pk: int) -> Response:
        self.recall(pk)
        if not can_recall(self.scope):
            raise PermissionDenied
        recall_decided(
            actor=self.scope, decide=lambda: recall_services.recall_undo(actor=self.scope, recall_id=pk)
        )
        return self.answer(pk)
