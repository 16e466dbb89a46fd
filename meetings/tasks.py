"""Scheduled work of this room; each task is one service call and may run any number of times."""

from celery import shared_task

from meetings.services.occurrences import meetings_make


@shared_task(name="meetings.tasks.make_meetings")
def make_meetings() -> None:
    """Make the next meetings of the series and open those whose hour has come (every minute)."""
    meetings_make()
