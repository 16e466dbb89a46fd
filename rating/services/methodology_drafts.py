"""The life of a version of the methodology: drafted, tried on closed months, approved by a second person (§8)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.scope import Scope
from common.versions import require_version
from rating import policies
from rating.enums import DraftState
from rating.formula import parse_case, rate_slice
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, RegionScore, Slice
from rating.selectors.frozen import frozen_case
from rating.selectors.methodology_drafts import checked_parameters, trial_periods, trial_refusal
from rating.services.locks import lock_month
from rating.services.methodologies import methodologies_create
from rating.services.telling import methodology_tell

NOTE_LIMIT = 2000
APPROVALS = "methodology"
"""The name of the lock under which versions come into being one after the other."""


def methodology_draft_create(*, actor: Scope, parameters: Mapping[str, Any], note: str) -> MethodologyDraft:
    """Store a draft of a version. Raises NotAllowed, InvalidInput by parameter."""
    _require_keeper(actor)
    return MethodologyDraft.objects.create(
        parameters=checked_parameters(parameters),
        note=_noted(note),
        author_id=actor.user_id,
        created_at=clock.now(),
    )


@transaction.atomic
def methodology_draft_change(
    *, actor: Scope, draft_id: int, version: int | None, parameters: Mapping[str, Any], note: str
) -> MethodologyDraft:
    """Change a draft that is still one; who changes it answers for it from now on as its author.

    Otherwise a second person could write his own numbers into a draft and approve them himself. Raises Missing,
    NotAllowed, StaleVersion, ImpossibleStep, InvalidInput by parameter.
    """
    draft = _locked(actor, draft_id, version)
    draft.parameters = checked_parameters(parameters)
    draft.note = _noted(note)
    draft.author_id = actor.user_id
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def methodology_draft_drop(*, actor: Scope, draft_id: int, version: int | None) -> MethodologyDraft:
    """Drop a draft; it stays readable. Raises Missing, NotAllowed, StaleVersion, ImpossibleStep."""
    draft = _locked(actor, draft_id, version)
    return _decided(draft, actor, DraftState.DROPPED)


def methodology_trial_run(
    *,
    actor: Scope,
    draft_id: int,
    periods: Sequence[str],
    watch: Callable[[str, int, int], None] | None = None,
) -> MethodologyTrial:
    """Recompute published months from their frozen inputs with the parameters of a draft, and keep the comparison.

    The months are only read. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput (periods).
    """
    _require_keeper(actor)
    draft = MethodologyDraft.objects.visible_to(actor).filter(pk=draft_id).first()
    if draft is None:
        raise Missing(_("There is no such draft."))
    _require_draft(draft)
    chosen = sorted(set(periods))
    if not chosen or not set(chosen) <= set(trial_periods()):
        raise InvalidInput({"periods": _("Choose published months; a draft is tried on nothing else.")})
    parameters = draft.parameters
    result = {}
    for number, period in enumerate(chosen, 1):
        result[period] = trial_of(Slice.objects.select_related("audit_file").get(
            period=period, status="published"), parameters)  # fmt: skip
        if watch:
            watch("months", number, len(chosen))
    return MethodologyTrial.objects.create(
        draft=draft,
        parameters=parameters,
        periods=chosen,
        result=result,
        author_id=actor.user_id,
        at=clock.now(),
    )


def trial_of(slice_: Slice, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every region of a month as published and as the parameters would have it: score in hundredths, zone, place."""
    case = frozen_case(slice_)
    moved = {**parameters, "effective_from": slice_.period}
    computed = rate_slice(parse_case({**case, "params": [moved]})).scores.regions
    stored: dict[str, RegionScore] = {row.region_id: row for row in slice_.scores.order_by("position")}
    rows = []
    for code, before in stored.items():
        after = computed[code]
        score = after.reading.score if after.reading else None
        rows.append(
            {
                "region": code,
                "before": {"score": before.score, "zone": before.zone or None, "place": before.rank},
                "after": {"score": score, "zone": after.zone, "place": after.rank},
                "shift": None if score is None or before.score is None else score - before.score,
            }
        )
    return rows


@transaction.atomic
def methodology_approve(*, actor: Scope, draft_id: int, version: int | None) -> Methodology:
    """Make a draft a version: by a second person, after a trial of exactly this text, one month ahead; it is told.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep, and InvalidInput where the draft has become impossible
    since it was written (its month came too near, its name was taken).
    """
    lock_month(APPROVALS)
    draft = _locked(actor, draft_id, version)
    if not policies.can_approve_methodology(actor, draft):
        raise NotAllowed(_("A version is approved by another person than its author."))
    parameters = checked_parameters(draft.parameters)
    refusal = trial_refusal(draft)
    if refusal is not None:
        raise refusal
    [methodology] = methodologies_create([parameters])
    draft.methodology = methodology
    _decided(draft, actor, DraftState.APPROVED)
    methodology_tell(actor=actor, methodology=methodology)
    return methodology


def _require_keeper(actor: Scope) -> None:
    if actor.user_id is None or not policies.can_draft_methodology(actor):
        raise NotAllowed(_("Only methodologists and administrators work on versions of the methodology."))


def _require_draft(draft: MethodologyDraft) -> None:
    if draft.state != DraftState.DRAFT:
        raise ImpossibleStep(_("This draft is decided and never changes."))


def _locked(actor: Scope, draft_id: int, version: int | None) -> MethodologyDraft:
    """The draft for a change, as the person saw it."""
    draft = MethodologyDraft.objects.visible_to(actor).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Missing(_("There is no such draft."))
    _require_keeper(actor)
    _require_draft(draft)
    require_version(draft, version)
    return draft


def _noted(note: str) -> str:
    text = note.strip()
    if not text:
        raise InvalidInput({"note": _("Say what was changed and why.")})
    if len(text) > NOTE_LIMIT:
        raise InvalidInput({"note": _("At most %(limit)s characters.") % {"limit": NOTE_LIMIT}})
    return text


def _decided(draft: MethodologyDraft, actor: Scope, state: DraftState) -> MethodologyDraft:
    draft.state = state
    draft.decided_by_id = actor.user_id
    draft.decided_at = clock.now()
    draft.version += 1
    draft.save()
    return draft
