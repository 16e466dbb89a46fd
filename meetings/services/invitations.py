"""Inviting the regions that a meeting addresses, each with the clusters that it must bring; taking links back."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.scope import Scope
from meetings import policies
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.selectors.invited import addressed

BATCH = 500


@audited
@transaction.atomic
def invitations_write(*, actor: Scope, meeting: Meeting) -> int:
    """Invite every region that the rule of the meeting names; how many were invited now.

    A rule over clusters invites their regions with these clusters alone, a rule over regions with all that they have
    today. Repeated, it adds what is new and takes nothing away: whoever was invited stays so. The caller holds the
    meeting and has asked whether it may be opened. A constant number of statements. Raises InvalidInput for an audience
    that nobody fits.
    """
    codes, clusters = addressed(meeting)
    if not codes:
        raise InvalidInput(
            {"audience": _("Nobody fits the audience of the meeting: nobody would be invited.")}
        )
    invited = dict(meeting.invitations.values_list("region", "pk"))
    new = [code for code in codes if code not in invited]
    now = clock.now()
    made = Invitation.objects.bulk_create(
        [Invitation(meeting=meeting, region_id=code, invited_at=now) for code in new], batch_size=BATCH
    )
    invited |= {row.region_id: row.pk for row in made}
    known = ClusterAttendance.objects.filter(invitation__meeting=meeting).values("cluster")
    to_bring = clusters.exclude(pk__in=known).values_list("region", "pk")
    ClusterAttendance.objects.bulk_create(
        [ClusterAttendance(invitation_id=invited[code], cluster_id=pk) for code, pk in to_bring],
        batch_size=BATCH,
    )
    return len(made)


@audited
@transaction.atomic
def invitation_renew(*, actor: Scope, meeting_id: int, region: str) -> Invitation:
    """Take back the links and the personal codes of a region; those of the next mail hold, wrong tries begin anew.

    Raises Missing, NotAllowed for those who do not run the meeting.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("meeting", "region")
    invitation: Invitation = rows.fetch(actor, meeting=meeting_id, region=region)
    if not policies.can_run(actor, invitation.meeting):
        raise NotAllowed(_("Links and codes are renewed by those who run the meeting."))
    invitation.turn += 1
    invitation.code_tries = 0
    invitation.version += 1
    invitation.save(update_fields=["turn", "code_tries", "version"])
    return invitation
