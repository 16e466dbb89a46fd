"""Executions on control, made directly: for tests of what happens after the issue."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from assignments.enums import AddresseeKind, EventKind, ProtocolStatus
from assignments.models import Assignment, ControlRules, Execution, ExecutionEvent, Protocol
from assignments.services.log import refold
from clusters.models import Cluster
from regions.models import Region

ISSUED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""12:00 Moscow on Monday, 2 March 2026."""
DUE = date(2026, 3, 20)


def control_rules(**changes: int) -> ControlRules:
    """The newest version of the control rules, made when there is none; a changed one holds a day longer."""
    values = {"tz_offset_minutes": 180, "min_lead_days": 1, "max_request_extensions": 1}
    newest = ControlRules.objects.order_by("effective_from").last()
    if newest is not None and not changes:
        return newest
    first_day = newest.effective_from + timedelta(days=1) if newest else date(2023, 10, 1)
    return ControlRules.objects.create(
        version=f"test-{first_day}", effective_from=first_day, **{**values, **changes}
    )


def issued_item(
    number: str = "1",
    *,
    protocol: Protocol | None = None,
    due: date = DUE,
    weight: int = 1,
    at: datetime = ISSUED_AT,
    addressee: AddresseeKind = AddresseeKind.CLUSTERS,
    text: str = "Представить сведения о наборе.",
) -> Assignment:
    """An item of an issued protocol, as yet without executions."""
    protocol = (
        protocol
        or Protocol.objects.get_or_create(
            number="7",
            held_on=at.date(),
            defaults={
                "meeting_title": "Заседание рабочей группы",
                "status": ProtocolStatus.ISSUED,
                "created_at": at,
                "issued_at": at,
            },
        )[0]
    )
    return Assignment.objects.create(
        protocol=protocol, code=f"P{protocol.pk}-{number}", number=number, position=int(number),
        title=f"Пункт {number}", text=text, weight=weight, due_on=due,
        addressee=addressee,
    )  # fmt: skip


def put_on_control(
    places: Sequence[Cluster | Region], item: Assignment | None = None, *, at: datetime = ISSUED_AT
) -> list[Execution]:
    """One execution with its `issued` event per cluster, or per region when the coordinator is addressed."""
    control_rules()
    item = item or issued_item(at=at)
    executions = []
    for place in places:
        cluster = place if isinstance(place, Cluster) else None
        execution = Execution(
            code=f"{item.code}@{place.code}", assignment=item, cluster=cluster,
            region=cluster.region if cluster else place, weight=item.weight,
            state="issued", first_due_on=item.due_on, due_on=item.due_on, issued_at=at,
        )  # fmt: skip
        execution.save()
        event = ExecutionEvent.objects.create(
            execution=execution, kind=EventKind.ISSUED, at=at, recorded_at=at
        )
        refold(execution, [event])
        execution.save()
        executions.append(execution)
    return executions
