"""Who may do what in the room of the associations. Pure questions; services turn a "no" into a refusal."""

from associations.enums import PRACTICE_STEPS, SUPPORT_STEPS, JoiningKind, PracticeSide, SupportSide
from associations.models import Joining, Practice, SupportRequest
from common.scope import Role, Scope

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.METHODOLOGIST})


def can_keep(scope: Scope, association: int | None) -> bool:
    """Methodologists and administrators keep what belongs to all associations and to each; chairs and curators what
    belongs to their own."""
    return scope.has(*KEEPERS) or association in scope.associations


def can_write_practice(scope: Scope, region: str) -> bool:
    """Practices of a region are written by its coordinators."""
    return region in scope.coordinated


def can_speak_for(scope: Scope, region: str) -> bool:
    """For the clusters of a region speak its coordinators: what they repeat, ask, answer, whether they join."""
    return region in scope.coordinated


def can_do_practice(scope: Scope, act: str, practice: Practice, *, is_expert: bool) -> bool:
    """The sides of the table of steps, and the place; whoever coordinates the author's region decides nothing on it.

    `is_expert` says whether the person is appointed to this practice and has not scored it yet.
    """
    is_author = can_write_practice(scope, practice.region_id)
    holds = {
        PracticeSide.AUTHOR: is_author,
        PracticeSide.ASSOCIATION: can_keep(scope, practice.association_id) and not is_author,
        PracticeSide.EXPERT: is_expert,
    }
    return any(holds[side] for side in PRACTICE_STEPS[act].sides)


def can_do_support(scope: Scope, act: str, request: SupportRequest) -> bool:
    """The side of the table of steps, and the place."""
    holds = {
        SupportSide.ASSOCIATION: can_keep(scope, request.association_id),
        SupportSide.EXPERT: request.expert_id is not None and request.expert_id == scope.user_id,
        SupportSide.REGION: can_speak_for(scope, request.cluster.region_id),
    }
    return holds[SUPPORT_STEPS[act].side]


def _is_of_the_association(scope: Scope, joining: Joining) -> bool:
    return can_keep(scope, joining.association_id)


def _is_of_the_region(scope: Scope, joining: Joining) -> bool:
    return can_speak_for(scope, joining.cluster.region_id)


def can_answer_joining(scope: Scope, joining: Joining) -> bool:
    """An invitation is answered by the region, an application by the association."""
    is_invitation = joining.kind == JoiningKind.INVITATION
    return (_is_of_the_region if is_invitation else _is_of_the_association)(scope, joining)


def can_withdraw_joining(scope: Scope, joining: Joining) -> bool:
    """It is taken back by the side that asked."""
    is_invitation = joining.kind == JoiningKind.INVITATION
    return (_is_of_the_association if is_invitation else _is_of_the_region)(scope, joining)


def has_conflict(expert: Scope, practice: Practice, *, curates: bool) -> bool:
    """Whether a person must not score a practice: it is of a region that he coordinates or heads, he wrote it, or he
    supports the cluster that is its author (`curates`)."""
    return curates or practice.region_id in expert.regions or practice.created_by_id == expert.user_id
