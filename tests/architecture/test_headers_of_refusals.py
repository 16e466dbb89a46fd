"""What the role matrix never meets: refusals before any view, faults, static files, answers without a body."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from common import clock
from tests.architecture.matrix.headers import FIXED
from tests.assignments.builders import put_on_control
from tests.cast import Cast
from tests.dashboard.office import methodology, published

AsPerson = Callable[[str], Client]
BADGE = 'class="badge'
EVERYWHERE = {*FIXED, "Content-Security-Policy", "Permissions-Policy"}


def assert_guarded(response) -> None:
    """Every header of protection is there, and nothing inline is allowed."""
    assert {name: response.headers.get(name) for name in FIXED} == FIXED
    assert set(response.headers) >= EVERYWHERE
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?q=%00", 400),
        ("/api/v1/regions/?q=%00", 400),
        ("/there/is/no/such/page/", 404),
        ("/api/v1/there/is/nothing/", 401),
        ("/regions", 301),
        ("/static/css/tokens.css", 200),
        ("/static/no-such-file.css", 404),
    ],
)
def test_an_answer_before_any_view_is_guarded(path: str, status: int) -> None:
    response = Client().get(path)
    b"".join(response)

    assert response.status_code == status
    assert_guarded(response)


@pytest.mark.django_db
def test_a_body_over_the_limit_and_a_lying_length_are_refused_with_every_header() -> None:
    for length, status in ((str(settings.MAX_BODY_BYTES + 1), 413), ("long", 400)):
        response = Client().post("/accounts/login/", CONTENT_LENGTH=length)

        assert response.status_code == status
        assert_guarded(response)


@pytest.mark.django_db
def test_a_form_without_its_key_is_refused_with_every_header() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/")

    assert response.status_code == 403
    assert_guarded(response)


def test_a_fault_of_the_portal_is_answered_with_every_header(
    as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_scope: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("dashboard.views.home.home_of", broken)
    client = as_person("controller")
    client.raise_request_exception = False
    response = client.get("/")

    assert response.status_code == 500
    assert "RuntimeError" not in response.content.decode()
    assert_guarded(response)


def test_a_page_that_has_not_changed_is_answered_with_every_header(as_person: AsPerson) -> None:
    methodology()
    with clock.at(datetime(2026, 4, 15, 9, tzinfo=UTC)):
        published("2026-01")
        client = as_person("controller")
        first = client.get("/rating/2026-01/")
        again = client.get("/rating/2026-01/", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert_guarded(first)
    assert_guarded(again)
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_the_whole_page_of_a_refusal_counts_nothing_and_tells_foreign_from_none_by_nothing(
    cast: Cast, as_person: AsPerson
) -> None:
    """The walk of the matrix compares refusals without their frame; here is the frame."""
    own, foreign = put_on_control([cast.tomsk_machines, cast.omsk_machines])
    client = as_person("tomsk_coordinator")
    addresses = [f"/executions/{pk}/" for pk in (foreign.pk, 999_999)]
    refused = [client.get(address) for address in addresses]
    pages = [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode()).replace(address, "")
        for answer, address in zip(refused, addresses, strict=True)
    ]

    assert BADGE in client.get(f"/executions/{own.pk}/").content.decode(), "there is something to count"
    assert [answer.status_code for answer in refused] == [404, 404]
    assert pages[0] == pages[1]
    assert "<nav" in pages[0]
    assert BADGE not in pages[0]
