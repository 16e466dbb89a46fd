"""Scheduled work of the rating; each task is one service call and may run any number of times."""

from celery import shared_task

from rating.services.gathering import corrections_gather_due
from rating.services.months import months_close_due


@shared_task(name="rating.tasks.close_due_months")
def close_due_months() -> None:
    """Close every month whose instant has come (00:10 Moscow daily, and the catch-up after an outage)."""
    months_close_due()


@shared_task(name="rating.tasks.gather_corrections")
def gather_corrections() -> None:
    """Make the revisions of the last set day (hourly, so that an outage is made up for)."""
    corrections_gather_due()
