"""Kinds and states of the cyclogram, and the tables that say how a stage and a value of an indicator go on."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PlanState(TextChoices):
    """Where a version of the plan stands. A draft is read in the centre alone; of a cohort one version is in force."""

    DRAFT = "draft", pgettext_lazy("plan", "draft")
    IN_FORCE = "in_force", pgettext_lazy("plan", "in force")
    REPLACED = "replaced", pgettext_lazy("plan", "replaced by a later version")


class ClosingRule(TextChoices):
    """What closes a stage."""

    DOCUMENT = "document", pgettext_lazy("what closes a stage", "a document")
    DATE = "date", pgettext_lazy("what closes a stage", "its last day")
    ASSIGNMENTS = "assignments", pgettext_lazy("what closes a stage", "its linked assignments")
    INDICATOR = "indicator", pgettext_lazy("what closes a stage", "an indicator")


class Rhythm(TextChoices):
    """How often a checkpoint comes in a year."""

    ONCE = "once", pgettext_lazy("rhythm of a checkpoint", "once a year")
    QUARTERLY = "quarterly", pgettext_lazy("rhythm of a checkpoint", "every quarter")
    MONTHLY = "monthly", pgettext_lazy("rhythm of a checkpoint", "every month")


class StageState(TextChoices):
    """Where a cluster stands on a stage. That a stage is late is never stored: see `StageSign`."""

    NOT_BEGUN = "not_begun", pgettext_lazy("stage", "not begun")
    GOING = "going", pgettext_lazy("stage", "in progress")
    PROPOSED = "proposed", pgettext_lazy("stage", "waits for acceptance")
    DONE = "done", pgettext_lazy("stage", "done")
    DONE_WITH_REMARKS = "done_with_remarks", pgettext_lazy("stage", "done with remarks")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("stage", "not applicable")


class StageSign(TextChoices):
    """What the matrix shows: the state, or that the cluster is late with the stage on the day of the question."""

    NOT_BEGUN = "not_begun", pgettext_lazy("stage", "not begun")
    GOING = "going", pgettext_lazy("stage", "in progress")
    LATE = "late", pgettext_lazy("stage", "late")
    PROPOSED = "proposed", pgettext_lazy("stage", "waits for acceptance")
    DONE = "done", pgettext_lazy("stage", "done")
    DONE_WITH_REMARKS = "done_with_remarks", pgettext_lazy("stage", "done with remarks")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("stage", "not applicable")


OPEN_STATES = (StageState.NOT_BEGUN, StageState.GOING)
"""States that wait for the cluster: after the last planned day they are late."""
CLOSED_STATES = (StageState.DONE, StageState.DONE_WITH_REMARKS)
"""States of a stage that is over."""


class ClosedBy(TextChoices):
    """What a closed stage rests on."""

    FACTS = "facts", pgettext_lazy("what a closed stage rests on", "facts of the portal")
    PROPOSAL = "proposal", pgettext_lazy("what a closed stage rests on", "evidence of the region")
    HAND = "hand", pgettext_lazy("what a closed stage rests on", "decision of the centre")


class StageEventKind(TextChoices):
    """What happened to a stage of a cluster, as its log says."""

    LAID = "laid", pgettext_lazy("stage", "put on the plan")
    LAID_AGAIN = "laid_again", pgettext_lazy("stage", "put on another version of the plan")
    BEGUN = "begun", pgettext_lazy("stage", "begun")
    PROPOSED = "proposed", pgettext_lazy("stage", "handed in for acceptance")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage", "taken back by the region")
    RETURNED = "returned", pgettext_lazy("stage", "returned for rework")
    CLOSED = "closed", pgettext_lazy("stage", "closed")
    CLOSED_WITH_REMARKS = "closed_with_remarks", pgettext_lazy("stage", "closed with remarks")
    SETTLED = "settled", pgettext_lazy("stage", "remarks settled")
    SKIPPED = "skipped", pgettext_lazy("stage", "declared not applicable")
    RESTORED = "restored", pgettext_lazy("stage", "applicable again")
    REOPENED = "reopened", pgettext_lazy("stage", "opened again")
    MOVED = "moved", pgettext_lazy("stage", "moved")


class Side(TextChoices):
    """Who does an act: the coordinators of the region, the centre, or the facts through a scheduled job."""

    REGION = "region", pgettext_lazy("side", "region")
    CENTRE = "centre", pgettext_lazy("side", "centre")
    FACTS = "facts", pgettext_lazy("side", "facts of the portal")


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a stage: from which states, to which one (None keeps it), what the log says, who may do it."""

    sources: tuple[StageState, ...]
    target: StageState | None
    event: StageEventKind
    sides: frozenset[Side]


_REGION = frozenset({Side.REGION})
_CENTRE = frozenset({Side.CENTRE})
_CENTRE_OR_FACTS = frozenset({Side.CENTRE, Side.FACTS})
_BEFORE_ITS_END = (*OPEN_STATES, StageState.PROPOSED)

