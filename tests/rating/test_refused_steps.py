"""A step of a month before its time: page, service, API and command say what is missing, and nothing changes."""

import re
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from common import clock
from common.errors import Missing
from common.scope import SYSTEM
from notifications.models import OutboundMail, WebhookDelivery
from rating.models import RatingLetter, Slice
from rating.services import slice_close, slice_publish
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
MONTH, API = "/rating/2023-11/", "/api/v1/rating/slices/2023-11/"
APPEAL = "2023-12-15T00:00:00+03:00"
NO_DRAFT = "Такого черновика для публикации нет. Сначала закройте месяц."


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load(read("case3r2"))


def stored() -> list[object]:
    """Everything that a step of a month writes."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Slice, RatingLetter, OutboundMail, WebhookDelivery)
    ]


def said(answer: object) -> str:
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return " ".join(words.replace("\u00a0", " ").split())


@pytest.mark.parametrize("who", ["methodologist", "administrator"])
@pytest.mark.parametrize(("closed", "revision"), [(False, 1), (True, 2)])
def test_publishing_without_a_draft_says_what_comes_first(who: str, closed: bool, revision: int) -> None:
    if closed:
        slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    before, url = stored(), f"{MONTH}r{revision}/publish/"

    for answer in (reader(who).get(url), reader(who).post(url)):
        assert answer.status_code == 404
        assert NO_DRAFT in said(answer)
    assert stored() == before


def test_publishing_without_a_draft_tells_others_nothing_of_months() -> None:
    for who in ("coordinator", "controller", "minister"):
        answer = reader(who).post(f"{MONTH}r1/publish/")
        assert answer.status_code == 404
        assert "черновика" not in said(answer)
    assert Client().post(f"{MONTH}r1/publish/").status_code == 302


def test_publishing_without_a_draft_is_refused_by_the_service() -> None:
    before = stored()

    with pytest.raises(Missing):
        slice_publish(actor=SYSTEM, slice_id=1)

    assert stored() == before


@pytest.mark.parametrize("path", [API, f"{API}?revision=1", f"{API}publish/"])
def test_the_api_publishes_nothing_with_or_without_a_draft(path: str) -> None:
    for closed in (False, True):
        if closed:
            slice_close(actor=SYSTEM, period="2023-11")
        before = stored()
        answer = reader("methodologist").post(path)
        assert answer.status_code in (404, 405)
        assert answer.json()["errors"][0]["code"] in ("not_found", "method_not_allowed")
        assert stored() == before


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("reason", ["", "   "])
def test_the_command_corrects_nothing_without_a_reason(reason: str, closed: bool) -> None:
    if closed:
        slice_close(actor=SYSTEM, period="2023-11")
    before = stored()

    with pytest.raises(CommandError, match="Укажите причину исправления"):
        call_command("rating_close", "2023-11", "--corrections-as-of", APPEAL, "--reason", reason)

    assert stored() == before


def test_the_command_closes_no_month_that_is_not_over() -> None:
    with (
        clock.at(datetime(2023, 12, 3, 9, tzinfo=UTC)),
        pytest.raises(CommandError, match="закрыть месяц можно не раньше"),
    ):
        call_command("rating_close", "2023-11")

    assert not Slice.objects.exists()
