"""Visibility, joins and conditions of protocols, items and executions."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from assignments.as_of import PastTable
from assignments.enums import (
    OPEN_STATES,
    RECALL_ACTIVE,
    RECALL_IN_FORCE,
    REVIEWERS,
    UNREPORTED_STATES,
    EventKind,
    ExecutionState,
    ProtocolStatus,
    RecallState,
    RequestOrigin,
    RequestState,
    ScheduleState,
)
from assignments.references import PROTOCOL_WORD, read_reference
from audit.append_only import AppendOnlyQuerySetMixin
from clusters.models import AssociationMember
from common.names import words_of
from common.querysets import ScopedQuerySet
from common.scope import Scope
from common.text_search import SearchKey


class ProtocolQuerySet(ScopedQuerySet):
    """Drafts belong to the centre; an issued protocol is read by everybody it concerns."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.regions:
            own = type(self)(self.model).filter(assignments__executions__region__in=scope.regions)
            return self.filter(status=ProtocolStatus.ISSUED, pk__in=own.values("pk"))
        return self.none()

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """By number («№ 14», whole), day of the meeting («04.10.2023»), words of number and meeting."""
        asked = read_reference(text)
        words = [word for word in asked.words if not PROTOCOL_WORD.fullmatch(word)]
        if asked.is_item_only:
            return self.none()
        rows = self.with_words(words, "search_key", alike=alike)
        if asked.protocol:
            rows = rows.filter(search_key__startswith=f"{asked.protocol} ")
        return rows.filter(held_on=asked.held_on) if asked.held_on else rows


class AssignmentQuerySet(ScopedQuerySet):
    """Items follow their protocol, narrowed to those addressed to the own region."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.regions:
            own = type(self)(self.model).filter(executions__region__in=scope.regions)
            return self.filter(protocol__status=ProtocolStatus.ISSUED, pk__in=own.values("pk"))
        return self.none()

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """By words of title and text, or by a reference: «п. 2.1 протокола № 14 от 04.10.2023», whole or in part."""
        asked = read_reference(text)
        rows = self.with_words(asked.words, "search_key", alike=alike)
        if asked.item:
            rows = rows.filter(search_key__startswith=f"{asked.item} ")
        if asked.protocol:
            rows = rows.filter(protocol__search_key__startswith=f"{asked.protocol} ")
        return rows.filter(protocol__held_on=asked.held_on) if asked.held_on else rows


class SavedAudienceQuerySet(ScopedQuerySet):
    """Saved audiences serve whoever drafts protocols: one's own, and those that others share."""

    def visible_to(self, scope: Scope) -> Self:
        if not scope.has(*REVIEWERS):
            return self.none()
        return self.filter(Q(owner=scope.user_id) | Q(shared=True))


TABLE_COLUMNS = (
    "version",
    "state",
    "weight",
    "first_due_on",
    "due_on",
    "reported_on",
    "in_review_since",
    "returns",
    "assignment__number",
    "assignment__title",
    "assignment__protocol__number",
    "assignment__protocol__held_on",
    "cluster__code",
    "cluster__title",
    "region__name_ru",
    "region__name_en",
    "region__brief_ru",
    "region__brief_en",
)


