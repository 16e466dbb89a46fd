"""What must hold before a revision may be published (methodology §8)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from common.errors import ImpossibleStep, NotAllowed, PortalError
from common.formatting import date_time
from common.scope import Scope
from rating import policies
from rating.models import Slice, SlicePreview
from rating.selectors.gathering import corrections_in
from rating.selectors.objections import announced_publication, deadline_has_passed, open_objections


def require_publishable(actor: Scope, slice_: Slice) -> None:
    """Refuse a publication without a second person, before its announced time or over open objections.

    The caller holds the lock of the month, so that no objection comes in between. Raises NotAllowed, ImpossibleStep.
    """
    refusal = publication_refusal(actor, slice_)
    if refusal is not None:
        raise refusal


def publication_refusal(actor: Scope, slice_: Slice) -> PortalError | None:
    """Why this person may not publish the newest revision of a month now; None when he may."""
    if not policies.is_second_person(actor, slice_, opened_by(slice_), deciders_of(slice_)):
        return NotAllowed(_second_person_words(slice_))
    announced = announced_publication(slice_.period)
    if announced is not None and clock.now() < announced:
        return ImpossibleStep(
            _("The publication is announced for %(instant)s; the month cannot be published earlier.")
            % {"instant": date_time(announced)}
        )
    unanswered = open_objections(slice_.period)
    if unanswered and not deadline_has_passed(slice_.period):
        message = ngettext(
            "%(count)s objection waits for an answer; the month is published after it is decided.",
            "%(count)s objections wait for an answer; the month is published after they are decided.",
            unanswered,
        )
        return ImpossibleStep(message % {"count": unanswered})
    return None


def opened_by(slice_: Slice) -> int | None:
    """The person who opened the preview of this revision, if anybody did."""
    return SlicePreview.objects.filter(slice=slice_).values_list("opened_by", flat=True).first()


def deciders_of(slice_: Slice) -> frozenset[int | None]:
    """The people who recorded what a correction without an author gathers."""
    if slice_.author_id is not None:
        return frozenset()
    return frozenset(corrections_in(slice_).order_by().values_list("actor", flat=True))


def _second_person_words(slice_: Slice) -> str:
    if slice_.revision > 1 and slice_.author_id is None:
        return _("A correction is published by another person than those who decided what it corrects.")
    if slice_.revision > 1:
        return _("A correction is published by another person than the one who made it.")
    if slice_.author_id is None and opened_by(slice_) is None:
        return _(
            "Two people stand behind a publication: open the preview, and another person publishes the month."
        )
    return _("Two people stand behind a publication: another person than you publishes this month.")
