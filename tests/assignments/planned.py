"""Short hands for tests of what is planned: hours of issues, recurring items, recalls."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from assignments.models import ItemRecall, ItemSeries, Protocol
from assignments.services.occurrences import series_catch_up
from assignments.services.protocols import protocol_issue
from assignments.services.recalls import recall_carry_out, recall_confirm, recall_propose
from assignments.services.series import SeriesContent, series_save
from common import clock
from common.scope import SYSTEM, Scope
from tests.assignments import drafts

HOUR = datetime(2026, 4, 20, 7, 0, tzinfo=UTC)
"""10:00 Moscow on Monday, 20 April 2026."""
WHY = "Решение отменено."


def content(**changes: Any) -> SeriesContent:
    """Every month by day 5, until the end of the year, visible ten days before."""
    values: dict[str, Any] = {
        "number": "2",
        "text": "Представлять сведения о закупке оборудования.",
        "audience": drafts.EVERYONE,
        "frequency": "monthly",
        "month_day": 5,
        "starts_on": drafts.TODAY,
        "until": date(2026, 12, 31),
        "visible_days": 10,
    }
    return SeriesContent(**(values | changes))


def add_series(actor: Scope, protocol: Protocol, **changes: Any) -> ItemSeries:
    """A recurring item of a draft."""
    return series_save(actor=actor, protocol_id=protocol.pk, content=content(**changes))


def running(actor: Scope, **changes: Any) -> ItemSeries:
    """A recurring item of a protocol that was issued with nothing else."""
    drafts.load_rules()
    protocol = drafts.draft(actor)
    series = add_series(actor, protocol, **changes)
    protocol.refresh_from_db()
    protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    series.refresh_from_db()
    return series


def begun(protocol: Protocol, region: str, number: str = "9", periods: int = 1) -> ItemSeries:
    """A recurring item of an issued protocol, addressed to the clusters of a region, with its first periods."""
    series = ItemSeries.objects.create(
        protocol=protocol, number=number, title="Представлять сведения", text="Представлять сведения.",
        audience={"regions": [region]}, frequency="weekly", weekday=3, starts_on=date(2026, 4, 22),
        until=date(2026, 12, 30), visible_days=3, counts_from=date(2026, 4, 22),
    )  # fmt: skip
    with clock.at(datetime(2026, 4, 19, 7, tzinfo=UTC) + timedelta(weeks=periods - 1)):
        series_catch_up(actor=SYSTEM, series_id=series.pk)
    return series


def recalled(item_id: int, first: Scope, second: Scope) -> ItemRecall:
    """The item recalled by two people of the centre."""
    recall = recall_propose(actor=first, assignment_id=item_id, reason=WHY)
    recall_confirm(actor=second, recall_id=recall.pk, version=recall.version)
    return recall_carry_out(actor=second, recall_id=recall.pk)
