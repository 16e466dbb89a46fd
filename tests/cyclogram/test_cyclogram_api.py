"""The cyclogram over the API: the same rules, words and rights as on the pages."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.services import api_token_create
from common import clock
from cyclogram.enums import ClosingRule, StageState
from cyclogram.models import ClusterStage, IndicatorValue
from tests.cast import Cast
from tests.cyclogram.builders import board, cluster_stage, indicator, plan, plan_stage, value
from tests.files.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROOT = "/api/v1/cyclogram/"
DAYS = {"actual_from": "2023-03-01", "actual_to": "2023-08-20"}
Api = Callable[..., Any]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def api(cast: Cast) -> Api:
    """`api("controller", "stages/")` reads as that person, with a body it sends."""

    def call(who: str, path: str, body: Any = None, **options: Any) -> Any:
        key = api_token_create(actor=cast.scope(who), days=1)[1]
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
        if body is None:
            return Client().get(f"{ROOT}{path}", headers=headers)
        options = options or {"content_type": "application/json"}
        if options.pop("form", False):
            options = {}
        return Client().post(f"{ROOT}{path}", body, headers=headers, **options)

    return call


@pytest.fixture
def stage(cast: Cast) -> ClusterStage:
    return cluster_stage(cast.tomsk_machines)


def test_a_stage_goes_through_its_life(api: Api, stage: ClusterStage) -> None:
    path = f"stages/{stage.pk}/act/"
    said = api("tomsk_coordinator", path, {"act": "propose", "version": 1, **DAYS, "text": "Ready."})
    assert (said.status_code, said.json()["state"]) == (200, "proposed")
    accepted = api("controller", path, {"act": "accept", "version": 2, "text": "No act of delivery."})
    assert (accepted.json()["state"], accepted.json()["remarks"]) == (
        "done_with_remarks", "No act of delivery.",
    )  # fmt: skip


def test_a_document_goes_with_the_act_as_a_form(api: Api, cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines, plan_stage(closing=ClosingRule.DOCUMENT))
    path = f"stages/{stage.pk}/act/"
    bare = api("tomsk_coordinator", path, {"act": "propose", "version": 1, **DAYS})
    assert (bare.status_code, bare.json()["errors"][0]["attr"]) == (400, "files")
    act = SimpleUploadedFile("act.pdf", PDF, "application/pdf")
    sent = api("tomsk_coordinator", path, {"act": "propose", "version": 1, **DAYS, "files": act}, form=True)
    assert (sent.status_code, sent.json()["state"]) == (200, "proposed")


@pytest.mark.parametrize(
    ("body", "status", "attr"),
    [
        ({"act": "close", "version": 1, "text": "By letter"}, 400, "actual_from"),
        ({"act": "fly", "version": 1}, 400, "act"),
        ({"act": "skip", "version": 1}, 400, "reason"),
        ({"act": "skip", "version": 7, "text": "No"}, 409, "version"),
        ({"act": "accept", "version": 1}, 409, None),
        ({"act": "skip", "version": 1, "strange": 1}, 400, "strange"),
    ],
)
def test_a_wrong_act_is_refused_with_its_field(
    api: Api, stage: ClusterStage, body: dict[str, Any], status: int, attr: str | None
) -> None:
    answer = api("controller", f"stages/{stage.pk}/act/", body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (status, attr)
    assert ClusterStage.objects.get().state == StageState.NOT_BEGUN


def test_values_are_entered_and_decided(api: Api, cast: Cast) -> None:
    indicator()
    body = {"day": "2026-03-01", "values": [{"indicator": "students", "place": "70", "amount": "412"}]}
    entered = api("tomsk_coordinator", "values/enter/", body)
    assert (entered.status_code, entered.json()) == (200, {"changed": 1})
    assert api("tomsk_coordinator", "values/enter/", body).json() == {"changed": 0}
    [row] = api("controller", "values/?region=70").json()["results"]
    assert (row["actual"], row["state"], row["cluster"]) == ("412.00", "entered", None)
    chosen = [{"id": row["id"], "version": row["version"]}]
    bare = api("controller", "values/decide/", {"decision": "return", "values": chosen})
    assert (bare.status_code, bare.json()["errors"][0]["attr"]) == (400, "remark")
    assert api("controller", "values/decide/", {"decision": "accept", "values": chosen}).status_code == 200
    assert IndicatorValue.objects.get().state == "accepted"


def test_plans_are_set_by_those_who_make_the_plans(api: Api, cast: Cast) -> None:
    indicator()
    values = [{"indicator": "students", "place": "70", "amount": "400"}]
    body = {"day": "2026-10-01", "plan": True, "values": values}
    assert api("tomsk_coordinator", "values/enter/", body).status_code == 403
    assert api("methodologist", "values/enter/", body).json() == {"changed": 1}


def test_lists_show_what_the_pages_show(api: Api, cast: Cast, stage: ClusterStage) -> None:
    counted = indicator()
    value(counted, cast.omsk, date(2026, 3, 1))
    board(cast.tomsk)
    plan(2030, "draft")
    [shown] = api("tomsk_coordinator", "plans/").json()["results"]
    assert shown["stages"][0]["last_day"] == "2023-08-31"
    assert len(api("methodologist", "plans/").json()["results"]) == 2
    assert api("tomsk_coordinator", "values/").json()["results"] == []
    assert api("omsk_coordinator", "boards/").json()["results"] == []
    assert [row["region"] for row in api("tomsk_coordinator", "boards/").json()["results"]] == ["70"]
    assert [row["key"] for row in api("chair", "indicators/").json()["results"]] == ["students"]
    assert api("chair", "checkpoints/?year=2026").json()["results"] == []
