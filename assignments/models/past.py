"""What the columns of executions said before later records replaced it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assignments.enums import ExecutionState
from assignments.querysets import ExecutionPastQuerySet
from audit.append_only import AppendOnlyModel


class ExecutionPast(AppendOnlyModel):
    """The folded columns of an execution as they stood after the record of `since`, until that of `until`.

    Written with each record that ends such a time; what stands now is the execution itself. So at an instant an
    execution has one row with `since` < instant <= `until`, or it stood then as it stands now. A cache of
    `assignments.fold` over the log, like the columns themselves, for lists of a past date.
    """

    execution = models.ForeignKey(
        "assignments.Execution", models.PROTECT, related_name="pasts", verbose_name=_("execution")
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=ExecutionState.choices)
    first_due_on = models.DateField(_("first due date"))
    due_on = models.DateField(_("due date"))
    issued_at = models.DateTimeField(_("put on control"), null=True, blank=True)
    reported_on = models.DateField(_("handed in"), null=True, blank=True)
    in_review_since = models.DateTimeField(_("in review since"), null=True, blank=True)
    returns = models.PositiveSmallIntegerField(_("returns"), default=0)
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    closed_at = models.DateTimeField(_("taken off control"), null=True, blank=True)

    objects = ExecutionPastQuerySet.as_manager()

    class Meta:
        ordering = ["execution", "since"]
        verbose_name = _("earlier state of an execution")
        verbose_name_plural = _("earlier states of executions")
        constraints = [
            models.UniqueConstraint(fields=["execution", "until"], name="past_one_until"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="past_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.since:%d.%m.%Y}"
