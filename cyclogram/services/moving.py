"""Moving a stage for all or some clusters of a cohort, after the person has seen what would change."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from audit.services import audit_record, audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from cyclogram.enums import STEPS
from cyclogram.models import ClusterStage, PlanStage, StageEvent
from cyclogram.notices import move_tell
from cyclogram.policies import can_move
from cyclogram.selectors.moves import MoveRule, Preview, move_preview, stage_to_move

BATCH = 500
CHANGED = ("planned_from", "planned_to", "moved_by", "moved_at", "move_reason", "version")


@audited
@transaction.atomic
def stages_move(*, actor: Scope, rule: MoveRule, reason: str, seen: str) -> int:
    """Give the stages of the rule their new days, all or none; how many. `seen` is the digest of the preview.

    A stage that comes back to the days of its plan is no longer a moved one; its history keeps both moves. Raises
    NotAllowed, InvalidInput (the fields of the rule, `reason`), ImpossibleStep when the preview is true no more.
    """
    if not can_move(actor):
        raise NotAllowed(_("Stages are moved by methodologists and administrators."))
    why = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the stage is moved.")
    )
    _lock(stage_to_move(rule.process, rule.cohort))
    preview = move_preview(actor, rule)
    if preview.digest != seen:
        raise ImpossibleStep(_("The stages have changed meanwhile: look at what would move once more."))
    if not preview.rows:
        raise InvalidInput({"planned_to": _("No stage would move: all stand on these days or are over.")})
    now = clock.now()
    events = [_moved(actor, row, preview, why, now) for row in preview.rows]
    ClusterStage.objects.bulk_update(preview.rows, CHANGED, batch_size=BATCH)
    StageEvent.objects.bulk_create(events, batch_size=BATCH)
    audit_record(actor=actor, action="stages_moved", obj=ClusterStage, count=len(events))
    move_tell(actor=actor, stage=preview.stage, planned=preview.planned, moved=preview.rows)
    return len(events)


def _lock(stage: PlanStage) -> None:
    rows = ClusterStage.objects.select_for_update(of=("self",)).filter(stage=stage)
    list(rows.order_by("pk").values_list("pk"))


def _moved(actor: Scope, row: ClusterStage, preview: Preview, why: str, now: datetime) -> StageEvent:
    """Put the new days into the row; the line of its history."""
    was = _days(row.planned)
    row.planned_from, row.planned_to = preview.planned
    if row.planned == (row.laid_from, row.laid_to):
        row.moved_by_id, row.moved_at, row.move_reason = None, None, ""
    else:
        row.moved_by_id, row.moved_at, row.move_reason = actor.user_id, now, why
    row.version += 1
    values = {"was": was, "became": _days(preview.planned)}
    return StageEvent(
        stage=row, kind=STEPS["move"].event, at=now, actor_id=actor.user_id, text=why, values=values
    )


def _days(window: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in window]
