"""The course of a practice: handed in, selected, scored by experts, published, kept up to date, withdrawn.

Which act is possible from which state and by which side, `PRACTICE_STEPS` says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import scope_for
from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import (
    EXPERTS,
    MOST_POINTS,
    PASS_SHARE,
    PRACTICE_STEPS,
    Criterion,
    PracticeSide,
    ReplicationState,
)
from associations.models import Expertise, ExpertPoints, Practice, PracticeEvent
from associations.notices import practice_tell
from associations.policies import can_do_practice, can_keep, has_conflict
from associations.selectors.experts import curates, mean_of
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from common.versions import is_second_press, require_version

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Act:
    """What somebody does to a practice, and what he said with it."""

    actor: Scope
    name: str
    practice_id: int
    version: int | None
    text: str = ""


@audited
@transaction.atomic
def practice_submit(*, actor: Scope, practice_id: int, version: int | None) -> Practice:
    """Hand a practice in to its association. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion."""
    act = _Act(actor, "submit", practice_id, version)
    return _done(act, lambda _row: {"submitted_at": clock.now()})


@audited
@transaction.atomic
def practice_recall(*, actor: Scope, practice_id: int, version: int | None) -> Practice:
    """Take back a practice that was handed in; what the experts have scored so far stays in the history alone."""
    return _done(_Act(actor, "recall", practice_id, version), _without_experts)


@audited
@transaction.atomic
def practice_select(*, actor: Scope, practice_id: int, version: int | None) -> Practice:
    """Take a practice into selection."""
    return _done(_Act(actor, "select", practice_id, version))


@audited
@transaction.atomic
def practice_appoint(*, actor: Scope, practice_id: int, version: int | None, expert: int) -> Practice:
    """Appoint an expert who has no conflict of interest. Raises as `practice_submit`; InvalidInput for `expert`."""
    person = User.objects.filter(pk=expert, is_active=True).first()
    if person is None:
        raise InvalidInput({"expert": _("There is no such person.")})

    def fields_of(row: Practice) -> Fields:
        _require_no_conflict(person, row)
        if row.expertises.filter(expert=person).exists():
            raise InvalidInput({"expert": _("This expert is appointed already.")})
        Expertise.objects.create(practice=row, expert=person, appointed_at=clock.now())
        return {}

    return _done(_Act(actor, "appoint", practice_id, version, person.get_full_name()), fields_of)


def _require_no_conflict(person: User, row: Practice) -> None:
    scope = scope_for(person)
    if scope.is_public:
        raise InvalidInput({"expert": _("An expert must have a role in the portal.")})
    if has_conflict(scope, row, curates=curates(person.pk, row)):
        message = _(
            "Conflict of interest: %(name)s answers for the region or the cluster of the author, %(region)s."
        )
        raise InvalidInput({"expert": message % {"name": person.get_full_name(), "region": row.region.name}})


@audited
@transaction.atomic
def practice_relieve(*, actor: Scope, practice_id: int, version: int | None, expert: int) -> Practice:
    """Relieve an expert who has not scored."""
    person = User.objects.filter(pk=expert).first()

    def fields_of(row: Practice) -> Fields:
        found = row.expertises.filter(expert=person, scored_at=None).first() if person else None
        if found is None:
            raise InvalidInput({"expert": _("Only an expert who has not scored yet is relieved.")})
        found.delete()
        return {}

    text = person.get_full_name() if person else ""
    return _done(_Act(actor, "relieve", practice_id, version, text), fields_of)


@audited
@transaction.atomic
def practice_score(
    *, actor: Scope, practice_id: int, version: int | None, points: Mapping[str, int], comment: str
) -> Practice:
    """Score a practice by all criteria. Raises as `practice_submit`; InvalidInput for a criterion and `comment`.

    Whoever has come into a conflict of interest since the appointment is refused.
    """
    told = clean_text(comment, field="comment", limit=MAX_REMARK_LENGTH, required=_("Write the conclusion."))
    wrong = {
        name: _("Give a whole number from 0 to %(most)s.") % {"most": MOST_POINTS}
        for name in Criterion.values
        if points.get(name) not in range(MOST_POINTS + 1)
    }
    if wrong:
        raise InvalidInput(wrong)

    def fields_of(row: Practice) -> Fields:
        if has_conflict(actor, row, curates=curates(actor.user_id, row)):
            raise NotAllowed(
                _("Conflict of interest: you answer for the region or the cluster of the author.")
            )
        found = row.expertises.get(expert=actor.user_id)
        found.scored_at, found.comment = clock.now(), told
        found.save()
        ExpertPoints.objects.bulk_create(
            ExpertPoints(expertise=found, criterion=name, points=points[name]) for name in Criterion.values
        )
        return {}

    total = sum(points[name] for name in Criterion.values)
    most = MOST_POINTS * len(Criterion)
    words = _("%(total)s of %(most)s points. %(comment)s")
    text = words % {"total": total, "most": most, "comment": told}
    return _done(_Act(actor, "score", practice_id, version, text), fields_of)


@audited
@transaction.atomic
def practice_return(*, actor: Scope, practice_id: int, version: int | None, reason: str) -> Practice:
    """Send a practice back to its author, with what is missing."""
    told = _said(reason, _("Say what is missing."))
    return _done(_Act(actor, "return", practice_id, version, told), _without_experts)


@audited
@transaction.atomic
def practice_reject(*, actor: Scope, practice_id: int, version: int | None, reason: str) -> Practice:
    """Reject a practice for good, and say why."""
    return _done(_Act(actor, "reject", practice_id, version, _said(reason, _("Say why it is rejected."))))


@audited
@transaction.atomic
def practice_publish(*, actor: Scope, practice_id: int, version: int | None, valid_until: date) -> Practice:
    """Publish a practice that enough experts have scored high enough, until a day on which it is looked at again."""

    def fields_of(row: Practice) -> Fields:
        _require_scores(row)
        return {"published_on": clock.today(), "valid_until": _ahead(valid_until)}

    return _done(_Act(actor, "publish", practice_id, version), fields_of)


def _require_scores(row: Practice) -> None:
    """Raises ImpossibleStep while experts are missing or silent, or when their mean is too low."""
    experts = list(row.expertises.prefetch_related("points"))
    scored = [one for one in experts if one.scored_at]
    if len(scored) < EXPERTS:
        words = _(
            "At least %(needed)s experts score a practice before it is published; so far %(scored)s did."
        )
        raise ImpossibleStep(words % {"needed": EXPERTS, "scored": len(scored)})
    if len(scored) < len(experts):
        raise ImpossibleStep(_("An expert has not scored yet: wait for the points, or relieve him."))
    mean = mean_of(scored)
    if mean is None or mean.share < PASS_SHARE:
        words = _("The experts gave %(share)s percent; a publication needs %(needed)s.")
        raise ImpossibleStep(words % {"share": mean.share if mean else 0, "needed": PASS_SHARE})


def _ahead(day: date) -> date:
    if day <= clock.today():
        raise InvalidInput({"valid_until": _("The last day must lie ahead.")})
    return day


@audited
@transaction.atomic
def practice_prolong(*, actor: Scope, practice_id: int, version: int | None, valid_until: date) -> Practice:
    """Say until which day a published practice is up to date."""
    act = _Act(actor, "prolong", practice_id, version, f"{valid_until:%d.%m.%Y}")
    return _done(act, lambda _row: {"valid_until": _ahead(valid_until)})


@audited
@transaction.atomic
def practice_withdraw(*, actor: Scope, practice_id: int, version: int | None, reason: str) -> Practice:
    """Withdraw a published practice, and say why; it stays readable with its replications.

    Once clusters repeat it, the association alone may do so, and they are told.
    """

    def fields_of(row: Practice) -> Fields:
        repeated = row.replications.exclude(state=ReplicationState.STOPPED).count()
        if repeated and not can_keep(actor, row.association_id):
            words = _(
                "Clusters repeat this practice (%(count)s): only the association withdraws it, and they are told."
            )
            raise ImpossibleStep(words % {"count": repeated})
        return {}

    told = _said(reason, _("Say why it is withdrawn."))
    return _done(_Act(actor, "withdraw", practice_id, version, told), fields_of)


def _without_experts(row: Practice) -> Fields:
    """A new version of the text is scored anew; what was said stays in the history."""
    row.expertises.all().delete()
    return {}


def _said(text: str, required: str) -> str:
    return clean_text(text, field="reason", limit=MAX_REMARK_LENGTH, required=required)


def _nothing(_row: Practice) -> Fields:
    return {}


def _done(act: _Act, fields_of: Callable[[Practice], Fields] = _nothing) -> Practice:
    """Rights, version and state in this order; then the fields, the state of the table, the row of the history."""
    step = PRACTICE_STEPS[act.name]
    rows = Practice.objects.select_for_update(of=("self",)).select_related("region", "association")
    row: Practice = rows.fetch(act.actor, pk=act.practice_id)
    if _is_repeated(act, row):
        return row
    waits = row.expertises.filter(expert=act.actor.user_id, scored_at=None).exists()
    if not can_do_practice(act.actor, act.name, row, is_expert=waits):
        raise NotAllowed(_refusal(act.name))
    require_version(row, act.version)
    if not row.can_be(act.name):
        raise ImpossibleStep(
            _("The practice is in the state “%(state)s”: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    for name, value in fields_of(row).items():
        setattr(row, name, value)
    row.state = str(step.target or row.state)
    row.version += 1
    row.save()
    event = PracticeEvent.objects.create(
        practice=row, kind=step.event, at=clock.now(), actor_id=act.actor.user_id, text=act.text
    )
    practice_tell(actor=act.actor, practice=row, event=event)
    return row


def _is_repeated(act: _Act, row: Practice) -> bool:
    last = row.events.order_by("-pk").first()
    return is_second_press(
        row, act.version, last, kind=PRACTICE_STEPS[act.name].event, actor_id=act.actor.user_id, text=act.text
    )


def _refusal(act: str) -> str:
    sides = PRACTICE_STEPS[act].sides
    if sides == {PracticeSide.EXPERT}:
        return _("Points are given by the experts that are appointed to the practice, each once.")
    if sides == {PracticeSide.AUTHOR}:
        return _("This is done by the coordinators of the author's region.")
    if PracticeSide.AUTHOR in sides:
        return _("This is done by the association and by the coordinators of the author's region.")
    return _("This is done by the association, and by nobody for the region that he coordinates.")
