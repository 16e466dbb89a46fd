"""Help to clusters: what an association keeps, what was done, experts on request, questions between clusters."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import Execution
from associations.models import Curatorship, Direction, GroupMember, GroupTask, HelpRecord, SupportRequest
from associations.selectors.support import peer_questions, work_page
from associations.services import support
from associations.services.keeping import kept_save
from clusters.models import AssociationMember
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from tests.assignments.builders import issued_item, put_on_control
from tests.associations.practices import act, written
from tests.cast import SINCE, Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 5, 20)
DAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(NOW):
        yield


def keep(cast: Cast, kind: str, who: str = "chair", pk: int | None = None, **said: Any) -> Any:
    version = said.pop("version", None)
    return kept_save(
        actor=cast.scope(who),
        kind=kind,
        association_id=cast.machine_builders.pk,
        pk=pk,
        version=version,
        **said,
    )


def group(cast: Cast, **said: Any) -> Any:
    return keep(cast, "group", **{"name": "Наставничество", "starts_on": DAY, **said})


# What is kept


def test_a_group_has_a_direction_a_lead_members_and_tasks(cast: Cast) -> None:
    direction = keep(cast, "direction", name_ru="Кадры", name_en="Staff")
    own = group(cast, direction=direction.pk)
    keep(cast, "member", group=own.pk, name="Иванова И. И.", is_lead=True, starts_on=DAY)
    keep(cast, "task", group=own.pk, text="Собрать программы", due_on=DAY)
    (row,) = work_page(cast.scope("omsk_coordinator"), cast.machine_builders.pk).groups
    assert (row.group.direction, row.members[0].is_lead, row.tasks[0].due_on) == (direction, True, DAY)


def test_the_same_again_is_entered_once_and_an_older_version_changes_nothing(cast: Cast) -> None:
    said = {"name_ru": "Кадры", "name_en": "Staff"}
    row = keep(cast, "direction", **said)
    assert keep(cast, "direction", **said) == row
    keep(cast, "direction", pk=row.pk, version=1, **{**said, "note": "Главное"})
    with pytest.raises(StaleVersion):
        keep(cast, "direction", pk=row.pk, version=1, **said)
    assert Direction.objects.get().note == "Главное"


def test_a_group_has_one_lead_at_a_time(cast: Cast) -> None:
    own = group(cast)
    first = keep(cast, "member", group=own.pk, name="Первая", is_lead=True, starts_on=DAY)
    for name in ("Вторая", "Первая"):
        with pytest.raises(InvalidInput, match="Первая"):
            keep(cast, "member", group=own.pk, name=name, is_lead=True, starts_on=TODAY)
    keep(
        cast, "member", pk=first.pk, version=1, group=own.pk, name="Первая", is_lead=True, starts_on=DAY,
        ends_on=date(2026, 5, 19),
    )  # fmt: skip
    assert keep(cast, "member", group=own.pk, name="Вторая", is_lead=True, starts_on=TODAY).is_lead
    assert GroupMember.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("direction", {"name_ru": " ", "name_en": "Staff"}, "name_ru"),
        ("group", {"name": "", "starts_on": DAY}, "name"),
        ("group", {"name": "Г", "starts_on": DAY, "ends_on": date(2026, 4, 1)}, "ends_on"),
        ("group", {"name": "Г", "starts_on": DAY, "direction": 10**6}, "direction"),
        ("publicity", {"subject": "", "channel": "press", "planned_on": DAY}, "subject"),
        ("publicity", {"subject": "С", "channel": "press", "planned_on": DAY, "reach": 5}, "reach"),
        (
            "publicity",
            {"subject": "С", "channel": "press", "planned_on": DAY, "done_on": date(2026, 5, 21)},
            "done_on",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused_by_its_field(
    cast: Cast, kind: str, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        keep(cast, kind, **said)
    assert list(refusal.value.errors) == [field]


def test_a_task_is_done_with_a_result_and_belongs_to_a_group_of_the_association(cast: Cast) -> None:
    own = group(cast)
    with pytest.raises(InvalidInput) as refusal:
        keep(cast, "task", group=own.pk, text="Собрать", due_on=DAY, done_on=DAY)
    assert list(refusal.value.errors) == ["result"]
    with pytest.raises(Missing):
        keep(cast, "task", group=10**6, text="Собрать", due_on=DAY)
    assert not GroupTask.objects.exists()


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator", "tomsk_minister"])
def test_an_association_is_kept_by_its_people_and_by_methodologists(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        group(cast, who=who)
    assert group(cast, who="methodologist").name == "Наставничество"


def test_a_curator_supports_a_member_and_one_at_a_time(cast: Cast) -> None:
    said = {"cluster": cast.tomsk_machines.pk, "curator": cast.chair.pk, "starts_on": DAY}
    row = keep(cast, "curator", **said)
    assert keep(cast, "curator", **said) == row
    with pytest.raises(InvalidInput, match="Главный"):
        keep(cast, "curator", **{**said, "starts_on": TODAY})
    with pytest.raises(InvalidInput, match="председатель"):
        keep(cast, "curator", **{**said, "curator": cast.controller.pk})
    with pytest.raises(InvalidInput, match="участник"):
        keep(cast, "curator", **{**said, "cluster": cast.omsk_machines.pk})
    assert Curatorship.objects.count() == 1


def test_a_curator_of_the_author_does_not_score_its_practice(cast: Cast) -> None:
    keep(cast, "curator", cluster=cast.tomsk_machines.pk, curator=cast.chair.pk, starts_on=DAY)
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    with pytest.raises(InvalidInput, match="онфликт"):
        act(cast, "methodologist", "appoint", practice, expert=cast.chair.pk)


# Who needs help


def overdue(cast: Cast) -> Execution:
    item = issued_item("7", due=date(2026, 5, 10), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    return put_on_control([cast.tomsk_machines], item, at=datetime(2026, 4, 1, 9, tzinfo=UTC))[0]


def test_a_member_with_overdue_work_needs_help_and_the_record_stays(cast: Cast) -> None:
    overdue(cast)
    chair, pk = cast.scope("chair"), cast.machine_builders.pk
    (row,) = work_page(chair, pk).needs
    assert (row.cluster, row.reasons[0]) == (cast.tomsk_machines, "1 просроченное поручение")
    said = {"cluster": cast.tomsk_machines.pk, "kind": "visit", "helped_on": DAY, "text": "Были на месте."}
    record = support.help_record(actor=chair, association_id=pk, **said)
    assert support.help_record(actor=chair, association_id=pk, **said) == record
    assert work_page(chair, pk).needs[0].helped_on == DAY
    assert list(work_page(cast.scope("tomsk_coordinator"), pk).records) == [record]
    assert list(work_page(cast.scope("omsk_coordinator"), pk).records) == []
    assert list(work_page(cast.scope("omsk_coordinator"), pk).needs) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"helped_on": date(2026, 5, 21)}, "helped_on"),
        ({"cluster": 10**6}, "cluster"),
    ],
)
def test_help_says_what_was_done_when_and_for_whom(cast: Cast, changes: dict[str, Any], field: str) -> None:
    said = {"cluster": cast.tomsk_machines.pk, "kind": "talk", "helped_on": DAY, "text": "Созвон", **changes}
    with pytest.raises(InvalidInput) as refusal:
        support.help_record(actor=cast.scope("chair"), association_id=cast.machine_builders.pk, **said)
    assert list(refusal.value.errors) == [field]
    assert not HelpRecord.objects.exists()


def test_a_long_record_of_help_is_cut_on_the_page_and_whole_in_the_file(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    chair, pk = cast.scope("chair"), cast.machine_builders.pk
    for number in range(31):
        support.help_record(
            actor=chair, association_id=pk, cluster=cast.tomsk_machines.pk, kind="talk", helped_on=DAY,
            text=f"Созвон {number:02}.",
        )  # fmt: skip
    person = as_person("chair")
    page = person.get(reverse("associations:work", args=[pk])).content.decode()
    assert "Созвон 30." in page
    assert "Созвон 00." not in page
    assert "Показаны последние 30" in page
    csv = person.get(reverse("dashboard:list-table", args=["help", "csv"]), {"association": pk})
    assert csv.content.decode("utf-8-sig").count("Созвон") == 31


# Experts on request


def asked(cast: Cast) -> SupportRequest:
    return support.support_ask(
        actor=cast.scope("tomsk_coordinator"), association_id=cast.machine_builders.pk,
        cluster=cast.tomsk_machines.pk, text="Как открыть лабораторию?",
    )  # fmt: skip


def step(cast: Cast, who: str, name: str, row: SupportRequest, **said: Any) -> SupportRequest:
    row.refresh_from_db()
    version = said.pop("version", row.version)
    service = getattr(support, f"support_{name}")
    done: SupportRequest = service(actor=cast.scope(who), request_id=row.pk, version=version, **said)
    return done


def test_a_request_goes_to_an_expert_who_answers_and_the_cluster_says_what_came_of_it(cast: Cast) -> None:
    row = asked(cast)
    assert asked(cast) == row
    step(cast, "chair", "assign", row, expert=cast.methodologist.pk)
    with pytest.raises(NotAllowed):
        step(cast, "chair", "answer", row, answer="Так", hours=Decimal("1.5"))
    answered = step(cast, "methodologist", "answer", row, answer="Так", hours=Decimal("1.5"))
    again = step(
        cast, "methodologist", "answer", row, answer="Так", hours=Decimal("1.5"), version=answered.version - 1
    )
    assert again.version == answered.version
    closed = step(cast, "tomsk_coordinator", "close", row, outcome="solved", outcome_text="Открыли")
    assert (closed.state, closed.hours, closed.outcome) == ("closed", Decimal("1.5"), "solved")
    with pytest.raises(ImpossibleStep):
        step(cast, "tomsk_coordinator", "cancel", row)


def test_requests_are_read_by_those_whom_they_concern(cast: Cast) -> None:
    row = asked(cast)
    step(cast, "chair", "assign", row, expert=cast.omsk_coordinator.pk)
    for who, sees in (
        ("chair", True), ("tomsk_minister", True), ("omsk_coordinator", True), ("controller", True),
        ("public", False),
    ):  # fmt: skip
        assert SupportRequest.objects.visible_to(cast.scope(who)).exists() is sees


def test_bad_words_and_people_are_refused(cast: Cast) -> None:
    row = asked(cast)
    with pytest.raises(InvalidInput):
        step(cast, "chair", "assign", row, expert=cast.newcomer.pk)
    step(cast, "chair", "assign", row, expert=cast.methodologist.pk)
    with pytest.raises(InvalidInput):
        step(cast, "methodologist", "answer", row, answer="Так", hours=Decimal(501))
    with pytest.raises(NotAllowed):
        support.support_ask(
            actor=cast.scope("omsk_coordinator"), association_id=cast.machine_builders.pk,
            cluster=cast.tomsk_machines.pk, text="Как?",
        )  # fmt: skip


# Questions between clusters


def test_a_cluster_asks_a_peer_of_its_industry_and_gets_an_answer(cast: Cast) -> None:
    said = {"cluster": cast.omsk_machines.pk, "peer": cast.tomsk_machines.pk, "text": "Какие станки?"}
    row = support.peer_ask(actor=cast.scope("omsk_coordinator"), **said)
    assert support.peer_ask(actor=cast.scope("omsk_coordinator"), **said) == row
    with pytest.raises(NotAllowed):
        support.peer_answer(
            actor=cast.scope("omsk_coordinator"), question_id=row.pk, version=1, answer="Наши"
        )
    support.peer_answer(actor=cast.scope("tomsk_deputy"), question_id=row.pk, version=1, answer="Токарные")
    assert [one.answer for one in peer_questions(cast.scope("omsk_coordinator"))] == ["Токарные"]
    assert [one.answer for one in peer_questions(cast.scope("chair"))] == ["Токарные"]
    with pytest.raises(InvalidInput) as refusal:
        support.peer_ask(actor=cast.scope("omsk_coordinator"), **{**said, "peer": cast.tomsk_farming.pk})
    assert list(refusal.value.errors) == ["peer"]


def test_the_pages_lead_through_help_and_questions(cast: Cast, as_person: Callable[[str], Client]) -> None:
    AssociationMember.objects.create(
        association=cast.machine_builders, cluster=cast.omsk_machines, starts_on=SINCE
    )
    chair, omsk = as_person("chair"), as_person("omsk_coordinator")
    pk = cast.machine_builders.pk
    typed = {"name": "Наставничество", "starts_on": "01.05.2026", "version": ""}
    address = reverse("associations:kept-create", args=[pk, "group"])
    assert chair.post(address, {**typed, "name": ""}).status_code == 400
    assert chair.post(address, typed).headers["Location"] == reverse("associations:work", args=[pk])
    assert "Наставничество" in omsk.get(reverse("associations:work", args=[pk])).content.decode()
    asking = {"cluster": cast.omsk_machines.pk, "text": "Нужен эксперт"}
    assert omsk.post(reverse("associations:support-create", args=[pk]), asking).status_code == 302
    row = SupportRequest.objects.get()
    assign = reverse("associations:support-assign", args=[row.pk])
    assert chair.post(assign, {"version": 1, "expert": ""}).status_code == 400
    assert chair.post(assign, {"version": 1, "expert": cast.methodologist.pk}).status_code == 302
    question = {"cluster": cast.omsk_machines.pk, "peer": cast.tomsk_machines.pk, "text": "Какие станки?"}
    assert omsk.post(reverse("associations:peers"), question).status_code == 302
    assert (
        "Какие станки" in as_person("tomsk_coordinator").get(reverse("associations:peers")).content.decode()
    )
    for name in ("needs", "help", "support", "group-tasks", "publicity", "own-milestones"):
        file = chair.get(reverse("dashboard:list-table", args=[name, "xlsx"]), {"association": pk})
        assert file.status_code == 200
