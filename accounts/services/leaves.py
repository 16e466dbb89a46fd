"""Leaves of coordinators: who is away from which day until which, and who is in charge meanwhile."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Leave, Membership
from accounts.notices import LEAVE_BEGINS, LEAVE_ENDED, leave_data
from accounts.policies import can_announce_leave
from accounts.selectors.duty import stand_ins_for
from accounts.services.appointing import coordinator_fetch, require_plausible, standing_in_words
from accounts.services.basics import hold_region, require, saved
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.formatting import date_short
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from notifications.services import LineToWrite, Word, digest_lines_write, notices_write

LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


@audited
@transaction.atomic
def leave_announce(
    *,
    actor: Scope,
    membership_id: int,
    stand_in_id: int,
    starts_on: date,
    ends_on: date,
    document: str = "",
) -> Leave:
    """Say that a coordinator is away on these days and which other coordinator of the region is in charge meanwhile.

    Mail and the work that is assigned to him follow for these days and come back by themselves; both keep their
    rights. The same leave sent twice is one. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput by field.
    """
    membership = coordinator_fetch(actor, membership_id)
    _require_may(actor, membership)
    hold_region(membership.region_id or "")
    _require_days(membership, starts_on, ends_on)
    known = _standing(membership, starts_on, ends_on)
    if known is not None:
        same = (known.starts_on, known.ends_on, known.stand_in_id) == (starts_on, ends_on, stand_in_id)
        if same:
            return known
        text = _("There is a leave from %(first)s to %(last)s already: end it first, or choose other days.")
        values = {"first": date_short(known.starts_on), "last": date_short(known.ends_on)}
        raise InvalidInput({"starts_on": text % values})
    leave = Leave(
        membership=membership,
        stand_in=_stand_in(membership, stand_in_id, starts_on, ends_on),
        starts_on=starts_on,
        ends_on=ends_on,
        document=one_line(document, field="document")[:300],
        recorded_by_id=actor.user_id,
        recorded_at=clock.now(),
    )
    leave.save()
    _tell(actor, leave, LEAVE_BEGINS)
    return leave


@audited
@transaction.atomic
def leave_end(*, actor: Scope, leave_id: int, version: int | None) -> Leave:
    """Come back at once: yesterday was the last day of the leave; one that has not begun is taken back.

    Raises Missing, NotAllowed, ImpossibleStep (over), StaleVersion.
    """
    rows = Leave.objects.select_for_update(of=("self",)).select_related(
        "membership__user", "membership__region", "stand_in__user"
    )
    leave: Leave = rows.fetch(actor, pk=leave_id)
    _require_may(actor, leave.membership)
    if leave.is_over:
        raise ImpossibleStep(_("This leave is over already."))
    require_version(leave, version)
    if leave.starts_on >= clock.today():
        leave.cancelled_at = clock.now()
    else:
        leave.ends_on = clock.today() - DAY
    saved(leave)
    _tell(actor, leave, LEAVE_ENDED)
    return leave


def _require_may(actor: Scope, membership: Membership) -> None:
    allowed = can_announce_leave(actor, user_id=membership.user_id, region_code=membership.region_id or "")
    require(
        allowed,
        _("A leave is announced by the coordinator himself, or by administrators and controllers."),
    )


def _require_days(membership: Membership, starts_on: date, ends_on: date) -> None:
    require_plausible(starts_on, "starts_on")
    if ends_on < starts_on:
        raise InvalidInput({"ends_on": _("The last day is before the first one.")})
    if ends_on < clock.today():
        raise InvalidInput({"ends_on": _("These days are past: nobody can stand in for them any more.")})
    if ends_on - starts_on > LONGEST:
        raise InvalidInput({"ends_on": _("A leave is a year at most: hand the region over instead.")})
    if starts_on < membership.starts_on or (membership.ends_on and ends_on > membership.ends_on):
        text = _("%(person)s is in office from %(first)s to %(last)s: the leave must lie within.")
        values = {
            "person": membership.user.get_short_name(),
            "first": date_short(membership.starts_on),
            "last": date_short(membership.ends_on) if membership.ends_on else "…",
        }
        raise InvalidInput({"starts_on": text % values})
    stands_in = (
        Leave.objects.standing()
        .filter(stand_in=membership)
        .overlapping(starts_on, ends_on)
        .with_people()
        .first()
    )
    if stands_in is not None:
        raise InvalidInput({"starts_on": standing_in_words(stands_in)})


def _standing(membership: Membership, starts_on: date, ends_on: date) -> Leave | None:
    rows = Leave.objects.standing().filter(membership=membership).overlapping(starts_on, ends_on)
    found: Leave | None = rows.order_by("starts_on").first()
    return found


def _stand_in(membership: Membership, stand_in_id: int, starts_on: date, ends_on: date) -> Membership:
    """The other coordinator, who is in office and present on all the days. Raises InvalidInput."""
    offered = {row.pk: row for row in stand_ins_for(membership, starts_on, ends_on)}
    if stand_in_id not in offered:
        raise InvalidInput(
            {"stand_in": _("Choose another coordinator of the region who is in office on all these days.")}
        )
    found = offered[stand_in_id]
    away = _standing(found, starts_on, ends_on)
    if away is not None:
        text = _("%(person)s is away from %(first)s to %(last)s.")
        values = {
            "person": found.user.get_short_name(),
            "first": date_short(away.starts_on),
            "last": date_short(away.ends_on),
        }
        raise InvalidInput({"stand_in": text % values})
    return found


def _tell(actor: Scope, leave: Leave, kind: str) -> None:
    """Both are told under the bell, and the one who stands in also in his next mail."""
    link = leave.membership.region.get_absolute_url() if leave.membership.region else ""
    people = {leave.stand_in.user_id: True, leave.membership.user_id: False}
    words = [Word(person, link, leave_data(leave, stands_in=stands)) for person, stands in people.items()]
    notices_write(actor=actor, kind=kind, words=words)
    line = LineToWrite(leave.stand_in.user_id, {"leave": leave.pk})
    digest_lines_write(actor=actor, kind=kind, lines=[line])
