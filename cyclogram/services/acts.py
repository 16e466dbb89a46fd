"""The acts of people on one stage of a cluster; which ones, from which states and from which side, `STEPS` says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from common.versions import is_second_press, require_version
from cyclogram.enums import STEPS, ClosedBy, ClosingRule, Side
from cyclogram.models import ClusterStage, StageEvent, StageEvidence
from cyclogram.notices import stage_tell
from cyclogram.policies import can_do
from cyclogram.rules import clean_actual
from files.services import files_counted, files_store, stored_or_nothing

Fields = dict[str, Any]
OPENED: Mapping[str, Any] = {
    "actual_to": None,
    "closed_at": None,
    "closed_by": "",
    "reason": "",
    "remarks": "",
}
"""What a stage loses that goes on again."""


@dataclass(frozen=True, slots=True)
class _Act:
    """What somebody does to a stage, and what he said with it."""

    actor: Scope
    name: str
    stage_id: int
    version: int | None
    text: str = ""
    files: Sequence[UploadedFile] = ()
    values: Fields = field(default_factory=dict)


@audited
@transaction.atomic
def stage_begin(*, actor: Scope, stage_id: int, version: int | None, actual_from: date) -> ClusterStage:
    """Say since when a stage goes on. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput."""

    def fields_of(_stage: ClusterStage) -> Fields:
        return {"actual_from": clean_actual(actual_from, None, clock.today())[0]}

    return _done(_Act(actor, "begin", stage_id, version), fields_of)


@audited
def stage_propose(
    *,
    actor: Scope,
    stage_id: int,
    version: int | None,
    actual_from: date,
    actual_to: date,
    text: str = "",
    files: Sequence[UploadedFile] = (),
) -> ClusterStage:
    """Hand a stage in for acceptance with its days and what proves them; a document closes nothing unseen.

    Raises as `stage_begin` does; InvalidInput for `files` too.
    """

    def fields_of(stage: ClusterStage) -> Fields:
        days = clean_actual(actual_from, actual_to, clock.today())
        if stage.stage.closing == ClosingRule.DOCUMENT and not files and not _has_evidence(stage):
            raise InvalidInput({"files": _("This stage is closed by a document: attach it.")})
        return {"actual_from": days[0], "actual_to": days[1], "proposed_at": clock.now()}

    act = _Act(actor, "propose", stage_id, version, _said(text, "text"), files_counted(files))
    with stored_or_nothing(), transaction.atomic():
        return _done(act, fields_of)


@audited
@transaction.atomic
def stage_withdraw(*, actor: Scope, stage_id: int, version: int | None) -> ClusterStage:
    """Take a stage back that waits for acceptance."""
    return _done(_Act(actor, "withdraw", stage_id, version), _going_again)


@audited
@transaction.atomic
def stage_accept(*, actor: Scope, stage_id: int, version: int | None, remarks: str = "") -> ClusterStage:
    """Close a stage that waits for acceptance, with remarks when there are any."""
    told = _said(remarks, "remarks")

    def fields_of(_stage: ClusterStage) -> Fields:
        return {
            "proposed_at": None, "closed_at": clock.now(), "closed_by": ClosedBy.PROPOSAL, "remarks": told,
        }  # fmt: skip

    return _done(_Act(actor, "accept_with_remarks" if told else "accept", stage_id, version, told), fields_of)


@audited
@transaction.atomic
def stage_return(*, actor: Scope, stage_id: int, version: int | None, reason: str) -> ClusterStage:
    """Send a stage back that waits for acceptance, with what is missing."""
    told = _said(reason, "reason", _("Say what is missing."))
    return _done(_Act(actor, "return", stage_id, version, told), _going_again)


@audited
def stage_close(
    *,
    actor: Scope,
    stage_id: int,
    version: int | None,
    actual_from: date,
    actual_to: date,
    reason: str,
    remarks: str = "",
    files: Sequence[UploadedFile] = (),
) -> ClusterStage:
    """Close an open stage by decision of the centre, which says why."""
    why = _said(reason, "reason", _("Say what the decision rests on."))
    told = _said(remarks, "remarks")

    def fields_of(_stage: ClusterStage) -> Fields:
        days = clean_actual(actual_from, actual_to, clock.today())
        return {
            "actual_from": days[0], "actual_to": days[1], "closed_at": clock.now(), "closed_by": ClosedBy.HAND,
            "reason": why, "remarks": told,
        }  # fmt: skip

    name = "close_with_remarks" if told else "close"
    act = _Act(actor, name, stage_id, version, told or why, files_counted(files), {"reason": why})
    with stored_or_nothing(), transaction.atomic():
        return _done(act, fields_of)


@audited
@transaction.atomic
def stage_settle(*, actor: Scope, stage_id: int, version: int | None, text: str = "") -> ClusterStage:
    """Say that the remarks of a closed stage are settled; they stay in its history."""
    act = _Act(actor, "settle", stage_id, version, _said(text, "text"))
    return _done(act, lambda _stage: {"remarks": ""})


@audited
@transaction.atomic
def stage_skip(*, actor: Scope, stage_id: int, version: int | None, reason: str) -> ClusterStage:
    """Say that a stage does not apply to the cluster, and why."""
    why = _said(reason, "reason", _("Say why the stage does not apply to the cluster."))
    gone = {"actual_from": None, "actual_to": None, "proposed_at": None, "reason": why}
    return _done(_Act(actor, "skip", stage_id, version, why), lambda _stage: gone)


@audited
@transaction.atomic
def stage_restore(*, actor: Scope, stage_id: int, version: int | None, reason: str) -> ClusterStage:
    """Let a stage apply to the cluster again."""
    why = _said(reason, "reason", _("Say why the stage applies after all."))
    return _done(_Act(actor, "restore", stage_id, version, why), lambda _stage: {"reason": ""})


@audited
@transaction.atomic
def stage_reopen(*, actor: Scope, stage_id: int, version: int | None, reason: str) -> ClusterStage:
    """Open a closed stage again."""
    why = _said(reason, "reason", _("Say why the stage is opened again."))
    return _done(_Act(actor, "reopen", stage_id, version, why), lambda _stage: dict(OPENED))


def _going_again(_stage: ClusterStage) -> Fields:
    return {"actual_to": None, "proposed_at": None}


def _done(act: _Act, fields_of: Callable[[ClusterStage], Fields]) -> ClusterStage:
    """Rights, version and state in this order; then the fields, the state of the table, the row of the history."""
    step = STEPS[act.name]
    rows = ClusterStage.objects.select_for_update(of=("self",)).select_related(
        "stage__plan", "cluster__region"
    )
    stage: ClusterStage = rows.fetch(act.actor, pk=act.stage_id)
    if not can_do(act.actor, act.name, stage):
        raise NotAllowed(_refusal(act.name))
    if _is_repeated(act, stage):
        return stage
    require_version(stage, act.version)
    if not stage.can_be(act.name):
        raise ImpossibleStep(
            _("The stage is in the state “%(state)s”: this cannot be done now.")
            % {"state": stage.get_state_display()}
        )
    for name, value in fields_of(stage).items():
        setattr(stage, name, value)
    stage.state = str(step.target or stage.state)
    stage.version += 1
    stage.save()
    event = StageEvent.objects.create(
        stage=stage, kind=step.event, at=clock.now(), actor_id=act.actor.user_id, text=act.text,
        values={**_days(stage), **act.values},
    )  # fmt: skip
    _attach(act, event)
    stage_tell(actor=act.actor, stage=stage, event=event)
    return stage


def _is_repeated(act: _Act, stage: ClusterStage) -> bool:
    last = stage.events.order_by("-pk").first()
    return is_second_press(
        stage, act.version, last, kind=STEPS[act.name].event, actor_id=act.actor.user_id, text=act.text
    )


def _refusal(act: str) -> str:
    if STEPS[act].sides == {Side.REGION}:
        return _("This is done by the coordinators of the region.")
    if Side.REGION in STEPS[act].sides:
        return _("This is done by the coordinators of the region and by the centre.")
    return _("This is done by the centre, and by nobody for the region that he coordinates.")


def _days(stage: ClusterStage) -> dict[str, str]:
    days = {"actual_from": stage.actual_from, "actual_to": stage.actual_to}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _said(text: str, name: str, required: str = "") -> str:
    return clean_text(text, field=name, limit=MAX_REMARK_LENGTH, required=required)


def _has_evidence(stage: ClusterStage) -> bool:
    return StageEvidence.objects.filter(event__stage=stage).exists()


def _attach(act: _Act, event: StageEvent) -> None:
    for stored in files_store(actor=act.actor, uploads=act.files):
        StageEvidence.objects.create(event=event, file=stored)
