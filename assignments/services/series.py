"""Recurring items: drafted with their protocol, changed for the periods to come, stopped with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.audience import Audience
from assignments.enums import AddresseeKind, Frequency, SeriesStepKind
from assignments.models import ItemSeries, Protocol, SeriesStep
from assignments.policies import can_draft
from assignments.recurrence import Recurrence, terms
from assignments.rules import MAX_REMARK_LENGTH, clean_text
from assignments.selectors.series import counts_on
from assignments.services.occurrences import series_catch_up
from assignments.services.protocols import (
    draft_locked,
    draft_touch,
    item_number_taken,
    item_values,
    require_drafter,
    require_room,
    stands_as,
)
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.names import one_line
from common.scope import SYSTEM, Scope
from common.versions import require_version

NUMBER_LIMIT = 14
"""Characters: «/12» of the period must fit behind it."""
VISIBLE_DAYS = (1, 60)
LONGEST_DAYS = 3 * 366
RULE = ("frequency", "weekday", "month_day", "starts_on", "until")
AFTER_ISSUE = ("title", "text", "expected_result", "process_id", "weight", "audience", *RULE, "visible_days")
"""What may still be changed once the protocol is issued: number and addressee are those of the paper."""


@dataclass(frozen=True, slots=True)
class SeriesContent:
    """What a person says about a recurring item; `process` is its key."""

    number: str
    text: str
    audience: Mapping[str, Any] | Audience
    frequency: str
    starts_on: date
    until: date
    visible_days: int
    weekday: int | None = None
    month_day: int | None = None
    addressee: str = AddresseeKind.CLUSTERS
    weight: int = 1
    title: str = ""
    expected_result: str = ""
    process: str | None = None


@audited
@transaction.atomic
def series_save(
    *,
    actor: Scope,
    protocol_id: int,
    content: SeriesContent,
    series_id: int | None = None,
    version: int | None = None,
) -> ItemSeries:
    """Add a recurring item to a draft, or change one of a draft (`series_id` with the `version` that was seen).

    The same sent twice is one. Raises Missing, NotAllowed, ImpossibleStep (issued), StaleVersion, InvalidInput.
    """
    protocol = draft_locked(actor, protocol_id)
    series = ItemSeries.objects.fetch(actor, pk=series_id, protocol=protocol) if series_id else None
    values = _values(protocol, content)
    twins = protocol.series.filter(number=values["number"])
    twin = (twins.exclude(pk=series.pk) if series else twins).first()
    same = series or twin
    if same and stands_as(same, values):
        return same
    if series:
        require_version(series, version)
        series.version += 1
    else:
        series = ItemSeries(protocol=protocol)
    if twin or protocol.assignments.filter(number=values["number"]).exists():
        raise item_number_taken()
    if series.pk is None:
        require_room(protocol)
    _fill(series, values)
    draft_touch(protocol)
    return series


@audited
@transaction.atomic
def series_delete(*, actor: Scope, series_id: int, version: int | None) -> Protocol:
    """Take a recurring item out of a draft; one that has begun is stopped instead (ImpossibleStep)."""
    protocol = draft_locked(actor, ItemSeries.objects.fetch(actor, pk=series_id).protocol_id)
    series: ItemSeries = ItemSeries.objects.fetch(actor, pk=series_id)
    require_version(series, version)
    series.delete()
    draft_touch(protocol)
    return protocol


@audited
@transaction.atomic
def series_change(*, actor: Scope, series_id: int, version: int | None, content: SeriesContent) -> ItemSeries:
    """Change a recurring item that has begun, for the periods that are no items yet.

    What is visible by now is made first, as it stood. A changed rule counts from the next day, and never asks a second
    time for a period that is an item already. Number and addressee stay those of the paper.
    Raises Missing, NotAllowed, ImpossibleStep (a draft, ended, stopped), StaleVersion, InvalidInput by field.
    """
    series = _begun(actor, series_id)
    values = _values(series.protocol, content)
    fixed = {"number": series.number, "addressee": series.addressee}
    wrong = [name for name, value in fixed.items() if values[name] != value]
    if wrong:
        message = _("It stands in the issued protocol and is not changed.")
        raise InvalidInput(dict.fromkeys(wrong, message))
    kept = {name: values[name] for name in AFTER_ISSUE}
    if stands_as(series, kept):
        return series
    require_version(series, version)
    series_catch_up(actor=SYSTEM, series_id=series.pk)
    series.refresh_from_db()
    if not series.is_running:
        raise ImpossibleStep(_("The last period has begun: nothing is left to change."))
    changes = _changes(series, kept)
    if "rule" in changes:
        series.counts_from = counts_on(series, clock.today())
    series.version += 1
    _fill(series, kept)
    _step(actor, series, SeriesStepKind.CHANGED, changes=changes)
    return series


@audited
@transaction.atomic
def series_stop(*, actor: Scope, series_id: int, version: int | None, reason: str) -> ItemSeries:
    """No further period becomes an item; those that have stay on control. The same said twice is said once.

    Raises Missing, NotAllowed, ImpossibleStep (a draft, ended, stopped before), StaleVersion, InvalidInput.
    """
    text = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the recurring item is stopped.")
    )
    found: ItemSeries = ItemSeries.objects.select_for_update().fetch(actor, pk=series_id)
    if found.stopped_at and (found.stop_reason, found.stopped_by_id) == (text, actor.user_id):
        require_drafter(can_draft(actor))
        return found
    series = _begun(actor, series_id)
    require_version(series, version)
    series.stopped_at, series.stopped_by_id, series.stop_reason = clock.now(), actor.user_id, text
    series.version += 1
    series.save()
    _step(actor, series, SeriesStepKind.STOPPED, reason=text)
    return series


def _begun(actor: Scope, series_id: int) -> ItemSeries:
    """The locked recurring item that still runs, or why it is not to be touched."""
    series: ItemSeries = (
        ItemSeries.objects.select_for_update(of=("self",))
        .select_related("protocol")
        .fetch(actor, pk=series_id)
    )
    require_drafter(can_draft(actor))
    if series.counts_from is None:
        raise ImpossibleStep(_("The protocol is a draft: change its recurring item there."))
    if series.stopped_at is not None:
        raise ImpossibleStep(_("This recurring item has been stopped already."))
    if series.ended_at is not None:
        raise ImpossibleStep(_("The last period has begun: nothing is left to change."))
    return series


def _fill(series: ItemSeries, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(series, name, value)
    series.save()


def _changes(series: ItemSeries, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a step keeps: by field what it was and becomes; the rule of the days as a whole."""
    plain = [name for name in AFTER_ISSUE if name not in RULE and getattr(series, name) != kept[name]]
    changes = {name: [getattr(series, name), kept[name]] for name in plain}
    was, becomes = [getattr(series, name) for name in RULE], [kept[name] for name in RULE]
    if was != becomes:
        changes["rule"] = [_in_json(was), _in_json(becomes)]
    return changes


