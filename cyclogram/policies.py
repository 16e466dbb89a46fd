"""Who may do what in the cyclogram. Pure questions; services turn a "no" into a refusal."""

from common.scope import CENTRE_ROLES, Role, Scope
from cyclogram.enums import STEPS, VALUE_STEPS, Side
from cyclogram.models import ClusterStage, IndicatorValue, PlanVersion

PLANNERS = frozenset({Role.ADMINISTRATOR, Role.METHODOLOGIST})
"""Who makes the plans."""


def can_change_plans(scope: Scope) -> bool:
    """Methodologists and administrators draft versions of the plan, put them in force and archive their stages."""
    return scope.has(*PLANNERS)


def can_edit_plan(scope: Scope, plan: PlanVersion) -> bool:
    """Only a draft is edited; what has been in force stands still."""
    return can_change_plans(scope) and plan.is_draft


def can_lay(scope: Scope) -> bool:
    """Whoever makes the plans puts clusters on them; so does the clock."""
    return can_change_plans(scope)


def can_move(scope: Scope) -> bool:
    """Whoever makes the plans moves stages, of one cluster or of many."""
    return can_change_plans(scope)


def can_keep_checkpoints(scope: Scope) -> bool:
    """Whoever makes the plans keeps the days of the lanes."""
    return can_change_plans(scope)


def can_keep_indicators(scope: Scope) -> bool:
    """Whoever makes the plans says what is counted."""
    return can_change_plans(scope)


def _of_the_centre(scope: Scope, region: str) -> bool:
    """The whole centre decides, but nobody about the region that he coordinates."""
    return scope.has(*CENTRE_ROLES) and region not in scope.coordinated


def can_do(scope: Scope, act: str, stage: ClusterStage) -> bool:
    """The sides of the table of steps, and the place.

    A region acts on its own clusters alone. Moving is left to whoever makes the plans, the other acts of the centre to
    the whole centre. A scheduled job does only what facts may do. Heads and associations do nothing.
    """
    sides, region = STEPS[act].sides, stage.cluster.region_id
    if scope.is_system:
        return Side.FACTS in sides
    if Side.REGION in sides and region in scope.coordinated:
        return True
    if act == "move" and not can_move(scope):
        return False
    return Side.CENTRE in sides and _of_the_centre(scope, region)


def allowed_acts(scope: Scope, stage: ClusterStage) -> list[str]:
    """Acts of the table that this person may do now, in its order."""
    return [act for act in STEPS if stage.can_be(act) and can_do(scope, act, stage)]


def can_read_details(scope: Scope, stage: ClusterStage) -> bool:
    """Reasons, remarks, history and evidence are read by the centre and the own region, never by an association."""
    return scope.is_centre or stage.cluster.region_id in scope.regions


def can_enter_values(scope: Scope) -> bool:
    """Coordinators fill in the table of indicators, each for his regions."""
    return bool(scope.coordinated)


def can_enter_for(scope: Scope, region: str) -> bool:
    """A coordinator enters actual values for his region and its clusters, before they exist too."""
    return region in scope.coordinated


def can_plan_for(scope: Scope) -> bool:
    """Planned values are set by whoever makes the plans."""
    return can_change_plans(scope)


def can_do_value(scope: Scope, act: str, value: IndicatorValue) -> bool:
    """The side of the table of steps, and the place; a plan is set by whoever makes the plans."""
    if act == "plan":
        return can_plan_for(scope)
    if VALUE_STEPS[act].side == Side.REGION:
        return can_enter_for(scope, value.region_code)
    return _of_the_centre(scope, value.region_code)


def can_keep_board(scope: Scope, region: str) -> bool:
    """The supervisory board of a region is kept by its coordinators, and by administrators of the centre."""
    return region in scope.coordinated or scope.has(Role.ADMINISTRATOR)


def can_read_board(scope: Scope, region: str) -> bool:
    """Boards are read by the centre and the own region."""
    return scope.is_centre or region in scope.regions
