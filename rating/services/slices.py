"""Closing a month, correcting it, publishing it (methodology §8).

Closing freezes the inputs, computes and stores everything in one transaction, as a draft. A correction is the next
revision; nothing stored is ever changed. Publishing is a separate act that queues the letters in its transaction.
"""

from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.formatting import date_time, month_title
from common.memory import collector_paused
from common.names import is_storable, written
from common.scope import Scope
from rating import policies
from rating.enums import SliceStatus
from rating.models import Slice
from rating.selectors import (
    audit_case,
    checked_period,
    closes_at,
    frozen_case,
    newest_revision,
    required_methodology,
)
from rating.services.letters import letters_queue
from rating.services.storing import NewSlice, slice_store

LOCK_WAIT_SECONDS = 600


def slice_close(*, actor: Scope, period: str, as_of: datetime | None = None) -> Slice:
    """The first revision of a month: computed now as a draft, or the one that is already there.

    `as_of` (whole seconds) replaces the default instant of the methodology. Raises NotAllowed; InvalidInput for a
    malformed month or instant; ImpossibleStep when no methodology is in force, the instant has not come yet, or the
    month was closed as of another instant. Two at once give one revision.
    """
    if not policies.can_close(actor):
        raise NotAllowed(_("Only methodologists and administrators close a month."))
    methodology = required_methodology(checked_period(period))
    instant = _whole_seconds("as_of", as_of) if as_of else closes_at(period)
    if instant > clock.now():
        raise ImpossibleStep(
            _("%(month)s cannot be closed before %(instant)s.")
            % {"month": month_title(period), "instant": date_time(instant)}
        )
    with transaction.atomic():
        _lock_month(period)
        existing = newest_revision(period, 1)
        if existing is None:
            with collector_paused():
                case = audit_case(period=period, as_of=instant)
                return slice_store(NewSlice(methodology, instant, case, actor.user_id))
    if as_of and existing.as_of != instant:
        raise ImpossibleStep(_already_closed(existing))
    return existing


def slice_revise(
    *,
    actor: Scope,
    period: str,
    corrections_as_of: datetime,
    reason: str,
    as_of: datetime | None = None,
) -> Slice:
    """The next revision of a closed month, as a draft: it also sees what corrects the month (§8).

    Everything else stays as the first revision saw it: its instant, its regions and clusters. The same request
    repeated gives the same revision; an unpublished revision may be overtaken by the next, for only the newest can
    be published. Raises NotAllowed, InvalidInput (reason, corrections_as_of), ImpossibleStep.
    """
    if not policies.can_revise(actor):
        raise NotAllowed(_("Only methodologists and administrators correct a month."))
    methodology = required_methodology(checked_period(period))
    corrections_as_of, reason = _checked_correction(corrections_as_of, reason)
    with transaction.atomic():
        _lock_month(period)
        first, latest = newest_revision(period, 1), newest_revision(period)
        if first is None or latest is None:
            raise ImpossibleStep(
                _("%(month)s is not closed yet: there is nothing to correct.")
                % {"month": month_title(period)}
            )
        if as_of and first.as_of != as_of:
            raise ImpossibleStep(_already_closed(first))
        if latest.corrections_as_of == corrections_as_of and latest.reason == reason:
            return latest
        if latest.corrections_as_of and latest.corrections_as_of > corrections_as_of:
            raise InvalidInput(
                {
                    "corrections_as_of": _("The revision before already saw corrections until %(instant)s.")
                    % {"instant": date_time(latest.corrections_as_of)}
                }
            )
        with collector_paused():
            case = audit_case(
                period=period,
                as_of=first.as_of,
                corrections_as_of=corrections_as_of,
                places=frozen_case(latest),
            )
            return slice_store(
                NewSlice(
                    methodology=methodology,
                    as_of=first.as_of,
                    case=case,
                    author_id=actor.user_id,
                    corrections_as_of=corrections_as_of,
                    reason=reason,
                    revision=latest.revision + 1,
                )
            )


@transaction.atomic
def slice_publish(*, actor: Scope, slice_id: int) -> Slice:
    """Publish the newest revision of a month and queue its letters; the one published before is superseded.

    A second press gives the published slice again. A month may be published although an earlier one is not:
    numbers do not depend on publication, and `earlier_unpublished` lets the page say so. Raises Missing, NotAllowed
    (also to the author of a correction), ImpossibleStep for a revision that a later one has overtaken.
    """
    found: Slice = Slice.objects.fetch(actor, pk=slice_id)
    if not policies.can_publish(actor):
        raise NotAllowed(_("Only methodologists and administrators publish a month."))
    _lock_month(found.period)
    slice_ = Slice.objects.select_related("methodology").select_for_update(of=("self",)).get(pk=found.pk)
    if slice_.status == SliceStatus.PUBLISHED:
        return slice_
    if Slice.objects.filter(period=slice_.period, revision__gt=slice_.revision).exists():
        raise ImpossibleStep(_("A later revision of this month exists: publish that one."))
    if not policies.is_second_person(actor, slice_):
        raise NotAllowed(_("A correction is published by another person than the one who made it."))
    Slice.objects.filter(period=slice_.period, status=SliceStatus.PUBLISHED).update(
        status=SliceStatus.SUPERSEDED
    )
    slice_.status = SliceStatus.PUBLISHED
    slice_.published_at = clock.now()
    slice_.published_by_id = actor.user_id
    slice_.save(update_fields=["status", "published_at", "published_by"])
    letters_queue(slice=slice_, actor=actor)
    return slice_


def _lock_month(period: str) -> None:
    """Let one transaction at a time work on a month.

    On SQLite the transaction itself is exclusive. Whoever waits here for the computation of another must not be
    thrown out by the limits that protect ordinary requests.
    """
    if connection.vendor != "postgresql":
        return
    key = int.from_bytes(sha256(f"rating-month:{period}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, %s, true)", [limit, f"{LOCK_WAIT_SECONDS}s"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _whole_seconds(field: str, instant: datetime) -> datetime:
    """The audit file knows whole seconds with an offset only."""
    if instant.tzinfo is None:
        raise InvalidInput({field: _("Give the instant with its offset from UTC.")})
    if instant.microsecond:
        raise InvalidInput({field: _("Give the instant in whole seconds.")})
    return instant


def _checked_correction(corrections_as_of: datetime, reason: str) -> tuple[datetime, str]:
    reason = written(reason)
    if not reason:
        raise InvalidInput({"reason": _("Say why the month is corrected.")})
    if not is_storable(reason):
        raise InvalidInput({"reason": _("The text holds a character that cannot be stored.")})
    corrections_as_of = _whole_seconds("corrections_as_of", corrections_as_of)
    if corrections_as_of > clock.now():
        raise InvalidInput({"corrections_as_of": _("This instant has not come yet.")})
    return corrections_as_of, reason


def _already_closed(slice_: Slice) -> str:
    return _("%(month)s was already closed on %(day)s as of %(instant)s.") % {
        "month": month_title(slice_.period),
        "day": date_time(slice_.created_at),
        "instant": date_time(slice_.as_of),
    }