class ExecutionQuerySet(ScopedQuerySet):
    """Executions: the centre sees all, a region its own; associations see practices, never these."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.regions)

    def supported_by(self, scope: Scope, day: date) -> Self:
        """Executions of the clusters whose association the person works for on the day.

        They are there to be counted and named by their item; the execution itself, its reports and its evidence stay
        with the region and the centre (`visible_to`).
        """
        members = AssociationMember.objects.visible_to(scope).in_force(day)
        return self.filter(cluster__in=members.filter(association__in=scope.associations).values("cluster"))

    def countable_by(self, scope: Scope, day: date) -> Self:
        """Executions that a person may count: those he sees and those that he supports."""
        if scope.is_centre:
            return self.all()
        return self.visible_to(scope) | self.supported_by(scope, day)

    def named(self, text: str) -> Self:
        """By the code of an execution («P3-1@70-001»), or by that of its item: all its executions."""
        code = text.strip()
        codes = {code, code.upper()}
        return self.filter(Q(code__in=codes) | Q(code__startswith=f"{code.upper()}@"))

    def done_by_peers_of(self, execution: Any) -> Self:
        """Accepted executions of the same item by clusters of the same industry in other regions, the best first:
        in time before late, then the earliest.

        That they are done, by whom and when, is told to who is late with the item (`policies.can_be_helped`); the
        execution itself stays with its region and the centre (`visible_to`).
        """
        cluster = execution.cluster
        late = Case(When(reported_on__lte=F("due_on"), then=0), default=1, output_field=IntegerField())
        return (
            self.filter(
                assignment=execution.assignment_id,
                state=ExecutionState.EXECUTED,
                cluster__industry=cluster.industry_id if cluster else None,
                cluster__industry__isnull=False,
            )
            .exclude(region=execution.region_id)
            .order_by(late, "reported_on", "pk")
        )

    def done_by_regions(
        self, items: Iterable[int], industries: Iterable[str | None]
    ) -> "QuerySet[Any, tuple[int, str, str, int]]":
        """How many clusters have done which item: (item, industry, region, clusters)."""
        done = self.filter(
            assignment__in=items, state=ExecutionState.EXECUTED, cluster__industry__in=industries
        )
        return (
            done.order_by().values_list("assignment", "cluster__industry", "region").annotate(n=Count("pk"))
        )

    def rated(self) -> Self:
        """Executions by clusters; items addressed to the coordinator himself never enter the rating."""
        return self.filter(cluster__isnull=False)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def unreported(self) -> Self:
        """Waiting for the region: nothing handed in, or returned."""
        return self.filter(state__in=UNREPORTED_STATES)

    def in_review(self) -> Self:
        return self.filter(state=ExecutionState.IN_REVIEW)

    def free_for(self, person_id: int | None, now: datetime) -> Self:
        """Reports that nobody else has before him at this instant."""
        others = Q(review_claim__until__gt=now) & ~Q(review_claim__person=person_id)
        return self.exclude(pk__in=type(self)(self.model).filter(others).values("pk"))

    def overdue(self, day: date) -> Self:
        """Waiting for the region after the due day has passed."""
        return self.unreported().filter(due_on__lt=day)

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related(
            "assignment__protocol", "assignment__process", "cluster__industry", "region"
        )

    def for_table(self) -> Self:
        """With what the row of a table shows, and no other column: a list has fifty rows and items hold long texts."""
        return self.select_related("assignment__protocol", "cluster", "region").only(*TABLE_COLUMNS)

    def as_of(self, instant: datetime) -> Self:
        """The executions as they had been recorded before the instant; to be read, never to be saved.

        Filters, order, counts and values mean the past, wherever they stand in the chain; `for_list` and the like
        join the names and texts of today. Without `select_for_update`, for what has passed is not locked.
        """
        rows = self.all()
        alias = rows.query.get_initial_alias()
        rows.query.alias_map[alias] = PastTable(self.model._meta.db_table, alias, instant)
        return rows

    @property
    def instant(self) -> datetime | None:
        """The past instant that these rows are of; None for those of today."""
        table = self.query.alias_map.get(self.query.base_table or "")
        return table.instant if isinstance(table, PastTable) else None

    def with_note(self) -> Self:
        """With the note in force as `note`, and its number as `note_number`: empty and 0 where nobody wrote any.

        After `as_of` it is the note that was in force at that instant.
        """
        notes = apps.get_model("assignments", "ExecutionNote").objects.filter(execution=OuterRef("pk"))
        notes = notes.filter(at__lt=self.instant) if self.instant else notes
        newest = notes.order_by("-number")
        return self.annotate(
            note=Coalesce(Subquery(newest.values("text")[:1]), Value(""), output_field=TextField()),
            note_number=Coalesce(
                Subquery(newest.values("number")[:1]), Value(0), output_field=IntegerField()
            ),
        )


class ExecutionPastQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Earlier states are seen by whoever sees the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(execution__region__in=scope.regions)


class ExecutionEventQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Events are seen by whoever sees the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(execution__region__in=scope.regions)

    def reports(self) -> Self:
        """Reports and supplements that nobody has annulled, with the key of their text as `text_key`."""
        rows = self.filter(kind=EventKind.SUBMITTED, annulments=None)
        return rows.annotate(text_key=SearchKey("text"))

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """`reports` by words of their text."""
        return self.with_words(words_of(text), "text_key", alike=alike)


class EvidenceQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Evidence is seen by whoever sees the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(event__execution__region__in=scope.regions))


class ExecutionRequestQuerySet(ScopedQuerySet):
    """Requests are seen by whoever sees the execution; proposals of the centre stay in it until their event."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.of_regions().filter(execution__region__in=scope.regions)

    def of_regions(self) -> Self:
        """What the regions ask."""
        return self.filter(origin=RequestOrigin.REGION)

    def of_centre(self) -> Self:
        """What the centre proposes by its own decision."""
        return self.filter(origin=RequestOrigin.CENTRE)

    def not_proposed_by(self, scope: Scope) -> Self:
        """Without the proposals of this person, which another one confirms or refuses."""
        return self.exclude(origin=RequestOrigin.CENTRE, asked_by=scope.user_id)

    def open(self) -> Self:
        """Waiting for the answer of the centre."""
        return self.filter(state=RequestState.OPEN)

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related(
            "execution__assignment__protocol", "execution__cluster", "execution__region", "asked_by"
        )


