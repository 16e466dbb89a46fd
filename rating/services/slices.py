"""Closing a month, correcting it, publishing it (methodology §8).

Closing freezes the inputs, computes and stores everything in one transaction, as a draft. A correction is the next
revision; nothing stored is ever changed. Publishing is a separate act that sees to the letters in its transaction.

Whoever watches (`watch`) sees the computation happen before that transaction, where its progress can be written;
under the lock the inputs are read again, and the result is used only if they are the same (`storing.slice_store`).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.formatting import date_time, month_title
from common.memory import collector_paused
from common.names import is_storable, written
from common.scope import Scope
from rating import policies
from rating.enums import SliceStatus
from rating.formula import Watch
from rating.formula.periods import begins_at
from rating.models import Methodology, Slice
from rating.selectors import (
    audit_case,
    checked_period,
    closes_at,
    frozen_case,
    newest_revision,
    required_methodology,
)
from rating.services.letters import letters_send
from rating.services.locks import lock_month
from rating.services.publication import require_publishable
from rating.services.storing import Computed, NewSlice, slice_compute, slice_store
from rating.services.telling import publication_announce, publication_tell


def slice_close(
    *, actor: Scope, period: str, as_of: datetime | None = None, watch: Watch | None = None
) -> Slice:
    """The first revision of a month: computed now as a draft, or the one that is already there.

    `as_of` (whole seconds) replaces the default instant of the methodology; it lies inside the month or after it, for
    before its beginning nothing of it can have happened. Raises NotAllowed; InvalidInput for a malformed month or
    instant; ImpossibleStep when no methodology is in force, the instant has not come yet, or the
    month was closed as of another instant. Two at once give one revision.
    """
    methodology, instant = closing_checked(actor=actor, period=period, as_of=as_of)
    case_of = partial(audit_case, period=period, as_of=instant)
    ahead = _ahead(case_of, watch) if watch and newest_revision(period, 1) is None else None
    with transaction.atomic():
        lock_month(period)
        existing = newest_revision(period, 1)
        if existing is None:
            with collector_paused():
                return slice_store(NewSlice(methodology, instant, case_of(), actor.user_id), ahead)
    if as_of and existing.as_of != instant:
        raise ImpossibleStep(_already_closed(existing))
    return existing


def closing_checked(
    *, actor: Scope, period: str, as_of: datetime | None = None
) -> tuple[Methodology, datetime]:
    """The version in force and the instant of a closing that may begin now; raises as `slice_close` does."""
    if not policies.can_close(actor):
        raise NotAllowed(_("Only methodologists and administrators close a month."))
    methodology = required_methodology(checked_period(period))
    instant = _instant_of(period, as_of, methodology) if as_of else closes_at(period)
    if instant > clock.now():
        raise ImpossibleStep(
            _("%(month)s cannot be closed before %(instant)s.")
            % {"month": month_title(period), "instant": date_time(instant)}
        )
    return methodology, instant


def slice_revise(
    *,
    actor: Scope,
    period: str,
    corrections_as_of: datetime,
    reason: str,
    as_of: datetime | None = None,
    watch: Watch | None = None,
) -> Slice:
    """The next revision of a closed month, as a draft: it also sees what corrects the month (§8).

    Everything else stays as the first revision saw it: its instant, its regions and clusters. The same request
    repeated gives the same revision; an unpublished revision may be overtaken by the next, for only the newest can
    be published. Raises NotAllowed, InvalidInput (reason, corrections_as_of), ImpossibleStep.
    """
    methodology = revision_checked(
        actor=actor, period=period, corrections_as_of=corrections_as_of, reason=reason, as_of=as_of
    )
    reason = written(reason)
    first, latest = _revisions(period)
    case_of = partial(audit_case, period=period, as_of=first.as_of, corrections_as_of=corrections_as_of)
    ahead = _ahead(partial(case_of, places=frozen_case(latest)), watch) if watch else None
    with transaction.atomic():
        lock_month(period)
        first, latest = _revisions(period)
        _require_correctable(first, latest, corrections_as_of, reason, as_of)
        if _is_repeated(latest, corrections_as_of, reason):
            return latest
        with collector_paused():
            new = NewSlice(
                methodology=methodology,
                as_of=first.as_of,
                case=case_of(places=frozen_case(latest)),
                author_id=actor.user_id,
                corrections_as_of=corrections_as_of,
                reason=reason,
                revision=latest.revision + 1,
            )
            return slice_store(new, ahead)


def revision_checked(
    *, actor: Scope, period: str, corrections_as_of: datetime, reason: str, as_of: datetime | None = None
) -> Methodology:
    """The version of a correction that may begin now; raises as `slice_revise` does."""
    if not policies.can_revise(actor):
        raise NotAllowed(_("Only methodologists and administrators correct a month."))
    methodology = required_methodology(checked_period(period))
    _require_correction(corrections_as_of, reason)
    first, latest = _revisions(period)
    _require_correctable(first, latest, corrections_as_of, written(reason), as_of)
    return methodology


def _revisions(period: str) -> tuple[Slice, Slice]:
    """The first and the newest revision of a closed month."""
    first, latest = newest_revision(period, 1), newest_revision(period)
    if first is None or latest is None:
        raise ImpossibleStep(
            _("%(month)s is not closed yet: there is nothing to correct.") % {"month": month_title(period)}
        )
    return first, latest


def _is_repeated(latest: Slice, corrections_as_of: datetime, reason: str) -> bool:
    return latest.corrections_as_of == corrections_as_of and latest.reason == reason


def _require_correctable(
    first: Slice, latest: Slice, corrections_as_of: datetime, reason: str, as_of: datetime | None
) -> None:
    if as_of and first.as_of != as_of:
        raise ImpossibleStep(_already_closed(first))
    seen = latest.corrections_as_of
    if seen and seen > corrections_as_of and not _is_repeated(latest, corrections_as_of, reason):
        message = _("The revision before already saw corrections until %(instant)s.")
        raise InvalidInput({"corrections_as_of": message % {"instant": date_time(seen)}})


def _ahead(case_of: Callable[[], dict[str, Any]], watch: Watch) -> Computed:
    """Compute before the lock is taken, telling how far it is; the last stage is the storing itself."""
    watch("inputs", 0, 0)
    with transaction.atomic():
        frozen = case_of()
    with collector_paused():
        computed = slice_compute(frozen, watch)
    watch("storing", 0, 0)
    return computed


@transaction.atomic
def slice_publish(*, actor: Scope, slice_id: int) -> Slice:
    """Publish the newest revision of a month and queue its letters; the one published before is superseded.

    A second press gives the published slice again. A month may be published although an earlier one is not:
    numbers do not depend on publication, and `earlier_unpublished` lets the page say so. Raises Missing, NotAllowed
    (also to the author of a correction, and where a second person is missing), ImpossibleStep for a revision that a
    later one has overtaken, before the announced time, and while objections wait for an answer.
    """
    found: Slice = Slice.objects.fetch(actor, pk=slice_id)
    if not policies.can_publish(actor):
        raise NotAllowed(_("Only methodologists and administrators publish a month."))
    lock_month(found.period)
    slice_ = Slice.objects.select_related("methodology").select_for_update(of=("self",)).get(pk=found.pk)
    if slice_.status == SliceStatus.PUBLISHED:
        return slice_
    if Slice.objects.filter(period=slice_.period, revision__gt=slice_.revision).exists():
        raise ImpossibleStep(_("A later revision of this month exists: publish that one."))
    require_publishable(actor, slice_)
    Slice.objects.filter(period=slice_.period, status=SliceStatus.PUBLISHED).update(
        status=SliceStatus.SUPERSEDED
    )
    slice_.status = SliceStatus.PUBLISHED
    slice_.published_at = clock.now()
    slice_.published_by_id = actor.user_id
    slice_.save(update_fields=["status", "published_at", "published_by"])
    letters_send(slice=slice_, actor=actor)
    publication_tell(actor=actor, slice=slice_)
    publication_announce(slice_)
    return slice_


def _whole_seconds(field: str, instant: datetime) -> datetime:
    """The audit file knows whole seconds with an offset only."""
    if instant.tzinfo is None:
        raise InvalidInput({field: _("Give the instant with its offset from UTC.")})
    if instant.microsecond:
        raise InvalidInput({field: _("Give the instant in whole seconds.")})
    return instant


def _instant_of(period: str, as_of: datetime, methodology: Methodology) -> datetime:
    """The instant given for a slice; refused when the month had not begun by then on the rating clock."""
    instant = _whole_seconds("as_of", as_of)
    begins = begins_at(period, methodology.params())
    if instant <= begins:
        raise InvalidInput(
            {
                "as_of": _("as_of: the month begins on %(instant)s, and a slice is computed after that.")
                % {"instant": date_time(begins)}
            }
        )
    return instant


def _require_correction(corrections_as_of: datetime, reason: str) -> None:
    if not written(reason):
        raise InvalidInput({"reason": _("Say why the month is corrected.")})
    if not is_storable(reason):
        raise InvalidInput({"reason": _("The text holds a character that cannot be stored.")})
    if _whole_seconds("corrections_as_of", corrections_as_of) > clock.now():
        raise InvalidInput({"corrections_as_of": _("This instant has not come yet.")})


def _already_closed(slice_: Slice) -> str:
    return _("%(month)s was already closed on %(day)s as of %(instant)s.") % {
        "month": month_title(slice_.period),
        "day": date_time(slice_.created_at),
        "instant": date_time(slice_.as_of),
    }
