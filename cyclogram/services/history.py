"""Entering what happened before the portal knew of it: many stages closed by the centre in one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from audit.services import audit_record, audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.scope import Scope
from cyclogram.enums import STEPS, ClosedBy
from cyclogram.models import ClusterStage, StageEvent
from cyclogram.policies import can_do
from cyclogram.rules import clean_actual

BATCH = 500
MOST = 20_000
"""Stages of one act: more than all clusters have."""
CHANGED = ("state", "actual_from", "actual_to", "closed_at", "closed_by", "reason", "version")


@dataclass(frozen=True, slots=True)
class Closing:
    """When a stage went on, as papers say that the portal has never seen."""

    stage_id: int
    actual_from: date
    actual_to: date


@audited
@transaction.atomic
def stages_close(*, actor: Scope, closings: Sequence[Closing], reason: str) -> int:
    """Close open stages on these days, all or none; how many. `reason` says where the days come from.

    Raises Missing, NotAllowed, ImpossibleStep when one is not open any more, InvalidInput (`reason`, `closings`).
    """
    why = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say where these days come from.")
    )
    if len(closings) > MOST:
        raise InvalidInput({"closings": _("At most %(limit)s stages at once.") % {"limit": MOST}})
    rows = _locked(actor, [row.stage_id for row in closings])
    today, now = clock.today(), clock.now()
    events = []
    for closing in closings:
        stage = rows[closing.stage_id]
        days = clean_actual(closing.actual_from, closing.actual_to, today)
        stage.state, stage.version = str(STEPS["close"].target), stage.version + 1
        stage.actual_from, stage.actual_to = days
        stage.closed_at, stage.closed_by, stage.reason = now, ClosedBy.HAND, why
        values = {"actual_from": closing.actual_from.isoformat(), "actual_to": closing.actual_to.isoformat()}
        events.append(
            StageEvent(
                stage=stage, kind=STEPS["close"].event, at=now, actor_id=actor.user_id, text=why, values=values
            )
        )  # fmt: skip
    ClusterStage.objects.bulk_update(rows.values(), CHANGED, batch_size=BATCH)
    StageEvent.objects.bulk_create(events, batch_size=BATCH)
    audit_record(actor=actor, action="stages_closed", obj=ClusterStage, count=len(events))
    return len(events)


def _locked(actor: Scope, ids: Sequence[int]) -> dict[int, ClusterStage]:
    """The stages under their lock, each of which this person may close now."""
    found: dict[int, ClusterStage] = {}
    for start in range(0, len(ids), BATCH):
        rows = ClusterStage.objects.visible_to(actor).select_for_update(of=("self",))
        rows = rows.filter(pk__in=ids[start : start + BATCH]).select_related("cluster", "stage")
        found |= {row.pk: row for row in rows.order_by("pk")}
    if len(found) != len(set(ids)):
        raise Missing(_("Not found: %(what)s.") % {"what": ClusterStage._meta.verbose_name})
    if not all(can_do(actor, "close", row) for row in found.values()):
        raise NotAllowed(
            _("Stages are closed by the centre, and by nobody for the region that he coordinates.")
        )
    closed = [row for row in found.values() if not row.can_be("close")]
    if closed:
        raise ImpossibleStep(
            ngettext(
                "%(count)s stage is not open any more, the first is “%(stage)s”.",
                "%(count)s stages are not open any more, the first is “%(stage)s”.",
                len(closed),
            )
            % {"count": len(closed), "stage": closed[0]}
        )
    return found
