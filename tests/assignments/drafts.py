"""Short hands for tests about protocols: the rules, a draft, an item."""

from datetime import UTC, date, datetime
from typing import Any

from assignments.models import Assignment, ControlRules, Protocol
from assignments.services import protocols
from common.scope import Scope

NOW = datetime(2026, 4, 15, 7, 0, tzinfo=UTC)
"""A Wednesday morning in Moscow; the tests live here."""
TODAY = date(2026, 4, 15)
DUE = date(2026, 5, 28)
EVERYONE: dict[str, Any] = {"everyone": True}


def load_rules() -> ControlRules:
    """The control rules of methodology 1.0."""
    rules, _made = ControlRules.objects.get_or_create(
        effective_from=date(2023, 10, 1),
        defaults={
            "version": "1.0",
            "tz_offset_minutes": 180,
            "min_lead_days": 1,
            "max_request_extensions": 1,
        },
    )
    return rules


def draft(actor: Scope, **changes: Any) -> Protocol:
    """A draft of a meeting held on the day of the tests."""
    values = {"number": "14", "held_on": TODAY, "meeting_title": "Совещание с регионами"} | changes
    return protocols.protocol_create(actor=actor, **values)


def add_item(actor: Scope, protocol: Protocol, **changes: Any) -> Assignment:
    """One item for all clusters, due in May."""
    values: dict[str, Any] = {
        "number": f"{protocol.assignments.count() + 1}",
        "text": "Представить сведения о контингенте студентов.",
        "due_on": DUE,
        "audience": EVERYONE,
    }
    return protocols.item_save(actor=actor, protocol_id=protocol.pk, **(values | changes))


def issued(actor: Scope, *items: dict[str, Any], **changes: Any) -> Protocol:
    """A protocol with these items (one for everyone by default), put on control."""
    load_rules()
    protocol = draft(actor, **changes)
    for values in items or ({},):
        add_item(actor, protocol, **values)
    protocol.refresh_from_db()
    protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    protocol.refresh_from_db()
    return protocol
