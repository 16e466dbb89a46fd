"""What the columns of executions said before later records replaced it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assignments.models.folded import FoldedState
from assignments.querysets import ExecutionPastQuerySet
from audit.append_only import AppendOnlyModel


class ExecutionPast(FoldedState, AppendOnlyModel):
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
