"""The page of an execution: who sees it, what it says, and every act with its refusals."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assignments.models import Evidence, Execution, ExecutionEvent, ExecutionRequest
from assignments.services.executions import executions_decide
from tests.assignments.builders import put_on_control
from tests.assignments.desk import Desk, snapshot
from tests.cast import Cast
from tests.dashboard.office import (
    TODAY,
    act_fields,
    at_noon,
    flat,
    key,
    page,
    published,
    shown,
    text_of,
    work,
)
from tests.files.samples import PDF
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
ACTS = ("submit", "accept", "return", "extend", "record", "cancel", "annul")
FIELDS: dict[str, dict[str, Any]] = {
    "submit": {"text": "Набор выполнен."},
    "accept": {"remark": ""},
    "return": {"remark": "Приложите приказ."},
    "extend": {"new_due": "2026-04-01", "reason": "Праздники."},
    "record": {"text": "По почте.", "at": "2026-03-09T12:00", "late_reason": "Не работала связь."},
    "cancel": {"reason": "Кластер закрыт."},
    "annul": {"reason": "Ошибка."},
}


def post(client: Client, execution: Execution, name: str, **changes: Any) -> Any:
    fields = act_fields(execution, **{**FIELDS[name], **changes})
    return client.post(page(f"execution-{name}", execution.pk), fields)


def state(execution: Execution) -> str:
    return Execution.objects.get(pk=execution.pk).state


# Who


@pytest.mark.parametrize(
    "who", ["tomsk_coordinator", "tomsk_deputy", "tomsk_minister", "controller", "methodologist"]
)
def test_the_own_region_and_the_centre_see_an_execution(
    as_person: People, execution: Execution, who: str
) -> None:
    html = text_of(as_person(who), page("execution", execution.pk))
    assert "Пункт 1" in html
    assert "item 1 of protocol No. 7 of 2 Mar 2026" in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("who", ["omsk_coordinator", "chair", "newcomer"])
def test_a_stranger_finds_no_execution_and_leaves_no_trace(
    as_person: People, execution: Execution, who: str
) -> None:
    client, before = as_person(who), snapshot()
    assert client.get(page("execution", execution.pk)).status_code == 404
    for name in ACTS:
        assert post(client, execution, name).status_code == 404
    assert snapshot() == before


def test_an_execution_that_never_was_looks_like_a_foreign_one(
    as_person: People, execution: Execution
) -> None:
    client = as_person("omsk_coordinator")
    foreign, nowhere = (client.get(page("execution", pk)).content for pk in (execution.pk, 999_999))
    assert shown(foreign.decode()).replace(str(execution.pk), "") == shown(nowhere.decode()).replace(
        "999999", ""
    )


@pytest.mark.parametrize("who", ["tomsk_minister", "methodologist"])
@pytest.mark.parametrize("name", ACTS)
def test_a_reader_may_not_act(
    as_person: People, execution: Execution, desk: Desk, who: str, name: str
) -> None:
    desk.do("submit")
    client, before = as_person(who), snapshot()
    event = ExecutionEvent.objects.latest("pk")
    assert post(client, execution, name, event_id=event.pk).status_code == 403
    html = client.get(page("execution", execution.pk)).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert re.findall(r'<form[^>]*method="post"', main) == []
    assert snapshot() == before


def test_the_public_is_asked_to_sign_in(as_person: People, execution: Execution) -> None:
    answer = as_person("public").get(page("execution", execution.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_an_act_is_never_a_get(as_person: People, execution: Execution) -> None:
    client = as_person("controller")
    assert {client.get(page(f"execution-{name}", execution.pk)).status_code for name in ACTS} == {405}


# What it says


def test_a_report_begins_with_the_item_the_protocol_and_its_date(
    as_person: People, execution: Execution
) -> None:
    html = text_of(as_person("tomsk_coordinator"), page("execution", execution.pk))
    assert "In execution of item 1 of protocol No. 7 of 2 Mar 2026 we report:" in html


def test_after_a_return_the_next_attempt_begins_with_the_last_report(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    desk.do("submit", text="Набрано 120 человек.")
    desk.do("return")
    html = text_of(as_person("tomsk_coordinator"), page("execution", execution.pk))
    assert "<textarea" in html
    assert ">\nНабрано 120 человек.</textarea>" in as_person("tomsk_coordinator").get(
        page("execution", execution.pk)
    ).content.decode().replace("\r\n", "\n")
    assert "Приложите приказ." in html


def test_the_page_says_what_a_report_is_worth_today(as_person: People, cast: Cast) -> None:
    late = work([cast.tomsk_machines], TODAY.replace(day=5))[0]
    html = text_of(as_person("tomsk_coordinator"), page("execution", late.pk))
    assert "handed in today: still 60 points" in html
    assert "5 days late" in html


def test_an_item_for_the_coordinator_himself_is_shown_but_not_rated(as_person: People, cast: Cast) -> None:
    own = put_on_control([cast.tomsk])[0]
    html = text_of(as_person("tomsk_coordinator"), page("execution", own.pk))
    assert "controlled, but not rated" in html


def test_an_annulled_event_is_struck_through_with_its_sign(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    desk.do("submit")
    desk.do("annul")
    html = text_of(as_person("tomsk_coordinator"), page("execution", execution.pk))
    assert "<s>Набор выполнен.</s>" in html
    assert "✕ annulled" in html


def test_a_report_recorded_late_shows_both_instants(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    desk.do("record", "controller")
    html = text_of(as_person("tomsk_coordinator"), page("execution", execution.pk))
    assert "9 March 2026, 12:00 MSK" in html
    assert "recorded 10 March 2026, 12:00 MSK" in html
    assert "Не работала связь." in html


def test_the_staff_of_the_centre_is_one_office_to_a_region(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    desk.do("submit")
    desk.do("return")
    assert "Контролёров" not in text_of(as_person("tomsk_coordinator"), page("execution", execution.pk))
    assert "Контролёров П. И." in text_of(as_person("controller"), page("execution", execution.pk))


# Handing in


def test_a_report_with_files_is_handed_in_and_the_page_comes_back(
    as_person: People, execution: Execution
) -> None:
    client = as_person("tomsk_coordinator")
    name, content = "Приказ.pdf", PDF
    answer = post(client, execution, "submit", files=[SimpleUploadedFile(name, content)])
    assert answer.status_code == 302
    assert answer["Location"] == page("execution", execution.pk)
    assert state(execution) == "in_review"
    html = text_of(client, answer["Location"])
    assert "The report is handed in." in html
    evidence = Evidence.objects.get()
    url = page("evidence", execution.pk, evidence.pk)
    assert url in html
    download = client.get(url)
    assert download.content == content
    assert "attachment" in download["Content-Disposition"]
    assert as_person("controller").get(url).status_code == 200
    assert as_person("omsk_coordinator").get(url).status_code == 404


def test_evidence_is_found_under_its_own_execution_only(
    as_person: People, cast: Cast, execution: Execution
) -> None:
    client = as_person("tomsk_coordinator")
    post(client, execution, "submit", files=[SimpleUploadedFile("a.pdf", PDF)])
    other = work([cast.tomsk_farming], TODAY)[0]
    assert client.get(page("evidence", other.pk, Evidence.objects.get().pk)).status_code == 404


def test_the_same_form_sent_twice_makes_one_report(as_person: People, execution: Execution) -> None:
    client, fields = as_person("tomsk_coordinator"), act_fields(execution, **FIELDS["submit"])
    answers = [client.post(page("execution-submit", execution.pk), fields).status_code for _press in range(2)]
    assert answers == [302, 302]
    assert ExecutionEvent.objects.filter(kind="submitted").count() == 1


def test_a_supplement_moves_no_date(as_person: People, execution: Execution, desk: Desk) -> None:
    desk.at(9, "submit")
    client = as_person("tomsk_coordinator")
    assert "Supplement the report" in text_of(client, page("execution", execution.pk))
    assert post(client, execution, "submit", text="Дополнение.").status_code == 302
    row = Execution.objects.get(pk=execution.pk)
    assert f"{row.reported_on:%d}" == "09"
    assert "Supplement to the report" in text_of(client, page("execution", execution.pk))


@pytest.mark.parametrize("text", ["", "   ", "a\x00b"])
def test_a_text_that_is_none_comes_back_with_its_reason(
    as_person: People, execution: Execution, text: str
) -> None:
    before = snapshot()
    answer = post(as_person("tomsk_coordinator"), execution, "submit", text=text)
    assert answer.status_code == 400
    assert "What has been done:" in shown(answer.content.decode())
    assert snapshot() == before


def test_what_was_typed_survives_a_refusal(as_person: People, execution: Execution) -> None:
    lying = SimpleUploadedFile("report.pdf", b"MZ this is a program")
    answer = post(as_person("tomsk_coordinator"), execution, "submit", text="Долгий текст.", files=[lying])
    html = flat(answer.content.decode())
    assert answer.status_code == 400
    assert "Долгий текст." in html
    assert "report.pdf" in html
    assert "Choose the files again" in html
    assert state(execution) == "issued"


def test_a_file_over_the_limit_is_413_and_nothing_is_kept(
    as_person: People, execution: Execution, settings: Any, march: Path
) -> None:
    settings.MAX_FILE_BYTES = 100
    big = SimpleUploadedFile("big.pdf", PDF + b"%" * 200)
    answer = post(as_person("tomsk_coordinator"), execution, "submit", text="Долгий текст.", files=[big])
    assert answer.status_code == 413
    assert "Долгий текст." in answer.content.decode()
    assert state(execution) == "issued"
    assert not [path for path in march.rglob("*") if path.is_file()]


@pytest.mark.parametrize("count", [11, 25, 50])
def test_too_many_files_are_named_at_the_field_and_the_text_stays(
    as_person: People, execution: Execution, count: int
) -> None:
    files = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(count)]
    answer = post(as_person("tomsk_coordinator"), execution, "submit", text="Долгий текст.", files=files)
    assert answer.status_code == 400
    assert "Долгий текст." in answer.content.decode()
    assert "At most 10 files" in flat(answer.content.decode())


def test_more_files_than_are_read_at_all_are_refused_with_their_limit(
    as_person: People, execution: Execution
) -> None:
    files = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(51)]
    answer = post(as_person("tomsk_coordinator"), execution, "submit", files=files)
    assert answer.status_code == 400
    assert "At most 50 files are sent at once." in answer.content.decode()


@pytest.mark.parametrize("changes", [{"version": ""}, {"version": "x"}, {"submission_key": "short"}])
def test_a_damaged_form_is_refused(as_person: People, execution: Execution, changes: dict[str, str]) -> None:
    assert post(as_person("tomsk_coordinator"), execution, "submit", **changes).status_code == 400
    assert state(execution) == "issued"


# Somebody was faster


def test_a_stale_version_keeps_the_text_and_says_what_changed(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    fields = act_fields(execution, text="Мой долгий отчёт.")
    desk.do("extend")
    client = as_person("tomsk_coordinator")
    answer = client.post(page("execution-submit", execution.pk), fields)
    html = flat(answer.content.decode())
    assert answer.status_code == 409
    assert "Мой долгий отчёт.</textarea>" in html
    assert "What changed meanwhile" in html
    assert "The state has changed meanwhile" in html
    assert "term extended, the centre" in html
    assert "files were not stored" not in html, "none was sent"
    assert state(execution) == "issued"

    version = Execution.objects.get(pk=execution.pk).version
    assert f'name="version" value="{version}"' in html
    assert (
        client.post(page("execution-submit", execution.pk), {**fields, "version": version}).status_code == 302
    )


def test_an_impossible_step_keeps_what_was_typed(as_person: People, execution: Execution, desk: Desk) -> None:
    desk.do("submit")
    desk.do("accept")
    answer = post(as_person("controller"), execution, "return", remark="Поздно, но важно.")
    html = flat(answer.content.decode())
    assert answer.status_code == 409
    assert "already taken off control" in html
    assert "Поздно, но важно." in html
    assert state(execution) == "executed"


# Decisions of the centre


def confirm(as_person: People) -> None:
    """The administrator stands behind the one proposal of the controller."""
    proposal = ExecutionRequest.objects.of_centre().get()
    sent = {"version": proposal.version, "submission_key": key()}
    assert as_person("administrator").post(page("request-grant", proposal.pk), sent).status_code == 302


@pytest.mark.parametrize(
    ("name", "after"),
    [("accept", "executed"), ("return", "returned"), ("extend", "in_review"), ("cancel", "cancelled")],
)
def test_a_decision_changes_the_state(
    as_person: People, execution: Execution, desk: Desk, name: str, after: str
) -> None:
    desk.do("submit")
    client = as_person("controller")
    assert post(client, execution, name).status_code == 302
    if name in ("extend", "cancel"):
        assert state(execution) == "in_review"
        confirm(as_person)
    assert state(execution) == after
    assert text_of(client, page("execution", execution.pk))


def test_a_return_without_a_remark_is_refused(as_person: People, execution: Execution, desk: Desk) -> None:
    desk.do("submit")
    answer = post(as_person("controller"), execution, "return", remark="")
    assert answer.status_code == 400
    assert "What must be changed:" in shown(answer.content.decode())
    assert state(execution) == "in_review"


def test_an_empty_return_gives_no_days_back(as_person: People, execution: Execution, desk: Desk) -> None:
    desk.at(3, "submit")
    post(as_person("controller"), execution, "return", empty="on")
    row = Execution.objects.get(pk=execution.pk)
    assert row.due_on == row.first_due_on
    html = text_of(as_person("tomsk_coordinator"), page("execution", execution.pk))
    assert "Returned as an empty report" in html
    assert "gives no days back" in html


def test_an_extension_on_request_is_dated_by_the_request(as_person: People, execution: Execution) -> None:
    assert post(as_person("controller"), execution, "extend", requested_on="2026-03-09").status_code == 302
    confirm(as_person)
    event = ExecutionEvent.objects.latest("pk")
    assert event.requested_at is not None
    assert "on the request of 9 Mar 2026" in text_of(as_person("controller"), page("execution", execution.pk))


def test_an_extension_backwards_is_refused_at_its_field(as_person: People, execution: Execution) -> None:
    answer = post(as_person("controller"), execution, "extend", new_due="2026-03-01")
    assert answer.status_code == 400
    assert "New due date: The new due date must be later" in shown(answer.content.decode())


def test_a_controller_records_a_report_that_came_by_mail(as_person: People, execution: Execution) -> None:
    assert post(as_person("controller"), execution, "record").status_code == 302
    row = Execution.objects.get(pk=execution.pk)
    assert row.state == "in_review"
    assert f"{row.reported_on:%d.%m}" == "09.03"


def test_a_controller_annuls_an_event(as_person: People, execution: Execution, desk: Desk) -> None:
    event = desk.do("submit")
    assert post(as_person("controller"), execution, "annul", event_id=event.pk).status_code == 302
    assert state(execution) == "issued"


def test_only_events_of_this_execution_can_be_annulled(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    desk.do("submit")
    answer = post(as_person("controller"), execution, "annul", event_id=999_999)
    assert answer.status_code == 400
    assert state(execution) == "in_review"


def test_the_page_makes_no_more_queries_with_a_long_history(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            desk.do("submit", submission_key=key())

    assert_same_queries(as_person("controller"), lambda: page("execution", execution.pk), fill)


# Corrections of published months


def test_an_empty_return_of_a_credited_report_corrects_the_published_month(
    as_person: People, cast: Cast
) -> None:
    row = work([cast.tomsk_machines], TODAY.replace(month=2, day=12))[0]
    with at_noon(2):
        Desk(cast, row).do("submit")
    published("2026-02")
    post(as_person("controller"), row, "return", empty="on")
    assert ExecutionEvent.objects.latest("pk").corrects == "2026-02"


def test_a_return_with_substance_corrects_nothing(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY.replace(month=2, day=12))[0]
    with at_noon(2):
        Desk(cast, row).do("submit")
    published("2026-02")
    post(as_person("controller"), row, "return")
    assert ExecutionEvent.objects.latest("pk").corrects == ""


def test_a_report_recorded_after_the_closing_corrects_the_month_it_belongs_to(
    as_person: People, cast: Cast
) -> None:
    row = work([cast.tomsk_machines], TODAY.replace(month=2, day=12))[0]
    published("2026-02")
    post(as_person("controller"), row, "record", at="2026-02-11T12:00")
    assert ExecutionEvent.objects.latest("pk").corrects == "2026-02"


def test_the_centre_may_decide_against_the_correction(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY.replace(month=2, day=12))[0]
    with at_noon(2):
        Desk(cast, row).do("submit")
    published("2026-02")
    post(as_person("controller"), row, "return", empty="on", corrects="none")
    assert ExecutionEvent.objects.latest("pk").corrects == ""


def test_the_centre_may_name_the_month_that_a_decision_corrects(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY.replace(month=2, day=12))[0]
    published("2026-02")
    client = as_person("controller")
    assert "February 2026" in text_of(client, page("execution", row.pk))
    post(client, row, "extend", corrects="2026-02")
    confirm(as_person)
    assert ExecutionEvent.objects.latest("pk").corrects == "2026-02"
    assert "corrects the rating from February 2026" in text_of(client, page("execution", row.pk))


def test_every_way_of_returning_an_empty_report_corrects_the_same_month(
    as_person: People, cast: Cast
) -> None:
    rows = [
        work([cluster], TODAY.replace(month=2, day=12))[0]
        for cluster in (cast.tomsk_machines, cast.omsk_machines)
    ]
    with at_noon(2):
        Desk(cast, rows[0]).do("submit")
        Desk(cast, rows[1]).do("submit", "omsk_coordinator")
    published("2026-02")
    assert Desk(cast, rows[0]).do("return", empty=True).corrects == "2026-02"
    executions_decide(
        actor=cast.scope("controller"),
        action="return",
        execution_ids=[rows[1].pk],
        remark="Пусто.",
        empty=True,
    )
    assert ExecutionEvent.objects.latest("pk").corrects == "2026-02"


def test_who_reviewed_a_report_does_not_decide_the_appeal_against_it(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY.replace(month=2, day=12))[0]
    with at_noon(2):
        Desk(cast, row).do("submit")
        returned = Desk(cast, row).do("return")
    published("2026-02")
    client = as_person("controller")
    answer = post(client, row, "annul", event_id=returned.pk, corrects="2026-02")
    assert answer.status_code == 403
    assert ExecutionEvent.objects.latest("pk") == returned
    answer = post(as_person("administrator"), row, "annul", event_id=returned.pk, corrects="2026-02")
    assert answer.status_code == 302
    assert ExecutionEvent.objects.latest("pk").corrects == "2026-02"


def test_another_text_in_a_form_already_sent_is_kept_for_the_next_press(
    as_person: People, execution: Execution
) -> None:
    client, sent = as_person("tomsk_coordinator"), act_fields(execution, text="Первый текст.")
    address = page("execution-submit", execution.pk)
    client.post(address, sent)
    answer = client.post(address, {**sent, "text": "Второй, исправленный текст."})
    html = flat(answer.content.decode())
    assert answer.status_code == 409
    assert "Второй, исправленный текст." in html
    assert ExecutionEvent.objects.filter(execution=execution, kind="submitted").count() == 1
    again = {
        "text": "Второй, исправленный текст.",
        **dict(re.findall(r'name="(version|submission_key)" value="(\w+)"', html)),
    }
    assert client.post(address, again).status_code == 302
    assert ExecutionEvent.objects.latest("pk").text == "Второй, исправленный текст."
