"""Corrections gather into one revision of a month on a set day, instead of one revision each (methodology §3)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from assignments.enums import EventKind
from common import clock
from common.formatting import date_time, month_title
from common.scope import SYSTEM
from rating.formula import compute
from rating.models import Slice
from rating.selectors import audit_case, frozen_case, newest_revision, slice_result
from rating.selectors.gathering import (
    corrections_between,
    gathering_day,
    months_to_gather,
    seen_until,
)
from rating.services.months import MonthJob, month_attempt
from rating.services.slices import slice_revise

JOB = "rating-gather"


def corrections_gather_due() -> list[Slice]:
    """Make the revisions of the last set day, each once; the drafts made by this call.

    A revision sees what was recorded before the day began, so a portal that was down on it makes the same revision
    later. A month that fails opens a task for the centre and is tried again; others go on. Must not be called inside
    a transaction.
    """
    day = gathering_day(clock.today())
    if day is None:
        return []
    instant = clock.start_of(day)
    made = [_gathered(slice_, instant, own=own) for slice_, own in months_to_gather(instant)]
    return [slice_ for slice_ in made if slice_ is not None]


def _gathered(newest: Slice, instant: datetime, *, own: bool) -> Slice | None:
    period = newest.period
    job = MonthJob(
        job=JOB,
        key=f"{period}:{clock.day_of(instant).isoformat()}",
        period=period,
        title=_("The corrections of the month could not be gathered: %(month)s")
        % {"month": month_title(period)},
        outcome=_("The corrections were gathered at a later try."),
    )
    return month_attempt(job, partial(_revision, newest, instant, own=own))


def _revision(newest: Slice, instant: datetime, *, own: bool) -> Slice | None:
    """The next revision; none for a month that only sees corrections of earlier ones and keeps its standings."""
    if not own and not _changes_numbers(newest, instant):
        return None
    return slice_revise(
        actor=SYSTEM,
        period=newest.period,
        corrections_as_of=instant,
        reason=gathered_words(newest, instant),
    )


def _changes_numbers(newest: Slice, instant: datetime) -> bool:
    """Whether the score, zone or place of a region would be another one: what sends a letter again (§8)."""
    first = newest_revision(newest.period, 1) or newest
    case = audit_case(
        period=newest.period, as_of=first.as_of, corrections_as_of=instant, places=frozen_case(newest)
    )
    return _standings(compute(case)) != _standings(slice_result(newest))


def _standings(result: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {row["region"]: (row.get("score"), row.get("zone"), row.get("rank")) for row in result["regions"]}


def gathered_words(newest: Slice, until: datetime) -> str:
    """The reason of a revision that gathers what was recorded since `newest`, in the language of the portal.

    Empty when there is nothing to gather.
    """
    kinds = corrections_between(newest.period, seen_until(newest), until).order_by()
    counts = Counter(kinds.values_list("kind", flat=True))
    if not counts:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        listed = ", ".join(f"{EventKind(kind).label} – {counts[kind]}" for kind in EventKind if counts[kind])
        return _("Corrections recorded before %(instant)s are gathered: %(list)s.") % {
            "instant": date_time(until),
            "list": listed,
        }
