"""Audiences kept under a name: as rules for the builder, and as a list with today's counts."""

from dataclasses import dataclass
from datetime import date

from assignments.audience import Audience, describe
from assignments.models import Assignment, SavedAudience
from assignments.policies import can_keep_audience
from assignments.selectors.addressees import audience_names, items_addressees
from common.scope import Scope


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A line of the list: the rule in words, whom it addresses today, whether the reader may change it."""

    saved: SavedAudience
    wording: str
    count: int
    is_own: bool
    may_change: bool


def rule_of(saved: SavedAudience) -> Audience:
    """The kept rule."""
    return Audience.from_json(saved.rule, saved.addressee)


def saved_rules(scope: Scope) -> dict[str, Audience]:
    """Rules by name; of the same name a person's own goes before those that others share."""
    rows = sorted(SavedAudience.objects.visible_to(scope), key=lambda row: row.owner_id == scope.user_id)
    return {row.name: rule_of(row) for row in rows}


def saved_choices(scope: Scope) -> list[tuple[str, str]]:
    """Id and name for the builder."""
    rows = SavedAudience.objects.visible_to(scope)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def saved_rows(scope: Scope, day: date) -> list[SavedRow]:
    """The list with counts of the day, in a fixed number of queries."""
    rows = list(SavedAudience.objects.visible_to(scope).select_related("owner"))
    rules = [rule_of(row) for row in rows]
    names = audience_names(rules)
    items = [Assignment(pk=row.pk, addressee=row.addressee, audience=row.rule) for row in rows]
    lists = items_addressees(items, day)
    return [
        SavedRow(
            saved=row,
            wording=describe(rule, row.addressee, names),
            count=len(lists[row.pk]),
            is_own=row.owner_id == scope.user_id,
            may_change=can_keep_audience(scope, row),
        )
        for row, rule in zip(rows, rules, strict=True)
    ]
