"""Scheduled work of this room; each task is one service call and may run any number of times."""

from celery import shared_task

from assignments.services.change_over import rules_apply
from assignments.services.handover import handovers_complete
from assignments.services.occurrences import occurrences_make
from assignments.services.schedules import issues_due


@shared_task(name="assignments.tasks.issue_scheduled")
def issue_scheduled() -> None:
    """Issue the drafts whose hour has come (every half minute, and so also after an outage)."""
    issues_due()


@shared_task(name="assignments.tasks.make_occurrences")
def make_occurrences() -> None:
    """Make the items of the periods of recurring items that have become visible (every minute)."""
    occurrences_make()


@shared_task(name="assignments.tasks.complete_handovers")
def complete_handovers() -> None:
    """Let the work follow the handovers whose day has come; rung every ten minutes and at the start of the clock."""
    handovers_complete()


@shared_task(name="assignments.tasks.apply_rules")
def apply_rules() -> None:
    """Let the stored states follow control rules that have begun to hold (every ten minutes, once for each version)."""
    rules_apply()
