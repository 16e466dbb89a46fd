"""A large export of the registry: made by the worker, kept a day, given to its owner only."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from python_calamine import load_workbook

from common import clock
from dashboard.long_work import KEPT, exports_forget
from files.models import StoredFile
from files.storage import path_of
from notifications.models import LongTask
from notifications.services import long_tasks_drain
from tests.assignments.desk import NOW
from tests.cast import Cast
from tests.dashboard.office import TODAY, page, work

pytestmark = pytest.mark.usefixtures("march", "rating")
People = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _large(settings: Settings, cast: Cast) -> None:
    settings.LONG_EXPORT_ROWS = 1
    work([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], TODAY)


def exported(client: Client, query: str = "") -> LongTask:
    answer = client.post(f"{page('registry-export')}?{query}")
    long_tasks_drain()
    return LongTask.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def file_of(task: LongTask) -> str:
    return f"{task.get_absolute_url()}file/"


def test_a_visit_asks_first_and_makes_nothing(as_person: People) -> None:
    html = as_person("controller").get(page("registry-export")).content.decode()

    assert "Make the file now?" in html
    assert not LongTask.objects.exists()


def test_the_page_offers_a_large_list_by_a_button_that_posts(as_person: People) -> None:
    html = as_person("controller").get(f"{page('registry')}?state=open").content.decode()

    assert f'<form method="post" action="{page("registry-export")}?state=open">' in html


def test_the_worker_makes_the_very_rows_of_the_filter(as_person: People) -> None:
    client = as_person("tomsk_coordinator")
    task = exported(client, "cluster=70-001")

    assert (task.state, task.stage) == ("done", "storing")
    assert file_of(task) in client.get(task.get_absolute_url()).content.decode()
    rows = load_workbook(io.BytesIO(client.get(file_of(task)).content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["70-001"]


def test_a_region_exports_its_own_rows_only(as_person: People) -> None:
    client = as_person("tomsk_coordinator")
    content = client.get(file_of(exported(client))).content
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert {row[1] for row in rows[1:]} == {"70-001", "70-002"}


def test_the_file_is_given_to_its_owner_only(as_person: People) -> None:
    task = exported(as_person("controller"))

    for other in ("administrator", "tomsk_coordinator"):
        assert as_person(other).get(file_of(task)).status_code == 404
    answer = as_person("controller").get(file_of(task))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"


def test_two_people_with_one_filter_get_a_file_each(as_person: People) -> None:
    assert exported(as_person("controller")).person_id != exported(as_person("administrator")).person_id
    assert StoredFile.objects.count() == 2


def test_the_file_is_gone_after_a_day(as_person: People) -> None:
    client = as_person("controller")
    task = exported(client)
    path = path_of(StoredFile.objects.get().key)

    with clock.at(NOW + KEPT):
        client = as_person("controller")
        assert client.get(file_of(task)).status_code == 404
        assert "is gone" in client.get(task.get_absolute_url()).content.decode()
        assert path.exists()
        assert exports_forget() == 1
    assert not StoredFile.objects.exists()
    assert exports_forget() == 0


def test_a_damaged_filter_is_refused_and_nothing_is_queued(as_person: People) -> None:
    client = as_person("controller")

    assert client.post(f"{page('registry-export')}?due_from=x").status_code == 400
    assert not LongTask.objects.exists()


@pytest.mark.parametrize("who", ["chair", "newcomer"])
def test_others_export_nothing(as_person: People, who: str) -> None:
    assert as_person(who).post(page("registry-export")).status_code == 403
