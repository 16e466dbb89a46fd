"""Proposals for an agenda: made by a region or an association, taken back by them, taken or declined by the centre."""

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH
from assignments.rules import clean_text as checked_text
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from meetings.enums import AgendaSource, AgendaState
from meetings.models import AgendaItem
from meetings.policies import can_keep, can_propose, can_withdraw
from meetings.services.agenda import next_position
from meetings.services.steps import open_for_writing, require_keeper, required_reason

MOST_WAITING = 10
"""Proposals of one place that wait at the same time."""
USUAL_MINUTES = 5


@audited
@transaction.atomic
def proposal_make(
    *,
    actor: Scope,
    title: str,
    text: str = "",
    region: str = "",
    association: int | None = None,
    speaker: str = "",
) -> AgendaItem:
    """Propose a question for the next meeting, for one region or one association. Sent twice it is one.

    Raises NotAllowed for a place that the person does not act for, InvalidInput by field.
    """
    if not can_propose(actor, region=region, association=association):
        raise NotAllowed(
            _("Questions are proposed by coordinators and by people of associations, for their own.")
        )
    values = {
        "title": one_line(title, field="title"),
        "text": checked_text(text, field="text", limit=MAX_REMARK_LENGTH),
        "speaker": one_line(speaker, field="speaker"),
        "region_id": region or None,
        "association_id": association,
    }
    errors = {
        name: _("At most %(limit)s characters fit here.") % {"limit": 300}
        for name in ("title", "speaker")
        if len(str(values[name])) > 300
    }
    if not values["title"]:
        errors["title"] = _("Write the question.")
    if errors:
        raise InvalidInput(errors)
    waiting = AgendaItem.objects.visible_to(actor).proposals()
    waiting = waiting.filter(region=region or None, association=association)
    twin = waiting.filter(**values).first()
    if twin:
        return twin
    if waiting.count() >= MOST_WAITING:
        raise InvalidInput(
            _("%(count)s proposals wait already: take one back, or wait for the meeting.")
            % {"count": MOST_WAITING}
        )
    item = AgendaItem(
        source=AgendaSource.PROPOSAL, state=AgendaState.PROPOSED, minutes=USUAL_MINUTES,
        proposed_by_id=actor.user_id, proposed_at=clock.now(), **values,
    )  # fmt: skip
    item.save()
    return item


@audited
@transaction.atomic
def proposal_withdraw(*, actor: Scope, item_id: int, version: int | None) -> None:
    """Take a proposal back that nobody has taken or declined.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion.
    """
    item = _locked(actor, item_id)
    if can_keep(actor) or not can_propose(
        actor, region=item.region_id or "", association=item.association_id
    ):
        raise NotAllowed(_("A proposal is taken back by those who made it."))
    if not can_withdraw(actor, item):
        raise ImpossibleStep(_("The proposal has been answered already."))
    require_version(item, version)
    item.delete()


@audited
@transaction.atomic
def proposal_take(*, actor: Scope, item_id: int, meeting_id: int, reason: str = "") -> AgendaItem:
    """Put a waiting proposal on the agenda of a meeting, at its end. Taken twice to one meeting it is taken once.

    Raises Missing, NotAllowed, ImpossibleStep, InvalidInput.
    """
    meeting = open_for_writing(actor, meeting_id, reason)
    item = _locked(actor, item_id)
    if item.state == AgendaState.ON_AGENDA and item.meeting_id == meeting.pk:
        return item
    if not item.is_proposal:
        raise ImpossibleStep(_("The proposal has been answered already."))
    if item.meeting_id != meeting.pk:
        item.meeting, item.position = meeting, next_position(meeting)
    item.state = AgendaState.ON_AGENDA
    item.version += 1
    item.save()
    return item


@audited
@transaction.atomic
def proposal_decline(*, actor: Scope, item_id: int, version: int | None, reason: str) -> AgendaItem:
    """Decline a waiting proposal with a reason that its place reads. Said twice it is said once.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput without a reason.
    """
    item = _locked(actor, item_id)
    require_keeper(actor)
    words = required_reason(reason, _("Say why the proposal is declined."))
    if item.state == AgendaState.DECLINED and item.decline_reason == words:
        return item
    if not item.is_proposal:
        raise ImpossibleStep(_("The proposal has been answered already."))
    require_version(item, version)
    item.state, item.decline_reason = AgendaState.DECLINED, words
    item.version += 1
    item.save()
    return item


def _locked(actor: Scope, item_id: int) -> AgendaItem:
    rows = AgendaItem.objects.filter(source=AgendaSource.PROPOSAL)
    found: AgendaItem = rows.select_for_update(of=("self",)).fetch(actor, pk=item_id)
    return found
