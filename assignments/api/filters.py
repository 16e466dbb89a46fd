"""Filters of protocols, their items and executions."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from assignments.enums import (
    OPEN_STATES,
    AddresseeKind,
    ExecutionState,
    ProtocolStatus,
    RequestKind,
    RequestOrigin,
    RequestState,
)
from assignments.models import ExecutionEvent
from assignments.querysets import ExecutionQuerySet
from common import clock
from common.filtering import (
    AnyOfFilter,
    CodeFilter,
    DayFilter,
    FlagFilter,
    InstantFilter,
    NumberFilter,
    OneOfFilter,
)


class ProtocolFilter(filters.FilterSet):
    """By number, status and day."""

    number = CodeFilter("number", "Number of the protocol.")
    status = OneOfFilter("status", "Status of the protocol.", ProtocolStatus.choices)
    held_from = DayFilter("held_on", "Held on this day or later.", lookup_expr="gte")
    held_to = DayFilter("held_on", "Held on this day or earlier.", lookup_expr="lte")


class AssignmentFilter(filters.FilterSet):
    """By protocol, process, addressee and term."""

    protocol = NumberFilter("protocol", "Id of the protocol.")
    process = CodeFilter("process", "Key of the process of the cyclogram.")
    addressee = OneOfFilter("addressee", "Who the item is addressed to.", AddresseeKind.choices)
    due_from = DayFilter("due_on", "Due on this day or later.", lookup_expr="gte")
    due_to = DayFilter("due_on", "Due on this day or earlier.", lookup_expr="lte")


class ExecutionFilter(filters.FilterSet):
    """By place, item, state and term, and what changed since an instant."""

    code = CodeFilter("code", "Code of the execution in the audit file.")
    region = CodeFilter("region", "Code of the region.")
    cluster = CodeFilter("cluster__code", "Code of the cluster.")
    protocol = NumberFilter("assignment__protocol", "Id of the protocol.")
    assignment = NumberFilter("assignment", "Id of the protocol item.")
    process = CodeFilter("assignment__process", "Key of the process of the cyclogram.")
    state = AnyOfFilter("state", "State of the execution; repeat for several.", ExecutionState.choices)
    open = FlagFilter("state", "On control, whatever its own state.", method="on_control")
    overdue = FlagFilter("due_on", "Waiting for the region after its due day.", method="is_overdue")
    due_from = DayFilter("due_on", "Due on this day or later.", lookup_expr="gte")
    due_to = DayFilter("due_on", "Due on this day or earlier.", lookup_expr="lte")
    updated_since = InstantFilter(
        "events", "Something was recorded at this instant or later.", method="recorded_since"
    )

    def on_control(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(state__in=OPEN_STATES) if value else rows.exclude(state__in=OPEN_STATES)

    def is_overdue(self, rows: ExecutionQuerySet, name: str, value: bool) -> QuerySet:
        overdue = rows.model.objects.overdue(clock.today()).order_by().values("pk")
        return rows.filter(pk__in=overdue) if value else rows.exclude(pk__in=overdue)

    def recorded_since(self, rows: QuerySet, name: str, value: object) -> QuerySet:
        changed = ExecutionEvent.objects.filter(recorded_at__gte=value).order_by().values("execution")
        return rows.filter(pk__in=changed)


class RequestFilter(filters.FilterSet):
    """By place, execution, origin, kind and state, and when it was asked."""

    execution = NumberFilter("execution", "Id of the execution.")
    region = CodeFilter("execution__region", "Code of the region.")
    origin = OneOfFilter("origin", "Asked by a region, or proposed by the centre.", RequestOrigin.choices)
    kind = OneOfFilter("kind", "What is asked for.", RequestKind.choices)
    state = AnyOfFilter("state", "State of the request; repeat for several.", RequestState.choices)
    asked_since = InstantFilter("asked_at", "Asked at this instant or later.", lookup_expr="gte")
    asked_before = InstantFilter("asked_at", "Asked before this instant.", lookup_expr="lt")


class QuestionFilter(filters.FilterSet):
    """By item, place, whether it waits, and when it was asked."""

    assignment = NumberFilter("execution__assignment", "Id of the protocol item.")
    open = FlagFilter("answer", "Waiting for the answer of the centre.", method="waits")
    asked_since = InstantFilter("asked_at", "Asked at this instant or later.", lookup_expr="gte")
    asked_before = InstantFilter("asked_at", "Asked before this instant.", lookup_expr="lt")

    def waits(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(answer__isnull=value)