def _in_json(values: Sequence[Any]) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _step(actor: Scope, series: ItemSeries, kind: SeriesStepKind, **said: Any) -> None:
    SeriesStep.objects.create(series=series, kind=kind, at=clock.now(), actor_id=actor.user_id, **said)


# Fields


def _values(protocol: Protocol, content: SeriesContent) -> dict[str, Any]:
    """The fields as they are stored; InvalidInput names everything that is wrong."""
    errors: dict[str, Any] = {}
    values: dict[str, Any] = {}
    try:
        values = item_values(
            protocol, content.audience, content.addressee, content.process,
            number=content.number, text=content.text, due_on=None, weight=content.weight, title=content.title,
            expected_result=content.expected_result,
        )  # fmt: skip
    except InvalidInput as error:
        errors |= error.errors
    number = one_line(content.number, field="number")
    if len(number) > NUMBER_LIMIT:
        errors["number"] = _("At most %(limit)s characters fit here.") % {"limit": NUMBER_LIMIT}
    errors |= _rule_errors(protocol, content)
    if errors:
        raise InvalidInput(errors)
    del values["due_on"]
    monthly = content.frequency == Frequency.MONTHLY
    return values | {
        "frequency": content.frequency,
        "weekday": None if monthly else content.weekday,
        "month_day": content.month_day if monthly else None,
        "starts_on": content.starts_on,
        "until": content.until,
        "visible_days": content.visible_days,
    }


def rule_of(content: SeriesContent) -> Recurrence:
    """The rule of the days as said."""
    return Recurrence(content.frequency, content.weekday, content.month_day, content.starts_on, content.until)


def _rule_errors(protocol: Protocol, content: SeriesContent) -> dict[str, str]:
    errors = {}
    if content.frequency not in Frequency.values:
        errors["frequency"] = _("Choose every week or every month.")
    elif content.frequency == Frequency.WEEKLY and content.weekday not in range(1, 8):
        errors["weekday"] = _("Choose the day of the week.")
    elif content.frequency == Frequency.MONTHLY and content.month_day not in range(1, 32):
        errors["month_day"] = _("Give the day of the month, from 1 to 31.")
    if content.starts_on < protocol.held_on:
        errors["starts_on"] = _("The first day cannot be before the day of the meeting.")
    if content.until < content.starts_on:
        errors["until"] = _("The last day is before the first one.")
    elif content.until - content.starts_on > timedelta(days=LONGEST_DAYS):
        errors["until"] = _("A recurring item runs for three years at most: give an earlier day.")
    elif content.until <= clock.today():
        errors["until"] = _("The last day must be in the future.")
    least, most = VISIBLE_DAYS
    if not least <= content.visible_days <= most:
        errors["visible_days"] = _("From %(least)s to %(most)s days.") % {"least": least, "most": most}
    if not errors and next(terms(rule_of(content), content.starts_on), None) is None:
        errors["until"] = _("No day of the rule lies between the first and the last day.")
    return errors
