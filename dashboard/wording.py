"""Sentences about executions that several pages say in the same words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment, Execution, WorkbookUpload
from common import clock
from common.calendar import Overrides, is_working_day
from common.formatting import date_day, date_long, date_short, date_time, days, not_later, number

SOON_WORKING_DAYS = 3
CRITICAL_DAYS = 30


def soon_until(day: date, overrides: Overrides) -> date:
    """The last due day that is close: the third working day from `day`."""
    left = SOON_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, overrides)
    return day


def critical_before(day: date) -> date:
    """What was due before this day is more than 30 days late on `day`."""
    return day - timedelta(days=CRITICAL_DAYS)


def reference(item: Assignment) -> str:
    """The name that an item keeps for life: «п. 2.1 протокола № 14 от 04.11.2026»."""
    return _("item %(item)s of protocol No. %(number)s of %(date)s") % {
        "item": item.number,
        "number": item.protocol.number,
        "date": date_short(item.protocol.held_on),
    }


def first_due_words(due_on: date, first_due_on: date) -> str:
    """«первый 20.03.2026» beside a term that was moved; nothing beside one that was not."""
    return _("first %(day)s") % {"day": date_short(first_due_on)} if first_due_on != due_on else ""


def addressee(execution: Execution) -> str:
    """The cluster by name, or that the coordinator himself is addressed."""
    if execution.cluster is None:
        return _("the coordinator himself, outside the rating")
    return execution.cluster.display_name


def day_words(day: date, today: date) -> str:
    """A day as people say it: without its year while the year is the present one."""
    return date_day(day) if day.year == today.year else date_long(day)


def meeting_words(meeting: datetime, zone: str, today: date) -> str:
    """«25 ноября, 10:00 МСК (12:00 местного)»; the local day too when it is another one, nothing where clocks agree."""
    moscow, local = meeting.astimezone(clock.MOSCOW), meeting.astimezone(ZoneInfo(zone))
    words = _("%(day)s, %(time)s MSK") % {
        "day": day_words(moscow.date(), today),
        "time": f"{moscow:%H:%M}",
    }
    if local.utcoffset() == moscow.utcoffset():
        return words
    here = f"{local:%H:%M}"
    if local.date() != moscow.date():
        here = f"{day_words(local.date(), today)}, {here}"
    return _("%(moscow)s (%(here)s local time)") % {"moscow": words, "here": here}


def saved_words(instant: datetime) -> str:
    """When a draft was saved: the time alone while it is of today."""
    moscow = instant.astimezone(clock.MOSCOW)
    if moscow.date() == clock.today():
        return _("Draft saved at %(time)s MSK") % {"time": f"{moscow:%H:%M}"}
    return _("Draft saved on %(instant)s") % {"instant": date_time(instant)}


def due_words(due: date, today: date) -> str:
    """«не позднее 26 ноября включительно» while there is time, afterwards the bare day."""
    words = day_words(due, today)
    return words if due < today else not_later(words)


def distance_words(due: date, today: date) -> str:
    """How far the due day is: days late, the last day, or days left."""
    left = (due - today).days
    if left < 0:
        return _("%(days)s late") % {"days": days(-left)}
    if not left:
        return _("today is the last day")
    words = ngettext("%(count)s day left", "%(count)s days left", left)
    return words % {"count": number(left)}


def shared_opening(items: Sequence[Assignment]) -> str:
    """The first words of one report on several items; on a single one those of its own report."""
    if len(items) == 1:
        return report_opening(items[0])
    return _("In execution of %(items)s we report: ") % {"items": ", ".join(map(reference, items))}


def report_opening(item: Assignment) -> str:
    """The first words of a report, as official practice writes them."""
    return _("In execution of item %(item)s of protocol No. %(number)s of %(date)s we report: ") % {
        "item": item.number,
        "number": item.protocol.number,
        "date": date_short(item.protocol.held_on),
    }


NOTE_SHOWN = 140
"""Characters of a note in the row of a list; the whole stands on the page of the execution."""


def shortened(note: str) -> str:
    """A note in one line, cut at a word."""
    line = " ".join(note.split())
    return (
        line if len(line) <= NOTE_SHOWN else f"{line[:NOTE_SHOWN].rpartition(' ')[0] or line[:NOTE_SHOWN]}…"
    )


def applied_words(upload: WorkbookUpload) -> str:
    """What an applied workbook has done: notes, reports, rows that were left out."""
    notes, reports, refused = upload.notes_written, upload.reports_handed_in, len(upload.refused)
    parts = [
        ngettext("%(count)s note written", "%(count)s notes written", notes) % {"count": notes},
        ngettext("%(count)s report handed in", "%(count)s reports handed in", reports) % {"count": reports},
    ]
    if refused:
        words = ngettext("%(count)s row left out", "%(count)s rows left out", refused)
        parts.append(words % {"count": refused})
    return ", ".join(parts)
