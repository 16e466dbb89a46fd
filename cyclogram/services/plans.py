"""Versions of the plan of a cohort: drafted from the one in force, edited, put in force, discarded.

A version that was in force is never edited: its stages are archived at most, and their owners change.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import staff_ids
from audit.services import audited
from clusters.models import Process
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from cyclogram.enums import ClosingRule, PlanState
from cyclogram.models import ClusterStage, Indicator, PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.models.plans import FIRST_COHORT, LAST_COHORT
from cyclogram.policies import can_change_plans, can_edit_plan
from cyclogram.rules import clean_checkpoint, clean_line, clean_months
from cyclogram.services.lanes import checkpoints_lay
from cyclogram.services.laying import Laying, clusters_lay

NOTE, NAME, LINE, BASIS = 500, 200, 300, 200
COPIED = (
    "process_id", "kind", "kind_is_assumption", "order", "from_month", "to_month", "is_assumption", "basis", "owner_id",
    "closing", "closes_with", "indicator_id", "name_ru", "name_en",
)  # fmt: skip
"""What a stage of a new version takes over."""
COPIED_MARK = ("rhythm", "month", "day", "is_assumption", "basis", "name_ru", "name_en")


def _require_planner(actor: Scope) -> None:
    if not can_change_plans(actor):
        raise NotAllowed(_("Plans are made by methodologists and administrators."))


@audited
@transaction.atomic
def plan_draft(
    *, actor: Scope, cohort_year: int, source_id: int | None = None, note: str = ""
) -> PlanVersion:
    """Begin a new version of the plan of a cohort with the stages of the source: of the version in force of the same
    cohort, or of another plan where that is named (a new cohort begins from an earlier one). One draft at a time.

    Raises NotAllowed, Missing, ImpossibleStep, InvalidInput (`cohort_year`, `note`).
    """
    _require_planner(actor)
    if not FIRST_COHORT <= cohort_year <= LAST_COHORT:
        message = _("A cohort from %(first)s to %(last)s.")
        raise InvalidInput({"cohort_year": message % {"first": FIRST_COHORT, "last": LAST_COHORT}})
    hold("cyclogram-plans")
    own = PlanVersion.objects.filter(cohort_year=cohort_year)
    if own.filter(state=PlanState.DRAFT).exists():
        raise ImpossibleStep(_("The plan of this cohort has a draft already: edit or discard it."))
    source = _source(actor, cohort_year, source_id)
    last = own.order_by("-number").first()
    plan = PlanVersion.objects.create(
        cohort_year=cohort_year, number=last.number + 1 if last else 1, from_version=source,
        note=clean_line(note, field="note", limit=NOTE), created_by_id=actor.user_id, created_at=clock.now(),
    )  # fmt: skip
    if source:
        _copy(source, plan)
    return plan


def _source(actor: Scope, cohort_year: int, source_id: int | None) -> PlanVersion | None:
    """The version that the draft begins with; the first plan of the portal begins empty."""
    if source_id is not None:
        found: PlanVersion = PlanVersion.objects.fetch(actor, pk=source_id)
        return found
    in_force = PlanVersion.objects.all().in_force()
    return in_force.filter(cohort_year=cohort_year).first() or in_force.last()


def _copy(source: PlanVersion, plan: PlanVersion) -> None:
    """Stages that are kept, with their checkpoints. Months of a checkpoint count from the cohort, so they fit any."""
    stages = list(
        source.stages.filter(archived_at=None).prefetch_related("checkpoints").order_by("order", "pk")
    )
    made = PlanStage.objects.bulk_create(
        PlanStage(plan=plan, **{name: getattr(stage, name) for name in COPIED}) for stage in stages
    )
    PlanCheckpoint.objects.bulk_create(
        PlanCheckpoint(stage=new, **{name: getattr(mark, name) for name in COPIED_MARK})
        for stage, new in zip(stages, made, strict=True)
        for mark in stage.checkpoints.all()
    )


def _draft(actor: Scope, plan_id: int) -> PlanVersion:
    """The draft under its lock. Raises Missing, NotAllowed, ImpossibleStep for what is or was in force."""
    plan: PlanVersion = PlanVersion.objects.select_for_update().fetch(actor, pk=plan_id)
    _require_planner(actor)
    if not can_edit_plan(actor, plan):
        raise ImpossibleStep(_("This version is or was in force and stands still: begin a new draft."))
    return plan


@audited
@transaction.atomic
def plan_stage_save(
    *,
    actor: Scope,
    plan_id: int,
    stage_id: int | None,
    version: int | None,
    process: str,
    kind: str,
    order: int,
    name_ru: str,
    name_en: str,
    from_month: int,
    to_month: int,
    closing: str,
    closes_with: str = "",
    indicator: str = "",
    owner: int | None = None,
    is_assumption: bool = False,
    basis: str = "",
) -> PlanStage:
    """Add a process to a draft (without an id), or change its stage. `indicator` is a key, `owner` an id.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput by field.
    """
    plan = _draft(actor, plan_id)
    if stage_id is None:
        stage = PlanStage(plan=plan, process=_process(plan, process), version=0)
    else:
        stage = PlanStage.objects.select_for_update().fetch(actor, pk=stage_id, plan=plan)
        require_version(stage, version)
    stage.kind, stage.order = kind, order
    stage.name_ru = clean_line(name_ru, field="name_ru", limit=NAME, required=_("Give the name."))
    stage.name_en = clean_line(name_en, field="name_en", limit=NAME, required=_("Give the name."))
    stage.from_month, stage.to_month = clean_months(from_month, to_month)
    stage.closing, stage.closes_with = closing, clean_line(closes_with, field="closes_with", limit=LINE)
    stage.indicator = _indicator(closing, indicator)
    stage.owner = _owner(owner)
    stage.is_assumption, stage.basis = is_assumption, clean_line(basis, field="basis", limit=BASIS)
    stage.version += 1
    stage.save()
    return stage


def _process(plan: PlanVersion, key: str) -> Process:
    found = Process.objects.filter(pk=key).first()
    if found is None:
        raise InvalidInput({"process": _("Choose a process of the cyclogram.")})
    if plan.stages.filter(process=found).exists():
        raise InvalidInput({"process": _("The plan has this process already.")})
    return found


def _indicator(closing: str, key: str) -> Indicator | None:
    """The indicator of a stage that one closes; every other stage has none."""
    if closing != ClosingRule.INDICATOR:
        return None
    found = Indicator.objects.all().kept().filter(key=key).first()
    if found is None:
        raise InvalidInput({"indicator": _("Choose the indicator that closes the stage.")})
    return found


def _owner(pk: int | None) -> User | None:
    if pk is None:
        return None
    if pk not in staff_ids():
        raise InvalidInput({"owner": _("Choose somebody of the centre.")})
    return User.objects.get(pk=pk)


@audited
@transaction.atomic
def plan_stage_owner(*, actor: Scope, stage_id: int, version: int | None, owner: int | None) -> PlanStage:
    """Give a stage another owner in the centre, in any version. Raises as `plan_stage_delete`, InvalidInput."""
    stage: PlanStage = PlanStage.objects.select_for_update(of=("self",)).fetch(actor, pk=stage_id)
    _require_planner(actor)
    require_version(stage, version)
    stage.owner, stage.version = _owner(owner), stage.version + 1
    stage.save()
    return stage


@audited
@transaction.atomic
def plan_stage_delete(*, actor: Scope, stage_id: int, version: int | None) -> bool:
    """Take a process out of a plan: whether it was deleted; one that clusters stand on is archived instead.

    Raises Missing, NotAllowed, ImpossibleStep for a version that was replaced or a stage archived already.
    """
    rows = PlanStage.objects.select_for_update(of=("self",)).select_related("plan")
    stage: PlanStage = rows.fetch(actor, pk=stage_id)
    _require_planner(actor)
    require_version(stage, version)
    if stage.is_archived or stage.plan.state == PlanState.REPLACED:
        raise ImpossibleStep(_("The stage is archived, or its version was replaced."))
    if stage.plan.is_draft and not ClusterStage.objects.filter(stage=stage).exists():
        stage.delete()
        return True
    stage.archived_at, stage.version = clock.now(), stage.version + 1
    stage.save()
    return False


@audited
@transaction.atomic
def plan_stage_restore(*, actor: Scope, stage_id: int, version: int | None) -> PlanStage:
    """Take a stage out of the archive: its clusters stand on it again. Raises as `plan_stage_delete` does."""
    stage: PlanStage = PlanStage.objects.select_for_update(of=("self",)).fetch(actor, pk=stage_id)
    _require_planner(actor)
    require_version(stage, version)
    if not stage.is_archived:
        raise ImpossibleStep(_("The stage is not archived."))
    stage.archived_at, stage.version = None, stage.version + 1
    stage.save()
    return stage


@audited
@transaction.atomic
def plan_checkpoint_save(
    *,
    actor: Scope,
    stage_id: int,
    checkpoint_id: int | None,
    name_ru: str,
    name_en: str,
    rhythm: str,
    month: int,
    day: int,
    is_assumption: bool = False,
    basis: str = "",
) -> PlanCheckpoint:
    """Add a day to a stage of a draft (without an id), or change one. Raises Missing, NotAllowed, ImpossibleStep,
    InvalidInput by field."""
    stage: PlanStage = PlanStage.objects.fetch(actor, pk=stage_id)
    _draft(actor, stage.plan_id)
    row = PlanCheckpoint(stage=stage)
    if checkpoint_id is not None:
        row = PlanCheckpoint.objects.fetch(actor, pk=checkpoint_id, stage=stage)
    row.name_ru = clean_line(name_ru, field="name_ru", limit=NAME, required=_("Give the name."))
    row.name_en = clean_line(name_en, field="name_en", limit=NAME, required=_("Give the name."))
    if stage.checkpoints.filter(name_ru=row.name_ru).exclude(pk=row.pk).exists():
        raise InvalidInput({"name_ru": _("The stage has a checkpoint of this name already.")})
    row.rhythm = rhythm
    row.month, row.day = clean_checkpoint(rhythm, month, day)
    row.is_assumption, row.basis = is_assumption, clean_line(basis, field="basis", limit=BASIS)
    row.save()
    return row


@audited
@transaction.atomic
def plan_checkpoint_delete(*, actor: Scope, stage_id: int, checkpoint_id: int) -> None:
    """Take a day out of a stage of a draft. Raises Missing, NotAllowed, ImpossibleStep."""
    stage: PlanStage = PlanStage.objects.fetch(actor, pk=stage_id)
    _draft(actor, stage.plan_id)
    PlanCheckpoint.objects.fetch(actor, pk=checkpoint_id, stage=stage).delete()


@audited
@transaction.atomic
def plan_enforce(*, actor: Scope, plan_id: int, version: int | None, note: str) -> Laying:
    """Put a draft in force: the version before is replaced, its clusters take the new days, new lanes get theirs.

    What was moved, begun and closed stays. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput
    (`note` when nothing says what has changed).
    """
    hold("cyclogram-plans")
    plan = _draft(actor, plan_id)
    require_version(plan, version)
    plan.note = clean_line(note, field="note", limit=NOTE, required=_("Say what has changed."))
    if not plan.stages.exists():
        raise ImpossibleStep(_("The plan has no stage yet."))
    now = clock.now()
    for before in PlanVersion.objects.filter(cohort_year=plan.cohort_year, state=PlanState.IN_FORCE):
        before.state, before.replaced_at, before.version = PlanState.REPLACED, now, before.version + 1
        before.save()
    plan.state, plan.in_force_at, plan.version = PlanState.IN_FORCE, now, plan.version + 1
    plan.save()
    checkpoints_lay(actor=actor)
    return clusters_lay(actor=actor)


@audited
@transaction.atomic
def plan_discard(*, actor: Scope, plan_id: int, version: int | None) -> None:
    """Throw a draft away with its stages. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion."""
    plan = _draft(actor, plan_id)
    require_version(plan, version)
    plan.delete()
