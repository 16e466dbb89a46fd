"""Scheduled work of this room."""

from celery import shared_task

from assignments.services.workbooks import workbooks_forget
from dashboard.long_work import exports_forget


@shared_task(name="dashboard.tasks.forget_exports")
def forget_exports() -> None:
    """Remove the files of exports a day, and uploaded workbooks a week after they were made (hourly)."""
    exports_forget()
    workbooks_forget()
