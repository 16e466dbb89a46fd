"""Who sees which meeting, and what of it: the one place of that rule.

The centre sees all. Nobody else sees a meeting before it is opened, nor one that was cancelled as a draft.
"""

from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Q, Sum

from audit.append_only import AppendOnlyQuerySetMixin
from common.querysets import ScopedQuerySet
from common.scope import Scope
from meetings.enums import (
    BEGUN_STATES,
    HELD_STATES,
    TOLD_EVENTS,
    AgendaSource,
    AgendaState,
    ApprovalState,
    MeetingState,
    MinutesState,
)


def _rows(name: str) -> Any:
    """All rows of a model of this room: querysets stand below the models and cannot import them."""
    return apps.get_model("meetings", name)._default_manager.all()


class CentreOnlyQuerySet(ScopedQuerySet):
    """Tools of the centre."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class SeriesQuerySet(CentreOnlyQuerySet):
    """Series belong to the centre; others learn of their meetings when these open."""

    def running(self, day: date) -> Self:
        """Those that make meetings on the day or after it."""
        return self.filter(Q(until=None) | Q(until__gte=day), is_active=True)


class SeriesRowQuerySet(CentreOnlyQuerySet):
    """The agenda of a series follows it."""


class MeetingQuerySet(ScopedQuerySet):
    """A region sees what it is invited to; an association its own meetings and those where it is on the agenda."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if not scope.regions and not scope.associations:
            return self.none()
        places = Q()
        if scope.regions:
            invited = _rows("Invitation").filter(region__in=scope.regions)
            places |= Q(pk__in=invited.values("meeting"))
        if scope.associations:
            items = _rows("AgendaItem").filter(association__in=scope.associations, meeting__isnull=False)
            items = items.exclude(state=AgendaState.REMOVED)
            places |= Q(association__in=scope.associations) | Q(pk__in=items.values("meeting"))
        return self.shown().filter(places)

    def shown(self) -> Self:
        """Those that people outside the centre may know of."""
        return self.filter(opened_at__isnull=False)

    def ahead(self, now: datetime) -> Self:
        """To come or in progress, the next one first."""
        states = (MeetingState.DRAFT, MeetingState.OPEN)
        coming = Q(state__in=states, starts_at__gte=now) | Q(state=MeetingState.IN_PROGRESS)
        return self.filter(coming).order_by("starts_at", "pk")

    def held(self) -> Self:
        """Those that are over, with or without a protocol."""
        return self.filter(state__in=HELD_STATES)

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related("series", "association", "minutes__protocol")


class MeetingEventQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Whoever sees the meeting reads what was told of it; who mended what is known in the centre."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        meetings = _rows("Meeting").visible_to(scope)
        return self.filter(meeting__in=meetings.values("pk"), kind__in=TOLD_EVENTS)


