"""The roadmap: milestones of the transition, of all associations, and of each for itself."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from associations.enums import OPEN_STATES, DateKind, MilestoneState, Track
from associations.querysets import MilestoneQuerySet
from clusters.models import Association
from cyclogram.laying import Window
from cyclogram.models.names import Named


class Milestone(Named):
    """A step of the roadmap: its days and what they mean, who answers, where it stands, what proves that it is done.

    Without an association it holds for all. `slug` names the milestones that the portal ships with and is empty for
    the others. `parent` is the milestone of which it is a part, `after` the one that must be done before.
    """

    slug = models.SlugField(_("key"), max_length=60, blank=True)
    association = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="milestones",
        verbose_name=_("association"),
    )  # fmt: skip
    track = models.CharField(_("track"), max_length=20, choices=Track.choices, default=Track.ASSOCIATION)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    after = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name=_("comes after")
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    due_on = models.DateField(_("last day"), null=True, blank=True)
    date_kind = models.CharField(
        _("what the days mean"), max_length=20, choices=DateKind.choices, default=DateKind.DEADLINE
    )
    responsible = models.CharField(_("who answers for it"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=MilestoneState.choices, default=MilestoneState.PLANNED
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.TextField(_("what proves it"), blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["track", "order", "id"]
        verbose_name = pgettext_lazy("roadmap", "milestone")
        verbose_name_plural = pgettext_lazy("roadmap", "milestones")
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="milestone_one_per_key"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=False) | Q(due_on__isnull=False), name="milestone_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(starts_on=None) | Q(due_on__gte=F("starts_on")),
                name="milestone_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(after=F("id")), name="milestone_not_after_itself"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) & ~Q(evidence="")
                | ~Q(state="done") & Q(done_on=None),
                name="milestone_done_has_day_and_evidence",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("associations:milestone", args=[self.pk])

    @property
    def planned(self) -> Window:
        """From its first day to its last; one day where only one is known."""
        known = [day for day in (self.starts_on, self.due_on) if day]
        return Window(known[0], known[-1])

    def is_overdue(self, day: date) -> bool:
        """Open after its last day; one that only begins on a day is late when it has not begun by then."""
        if self.due_on is None:
            return self.state == OPEN_STATES[0] and self.planned.first < day
        return self.state in OPEN_STATES and self.due_on < day
