"""Rules of single fields that forms, the API and services share. Each raises InvalidInput for its field."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.enums import EventKind
from assignments.fold import Folded, FoldRules
from assignments.models import ExecutionEvent
from common import clock
from common.calendar import Overrides, preceding_working_day
from common.errors import InvalidInput
from common.formatting import date_short, date_time
from common.names import written

MAX_REPORT_LENGTH = 20_000
MAX_REMARK_LENGTH = 5_000
MAX_NOTE_LENGTH = 1_000
MOST_ITEMS = 99
"""Items of one protocol."""
MAX_TERM = timedelta(days=5 * 366)
"""A due date further away than this is a slip of the pen."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_REPEATING = re.compile(
    r"\b(?:на постоянной основе|постоянно|регулярно|систематически|ежедневно|еженедельно|ежемесячно|ежеквартально"
    r"|ежегодно|permanently|regularly|constantly|daily|weekly|monthly|quarterly|yearly)\b",
    re.IGNORECASE,
)
"""Words that stand where a day should."""

ANNULLABLE = frozenset(
    {EventKind.SUBMITTED, EventKind.RETURNED, EventKind.ACCEPTED, EventKind.EXTENDED, EventKind.CANCELLED}
)


def clean_text(value: str | None, *, field: str, limit: int, required: str = "") -> str:
    """A text with plain line ends and nothing invisible around; `required` is the sentence for an empty one."""
    if _FORBIDDEN.search(value or ""):
        raise InvalidInput({field: _("The text contains a forbidden character.")})
    text = written(value or "")
    if not text and required:
        raise InvalidInput({field: required})
    if len(text) > limit:
        raise InvalidInput(
            {
                field: _("The text has %(length)s characters; at most %(limit)s are allowed.")
                % {"length": len(text), "limit": limit}
            }
        )
    return text


def no_day_problem(typed: str, text: str) -> str:
    """Why an item without a day is refused when its term, or without any its text, says «постоянно»; else empty.

    `typed` is what stands where the day should.
    """
    found = _REPEATING.search(typed or text)
    if found is None:
        return ""
    return _(
        "“%(word)s” is no term: an item is put on control until a day. Give the day of the first result; work that "
        "repeats is drafted as a recurring item, each period with its own day."
    ) % {"word": found.group().lower()}


def shifted_due(due: date, shift: timedelta, *, not_before: date, overrides: Overrides) -> date:
    """A due date moved by whole days, to the working day before when it falls on a day off; never before a day."""
    moved = due + shift
    return max(preceding_working_day(moved, overrides), min(moved, not_before))


def clean_key(value: str | None) -> str | None:
    """The key of one sending of a form; None when the caller has none."""
    if not value:
        return None
    if not _KEY.fullmatch(value):
        raise InvalidInput(
            {"submission_key": _("The key of the form may hold letters, digits, - and _ only.")}
        )
    return value


def clean_corrects(value: str | None) -> str:
    """The first month whose slice an event corrects (methodology §8): "YYYY-MM", begun already, or nothing."""
    if not value:
        return ""
    if not _MONTH.fullmatch(value):
        raise InvalidInput({"corrects": _("Write the month as YYYY-MM.")})
    if value > f"{clock.today():%Y-%m}":
        raise InvalidInput({"corrects": _("This month has not begun yet.")})
    return value


def clean_late_instant(at: datetime, *, folded: Folded, now: datetime) -> datetime:
    """When a report that came another way was handed in: after the issue, not in the future, before acceptance."""
    if at.tzinfo is None:
        raise InvalidInput({"at": _("Say the time zone of the instant.")})
    if at > now:
        raise InvalidInput({"at": _("A report cannot be dated in the future.")})
    if folded.issued_at is not None and at < folded.issued_at:
        raise InvalidInput(
            {"at": _("The item was put on control only on %(at)s.") % {"at": date_time(folded.issued_at)}}
        )
    if folded.closed_at is not None and at > folded.closed_at:
        raise InvalidInput(
            {"at": _("The execution was accepted on %(at)s; only an earlier report changes anything.")
             % {"at": date_time(folded.closed_at)}}
        )  # fmt: skip
    return at