class AgendaItemQuerySet(ScopedQuerySet):
    """The agenda is read by whoever sees the meeting; a proposal also by the place that made it, wherever it stands."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        meetings = _rows("Meeting").visible_to(scope)
        own = Q(region__in=scope.regions) | Q(association__in=scope.associations)
        return self.filter(
            Q(state=AgendaState.ON_AGENDA, meeting__in=meetings.values("pk"))
            | Q(own, source=AgendaSource.PROPOSAL)
        )

    def on_agenda(self) -> Self:
        """Without what is only proposed, declined or removed, in the order of the agenda."""
        return self.filter(state=AgendaState.ON_AGENDA).order_by("meeting", "position", "pk")

    def proposals(self) -> Self:
        """What waits for the centre, the oldest first."""
        return self.filter(state=AgendaState.PROPOSED).order_by("proposed_at", "pk")

    def minutes_sum(self) -> int:
        """Minutes of all these items together."""
        return self.aggregate(n=Sum("minutes", default=0))["n"]

    def discussed(
        self,
        *,
        protocol: Any = None,
        assignment: Any = None,
        execution: Any = None,
        region: Any = None,
        process: Any = None,
        slice: Any = None,
        request: Any = None,
        association: Any = None,
    ) -> Self:
        """The way back from a source: its items on the agendas of meetings that are open, go on or are over.

        A protocol is found by each of its items; an assignment by itself, by its executions and requests, and by the
        decision that it was made of; an execution by itself and its requests, and by what is about its assignment in
        all regions or in its own. Newest meeting first.
        """
        about = Q()
        if protocol is not None:
            about |= self._about_assignment("__protocol", protocol)
        if assignment is not None:
            about |= self._about_assignment("", assignment)
        if execution is not None:
            whole = Q(Q(region=None) | Q(region=execution.region_id), assignment=execution.assignment_id)
            about |= self._held_in(executions=execution) | Q(request__execution=execution) | whole
            about |= self._held_in(decisions__assignment=execution.assignment_id)
        plain = {
            "region": region,
            "process": process,
            "slice": slice,
            "request": request,
            "association": association,
        }
        for name, value in plain.items():
            if value is not None:
                about |= Q(**{name: value})
        shown = Q(meeting__state__in=(MeetingState.OPEN, *BEGUN_STATES))
        rows = self.filter(about, shown, state=AgendaState.ON_AGENDA) if about else self.none()
        return rows.select_related("meeting").order_by("-meeting__starts_at", "position", "pk")

    def _about_assignment(self, of: str, value: Any) -> Q:
        """Items about an assignment, or about all `of` a protocol."""
        ways = ("request__execution__assignment", "assignment")
        many = ("executions__assignment", "decisions__assignment")
        about = Q()
        for way in ways:
            about |= Q(**{f"{way}{of}": value})
        for way in many:
            about |= self._held_in(**{f"{way}{of}": value})
        return about

    def _held_in(self, **condition: Any) -> Q:
        """A condition over many rows of an item, that does not repeat the item."""
        return Q(pk__in=type(self)(self.model).filter(**condition).order_by().values("pk"))


class AgendaNoteQuerySet(ScopedQuerySet):
    """Notes are work of the centre before they become minutes."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class DecisionQuerySet(ScopedQuerySet):
    """Decisions are read with their item as soon as the meeting has begun; what is prepared before is the centre's."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        meetings = _rows("Meeting").visible_to(scope).filter(started_at__isnull=False)
        return self.filter(item__state=AgendaState.ON_AGENDA, item__meeting__in=meetings.values("pk"))


class InvitationQuerySet(ScopedQuerySet):
    """Invitations, answers and marks: the centre sees all, a region its own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.regions, meeting__opened_at__isnull=False)

    def unanswered(self) -> Self:
        """Those that no coordinator has answered."""
        return self.filter(answered_at=None)


class ClusterAttendanceQuerySet(ScopedQuerySet):
    """Clusters at meetings follow the invitation of their region."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(invitation__region__in=scope.regions, invitation__meeting__opened_at__isnull=False)


class MeetingProtocolQuerySet(ScopedQuerySet):
    """Issued, it is read by whoever sees the meeting; before that by the centre and by whoever is to approve it."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        meetings = _rows("Meeting").visible_to(scope)
        read = Q(state=MinutesState.ISSUED, meeting__in=meetings.values("pk"))
        if scope.user_id is not None and not scope.is_public:
            asked = _rows("ProtocolApproval").of(scope.user_id)
            read |= Q(pk__in=asked.values("minutes"))
        return self.filter(read)


class ProtocolApprovalQuerySet(ScopedQuerySet):
    """Approvals: the centre sees all, an approver his own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.none() if scope.is_public else self.of(scope.user_id)

    def of(self, person_id: int | None) -> Self:
        """What was sent to one person and not taken back."""
        return self.filter(approver=person_id).exclude(state=ApprovalState.WITHDRAWN)

    def waiting(self) -> Self:
        return self.filter(state=ApprovalState.WAITING)


class ProtocolRemarkQuerySet(ScopedQuerySet):
    """Remarks are read in the centre, and by whoever made them."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(approval__in=_rows("ProtocolApproval").visible_to(scope).values("pk"))


class ProtocolTemplateQuerySet(AppendOnlyQuerySetMixin, CentreOnlyQuerySet):
    """Templates of the protocol are tools of the centre."""

    def newest(self) -> Any:
        """The version in force; None when nobody has uploaded any."""
        return self.order_by("-number").first()


class CalendarKeyQuerySet(ScopedQuerySet):
    """A calendar belongs to its person alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.user_id is None else self.filter(person=scope.user_id)

    def in_force(self) -> Self:
        return self.filter(revoked_at=None)
