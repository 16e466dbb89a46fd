"""How an association is founded and joined, for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.enums import Position
from associations.enums import FACTS_OF_FOUNDING, FoundingStep, JoiningKind, JoiningState
from associations.meetings_held import meetings_held
from associations.models import Direction, FoundingMark, Joining, Milestone
from associations.policies import can_answer_joining, can_keep, can_speak_for, can_withdraw_joining
from associations.selectors.associations import AssociationPage, association_page
from clusters.models import Cluster
from common import clock
from common.scope import Scope

FIRST_DAY = date(2000, 1, 1)
"""Before any meeting of the project."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the founding; `mark` is what people said of it, `by_itself` whether the portal sees it."""

    step: FoundingStep
    is_done: bool
    by_itself: bool
    mark: FoundingMark | None


@dataclass(frozen=True, slots=True)
class JoiningRow:
    """An invitation or an application, and whether this person may answer it or take it back."""

    joining: Joining
    can_answer: bool
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class JoiningPage:
    """The founding and the joinings of an association, whom it may invite, who of the own clusters may apply."""

    page: AssociationPage
    steps: Sequence[StepRow]
    joinings: Sequence[JoiningRow]
    offered: Sequence[Cluster]

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.steps)


def joining_page(scope: Scope, pk: int) -> JoiningPage:
    """In a fixed number of queries; Missing for no association."""
    page = association_page(scope, pk)
    rows = Joining.objects.visible_to(scope).filter(association=pk)
    joinings = [joining_row(scope, row) for row in rows.select_related("association", "cluster__region")]
    waiting = {row.joining.cluster_id for row in joinings if row.joining.state == JoiningState.WAITS}
    keeps = can_keep(scope, pk)
    offered = [
        one
        for one in page.outside
        if one.pk not in waiting and (keeps or can_speak_for(scope, one.region_id))
    ]
    return JoiningPage(page, founding_steps(scope, page), joinings, offered)


def joining_row(scope: Scope, row: Joining) -> JoiningRow:
    """What this person may do with an invitation or an application while it waits."""
    waits = row.state == JoiningState.WAITS
    return JoiningRow(
        row,
        can_answer=waits and can_answer_joining(scope, row),
        can_withdraw=waits and can_withdraw_joining(scope, row),
    )


def founding_steps(scope: Scope, page: AssociationPage) -> list[StepRow]:
    """The checklist: what the portal sees by itself, and what people marked."""
    pk = page.association.pk
    marks = {mark.step: mark for mark in FoundingMark.objects.visible_to(scope).filter(association=pk)}
    facts = {
        FoundingStep.CHAIR: any(one.position == Position.CHAIR for one in page.people),
        FoundingStep.DIRECTIONS: Direction.objects.filter(association=pk).exists(),
        FoundingStep.INVITED: Joining.objects.filter(association=pk, kind=JoiningKind.INVITATION).exists(),
        FoundingStep.MEMBERS: bool(page.members),
        FoundingStep.ROADMAP: Milestone.objects.filter(association=pk).exists(),
        FoundingStep.MEETING: bool(meetings_held(scope, pk, FIRST_DAY, clock.today())),
    }
    return [
        StepRow(
            step,
            facts[step] if step in FACTS_OF_FOUNDING else step in marks,
            step in FACTS_OF_FOUNDING,
            marks.get(step),
        )
        for step in FoundingStep
    ]
