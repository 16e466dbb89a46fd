"""The pages of the register in a spreadsheet: download, upload, differences, result, long work."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from assignments.models import Execution, ExecutionNote, WorkbookUpload
from notifications.models import LongTask
from notifications.services import long_tasks_drain
from tests.assignments.sheets import edited, lines_of, saved, table_of
from tests.cast import Cast
from tests.dashboard.office import TODAY, page, shown, work

pytestmark = pytest.mark.usefixtures("march", "rating")
People = Callable[[str], Client]


@pytest.fixture
def rows(cast: Cast) -> list[Execution]:
    return work([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], TODAY)


def fetched(client: Client, query: str = "") -> bytes:
    answer = client.get(f"{page('workbook-register')}?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def sent(client: Client, content: bytes, name: str = "register.xlsx"):
    return client.post(page("workbooks"), {"file": SimpleUploadedFile(name, content)})


def test_the_download_follows_the_filter_of_the_registry(as_person: People, rows: list[Execution]) -> None:
    client = as_person("tomsk_coordinator")
    registry = client.get(f"{page('registry')}?cluster=70-002").content.decode()

    assert f'href="{page("workbooks")}?cluster=70-002"' in registry
    assert [row["id"] for row in table_of(fetched(client, "cluster=70-002"))] == [rows[1].pk]
    assert page("workbooks") not in as_person("controller").get(page("registry")).content.decode()
    assert client.get(f"{page('workbook-register')}?state=lost").status_code == 400


def test_an_upload_leads_to_its_differences_and_these_to_the_result(
    as_person: People, rows: list[Execution]
) -> None:
    client = as_person("tomsk_coordinator")
    changes = {rows[0].pk: {"note": "<b>Идёт</b>"}, rows[1].pk: {"report": "Сделано."}}
    address = sent(client, edited(fetched(client), changes))["Location"]
    html = client.get(address).content.decode()

    assert "&lt;b&gt;Идёт&lt;/b&gt;" in html
    assert "handed in on time: 100" in shown(html)
    assert 'name="reports" value="1"' in html
    assert client.post(f"{address}apply/", {"reports": "1"})["Location"] == address
    assert client.post(f"{address}apply/", {"reports": "1"})["Location"] == address
    assert "1 note written, 1 report handed in" in shown(client.get(address).content.decode())
    assert ExecutionNote.objects.count() == 1
    assert "1 note written" in shown(client.get(page("workbooks")).content.decode())


def test_mistakes_come_back_in_the_same_workbook_with_marks_and_reasons(
    as_person: People, rows: list[Execution]
) -> None:
    client = as_person("tomsk_coordinator")
    content = edited(fetched(client), {rows[0].pk: {"title": "Другое", "note": "Идёт."}})
    address = sent(client, content)["Location"]
    html = client.get(address).content.decode()
    assert "The workbook has mistakes" in html
    assert "apply/" not in html
    assert client.post(f"{address}apply/").status_code == 409

    marked = b"".join(client.get(f"{address}marked.xlsx").streaming_content)
    table = table_of(marked)
    assert "this column is not edited here" in table[1]["reason"] + table[0]["reason"]
    assert {row["note"] for row in table} == {"Идёт.", ""}
    mended = edited(marked, {rows[0].pk: {"title": rows[0].assignment.title}})
    again = sent(client, mended)["Location"]
    client.post(f"{again}apply/")
    assert ExecutionNote.objects.get().text == "Идёт."


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("register.xlsx", b"PK\x03\x04", 400), ("register.csv", b"a,b\n1,2\n", 400), ("register.xlsx", b"", 400),
        ("register.xlsx", saved([["Id"], *([number] for number in range(6))]), 413),
    ],
    ids=["no workbook", "csv", "empty", "too many rows"],
)  # fmt: skip
def test_what_is_no_register_is_refused_at_the_field(
    as_person: People, rows: list[Execution], settings: Settings, name: str, content: bytes, status: int
) -> None:
    settings.MAX_WORKBOOK_ROWS = 5
    answer = sent(as_person("tomsk_coordinator"), content, name)

    assert answer.status_code == status
    assert "field__error" in answer.content.decode()
    assert not WorkbookUpload.objects.exists()


def test_a_large_workbook_is_made_checked_and_applied_by_the_worker_once(
    as_person: People, rows: list[Execution], settings: Settings
) -> None:
    settings.LONG_EXPORT_ROWS = settings.LONG_IMPORT_ROWS = 1
    client = as_person("tomsk_coordinator")
    asked = client.get(f"{page('workbook-register')}?state=open")
    assert asked["Location"] == f"{page('workbooks')}?state=open"
    assert "Make the file" in client.get(asked["Location"]).content.decode()
    made = client.post(page("workbook-register"))["Location"]
    long_tasks_drain()
    content = client.get(f"{made}file/").content
    assert len(lines_of(content)) == 3

    checking = sent(client, edited(content, {row.pk: {"note": "Идёт."} for row in rows[:2]}))["Location"]
    upload = WorkbookUpload.objects.get()
    assert "Check the workbook now?" in client.get(upload.get_absolute_url()).content.decode()
    assert client.post(f"{upload.get_absolute_url()}check/")["Location"] == checking
    long_tasks_drain()
    assert upload.get_absolute_url() in client.get(checking).content.decode()

    first = client.post(f"{upload.get_absolute_url()}apply/")["Location"]
    assert client.post(f"{upload.get_absolute_url()}apply/")["Location"] == first
    assert not ExecutionNote.objects.exists()
    long_tasks_drain()
    assert "2 notes written" in shown(client.get(first).content.decode())
    assert ExecutionNote.objects.count() == 2
    assert client.post(f"{upload.get_absolute_url()}apply/")["Location"] == upload.get_absolute_url()
    assert LongTask.objects.count() == 3


@pytest.mark.parametrize("who", ["controller", "tomsk_minister", "chair", "newcomer"])
def test_others_have_no_register_to_edit(as_person: People, rows: list[Execution], who: str) -> None:
    client = as_person(who)
    for address in (page("workbooks"), page("workbook-register")):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
