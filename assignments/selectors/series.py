"""Read models of recurring items: the rule in words, the days to come, the periods that are items already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.audience import describe
from assignments.enums import Frequency
from assignments.models import ItemSeries, Protocol, SeriesOccurrence, SeriesStep
from assignments.recurrence import Recurrence, Term, terms
from assignments.selectors.addressees import addressees, audience_names, audience_of
from assignments.selectors.protocols import ItemRow, item_rows
from common import clock
from common.calendar import Overrides
from common.formatting import date_short
from common.scope import Scope
from regions.selectors import calendar_overrides

WEEKDAYS = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}
DAYS_SHOWN = 4


def rule_words(rule: Recurrence) -> str:
    """«каждый месяц до 5-го числа, с 01.05.2026 по 31.12.2026»"""
    span = {"first": date_short(rule.starts_on), "last": date_short(rule.until)}
    if rule.frequency == Frequency.MONTHLY:
        return _("every month by day %(day)s, from %(first)s until %(last)s") % {
            "day": rule.month_day,
            **span,
        }
    return _("every week, the day is %(weekday)s, from %(first)s until %(last)s") % {
        "weekday": WEEKDAYS[rule.weekday or 1],
        **span,
    }


def terms_to_come(series: ItemSeries, overrides: Overrides) -> Iterator[Term]:
    """The periods of a begun series that are no items yet, in order."""
    made = set(series.occurrences.values_list("period", flat=True))
    found = terms(series.rule, series.counts_from or series.starts_on, overrides)
    return (term for term in found if term.period not in made)


def visible_from(series: ItemSeries, term: Term) -> date:
    """The day on which a period becomes an item."""
    return term.due - timedelta(days=series.visible_days)


def counts_on(series: ItemSeries, day: date) -> date:
    """The first day that a changed rule counts from: what is past or is an item already stays as it is."""
    last = series.occurrences.order_by("-day").values_list("day", flat=True).first()
    after = max(day, last) if last else day
    return max(after + timedelta(days=1), series.starts_on)


def series_of(scope: Scope, item_id: int) -> ItemSeries | None:
    """The recurring item of which an item is a period; None for an ordinary one."""
    rows = ItemSeries.objects.visible_to(scope).filter(occurrences__item=item_id)
    found: ItemSeries | None = rows.first()
    return found


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A period to come: its due date, the day of the rule when it is another one, when it becomes visible."""

    due: date
    day: date
    visible_on: date

    @property
    def is_moved(self) -> bool:
        """Whether the day of the rule is a day off."""
        return self.due != self.day


def coming_days(rule: Recurrence, visible_days: int, series: ItemSeries | None) -> list[ComingDay]:
    """The next periods of a rule for somebody who is writing it: from tomorrow, or those left to a series that runs."""
    day, made = clock.today(), set()
    first = max(rule.starts_on, day + timedelta(days=1))
    if series is not None and series.counts_from is not None:
        first = series.counts_from if rule == series.rule else counts_on(series, day)
        made = set(series.occurrences.values_list("period", flat=True))
    found = (term for term in terms(rule, first, calendar_overrides()) if term.period not in made)
    return [
        ComingDay(term.due, term.day, max(term.due - timedelta(days=visible_days), day))
        for term in islice(found, DAYS_SHOWN)
    ]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A recurring item on the page of its protocol or on its own, with the periods that this reader sees."""

    series: ItemSeries
    words: str
    wording: str
    coming: Sequence[ComingDay]
    periods: Sequence[tuple[SeriesOccurrence, ItemRow | None]]

    @property
    def state(self) -> tuple[str, str]:
        """How it stands, in a word and a tone."""
        if self.series.stopped_at:
            return _("stopped"), "danger"
        if self.series.ended_at:
            return _("ended"), "neutral"
        return (
            (_("running"), "success") if self.series.counts_from else (_("begins with the issue"), "warning")
        )


def series_rows(
    scope: Scope, protocol: Protocol, rows: Mapping[int, ItemRow], day: date, only: int | None = None
) -> list[SeriesRow]:
    """The recurring items of a protocol, with their periods newest first; `rows` are its items by id."""
    found = ItemSeries.objects.visible_to(scope).filter(protocol=protocol)
    if only is not None:
        found = found.filter(pk=only)
    shown = list(found.select_related("process", "protocol", "stopped_by"))
    if not shown:
        return []
    rules = [audience_of(series) for series in shown]
    names = audience_names(rules)
    overrides = calendar_overrides()
    periods = _periods(scope, shown)
    return [
        SeriesRow(
            series=series,
            words=rule_words(series.rule),
            wording=describe(rule, series.addressee, names),
            coming=_coming(series, periods[series.pk], day, overrides),
            periods=[(row, rows.get(row.item_id or 0)) for row in periods[series.pk]],
        )
        for series, rule in zip(shown, rules, strict=True)
    ]


def _periods(scope: Scope, shown: Sequence[ItemSeries]) -> dict[int, list[SeriesOccurrence]]:
    periods: dict[int, list[SeriesOccurrence]] = {series.pk: [] for series in shown}
    rows = SeriesOccurrence.objects.visible_to(scope).filter(series__in=periods)
    for row in rows.order_by("series", "-number"):
        periods[row.series_id].append(row)
    return periods


def _coming(
    series: ItemSeries, made: Sequence[SeriesOccurrence], day: date, overrides: Overrides
) -> list[ComingDay]:
    """The days to come of what still runs or is drafted; of a draft those after an issue of today."""
    if series.stopped_at or series.ended_at:
        return []
    known = {row.period for row in made}
    first = series.counts_from or max(series.starts_on, day + timedelta(days=1))
    left = (term for term in terms(series.rule, first, overrides) if term.period not in known)
    return [
        ComingDay(term.due, term.day, max(visible_from(series, term), day))
        for term in islice(left, DAYS_SHOWN)
    ]


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """Everything on the page of one recurring item."""

    row: SeriesRow
    addressees: int
    steps: Sequence[SeriesStep]


def series_card(scope: Scope, series: ItemSeries) -> SeriesCard:
    """The page of a recurring item, in a fixed number of queries."""
    day = clock.today()
    rows = {row.item.pk: row for row in item_rows(scope, series.protocol, day)}
    steps = SeriesStep.objects.visible_to(scope).filter(series=series).select_related("actor")
    return SeriesCard(
        row=series_rows(scope, series.protocol, rows, day, only=series.pk)[0],
        addressees=len(addressees(audience_of(series), series.addressee, day)) if scope.is_centre else 0,
        steps=list(steps.order_by("-pk")),
    )


def _rule_of(kept: Sequence[Any]) -> Recurrence:
    """A rule as a step keeps it: the fields in their order, days in ISO form."""
    frequency, weekday, month_day, starts_on, until = kept
    return Recurrence(frequency, weekday, month_day, date.fromisoformat(starts_on), date.fromisoformat(until))


def change_words(changes: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What a step changed: the name of the field, what it was, what it became; rules of audiences without detail.

    A title that follows from a changed text is not told again.
    """
    named = []
    for name, (was, became) in changes.items():
        if name == "title" and "text" in changes:
            continue
        if name == "rule":
            named.append((_("rule"), rule_words(_rule_of(was)), rule_words(_rule_of(became))))
            continue
        field: Any = ItemSeries._meta.get_field(name)
        label = str(field.verbose_name)
        named.append((label, "", "") if name == "audience" else (label, str(was or "–"), str(became or "–")))
    return named
