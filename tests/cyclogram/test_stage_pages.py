"""Pages of the cyclogram: plan of a cluster, stage with its acts, list, matrix; each role sees what it may."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters.enums import ProcessKind
from clusters.models import AssociationMember, Cluster
from common import clock
from cyclogram.models import ClusterStage, StageEvidence
from cyclogram.selectors.matrix import matrix
from cyclogram.selectors.progress import Progress, progress_of_region
from cyclogram.selectors.stages import StageFilter
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, executions_of, plan, plan_stage, process
from tests.files.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
NOW = datetime(2023, 10, 2, 9, 0, tzinfo=UTC)
People = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _october() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def stage(cast: Cast) -> ClusterStage:
    return cluster_stage(cast.tomsk_machines, state="going")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def act(stage: ClusterStage, name: str) -> str:
    return reverse(f"cyclogram:stage-{name}", args=[stage.pk])


def test_a_coordinator_closes_a_stage_with_evidence_and_everything_follows(
    as_person: People, cast: Cast, stage: ClusterStage
) -> None:
    region, centre = as_person("tomsk_coordinator"), as_person("controller")
    assert "0 из 1 (0 %)" in text_of(centre, cast.tomsk.get_absolute_url())
    typed = {
        "version": 1, "actual_from": "01.03.2023", "actual_to": "29.09.2023", "text": "Принято.",
        "files": SimpleUploadedFile("акт.pdf", PDF, "application/pdf"),
    }  # fmt: skip

    region.post(act(stage, "propose"), typed)
    page = text_of(centre, stage.get_absolute_url())
    assert "акт.pdf" in page
    assert "Принять" in page
    centre.post(act(stage, "accept"), {"version": 2, "remarks": ""})

    stage.refresh_from_db()
    assert (stage.state, stage.actual_to) == ("done", date(2023, 9, 29))
    assert "1 из 1 (100 %)" in text_of(centre, cast.tomsk.get_absolute_url())
    assert "aria-labelledby=m-done" in text_of(centre, reverse("cyclogram:matrix"))
    proof = StageEvidence.objects.get()
    file = reverse("cyclogram:evidence", args=[stage.pk, proof.pk])
    assert region.get(file).content == PDF
    assert as_person("omsk_coordinator").get(file).status_code == 404


def test_what_was_refused_comes_back_at_its_field(as_person: People, stage: ClusterStage) -> None:
    typed = {"version": 1, "actual_from": "01.09.2023", "actual_to": "01.03.2023", "text": "Принято."}
    answer = as_person("tomsk_coordinator").post(act(stage, "propose"), typed)

    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'id="propose_actual_to_error"' in page
    assert "Принято." in page
    stage.refresh_from_db()
    assert stage.state == "going"


def test_a_stale_page_keeps_what_was_typed(as_person: People, stage: ClusterStage) -> None:
    ClusterStage.objects.filter(pk=stage.pk).update(version=5)
    typed = {"version": 1, "reason": "Закупок не было."}
    answer = as_person("controller").post(act(stage, "skip"), typed)

    assert answer.status_code == 409
    assert "Закупок не было." in answer.content.decode()


def test_an_association_reads_how_it_stands_and_neither_words_nor_files(
    as_person: People, cast: Cast, stage: ClusterStage
) -> None:
    AssociationMember.objects.get_or_create(
        association=cast.chair.memberships.get().association, cluster=cast.tomsk_machines,
        defaults={"starts_on": date(2023, 1, 1)},
    )  # fmt: skip
    ClusterStage.objects.filter(pk=stage.pk).update(moved_at=NOW, move_reason="Тайная причина")
    chair = as_person("chair")
    page = text_of(chair, stage.get_absolute_url())

    assert "просрочен" in page
    assert "Тайная причина" not in page
    assert "История" not in page
    assert "Закрыть решением" not in page


def test_strangers_find_nothing(as_person: People, cast: Cast, stage: ClusterStage) -> None:
    omsk = as_person("omsk_coordinator")
    assert omsk.get(stage.get_absolute_url()).status_code == 404
    assert omsk.get(reverse("cyclogram:cluster", args=[cast.tomsk_machines.code])).status_code == 404
    assert omsk.post(act(stage, "begin"), {"version": 1, "actual_from": "01.03.2023"}).status_code == 404
    assert "ПроЛом" not in text_of(omsk, reverse("cyclogram:matrix"))


def test_the_plan_of_a_cluster_shows_its_work_and_says_why_there_is_none(
    as_person: People, cast: Cast, stage: ClusterStage
) -> None:
    executions_of(stage.process, cast.tomsk_machines)
    centre = as_person("controller")
    page = text_of(centre, reverse("cyclogram:cluster", args=[cast.tomsk_machines.code]))
    assert "исполнено 0 из 1" in page
    Cluster.objects.filter(pk=cast.omsk_machines.pk).update(cohort_year=None)
    lacking = text_of(centre, reverse("cyclogram:cluster", args=[cast.omsk_machines.code]))
    assert "не стоит на плане своего года отбора" in lacking


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"sign": "late"}, 1),
        ({"sign": "soon"}, 0),
        ({"region": "55"}, 0),
        ({"process": "procurement"}, 1),
        ({"q": "нет такого"}, 0),
        ({"kind": "cross_cutting"}, 0),
    ],
)
def test_the_list_is_narrowed(
    as_person: People, stage: ClusterStage, query: dict[str, str], shown: int
) -> None:
    page = text_of(as_person("controller"), f"{reverse('cyclogram:stages')}?{_query(query)}")
    assert page.count(stage.get_absolute_url()) == shown


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())


def test_a_filter_that_makes_no_sense_is_refused(as_person: People, stage: ClusterStage) -> None:
    for name in ("stages", "matrix"):
        answer = as_person("controller").get(f"{reverse(f'cyclogram:{name}')}?kind=nonsense")
        assert answer.status_code == 400


def test_sums_of_rows_columns_and_regions_are_one(cast: Cast) -> None:
    version = plan()
    first = plan_stage(version)
    second = plan_stage(version, process=process("hiring"), order=14, kind=ProcessKind.FIRST_YEAR)
    cluster_stage(cast.tomsk_machines, first, "done")
    cluster_stage(cast.tomsk_machines, second, "not_applicable")
    cluster_stage(cast.omsk_machines, first, "proposed")
    cluster_stage(cast.omsk_machines, second)

    found = matrix(cast.scope("controller"), StageFilter())

    rows: Any = sum((row.progress for row in found.rows), Progress())
    regions = sum(found.regions().values(), Progress())
    assert found.whole == rows == regions == Progress(3, 1, 1, 1)
    assert progress_of_region(cast.scope("controller"), "70", clock.today()) == Progress(1, 1)


def test_queries_do_not_grow_with_clusters(as_person: People, cast: Cast) -> None:
    of = plan_stage()
    clusters = [cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines]
    centre = as_person("controller")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert centre.get(address).status_code == 200
        return len(queries)

    cluster_stage(clusters[0], of)
    pages = [reverse("cyclogram:matrix"), reverse("cyclogram:stages")]
    few = [asked(page) for page in pages]
    for cluster in clusters[1:]:
        cluster_stage(cluster, of)
    assert [asked(page) for page in pages] == few
