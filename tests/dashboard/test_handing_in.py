"""Handing in from lists: one report for several executions, drafts that wait, files that are looked at."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assignments.models import Evidence, Execution, ExecutionEvent, ReportDraft
from assignments.services.handing import report_draft_save
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.office import TODAY, act_fields, flat, page, shown, text_of, work
from tests.files.samples import PDF, image

pytestmark = pytest.mark.usefixtures("march", "rating")
People = Callable[[str], Client]
TEXT = "The enrolment is complete."


def picks(*rows: Execution) -> list[str]:
    return [f"{row.pk}:{row.version}" for row in rows]


def both(cast: Cast) -> list[Execution]:
    return work([cast.tomsk_machines, cast.tomsk_farming], TODAY)


def confirmed(*rows: Execution, **changes: Any) -> dict[str, Any]:
    """What the page of one report for several sends."""
    sent = {"confirmed": "1", "pick": picks(*rows), "offered": ",".join(picks(*rows)), "text": TEXT}
    return sent | {"key": uuid.uuid4().hex} | changes


def field_of(html: str, name: str) -> str:
    """The text in a text field."""
    found = re.search(rf'<textarea name="{name}"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL)
    assert found
    return found[1]


def test_the_page_lists_exactly_what_was_ticked_with_the_first_line_of_the_report(
    as_person: People, cast: Cast
) -> None:
    chosen, other = both(cast), work([cast.tomsk_machines], TODAY)[0]
    foreign = work([cast.omsk_machines], TODAY)[0]
    answer = as_person("tomsk_coordinator").post(page("hand-in"), {"pick": picks(*chosen, foreign)})
    html = flat(answer.content.decode())
    assert answer.status_code == 200
    assert re.findall(r'name="pick" value="(\d+):\d+" checked', html) == [str(row.pk) for row in chosen]
    assert f'value="{other.pk}:' not in html
    item = chosen[0].assignment
    assert field_of(html, "text").startswith(f"In execution of item {item.number} of protocol No. 7")
    assert not ExecutionEvent.objects.filter(kind="submitted").exists()


def test_several_items_are_all_cited_once(as_person: People, cast: Cast) -> None:
    rows = [*both(cast), *work([cast.tomsk_machines], TODAY)]
    html = flat(as_person("tomsk_coordinator").post(page("hand-in"), {"pick": picks(*rows)}).content.decode())
    opening = field_of(html, "text")
    assert opening.count("of protocol No. 7") == 2
    assert opening.endswith("we report: ")


def test_what_is_unticked_is_left_out_and_the_result_names_what_was_done(
    as_person: People, cast: Cast
) -> None:
    first, second = both(cast)
    client = as_person("tomsk_coordinator")
    files = [SimpleUploadedFile("order.pdf", PDF), SimpleUploadedFile("photo.png", image("PNG"))]
    sent = confirmed(first, second) | {"pick": picks(first), "files": files}
    answer = client.post(page("hand-in"), sent, follow=True)
    assert answer.redirect_chain == [(page("hand-in-result"), 302)]
    assert "Handed in: 1 of 1" in shown(answer.content.decode())
    assert Execution.objects.get(pk=first.pk).state == "in_review"
    assert Execution.objects.get(pk=second.pk).state == "issued"
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize("back", ["/assignments/registry/?state=open", "https://elsewhere.example/"])
def test_every_step_leads_back_to_the_list_in_which_rows_were_ticked(
    as_person: People, cast: Cast, back: str
) -> None:
    first, second = both(cast)
    sent = confirmed(first, second) | {"back": back}
    Desk(cast, first).do("extend")
    client = as_person("tomsk_coordinator")
    refused = client.post(page("hand-in"), sent | {"text": ""}).content.decode()
    html = client.post(page("hand-in"), sent, follow=True).content.decode()
    way = back if back.startswith("/") else page("inbox")

    for answer in (refused, html):
        assert f'href="{way}"' in answer
    again = html[html.index(f'action="{page("hand-in")}"') :]
    assert f'name="back" value="{back if back.startswith("/") else ""}"' in again


def test_a_double_press_hands_in_once(as_person: People, cast: Cast) -> None:
    client, sent = as_person("tomsk_coordinator"), confirmed(*both(cast))
    for _time in range(2):
        assert "Handed in: 2 of 2" in shown(client.post(page("hand-in"), sent, follow=True).content.decode())
    assert ExecutionEvent.objects.filter(kind="submitted").count() == 2


def test_what_failed_stands_with_its_reason_and_can_be_tried_again_with_the_same_text(
    as_person: People, cast: Cast
) -> None:
    first, second = both(cast)
    sent = confirmed(first, second)
    Desk(cast, first).do("extend")
    client = as_person("tomsk_coordinator")
    html = client.post(page("hand-in"), sent, follow=True).content.decode()
    assert "Handed in: 1 of 2" in shown(html)
    assert "Somebody changed this record" in shown(html)
    again = re.findall(r'type="hidden" name="pick" value="([\d:]+)"', html)
    assert again == picks(Execution.objects.get(pk=first.pk))
    assert field_of(html, "text") == TEXT
    answer = client.post(page("hand-in"), {"pick": again, "text": TEXT})
    assert field_of(answer.content.decode(), "text") == TEXT


WRONG = {
    "no text": ({"text": " "}, 400, "Write what was done"),
    "nothing ticked": ({"pick": []}, 400, "Choose at least one execution"),
    "a lying file": ({"files": [SimpleUploadedFile("o.pdf", b"MZ program")]}, 400, "o.pdf"),
    "a large file": ({"files": [SimpleUploadedFile("o.pdf", PDF)]}, 413, "larger than"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_named_and_nothing_is_lost(
    as_person: People, cast: Cast, settings: Any, wrong: str
) -> None:
    changes, status, words = WRONG[wrong]
    if status == 413:
        settings.MAX_FILE_BYTES = 10
    for upload in changes.get("files", ()):
        upload.seek(0)
    rows = both(cast)
    answer = as_person("tomsk_coordinator").post(page("hand-in"), confirmed(*rows) | changes)
    html = answer.content.decode()
    assert answer.status_code == status
    assert words in flat(html)
    assert html.count('name="pick"') == 2
    assert field_of(html, "text") == changes.get("text", TEXT).strip()
    assert not ExecutionEvent.objects.filter(kind="submitted").exists()


@pytest.mark.parametrize("pick", ["x:1", "1", "1:x", "9" * 30 + ":1"])
def test_a_damaged_list_is_refused(as_person: People, cast: Cast, pick: str) -> None:
    assert as_person("tomsk_coordinator").post(page("hand-in"), {"pick": pick}).status_code == 400
    sent = confirmed() | {"pick": pick}
    assert as_person("tomsk_coordinator").post(page("hand-in"), sent).status_code == 400


def test_nothing_ticked_says_so(as_person: People, cast: Cast) -> None:
    answer = as_person("tomsk_coordinator").post(page("hand-in"))
    assert answer.status_code == 200
    assert "No open execution is chosen" in flat(answer.content.decode())


def test_rows_are_ticked_in_the_inbox_and_in_the_registry_of_whoever_hands_in(
    as_person: People, cast: Cast
) -> None:
    rows = both(cast)
    Desk(cast, rows[1]).do("cancel")
    for name in ("inbox", "registry"):
        html = text_of(as_person("tomsk_coordinator"), page(name))
        assert re.findall(r'form="together" name="pick" value="(\d+):', html) + re.findall(
            r'name="pick" value="(\d+):\d+" form="together"', html
        ) == [str(rows[0].pk)]
        assert 'id="together"' in html
        assert "together" not in text_of(as_person("tomsk_minister"), page(name))
    assert "together" not in text_of(as_person("controller"), page("registry"))


# Supplements and the next attempt


def test_a_supplement_says_what_it_means_and_moves_no_date(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY - timedelta(days=2))[0]
    Desk(cast, row).at(9, "submit")
    before = Execution.objects.get(pk=row.pk)
    client = as_person("tomsk_coordinator")
    seen = shown(text_of(client, row.get_absolute_url()))
    assert (
        "The supplement changes neither the date of the report, 9 March 2026, nor its points: "
        "credited preliminarily: 80 points." in seen
    )
    answer = client.post(page("execution-submit", row.pk), act_fields(row, text="The order is attached."))
    assert answer.status_code == 302
    after = Execution.objects.get(pk=row.pk)
    assert (after.reported_on, after.in_review_since, after.due_on) == (
        before.reported_on,
        before.in_review_since,
        before.due_on,
    )
    assert "supplement to the report" in shown(text_of(client, row.get_absolute_url())).lower()


def test_the_next_attempt_begins_with_a_copy_of_the_last(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    Desk(cast, row).at(8, "submit", text="First words.")
    Desk(cast, row).at(9, "return")
    html = text_of(as_person("tomsk_coordinator"), row.get_absolute_url())
    assert field_of(html, "text") == "First words."


# Drafts


def test_a_draft_is_saved_by_its_button_and_offered_when_the_page_is_opened_again(
    as_person: People, cast: Cast
) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    client = as_person("tomsk_coordinator")
    fields = act_fields(row, text="Begun\r\nand", save="1")
    answer = client.post(page("execution-draft", row.pk), fields, follow=True)
    assert answer.redirect_chain == [(f"{row.get_absolute_url()}#report", 302)]
    html = answer.content.decode()
    assert field_of(html, "text") == "Begun\nand"
    assert "Draft saved at 12:00 MSK" in shown(html)
    assert "Begun" not in text_of(as_person("tomsk_deputy"), row.get_absolute_url())
    client.post(page("execution-submit", row.pk), act_fields(row, text="Done."))
    assert not ReportDraft.objects.exists()


def test_a_script_is_told_when_the_draft_was_saved(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    client = as_person("tomsk_coordinator")
    answer = client.post(
        page("execution-draft", row.pk), {"text": "Begun"}, headers={"Accept": "application/json"}
    )
    assert flat(answer.json()["note"]) == "Draft saved at 12:00 MSK"
    assert ReportDraft.objects.get().text == "Begun"


def test_a_draft_is_discarded_by_its_button(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    report_draft_save(actor=cast.scope("tomsk_coordinator"), execution_id=row.pk, text="Begun")
    client = as_person("tomsk_coordinator")
    html = client.post(
        page("execution-draft", row.pk), act_fields(row, text="Begun", discard="1"), follow=True
    ).content.decode()
    assert "Begun" not in field_of(html, "text")
    assert "Draft saved" not in html
    assert not ReportDraft.objects.exists()


def test_a_form_that_was_refused_shows_what_was_typed_and_not_the_draft(
    as_person: People, cast: Cast
) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    fields = act_fields(row, text="Typed.")
    report_draft_save(actor=cast.scope("tomsk_coordinator"), execution_id=row.pk, text="Begun")
    Desk(cast, row).do("extend")
    answer = as_person("tomsk_coordinator").post(page("execution-submit", row.pk), fields)
    assert answer.status_code == 409
    assert field_of(answer.content.decode(), "text") == "Typed."


# The way back


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/assignments/?weight=3", "/assignments/?weight=3"),
        ("/assignments/registry/", "/assignments/registry/"),
        ("https://example.org/", ""),
        ("//example.org/assignments/", ""),
    ],
)
def test_a_report_opened_from_a_list_leads_back_to_it(
    as_person: People, cast: Cast, back: str, leads: str
) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    client = as_person("tomsk_coordinator")
    html = client.get(row.get_absolute_url(), {"back": back}).content.decode()
    assert (f'name="back" value="{leads}"' in html) == bool(leads)
    answer = client.post(page("execution-submit", row.pk), act_fields(row, text="Done.", back=back))
    assert answer["Location"] == (leads or row.get_absolute_url())


# Files


def test_pictures_are_shown_small_and_can_be_opened_and_papers_are_downloads(
    as_person: People, cast: Cast
) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    names = {"photo.png": image("PNG"), "order.pdf": PDF, "note.txt": b"words"}
    Desk(cast, row).do("submit", files=[SimpleUploadedFile(name, content) for name, content in names.items()])
    client = as_person("tomsk_coordinator")
    html = text_of(client, row.get_absolute_url())
    urls = {
        found.file.original_name: page("evidence", row.pk, found.pk)
        for found in Evidence.objects.select_related("file")
    }
    assert f'<img class="thumb" src="{urls["photo.png"]}?inline"' in html
    assert f'<img class="thumb" src="{urls["order.pdf"]}' not in html
    for name, opens in (("photo.png", True), ("order.pdf", False), ("note.txt", False)):
        assert (f'href="{urls[name]}?inline" target="_blank"' in html) == opens
        disposition = client.get(f"{urls[name]}?inline")["Content-Disposition"]
        assert disposition.startswith("inline" if opens else "attachment")


def test_a_telephone_is_offered_its_camera(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    html = text_of(as_person("tomsk_coordinator"), row.get_absolute_url())
    field = re.search(r'<input type="file"[^>]*>', html)
    assert field
    assert "image/jpeg,image/png" in field[0]
    assert "multiple" in field[0]
    assert "capture" not in field[0]
