"""How regions attend over time: one region, all of them, and who never comes.

A region attended a meeting when its coordinator or any of its clusters did. Only meetings that are over count; of an
invitation without any mark nobody knows, so it counts neither as attended nor as missed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from common import clock
from common.formatting import share
from common.scope import Scope
from meetings.enums import AttendanceAnswer
from meetings.models import Invitation, Meeting
from meetings.querysets import InvitationQuerySet, MeetingQuerySet
from meetings.selectors.participation import with_clusters
from regions.models import Region

RECENT = 6
"""Meetings that the page of a region shows."""
SHOWN = 12
"""Meetings that stand as columns of the page of all regions."""
FEW = 2
"""So many meetings that are known of must have been missed before a region is said never to come."""

ATTENDED, PARTLY, MISSED, EXCUSED, UNKNOWN = "attended", "partly", "missed", "excused", "unknown"


@dataclass(frozen=True, slots=True)
class Presence:
    """A region at a meeting: what became of it, and how many of its clusters came."""

    meeting: Meeting
    kind: str
    came: int
    bring: int

    @property
    def share(self) -> str:
        """The share of the clusters that came."""
        return share(self.came, self.bring)


@dataclass(slots=True)
class RegionRecord:
    """A region over the meetings that it was invited to, the newest first."""

    region: Region
    presences: list[Presence] = field(default_factory=list)

    def _count(self, *kinds: str) -> int:
        return sum(one.kind in kinds for one in self.presences)

    @property
    def invited(self) -> int:
        return len(self.presences)

    @property
    def attended(self) -> int:
        return self._count(ATTENDED, PARTLY)

    @property
    def excused(self) -> int:
        return self._count(EXCUSED)

    @property
    def missed(self) -> int:
        return self._count(MISSED)

    @property
    def known(self) -> int:
        """Meetings of which somebody has said whether the region was there."""
        return self.invited - self._count(UNKNOWN)

    @property
    def came(self) -> int:
        return sum(one.came for one in self.presences if one.kind != UNKNOWN)

    @property
    def bring(self) -> int:
        return sum(one.bring for one in self.presences if one.kind != UNKNOWN)

    @property
    def share(self) -> str:
        """The share of meetings attended."""
        return share(self.attended, self.known)

    @property
    def cluster_share(self) -> str:
        """The share of its clusters that came, over all meetings that are known of."""
        return share(self.came, self.bring)

    @property
    def recent(self) -> Sequence[Presence]:
        """The newest meetings, for the page of the region."""
        return self.presences[:RECENT]

    @property
    def never_comes(self) -> bool:
        return self.known >= FEW and not self.attended

    @property
    def last(self) -> Meeting | None:
        """The newest meeting that it attended."""
        return next((one.meeting for one in self.presences if one.kind in (ATTENDED, PARTLY)), None)

    def at(self, meeting: Meeting) -> Presence | None:
        return next((one for one in self.presences if one.meeting.pk == meeting.pk), None)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of meetings, both inclusive; None is open."""

    since: date | None = None
    until: date | None = None

    def of(self, rows: MeetingQuerySet) -> MeetingQuerySet:
        if self.since:
            rows = rows.filter(starts_at__gte=clock.start_of(self.since))
        if self.until:
            rows = rows.filter(starts_at__lt=clock.start_of(self.until + timedelta(days=1)))
        return rows


def _held(scope: Scope, period: Period, regions: Q) -> InvitationQuerySet:
    """Invitations to meetings that are over, in the period, newest meeting first."""
    meetings = period.of(Meeting.objects.visible_to(scope).held())
    rows: InvitationQuerySet = Invitation.objects.visible_to(scope).filter(
        regions, meeting__in=meetings.values("pk")
    )
    return with_clusters(rows).select_related("meeting").order_by("-meeting__starts_at", "-meeting", "region")


def presence_of(row: Invitation) -> Presence:
    """What the annotated row of `with_clusters` says of a region at a meeting."""
    came, bring, known = (getattr(row, name) for name in ("came", "bring", "known"))
    if row.present or came:
        kind = ATTENDED if came == bring else PARTLY
    elif row.answer == AttendanceAnswer.EXCUSED:
        kind = EXCUSED
    else:
        kind = MISSED if row.present is False or known else UNKNOWN
    return Presence(row.meeting, kind, came, bring)


def region_record(scope: Scope, region: Region, period: Period | None = None) -> RegionRecord:
    """The attendance of one region; two queries."""
    rows = _held(scope, period or Period(), Q(region=region.pk))
    return RegionRecord(region, [presence_of(row) for row in rows])


def region_records(scope: Scope, period: Period, district: str = "") -> list[RegionRecord]:
    """All regions that were invited in the period, those that attend least first; a fixed number of queries."""
    narrowed = Q(region__district=district) if district else Q()
    found: Mapping[str, list[Presence]] = defaultdict(list)
    for row in _held(scope, period, narrowed):
        found[row.region_id].append(presence_of(row))
    regions = Region.objects.visible_to(scope).for_list().filter(pk__in=found)
    records = [RegionRecord(region, found[region.pk]) for region in regions]
    return sorted(records, key=lambda one: (one.attended / one.known if one.known else 2, -one.missed))


def recent_meetings(records: Sequence[RegionRecord], most: int = SHOWN) -> list[Meeting]:
    """The newest meetings of these records, oldest first: the columns of a table."""
    meetings = {one.meeting.pk: one.meeting for record in records for one in record.presences}

    def begins(meeting: Meeting) -> tuple[datetime, int]:
        return meeting.starts_at, meeting.pk

    return sorted(meetings.values(), key=begins)[-most:]


def presence_rows(scope: Scope, period: Period, district: str = "") -> InvitationQuerySet:
    """Every region at every meeting of the period, for the file of the page."""
    narrowed = Q(region__district=district) if district else Q()
    return _held(scope, period, narrowed).select_related("meeting", "region__district")
