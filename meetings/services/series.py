"""Series of meetings: entered, changed for the meetings to come, stopped and resumed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from clusters.models import Process
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from meetings.enums import AgendaSource, DayOffRule
from meetings.models import MeetingSeries, SeriesAgendaRow
from meetings.models.series import LONGEST_MINUTES
from meetings.recurrence import SeriesRule, coming
from meetings.selectors.rules import rule_of
from meetings.services.steps import refuse, require_keeper
from meetings.services.terms import Terms, terms_values
from regions.selectors import calendar_overrides

OPENS_DAYS = (1, 60)
"""A meeting opens at its hour so many days before."""
MOST_ROWS = 40
ROW_SOURCES = tuple(source for source in AgendaSource if source != AgendaSource.MANUAL)
"""What a row of the agenda of a series may stand for; a question of every meeting is a row of the template."""
RULE = ("weekday", "starts_at", "day_off", "starts_on", "until", "opens_days_before")


@dataclass(frozen=True, slots=True)
class RowContent:
    """A row of the agenda of a series; `process` is the key of a cross-cutting process, for rows of that source."""

    title: str
    source: str = AgendaSource.TEMPLATE
    minutes: int = 5
    speaker: str = ""
    process: str | None = None


@dataclass(frozen=True, slots=True)
class SeriesContent:
    """What a person says about a series. `starts_at` is an hour on the clock of Moscow."""

    terms: Terms
    weekday: int
    starts_at: time
    starts_on: date
    day_off: str = DayOffRule.AFTER
    until: date | None = None
    opens_days_before: int = 6
    rows: Sequence[RowContent] = ()


def default_rows() -> list[RowContent]:
    """The agenda of a meeting whose series says nothing else, and the one that a new series begins with."""
    return [
        RowContent(_("Questions carried over"), AgendaSource.CARRIED_OVER, 5),
        RowContent(_("Rating of the month"), AgendaSource.RATING, 10),
        RowContent(_("Overdue assignments"), AgendaSource.OVERDUE, 2),
        RowContent(_("Returned reports"), AgendaSource.RETURNED, 2),
        RowContent(_("Requests to extend the term"), AgendaSource.REQUEST, 2),
        RowContent(_("Stage of the cyclogram"), AgendaSource.STAGE, 3),
        RowContent(_("Overdue milestones"), AgendaSource.MILESTONE, 3),
        RowContent(_("Cross-cutting process"), AgendaSource.PROCESS, 3),
        RowContent(_("Proposals of regions and associations"), AgendaSource.PROPOSAL, 5),
        RowContent(_("Other questions"), AgendaSource.TEMPLATE, 5),
    ]


@audited
@transaction.atomic
def series_save(
    *, actor: Scope, content: SeriesContent, series_id: int | None = None, version: int | None = None
) -> MeetingSeries:
    """Enter a series, or change one (`series_id` with the `version` that was seen).

    What is changed concerns the meetings that are not made yet; those that are keep their terms. The same entered
    twice by one person is one series. Raises Missing, NotAllowed, ImpossibleStep (stopped), StaleVersion, InvalidInput
    by field, among them for a rule that never fires.
    """
    series = _kept(actor, series_id) if series_id else None
    require_keeper(actor)
    if series and not series.is_active:
        raise ImpossibleStep(_("The series is stopped: resume it first."))
    values = _values(content)
    rows = _row_values(content.rows)
    twin = None if series else _twin(actor, values)
    same = series or twin
    if same and _stands_as(same, values) and _stored_rows(same) == rows:
        return same
    if series:
        require_version(series, version)
        series.version += 1
    else:
        series = MeetingSeries(created_by_id=actor.user_id, created_at=clock.now())
    for name, value in values.items():
        setattr(series, name, value)
    series.save()
    if _stored_rows(series) != rows:
        series.rows.all().delete()
        for position, row in enumerate(rows, start=1):
            SeriesAgendaRow.objects.create(series=series, position=position, **row)
    return series


@audited
@transaction.atomic
def series_stop(*, actor: Scope, series_id: int, version: int | None) -> MeetingSeries:
    """No further meeting is made; those that are made go on. Said twice it is said once.

    Raises Missing, NotAllowed, StaleVersion.
    """
    return _switch(_kept(actor, series_id), version, is_active=False)


@audited
@transaction.atomic
def series_resume(*, actor: Scope, series_id: int, version: int | None) -> MeetingSeries:
    """Meetings are made again, from the next day of the rule on; none of the time between. Said twice it is said once.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep when its rule gives no meeting any more.
    """
    series = _kept(actor, series_id)
    if not series.is_active and not coming(rule_of(series), clock.now(), calendar_overrides(), 1):
        raise ImpossibleStep(_("By its rule the series is over: enter a new one."))
    return _switch(series, version, is_active=True)


def _switch(series: MeetingSeries, version: int | None, *, is_active: bool) -> MeetingSeries:
    if series.is_active == is_active:
        return series
    require_version(series, version)
    series.is_active = is_active
    series.version += 1
    series.save()
    return series


def _kept(actor: Scope, series_id: int) -> MeetingSeries:
    """The locked series, for whoever keeps it."""
    series = _locked(actor, series_id)
    require_keeper(actor)
    return series


def _locked(actor: Scope, series_id: int) -> MeetingSeries:
    found: MeetingSeries = MeetingSeries.objects.select_for_update(of=("self",)).fetch(actor, pk=series_id)
    return found


def _twin(actor: Scope, values: dict[str, Any]) -> MeetingSeries | None:
    """The same entered by the same person today: a second press of the button."""
    rows = MeetingSeries.objects.visible_to(actor).filter(
        title=values["title"], created_by=actor.user_id, version=1, is_active=True
    )
    return rows.filter(created_at__gte=clock.now() - timedelta(hours=1)).order_by("-pk").first()


def _stands_as(series: MeetingSeries, values: dict[str, Any]) -> bool:
    return all(getattr(series, name) == value for name, value in values.items())


# Fields


def _values(content: SeriesContent) -> dict[str, Any]:
    values, errors = terms_values(content.terms)
    errors |= _rule_errors(content)
    refuse(errors)
    return values | {name: getattr(content, name) for name in RULE}


def _rule_errors(content: SeriesContent) -> dict[str, Any]:
    """What is wrong with the rule, by the field that is to be changed; a rule that never fires is refused."""
    errors = {}
    if content.weekday not in range(1, 8):
        errors["weekday"] = _("Choose the day of the week.")
    if content.day_off not in DayOffRule.values:
        errors["day_off"] = _("Choose what a day off does.")
    least, most = OPENS_DAYS
    if not least <= content.opens_days_before <= most:
        errors["opens_days_before"] = _("From %(least)s to %(most)s days.") % {"least": least, "most": most}
    if content.until is not None and content.until < content.starts_on:
        errors["until"] = _("The last day is before the first one.")
    elif content.until is not None and content.until < clock.today():
        errors["until"] = _("The last day has passed: no meeting would be made.")
    return errors or _never_fires(content)


def _never_fires(content: SeriesContent) -> dict[str, Any]:
    """The field that keeps a rule from ever making a meeting; nothing when it makes one."""
    overrides = calendar_overrides()
    now = max(clock.now(), clock.start_of(content.starts_on))
    rule = rule_of(content)
    if coming(rule, now, overrides, 1):
        return {}
    kept = SeriesRule(rule.weekday, rule.at, DayOffRule.KEEP, rule.starts_on, rule.until)
    if coming(kept, now, overrides, 1):
        message = _("Every day of the rule is a day off and is not held: no meeting would ever be made.")
        return {"day_off": message}
    message = _("No day of the rule lies between the first and the last day: no meeting would ever be made.")
    return {"until": message}


# Rows of the agenda


def _row_values(rows: Sequence[RowContent]) -> list[dict[str, Any]]:
    """The rows as they are stored; InvalidInput names the first field that is wrong by its row: «rows-2-minutes»."""
    if len(rows) > MOST_ROWS:
        raise InvalidInput({"rows": _("An agenda has at most %(count)s rows.") % {"count": MOST_ROWS}})
    processes = set(Process.objects.values_list("pk", flat=True))
    found: list[dict[str, Any]] = []
    errors: dict[str, str] = {}
    for number, row in enumerate(rows):
        values = {
            "title": one_line(row.title, field=f"rows-{number}-title"),
            "speaker": one_line(row.speaker, field=f"rows-{number}-speaker"),
            "source": str(row.source),
            "minutes": row.minutes,
            "process_id": row.process or None,
        }
        errors |= {f"rows-{number}-{name}": text for name, text in _row_errors(values, processes).items()}
        found.append(values)
    refuse(errors)
    return found


def _row_errors(values: dict[str, Any], processes: set[str]) -> dict[str, str]:
    errors = {}
    for name in ("title", "speaker"):
        if len(values[name]) > 300:
            errors[name] = _("At most %(limit)s characters fit here.") % {"limit": 300}
    if not values["title"]:
        errors["title"] = _("Name the row.")
    if values["source"] not in ROW_SOURCES:
        errors["source"] = _("Choose what the row stands for.")
    if not 0 <= values["minutes"] <= LONGEST_MINUTES:
        errors["minutes"] = _("From %(least)s to %(most)s minutes.") % {"least": 0, "most": LONGEST_MINUTES}
    if values["process_id"] and (
        values["process_id"] not in processes or values["source"] != AgendaSource.PROCESS
    ):
        errors["process"] = _("Only the row of a cross-cutting process names one, and one that exists.")
    return errors


def _stored_rows(series: MeetingSeries) -> list[dict[str, Any]]:
    names = ("title", "speaker", "source", "minutes", "process_id")
    return list(series.rows.order_by("position", "pk").values(*names))
