"""Joining an association: invited or applied, answered by the other side; one industry, one association."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from associations.models import FoundingMark, Joining
from associations.selectors.associations import association_page
from associations.selectors.joining import joining_page
from associations.services import joining
from clusters.models import Association, AssociationMember
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from notifications.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def second(cast: Cast) -> Association:
    """Another association of mechanical engineering."""
    row = Association.objects.create(slug="second", name_ru="Вторая", name_en="Second")
    row.industries.add(cast.machines)
    return row


def ask(cast: Cast, who: str, association: Association | None = None, cluster: int | None = None) -> Joining:
    return joining.joining_ask(
        actor=cast.scope(who), association_id=(association or cast.machine_builders).pk,
        cluster=cluster or cast.omsk_machines.pk,
    )  # fmt: skip


def answer(cast: Cast, who: str, row: Joining, *, accept: bool = True, **said: object) -> Joining:
    row.refresh_from_db()
    return joining.joining_answer(
        actor=cast.scope(who), joining_id=row.pk, version=row.version, accept=accept, **said
    )  # type: ignore[arg-type]


def test_a_cluster_that_is_invited_joins_when_its_region_agrees(cast: Cast) -> None:
    row = ask(cast, "chair")
    assert row.kind == "invitation"
    with pytest.raises(NotAllowed):
        answer(cast, "chair", row)
    answer(cast, "omsk_coordinator", row, starts_on=date(2026, 6, 1))
    member = AssociationMember.objects.get(cluster=cast.omsk_machines)
    assert (member.association, member.starts_on) == (cast.machine_builders, date(2026, 6, 1))
    assert Notice.objects.filter(person=cast.omsk_coordinator, kind="joining_course").count() == 1
    assert Notice.objects.filter(person=cast.chair, kind="joining_course").count() == 1


def test_a_region_applies_and_the_association_decides(cast: Cast) -> None:
    row = ask(cast, "omsk_coordinator")
    assert row.kind == "application"
    with pytest.raises(NotAllowed):
        answer(cast, "omsk_coordinator", row)
    with pytest.raises(InvalidInput) as refusal:
        answer(cast, "chair", row, accept=False)
    assert list(refusal.value.errors) == ["reason"]
    declined = answer(cast, "chair", row, accept=False, reason="Нет цеха.")
    said = {"joining_id": row.pk, "version": 1, "accept": False, "reason": "Нет цеха."}
    assert joining.joining_answer(actor=cast.scope("chair"), **said).version == declined.version
    assert (declined.state, declined.reason) == ("declined", "Нет цеха.")
    with pytest.raises(ImpossibleStep):
        answer(cast, "chair", row)
    assert ask(cast, "omsk_coordinator").pk != row.pk


def test_one_waits_at_a_time_and_a_second_press_changes_nothing(cast: Cast) -> None:
    row = ask(cast, "chair")
    assert ask(cast, "chair") == row
    with pytest.raises(InvalidInput, match="уже ждёт"):
        ask(cast, "omsk_coordinator")
    with pytest.raises(IntegrityError), transaction.atomic():
        Joining.objects.create(
            association=cast.machine_builders, cluster=cast.omsk_machines, kind="invitation", asked_at=NOW
        )


def test_two_associations_do_not_claim_one_cluster_of_one_industry(cast: Cast, second: Association) -> None:
    with pytest.raises(InvalidInput, match="Машиностроение") as refusal:
        ask(cast, "methodologist", second, cast.tomsk_machines.pk)
    assert list(refusal.value.errors) == ["cluster"]
    first, other = ask(cast, "chair"), ask(cast, "methodologist", second)
    answer(cast, "omsk_coordinator", first)
    with pytest.raises(InvalidInput, match="одна ассоциация"):
        answer(cast, "omsk_coordinator", other)
    other.refresh_from_db()
    assert other.state == "waits"


def test_a_membership_that_begins_later_counts_already(cast: Cast, second: Association) -> None:
    answer(cast, "omsk_coordinator", ask(cast, "chair"), starts_on=date(2026, 7, 1))
    with pytest.raises(InvalidInput, match="уже участник"):
        ask(cast, "chair")
    with pytest.raises(InvalidInput, match="одна ассоциация"):
        ask(cast, "methodologist", second)
    assert joining.invite_all(actor=cast.scope("chair"), association_id=cast.machine_builders.pk) == 0


def test_after_the_last_day_in_one_association_a_cluster_joins_another(
    cast: Cast, second: Association
) -> None:
    joining.membership_end(
        actor=cast.scope("chair"), association_id=cast.machine_builders.pk, cluster=cast.tomsk_machines.pk,
        ends_on=TODAY - timedelta(days=1),
    )  # fmt: skip
    row = ask(cast, "methodologist", second, cast.tomsk_machines.pk)
    assert answer(cast, "tomsk_coordinator", row).state == "accepted"


def test_what_does_not_fit_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="отрасл"):
        ask(cast, "chair", cluster=cast.tomsk_farming.pk)
    with pytest.raises(InvalidInput, match="уже участник"):
        ask(cast, "chair", cluster=cast.tomsk_machines.pk)
    with pytest.raises(InvalidInput):
        ask(cast, "chair", cluster=10**6)
    with pytest.raises(NotAllowed):
        ask(cast, "tomsk_coordinator")
    with pytest.raises(Missing):
        joining.membership_end(
            actor=cast.scope("chair"), association_id=cast.machine_builders.pk, cluster=cast.omsk_machines.pk,
            ends_on=TODAY,
        )  # fmt: skip
    with pytest.raises(InvalidInput):
        joining.membership_end(
            actor=cast.scope("chair"), association_id=cast.machine_builders.pk, cluster=cast.tomsk_machines.pk,
            ends_on=date(2020, 1, 1),
        )  # fmt: skip


def test_what_was_asked_is_taken_back_by_the_side_that_asked(cast: Cast) -> None:
    row = ask(cast, "chair")
    with pytest.raises(NotAllowed):
        joining.joining_withdraw(actor=cast.scope("omsk_coordinator"), joining_id=row.pk, version=1)
    with pytest.raises(StaleVersion):
        joining.joining_withdraw(actor=cast.scope("chair"), joining_id=row.pk, version=7)
    assert (
        joining.joining_withdraw(actor=cast.scope("chair"), joining_id=row.pk, version=1).state == "withdrawn"
    )
    with pytest.raises(Missing):
        joining.joining_withdraw(actor=cast.scope("tomsk_coordinator"), joining_id=row.pk, version=2)


def test_all_free_clusters_of_the_industry_are_invited_in_one_act(cast: Cast) -> None:
    chair = cast.scope("chair")
    assert joining.invite_all(actor=chair, association_id=cast.machine_builders.pk) == 1
    assert joining.invite_all(actor=chair, association_id=cast.machine_builders.pk) == 0
    assert Joining.objects.get().cluster == cast.omsk_machines
    with pytest.raises(NotAllowed):
        joining.invite_all(actor=chair, association_id=cast.farmers.pk)


def test_the_checklist_sees_what_the_portal_knows_and_keeps_what_people_say(cast: Cast) -> None:
    chair, pk = cast.scope("chair"), cast.machine_builders.pk
    assert {row.step.value for row in joining_page(chair, pk).steps if row.is_done} == {"chair", "members"}
    joining.invite_all(actor=chair, association_id=pk)
    said = {"association_id": pk, "done_on": TODAY, "evidence": "Приказ № 5"}
    joining.founding_mark(actor=chair, step="decision", **said)
    joining.founding_mark(actor=chair, step="decision", **{**said, "evidence": "Приказ № 6"})
    assert FoundingMark.objects.get().evidence == "Приказ № 6"
    assert joining_page(chair, pk).done == 4
    for wrong in ({"step": "members"}, {"step": "decision", "done_on": TODAY + timedelta(days=1)}):
        with pytest.raises(InvalidInput):
            joining.founding_mark(actor=chair, **{**said, **wrong})
    assert association_page(chair, pk).coverage.members == 1


def test_the_whole_way_on_the_pages(cast: Cast, as_person: Callable[[str], Client]) -> None:
    chair, omsk = as_person("chair"), as_person("omsk_coordinator")
    pk = cast.machine_builders.pk
    chair.post(reverse("associations:invite-all", args=[pk]))
    row = Joining.objects.get()
    page = reverse("associations:joinings", args=[pk])
    assert "Омские машины" in chair.get(page).content.decode()
    assert "answer" not in chair.get(page).content.decode()
    assert omsk.get(row.get_absolute_url()).status_code == 200
    refused = omsk.post(row.get_absolute_url(), {"version": 1, "accept": "no", "reason": ""})
    assert refused.status_code == 400
    assert "почему отклонено" in refused.content.decode()
    assert omsk.post(row.get_absolute_url(), {"version": 1, "accept": "yes"}).status_code == 302
    assert AssociationMember.objects.filter(cluster=cast.omsk_machines).exists()
    gone = chair.post(
        reverse("associations:membership-end", args=[pk]),
        {"cluster": cast.omsk_machines.pk, "ends_on": "20.05.2026"},
    )
    assert gone.status_code == 302
    csv = chair.get(reverse("dashboard:list-table", args=["joinings", "csv"]), {"association": pk})
    assert "Омские машины" in csv.content.decode("utf-8-sig")