def clean_extension(
    *, new_due: date, requested_at: datetime | None, folded: Folded, rules: FoldRules, now: datetime
) -> None:
    """An extension that moves the due (methodology §2): a later day; a request made in time and within the limit."""
    errors: dict[str, str] = {}
    problem = new_due_problem(new_due, folded=folded, now=now)
    if problem:
        errors["new_due"] = problem
    if requested_at is not None:
        problem = request_problem(requested_at, folded=folded, rules=rules, now=now)
        if problem:
            errors["requested_at"] = problem
    if errors:
        raise InvalidInput(errors)


def new_due_problem(new_due: date, *, folded: Folded, now: datetime) -> str:
    """Why a day cannot become the due date of an execution; empty when it can."""
    if new_due <= folded.due:
        return _("The new due date must be later than the current one, %(due)s.") % {
            "due": date_short(folded.due)
        }
    if new_due - clock.day_of(now) > MAX_TERM:
        return _("The new due date is too far away; check the year.")
    return ""


def request_problem(requested_at: datetime, *, folded: Folded, rules: FoldRules, now: datetime) -> str:
    """Why a request of this instant cannot move the due date by itself (methodology §2); empty when it can."""
    if requested_at.tzinfo is None:
        return _("Say the time zone of the instant.")
    if requested_at > now:
        return _("A request cannot be dated in the future.")
    if folded.issued_at is not None and requested_at < folded.issued_at:
        return _("The item was put on control only on %(at)s.") % {"at": date_time(folded.issued_at)}
    if folded.request_extensions >= rules.max_request_extensions:
        return _(
            "The term was already moved on request; only the centre's own decision can move it once more."
        )
    if clock.day_of(requested_at) > folded.due:
        return _(
            "The request came after the due date %(due)s; only the centre's own decision can move it now."
        ) % {"due": date_short(folded.due)}
    return ""


UNDOABLE = frozenset({EventKind.ACCEPTED, EventKind.RETURNED})


def may_still_undo(made_at: datetime, now: datetime) -> bool:
    """Whether a decision made then is one that a press still undoes."""
    return now - made_at <= timedelta(minutes=settings.DECISION_UNDO_MINUTES)


def undoable_decision(events: Iterable[ExecutionEvent], now: datetime) -> ExecutionEvent | None:
    """The decision on a report that one press still undoes: the last event that counts, made minutes ago."""
    last = _last_that_counts(events)
    if last is None or last.kind not in UNDOABLE:
        return None
    return last if may_still_undo(last.recorded_at, now) else None


def undo_problem(events: Iterable[ExecutionEvent], target: ExecutionEvent, now: datetime) -> str:
    """Why one press does not undo this event of the log at that instant; empty when it does."""
    events = list(events)
    if target == undoable_decision(events, now):
        return ""
    if target not in annullable_events(events):
        return _("This decision has been annulled already.")
    if target.kind in UNDOABLE and target == _last_that_counts(events):
        minutes = settings.DECISION_UNDO_MINUTES
        words = ngettext(
            "A decision is undone within %(minutes)s minute. Now it can only be annulled, with a reason.",
            "A decision is undone within %(minutes)s minutes. Now it can only be annulled, with a reason.",
            minutes,
        )
        return words % {"minutes": minutes}
    return _(
        "Something else has happened since: look at the history. The event can be annulled with a reason."
    )


def _last_that_counts(events: Iterable[ExecutionEvent]) -> ExecutionEvent | None:
    return max(annullable_events(events), key=lambda event: event.pk, default=None)


def annullable_events(events: Iterable[ExecutionEvent]) -> list[ExecutionEvent]:
    """Events of one log that may be annulled: everything that counts now except the issue itself."""
    events = list(events)
    annulled = {event.target_id for event in events if event.kind == EventKind.ANNULLED}
    return [event for event in events if event.kind in ANNULLABLE and event.pk not in annulled]
