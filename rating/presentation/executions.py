"""Executions of a slice in words: what each event did, the rule that applied, why something is not counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.enums import EventKind
from assignments.fold import ASKED_LATE, NOT_LATER, REQUESTS_USED_UP
from common.errors import StrOrPromise
from common.formatting import MINUS, date_long, date_short, date_time, days, in_line, number, score
from rating.enums import CellStatus, LossReason
from rating.formula.params import Params
from rating.formula.scoring import BEFORE_START, CANCELLED, COUNTED_BEFORE, NOT_ISSUED, NOT_YET_DUE, Window
from rating.formula.story import ANNULS, EMPTY_RETURN, IGNORED, NOT_SEEN, SUPPLEMENT, WITHDRAWN, Step
from rating.models import Slice
from rating.presentation.words import cluster_words, item_words, loss_words
from rating.selectors.executions import CountedExecution, RegionExecutions

EXCLUSIONS: Mapping[str, StrOrPromise] = {
    NOT_YET_DUE: gettext_lazy("not yet due in this month"),
    COUNTED_BEFORE: gettext_lazy("executed and counted in an earlier month"),
    CANCELLED: gettext_lazy("taken off control without execution"),
    BEFORE_START: gettext_lazy("due before the rating began"),
    NOT_ISSUED: gettext_lazy("not on control when the month was closed"),
}
"""Why an execution is not counted, in the order in which a list offers them."""


def executions_address(slice_: Slice, code: str) -> str:
    """The executions of a region in this very revision."""
    return reverse("rating:executions-revision", args=[slice_.period, slice_.revision, code])


def execution_address(slice_: Slice, code: str, execution: str) -> str:
    """One execution in this very revision."""
    return reverse("rating:execution-revision", args=[slice_.period, slice_.revision, code, execution])


def title_of(one: CountedExecution) -> str:
    """The item by number, protocol and title; its code when the portal no longer knows it."""
    return item_words(one) if one.named else one.row.item


def cluster_of(one: CountedExecution) -> str:
    """The cluster by name with its industry, else its name in the audit file."""
    return (cluster_words(one) if one.named else "") or one.row.cluster


def why_of(one: CountedExecution, page: RegionExecutions) -> str:
    """Why it lost points, why it is not counted, or that nothing was lost."""
    if one.cell is None:
        return excluded_words(one, page.window)
    return loss_words(one, page.slice.period)


def excluded_words(one: CountedExecution, window: Window) -> str:
    """The condition of §3 that the execution does not meet, with its days."""
    due = date_short(one.row.due)
    if one.excluded == NOT_YET_DUE:
        return _("not yet due: due %(due)s, the slice counts what was due by %(cut)s") % {
            "due": due, "cut": date_short(window.cut),
        }  # fmt: skip
    if one.excluded == COUNTED_BEFORE and one.row.completed:
        return _("counted in an earlier month: due %(due)s, handed in on %(day)s") % {
            "due": due, "day": date_short(one.row.completed),
        }  # fmt: skip
    if one.excluded == BEFORE_START:
        return _("due %(due)s, before the rating began on %(day)s") % {
            "due": due, "day": date_short(window.count_due_from),
        }  # fmt: skip
    return str(EXCLUSIONS[one.excluded])


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    one: CountedExecution
    title: str
    note: str
    why: str
    url: str


def rows_of(page: RegionExecutions, found: Sequence[CountedExecution]) -> list[Row]:
    """Lines of the list in their order."""
    return [
        Row(
            one,
            title_of(one),
            cluster_of(one),
            why_of(one, page),
            execution_address(page.slice, page.region, one.code),
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands at the foot of a list; `lost` in shown hundredths."""

    executions: int
    weight: int
    points: int
    lost: int


def sums_of(found: Sequence[CountedExecution]) -> Sums:
    """Sums over the counted ones among these."""
    return Sums(
        executions=sum(one.cell is not None for one in found),
        weight=sum(one.counted_weight for one in found),
        points=sum(one.weighted_points for one in found),
        lost=sum(one.lost for one in found),
    )


