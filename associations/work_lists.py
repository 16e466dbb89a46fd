"""The lists of the work of an association as files: help, groups, joining, events, publicity, own milestones."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from associations.lists import milestone_columns
from associations.models import AssociationEvent, Curatorship, EventParticipant, GroupTask, Joining, Publicity
from associations.selectors.practices import practice_page
from associations.selectors.roadmap import own_roadmap
from associations.selectors.support import (
    help_records,
    peer_questions,
    support_requests,
    work_page,
)
from clusters.models import Association
from common.lists import Found, PortalList, object_in, register_lists
from common.scope import Scope
from common.sheets import Column

OF = "association"
Rows = Callable[[Scope, int], Any]


def _of(rows: Rows) -> Callable[[Scope, QueryDict], Found]:
    """Rows of the association that the query names; Missing without one."""

    def found(scope: Scope, query: QueryDict) -> Found:
        association: Association = Association.objects.fetch(scope, pk=object_in(query, OF))
        return Found(rows(scope, association.pk))

    return found


def _cluster() -> list[Column]:
    return [
        Column(_("Cluster"), lambda row: row.cluster.display_name, 40),
        Column(_("Region"), lambda row: row.cluster.region.name, 28),
    ]


def _needs(scope: Scope, association: int) -> Sequence[Any]:
    return work_page(scope, association).needs


def _needs_columns(_scope: Scope) -> list[Column]:
    return [
        *_cluster(),
        Column(_("Why"), lambda row: "; ".join(row.reasons), 50),
        Column(_("Curator"), lambda row: ", ".join(one.curator.get_full_name() for one in row.curators), 30),
        Column(_("Helped last"), lambda row: row.helped_on, 12),
    ]


def _help_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Day"), lambda row: row.helped_on, 12),
        *_cluster(),
        Column(_("Kind"), lambda row: str(row.get_kind_display()), 24),
        Column(_("What was done"), lambda row: row.text, 60),
        Column(_("Who"), lambda row: row.author.get_full_name() if row.author else "", 30),
    ]


def _support_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Asked"), lambda row: row.asked_at, 16),
        *_cluster(),
        Column(_("What is asked for"), lambda row: row.text, 60),
        Column(_("State"), lambda row: str(row.get_state_display()), 18),
        Column(_("Expert"), lambda row: row.expert.get_full_name() if row.expert else "", 30),
        Column(_("Answer"), lambda row: row.answer, 60),
        Column(_("Hours"), lambda row: row.hours, 10),
        Column(_("Outcome"), lambda row: str(row.get_outcome_display()), 18),
        Column(_("What came of it"), lambda row: row.outcome_text, 50),
    ]


def _tasks(scope: Scope, association: int) -> QuerySet[Any]:
    rows = GroupTask.objects.visible_to(scope).filter(group__association=association)
    found: QuerySet[Any] = rows.select_related("group").order_by("group__name", "due_on", "pk")
    return found


def _task_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Group"), lambda row: row.group.name, 40),
        Column(_("What is to be done"), lambda row: row.text, 60),
        Column(_("Who answers for it"), lambda row: row.responsible, 30),
        Column(_("Due date"), lambda row: row.due_on, 12),
        Column(_("Completed on"), lambda row: row.done_on, 12),
        Column(_("Result"), lambda row: row.result, 50),
    ]


def _joinings(scope: Scope, association: int) -> QuerySet[Any]:
    rows = Joining.objects.visible_to(scope).filter(association=association)
    found: QuerySet[Any] = rows.select_related("cluster__region")
    return found


def _joining_columns(_scope: Scope) -> list[Column]:
    return [
        *_cluster(),
        Column(_("What"), lambda row: str(row.get_kind_display()), 28),
        Column(_("Asked"), lambda row: row.asked_at, 16),
        Column(_("State"), lambda row: str(row.get_state_display()), 18),
        Column(_("Answered"), lambda row: row.answered_at, 16),
        Column(_("Reason"), lambda row: row.reason, 50),
    ]


def _publicity(scope: Scope, association: int) -> QuerySet[Any]:
    found: QuerySet[Any] = Publicity.objects.visible_to(scope).filter(association=association)
    return found


def _publicity_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Subject"), lambda row: row.subject, 50),
        Column(_("Where"), lambda row: str(row.get_channel_display()), 20),
        Column(_("Planned for"), lambda row: row.planned_on, 12),
        Column(_("Completed on"), lambda row: row.done_on, 12),
        Column(_("Address of the material"), lambda row: row.material, 50),
        Column(_("People reached"), lambda row: row.reach, 12),
    ]


def _events(scope: Scope, association: int) -> QuerySet[Any]:
    found: QuerySet[Any] = AssociationEvent.objects.visible_to(scope).filter(association=association)
    return found


def _event_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Event"), lambda row: row.name, 50),
        Column(_("Kind"), lambda row: str(row.get_kind_display()), 18),
        Column(_("Begins"), lambda row: row.starts_at, 16),
        Column(_("Ends"), lambda row: row.ends_at, 16),
        Column(_("Place or address"), lambda row: row.place, 36),
        Column(_("State"), lambda row: str(row.get_state_display()), 16),
        Column(_("Seats"), lambda row: row.seats, 10),
        Column(_("Outcome"), lambda row: row.outcome, 50),
        Column(_("People reached"), lambda row: row.reach, 12),
    ]


def _curators(scope: Scope, association: int) -> QuerySet[Any]:
    rows = Curatorship.objects.visible_to(scope).filter(association=association)
    found: QuerySet[Any] = rows.select_related("cluster__region", "curator")
    return found


def _curator_columns(_scope: Scope) -> list[Column]:
    return [
        *_cluster(),
        Column(_("Curator"), lambda row: row.curator.get_full_name(), 36),
        Column(_("Supports from"), lambda row: row.starts_on, 12),
        Column(_("Supports until"), lambda row: row.ends_on, 12),
    ]


def _replications(scope: Scope, query: QueryDict) -> Found:
    return Found(practice_page(scope, object_in(query, "practice")).replications)


def _replication_columns(_scope: Scope) -> list[Column]:
    return [
        *_cluster(),
        Column(_("State"), lambda row: str(row.get_state_display()), 18),
        Column(_("Carried out from"), lambda row: row.starts_on, 12),
        Column(_("Ended on"), lambda row: row.ended_on, 12),
        Column(_("Result"), lambda row: row.result, 60),
    ]


def _participants(scope: Scope, query: QueryDict) -> Found:
    event: AssociationEvent = AssociationEvent.objects.fetch(scope, pk=object_in(query, "event"))
    rows = EventParticipant.objects.visible_to(scope).filter(event=event, left_at=None)
    return Found(rows.select_related("person"))


def _participant_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Participant"), lambda row: row.person.get_full_name(), 40),
        Column(_("E-mail"), lambda row: row.person.email, 36),
        Column(_("Registered"), lambda row: row.registered_at, 16),
    ]


def _peer_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Asked"), lambda row: row.asked_at, 16),
        *_cluster(),
        Column(_("To whom"), lambda row: row.peer.display_name, 40),
        Column(_("Question"), lambda row: row.text, 60),
        Column(_("Answer"), lambda row: row.answer, 60),
        Column(_("Answered"), lambda row: row.answered_at, 16),
    ]


def _list(
    name: str, title: Any, page: str, rows: Rows, columns: Callable[[Scope], Sequence[Column]]
) -> PortalList:
    return PortalList(name, title, page, _of(rows), columns, of=OF)


LISTS = (
    _list("needs", gettext_lazy("Need help"), "associations:work", _needs, _needs_columns),
    _list("help", gettext_lazy("What was done for clusters"), "associations:work", help_records, _help_columns),
    _list(
        "support", gettext_lazy("Requests for expert support"), "associations:work", support_requests, _support_columns
    ),
    _list("group-tasks", gettext_lazy("Tasks of working groups"), "associations:work", _tasks, _task_columns),
    _list(
        "joinings", gettext_lazy("Invitations and applications"), "associations:joinings", _joinings, _joining_columns
    ),
    _list("publicity", gettext_lazy("Publicity of the project"), "associations:events", _publicity, _publicity_columns),
    _list(
        "own-milestones", gettext_lazy("Roadmap of the association"), "associations:own-roadmap", own_roadmap,
        milestone_columns,
    ),
    _list("association-events", gettext_lazy("Events"), "associations:events", _events, _event_columns),
    _list("curators", gettext_lazy("Curators of clusters"), "associations:work", _curators, _curator_columns),
    PortalList(
        "replications", gettext_lazy("Who carries it out"), "associations:practice", _replications,
        _replication_columns, of="practice",
    ),
    PortalList(
        "event-participants", gettext_lazy("Participants of an event"), "associations:event", _participants,
        _participant_columns, of="event",
    ),
    PortalList(
        "peers", gettext_lazy("Questions between clusters"), "associations:peers",
        lambda scope, _query: Found(peer_questions(scope)), _peer_columns,
    ),
)  # fmt: skip


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*LISTS)
