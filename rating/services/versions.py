"""Versions of the methodology: drafted, tried on past months, approved by a second person, announced (§8)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.rules import clean_text
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.formatting import month_name, month_title
from common.locks import hold
from common.scope import Scope
from rating import policies
from rating.enums import DraftState, SliceStatus
from rating.formula import CaseError, Params, SliceResult, Watch, parse_case, rate_slice
from rating.formula.periods import shift_period
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, Slice
from rating.selectors import checked_period, frozen_case
from rating.selectors.versions import earliest_month, fresh_trial_of_last_month, newest_version
from rating.services.methodologies import methodologies_create
from rating.services.telling import version_announce

MAX_REASON = 2000
RULES_IN_WORDS = {
    "version": gettext_lazy("The version has a name of at most 20 characters."),
    "late_steps": gettext_lazy(
        "Each step ends later than the one before it and gives no more points, from 0 to 100; the last has no limit."
    ),
    "grace_days": gettext_lazy("Not more than the days of the review."),
    "min_executed_points": gettext_lazy("Not more than the smallest points of the steps."),
    "zone_green": gettext_lazy("Points from 0 to 100 with at most two decimals."),
    "zone_yellow": gettext_lazy("Points from 0 to 100 with at most two decimals, below the green zone."),
    "z_interval": gettext_lazy("A number above 0, for example 1.645."),
    "z_signal": gettext_lazy("A number above 0, for example 3."),
    "icc": gettext_lazy("A number from 0 to 1."),
}
"""What the formula demands of a parameter, for people; the formula itself speaks to programs."""


@audited
@transaction.atomic
def draft_begin(*, actor: Scope, params: Mapping[str, Any], reason: str) -> MethodologyDraft:
    """A new draft. Raises as `draft_save`."""
    person = _drafter(actor)
    checked = _checked(params)
    now = clock.now()
    return MethodologyDraft.objects.create(
        version=checked["version"],
        params=checked,
        reason=_reason(reason),
        created_at=now,
        changed_at=now,
        author_id=person,
        changed_by_id=person,
        makers=[person],
    )


@audited
@transaction.atomic
def draft_save(
    *, actor: Scope, draft_id: int, saves: int, params: Mapping[str, Any], reason: str
) -> MethodologyDraft:
    """Change a draft; `saves` is the state that the person saw.

    `params` are those of the audit format. Raises Missing, NotAllowed, StaleVersion for a
    draft that somebody changed meanwhile, ImpossibleStep for a closed one, InvalidInput by field: the version or month
    is taken, the month is nearer than one month ahead, steps or zones are in no order.
    """
    draft = _held(actor, draft_id)
    if draft.saves != saves:
        raise _stale(draft)
    checked = _checked(params)
    draft.version, draft.params, draft.reason = checked["version"], checked, _reason(reason)
    draft.changed_at, draft.changed_by_id, draft.saves = clock.now(), _drafter(actor), draft.saves + 1
    draft.makers = sorted({*draft.makers, draft.changed_by_id})
    draft.save(update_fields=["version", "params", "reason", "changed_at", "changed_by", "saves", "makers"])
    return draft


@audited
@transaction.atomic
def draft_withdraw(*, actor: Scope, draft_id: int) -> MethodologyDraft:
    """Give a draft up; it stays readable with its trials. Raises Missing, NotAllowed, ImpossibleStep."""
    draft = _held(actor, draft_id)
    return _closed(draft, actor, DraftState.WITHDRAWN)


@audited
@transaction.atomic
def draft_approve(*, actor: Scope, draft_id: int, saves: int) -> Methodology:
    """Make a version of a draft and announce it; past months stay as they are.

    Another person than those who wrote any of it approves, after a trial of these very parameters on the
    newest published month, if there is one. Several who press at once make one version. Raises Missing,
    NotAllowed, StaleVersion, ImpossibleStep, InvalidInput (what has become untrue of the parameters since).
    """
    hold("methodology")
    draft = _held(actor, draft_id)
    if draft.saves != saves:
        raise _stale(draft)
    if not policies.can_approve_version(actor, draft.makers):
        raise NotAllowed(_("A version is approved by another person than those who wrote it."))
    checked = _checked(draft.params)
    if not fresh_trial_of_last_month(draft):
        raise ImpossibleStep(_("First try these parameters on the last published month."))
    (methodology,) = methodologies_create([checked])
    draft.methodology = methodology
    _closed(draft, actor, DraftState.APPROVED)
    version_announce(actor=actor, methodology=methodology)
    return methodology


def trial_checked(*, actor: Scope, draft_id: int, periods: list[str]) -> tuple[MethodologyDraft, list[Slice]]:
    """The draft and the published slices that it may be tried on; raises as `trial_run`."""
    draft: MethodologyDraft = MethodologyDraft.objects.fetch(actor, pk=draft_id)
    _drafter(actor)
    if not draft.is_open:
        raise ImpossibleStep(_("The draft is closed: %(state)s.") % {"state": draft.get_state_display()})
    wanted = {checked_period(period) for period in periods}
    if not wanted:
        raise InvalidInput({"months": _("Choose at least one month.")})
    slices = list(
        Slice.objects.filter(period__in=wanted, status=SliceStatus.PUBLISHED)
        .select_related("audit_file")
        .order_by("period")
    )
    missing = sorted(wanted - {slice_.period for slice_ in slices})
    if missing:
        message = _("%(month)s is not published: a draft is tried on published months.")
        raise InvalidInput({"months": message % {"month": month_title(missing[0])}})
    return draft, slices


def trial_run(
    *, actor: Scope, draft_id: int, periods: list[str], watch: Watch | None = None
) -> list[MethodologyTrial]:
    """Recompute published months with the parameters of a draft, without touching them.

    Each is computed from its frozen inputs as of its own instant, so only the parameters differ. A month tried with
    the same parameters before is not computed again. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput
    (`months`).
    """
    draft, slices = trial_checked(actor=actor, draft_id=draft_id, periods=periods)
    digest, made = draft.digest, []
    for number, slice_ in enumerate(slices, start=1):
        known = draft.trials.filter(slice=slice_, digest=digest).first()
        made.append(known or _tried(actor, draft, slice_))
        if watch is not None:
            watch("trial", number, len(slices))
    return made


def _tried(actor: Scope, draft: MethodologyDraft, slice_: Slice) -> MethodologyTrial:
    case = frozen_case(slice_)
    then = rate_slice(parse_case(case))
    first = min(version["effective_from"] for version in case["params"])
    case["params"] = [{**draft.params, "effective_from": first}]
    now = rate_slice(parse_case(case))
    rows = [
        {
            "region": region,
            "executions": score.executions,
            "before": _standing(then, region),
            "after": _standing(now, region),
        }
        for region, score in then.scores.regions.items()
    ]
    trial, _is_new = MethodologyTrial.objects.get_or_create(
        draft=draft,
        slice=slice_,
        digest=draft.digest,
        defaults={
            "rows": rows,
            "national": [_national(then), _national(now)],
            "at": clock.now(),
            "person_id": actor.user_id,
        },
    )
    return trial


def _standing(result: SliceResult, region: str) -> dict[str, Any]:
    score = result.scores.regions[region]
    return {
        "score": score.score,
        "zone": score.zone,
        "certain": score.zone_certain,
        "rank": score.rank,
        "places": score.rank_range,
    }


def _national(result: SliceResult) -> int | None:
    return result.scores.national.score if result.scores.national else None


def _held(actor: Scope, draft_id: int) -> MethodologyDraft:
    draft: MethodologyDraft = MethodologyDraft.objects.select_for_update().fetch(actor, pk=draft_id)
    _drafter(actor)
    if not draft.is_open:
        raise ImpossibleStep(_("The draft is closed: %(state)s.") % {"state": draft.get_state_display()})
    return draft


def _closed(draft: MethodologyDraft, actor: Scope, state: DraftState) -> MethodologyDraft:
    draft.state, draft.closed_at, draft.closed_by_id = state, clock.now(), actor.user_id
    draft.save(update_fields=["state", "closed_at", "closed_by", "methodology"])
    return draft


def _drafter(actor: Scope) -> int:
    """The person who works on a version; raises NotAllowed."""
    if actor.user_id is None or not policies.can_draft_versions(actor):
        raise NotAllowed(_("Only methodologists and administrators work on versions of the methodology."))
    return actor.user_id


def _reason(reason: str) -> str:
    return clean_text(
        reason,
        field="reason",
        limit=MAX_REASON,
        required=_("Say what changes and why: it is announced with the version."),
    )


def _checked(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with the clock of the newest version, which stays for good (§2); raises InvalidInput by field."""
    newest = newest_version()
    row = {**params, "tz_offset_minutes": newest.control_rules.tz_offset_minutes}
    try:
        checked = Params.from_dict(row)
    except CaseError as error:
        field = error.path.partition("[")[0]
        raise InvalidInput(
            {field: RULES_IN_WORDS.get(field, _("This value is not possible here."))}
        ) from error
    _require_sense(checked)
    _require_new(checked, newest)
    return row


