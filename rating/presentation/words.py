"""Sentences that several pages of the rating say in the same words."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.formatting import (
    EN_DASH,
    NBSP,
    date_day,
    date_long,
    date_short,
    days,
    in_line,
    interval,
    month_dative,
    month_genitive,
    month_only,
    month_prepositional,
)
from rating.enums import RegionStatus, Signal
from rating.formula import shift_period
from rating.models import RegionScore, ScoreAtStake, ScoreGain, ScoreLoss
from rating.selectors.executions import CountedExecution

Lost = ScoreLoss | CountedExecution
Explained = Lost | ScoreGain | ScoreAtStake


def month_word(period: str) -> str:
    """«Сентябрь»: a neighbour in the switch of months, whose year is plain from its place."""
    name = month_only(period)
    return name[:1].upper() + name[1:]


def to_month_before(period: str) -> str:
    """«К сентябрю»: the heading of the change against the month before."""
    return _("To %(month)s") % {"month": month_dative(shift_period(period, -1))}


def against_month_before(period: str) -> str:
    """«к сентябрю»: after a change."""
    return _("against %(month)s") % {"month": month_dative(shift_period(period, -1))}


def places_words(low: int | None, high: int | None) -> str:
    """The range of places in a cell: «1–18»."""
    if low is None or high is None:
        return EN_DASH
    return str(low) if low == high else f"{low}{EN_DASH}{high}"


def reason_words(status: str, period: str) -> str:
    """Why a region has no place, to stand beside the mark «not rated»; empty for a region that has one."""
    month = month_prepositional(period)
    if status == RegionStatus.FEW:
        return _("few executions: a score without a place")
    if status == RegionStatus.NO_DUE:
        return _("nothing was due in %(month)s") % {"month": month}
    if status == RegionStatus.NO_CLUSTERS:
        return _("no clusters in the region")
    return ""


def item_words(row: Explained) -> str:
    """«п. 3 протокола № 16: план закупок оборудования»."""
    item = row.execution.assignment
    return _("item %(item)s of protocol No. %(number)s: %(title)s") % {
        "item": item.number,
        "number": item.protocol.number,
        "title": item.title,
    }


def protocol_words(row: Explained) -> str:
    """The day of the protocol, whose number stands beside the item: «протокол от 04.11.2026»."""
    protocol = row.execution.assignment.protocol
    return _("protocol of %(date)s") % {"date": date_short(protocol.held_on)}


def cluster_words(row: Explained) -> str:
    """The cluster by name with its industry."""
    cluster = row.execution.cluster
    if cluster is None:
        return ""
    return in_line(cluster.display_name, str(cluster.industry) if cluster.industry else "")


def day_words(day: date, period: str) -> str:
    """A day without its year while the year is that of the month."""
    return date_day(day) if f"{day:%Y}" == period[:4] else date_long(day)


def loss_words(loss: Lost, period: str) -> str:
    """Why an execution lost points: «сдано 22 декабря, срок 12 декабря: 10 дней; возвращено 1 раз»."""
    parts = [_lateness(loss, period)]
    if loss.returns:
        parts.append(
            ngettext("returned %(count)s time", "returned %(count)s times", loss.returns)
            % {"count": loss.returns}
        )
    if loss.carried_over:
        parts.append(_("carried over from %(month)s") % {"month": month_genitive(loss.due_on)})
    if loss.in_review:
        parts.append(_("with the centre for review"))
    return "; ".join(parts)


def _lateness(loss: Lost, period: str) -> str:
    due = day_words(loss.due_on, period)
    if loss.completed_on is None:
        return _("not handed in, due %(due)s") % {"due": due}
    values = {"day": day_words(loss.completed_on, period), "due": due, "days": days(loss.days_late)}
    if loss.lost_not_executed:
        return _("handed in on %(day)s, after the days that still count; due %(due)s") % values
    if loss.days_late:
        return _("handed in on %(day)s, due %(due)s: %(days)s") % values
    return _("handed in on %(day)s in time, due %(due)s") % values


def range_words(low: int | None, high: int | None) -> str:
    """The range of places as a sentence."""
    if low is None or high is None:
        return ""
    if low == high:
        return _("no other place is likely")
    return _("places %(low)s to %(high)s cannot be told apart by chance") % {"low": low, "high": high}


def signal_words(signal: str) -> str:
    """That a score differs clearly from the country; empty while chance explains the difference."""
    return str(Signal(signal).label) if signal in (Signal.ABOVE, Signal.BELOW) else ""


def uncertainty_words(row: RegionScore) -> str:
    """How sure a score and a place are, as one line: interval, range of places, signal; empty without a score."""
    if row.score is None:
        return ""
    low_high = interval(row.interval_low, row.interval_high)
    parts = [_("interval at 90 percent %(interval)s") % {"interval": low_high}]
    if row.rank is not None:
        parts.append(range_words(row.rank_low, row.rank_high))
    return "; ".join(filter(None, [*parts, signal_words(row.signal)]))


def rank_of_words(rank: int | None, ranked: int) -> str:
    """«52 из 83»."""
    if rank is None:
        return EN_DASH
    return _("%(place)s of %(regions)s") % {"place": rank, "regions": ranked}


def movement_words(distinguishable: bool | None, rank_delta: int | None, other_version: bool = False) -> str:
    """What the change means: chance or more, how many places it was, and whether the month before counted otherwise."""
    parts = []
    if distinguishable is False:
        parts.append(_("within what chance does"))
    elif distinguishable:
        parts.append(_("more than chance does"))
    if rank_delta:
        many = abs(rank_delta)
        words = (
            ngettext("up %(count)s place", "up %(count)s places", many)
            if rank_delta > 0
            else ngettext("down %(count)s place", "down %(count)s places", many)
        )
        parts.append(words % {"count": many})
    if other_version and distinguishable is not None:
        parts.append(_("another version of the methodology"))
    return "; ".join(parts)


def joined(names: Sequence[str], limit: int = 10) -> str:
    """Names in a line; after `limit` of them only how many more."""
    text = ", ".join(names[:limit])
    more = len(names) - limit
    if more <= 0:
        return text
    return text + NBSP + pgettext("after a list", "and %(count)s more") % {"count": more}
