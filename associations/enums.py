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


class HelpKind(TextChoices):
    """How an association helped a cluster."""

    TALK = "talk", pgettext_lazy("help to a cluster", "talk")
    VISIT = "visit", pgettext_lazy("help to a cluster", "visit")
    DOCUMENTS = "documents", pgettext_lazy("help to a cluster", "help with documents")
    TRAINING = "training", pgettext_lazy("help to a cluster", "training")
    CONTACT = "contact", pgettext_lazy("help to a cluster", "brought together with others")


class SupportState(TextChoices):
    """Where a request for expert support stands."""

    ASKED = "asked", pgettext_lazy("request for expert support", "asked")
    ASSIGNED = "assigned", pgettext_lazy("request for expert support", "with the expert")
    ANSWERED = "answered", pgettext_lazy("request for expert support", "answered")
    CLOSED = "closed", pgettext_lazy("request for expert support", "closed")
    CANCELLED = "cancelled", pgettext_lazy("request for expert support", "taken back")


class SupportSide(TextChoices):
    """Who does an act on a request: the association, the expert who has it, coordinators of the cluster's region."""

    ASSOCIATION = "association", pgettext_lazy("side of a request", "association")
    EXPERT = "expert", pgettext_lazy("side of a request", "expert")
    REGION = "region", pgettext_lazy("side of a request", "region")


@dataclass(frozen=True, slots=True)
class SupportStep:
    """An act on a request for expert support: from which states, to which one, by whom, what keeps its instant."""

    sources: tuple[SupportState, ...]
    target: SupportState
    side: SupportSide
    stamp: str = ""


_UNANSWERED = (SupportState.ASKED, SupportState.ASSIGNED)
SUPPORT_STEPS: dict[str, SupportStep] = {
    "answer": SupportStep((SupportState.ASSIGNED,), SupportState.ANSWERED, SupportSide.EXPERT, "answered_at"),
    "assign": SupportStep(_UNANSWERED, SupportState.ASSIGNED, SupportSide.ASSOCIATION),
    "close": SupportStep((SupportState.ANSWERED,), SupportState.CLOSED, SupportSide.REGION, "closed_at"),
    "cancel": SupportStep(_UNANSWERED, SupportState.CANCELLED, SupportSide.REGION, "closed_at"),
}
"""The only place that says what may be done to a request for expert support, when and by whom."""


class Outcome(TextChoices):
    """What came of expert support, as the cluster says."""

    SOLVED = "solved", pgettext_lazy("outcome", "solved")
    PARTLY = "partly", pgettext_lazy("outcome", "solved in part")
    UNSOLVED = "unsolved", pgettext_lazy("outcome", "not solved")


class JoiningKind(TextChoices):
    """Who takes the first step to a membership."""

    INVITATION = "invitation", pgettext_lazy("joining", "invitation of the association")
    APPLICATION = "application", pgettext_lazy("joining", "application of the cluster")


class JoiningState(TextChoices):
    """Where an invitation or an application stands."""

    WAITS = "waits", pgettext_lazy("joining", "waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("joining", "accepted")
    DECLINED = "declined", pgettext_lazy("joining", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("joining", "taken back")


class FoundingStep(TextChoices):
    """What is to be done from the decision to found an association to its first meeting, in this order."""

    DECISION = "decision", pgettext_lazy("founding", "decision to found it is taken")
    CHAIR = "chair", pgettext_lazy("founding", "chair is appointed")
    RULES = "rules", pgettext_lazy("founding", "rules are approved")
    DIRECTIONS = "directions", pgettext_lazy("founding", "directions of work are named")
    INVITED = "invited", pgettext_lazy("founding", "clusters of the industry are invited")
    MEMBERS = "members", pgettext_lazy("founding", "first members have joined")
    ROADMAP = "roadmap", pgettext_lazy("founding", "own roadmap is entered")
    MEETING = "meeting", pgettext_lazy("founding", "first meeting is held")


FACTS_OF_FOUNDING = (
    FoundingStep.CHAIR, FoundingStep.DIRECTIONS, FoundingStep.INVITED, FoundingStep.MEMBERS, FoundingStep.ROADMAP,
    FoundingStep.MEETING,
)  # fmt: skip
"""Steps that the portal sees by itself; the others are marked by hand, with a proof."""


class EventState(TextChoices):
    """Where an event stands."""

    PLANNED = "planned", pgettext_lazy("event", "planned")
    ANNOUNCED = "announced", pgettext_lazy("event", "announced")
    HELD = "held", pgettext_lazy("event", "held")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


class EventKind(TextChoices):
    """What an event is."""

    EVENT = "event", pgettext_lazy("kind of an event", "event")
    PROJECT = "project", pgettext_lazy("kind of an event", "project")
    CONFERENCE = "conference", pgettext_lazy("kind of an event", "conference")
    CONTEST = "contest", pgettext_lazy("kind of an event", "contest")
    TRAINING = "training", pgettext_lazy("kind of an event", "training")


class Channel(TextChoices):
    """Where the project is made known."""

    PRESS = "press", pgettext_lazy("channel", "press")
    BROADCAST = "broadcast", pgettext_lazy("channel", "television and radio")
    NETWORKS = "networks", pgettext_lazy("channel", "social networks")
    SITE = "site", pgettext_lazy("channel", "site")
    EXHIBITION = "exhibition", pgettext_lazy("channel", "exhibition")
    LECTURE = "lecture", pgettext_lazy("channel", "lecture or lesson")


class ReportState(TextChoices):
    """Where an annual report stands."""

    DRAFT = "draft", pgettext_lazy("annual report", "draft")
    APPROVED = "approved", pgettext_lazy("annual report", "approved")
