"""Who answers for a region: today, on a day that is past, and day by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.duty import Absence, Charge, Post, Spell, in_charge, spells
from accounts.models import Handover, Leave, Membership
from accounts.querysets import LeaveQuerySet, MembershipQuerySet
from common.scope import Role, Scope


def coordinators(regions: Iterable[str]) -> MembershipQuerySet:
    """Every appointment of a coordinator in these regions, past and to come, with the people."""
    rows: MembershipQuerySet = Membership.objects.filter(role=Role.COORDINATOR, region__in=list(regions))
    return rows.select_related("user", "region", "document_file").order_by("-starts_on", "-pk")


def leaves_on(day: date) -> LeaveQuerySet:
    """The leaves that hold on a day, with the people."""
    rows: LeaveQuerySet = Leave.objects.in_force(day).with_people()
    return rows.order_by("pk")


@dataclass(frozen=True, slots=True)
class Duty:
    """The posts and absences of one region, from which every day can be told."""

    posts: Sequence[Post] = ()
    absences: Sequence[Absence] = ()

    def on(self, day: date) -> list[Charge]:
        """Who is in charge on the day."""
        return in_charge(self.posts, self.absences, day)

    def between(self, first: date, last: date | None = None) -> list[Spell]:
        """Who was in charge from a day until a day, the latest spell first."""
        return spells(self.posts, self.absences, first, last)

    def whole(self) -> list[Spell]:
        """The whole history since the first appointment, the latest spell first."""
        return self.between(min(post.starts_on for post in self.posts)) if self.posts else []


def duties(scope: Scope, regions: Iterable[str]) -> Mapping[str, Duty]:
    """The duty of regions by code, as far as the reader may see it; two queries.

    Persons who were blocked stay in the history; what was taken back does not count.
    """
    codes = list(regions)
    posts: dict[str, list[Post]] = defaultdict(list)
    absences: dict[str, list[Absence]] = defaultdict(list)
    held = Membership.objects.visible_to(scope).filter(role=Role.COORDINATOR, region__in=codes)
    for row in held.select_related("user").order_by("pk"):
        posts[row.region_id or ""].append(
            Post(
                row.pk,
                row.user_id,
                row.user.get_short_name(),
                row.position,
                row.starts_on,
                row.ends_on,
            )
        )
    away = Leave.objects.visible_to(scope).standing().filter(membership__region__in=codes)
    for region, post, stand_in, starts_on, ends_on in away.order_by("pk").values_list(
        "membership__region", "membership", "stand_in", "starts_on", "ends_on"
    ):
        absences[region].append(Absence(post, stand_in, starts_on, ends_on))
    return {code: Duty(posts[code], absences[code]) for code in codes}


@dataclass(frozen=True, slots=True)
class Tenure:
    """An appointment as the history of a region shows it, with its leaves and what it was handed over to."""

    membership: Membership
    leaves: Sequence[Leave]
    handed_over: Handover | None
    stands_in: Sequence[Leave] = ()


def tenures(scope: Scope, region_code: str) -> list[Tenure]:
    """The appointments of a region that the reader may see, the latest first; a fixed number of queries."""
    rows = list(coordinators([region_code]).visible_to(scope))
    leaves: dict[int, list[Leave]] = defaultdict(list)
    stands_in: dict[int, list[Leave]] = defaultdict(list)
    known = Leave.objects.visible_to(scope).filter(membership__region=region_code).with_people()
    for leave in known.order_by("-starts_on", "-pk"):
        leaves[leave.membership_id].append(leave)
        stands_in[leave.stand_in_id].append(leave)
    handed = {
        row.old_id: row
        for row in Handover.objects.visible_to(scope)
        .filter(old__region=region_code)
        .select_related("new__user")
    }
    return [Tenure(row, leaves[row.pk], handed.get(row.pk), stands_in[row.pk]) for row in rows]


def stand_ins_for(membership: Membership, starts_on: date, ends_on: date) -> list[Membership]:
    """The other coordinators of the region who are in office on all these days and may sign in, by name."""
    others = (
        Membership.objects.filter(role=Role.COORDINATOR, region=membership.region_id, user__is_active=True)
        .exclude(user=membership.user_id)
        .overlapping(starts_on, ends_on)
        .select_related("user")
        .order_by("user__name_key", "pk")
    )
    return [
        row
        for row in others
        if row.starts_on <= starts_on and (row.ends_on is None or row.ends_on >= ends_on)
    ]
