"""Help to clusters: what was done for them, requests for expert support, questions between clusters of one industry."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import scope_for
from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import SUPPORT_STEPS, SupportSide
from associations.models import HelpRecord, PeerQuestion, SupportRequest
from associations.notices import peer_tell, support_tell
from associations.policies import can_do_support, can_speak_for
from associations.services.keeping import require_keeper
from audit.services import audited
from clusters.models import Association, AssociationMember, Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import is_second_press, require_version

MOST_HOURS = Decimal(500)
"""Hours that the support of one request can take."""


def _said(text: str, field: str, required: str) -> str:
    return clean_text(text, field=field, limit=MAX_REMARK_LENGTH, required=required)


def _member(actor: Scope, association_id: int, cluster_id: int) -> Cluster:
    """A member of the association today. Raises InvalidInput for `cluster`."""
    members = AssociationMember.objects.visible_to(actor).in_force(clock.today())
    found = members.filter(association=association_id, cluster=cluster_id).select_related("cluster").first()
    if found is None:
        raise InvalidInput({"cluster": _("This cluster is not a member of the association.")})
    return found.cluster


def require_voice(actor: Scope, region: str) -> None:
    """Raises NotAllowed for whoever does not speak for the clusters of the region."""
    if not can_speak_for(actor, region):
        raise NotAllowed(_("For a cluster speak the coordinators of its region."))


@audited
@transaction.atomic
def help_record(
    *, actor: Scope, association_id: int, cluster: int, kind: str, helped_on: date, text: str
) -> HelpRecord:
    """Write down what was done for a member; the same again is written once.

    Raises Missing, NotAllowed, InvalidInput by field.
    """
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    hold(f"associations-help-{association.pk}")
    if helped_on > clock.today():
        raise InvalidInput({"helped_on": _("This day has not come yet.")})
    values: dict[str, Any] = {
        "association": association, "cluster": _member(actor, association.pk, cluster), "kind": kind,
        "helped_on": helped_on, "text": _said(text, "text", _("Say what was done.")), "author_id": actor.user_id,
    }  # fmt: skip
    known = HelpRecord.objects.filter(**values).first()
    return known or HelpRecord.objects.create(**values, at=clock.now())


@audited
@transaction.atomic
def support_ask(*, actor: Scope, association_id: int, cluster: int, text: str) -> SupportRequest:
    """Ask the association for an expert; the same again is asked once. Raises Missing, NotAllowed, InvalidInput."""
    association: Association = Association.objects.fetch(actor, pk=association_id)
    place = _member(actor, association.pk, cluster)
    require_voice(actor, place.region_id)
    hold(f"associations-support-{association.pk}")
    told = _said(text, "text", _("Say what help is needed."))
    known = SupportRequest.objects.open().filter(association=association, cluster=place, text=told).first()
    if known:
        return known
    row = SupportRequest.objects.create(
        association=association, cluster=place, text=told, asked_by_id=actor.user_id, asked_at=clock.now()
    )
    support_tell(actor=actor, request=row)
    return row


def _stepped(actor: Scope, act: str, request_id: int, version: int | None, **values: Any) -> SupportRequest:
    """Rights, version and state in this order; then the values and the state of the table.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep.
    """
    step = SUPPORT_STEPS[act]
    rows = SupportRequest.objects.select_for_update(of=("self",)).select_related("cluster", "association")
    row: SupportRequest = rows.fetch(actor, pk=request_id)
    if is_second_press(row, version, row, state=step.target, **values):
        return row
    if not can_do_support(actor, act, row):
        raise NotAllowed(_refusal(act))
    require_version(row, version)
    if row.state not in step.sources:
        raise ImpossibleStep(
            _("The request is in the state “%(state)s”: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    if step.stamp:
        values[step.stamp] = clock.now()
    for name, value in {**values, "state": step.target}.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    support_tell(actor=actor, request=row)
    return row


def _refusal(act: str) -> str:
    words = {
        SupportSide.ASSOCIATION: _("The request is given to an expert by the association."),
        SupportSide.EXPERT: _("The request is answered by the expert who has it."),
        SupportSide.REGION: _("For a cluster speak the coordinators of its region."),
    }
    return words[SUPPORT_STEPS[act].side]


@audited
@transaction.atomic
def support_assign(*, actor: Scope, request_id: int, version: int | None, expert: int) -> SupportRequest:
    """Give a request to an expert, or to another one.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep, InvalidInput for `expert`.
    """
    person = User.objects.filter(pk=expert, is_active=True).first()
    if person is None or scope_for(person).is_public:
        raise InvalidInput({"expert": _("An expert must have a role in the portal.")})
    return _stepped(actor, "assign", request_id, version, expert=person)


@audited
@transaction.atomic
def support_answer(
    *, actor: Scope, request_id: int, version: int | None, answer: str, hours: Decimal
) -> SupportRequest:
    """The answer of the expert and the hours it took him. Raises as `support_assign`, InvalidInput by field."""
    if not 0 <= hours <= MOST_HOURS:
        raise InvalidInput({"hours": _("Give the hours from 0 to %(most)s.") % {"most": MOST_HOURS}})
    told = _said(answer, "answer", _("Write the answer."))
    return _stepped(actor, "answer", request_id, version, answer=told, hours=hours)


@audited
@transaction.atomic
def support_close(
    *, actor: Scope, request_id: int, version: int | None, outcome: str, outcome_text: str = ""
) -> SupportRequest:
    """The cluster says what came of it. Raises as `support_assign`, InvalidInput by field."""
    told = clean_text(outcome_text, field="outcome_text", limit=MAX_REMARK_LENGTH)
    return _stepped(actor, "close", request_id, version, outcome=outcome, outcome_text=told)


@audited
@transaction.atomic
def support_cancel(*, actor: Scope, request_id: int, version: int | None) -> SupportRequest:
    """Take back a request that is not answered yet. Raises as `support_assign`."""
    return _stepped(actor, "cancel", request_id, version)


@audited
@transaction.atomic
def peer_ask(*, actor: Scope, cluster: int, peer: int, text: str) -> PeerQuestion:
    """Ask a cluster of the same industry; the same again is asked once. Raises NotAllowed, InvalidInput by field."""
    places = Cluster.objects.visible_to(actor).active().in_bulk([cluster, peer])
    own, other = places.get(cluster), places.get(peer)
    if own is None:
        raise InvalidInput({"cluster": _("There is no such cluster in the project.")})
    require_voice(actor, own.region_id)
    if other is None or other == own or not own.industry_id or other.industry_id != own.industry_id:
        raise InvalidInput({"peer": _("Choose another cluster of the same industry.")})
    hold(f"associations-peers-{own.pk}")
    told = _said(text, "text", _("Write the question."))
    known = PeerQuestion.objects.filter(cluster=own, peer=other, text=told).first()
    if known:
        return known
    row = PeerQuestion.objects.create(
        cluster=own, peer=other, text=told, asked_by_id=actor.user_id, asked_at=clock.now()
    )
    peer_tell(actor=actor, question=row)
    return row


@audited
@transaction.atomic
def peer_answer(*, actor: Scope, question_id: int, version: int | None, answer: str) -> PeerQuestion:
    """Answer a question to a cluster of the own region, or mend the answer.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput.
    """
    rows = PeerQuestion.objects.select_for_update(of=("self",)).select_related("cluster", "peer")
    row: PeerQuestion = rows.fetch(actor, pk=question_id)
    require_voice(actor, row.peer.region_id)
    require_version(row, version)
    row.answer = _said(answer, "answer", _("Write the answer."))
    row.answered_by_id, row.answered_at = actor.user_id, clock.now()
    row.version += 1
    row.save()
    peer_tell(actor=actor, question=row)
    return row
