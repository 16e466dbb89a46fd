"""What waits for a person stands on his first page, and is gone when it is done."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from associations.models import Milestone
from associations.selectors.waiting import waiting
from associations.services import support
from associations.services.joining import joining_ask
from common import clock
from tests.associations.practices import act, points, written
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(NOW):
        yield


def titles(cast: Cast, who: str) -> list[str]:
    return [one.title for one in waiting(cast.scope(who))]


def test_nothing_waits_for_whoever_has_nothing_to_do(cast: Cast) -> None:
    for who in ("chair", "tomsk_coordinator", "methodologist", "public", "newcomer"):
        assert titles(cast, who) == []


def test_a_practice_waits_for_the_association_then_for_the_expert(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    assert titles(cast, "chair") == [f"Решить по практике «{practice.title}»"]
    act(cast, "chair", "appoint", practice, expert=cast.methodologist.pk)
    assert titles(cast, "chair") == []
    assert titles(cast, "methodologist") == [f"Оценить практику «{practice.title}»"]
    act(cast, "methodologist", "score", practice, points=points(5), comment="Да")
    assert titles(cast, "methodologist") == []


def test_invitations_requests_questions_and_overdue_milestones_wait(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    joining_ask(
        actor=cast.scope("chair"), association_id=cast.machine_builders.pk, cluster=cast.omsk_machines.pk
    )
    assert titles(cast, "omsk_coordinator") == ["Приглашение ассоциации"]
    row = support.support_ask(
        actor=cast.scope("tomsk_coordinator"), association_id=cast.machine_builders.pk,
        cluster=cast.tomsk_machines.pk, text="Как?",
    )  # fmt: skip
    assert titles(cast, "chair") == ["Передать запрос эксперту"]
    support.support_assign(
        actor=cast.scope("chair"), request_id=row.pk, version=1, expert=cast.omsk_coordinator.pk
    )
    assert titles(cast, "omsk_coordinator")[0] == "Ответить на запрос экспертного сопровождения"
    support.peer_ask(
        actor=cast.scope("omsk_coordinator"),
        cluster=cast.omsk_machines.pk,
        peer=cast.tomsk_machines.pk,
        text="Как?",
    )
    assert titles(cast, "tomsk_coordinator") == ["Ответить на вопрос кластера"]
    Milestone.objects.create(
        association=cast.machine_builders, name_ru="Слёт", name_en="Meeting", due_on=date(2026, 5, 1)
    )
    assert titles(cast, "chair") == ["Просрочена веха: Слёт"]
    page = as_person("chair").get("/").content.decode()
    assert "Просрочена веха: Слёт" in page
