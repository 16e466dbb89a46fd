"""Kinds and states of the work of the associations."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Track(TextChoices):
    """Whose milestones they are: of the transition to the single management, or of the industry associations."""

    TRANSITION = "transition", pgettext_lazy("track of a roadmap", "transition to the single management")
    ASSOCIATION = "association", pgettext_lazy("track of a roadmap", "industry associations")


class DateKind(TextChoices):
    """What the days of a milestone mean."""

    DEADLINE = "deadline", pgettext_lazy("days of a milestone", "not later than the day")
    START = "start", pgettext_lazy("days of a milestone", "from the day on")
    PERIOD = "period", pgettext_lazy("days of a milestone", "within the period")
    INFERRED = "inferred", pgettext_lazy("days of a milestone", "the day is inferred")


class MilestoneState(TextChoices):
    """Where a milestone stands. That it is overdue follows from its last day and is never stored."""

    PLANNED = "planned", pgettext_lazy("milestone", "planned")
    GOING = "going", pgettext_lazy("milestone", "in progress")
    DONE = "done", pgettext_lazy("milestone", "done")
    CANCELLED = "cancelled", pgettext_lazy("milestone", "cancelled")


OPEN_STATES = (MilestoneState.PLANNED, MilestoneState.GOING)


class PracticeState(TextChoices):
    """Where a practice stands on its course. That a published one is out of date follows from its last day."""

    DRAFT = "draft", pgettext_lazy("practice", "draft")
    SUBMITTED = "submitted", pgettext_lazy("practice", "submitted")
    SELECTION = "selection", pgettext_lazy("practice", "in selection")
    REVIEW = "review", pgettext_lazy("practice", "with the experts")
    PUBLISHED = "published", pgettext_lazy("practice", "published")
    RETURNED = "returned", pgettext_lazy("practice", "returned for rework")
    REJECTED = "rejected", pgettext_lazy("practice", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("practice", "withdrawn")


class PracticeSide(TextChoices):
    """Who does an act: coordinators of the author's region, the association that it was submitted to, an expert."""

    AUTHOR = "author", pgettext_lazy("side of a practice", "author")
    ASSOCIATION = "association", pgettext_lazy("side of a practice", "association")
    EXPERT = "expert", pgettext_lazy("side of a practice", "expert")


class PracticeEventKind(TextChoices):
    """What happened to a practice, as its history says."""

    SUBMITTED = "submitted", pgettext_lazy("practice", "submitted")
    RECALLED = "recalled", pgettext_lazy("practice", "taken back by the author")
    SELECTED = "selected", pgettext_lazy("practice", "taken into selection")
    APPOINTED = "appointed", pgettext_lazy("practice", "expert appointed")
    RELIEVED = "relieved", pgettext_lazy("practice", "expert relieved")
    SCORED = "scored", pgettext_lazy("practice", "scored by an expert")
    RETURNED = "returned", pgettext_lazy("practice", "returned for rework")
    REJECTED = "rejected", pgettext_lazy("practice", "rejected")
    PUBLISHED = "published", pgettext_lazy("practice", "published")
    PROLONGED = "prolonged", pgettext_lazy("practice", "given a new last day")
    WITHDRAWN = "withdrawn", pgettext_lazy("practice", "withdrawn")


@dataclass(frozen=True, slots=True)
class PracticeStep:
    """An act on a practice: from which states, to which one (None keeps it), what the history says, which sides."""

    sources: tuple[PracticeState, ...]
    target: PracticeState | None
    event: PracticeEventKind
    sides: frozenset[PracticeSide]


_AUTHOR = frozenset({PracticeSide.AUTHOR})
_ASSOCIATION = frozenset({PracticeSide.ASSOCIATION})
EDITABLE = (PracticeState.DRAFT, PracticeState.RETURNED)
"""States in which the author writes."""
UNDER_WAY = (PracticeState.SUBMITTED, PracticeState.SELECTION, PracticeState.REVIEW)
"""States in which the association has it."""

PRACTICE_STEPS: dict[str, PracticeStep] = {
    "submit": PracticeStep(EDITABLE, PracticeState.SUBMITTED, PracticeEventKind.SUBMITTED, _AUTHOR),
    "recall": PracticeStep(UNDER_WAY, PracticeState.DRAFT, PracticeEventKind.RECALLED, _AUTHOR),
    "select": PracticeStep(
        (PracticeState.SUBMITTED,), PracticeState.SELECTION, PracticeEventKind.SELECTED, _ASSOCIATION
    ),
    "appoint": PracticeStep(UNDER_WAY, PracticeState.REVIEW, PracticeEventKind.APPOINTED, _ASSOCIATION),
    "relieve": PracticeStep((PracticeState.REVIEW,), None, PracticeEventKind.RELIEVED, _ASSOCIATION),
    "score": PracticeStep(
        (PracticeState.REVIEW,), None, PracticeEventKind.SCORED, frozenset({PracticeSide.EXPERT})
    ),
    "return": PracticeStep(UNDER_WAY, PracticeState.RETURNED, PracticeEventKind.RETURNED, _ASSOCIATION),
    "reject": PracticeStep(UNDER_WAY, PracticeState.REJECTED, PracticeEventKind.REJECTED, _ASSOCIATION),
    "publish": PracticeStep(
        (PracticeState.REVIEW,), PracticeState.PUBLISHED, PracticeEventKind.PUBLISHED, _ASSOCIATION
    ),
    "prolong": PracticeStep((PracticeState.PUBLISHED,), None, PracticeEventKind.PROLONGED, _ASSOCIATION),
    "withdraw": PracticeStep(
        (PracticeState.PUBLISHED,), PracticeState.WITHDRAWN, PracticeEventKind.WITHDRAWN,
        frozenset({PracticeSide.AUTHOR, PracticeSide.ASSOCIATION}),
    ),
}  # fmt: skip
"""The only place that says what may be done to a practice, when and from which side."""

REASONED_EVENTS = (PracticeEventKind.RETURNED, PracticeEventKind.REJECTED, PracticeEventKind.WITHDRAWN)
"""Events that say why."""


class Criterion(TextChoices):
    """What an expert scores a practice by, each from 0 to `MOST_POINTS`."""

    PROBLEM = "problem", pgettext_lazy("criterion", "weight of the problem for the industry")
    REPRODUCTION = "reproduction", pgettext_lazy("criterion", "steps that others can repeat")
    RESULTS = "results", pgettext_lazy("criterion", "results shown in numbers")
    RESOURCES = "resources", pgettext_lazy("criterion", "resources within reach of a cluster")
    NOVELTY = "novelty", pgettext_lazy("criterion", "novelty")


MOST_POINTS = 10
"""Points of one criterion."""
EXPERTS = 2
"""Experts whose points a publication needs."""
PASS_SHARE = 60
"""Percent of the greatest sum that the mean of the experts must reach for a publication."""


class ReplicationState(TextChoices):
    """How a cluster carries out a practice of others."""

    GOING = "going", pgettext_lazy("replication", "being carried out")
    DONE = "done", pgettext_lazy("replication", "carried out")
    STOPPED = "stopped", pgettext_lazy("replication", "given up")
