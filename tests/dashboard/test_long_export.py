"""A large export of the registry: made by the worker, kept a day, given to its owner only."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from common import clock
from dashboard.long_work import KEPT, exports_forget
from files.models import StoredFile
from files.storage import path_of
from notifications.long_work import work_of
from notifications.models import LongTask
from notifications.services import long_tasks_drain
from tests.assignments.desk import NOW
from tests.cast import Cast
from tests.dashboard.office import TODAY, list_url, page, table_in, work

pytestmark = pytest.mark.usefixtures("march", "rating")
People = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _large(settings: Settings, cast: Cast) -> None:
    settings.LONG_EXPORT_ROWS = 1
    work([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], TODAY)


def exported(client: Client, query: str = "", form: str = "xlsx") -> LongTask:
    answer = client.post(list_url("registry", form, query))
    long_tasks_drain()
    return LongTask.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def file_of(task: LongTask) -> str:
    return f"{task.get_absolute_url()}file/"


def test_a_visit_asks_first_and_makes_nothing(as_person: People) -> None:
    html = as_person("controller").get(list_url("registry")).content.decode()

    assert "Make the file now?" in html
    assert not LongTask.objects.exists()


def test_what_asks_first_posts_the_same_filter(as_person: People) -> None:
    html = as_person("controller").get(list_url("registry", "csv", "state=open")).content.decode()

    assert f'action="{list_url("registry", "csv", "state=open")}"' in html
    assert f'href="{page("registry")}?state=open"' in html


def test_the_worker_makes_the_very_rows_of_the_filter(as_person: People) -> None:
    client = as_person("tomsk_coordinator")
    task = exported(client, "cluster=70-001")

    assert (task.state, task.stage) == ("done", "storing")
    assert file_of(task) in client.get(task.get_absolute_url()).content.decode()
    rows = table_in(client.get(file_of(task)).content)
    assert [row[1] for row in rows[1:]] == ["70-001"]


def test_a_region_exports_its_own_rows_only(as_person: People) -> None:
    client = as_person("tomsk_coordinator")
    rows = table_in(client.get(file_of(exported(client))).content)

    assert {row[1] for row in rows[1:]} == {"70-001", "70-002"}


def test_the_file_is_given_to_its_owner_only(as_person: People) -> None:
    task = exported(as_person("controller"))

    for other in ("administrator", "tomsk_coordinator"):
        assert as_person(other).get(file_of(task)).status_code == 404
    answer = as_person("controller").get(file_of(task))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"


def test_a_large_csv_is_made_by_the_worker_too(as_person: People) -> None:
    client = as_person("tomsk_coordinator")
    task = exported(client, "cluster=70-001", "csv")
    answer = client.get(file_of(task))
    lines = answer.content.decode("utf-8-sig").splitlines()

    assert answer["Content-Type"].startswith("text/csv")
    assert lines[0].startswith("Регион;Код кластера;")
    assert [line.split(";")[1] for line in lines[1:2]] == ["70-001"]
    assert lines[2] == ""


def test_every_format_and_list_is_work_of_its_own(as_person: People) -> None:
    client = as_person("controller")
    tasks = {exported(client).pk, exported(client, form="csv").pk}
    client.post(list_url("clusters"))

    assert len(tasks) == 2
    assert LongTask.objects.count() == 3


def test_work_that_was_asked_for_by_an_earlier_version_is_still_the_registry(cast: Cast) -> None:
    task = LongTask(person=cast.controller, kind="dashboard.export", arguments={"query": ""})

    assert "Registry of assignments" in work_of(task).title(task)


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

    assert client.post(list_url("registry", query="due_from=x")).status_code == 400
    assert not LongTask.objects.exists()


@pytest.mark.parametrize("who", ["chair", "newcomer"])
def test_others_export_nothing(as_person: People, who: str) -> None:
    assert as_person(who).post(list_url("registry")).status_code == 403
