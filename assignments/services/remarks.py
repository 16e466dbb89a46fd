"""Canned remarks of the controllers: written once, put in order, laid aside."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assignments.models import CannedRemark
from assignments.policies import can_review
from assignments.rules import clean_text
from audit.services import audited
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version

MAX_CANNED_LENGTH = 1_000
MAX_POSITION = 9_999


def require_keeper(actor: Scope) -> None:
    """Raises NotAllowed for whoever keeps no canned remarks."""
    if not can_review(actor):
        raise NotAllowed(_("Only a controller of the centre keeps the canned remarks."))


def _text(text: str) -> str:
    return clean_text(text, field="text", limit=MAX_CANNED_LENGTH, required=_("Write the remark."))


@audited
@transaction.atomic
def remark_add(*, actor: Scope, text: str) -> CannedRemark:
    """Add a remark after all others; the same words that are offered already are not offered twice.

    Raises NotAllowed, InvalidInput.
    """
    require_keeper(actor)
    text = _text(text)
    hold("canned_remarks")
    _require_new(text)
    last = CannedRemark.objects.aggregate(last=Max("position"))["last"] or 0
    return CannedRemark.objects.create(
        text=text, position=min(last + 1, MAX_POSITION), created_by_id=actor.user_id
    )


def _require_new(text: str, own: int = 0) -> None:
    if CannedRemark.objects.offered().filter(text=text).exclude(pk=own).exists():
        raise InvalidInput({"text": _("This remark is in the list already.")})


@audited
@transaction.atomic
def remark_change(
    *, actor: Scope, remark_id: int, version: int | None, text: str, position: int, archived: bool
) -> CannedRemark:
    """Other words, another place, to the archive or back. Reports returned with the old words keep them.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput.
    """
    remark: CannedRemark = CannedRemark.objects.select_for_update().fetch(actor, pk=remark_id)
    require_keeper(actor)
    hold("canned_remarks")
    require_version(remark, version)
    text = _text(text)
    if not 1 <= position <= MAX_POSITION:
        raise InvalidInput(
            {"position": _("The order is a number from 1 to %(limit)s.") % {"limit": MAX_POSITION}}
        )
    if not archived:
        _require_new(text, remark.pk)
    remark.text, remark.position, remark.archived = text, position, archived
    remark.version += 1
    remark.save()
    return remark
