"""Bodies that are no bodies: refused with a sentence, never a failure of the server, nothing changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.world import V1, World, attrs, get, post, refusal
from tests.assignments.desk import snapshot

Sign = Callable[[str], Client]
JSON = "application/json"


@pytest.fixture
def send(world: World, api: Sign) -> Callable[..., Any]:
    """Sends raw bytes to an act; the act is refused and changes nothing."""
    client, path = api("tomsk_coordinator"), f"{V1}executions/{world.tomsk.pk}/submit/"

    def sent(content: bytes | str, content_type: str = JSON) -> tuple[int, str]:
        before = snapshot()
        answer = client.post(path, content, content_type=content_type)
        assert snapshot() == before
        return refusal(answer)

    return sent


def test_what_is_no_json_is_400(send: Callable[..., Any]) -> None:
    for content in (
        b"{",
        b"{'version': 1}",
        b'{"version": NaN}',
        b'{"version": Infinity}',
        b'\xff\xfe{"version": 1}',
        b'{"text": "\xd0"}',
        b"\xef\xbb\xbf{}",
        b'{"version": ' + b"9" * 5000 + b"}",
        b"{} {}",
    ):
        assert send(content) == (400, "parse_error"), content


def test_json_that_is_no_object_is_400(send: Callable[..., Any]) -> None:
    for content in ("[]", "1", '"text"', "true", "[[1]]"):
        assert send(content)[0] == 400, content
    assert send("")[0] == 400
    assert send("null")[0] == 400


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_json_nested_without_end_is_400(send: Callable[..., Any], bracket: str) -> None:
    assert send(bracket * 100_000) == (400, "parse_error")


def test_deep_json_in_a_field_is_400(send: Callable[..., Any]) -> None:
    status, _code = send('{"version": 1, "text": ' + "[" * 400 + "]" * 400 + "}")
    assert status == 400


def test_names_of_fields_that_no_answer_could_carry_are_400(world: World, api: Sign) -> None:
    path = f"executions/{world.tomsk.pk}/submit/"
    for name in ("\ud800", "\x00", "a" * 10_000, ""):
        found = post(api("tomsk_coordinator"), path, {"version": 1, "text": "x", name: 1}, 400)
        assert found["errors"][0]["code"] == "unknown"


def test_another_type_of_body_is_415(send: Callable[..., Any]) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "text/html"):
        assert send(b'{"version": 1, "text": "x"}', content_type) == (415, "unsupported_media_type")


def test_a_broken_form_is_400(send: Callable[..., Any]) -> None:
    for content, content_type in (
        (b"--x--", "multipart/form-data"),
        (b"--x--", "multipart/form-data; boundary="),
        (b"nothing", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    ):
        assert send(content, content_type)[0] == 400, (content, content_type)


@pytest.mark.parametrize(
    ("content", "content_type", "said"),
    [
        ("null", JSON, "Тело запроса пустое: передайте объект JSON."),
        ("--x--", "multipart/form-data; boundary=", "Тело запроса не читается как multipart/form-data."),
        ("--x--", "multipart/form-data", "Тело запроса не читается как multipart/form-data."),
    ],
)
def test_a_body_that_is_none_is_refused_in_the_language_of_the_reader(
    world: World, api: Sign, content: str, content_type: str, said: str
) -> None:
    path = f"{V1}executions/{world.tomsk.pk}/submit/"
    answer = api("tomsk_coordinator").post(path, content, content_type, headers={"Accept-Language": "ru"})
    assert answer.status_code == 400
    assert [error["detail"] for error in answer.json()["errors"]] == [said]


def test_a_form_with_too_many_fields_is_400(send: Callable[..., Any]) -> None:
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\n1\r\n' for number in range(2_100)
    )
    assert send(f"{fields}--x--", "multipart/form-data; boundary=x") == (400, "parse_error")


def test_a_body_over_the_limit_is_413(send: Callable[..., Any], settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    assert send(json.dumps({"version": 1, "text": "a" * 1_000})) == (413, "too_large")
    field = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + "a" * 1_000
    assert send(f"{field}\r\n--x--", "multipart/form-data; boundary=x") == (413, "too_large")
    settings.MAX_BODY_BYTES = 500
    assert send(json.dumps({"version": 1, "text": "a" * 1_000})) == (413, "refused")


def test_another_type_of_answer_than_json_is_406(world: World, api: Sign) -> None:
    answer = api("controller").get(f"{V1}regions/", headers={"Accept": "text/csv"})
    assert refusal(answer) == (406, "not_acceptable")


def test_a_nul_in_a_parameter_is_400_naming_it(world: World, api: Sign) -> None:
    client = api("controller")
    assert attrs(get(client, "executions/?region=70&cluster=a%00b", 400)) == {"cluster"}
    assert attrs(get(client, "executions/?st%00ate=x", 400)) == {None}


def test_a_value_of_another_type_than_the_schema_says_is_400_in_the_language_of_the_reader(
    world: World, api: Sign
) -> None:
    path = f"{V1}executions/{world.tomsk.pk}/submit/"
    body = '{"version": 1e0, "text": 5}'
    answer = api("tomsk_coordinator").post(path, body, JSON, headers={"Accept-Language": "ru"})
    assert {error["attr"]: error["detail"] for error in answer.json()["errors"]} == {
        "version": "Нужно целое число без кавычек.",
        "text": "Нужен текст в кавычках.",
    }


def test_an_act_takes_no_parameters_in_its_address(world: World, api: Sign) -> None:
    path = f"executions/{world.tomsk.pk}/submit/?version=1"
    assert attrs(post(api("tomsk_coordinator"), path, {"version": 1, "text": "x"}, 400)) == {"version"}


def test_refusals_speak_the_language_that_is_asked_for(world: World, api: Sign) -> None:
    client = api("controller")
    russian = get(client, "executions/?due_from=x&region=99", 400, **{"Accept-Language": "ru"})
    assert russian["errors"][0]["detail"] == "Укажите день как ГГГГ-ММ-ДД."
    english = get(client, "executions/?due_from=x", 400, **{"Accept-Language": "en"})
    assert english["errors"][0]["detail"] == "Write the day as YYYY-MM-DD."
    missing = get(client, "executions/999999/", 404, **{"Accept-Language": "ru"})
    assert not any("a" <= letter <= "z" for letter in missing["errors"][0]["detail"].lower())
    required = client.post(
        f"{V1}executions/{world.tomsk.pk}/accept/",
        "{}",
        content_type=JSON,
        headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"},
    )
    assert required.json()["errors"][0]["detail"] == "Обязательное поле."
    assert required["Content-Language"] == "ru"
