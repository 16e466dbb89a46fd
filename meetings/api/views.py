"""Meetings and their agendas in the API: read by whoever reads the pages, written by the same services."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assignments.api.planning import act
from assignments.api.views import WithScope
from common.api import PortalDetailView, PortalListView
from common.filtering import DayFilter, NumberFilter, OneOfFilter
from common.scope import Scope
from meetings.api import serializers
from meetings.enums import AgendaSource, AgendaState, MeetingKind, MeetingState
from meetings.models import AgendaItem, Decision, Meeting
from meetings.services import agenda
from meetings.services.steps import require_runner


class MeetingFilter(filters.FilterSet):
    """By state, kind and day."""

    state = OneOfFilter("state", "State of the meeting.", MeetingState.choices)
    kind = OneOfFilter("kind", "Kind of the meeting.", MeetingKind.choices)
    starts_from = DayFilter("starts_at", "Begins on this day or later.", lookup_expr="date__gte")
    starts_to = DayFilter("starts_at", "Begins on this day or earlier.", lookup_expr="date__lte")


class AgendaItemFilter(filters.FilterSet):
    """By meeting, state and source."""

    meeting = NumberFilter("meeting", "Id of the meeting.")
    state = OneOfFilter("state", "State of the item.", AgendaState.choices)
    source = OneOfFilter("source", "Where the item comes from.", AgendaSource.choices)


@extend_schema(tags=["meetings"], summary="List the meetings")
class MeetingList(WithScope, PortalListView):
    """The centre reads all; a region and an association those to which they are invited, from the opening on."""

    serializer_class = serializers.MeetingSerializer
    filterset_class = MeetingFilter
    orderings = {"id": "pk", "starts_at": "starts_at"}

    def get_queryset(self) -> QuerySet[Meeting]:
        rows: QuerySet[Meeting] = Meeting.objects.visible_to(self.scope)
        return rows


@extend_schema(tags=["meetings"], summary="Show a meeting")
class MeetingDetail(WithScope, PortalDetailView):
    """One meeting as it is now."""

    serializer_class = serializers.MeetingSerializer

    def get(self, request: Request, pk: int) -> Response:
        found = Meeting.objects.fetch(self.scope, pk=pk)
        return Response(self.get_serializer(found).data)


def items_with_decisions(scope: Scope) -> QuerySet[AgendaItem]:
    """Items of this reader with the decisions that he may read."""
    decisions = Decision.objects.visible_to(scope).order_by("position", "pk")
    rows = AgendaItem.objects.visible_to(scope).select_related("meeting")
    found: QuerySet[AgendaItem] = rows.prefetch_related(
        Prefetch("decisions", decisions, to_attr="shown_decisions")
    )
    return found


@extend_schema(tags=["meetings"], summary="List the questions of agendas")
class AgendaItemList(WithScope, PortalListView):
    """What stands on the agendas that the reader sees, and the proposals of his own place."""

    serializer_class = serializers.AgendaItemSerializer
    filterset_class = AgendaItemFilter
    orderings = {"id": "pk", "position": "position"}

    def get_queryset(self) -> QuerySet[AgendaItem]:
        return items_with_decisions(self.scope)


class ItemView(WithScope, PortalDetailView):
    """What answers with one item. Not seen is 404, not this person's act 403, a bad body 400, a wrong state 409."""

    serializer_class: Any = serializers.AgendaItemSerializer

    def answer(self, pk: int) -> Response:
        """The item as it is now."""
        found = items_with_decisions(self.scope).get(pk=pk)
        return Response(serializers.AgendaItemSerializer(found, context=self.get_serializer_context()).data)

    def done(self, pk: int, service: Callable[..., Any]) -> Response:
        """Let a service do an act on the item by the body of the request."""
        found: AgendaItem = AgendaItem.objects.select_related("meeting").fetch(self.scope, pk=pk)
        if found.meeting is not None:
            require_runner(self.scope, found.meeting)
        service(actor=self.scope, item_id=pk, **self.body())
        return self.answer(pk)

    def body(self) -> dict[str, Any]:
        """The fields of the body."""
        read = self.get_serializer(data=self.request.data)
        read.is_valid(raise_exception=True)
        found: dict[str, Any] = read.validated_data
        return found


@extend_schema(tags=["meetings"], summary="Show a question of an agenda")
class AgendaItemDetail(ItemView):
    """One item with its decisions."""

    def get(self, request: Request, pk: int) -> Response:
        AgendaItem.objects.fetch(self.scope, pk=pk)
        return self.answer(pk)


WHOLE = {"title": "О ходе набора", "speaker": "Контролёров П. И.", "minutes": 5, "text": "", "reason": ""}


@act(
    "meetings", "Put a question on the agenda", serializers.QuestionSerializer,
    serializers.AgendaItemSerializer, **WHOLE,
)  # fmt: skip
class AddItem(ItemView):
    """At the end of the agenda; the same sent twice is one."""

    operation_id = "meetings_add_item"
    serializer_class = serializers.QuestionSerializer

    def post(self, request: Request, pk: int) -> Response:
        require_runner(self.scope, Meeting.objects.fetch(self.scope, pk=pk))
        return self.answer(agenda.item_add(actor=self.scope, meeting_id=pk, **self.body()).pk)


@act(
    "meetings", "Change a question of the agenda", serializers.ChangeSerializer,
    serializers.AgendaItemSerializer, **WHOLE,
)  # fmt: skip
class ChangeItem(ItemView):
    """What it says, its speaker and its minutes; a stale version is 409."""

    operation_id = "agenda_items_change"
    serializer_class = serializers.ChangeSerializer

    def post(self, request: Request, pk: int) -> Response:
        return self.done(pk, agenda.item_change)


@act(
    "meetings", "Put a question at a place", serializers.PlaceSerializer, serializers.AgendaItemSerializer,
    position=1,
)  # fmt: skip
class MoveItem(ItemView):
    """A place outside the agenda is its nearest end."""

    operation_id = "agenda_items_move"
    serializer_class = serializers.PlaceSerializer

    def post(self, request: Request, pk: int) -> Response:
        return self.done(pk, agenda.item_move)


@act(
    "meetings", "Take a question off the agenda", serializers.ReasonSerializer,
    serializers.AgendaItemSerializer, reason="",
)  # fmt: skip
class RemoveItem(ItemView):
    """It stays as a trace and can be put back."""

    operation_id = "agenda_items_remove"
    serializer_class = serializers.ReasonSerializer

    def post(self, request: Request, pk: int) -> Response:
        return self.done(pk, agenda.item_remove)


@act(
    "meetings", "Put a question back", serializers.ReasonSerializer, serializers.AgendaItemSerializer,
    reason="",
)  # fmt: skip
class RestoreItem(ItemView):
    """At the end of the agenda."""

    operation_id = "agenda_items_restore"
    serializer_class = serializers.ReasonSerializer

    def post(self, request: Request, pk: int) -> Response:
        return self.done(pk, agenda.item_restore)
