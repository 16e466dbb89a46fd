"""Bodies and addresses that the portal does not take, and the pages that say so."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.utils import translation
from structlog.stdlib import ProcessorFormatter

from common.bodies import PATIENCE, UNMEASURED, BodyGate
from common.http import RequestLimitsMiddleware, bad_request
from profportal.settings import base

LIMIT = 1000


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    with override_settings(MAX_BODY_BYTES=LIMIT):
        yield


def through_gate(headers: list[tuple[bytes, bytes]], *messages: dict[str, Any]) -> tuple[list[Any], Any, int]:
    """What the application behind the gate hears, the scope it sees, and how much the sender got rid of."""
    scope = {"type": "http", "headers": headers}
    waiting = list(messages)
    heard: list[Any] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def application(_scope: Any, receive: Any, _send: Any) -> None:
        while True:
            message = await receive()
            heard.append(message)
            if message["type"] != "http.request" or not message.get("more_body"):
                return

    asyncio.run(BodyGate(application)(scope, receive, None))
    return heard, scope, len(messages) - len(waiting)


def part(size: int, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


EMPTY = {"type": "http.request", "body": b"", "more_body": False}


def test_a_body_of_a_stated_length_within_the_limit_passes_untouched() -> None:
    heard, scope, _ = through_gate([(b"content-length", b"900")], part(500, more=True), part(400))
    assert [len(message["body"]) for message in heard] == [500, 400]
    assert UNMEASURED not in scope


def test_a_body_over_the_limit_never_reaches_the_application() -> None:
    heard, _scope, taken = through_gate([(b"content-length", b"1001")], part(1000, more=True), part(1))
    assert heard == [EMPTY]
    assert taken == 2  # the sender is heard out, so that he hears the answer


def test_an_endless_body_is_not_heard_out() -> None:
    endless = [part(LIMIT, more=True)] * 50
    heard, _scope, taken = through_gate([(b"content-length", b"999999")], *endless)
    assert heard == [EMPTY]
    assert taken == PATIENCE + 1


def test_a_body_without_a_length_is_thrown_away_and_marked() -> None:
    heard, scope, _ = through_gate([(b"transfer-encoding", b"chunked")], part(5, more=True), part(0))
    assert heard == [EMPTY]
    assert scope[UNMEASURED]


def test_a_request_without_a_body_needs_no_length() -> None:
    heard, scope, _ = through_gate([], part(0))
    assert heard == [part(0)]
    assert UNMEASURED not in scope


def test_a_sender_who_hangs_up_is_heard_hanging_up() -> None:
    gone = {"type": "http.disconnect"}
    assert through_gate([(b"content-length", b"5000")], part(1, more=True), gone)[0] == [gone]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/rating/%00/", "/rating/?zone=%00", "/clusters/a%00b/"])
def test_a_nul_in_an_address_is_refused_on_a_page_in_the_language_of_the_reader(address: str) -> None:
    english = Client(headers={"accept-language": "en"}).get(address)
    russian = Client(headers={"accept-language": "ru"}).get(address)
    assert english.status_code == russian.status_code == 400
    assert "The address contains a forbidden character." in english.text
    assert "В адресе есть недопустимый символ." in russian.text
    assert '<html lang="en"' in english.text
    assert english["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_body_over_the_limit_is_413_on_a_page_and_in_the_api() -> None:
    with translation.override("en"):
        client = Client(headers={"accept-language": "en"})
        page = client.post("/accounts/login/", {"login": "x" * 2000})
        answer = client.post("/api/v1/executions/1/submit/", {"text": "x" * 2000}, "application/json")
    assert (page.status_code, answer.status_code) == (413, 413)
    assert "The request is larger than the portal accepts." in page.text
    assert answer.json()["errors"][0]["detail"] == "The request is larger than the portal accepts."


def test_a_body_of_unknown_length_is_411() -> None:
    request: Any = RequestFactory().post("/api/v1/executions/1/submit/")
    request.scope = {UNMEASURED: True}
    answer = RequestLimitsMiddleware(lambda _request: HttpResponse("read"))(request)
    assert answer.status_code == 411
    assert b"Content-Length" in answer.content


@pytest.mark.django_db
def test_too_many_fields_and_files_are_named_with_their_limit() -> None:
    client = Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)
    client.get("/accounts/login/")
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2, MAX_BODY_BYTES=10_000):
        fields = client.post("/accounts/login/", "a=1&b=2&c=3", "application/x-www-form-urlencoded")
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10, MAX_BODY_BYTES=10_000):
        large = client.post("/accounts/login/", "a=" + "x" * 100, "application/x-www-form-urlencoded")
    assert (fields.status_code, large.status_code) == (400, 413)
    assert "At most 2 fields are sent at once." in fields.text
    assert "The request is larger than the portal accepts." in large.text


@pytest.mark.django_db
def test_a_mistake_of_a_client_is_one_line_of_warning_in_the_log() -> None:
    written = io.StringIO()
    handler = logging.getLogger().handlers
    console = next(found for found in handler if isinstance(found.formatter, ProcessorFormatter))
    before = console.setStream(written)
    try:
        with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2, MAX_BODY_BYTES=10_000):
            Client().post("/accounts/login/", "a=1&b=2&c=3", "application/x-www-form-urlencoded")
        Client().get("/", headers={"host": "evil.example"})
    finally:
        console.setStream(before)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line["logger"] for line in lines} >= {
        "django.security.TooManyFieldsSent",
        "django.security.DisallowedHost",
    }
    assert {line["level"] for line in lines} == {"warning"}
    assert not any("exception" in line for line in lines)


def test_a_refusal_before_anybody_is_known_still_gets_a_page() -> None:
    answer = bad_request(RequestFactory().get("/"), SuspiciousOperation("a strange host"))
    assert answer.status_code == 400
    assert b"strange" not in answer.content


def test_a_refusal_of_a_program_is_json() -> None:
    answer = bad_request(RequestFactory().get("/api/v1/regions/"), SuspiciousOperation("a strange host"))
    assert answer["Content-Type"] == "application/json"
    assert answer.status_code == 400


@pytest.mark.django_db
def test_the_address_of_a_form_opened_as_a_page_says_what_it_is_for() -> None:
    answer = Client(headers={"accept-language": "en"}).get("/i18n/setlang/")
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert "This address takes only what a form of the portal sends." in answer.text


@pytest.mark.django_db
def test_who_signs_in_again_after_sending_a_form_comes_back_to_the_page_with_the_form() -> None:
    refused = Client().post("/executions/1/submit/", headers={"referer": "http://testserver/executions/1/"})
    assert refused["Location"] == "/accounts/login/?next=/executions/1/&undone=1"
    strange = Client().post("/executions/1/submit/", headers={"referer": "https://evil.example/x"})
    assert strange["Location"] == "/accounts/login/?next=/&undone=1"


def test_the_limit_of_a_body_is_at_least_that_of_a_file() -> None:
    assert base.MAX_BODY_BYTES >= base.MAX_FILE_BYTES
