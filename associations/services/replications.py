"""«We carry it out»: clusters repeat the practices of others and say what came of it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import PracticeState, ReplicationState
from associations.models import Practice, Replication
from associations.notices import replication_tell
from associations.policies import can_speak_for
from audit.services import audited
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from common.versions import require_version


@audited
@transaction.atomic
def replication_start(*, actor: Scope, practice_id: int, cluster: int, starts_on: date) -> Replication:
    """Say that a cluster of the own region carries out a published practice; a second press changes nothing.

    Raises Missing, NotAllowed, ImpossibleStep, InvalidInput by field.
    """
    practice: Practice = Practice.objects.select_for_update(of=("self",)).fetch(actor, pk=practice_id)
    place = Cluster.objects.visible_to(actor).filter(pk=cluster, closed_on=None).first()
    if place is None:
        raise InvalidInput({"cluster": _("There is no such cluster in the project.")})
    _require_right(actor, place.region_id)
    if practice.state != PracticeState.PUBLISHED or practice.is_outdated(clock.today()):
        raise ImpossibleStep(_("Only a published practice that is up to date is carried out."))
    if place.pk == practice.cluster_id:
        raise InvalidInput({"cluster": _("The cluster is the author of this practice.")})
    known = practice.replications.filter(cluster=place).first()
    if known:
        if (known.state, known.created_by_id) == (ReplicationState.GOING, actor.user_id):
            return known
        raise InvalidInput({"cluster": _("The cluster carries out this practice already.")})
    if starts_on > clock.today():
        raise InvalidInput({"starts_on": _("This day has not come yet.")})
    row = Replication.objects.create(
        practice=practice, cluster=place, starts_on=starts_on, created_by_id=actor.user_id
    )
    replication_tell(actor=actor, replication=row)
    return row


@audited
@transaction.atomic
def replication_end(
    *, actor: Scope, replication_id: int, version: int | None, state: str, ended_on: date | None, result: str
) -> Replication:
    """Say how it ended and what came of it, or that it goes on after all.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    rows = Replication.objects.select_for_update(of=("self",)).select_related("cluster", "practice")
    row: Replication = rows.fetch(actor, pk=replication_id)
    _require_right(actor, row.cluster.region_id)
    require_version(row, version)
    before = row.state
    for name, value in _ended(row, state, ended_on, result).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    if row.state != before:
        replication_tell(actor=actor, replication=row)
    return row


def _ended(row: Replication, state: str, ended_on: date | None, result: str) -> dict[str, Any]:
    """What is over says when and with which result; what goes on has no last day."""
    told = clean_text(result, field="result", limit=MAX_REMARK_LENGTH)
    if state == ReplicationState.GOING:
        if ended_on is not None:
            raise InvalidInput({"ended_on": _("What goes on has no last day.")})
        return {"state": state, "ended_on": None, "result": told}
    if ended_on is None:
        raise InvalidInput({"ended_on": _("Say when it ended.")})
    if ended_on > clock.today():
        raise InvalidInput({"ended_on": _("This day has not come yet.")})
    if ended_on < row.starts_on:
        raise InvalidInput({"ended_on": _("It would end before it began.")})
    if not told:
        raise InvalidInput({"result": _("Say what came of it.")})
    return {"state": state, "ended_on": ended_on, "result": told}


def _require_right(actor: Scope, region: str) -> None:
    if not can_speak_for(actor, region):
        raise NotAllowed(_("This is said by the coordinators of the region of the cluster."))
