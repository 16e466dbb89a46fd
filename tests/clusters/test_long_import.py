"""A large table is applied by the worker: counted rows, all of it or nothing, once."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from clusters.models import Cluster
from clusters.services.imports import plan_apply, plan_rows
from clusters.services.uploads import import_apply, import_upload
from common.errors import ImpossibleStep
from common.tabular import Row
from notifications.models import LongTask
from notifications.services import long_tasks_drain
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HEAD = "code,region,name\n"
THREE = HEAD + "70-011,70,Первый\n70-012,70,Второй\n70-013,70,Третий\n"


@pytest.fixture
def administrator(cast: Cast, settings: Settings, client: Client) -> Client:
    settings.LONG_IMPORT_ROWS = 2
    client.force_login(cast.administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def uploaded(cast: Cast, table: str = THREE) -> str:
    record = import_upload(actor=cast.scope("administrator"), name="many.csv", content=table.encode())
    return record.get_absolute_url()


def test_a_large_table_is_applied_by_the_worker_once(cast: Cast, administrator: Client) -> None:
    address = uploaded(cast)
    first = administrator.post(f"{address}apply/")
    assert administrator.post(f"{address}apply/")["Location"] == first["Location"]
    assert not Cluster.objects.filter(code="70-011").exists()
    assert "many.csv" in administrator.get(first["Location"]).content.decode()

    assert long_tasks_drain() == 1

    page = administrator.get(first["Location"]).content.decode()
    assert "Записано 3\N{NO-BREAK SPACE}кластера" in page
    assert Cluster.objects.filter(code__in=["70-011", "70-012", "70-013"]).count() == 3
    assert administrator.post(f"{address}apply/")["Location"] == address
    assert LongTask.objects.count() == 1


def test_every_row_of_the_check_is_counted_and_the_writing_is_a_stage(cast: Cast) -> None:
    heard: list[tuple[str, int, int]] = []
    record = import_upload(actor=cast.scope("administrator"), name="many.csv", content=THREE.encode())
    import_apply(
        actor=cast.scope("administrator"), import_id=record.pk, watch=lambda *step: heard.append(step)
    )
    assert heard == [("checking", 0, 3), ("checking", 1, 3), ("checking", 2, 3), ("writing", 0, 0)]


def test_a_table_with_an_error_ends_with_the_reason_and_changes_nothing(
    cast: Cast, administrator: Client
) -> None:
    address = uploaded(cast, THREE + "70-014,70,Четвёртый\n")
    task = administrator.post(f"{address}apply/")["Location"]
    Cluster.objects.create(code="70-014", region=cast.omsk)
    long_tasks_drain()
    page = administrator.get(task).content.decode()
    assert "регион кластера не меняется" in page
    assert f'href="{address}"' in page
    assert not Cluster.objects.filter(code="70-011").exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_cluster_that_changed_after_the_check_stops_the_whole_table(cast: Cast, is_new: bool) -> None:
    if not is_new:
        Cluster.objects.create(code="70-011", region=cast.tomsk, name="Прежний")
    plan = plan_rows([Row(2, {"code": "70-011", "region": "70", "name": "Первый"})])
    if is_new:
        Cluster.objects.create(code="70-011", region=cast.tomsk, name="Чужой")
    else:
        Cluster.objects.filter(code="70-011").update(version=7, name="Чужой")
    with pytest.raises(ImpossibleStep):
        plan_apply(plan)
    assert Cluster.objects.get(code="70-011").name == "Чужой"
