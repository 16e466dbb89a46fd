"""What a region answers to its invitation: for its coordinators and for each cluster that it is to bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StrOrPromise
from common.names import clean_name, written
from common.scope import Scope
from common.versions import require_version
from meetings import policies
from meetings.enums import AttendanceAnswer
from meetings.models import Invitation
from meetings.models.participation import Attendance

LONGEST_REASON = 1000
LONGEST_NAME = 300
OWN = ""
"""The key of the answer of the coordinators themselves; the others are codes of clusters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a value of AttendanceAnswer, with the reason of who is excused, or who comes instead."""

    value: str
    reason: str = ""
    substitute: str = ""


ALL_ATTEND = Answer(AttendanceAnswer.WILL_ATTEND)


def answer_field(party: str, name: str) -> str:
    """How forms and errors name a field of an answer; `party` is OWN or the code of a cluster."""
    return f"{party or 'own'}-{name}"


@audited
@transaction.atomic
def answers_give(
    *, actor: Scope, meeting_id: int, region: str, version: int | None, answers: Mapping[str, Answer]
) -> Invitation:
    """Answer for the region: `answers` by OWN or the code of a cluster; what is not named stays as it was.

    Raises Missing, NotAllowed, ImpossibleStep when answers are no longer taken, StaleVersion, InvalidInput by
    `answer_field` with everything that is wrong.
    """
    invitation = _open_invitation(actor, meeting_id, region)
    require_version(invitation, version)
    return _write(actor, invitation, answers)


@audited
@transaction.atomic
def answers_all_attend(*, actor: Scope, meeting_id: int, region: str) -> Invitation:
    """All will attend: the coordinator and every cluster. Raises Missing, NotAllowed, ImpossibleStep."""
    invitation = _open_invitation(actor, meeting_id, region)
    parties = [OWN, *invitation.clusters.values_list("cluster__code", flat=True)]
    return _write(actor, invitation, dict.fromkeys(parties, ALL_ATTEND))


def _open_invitation(actor: Scope, meeting_id: int, region: str) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("meeting", "region")
    invitation: Invitation = rows.fetch(actor, meeting=meeting_id, region=region)
    if not policies.can_answer(actor, invitation):
        raise NotAllowed(_("The coordinators of the region answer to its invitation."))
    if not policies.takes_answers(invitation.meeting, clock.now()):
        raise ImpossibleStep(
            _("Answers to this invitation are no longer taken: the meeting is over or cancelled.")
        )
    return invitation


def _write(actor: Scope, invitation: Invitation, answers: Mapping[str, Answer]) -> Invitation:
    rows: dict[str, Attendance] = {OWN: invitation}
    rows |= {row.cluster.code: row for row in invitation.clusters.select_related("cluster")}
    checked: dict[str, Answer] = {}
    errors: dict[str, StrOrPromise] = {}
    for party, answer in answers.items():
        if party not in rows:
            errors[answer_field(party, "answer")] = _("This cluster is not invited with the region.")
            continue
        checked[party] = _checked(party, answer, errors)
    if errors:
        raise InvalidInput(errors)
    now = clock.now()
    changed = [_set(rows[party], answer, actor, now) for party, answer in checked.items()]
    if any(changed):
        invitation.version += 1
        invitation.save(update_fields=["version"])
    return invitation


def _checked(party: str, answer: Answer, errors: dict[str, StrOrPromise]) -> Answer:
    """The answer with the texts that it has a place for; what is wrong goes into `errors`."""
    if answer.value not in AttendanceAnswer.values:
        errors[answer_field(party, "answer")] = _("Choose one of the answers.")
    is_excused, is_substitute = (
        answer.value == kind for kind in (AttendanceAnswer.EXCUSED, AttendanceAnswer.SUBSTITUTE)
    )
    reason = written(answer.reason) if is_excused else ""
    name = clean_name(answer.substitute) if is_substitute else ""
    if is_excused and not reason:
        errors[answer_field(party, "reason")] = _("Say for what reason nobody will attend.")
    if is_substitute and not name:
        errors[answer_field(party, "substitute")] = _("Say who will attend instead: name and post.")
    if len(reason) > LONGEST_REASON:
        errors[answer_field(party, "reason")] = _("At most %(limit)s characters.") % {"limit": LONGEST_REASON}
    if len(name) > LONGEST_NAME:
        errors[answer_field(party, "substitute")] = _("At most %(limit)s characters.") % {
            "limit": LONGEST_NAME
        }
    return Answer(answer.value, reason, name)


def _set(row: Attendance, answer: Answer, actor: Scope, now: datetime) -> bool:
    """Write an answer; whether it says anything new."""
    if (row.answer, row.answer_reason, row.substitute_name) == (
        answer.value,
        answer.reason,
        answer.substitute,
    ):
        return False
    row.answer, row.answer_reason, row.substitute_name = answer.value, answer.reason, answer.substitute
    row.answered_by_id, row.answered_at = actor.user_id, now
    row.save(update_fields=["answer", "answer_reason", "substitute_name", "answered_by", "answered_at"])
    return True
