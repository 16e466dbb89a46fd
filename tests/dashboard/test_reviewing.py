"""Reviewing one report after another: the page, its decisions with Undo, who has which report before him."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assignments.models import CannedRemark, Execution, ExecutionEvent, ReviewClaim
from assignments.services.remarks import remark_add
from common import clock
from common.parts import PART
from tests.assignments.desk import NOW, Desk, snapshot
from tests.cast import Cast
from tests.dashboard.office import TODAY, act_fields, flat, hand_in, key, page, shown, text_of, work
from tests.files.samples import image

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
QUEUE = "queue=1"


@pytest.fixture
def queue(cast: Cast) -> list[Execution]:
    """Three reports of Tomsk and Omsk, oldest first."""
    rows = []
    for day, cluster in ((2, cast.tomsk_machines), (5, cast.omsk_machines), (8, cast.tomsk_farming)):
        row = work([cluster], TODAY + timedelta(days=5))[0]
        hand_in(cast, [row], day)
        rows.append(row)
    return rows


def start(client: Client, **fields: Any) -> str:
    """Where «one by one» leads."""
    answer = client.post(page("review-next"), {"queue": QUEUE} | fields)
    assert answer.status_code == 302
    return answer["Location"]


def decide(client: Client, row: Execution, name: str = "accept", **fields: Any) -> Any:
    return client.post(page(f"review-{name}", row.pk), act_fields(row, queue=QUEUE) | fields)


def at(row: Execution, query: str = QUEUE) -> str:
    return f"{page('review-one', row.pk)}?{query}"


def state(row: Execution) -> str:
    return Execution.objects.get(pk=row.pk).state


def undo_form(html: str) -> tuple[str, dict[str, str]]:
    """Address and fields of the button «Undo»."""
    action, inside = re.findall(
        r'<form class="undo" method="post" action="([^"]+)">(.*?)</form>', html, re.DOTALL
    )[0]
    return action, dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside)) | {
        "back": flat(re.findall(r'name="back" value="([^"]*)"', inside)[0]).replace("&amp;", "&")
    }


def test_one_begins_with_the_oldest_and_has_it_for_a_while(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    client = as_person("controller")
    address = start(client)

    assert address == at(queue[0])
    html = shown(text_of(client, address))
    assert "You have this report until 12:15" in html
    assert "3 reports wait in this filter" in html
    assert ReviewClaim.objects.get().person == cast.controller


def test_the_report_its_pictures_and_what_was_asked_stand_side_by_side(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    Desk(cast, row).do("submit", text="Первый отчёт.")
    Desk(cast, row).do("return", remark="Нет приказа.")
    files = [SimpleUploadedFile("фото.png", image("PNG"), "image/png")]
    Desk(cast, row).do("submit", text="Второй отчёт.", files=files)
    html = text_of(as_person("controller"), at(row))

    assert re.search(r'<img src="/executions/\d+/evidence/\d+/\?inline" alt="фото.png"', html)
    for words in ("Второй отчёт.", "Представить сведения", "Нет приказа.", "Первый отчёт."):
        assert words in html


@pytest.mark.parametrize(("name", "after"), [("accept", "executed"), ("return", "returned")])
def test_a_decision_leads_straight_to_the_next_report_with_a_way_to_undo_it(
    as_person: People, queue: list[Execution], name: str, after: str
) -> None:
    client = as_person("controller")
    start(client)
    answer = decide(client, queue[0], name, remark="Приложите приказ.")

    assert (answer["Location"], state(queue[0])) == (at(queue[1]), after)
    action, fields = undo_form(client.get(answer["Location"]).content.decode())
    assert client.post(action, fields)["Location"] == at(queue[0])
    assert state(queue[0]) == "in_review"
    assert ExecutionEvent.objects.latest("pk").text == "Undone by the reviewer."


def test_for_a_script_the_next_report_is_a_part_with_a_toast(
    as_person: People, queue: list[Execution]
) -> None:
    client, headers = as_person("controller"), {"HX-Request": "true", "HX-Target": "desk"}
    address = page("review-accept", queue[0].pk)
    answer = client.post(address, act_fields(queue[0], queue=QUEUE), headers=headers, follow=True)
    html = answer.content.decode()

    assert answer[PART] == "1"
    assert html.startswith('<div id="desk"')
    assert '<div id="toasts" hx-swap-oob="beforeend">' in html
    assert undo_form(html)[1]["back"] == at(queue[0])


def test_the_filter_goes_along_and_the_end_says_what_is_left(
    as_person: People, queue: list[Execution]
) -> None:
    client = as_person("controller")
    tomsk = f"{QUEUE}&region=70"
    assert start(client, queue=tomsk) == at(queue[0], tomsk)
    assert decide(client, queue[0], queue=tomsk)["Location"] == at(queue[2], tomsk)
    end = client.post(page("review-skip", queue[2].pk), {"queue": tomsk})["Location"]

    assert end == f"{page('review-next')}?{tomsk}"
    assert "1 report of this filter still waits" in shown(text_of(client, end))
    decide(client, queue[2], queue=tomsk)
    assert "Every report of this filter is decided" in text_of(client, end)


def test_what_was_skipped_is_free_for_others(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    start(client)
    answer = client.post(page("review-skip", queue[0].pk), {"queue": QUEUE})

    assert answer["Location"] == at(queue[1])
    assert start(as_person("administrator")) == at(queue[0])


def test_another_controller_sees_who_has_a_report_and_is_led_past_it(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    start(as_person("controller"))
    other = as_person("administrator")

    assert start(other) == at(queue[1])
    assert f"under review by {cast.controller.get_short_name()} until 12:15" in shown(
        text_of(other, page("review"))
    )
    assert "under review by" in shown(text_of(other, at(queue[0])))


def test_who_decides_on_a_report_of_another_is_asked_once(as_person: People, queue: list[Execution]) -> None:
    start(as_person("controller"))
    other, before = as_person("administrator"), snapshot()
    answer = decide(other, queue[0], "return", remark="Приложите приказ.")
    html = answer.content.decode()

    assert (answer.status_code, snapshot()) == (409, before)
    assert "Press once more if you want to decide on it nevertheless" in html
    assert "Приложите приказ." in html
    assert 'name="anyway" value="1"' in html
    assert decide(other, queue[0], "return", remark="Приложите приказ.", anyway="1").status_code == 302
    assert state(queue[0]) == "returned"


def test_a_report_is_taken_over_by_saying_so(as_person: People, cast: Cast, queue: list[Execution]) -> None:
    start(as_person("controller"))
    other = as_person("administrator")
    claim = page("review-claim", queue[0].pk)

    assert other.post(claim).status_code == 204
    assert ReviewClaim.objects.get().person == cast.controller
    assert other.post(claim, {"take_over": "1", "queue": QUEUE})["Location"] == at(queue[0])
    assert ReviewClaim.objects.get().person == cast.administrator


def test_the_next_ten_are_taken_at_once(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    assert start(client, count="10") == at(queue[0])
    assert ReviewClaim.objects.count() == 3
    assert start(as_person("administrator")) == f"{page('review-next')}?{QUEUE}"


@pytest.mark.parametrize("count", ["0", "51", "x", "-1", "99999999999999999999"])
def test_a_damaged_number_is_refused(as_person: People, queue: list[Execution], count: str) -> None:
    assert as_person("controller").post(page("review-next"), {"count": count}).status_code == 400
    assert not ReviewClaim.objects.exists()


def test_a_canned_remark_is_put_in_without_scripts_too(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    remark = remark_add(actor=cast.scope("controller"), text="Приложите приказ.")
    client = as_person("controller")
    assert 'data-text="Приложите приказ."' in text_of(client, at(queue[0]))
    decide(client, queue[0], "return", canned=str(remark.pk), remark="И печать.")
    decide(client, queue[1], "return", canned=str(remark.pk), remark="Приложите приказ. Срочно.")
    texts = ExecutionEvent.objects.filter(kind="returned").order_by("pk").values_list("text", flat=True)

    assert list(texts) == ["Приложите приказ.\nИ печать.", "Приложите приказ. Срочно."]


def test_a_return_without_a_remark_is_refused_at_its_field(as_person: People, queue: list[Execution]) -> None:
    before = snapshot()
    answer = decide(as_person("controller"), queue[0], "return")

    assert (answer.status_code, snapshot()) == (400, before)
    assert "a return needs a remark" in answer.content.decode()


def test_what_was_refused_leaves_the_address_of_the_report_and_not_that_of_the_act(
    as_person: People, queue: list[Execution]
) -> None:
    client, address = as_person("controller"), page("review-return", queue[0].pk)
    answer = client.post(address, {"version": 2}, headers={"HX-Request": "true", "HX-Target": "desk"})
    assert answer.status_code == 400
    assert client.get(answer["HX-Push-Url"]).status_code == 200


def test_the_remark_of_a_return_is_not_called_optional(as_person: People, queue: list[Execution]) -> None:
    html = as_person("controller").get(queue[0].get_absolute_url()).content.decode()
    label = html.split('for="return_remark"')[1].split("</label>")[0]
    assert "not required" not in label


def test_an_empty_report_is_returned_as_such(as_person: People, queue: list[Execution]) -> None:
    decide(as_person("controller"), queue[0], "return", remark="Отписка.", empty="on")

    assert ExecutionEvent.objects.get(kind="returned").empty


def test_a_report_that_changed_meanwhile_is_not_decided_and_nothing_typed_is_lost(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    stale = act_fields(queue[0], queue=QUEUE)
    Desk(cast, queue[0]).do("submit", text="Дополнение к отчёту.")
    client, before = as_person("controller"), snapshot()
    answer = client.post(page("review-return", queue[0].pk), stale | {"remark": "Мой текст."})
    html = answer.content.decode()

    assert (answer.status_code, snapshot()) == (409, before)
    assert "Дополнение к отчёту." in html
    assert "Мой текст." in html


def test_a_report_that_somebody_else_decided_keeps_the_text_and_leads_on(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    stale = act_fields(queue[0], queue=QUEUE)
    Desk(cast, queue[0]).do("accept", "administrator")
    client = as_person("controller")
    answer = client.post(page("review-return", queue[0].pk), stale | {"remark": "Мой текст."})
    html = answer.content.decode()

    assert answer.status_code == 409
    assert "Мой текст." in html
    assert "Next report" in html


def test_the_same_form_sent_twice_is_one_decision(as_person: People, queue: list[Execution]) -> None:
    client, fields = as_person("controller"), act_fields(queue[0], queue=QUEUE)
    first, second = (client.post(page("review-accept", queue[0].pk), fields) for _time in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert ExecutionEvent.objects.filter(kind="accepted").count() == 1


def test_visiting_the_pages_claims_nothing(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    for address in (at(queue[0]), page("review-next")):
        assert client.get(address).status_code == 200

    assert not ReviewClaim.objects.exists()


# Undo elsewhere


def test_the_page_of_an_execution_offers_to_undo_for_ten_minutes(
    as_person: People, queue: list[Execution]
) -> None:
    client = as_person("controller")
    decide(client, queue[0])
    client.get(at(queue[1]))  # the message is read
    html = text_of(client, queue[0].get_absolute_url())
    assert "Decision just made" in html
    assert "Decision just made" not in text_of(as_person("tomsk_coordinator"), queue[0].get_absolute_url())
    with clock.at(NOW + timedelta(minutes=11)):
        assert "Decision just made" not in text_of(client, queue[0].get_absolute_url())


def test_an_undoing_that_came_too_late_says_so(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    decide(client, queue[0])
    event = ExecutionEvent.objects.latest("pk")
    with clock.at(NOW + timedelta(minutes=11)):
        before = snapshot()
        answer = client.post(
            page("execution-undo", queue[0].pk), {"event_id": event.pk, "submission_key": key()}
        )
        assert (answer.status_code, snapshot()) == (409, before)


@pytest.mark.parametrize("fields", [{}, {"event_id": "x"}, {"event_id": "1", "submission_key": "?"}])
def test_a_damaged_undoing_is_refused(
    as_person: People, queue: list[Execution], fields: dict[str, str]
) -> None:
    assert as_person("controller").post(page("execution-undo", queue[0].pk), fields).status_code == 400


def test_no_other_address_is_followed_after_an_undoing(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    decide(client, queue[0])
    fields = {
        "event_id": ExecutionEvent.objects.latest("pk").pk,
        "submission_key": key(),
        "back": "//evil.example/",
    }

    assert client.post(page("execution-undo", queue[0].pk), fields)["Location"] == queue[0].get_absolute_url()


# Canned remarks


def test_a_controller_keeps_the_canned_remarks(as_person: People, cast: Cast) -> None:
    client = as_person("controller")
    assert client.post(page("remarks"), {"text": "Нет подписи."})["Location"] == page("remarks")
    assert client.post(page("remarks"), {"text": ""}).status_code == 400
    assert client.post(page("remarks"), {"text": "Нет подписи."}).status_code == 400
    remark = CannedRemark.objects.get()
    assert "Нет подписи." in text_of(client, page("remarks"))
    change = {"text": "Нет печати.", "position": "3", "archived": "on", "version": "1"}
    assert client.post(page("remark-edit", remark.pk), change)["Location"] == page("remarks")
    stale = client.post(page("remark-edit", remark.pk), change | {"text": "Моё."})
    assert stale.status_code == 409
    assert "Моё." in stale.content.decode()
    assert client.post(page("remark-edit", remark.pk), change | {"position": "0"}).status_code == 400
    remark.refresh_from_db()
    assert (remark.text, remark.position, remark.archived) == ("Нет печати.", 3, True)