STEPS: dict[str, Step] = {
    "begin": Step((StageState.NOT_BEGUN,), StageState.GOING, StageEventKind.BEGUN, frozenset(Side)),
    "propose": Step(OPEN_STATES, StageState.PROPOSED, StageEventKind.PROPOSED, _REGION),
    "withdraw": Step((StageState.PROPOSED,), StageState.GOING, StageEventKind.WITHDRAWN, _REGION),
    "accept": Step((StageState.PROPOSED,), StageState.DONE, StageEventKind.CLOSED, _CENTRE),
    "accept_with_remarks": Step(
        (StageState.PROPOSED,), StageState.DONE_WITH_REMARKS, StageEventKind.CLOSED_WITH_REMARKS, _CENTRE
    ),
    "return": Step((StageState.PROPOSED,), StageState.GOING, StageEventKind.RETURNED, _CENTRE),
    "close": Step(OPEN_STATES, StageState.DONE, StageEventKind.CLOSED, _CENTRE_OR_FACTS),
    "close_with_remarks": Step(
        OPEN_STATES, StageState.DONE_WITH_REMARKS, StageEventKind.CLOSED_WITH_REMARKS, _CENTRE
    ),
    "settle": Step((StageState.DONE_WITH_REMARKS,), StageState.DONE, StageEventKind.SETTLED, _CENTRE),
    "skip": Step(_BEFORE_ITS_END, StageState.NOT_APPLICABLE, StageEventKind.SKIPPED, _CENTRE),
    "restore": Step(
        (StageState.NOT_APPLICABLE,), StageState.NOT_BEGUN, StageEventKind.RESTORED, _CENTRE
    ),
    "reopen": Step(CLOSED_STATES, StageState.GOING, StageEventKind.REOPENED, _CENTRE_OR_FACTS),
    "move": Step(_BEFORE_ITS_END, None, StageEventKind.MOVED, _CENTRE),
}  # fmt: skip
"""The only place that says what may be done to a stage of a cluster, when and from which side."""

REASONED_EVENTS = (
    StageEventKind.RETURNED,
    StageEventKind.CLOSED_WITH_REMARKS,
    StageEventKind.SKIPPED,
    StageEventKind.RESTORED,
    StageEventKind.REOPENED,
    StageEventKind.MOVED,
)
"""Events that say why."""


class Level(TextChoices):
    """What an indicator is counted for."""

    REGION = "region", pgettext_lazy("level of an indicator", "region")
    CLUSTER = "cluster", pgettext_lazy("level of an indicator", "cluster")


class Unit(TextChoices):
    """Unit of an indicator, as it is written in tables."""

    PERSONS = "persons", pgettext_lazy("unit", "persons")
    PIECES = "pieces", pgettext_lazy("unit", "pcs")
    PERCENT = "percent", pgettext_lazy("unit", "%")
    MILLION_ROUBLES = "million_roubles", pgettext_lazy("unit", "million roubles")


WHOLE_UNITS = (Unit.PERSONS, Unit.PIECES)
"""Units that have no parts."""


class Direction(TextChoices):
    """Which values of an indicator are good."""

    UP = "up", pgettext_lazy("direction of an indicator", "the more the better")
    DOWN = "down", pgettext_lazy("direction of an indicator", "the less the better")


class ValueState(TextChoices):
    """Where a value of an indicator stands between the region and the centre."""

    ENTERED = "entered", pgettext_lazy("value of an indicator", "entered")
    ACCEPTED = "accepted", pgettext_lazy("value of an indicator", "accepted")
    RETURNED = "returned", pgettext_lazy("value of an indicator", "returned")


class ValueEventKind(TextChoices):
    """What happened to a value of an indicator."""

    ENTERED = "entered", pgettext_lazy("value of an indicator", "entered")
    PLANNED = "planned", pgettext_lazy("value of an indicator", "plan set")
    ACCEPTED = "accepted", pgettext_lazy("value of an indicator", "accepted")
    RETURNED = "returned", pgettext_lazy("value of an indicator", "returned")


@dataclass(frozen=True, slots=True)
class ValueStep:
    """An act on a value: from which states, to which one (None keeps it), what the log says, who may do it."""

    sources: tuple[ValueState, ...]
    target: ValueState | None
    event: ValueEventKind
    side: Side


VALUE_STEPS: dict[str, ValueStep] = {
    "enter": ValueStep(tuple(ValueState), ValueState.ENTERED, ValueEventKind.ENTERED, Side.REGION),
    "plan": ValueStep(tuple(ValueState), None, ValueEventKind.PLANNED, Side.CENTRE),
    "accept": ValueStep((ValueState.ENTERED,), ValueState.ACCEPTED, ValueEventKind.ACCEPTED, Side.CENTRE),
    "return": ValueStep((ValueState.ENTERED,), ValueState.RETURNED, ValueEventKind.RETURNED, Side.CENTRE),
}
"""The only place that says what may be done to a value. An accepted value that is entered anew waits again."""


class BoardRole(TextChoices):
    """What a person is in a regional supervisory board."""

    CHAIR = "chair", pgettext_lazy("supervisory board", "chair")
    DEPUTY = "deputy", pgettext_lazy("supervisory board", "deputy chair")
    SECRETARY = "secretary", pgettext_lazy("supervisory board", "secretary")
    MEMBER = "member", pgettext_lazy("supervisory board", "member")


class BoardSide(TextChoices):
    """Whom a member of a supervisory board represents."""

    AUTHORITY = "authority", pgettext_lazy("side of a board member", "public authority")
    EMPLOYER = "employer", pgettext_lazy("side of a board member", "employers")
    UNION = "union", pgettext_lazy("side of a board member", "trade unions")
    COLLEGE = "college", pgettext_lazy("side of a board member", "educational organisations")
    OTHER = "other", pgettext_lazy("side of a board member", "others")


class NotLaid(TextChoices):
    """Why a cluster does not stand on the plan of its cohort."""

    NO_COHORT = "no_cohort", pgettext_lazy("cluster without a plan", "its cohort is unknown")
    NO_PLAN = "no_plan", pgettext_lazy("cluster without a plan", "its cohort has no plan in force")
    NOT_YET = "not_yet", pgettext_lazy("cluster without a plan", "not put on the plan yet")
    OTHER_PLAN = "other_plan", pgettext_lazy("cluster without a plan", "stands on another plan")
