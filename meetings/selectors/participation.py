"""What is read before and at a meeting: the invitation of a region, who is invited to a meeting, whose a link is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from accounts.models import Membership, User
from accounts.selectors import scope_for
from assignments.enums import ExecutionState
from assignments.models import Execution
from common import clock
from common.scope import Role, Scope
from meetings import policies
from meetings.enums import AttendanceAnswer
from meetings.keys import check_in_code, read_answer_key
from meetings.models import AgendaItem, ClusterAttendance, Invitation, Meeting
from meetings.querysets import InvitationQuerySet
from regions.querysets import by_region_name

OWED_SHOWN = 50
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Owed:
    """What a region has not handed in by the day of a meeting: the first rows, and how many there are by kind."""

    rows: Sequence[Execution]
    total: int
    late: int
    returned: int


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """The invitation of a region with everything that its page shows; `from_moscow` in whole hours."""

    invitation: Invitation
    clusters: Sequence[ClusterAttendance]
    agenda: Sequence[AgendaItem]
    owed: Owed
    local_start: datetime
    from_moscow: int

    @property
    def meeting(self) -> Meeting:
        return self.invitation.meeting

    @property
    def is_answered(self) -> bool:
        """Whether the coordinator and all clusters have an answer."""
        return self.invitation.is_answered and all(row.is_answered for row in self.clusters)


def local_start(meeting: Meeting, zone: str) -> tuple[datetime, int]:
    """When a meeting begins on the clock of a time zone, and how many hours that is ahead of Moscow."""
    local = meeting.starts_at.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    moscow = meeting.starts_at.astimezone(clock.MOSCOW).utcoffset()
    hours = (offset - moscow).total_seconds() // 3600 if offset is not None and moscow is not None else 0
    return local, int(hours)


def invitation_page(scope: Scope, meeting_id: int, region: str) -> InvitationPage:
    """The page in a fixed number of queries. Raises Missing for a foreign region."""
    rows = Invitation.objects.select_related(
        "meeting", "region", "answered_by", "marked_by", "meeting__association"
    )
    invitation: Invitation = rows.fetch(scope, meeting=meeting_id, region=region)
    clusters = ClusterAttendance.objects.visible_to(scope).filter(invitation=invitation)
    local, hours = local_start(invitation.meeting, invitation.region.timezone)
    return InvitationPage(
        invitation=invitation,
        clusters=list(clusters.select_related("cluster").order_by("cluster__name_key", "cluster__code")),
        agenda=list(AgendaItem.objects.visible_to(scope).filter(meeting=invitation.meeting).on_agenda()),
        owed=owed_by(scope, invitation),
        local_start=local,
        from_moscow=hours,
    )


def owed_by(scope: Scope, invitation: Invitation) -> Owed:
    """What is due by the day of the meeting and not handed in, and what is returned, whenever it is due."""
    day = invitation.meeting.day
    is_late = Q(due_on__lt=clock.today())
    is_returned = Q(state=ExecutionState.RETURNED)
    found = Execution.objects.visible_to(scope).filter(region=invitation.region_id).unreported()
    found = found.filter(Q(due_on__lte=day) | is_returned)
    counts = found.order_by().aggregate(
        total=Count("pk"), late=Count("pk", filter=is_late), returned=Count("pk", filter=is_returned)
    )
    return Owed(rows=list(found.for_table().order_by("due_on", "pk")[:OWED_SHOWN]), **counts)


def invitations_of(scope: Scope, meeting: Meeting) -> InvitationQuerySet:
    """Invitations by the name of the region, each with numbers of its clusters: all, by answer, present, marked."""
    rows: InvitationQuerySet = Invitation.objects.visible_to(scope).filter(meeting=meeting)
    return with_clusters(rows).select_related("region__district").order_by(by_region_name("region__"), "pk")


def with_clusters(rows: InvitationQuerySet) -> InvitationQuerySet:
    """The same with `bring`, `coming`, `excused`, `came`, `known`: numbers of clusters; one join."""
    will = (AttendanceAnswer.WILL_ATTEND, AttendanceAnswer.SUBSTITUTE)
    return rows.annotate(
        bring=Count("clusters"),
        coming=Count("clusters", filter=Q(clusters__answer__in=will)),
        excused=Count("clusters", filter=Q(clusters__answer=AttendanceAnswer.EXCUSED)),
        came=Count("clusters", filter=Q(clusters__present=True)),
        known=Count("clusters", filter=Q(clusters__present__isnull=False)),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """A meeting in numbers: regions invited, answered, present; clusters to bring, coming by the answers, present."""

    invited: int
    answered: int
    excused: int
    present: int
    bring: int
    coming: int
    came: int


def tally_of(rows: Sequence[Invitation]) -> Tally:
    """The sums over the invitations of one meeting (`invitations_of`)."""
    counted: Sequence[object] = rows

    def total(name: str) -> int:
        return sum(getattr(row, name) for row in counted)

    return Tally(
        invited=len(rows),
        answered=sum(row.is_answered for row in rows),
        excused=sum(row.is_excused for row in rows),
        present=sum(row.present is True for row in rows),
        bring=total("bring"),
        coming=total("coming"),
        came=total("came"),
    )


def codes_of(scope: Scope, invitation: Invitation) -> list[tuple[str, str]]:
    """The personal codes of the coordinators of a region in office today, to be dictated by telephone."""
    held = Membership.objects.visible_to(scope).in_force(clock.today())
    held = held.filter(role=Role.COORDINATOR, region=invitation.region_id, user__is_active=True)
    people = [row.user for row in held.select_related("user").order_by("-position", "user__name_key")]
    return [(person.get_full_name(), check_in_code(invitation, person.pk)) for person in people]


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom the link of a mail lets in: the person with his rights of today, and the invitation that he answers."""

    person: User
    scope: Scope
    invitation: Invitation

    @property
    def is_open(self) -> bool:
        """Whether he may answer now; the link says the same for all reasons why not."""
        return policies.can_answer(self.scope, self.invitation) and policies.takes_answers(
            self.invitation.meeting, clock.now()
        )


def guest_by_key(key: str) -> Guest | None:
    """Who comes with a key that the portal has signed, whether it still opens or not; None for any other key."""
    named = read_answer_key(key) if len(key) <= LONGEST_KEY else None
    if named is None:
        return None
    invitation = Invitation.objects.select_related("meeting", "region").filter(pk=named.invitation).first()
    person = User.objects.filter(pk=named.person, is_active=True).first()
    if invitation is None or person is None or invitation.turn != named.turn:
        return None
    return Guest(person, scope_for(person), invitation)
