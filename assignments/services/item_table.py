"""Many items at once: a table is checked as a whole, and nothing of it is saved before it is right as a whole."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.audience import Audience, describe
from assignments.item_table import (
    AUDIENCE,
    DUE,
    NUMBER,
    RESULT,
    TEXT,
    WEIGHT,
    RawItem,
    addressee_of,
    due_of,
    next_number,
    weight_of,
)
from assignments.models import Assignment, Protocol
from assignments.rules import MOST_ITEMS
from assignments.selectors import DueWarning, due_warnings, lead_days
from assignments.selectors.addressees import audience_names, audience_of, items_addressees
from assignments.selectors.audience_words import AudienceIndex, audience_index, read_audience
from assignments.selectors.saved_audiences import saved_rules
from assignments.services.protocols import (
    draft_locked,
    draft_touch,
    item_fields,
    require_room,
    stands_as,
    too_many_items,
)
from common import clock
from common.errors import InvalidInput
from common.scope import Scope
from common.tabular import BadRows, RowError
from common.versions import require_version
from regions.selectors import calendar_overrides


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """A row that would become an item: the item unsaved, its rule in words, how many it would go to."""

    row: int
    item: Assignment
    wording: str
    count: int
    warnings: Sequence[DueWarning]


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """All rows that are right, and everything that is wrong with the others, by row and column."""

    items: Sequence[CheckedItem]
    errors: Sequence[RowError]


def item_table_check(
    *, actor: Scope, protocol: Protocol, rows: Sequence[RawItem], taken: Sequence[str]
) -> CheckedTable:
    """What adding these rows to the draft would do; writes nothing. Numbers go on after those that are `taken`."""
    values, errors = _read(actor, protocol, rows, taken)
    if len(taken) + len(rows) > MOST_ITEMS:
        errors.append(RowError(rows[-1].row, NUMBER, too_many_items()))
    items = [Assignment(pk=row, protocol=protocol, **found) for row, found in values.items()]
    day = clock.today()
    names = audience_names([audience_of(item) for item in items])
    lists = items_addressees(items, day)
    lead, overrides = lead_days(), calendar_overrides()
    checked = [
        CheckedItem(
            row=item.pk,
            item=item,
            wording=describe(audience_of(item), item.addressee, names),
            count=len(lists[item.pk]),
            warnings=due_warnings(item.due_on, day, lead, overrides),
        )
        for item in items
    ]
    return CheckedTable(checked, sorted(errors, key=lambda error: error.row))


@transaction.atomic
def item_table_add(
    *,
    actor: Scope,
    protocol_id: int,
    version: int | None,
    rows: Sequence[RawItem],
    taken: Sequence[str],
) -> list[Assignment]:
    """Add all rows to the end of a draft, or none; `taken` are the numbers of the items that the person saw.

    The same table sent twice is added once. Raises Missing, NotAllowed, ImpossibleStep (issued), StaleVersion,
    BadRows with every error, InvalidInput over the most items of a protocol.
    """
    protocol = draft_locked(actor, protocol_id)
    values, errors = _read(actor, protocol, rows, taken)
    if errors:
        raise BadRows(errors)
    known = {item.number: item for item in protocol.assignments.all()}
    twins = [known.get(found["number"]) for found in values.values()]
    repeated = [
        item for item, found in zip(twins, values.values(), strict=True) if item and stands_as(item, found)
    ]
    if len(repeated) == len(values):
        return repeated
    require_version(protocol, version)
    _refuse_taken(rows, values, {*known, *protocol.series.values_list("number", flat=True)})
    require_room(protocol, len(values))
    made = [
        Assignment(protocol=protocol, position=position, **found)
        for position, found in enumerate(values.values(), len(known) + 1)
    ]
    for item in made:
        item.save()
    draft_touch(protocol)
    return made


def _refuse_taken(
    rows: Sequence[RawItem], values: Mapping[int, Mapping[str, Any]], known: Collection[str]
) -> None:
    """Numbers that came after the list was read, and those of recurring items."""
    errors = [_twice(row, values[row.row]["number"]) for row in rows if values[row.row]["number"] in known]
    if errors:
        raise BadRows(errors)


def _twice(row: RawItem, number: str) -> RowError:
    return RowError(row.row, NUMBER, _("The number %(number)s stands twice.") % {"number": number})


def _read(
    actor: Scope, protocol: Protocol, rows: Sequence[RawItem], taken: Sequence[str]
) -> tuple[dict[int, dict[str, Any]], list[RowError]]:
    """Fields of the items by row, and every error of the table."""
    index = audience_index(saved_rules(actor))
    errors: list[RowError] = []
    found: dict[int, dict[str, Any]] = {}
    numbers = list(taken)
    for row in rows:
        number = row.text(NUMBER) or next_number(numbers)
        numbers.append(number)
        before = len(errors)
        values = _fields(protocol, row, number, index, errors)
        if len(errors) == before:
            found[row.row] = values
    counts = Counter(numbers)
    for row, number in zip(rows, numbers[len(taken) :], strict=True):
        if counts[number] > 1:
            errors.append(_twice(row, number))
            found.pop(row.row, None)
    return found, errors


def _fields(
    protocol: Protocol, row: RawItem, number: str, index: AudienceIndex, errors: list[RowError]
) -> dict[str, Any]:
    due: date | None = due_of(row, errors)
    addressee = addressee_of(row, errors)
    rule = Audience()
    values: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    try:
        rule = read_audience(row.text(AUDIENCE), addressee, index)
    except InvalidInput as error:
        errors += _by_column(row, error.errors)
    try:
        values, wrong = item_fields(
            protocol,
            number=number,
            text=row.text(TEXT),
            due_on=due,
            weight=weight_of(row, errors),
            expected_result=row.text(RESULT),
        )
    except InvalidInput as error:
        wrong = error.errors
    errors += _by_column(row, wrong)
    return values | {"addressee": addressee, "audience": rule.to_json()}


def _by_column(row: RawItem, wrong: Mapping[str, Any]) -> list[RowError]:
    columns = {TEXT, DUE, WEIGHT, RESULT, AUDIENCE}
    return [
        RowError(row.row, field if field in columns else NUMBER, message)
        for field, messages in wrong.items()
        for message in ([messages] if isinstance(messages, str) else messages)
    ]
