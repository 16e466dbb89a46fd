"""The scheduled closing: every month whose instant has come, also after an outage of any length."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext as _

from assignments.models import Execution
from common import clock
from common.errors import PortalError
from common.formatting import month_title
from common.scope import SYSTEM
from notifications.enums import StaffTaskKind
from notifications.services import job_run, staff_task_open
from notifications.services.staff_tasks import staff_tasks_settle
from rating.formula import default_as_of, in_force
from rating.models import Methodology, Slice
from rating.selectors import months_since
from rating.services.slices import slice_close

JOB = "rating-close"
logger = logging.getLogger(__name__)


def due_periods(now: datetime) -> list[str]:
    """Months whose instant has come and that have no slice yet, oldest first.

    They begin with the first version of the methodology, but not before the first obligation: a portal that starts
    in its third year does not owe anybody two years of empty months.
    """
    first_due = Execution.objects.rated().aggregate(day=Min("first_due_on"))["day"]
    if first_due is None:
        return []
    rows = Methodology.objects.select_related("control_rules").order_by("effective_from")
    versions = [row.params() for row in rows]
    if not versions:
        return []
    closed = set(Slice.objects.filter(revision=1).values_list("period", flat=True))
    due = []
    for period in months_since(max(versions[0].effective_from, f"{first_due:%Y-%m}"), f"{now:%Y-%m}"):
        version = in_force(versions, period)
        if period not in closed and version and default_as_of(period, version) <= now:
            due.append(period)
    return due


def months_close_due() -> list[Slice]:
    """Close every due month once; returns the slices made by this call.

    A month that fails opens a task for the centre and is tried again at the next call; later months go on, for each
    is computed from the event log alone. Must not be called inside a transaction.
    """
    closed = []
    for period in due_periods(clock.now()):
        slice_ = _close(period)
        if slice_ is not None:
            closed.append(slice_)
    return closed


def _close(period: str) -> Slice | None:
    job = MonthJob(
        job=JOB,
        key=period,
        period=period,
        title=_("The month could not be closed: %(month)s") % {"month": month_title(period)},
        outcome=_("The month was closed at a later try."),
    )
    return month_attempt(job, lambda: slice_close(actor=SYSTEM, period=period))


@dataclass(frozen=True, slots=True)
class MonthJob:
    """A step of a month that the clock makes once: `key` tells it from others of the job, the words are for the task
    of the centre that a failure opens and a later success closes."""

    job: str
    key: str
    period: str
    title: str
    outcome: str

    @property
    def object_key(self) -> str:
        return f"month:{self.key}"


def month_attempt(job: MonthJob, work: Callable[[], Slice | None]) -> Slice | None:
    """Do the step unless it is done or under way; the slice it made. A failure opens a task instead of raising."""
    try:
        slice_ = job_run(job=job.job, period=job.key, work=work)
    except Exception as error:
        logger.exception("a step of a month failed", extra={"job": job.job, "period": job.period})
        staff_task_open(
            kind=StaffTaskKind.MONTH_NOT_CLOSED,
            object_key=job.object_key,
            title=job.title,
            reason=str(error) if isinstance(error, PortalError) else type(error).__name__,
            link="/rating/",
        )
        return None
    if slice_ is not None:
        staff_tasks_settle(
            actor=SYSTEM,
            kinds=[StaffTaskKind.MONTH_NOT_CLOSED],
            object_key=job.object_key,
            outcome=job.outcome,
        )
    return slice_
