"""Acts on an execution: one service behind each, refused without a trace or done once."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from assignments.models import Evidence, Execution, ExecutionEvent
from files.models import StoredFile
from tests.api.world import EVERYBODY, V1, World, attrs, get, post, refusal
from tests.assignments.desk import snapshot
from tests.files.samples import EXE, PDF, TEXT

Sign = Callable[[str], Client]

BODIES: dict[str, dict[str, Any]] = {
    "submit": {"text": "Набор выполнен."},
    "accept": {},
    "return": {"remark": "Приложите приказ."},
    "extend": {"new_due": "2026-04-01", "reason": "Праздники."},
    "cancel": {"reason": "Кластер закрыт."},
    "annul": {"reason": "Ошибка."},
}
MAY = dict.fromkeys(BODIES, ("administrator", "controller")) | {
    "submit": ("tomsk_coordinator", "tomsk_deputy")
}
READERS = (
    "administrator",
    "controller",
    "methodologist",
    "tomsk_coordinator",
    "tomsk_deputy",
    "tomsk_minister",
)
AFTER = {
    "submit": "in_review",
    "accept": "executed",
    "return": "returned",
    "extend": "in_review",
    "cancel": "cancelled",
    "annul": "issued",
}


WAITS = ("extend", "cancel")
"""What a second person of the centre confirms before it is in the log."""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def body_of(world: World, action: str, **changes: Any) -> dict[str, Any]:
    version = Execution.objects.get(pk=world.tomsk.pk).version
    more = {"event_id": world.evidence.event_id} if action == "annul" else {}
    return {"version": version, **BODIES[action], **more, **changes}


def url(action: str, execution: Execution) -> str:
    return f"executions/{execution.pk}/{action}/"


@pytest.mark.parametrize("action", BODIES)
def test_an_act_is_open_to_its_roles_and_to_nobody_else(world: World, api: Sign, action: str) -> None:
    body = body_of(world, action)
    before = snapshot()
    statuses = {"public": 401, "newcomer": 403} | dict.fromkeys(READERS, 403)
    for name in set(EVERYBODY) - set(MAY[action]):
        post(api(name), url(action, world.tomsk), body, statuses.get(name, 404))
    assert snapshot() == before


@pytest.mark.parametrize("action", BODIES)
def test_an_act_on_a_foreign_or_missing_execution_is_404_whatever_its_body(
    world: World, api: Sign, action: str
) -> None:
    client = api("tomsk_coordinator")
    foreign = client.post(V1 + url(action, world.omsk), "{", content_type="application/json")
    missing = client.post(f"{V1}executions/999999/{action}/", "{", content_type="application/json")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


@pytest.mark.parametrize("action", [action for action in BODIES if action not in WAITS])
def test_an_act_answers_with_its_event_and_the_execution_after_it(
    world: World, api: Sign, action: str
) -> None:
    body = body_of(world, action)
    found = post(api(MAY[action][0]), url(action, world.tomsk), body)
    row = Execution.objects.get(pk=world.tomsk.pk)
    assert row.state == AFTER[action]
    assert found["event"]["id"] == ExecutionEvent.objects.latest("pk").pk
    assert found["execution"]["state"] == row.state
    assert found["execution"]["version"] == row.version == body["version"] + 1
    assert found["execution"]["events"][-1] == found["event"]


@pytest.mark.parametrize("action", WAITS)
def test_an_own_decision_of_the_centre_answers_202_and_is_in_the_log_once_another_person_confirms(
    world: World, api: Sign, action: str
) -> None:
    body, events = body_of(world, action), ExecutionEvent.objects.count()
    first, second = MAY[action]
    proposal = post(api(first), url(action, world.tomsk), body, 202)
    assert (proposal["origin"], proposal["state"], proposal["allowed_actions"]) == (
        "centre",
        "open",
        ["withdraw"],
    )
    assert ExecutionEvent.objects.count() == events
    granting = f"requests/{proposal['id']}/grant/"
    assert post(api(first), granting, {"version": 1}, 403)["errors"][0]["code"] == "permission_denied"
    confirmed = post(api(second), granting, {"version": 1})
    event = get(api(second), f"executions/{world.tomsk.pk}/")["events"][-1]
    assert (confirmed["state"], confirmed["event"]) == ("granted", event["id"])
    assert (event["proposed_by"], event["actor"]) == (proposal["asked_by"], confirmed["answered_by"])
    assert event["proposed_by"] != event["actor"]
    seen = get(api("tomsk_coordinator"), f"executions/{world.tomsk.pk}/")["events"][-1]
    assert (seen["id"], seen["actor"], seen["actor_name"], seen["proposed_by"]) == (
        event["id"],
        None,
        None,
        None,
    )
    row = Execution.objects.get(pk=world.tomsk.pk)
    assert (row.state, row.version) == (AFTER[action], body["version"] + 1)


@pytest.mark.parametrize("action", WAITS)
def test_where_the_centre_is_one_person_its_decision_is_in_the_log_at_once(
    world: World, api: Sign, action: str, settings: Settings
) -> None:
    settings.SECOND_PERSON_FOR_OWN_DECISIONS = False
    found = post(api("controller"), url(action, world.tomsk), body_of(world, action))
    assert (found["execution"]["state"], found["event"]["proposed_by"]) == (AFTER[action], None)
    silent = BODIES[action] | {"version": 1, "reason": " "}
    assert "reason" in attrs(post(api("controller"), url(action, world.omsk), silent, 400))


def test_a_region_reads_no_proposal_of_the_centre(world: World, api: Sign) -> None:
    proposal = post(api("controller"), url("cancel", world.tomsk), body_of(world, "cancel"), 202)
    coordinator = api("tomsk_coordinator")
    assert get(coordinator, "requests/")["results"] == []
    get(coordinator, f"requests/{proposal['id']}/", 404)
    assert [row["id"] for row in get(api("methodologist"), "requests/?origin=centre")["results"]] == [
        proposal["id"]
    ]
    assert get(api("methodologist"), "requests/?origin=region")["results"] == []


@pytest.mark.parametrize("action", BODIES)
def test_the_same_key_twice_is_one_act(world: World, api: Sign, action: str) -> None:
    client, body = api(MAY[action][0]), body_of(world, action, submission_key="one-key")
    status = 202 if action in WAITS else 200
    first = post(client, url(action, world.tomsk), body, status)
    before = snapshot()
    assert post(client, url(action, world.tomsk), body, status) == first
    assert snapshot() == before


@pytest.mark.parametrize("action", BODIES)
def test_a_stale_version_is_409_and_says_the_version_in_force(world: World, api: Sign, action: str) -> None:
    body = body_of(world, action)
    current = body["version"]
    found = post(api(MAY[action][0]), url(action, world.tomsk), {**body, "version": current - 1}, 409)
    (error,) = found["errors"]
    assert (error["code"], error["attr"], error["current_version"]) == ("stale_version", "version", current)
    assert error["detail"].endswith(f"The version in force is {current}.")


@pytest.mark.parametrize("action", BODIES)
def test_a_missing_or_malformed_version_is_400(world: World, api: Sign, action: str) -> None:
    client, path = api(MAY[action][0]), url(action, world.tomsk)
    body = body_of(world, action)
    del body["version"]
    assert "version" in attrs(post(client, path, body, 400))
    for wrong in ("abc", "1", None, True, [1], {"a": 1}, 1.0, 1.5, ""):
        assert "version" in attrs(post(client, path, {**body, "version": wrong}, 400))
    post(client, path, {**body, "version": 10**30}, 409)


def test_an_impossible_step_is_409_with_a_readable_reason(world: World, api: Sign) -> None:
    client = api("controller")
    post(client, url("accept", world.tomsk), body_of(world, "accept"))
    for action in ("accept", "return", "extend", "cancel"):
        found = post(client, url(action, world.tomsk), body_of(world, action), 409)
        assert found["errors"][0]["code"] == "impossible_step"
        assert "already taken off control" in found["errors"][0]["detail"]


def test_a_key_of_another_act_is_409(world: World, api: Sign) -> None:
    client = api("controller")
    body = body_of(world, "return", submission_key="used")
    post(client, url("return", world.tomsk), body)
    answer = post(client, url("accept", world.tomsk), body_of(world, "accept", submission_key="used"), 409)
    assert answer["errors"][0]["code"] == "submission_key_used"


BAD: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("submit", {"text": ""}, "text"),
    ("submit", {"text": "   "}, "text"),
    ("submit", {"text": None}, "text"),
    ("submit", {"text": ["a"]}, "text"),
    ("submit", {"text": "a\x00b"}, "text"),
    ("submit", {"text": "a\ud800b"}, "text"),
    ("submit", {"text": "a" * 20_001}, "text"),
    ("submit", {"submission_key": "with space"}, "submission_key"),
    ("submit", {"submission_key": "k" * 65}, "submission_key"),
    ("submit", {"corrects": "2026-01"}, "corrects"),
    ("submit", {"files": []}, "files"),
    ("return", {"remark": ""}, "remark"),
    ("submit", {"text": 5}, "text"),
    ("submit", {"text": True}, "text"),
    ("submit", {"submission_key": 5}, "submission_key"),
    ("submit", {"corrects": 2026}, "corrects"),
    ("return", {"empty": "perhaps"}, "empty"),
    ("return", {"empty": "true"}, "empty"),
    ("return", {"empty": 1}, "empty"),
    ("return", {"corrects": "2026-1"}, "corrects"),
    ("return", {"corrects": "2027-01"}, "corrects"),
    ("accept", {"corrects": "2026-01"}, "remark"),
    ("extend", {"new_due": "2026-03-20"}, "new_due"),
    ("extend", {"new_due": "9999-12-31"}, "new_due"),
    ("extend", {"new_due": "tomorrow"}, "new_due"),
    ("extend", {"new_due": 20260401}, "new_due"),
    ("extend", {"reason": " "}, "reason"),
    ("extend", {"requested_at": "2026-03-01T10:00:00"}, "requested_at"),
    ("extend", {"requested_at": "2027-03-01T10:00:00Z"}, "requested_at"),
    ("extend", {"requested_at": "0001-01-01T00:00:00+14:00"}, "requested_at"),
    ("extend", {"requested_at": "9999-12-31T23:59:59-14:00"}, "requested_at"),
    ("annul", {"event_id": 10**30}, "event_id"),
    ("annul", {"event_id": None}, "event_id"),
    ("annul", {"event_id": "7"}, "event_id"),
    ("cancel", {"reason": "\x00"}, "reason"),
)


def test_a_bad_field_is_400_naming_it_and_changes_nothing(world: World, api: Sign) -> None:
    before = snapshot()
    for action, changes, field in BAD:
        body = body_of(world, action, **changes)
        found = post(api(MAY[action][0]), url(action, world.tomsk), body, 400)
        assert field in attrs(found), (action, changes)
    assert snapshot() == before


@pytest.mark.parametrize("action", BODIES)
def test_columns_of_the_tables_are_no_fields_of_a_body(world: World, api: Sign, action: str) -> None:
    known = {
        "text",
        "due",
        "empty",
        "new_due",
        "requested_at",
        "target",
        "corrects",
        "late_reason",
        "at",
        "version",
    }
    columns = (
        {field.name for model in (Execution, ExecutionEvent) for field in model._meta.get_fields()}
        - known
        - {"submission_key"}
    )
    before = snapshot()
    client, path = api(MAY[action][0]), url(action, world.tomsk)
    for column in sorted(columns):
        found = post(client, path, body_of(world, action, **{column: 1}), 400)
        assert attrs(found) == {column}
        assert found["errors"][0]["code"] == "unknown"
    assert snapshot() == before


def test_the_centre_records_a_report_that_came_another_way(world: World, api: Sign) -> None:
    body = {
        "version": world.at(world.omsk).version,
        "text": "По почте.",
        "at": "2026-03-05T12:00:00+03:00",
        "late_reason": "Не работала связь.",
    }
    found = post(api("controller"), url("submit", world.omsk), body)
    assert found["event"]["at"] == "2026-03-05T12:00:00+03:00"
    assert found["execution"]["reported_on"] == "2026-03-05"
    body["version"] = world.at(world.tomsk).version
    post(api("tomsk_coordinator"), url("submit", world.tomsk), body, 403)


def test_the_acts_that_an_execution_offers_are_those_that_succeed(world: World, api: Sign) -> None:
    def offered(name: str) -> list[str]:
        return get(api(name), f"executions/{world.tomsk.pk}/")["allowed_actions"]

    assert offered("tomsk_coordinator") == ["submit"]
    assert offered("controller") == ["record", "accept", "return", "extend", "cancel", "annul"]
    assert offered("methodologist") == offered("tomsk_minister") == []


# Files


def upload(world: World, client: Client, *files: SimpleUploadedFile, **changes: Any) -> Any:
    data = {"version": world.at(world.tomsk).version, "text": "С файлами.", "files": list(files), **changes}
    return client.post(V1 + url("submit", world.tomsk), data)


def test_a_report_comes_with_its_files_as_form_data(world: World, api: Sign) -> None:
    files = (SimpleUploadedFile("приказ.pdf", PDF), SimpleUploadedFile("список.txt", TEXT))
    answer = upload(world, api("tomsk_coordinator"), *files, submission_key="form-1")
    assert answer.status_code == 200, answer.content
    assert [file["name"] for file in answer.json()["event"]["evidence"]] == ["приказ.pdf", "список.txt"]
    same = (SimpleUploadedFile("список.txt", TEXT), SimpleUploadedFile("приказ.pdf", PDF))
    again = upload(world, api("tomsk_coordinator"), *same, submission_key="form-1")
    assert again.json()["event"] == answer.json()["event"]
    fewer = upload(
        world, api("tomsk_coordinator"), SimpleUploadedFile("приказ.pdf", PDF), submission_key="form-1"
    )
    assert (fewer.status_code, fewer.json()["errors"][0]["code"]) == (409, "submission_key_used")
    assert Evidence.objects.count() == StoredFile.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [("report.pdf", EXE), ("report.exe", EXE), ("report.txt", b""), ("report", PDF), ("report.docx", PDF)],
)
def test_a_lying_forbidden_or_empty_file_is_400_and_nothing_is_stored(
    world: World, api: Sign, settings: Settings, name: str, content: bytes
) -> None:
    before = snapshot()
    kept = sorted(settings.MEDIA_ROOT.rglob("*"))
    files = (SimpleUploadedFile("good.pdf", PDF), SimpleUploadedFile(name, content))
    answer = upload(world, api("tomsk_coordinator"), *files)
    assert refusal(answer)[0] == 400
    assert attrs(answer.json()) == {"files"}
    assert snapshot() == before
    assert sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()) == [
        path for path in kept if path.is_file()
    ]


def test_a_file_over_the_limit_is_413(world: World, api: Sign, settings: Settings) -> None:
    settings.MAX_FILE_BYTES = 100
    before = snapshot()
    answer = upload(world, api("tomsk_coordinator"), SimpleUploadedFile("big.txt", b"a" * 101))
    assert refusal(answer) == (413, "too_large")
    assert snapshot() == before


def test_too_many_files_are_400(world: World, api: Sign, settings: Settings) -> None:
    client = api("tomsk_coordinator")
    many = [SimpleUploadedFile(f"{number}.txt", TEXT) for number in range(25)]
    assert attrs(upload(world, client, *many[:11]).json()) == {"files"}
    found = upload(world, client, *many).json()
    assert attrs(found) == {"files"}
    assert "At most 10 files" in found["errors"][0]["detail"]


def test_more_files_than_are_read_at_all_are_400_with_their_limit(world: World, api: Sign) -> None:
    many = [SimpleUploadedFile(f"{number}.txt", TEXT) for number in range(51)]
    answer = upload(world, api("tomsk_coordinator"), *many)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "At most 50 files are sent at once."


def test_a_nul_in_the_name_of_a_file_is_400_and_nothing_is_stored(world: World, api: Sign) -> None:
    version = world.at(world.tomsk).version
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("version", version), ("text", "С файлом."))
    )
    client, before = api("tomsk_coordinator"), snapshot()
    for name in ("plan\x00.txt", "plan.t\x00xt", "\x00plan.txt"):
        file = (
            f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\nplan\r\n--x--\r\n'
        )
        answer = client.post(
            V1 + url("submit", world.tomsk), fields + file, "multipart/form-data; boundary=x"
        )
        assert refusal(answer)[0] == 400, name
        assert attrs(answer.json()) == {"files"}
        assert "name of the file" in answer.json()["errors"][0]["detail"]
    assert snapshot() == before


def test_a_file_in_the_place_of_a_text_is_400(world: World, api: Sign) -> None:
    answer = upload(world, api("tomsk_coordinator"), text=SimpleUploadedFile("text.txt", TEXT))
    assert "text" in attrs(answer.json())


def test_a_due_date_before_today_cannot_be_given_by_form_data_either(world: World, api: Sign) -> None:
    data = {"version": world.at(world.tomsk).version, "new_due": str(date(2026, 3, 1)), "reason": "Нет."}
    answer = api("controller").post(V1 + url("extend", world.tomsk), data)
    assert attrs(answer.json()) == {"new_due"}


# Undo of a decision


def undo_body(found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"event_id": found["event"]["id"], **changes}


def test_a_decision_just_made_is_undone(world: World, api: Sign) -> None:
    made = post(api("controller"), url("return", world.tomsk), body_of(world, "return"))
    found = post(api("administrator"), url("undo", world.tomsk), undo_body(made, submission_key="one"))
    assert found["event"]["kind"] == "annulled"
    assert found["event"]["target"] == made["event"]["id"]
    assert found["execution"]["state"] == "in_review"
    before = snapshot()
    assert (
        post(api("administrator"), url("undo", world.tomsk), undo_body(made, submission_key="one")) == found
    )
    assert snapshot() == before


def test_what_cannot_be_undone_is_409_and_what_is_no_body_400(world: World, api: Sign) -> None:
    client = api("controller")
    before = snapshot()
    refusal = post(client, url("undo", world.tomsk), {"event_id": world.evidence.event_id}, 409)
    assert refusal["errors"][0]["code"] == "impossible_step"
    assert attrs(post(client, url("undo", world.tomsk), {"event_id": "7"}, 400)) == {"event_id"}
    assert attrs(post(client, url("undo", world.tomsk), {}, 400)) == {"event_id"}
    assert attrs(post(client, url("undo", world.tomsk), {"event_id": 7, "version": 1}, 400)) == {"version"}
    assert snapshot() == before


def test_only_controllers_undo(world: World, api: Sign) -> None:
    made = post(api("controller"), url("accept", world.tomsk), body_of(world, "accept"))
    before = snapshot()
    for name in ("methodologist", "tomsk_coordinator"):
        post(api(name), url("undo", world.tomsk), undo_body(made), 403)
    post(api("omsk_coordinator"), url("undo", world.tomsk), undo_body(made), 404)
    assert snapshot() == before
