"""How clusters join and leave an association, and how an association is founded."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import FACTS_OF_FOUNDING, FoundingStep, JoiningKind, JoiningState
from associations.models import FoundingMark, Joining
from associations.notices import joining_tell
from associations.policies import can_answer_joining, can_keep, can_speak_for, can_withdraw_joining
from associations.services.keeping import require_keeper
from audit.services import audited
from clusters.models import Association, AssociationMember, Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import is_second_press, require_version

JOINING = "associations-joining"
"""The lock of all joinings: two associations must not take one cluster at the same moment."""


def claimed_by(association: Association, cluster: Cluster, day: date) -> Association | None:
    """Another association of its industry whose member the cluster is on the day or later; None when it is free."""
    rows = AssociationMember.objects.standing(day).filter(
        cluster=cluster, association__industries=cluster.industry_id
    )
    found = rows.exclude(association=association).select_related("association").first()
    return found.association if found else None


def _require_free(association: Association, cluster: Cluster) -> None:
    """Raises InvalidInput for a cluster of another industry, for a member, and for one that another association has."""
    industries = association.industries.values_list("pk", flat=True)
    if cluster.industry_id not in industries:
        raise InvalidInput({"cluster": _("The cluster is not of the industry of this association.")})
    today = clock.today()
    if AssociationMember.objects.standing(today).filter(association=association, cluster=cluster).exists():
        raise InvalidInput({"cluster": _("The cluster is a member already.")})
    other = claimed_by(association, cluster, today)
    if other:
        message = _(
            "%(cluster)s is a member of “%(association)s”, an association of the same industry: one industry, one "
            "association. It leaves that one first."
        )
        raise InvalidInput(
            {"cluster": message % {"cluster": cluster.display_name, "association": other.name}}
        )


def _cluster(actor: Scope, pk: int) -> Cluster:
    found = Cluster.objects.visible_to(actor).active().filter(pk=pk).first()
    if found is None:
        raise InvalidInput({"cluster": _("There is no such cluster in the project.")})
    return found


@audited
@transaction.atomic
def joining_ask(*, actor: Scope, association_id: int, cluster: int, text: str = "") -> Joining:
    """Invite a cluster as its association, or apply as its region; one waits at a time, a second press changes nothing.

    Raises Missing, NotAllowed, InvalidInput by field.
    """
    association: Association = Association.objects.fetch(actor, pk=association_id)
    place = _cluster(actor, cluster)
    kind = _kind(actor, association, place)
    hold(JOINING)
    known = Joining.objects.waiting().filter(association=association, cluster=place).first()
    if known:
        if (known.kind, known.asked_by_id) == (kind, actor.user_id):
            return known
        raise InvalidInput({"cluster": _("An invitation or an application of this cluster waits already.")})
    _require_free(association, place)
    row = _asked(actor, association, place, kind, clean_text(text, field="text", limit=MAX_REMARK_LENGTH))
    joining_tell(actor=actor, joining=row)
    return row


def _kind(actor: Scope, association: Association, cluster: Cluster) -> JoiningKind:
    if can_keep(actor, association.pk):
        return JoiningKind.INVITATION
    if can_speak_for(actor, cluster.region_id):
        return JoiningKind.APPLICATION
    raise NotAllowed(_("The association invites, and the coordinators of the region apply."))


def _asked(actor: Scope, association: Association, cluster: Cluster, kind: JoiningKind, text: str) -> Joining:
    return Joining.objects.create(
        association=association, cluster=cluster, kind=kind, text=text, asked_by_id=actor.user_id,
        asked_at=clock.now(),
    )  # fmt: skip


def clusters_to_invite(actor: Scope, association: Association) -> QuerySet[Cluster]:
    """Clusters of the industries that are in no association of theirs and that nothing waits for."""
    today = clock.today()
    members = AssociationMember.objects.standing(today).filter(
        association__industries__in=association.industries.all()
    )
    waiting = Joining.objects.waiting().filter(association=association)
    rows: QuerySet[Cluster] = Cluster.objects.visible_to(actor).active()
    return (
        rows.filter(industry__in=association.industries.all())
        .exclude(pk__in=members.values("cluster"))
        .exclude(pk__in=waiting.values("cluster"))
    )


@audited
@transaction.atomic
def invite_all(*, actor: Scope, association_id: int, text: str = "") -> int:
    """Invite all clusters of the industry that are free, in one act; how many. Raises Missing, NotAllowed."""
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    hold(JOINING)
    said = clean_text(text, field="text", limit=MAX_REMARK_LENGTH)
    rows = [
        _asked(actor, association, cluster, JoiningKind.INVITATION, said)
        for cluster in clusters_to_invite(actor, association).select_related("region")
    ]
    for row in rows:
        joining_tell(actor=actor, joining=row)
    return len(rows)


@audited
@transaction.atomic
def joining_answer(
    *,
    actor: Scope,
    joining_id: int,
    version: int | None,
    accept: bool,
    starts_on: date | None = None,
    reason: str = "",
) -> Joining:
    """Accept or decline as the other side; accepted, the cluster is a member from the day on.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep, InvalidInput by field.
    """
    row = _locked(actor, joining_id)
    if not can_answer_joining(actor, row):
        raise NotAllowed(
            _(
                "An invitation is answered by the coordinators of the region, an application by the association."
            )
        )
    state = JoiningState.ACCEPTED if accept else JoiningState.DECLINED
    if _is_repeated(actor, row, version, state):
        return row
    _require_waiting(row, version)
    told = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH,
        required="" if accept else _("Say why it is declined."),
    )  # fmt: skip
    if accept:
        _require_free(row.association, row.cluster)
        AssociationMember.objects.create(
            association=row.association, cluster=row.cluster, starts_on=starts_on or clock.today()
        )
    return _answered(actor, row, state, told)


@audited
@transaction.atomic
def joining_withdraw(*, actor: Scope, joining_id: int, version: int | None) -> Joining:
    """Take back what the own side has asked. Raises as `joining_answer`."""
    row = _locked(actor, joining_id)
    if not can_withdraw_joining(actor, row):
        raise NotAllowed(_("It is taken back by the side that asked."))
    if _is_repeated(actor, row, version, JoiningState.WITHDRAWN):
        return row
    _require_waiting(row, version)
    return _answered(actor, row, JoiningState.WITHDRAWN, "")


def _locked(actor: Scope, pk: int) -> Joining:
    hold(JOINING)
    rows = Joining.objects.select_for_update(of=("self",)).select_related("association", "cluster")
    row: Joining = rows.fetch(actor, pk=pk)
    return row


def _is_repeated(actor: Scope, row: Joining, version: int | None, state: JoiningState) -> bool:
    return is_second_press(row, version, row, state=state, answered_by_id=actor.user_id)


def _require_waiting(row: Joining, version: int | None) -> None:
    """Raises StaleVersion, ImpossibleStep."""
    require_version(row, version)
    if row.state != JoiningState.WAITS:
        raise ImpossibleStep(
            _("It is in the state “%(state)s”: this cannot be done now.") % {"state": row.get_state_display()}
        )


def _answered(actor: Scope, row: Joining, state: JoiningState, reason: str) -> Joining:
    row.state, row.reason = state, reason
    row.answered_by_id, row.answered_at = actor.user_id, clock.now()
    row.version += 1
    row.save()
    joining_tell(actor=actor, joining=row)
    return row


@audited
@transaction.atomic
def membership_end(*, actor: Scope, association_id: int, cluster: int, ends_on: date) -> AssociationMember:
    """Say on which day a member leaves. Raises Missing, NotAllowed, InvalidInput by field."""
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    rows = AssociationMember.objects.select_for_update(of=("self",)).filter(
        association=association, ends_on=None
    )
    row: AssociationMember = rows.fetch(actor, cluster=cluster)
    if ends_on < row.starts_on:
        raise InvalidInput({"ends_on": _("The membership would end before it begins.")})
    row.ends_on = ends_on
    row.save()
    return row


@audited
@transaction.atomic
def founding_mark(
    *, actor: Scope, association_id: int, step: str, done_on: date, evidence: str
) -> FoundingMark:
    """Mark a step of the founding that the portal cannot see; the same again corrects it.

    Raises Missing, NotAllowed, InvalidInput by field.
    """
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    if step not in FoundingStep.values or step in FACTS_OF_FOUNDING:
        raise InvalidInput({"step": _("The portal sees this step by itself.")})
    if done_on > clock.today():
        raise InvalidInput({"done_on": _("This day has not come yet.")})
    told = clean_text(
        evidence, field="evidence", limit=MAX_REMARK_LENGTH, required=_("Say what proves that it is done.")
    )
    row, _created = FoundingMark.objects.update_or_create(
        association=association, step=step, defaults={"done_on": done_on, "evidence": told}
    )
    return row
