"""The preview of a draft: opened by the methodologist, read by the coordinators, announced with its end (§8)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.formatting import date_long, date_time
from common.scope import Scope
from rating import policies
from rating.models import PreviewReading, Slice, SlicePreview
from rating.selectors.objections import LONGEST_PREVIEW, earliest_publication
from rating.services.locks import lock_month


@transaction.atomic
def slice_preview_open(*, actor: Scope, slice_id: int, publishes_at: datetime) -> SlicePreview:
    """Show the newest draft of an unpublished month to the coordinators and announce its publication.

    A second press with the same time gives the preview again. Raises Missing, NotAllowed, InvalidInput
    (`publishes_at`: too early, too far), ImpossibleStep for a published or overtaken slice or another time.
    """
    found: Slice = Slice.objects.fetch(actor, pk=slice_id)
    if not policies.can_open_preview(actor):
        raise NotAllowed(_("Only methodologists and administrators open a preview."))
    if publishes_at.tzinfo is None:
        raise InvalidInput({"publishes_at": _("Give the instant with its offset from UTC.")})
    lock_month(found.period)
    same_month = Slice.objects.filter(period=found.period)
    if same_month.filter(published_at__isnull=False).exists():
        raise ImpossibleStep(_("The month is published already: a correction needs no preview."))
    if same_month.filter(revision__gt=found.revision).exists():
        raise ImpossibleStep(_("A later revision of this month exists: open the preview of that one."))
    opened: SlicePreview | None = SlicePreview.objects.filter(slice=found).first()
    if opened is not None:
        if opened.publishes_at == publishes_at:
            return opened
        raise ImpossibleStep(
            _("The preview was already opened; the publication is announced for %(instant)s.")
            % {"instant": date_time(opened.publishes_at)}
        )
    _require_time(found.period, publishes_at)
    return SlicePreview.objects.create(
        slice=found, opened_at=clock.now(), opened_by_id=actor.user_id, publishes_at=publishes_at
    )


def _require_time(period: str, publishes_at: datetime) -> None:
    earliest = earliest_publication(period)
    if clock.day_of(publishes_at) < earliest or publishes_at <= clock.now():
        message = _("The regions need time for the preview: the month can be published from %(day)s.")
        raise InvalidInput({"publishes_at": message % {"day": date_long(earliest)}})
    if publishes_at > clock.now() + LONGEST_PREVIEW:
        raise InvalidInput({"publishes_at": _("The publication is too far away; check the date.")})


@transaction.atomic
def preview_read(*, actor: Scope, preview_id: int, region: str) -> PreviewReading:
    """Note that a coordinator opens his region before the publication; only the first time is kept.

    Raises Missing when the preview is not open or the region is not his.
    """
    preview = SlicePreview.objects.open().filter(pk=preview_id).first()
    if preview is None or region not in actor.coordinated or actor.user_id is None:
        raise Missing(_("There is no such month in the rating."))
    reading, _is_new = PreviewReading.objects.get_or_create(
        preview=preview, region_id=region, person_id=actor.user_id, defaults={"at": clock.now()}
    )
    return reading
