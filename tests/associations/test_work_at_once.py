"""Two acts at the same moment, on PostgreSQL: one cluster joins one association, one seat has one person, one report is
approved once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from associations.models import AnnualReport, AssociationEvent, EventParticipant, Joining
from associations.services.events import event_register
from associations.services.joining import joining_answer
from associations.services.reports import report_approve, report_begin
from clusters.models import Association, AssociationMember
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.services
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def people(emptied_after: None, cast: Cast) -> Cast:
    return cast


def outcomes(act: Callable[[], Any]) -> list[str]:
    """What became of two presses: the name of the refusal, or «done»."""
    return sorted(
        type(found).__name__ if isinstance(found, Exception) else "done" for found in at_once(act, NOW)
    )


def test_one_cluster_joins_one_association_of_its_industry(people: Cast) -> None:
    second = Association.objects.create(slug="second", name_ru="Вторая", name_en="Second")
    second.industries.add(people.machines)
    rows = [
        Joining.objects.create(
            association=association, cluster=people.omsk_machines, kind="invitation", asked_at=NOW
        )
        for association in (people.machine_builders, second)
    ]
    region = people.scope("omsk_coordinator")
    waiting = iter(rows)

    def press() -> Joining:
        return joining_answer(actor=region, joining_id=next(waiting).pk, version=1, accept=True)

    assert outcomes(press) == ["InvalidInput", "done"]
    assert AssociationMember.objects.filter(cluster=people.omsk_machines).count() == 1


def test_the_last_seat_is_taken_once(people: Cast) -> None:
    event = AssociationEvent.objects.create(
        association=people.machine_builders, name="Слёт", starts_at=NOW + timedelta(days=2),
        ends_at=NOW + timedelta(days=3), seats=1, state="announced", announced_at=NOW,
    )  # fmt: skip
    actors = iter([people.scope("tomsk_coordinator"), people.scope("omsk_coordinator")])

    def press() -> EventParticipant:
        return event_register(actor=next(actors), event_id=event.pk)

    assert outcomes(press) == ["ImpossibleStep", "done"]
    assert EventParticipant.objects.count() == 1


def test_a_report_is_approved_once(people: Cast) -> None:
    chair = people.scope("chair")
    report = report_begin(actor=chair, association_id=people.machine_builders.pk, year=2026)

    def press() -> AnnualReport:
        return report_approve(actor=chair, report_id=report.pk, version=1)

    assert outcomes(press) == ["ImpossibleStep", "done"]
    assert AnnualReport.objects.get().is_approved
