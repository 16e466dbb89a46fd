"""Keeping the ladder of reminders: who is told of an overdue execution, and on which day."""

import csv
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.reference import LoadResult
from common.scope import Scope
from notifications.enums import Rung
from notifications.models import EscalationStep
from notifications.policies import can_edit_ladder

LADDER = Path(__file__).parent.parent / "data" / "ladder.csv"
MAX_DAYS = 365
MAX_STEPS = 40


@transaction.atomic
def ladder_load() -> LoadResult:
    """Give a portal that has no ladder the one that it ships with; a ladder that people have made is theirs."""
    hold("ladder")
    known = EscalationStep.objects.count()
    if known:
        return LoadResult(unchanged=known)
    with LADDER.open(encoding="utf-8", newline="") as file:
        steps = [(int(row["days"]), Rung(row["rung"])) for row in csv.DictReader(file)]
    for days, rung in steps:
        EscalationStep.objects.create(days=days, rung=rung)
    return LoadResult(created=len(steps))


@audited
@transaction.atomic
def step_add(*, actor: Scope, days: int, rung: str) -> EscalationStep:
    """Add a step; one that is there already is returned. Raises NotAllowed, InvalidInput."""
    _require(actor)
    if rung not in Rung.values:
        raise InvalidInput({"rung": _("Choose whom the step reaches.")})
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput({"days": _("From 1 to %(most)s days.") % {"most": MAX_DAYS}})
    hold("ladder")
    known = EscalationStep.objects.filter(days=days, rung=rung).first()
    if known is not None:
        return known
    if EscalationStep.objects.count() >= MAX_STEPS:
        raise InvalidInput(_("The ladder has at most %(most)s steps.") % {"most": MAX_STEPS})
    return EscalationStep.objects.create(days=days, rung=rung)


@audited
@transaction.atomic
def step_remove(*, actor: Scope, step_id: int) -> None:
    """Take a step out of the ladder. Raises Missing, NotAllowed."""
    step: EscalationStep = EscalationStep.objects.select_for_update().fetch(actor, pk=step_id)
    _require(actor)
    step.delete()


def _require(actor: Scope) -> None:
    if not can_edit_ladder(actor):
        raise NotAllowed(_("The ladder of reminders is kept by controllers and administrators."))
