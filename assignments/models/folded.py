"""The columns that say how an execution stands: the fold of its events, kept beside them for lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.enums import ExecutionState


class FoldedState(models.Model):
    """What `assignments.fold` says at an instant; never truth of its own."""

    state = models.CharField(_("state"), max_length=10, choices=ExecutionState.choices)
    first_due_on = models.DateField(_("first due date"))
    due_on = models.DateField(_("due date"))
    issued_at = models.DateTimeField(_("put on control"), null=True, blank=True)
    reported_on = models.DateField(_("handed in"), null=True, blank=True)
    in_review_since = models.DateTimeField(_("in review since"), null=True, blank=True)
    returns = models.PositiveSmallIntegerField(_("returns"), default=0)
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    closed_at = models.DateTimeField(_("taken off control"), null=True, blank=True)

    class Meta:
        abstract = True
