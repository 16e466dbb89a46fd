"""Two months of work of two regions, lived through the services: what people find when they sign in.

It is Friday, 20 November 2026. October is over and waits for its closing. In November all executions of
Tomsk are handed in and accepted but for two overdue ones; Omsk owes one and stands before Tomsk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assignments.models import Execution, Protocol
from assignments.services.executions import execution_accept, execution_submit
from common import clock
from rating.services import methodologies_load
from tests.assignments.drafts import issued
from tests.cast import Cast

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""12:00 in Moscow."""
OCTOBER = (date(2026, 10, 7), date(2026, 10, 9), date(2026, 10, 14), date(2026, 10, 16), date(2026, 10, 21))
NOVEMBER = (date(2026, 11, 6), date(2026, 11, 10), date(2026, 11, 13), date(2026, 11, 17), date(2026, 11, 19))
WEIGHTS = (1, 2, 3, 1, 2)
TEXTS = (
    "Представить сведения о контингенте студентов кластера.",
    "Направить план закупок оборудования на следующий квартал.",
    "Представить отчёт о ходе набора с приложением приказов о зачислении.",
    "Обеспечить участие работодателей в итоговой аттестации.",
    "Разместить сведения о кластере на сайте базовой организации.",
)
OWED = {("70-001", "2.3"), ("70-002", "2.4"), ("55-001", "2.3")}
"""What nobody has handed in by 20 November: cluster and item."""


@dataclass(frozen=True, slots=True)
class Autumn:
    """The two protocols, and the overdue execution that costs Tomsk most."""

    cast: Cast
    october: Protocol
    november: Protocol
    overdue: Execution


def autumn_lived(cast: Cast) -> Autumn:
    """Put both protocols on control and let the regions and the centre work until now."""
    methodologies_load()
    october = _protocol(cast, "11", date(2026, 9, 30), OCTOBER)
    november = _protocol(cast, "12", date(2026, 10, 28), NOVEMBER)
    for execution in Execution.objects.order_by("due_on", "pk").select_related("assignment", "cluster"):
        key = (execution.cluster.code, execution.assignment.number)
        if execution.assignment.protocol_id == october.pk or key not in OWED:
            _handed_in_and_accepted(cast, execution, execution.due_on - timedelta(days=1))
    overdue = Execution.objects.get(
        assignment__protocol=november, assignment__number="2.3", cluster__code="70-001"
    )
    return Autumn(cast, october, november, overdue)


def noon(day: date) -> datetime:
    """12:00 in Moscow."""
    return datetime.combine(day, time(12), clock.MOSCOW)


def _protocol(cast: Cast, number: str, held_on: date, dues: Sequence[date]) -> Protocol:
    items = [
        {"number": f"2.{place}", "text": text, "due_on": due, "weight": weight}
        for place, (text, due, weight) in enumerate(zip(TEXTS, dues, WEIGHTS, strict=True), 1)
    ]
    with clock.at(noon(held_on)):
        return issued(cast.scope("controller"), *items, number=number, held_on=held_on)


def _handed_in_and_accepted(cast: Cast, execution: Execution, day: date) -> None:
    coordinator = "tomsk_coordinator" if execution.region_id == "70" else "omsk_coordinator"
    with clock.at(noon(day)):
        execution_submit(
            actor=cast.scope(coordinator),
            execution_id=execution.pk,
            version=execution.version,
            text="Сведения представлены в полном объёме.",
        )
    execution.refresh_from_db()
    with clock.at(noon(day) + timedelta(hours=3)):
        execution_accept(actor=cast.scope("controller"), execution_id=execution.pk, version=execution.version)