def _require_sense(params: Params) -> None:
    """What the format of the file allows, and a rating must not have."""
    problems = {
        "z_interval": params.z_interval <= 0 and RULES_IN_WORDS["z_interval"],
        "z_signal": params.z_signal <= 0 and RULES_IN_WORDS["z_signal"],
        "zone_yellow": params.zone_yellow >= params.zone_green and RULES_IN_WORDS["zone_yellow"],
        "n_min": params.n_min < 1 and _("At least one execution is needed for a place."),
        "late_steps": params.late_steps[0][0] == 0 and _("The first step begins with the first day late."),
    }
    found = {field: words for field, words in problems.items() if words}
    if found:
        raise InvalidInput(found)


def _require_new(params: Params, newest: Methodology) -> None:
    """A version never touches past months and is announced one month ahead (§8)."""
    earliest = max(earliest_month(), shift_period(newest.effective_from, 1))
    if params.effective_from < earliest:
        message = _(
            "The earliest month is %(month)s: a version is announced one month ahead and touches no past month."
        )
        raise InvalidInput({"effective_from": message % {"month": month_name(earliest)}})
    if Methodology.objects.filter(version=params.version).exists():
        raise InvalidInput(
            {"version": _("There is a version %(version)s already.") % {"version": params.version}}
        )


def _stale(draft: MethodologyDraft) -> StaleVersion:
    words = _("Another person changed the draft meanwhile: look at it and repeat.")
    return StaleVersion(words, current=draft.saves)