class ReviewClaimQuerySet(ScopedQuerySet):
    """Who has which report before him is known within the centre only."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()

    def in_force(self, now: datetime) -> Self:
        return self.filter(until__gt=now)


class CannedRemarkQuerySet(ScopedQuerySet):
    """Canned remarks are tools of the centre."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()

    def offered(self) -> Self:
        """Those that may still be chosen, in their order."""
        return self.filter(archived=False).order_by("position", "id")


class ReportDraftQuerySet(ScopedQuerySet):
    """A draft is seen by who writes it, while he may see the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.user_id is None:
            return self.none()
        rows = self.filter(person=scope.user_id)
        return rows if scope.is_centre else rows.filter(execution__region__in=scope.regions)


class SavedViewQuerySet(ScopedQuerySet):
    """Saved views belong to their person alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.user_id is None else self.filter(person=scope.user_id)


class ExecutionNoteQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Notes are seen by whoever sees the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(execution__region__in=scope.regions)


class WorkbookUploadQuerySet(ScopedQuerySet):
    """An uploaded register belongs to who uploaded it."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(created_by=scope.user_id) if scope.user_id else self.none()


class ItemQuestionQuerySet(ScopedQuerySet):
    """Questions are seen by the centre and by every region that the item is addressed to."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        own = type(self)(self.model).filter(execution__assignment__executions__region__in=scope.regions)
        return self.filter(pk__in=own.values("pk"))

    def open(self) -> Self:
        """Waiting for the answer of the centre."""
        return self.filter(answer=None)

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related(
            "execution__assignment__protocol", "execution__cluster", "execution__region", "asked_by", "answer"
        ).prefetch_related("answer__wordings__written_by")


class ItemAnswerQuerySet(ScopedQuerySet):
    """Answers are seen by the centre and by every region that the item is addressed to."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        own = type(self)(self.model).filter(assignment__executions__region__in=scope.regions)
        return self.filter(pk__in=own.values("pk"))


class AnswerWordingQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Wordings are seen by whoever sees the answer."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        own = type(self)(self.model).filter(answer__assignment__executions__region__in=scope.regions)
        return self.filter(pk__in=own.values("pk"))


class IssueScheduleQuerySet(ScopedQuerySet):
    """When a draft issues itself is known in the centre only."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()

    def waiting(self) -> Self:
        """Those whose hour is to come, or has come and waits for the clock."""
        return self.filter(state=ScheduleState.WAITING)


class ItemSeriesQuerySet(ScopedQuerySet):
    """A recurring item is read by the centre, and by a region as soon as a period of it was addressed to it."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.regions:
            own = type(self)(self.model).filter(occurrences__item__executions__region__in=scope.regions)
            return self.filter(protocol__status=ProtocolStatus.ISSUED, pk__in=own.values("pk"))
        return self.none()

    def running(self) -> Self:
        """Those of which periods may still become items."""
        return self.filter(counts_from__isnull=False, ended_at=None, stopped_at=None)


class SeriesOccurrenceQuerySet(ScopedQuerySet):
    """Periods are read by whoever reads their item; one without an item by the centre."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        own = type(self)(self.model).filter(item__executions__region__in=scope.regions)
        return self.filter(pk__in=own.values("pk"))


class SeriesStepQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Who changed a recurring item is known in the centre only: to the regions it is one office."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class ItemRecallQuerySet(ScopedQuerySet):
    """Recalls are made in the centre; a region reads those in force of items addressed to it, never proposals."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        own = type(self)(self.model).filter(assignment__executions__region__in=scope.regions)
        return self.in_force().filter(pk__in=own.values("pk"))

    def in_force(self) -> Self:
        """Those that make their item a recalled one."""
        return self.filter(state__in=RECALL_IN_FORCE)

    def to_confirm(self, scope: Scope) -> Self:
        """Those that wait for this person: proposed by somebody else (`policies.can_decide_recall`)."""
        if not scope.has(*REVIEWERS):
            return self.none()
        return self.filter(state=RecallState.PROPOSED).exclude(asked_by=scope.user_id)

    def active(self) -> Self:
        """Those that wait for a person or for the worker."""
        return self.filter(state__in=RECALL_ACTIVE)

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related("assignment__protocol", "asked_by", "answered_by", "undone_by")


class AppointmentItemQuerySet(ScopedQuerySet):
    """Items of appointment campaigns, for the centre alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()