def step_entries(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The log for the timeline, oldest first: what happened, and what it did to the terms."""
    return [
        {
            "at": step.event.at,
            "recorded_at": step.event.recorded_at if step.event.recorded_at != step.event.at else None,
            "title": _title(step),
            "text": step_words(step),
            "tone": _tone(step),
        }
        for step in steps
    ]


def _title(step: Step) -> str:
    title = capfirst(str(EventKind(step.event.kind).label))
    if step.event.corrects:
        return in_line(title, _("corrects %(month)s") % {"month": step.event.corrects})
    return title


def _tone(step: Step) -> str:
    if step.effect in (WITHDRAWN, IGNORED, NOT_SEEN):
        return ""
    return {"accepted": "success", "returned": "warning", EMPTY_RETURN: "danger"}.get(step.effect, "")


def step_words(step: Step) -> str:
    """What an event did to the execution, by the rule of §2 that applied."""
    plain = {
        SUPPLEMENT: _("A supplement to the report that is already in review: it changes no date."),
        ANNULS: _("Annuls an earlier event: that one counts as never made."),
        WITHDRAWN: _("Annulled later: counts as never made."),
        NOT_SEEN: _("Recorded after the instant of this slice: not part of it."),
    }
    if step.effect in plain:
        return plain[step.effect]
    return _IN_WORDS[step.effect](step)


def _issued(step: Step) -> str:
    words = {"due": date_short(step.after.due), "asked": date_short(step.before.due)}
    if step.event.due is None and step.after.due != step.before.due:
        return _("Control starts. Due %(due)s instead of %(asked)s: never overdue at birth.") % words
    return _("Control starts. Due %(due)s.") % words


def _submitted(step: Step) -> str:
    words = {"day": date_short(step.after.completed or step.after.due), "due": date_short(step.after.due)}
    return _("The report of %(day)s goes into review; due %(due)s. This day counts.") % words


def _returned(step: Step) -> str:
    words = {"held": days(step.held), "due": date_short(step.after.due)}
    if step.moved_due:
        return (
            _("Return %(number)s. The centre held the report for %(held)s; they are added: due %(due)s.")
            % {**words, "number": step.after.returns}
        )  # fmt: skip
    return (
        _("Return %(number)s. The centre held the report for %(held)s; the term stays %(due)s.")
        % {**words, "number": step.after.returns}
    )  # fmt: skip


def _empty_return(step: Step) -> str:
    return _("Return %(number)s, without substance: no days are given back, the term stays %(due)s.") % {
        "number": step.after.returns, "due": date_short(step.after.due),
    }  # fmt: skip


def _accepted(step: Step) -> str:
    day = date_short(step.after.completed or step.after.due)
    if step.before.in_review:
        return _("Executed. The day that counts is that of the report: %(day)s.") % {"day": day}
    return _("Executed without a report in review: the day of the acceptance counts, %(day)s.") % {"day": day}


def _extended(step: Step) -> str:
    words = {"before": date_short(step.before.due), "due": date_short(step.after.due)}
    if step.event.requested_at is None:
        return _("The centre's own decision: the term moves from %(before)s to %(due)s.") % words
    asked = {**words, "asked": date_time(step.event.requested_at)}
    return _("Asked for in time, on %(asked)s: the term moves from %(before)s to %(due)s.") % asked


def _cancelled(step: Step) -> str:
    return _("Taken off control without execution: leaves every month that it is not yet counted in.")


def _ignored(step: Step) -> str:
    reasons = {
        NOT_LATER: _("Not counted: the new term is not later than the one in force."),
        REQUESTS_USED_UP: _("Not counted: the request that a term may be moved by has been used before."),
        ASKED_LATE: _("Not counted: asked for after the term had passed."),
    }
    return reasons.get(step.refusal) or _("Changes nothing: it does not fit the state of the execution.")


_IN_WORDS = {
    "issued": _issued,
    "submitted": _submitted,
    "returned": _returned,
    EMPTY_RETURN: _empty_return,
    "accepted": _accepted,
    "extended": _extended,
    "cancelled": _cancelled,
    IGNORED: _ignored,
}


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the arithmetic: its name, its value, the rule behind it."""

    label: str
    value: str
    note: str = ""


def arithmetic(one: CountedExecution, page: RegionExecutions) -> list[Point]:
    """From the days of a counted execution to its loss, each number with its rule; empty for one not counted."""
    cell = one.cell
    if cell is None:
        return []
    step_note = _step_note(cell.status, cell.days_late, page.params)
    found = [
        Point(_("Term that counts"), date_long(one.row.due)),
        Point(
            _("Report that counts"), _day(one.row.completed), "" if one.completed_on else _("none was handed in")
        ),
        Point(_("Days late"), number(cell.days_late), _status_note(cell.status, page.window)),
        Point(_("Points for the term, t"), number(cell.step_points), step_note),
        Point(_("Returns, r"), number(one.row.returns)),
        Point(_("Points, q"), number(cell.points), _points_note(one, page.params)),
        Point(_("Weight, w"), number(one.row.weight)),
        Point(_("Weighted points, w × q"), number(one.weighted_points)),
        Point(
            _("Lost, w × (100 − q)"), number(cell.lost),
            _("of %(weight)s × 100 possible points of the region")
            % {"weight": number(page.score.pool.weight_sum if page.score.pool else 0)},
        ),
    ]  # fmt: skip
    shown = ", ".join(
        f"{LossReason(reason).label}: {score(lost)}" for reason, lost in one.lost_by_reason.items()
    )
    return [
        *found,
        Point(_("Loss in the score"), f"{MINUS}{score(one.lost)}" if one.lost else score(0), shown),
    ]


def _day(day: date | None) -> str:
    return date_long(day) if day else "–"


def _status_note(status: str, window: Window) -> str:
    if status == CellStatus.NOT_EXECUTED:
        return _("not handed in by %(day)s, the last day that counts for the month") % {
            "day": date_short(window.last_report)
        }
    return ""


def _step_note(status: str, late: int, params: Params) -> str:
    if status == CellStatus.NOT_EXECUTED:
        return _("not executed in the month: 0")
    if not late:
        return _("on time: 100")
    last = 0
    for until, points in params.late_steps:
        if until is None or late <= until:
            span = f"{last + 1}–{until}" if until else _("more than %(days)s") % {"days": last}
            return _("days late %(span)s: %(points)s") % {"span": span, "points": points}
        last = until
    return ""


def _points_note(one: CountedExecution, params: Params) -> str:
    if one.cell is None or one.cell.status == CellStatus.NOT_EXECUTED or not one.row.returns:
        return ""
    return _("t minus %(penalty)s for each return, but not under %(least)s") % {
        "penalty": params.return_penalty, "least": params.min_executed_points,
    }  # fmt: skip
