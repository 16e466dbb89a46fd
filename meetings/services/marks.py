"""Who attended: marked by hand, by a pasted list, or by the personal code of a coordinator."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import clean_name, written
from common.scope import Scope
from meetings import keys, policies
from meetings.enums import STEPS, MarkWay, MeetingState
from meetings.models import ClusterAttendance, Invitation, Meeting, MeetingEvent
from meetings.models.participation import Attendance
from meetings.querysets import MeetingQuerySet
from meetings.selectors.recognising import Line

MARKED = ("present", "attendee", "marked_way", "marked_by", "marked_at")
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """Of a region, or of one of its clusters by code: attended, did not, or None, which takes the mark back.

    `attendee` is who was there; empty keeps what stands.
    """

    region: str
    cluster: str
    present: bool | None
    attendee: str = ""


@audited
@transaction.atomic
def marks_set(
    *, actor: Scope, meeting_id: int, marks: Sequence[Mark], way: MarkWay = MarkWay.HAND, reason: str = ""
) -> int:
    """Mark who attended; how many marks are new. The later of two marks stands.

    After the end of the meeting `reason` is required and goes into its log. Raises Missing, NotAllowed,
    ImpossibleStep before the day of the meeting and after its protocol is issued, InvalidInput for whoever is not
    invited.
    """
    meeting = meeting_to_mark(actor, meeting_id)
    reason = written(reason)
    if meeting.state == MeetingState.CLOSED and not reason:
        raise InvalidInput({"reason": _("The meeting is closed: say why its attendance is mended.")})
    rows = _rows(meeting, {mark.region for mark in marks})
    now, changed = clock.now(), 0
    for mark in marks:
        row = rows.get((mark.region, mark.cluster))
        if row is None:
            refused = _("Not invited to this meeting: %(what)s.")
            raise InvalidInput({"marks": refused % {"what": mark.cluster or mark.region}})
        changed += _set(row, mark, way, actor, now)
    if changed and meeting.state == MeetingState.CLOSED:
        MeetingEvent.objects.create(
            meeting=meeting,
            kind=STEPS["mend"].event,
            at=now,
            actor_id=actor.user_id,
            text=reason,
            values={"marks": changed},
        )
    return changed


def meeting_to_mark(actor: Scope, meeting_id: int, rows: MeetingQuerySet | None = None) -> Meeting:
    """The meeting of these rows (of all), for whoever may mark who attends it now.

    Raises Missing, NotAllowed, ImpossibleStep.
    """
    found = Meeting.objects.all() if rows is None else rows
    meeting: Meeting = found.fetch(actor, pk=meeting_id)
    if not policies.can_run(actor, meeting):
        raise NotAllowed(_("Those who run the meeting mark who attends."))
    if meeting.state in (MeetingState.DRAFT, MeetingState.CANCELLED):
        raise ImpossibleStep(_("Nobody is invited to this meeting: there is nobody to mark."))
    if meeting.state == MeetingState.PROTOCOL_ISSUED:
        raise ImpossibleStep(_("The protocol is issued with the attendance as it stands: it is not changed."))
    if not policies.takes_marks(meeting, clock.today()):
        raise ImpossibleStep(_("Attendance is marked from the day of the meeting on."))
    return meeting


def all_of_region(meeting: Meeting, region: str, present: bool | None) -> list[Mark]:
    """The same mark for a region and for all the clusters that it was to bring."""
    clusters = ClusterAttendance.objects.filter(invitation__meeting=meeting, invitation__region=region)
    codes = clusters.order_by("cluster__code").values_list("cluster__code", flat=True)
    return [Mark(region, code, present) for code in ("", *codes)]


def marks_of_list(meeting: Meeting, lines: Iterable[Line], *, rest_absent: bool) -> list[Mark]:
    """Present are those whom the lines of a pasted list name; `rest_absent` marks all others whom nobody has marked."""
    found: dict[tuple[str, str], Mark] = {}
    for line in lines:
        for party in line.parties:
            mark = Mark(party.region, party.cluster, True, line.attendee if not party.cluster else "")
            found.setdefault((party.region, party.cluster), mark)
    if rest_absent:
        regions = meeting.invitations.filter(present=None).values_list("region", flat=True)
        clusters = ClusterAttendance.objects.filter(invitation__meeting=meeting, present=None)
        named = clusters.values_list("invitation__region", "cluster__code")
        for place in [*((code, "") for code in regions), *named]:
            found.setdefault(place, Mark(*place, False))
    return list(found.values())


def _rows(meeting: Meeting, regions: Collection[str]) -> dict[tuple[str, str], Attendance]:
    """Rows to mark by region and cluster, locked: two who mark one region wait for each other."""
    invitations = Invitation.objects.select_for_update().filter(meeting=meeting, region__in=regions)
    found: dict[tuple[str, str], Attendance] = {
        (row.region_id, ""): row for row in invitations.order_by("pk")
    }
    clusters = ClusterAttendance.objects.filter(invitation__meeting=meeting, invitation__region__in=regions)
    for row in clusters.select_related("invitation", "cluster"):
        found[row.invitation.region_id, row.cluster.code] = row
    return found


def _set(row: Attendance, mark: Mark, way: MarkWay, actor: Scope, now: datetime) -> bool:
    """Write a mark; whether it says anything new."""
    name = clean_name(mark.attendee)
    if len(name) > LONGEST_NAME:
        raise InvalidInput({"attendee": _("At most %(limit)s characters.") % {"limit": LONGEST_NAME}})
    name = "" if not mark.present else name or row.attendee
    if (row.present, row.attendee) == (mark.present, name):
        return False
    is_taken_back = mark.present is None
    row.present, row.attendee = mark.present, name
    row.marked_way = "" if is_taken_back else way
    row.marked_by_id = None if is_taken_back else actor.user_id
    row.marked_at = None if is_taken_back else now
    row.save(update_fields=MARKED)
    return True


@audited
@transaction.atomic
def check_in_switch(*, actor: Scope, meeting_id: int, is_open: bool) -> Meeting:
    """Begin or stop taking personal codes; the same again changes nothing.

    Raises Missing, NotAllowed, ImpossibleStep where `meeting_to_mark` does, and after the end of the meeting.
    """
    meeting = meeting_to_mark(actor, meeting_id, Meeting.objects.select_for_update(of=("self",)))
    if meeting.is_over:
        raise ImpossibleStep(_("The meeting is over: personal codes are no longer taken."))
    if is_open != (meeting.check_in_opened_at is not None):
        meeting.check_in_opened_at = clock.now() if is_open else None
        meeting.save(update_fields=["check_in_opened_at"])
    return meeting


@audited
def check_in(
    *, actor: Scope, meeting_id: int, region: str, code: str, clusters: Iterable[str] = ()
) -> Invitation:
    """A coordinator is here, by his personal code, with these of his clusters. What is marked by hand stands.

    Wrong codes are counted for the region; after MOST_TRIES none is taken until the secretary renews them. Raises
    Missing, NotAllowed, ImpossibleStep when codes are not taken, InvalidInput for a wrong one.
    """
    with transaction.atomic():  # a wrong try is kept: the refusal comes after it
        invitation, left = _checked_in(actor, meeting_id, region, code, set(clusters))
    if left is None:
        return invitation
    words = ngettext(
        "This is not your code for this meeting. %(left)s try is left.",
        "This is not your code for this meeting. %(left)s tries are left.",
        left,
    )
    raise InvalidInput({"code": words % {"left": left}})


def _checked_in(
    actor: Scope, meeting_id: int, region: str, code: str, clusters: set[str]
) -> tuple[Invitation, int | None]:
    """The invitation, and how many tries are left after a wrong code; None after the right one."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("meeting", "region")
    invitation: Invitation = rows.fetch(actor, meeting=meeting_id, region=region)
    if not policies.can_check_in(actor, invitation) or actor.user_id is None:
        raise NotAllowed(_("The coordinators of the region give their personal codes."))
    if not policies.takes_codes(invitation.meeting):
        raise ImpossibleStep(
            _("Personal codes are not taken now: wait until the secretary opens the check-in.")
        )
    if invitation.code_tries >= keys.MOST_TRIES:
        raise ImpossibleStep(
            _("Too many wrong codes: ask the secretary of the meeting for a new one, or to mark you by hand.")
        )
    digits = "".join(code.split())
    if not (
        digits.isascii() and digits.isdigit() and keys.is_check_in_code(invitation, actor.user_id, digits)
    ):
        invitation.code_tries += 1
        invitation.save(update_fields=["code_tries"])
        return invitation, keys.MOST_TRIES - invitation.code_tries
    _mark_by_code(actor, invitation, clusters)
    return invitation, None


def _mark_by_code(actor: Scope, invitation: Invitation, clusters: set[str]) -> None:
    now = clock.now()
    person = User.objects.get(pk=actor.user_id)
    unmarked = Q(present=None) | Q(marked_way=MarkWay.CODE)
    own = invitation.clusters.filter(unmarked, cluster__code__in=clusters).select_related("cluster")
    if invitation.present is None or invitation.marked_way == MarkWay.CODE:
        mark = Mark(invitation.region_id, "", True, person.get_full_name())
        _set(invitation, mark, MarkWay.CODE, actor, now)
    for row in own:
        _set(row, Mark(invitation.region_id, row.cluster.code, True), MarkWay.CODE, actor, now)
