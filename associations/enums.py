"""Kinds and states of the work of the associations."""

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
