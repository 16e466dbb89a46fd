"""A meeting that begins just now, with everything of participation; and more of it."""

from datetime import datetime, timedelta

from clusters.models import Cluster
from meetings.enums import MeetingState
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.services.calendars import calendar_key_make
from regions.models import Region
from tests.cast import Cast
from tests.meetings.builders import invite, item, meeting

WEEK = timedelta(weeks=1)


def gathering_of(cast: Cast, now: datetime) -> Meeting:
    """Tomsk and Omsk are invited; the coordinator of Tomsk has a calendar."""
    calendar_key_make(actor=cast.scope("tomsk_coordinator"))
    made = meeting(MeetingState.OPEN, cast.tomsk, cast.omsk, starts_at=now)
    item(made)
    return made


def invitation_of(gathering: Meeting, region: str) -> Invitation:
    return gathering.invitations.get(region=region)


def more_participation(cast: Cast, gathering: Meeting, number: int) -> None:
    """One more region at the meeting, one more cluster of Tomsk, an item, and one more meeting that is over."""
    invite(gathering, Region.objects.get(code=f"R{number}"))
    own = invitation_of(gathering, "70")
    ClusterAttendance.objects.create(invitation=own, cluster=Cluster.objects.get(code=f"70-1{number:02}"))
    item(gathering)
    over = meeting(MeetingState.CLOSED, cast.tomsk, cast.omsk, starts_at=gathering.starts_at - WEEK * number)
    over.invitations.update(present=True, marked_way="hand", marked_at=gathering.starts_at)
