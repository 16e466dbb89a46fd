"""What people do with a stage: handed in with evidence, accepted, returned, closed by hand, skipped, opened again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from cyclogram.enums import ClosingRule
from cyclogram.models import ClusterStage, StageEvidence
from cyclogram.services import acts
from notifications.models import Notice
from tests.cast import Cast
from tests.cyclogram.builders import BEGUN, ENDED, cluster_stage, plan_stage
from tests.files.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def stage(cast: Cast) -> ClusterStage:
    return cluster_stage(cast.tomsk_machines)


@pytest.fixture
def region(cast: Cast) -> Scope:
    return cast.scope("tomsk_coordinator")


@pytest.fixture
def centre(cast: Cast) -> Scope:
    return cast.scope("controller")


def act() -> SimpleUploadedFile:
    return SimpleUploadedFile("акт.pdf", PDF, "application/pdf")


def proposed(actor: Scope, stage: ClusterStage, **values: Any) -> ClusterStage:
    said = {"version": stage.version, "actual_from": BEGUN, "actual_to": ENDED, **values}
    return acts.stage_propose(actor=actor, stage_id=stage.pk, **said)


def story(stage: ClusterStage) -> list[str]:
    return list(stage.events.values_list("kind", flat=True))


def test_a_stage_is_handed_in_with_evidence_and_accepted(
    stage: ClusterStage, region: Scope, centre: Scope
) -> None:
    waiting = proposed(region, stage, text="Оборудование принято.", files=[act()])
    assert (waiting.state, waiting.actual_from, waiting.actual_to) == ("proposed", BEGUN, ENDED)
    assert StageEvidence.objects.get().file.original_name == "акт.pdf"

    done = acts.stage_accept(actor=centre, stage_id=stage.pk, version=waiting.version)
    assert (done.state, done.closed_by, done.proposed_at) == ("done", "proposal", None)
    assert story(stage) == ["proposed", "closed"]


def test_remarks_stay_until_they_are_settled(stage: ClusterStage, region: Scope, centre: Scope) -> None:
    waiting = proposed(region, stage)
    done = acts.stage_accept(
        actor=centre, stage_id=stage.pk, version=waiting.version, remarks="Нет акта ввода."
    )
    assert (done.state, done.remarks) == ("done_with_remarks", "Нет акта ввода.")

    settled = acts.stage_settle(actor=centre, stage_id=stage.pk, version=done.version)
    assert (settled.state, settled.remarks) == ("done", "")
    assert story(stage) == ["proposed", "closed_with_remarks", "settled"]


def test_what_is_returned_goes_on_and_the_region_is_told(
    cast: Cast, stage: ClusterStage, region: Scope, centre: Scope
) -> None:
    waiting = proposed(region, stage)
    back = acts.stage_return(actor=centre, stage_id=stage.pk, version=waiting.version, reason="Нет подписи.")

    assert (back.state, back.actual_from, back.actual_to) == ("going", BEGUN, None)
    told = Notice.objects.filter(kind="stage_decided")
    assert {notice.person for notice in told} == {cast.tomsk_coordinator, cast.tomsk_deputy}
    assert proposed(region, back).state == "proposed"


def test_the_region_takes_back_what_nobody_has_decided(stage: ClusterStage, region: Scope) -> None:
    waiting = proposed(region, stage)
    assert acts.stage_withdraw(actor=region, stage_id=stage.pk, version=waiting.version).state == "going"


def test_the_centre_closes_by_its_own_decision_skips_restores_and_opens_again(
    stage: ClusterStage, centre: Scope
) -> None:
    days = {"actual_from": BEGUN, "actual_to": ENDED}
    done = acts.stage_close(actor=centre, stage_id=stage.pk, version=1, reason="Письмо региона.", **days)
    assert (done.state, done.closed_by, done.reason) == ("done", "hand", "Письмо региона.")
    again = acts.stage_reopen(actor=centre, stage_id=stage.pk, version=2, reason="Акт отозван.")
    assert (again.state, again.actual_to, again.reason) == ("going", None, "")
    gone = acts.stage_skip(actor=centre, stage_id=stage.pk, version=3, reason="Закупок не было.")
    assert (gone.state, gone.actual_from) == ("not_applicable", None)
    back = acts.stage_restore(actor=centre, stage_id=stage.pk, version=4, reason="Закупки назначены.")
    assert (back.state, back.reason) == ("not_begun", "")
    assert story(stage) == ["closed", "reopened", "skipped", "restored"]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"actual_from": ENDED, "actual_to": BEGUN}, "actual_to"),
        ({"actual_to": date(2026, 3, 3)}, "actual_to"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(
    stage: ClusterStage, region: Scope, days: dict[str, date], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed(region, stage, **days)
    assert set(refused.value.errors) == {field}
    assert not stage.events.exists()


def test_a_document_closes_nothing_unseen(cast: Cast, region: Scope) -> None:
    stage = cluster_stage(cast.tomsk_machines, plan_stage(closing=ClosingRule.DOCUMENT))
    with pytest.raises(InvalidInput, match="приложите"):
        proposed(region, stage)
    waiting = proposed(region, stage, files=[act()])
    back = acts.stage_withdraw(actor=region, stage_id=stage.pk, version=waiting.version)
    assert proposed(region, back).state == "proposed"


def test_a_bad_file_leaves_the_stage_as_it_was(stage: ClusterStage, region: Scope) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed(region, stage, files=[SimpleUploadedFile("run.exe", b"MZ", "application/pdf")])
    assert set(refused.value.errors) == {"files"}
    stage.refresh_from_db()
    assert (stage.state, stage.events.count()) == ("not_begun", 0)


def test_the_second_press_is_the_same_act_and_another_version_is_refused(
    stage: ClusterStage, region: Scope, centre: Scope
) -> None:
    first = proposed(region, stage)
    assert proposed(region, stage).version == first.version
    with pytest.raises(StaleVersion):
        acts.stage_accept(actor=centre, stage_id=stage.pk, version=1)
    with pytest.raises(ImpossibleStep, match="ожидает приёмки"):
        acts.stage_begin(actor=region, stage_id=stage.pk, version=2, actual_from=BEGUN)


def test_everybody_does_his_own_acts_alone(cast: Cast, stage: ClusterStage, centre: Scope) -> None:
    with pytest.raises(NotAllowed, match="координаторы"):
        proposed(centre, stage)
    with pytest.raises(NotAllowed, match="Центр"):
        acts.stage_skip(actor=cast.scope("tomsk_coordinator"), stage_id=stage.pk, version=1, reason="Нет.")
    for name in ("omsk_coordinator", "newcomer"):
        with pytest.raises(Missing):
            proposed(cast.scope(name), stage)
    with pytest.raises(NotAllowed):
        proposed(cast.scope("tomsk_minister"), stage)
