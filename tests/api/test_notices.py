"""Notices in the API: one's own alone, by cursor pages, read by an act."""

from collections.abc import Callable

import pytest
from django.test import Client

from common.scope import SYSTEM
from notifications.models import Notice
from notifications.services import Word, notices_write
from tests.api.world import V1, attrs, get, rows
from tests.cast import Cast
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march")

Sign = Callable[[str], Client]


def tell(cast: Cast, who: str, number: int = 1) -> list[int]:
    """Notices of a published month; their ids."""
    words = [Word(getattr(cast, who).pk, "/rating/2026-01/", {"period": "2026-01", "revision": 1})] * number
    notices_write(actor=SYSTEM, kind="month_published", words=words)
    return list(Notice.objects.filter(person=getattr(cast, who)).order_by("pk").values_list("pk", flat=True))


def test_a_notice_is_a_sentence_with_its_page(cast: Cast, api: Sign) -> None:
    (pk,) = tell(cast, "tomsk_minister")
    (row,) = rows(api("tomsk_minister"), "notices/")
    assert row == {
        "id": pk,
        "kind": "month_published",
        "text": "The rating for January\u00a02026 is published.",
        "link": "/rating/2026-01/",
        "created_at": "2026-03-10T12:00:00+03:00",
        "read_at": None,
    }


def test_nobody_reads_the_notices_of_another(cast: Cast, api: Sign) -> None:
    (pk,) = tell(cast, "tomsk_coordinator")
    for who in ("administrator", "tomsk_deputy", "chair"):
        client = api(who)
        assert rows(client, "notices/") == []
        assert client.post(f"{V1}notices/{pk}/read/", content_type="application/json").status_code == 404
    assert Notice.objects.get(pk=pk).read_at is None


def test_reading_twice_is_reading_once(cast: Cast, api: Sign) -> None:
    first, second = tell(cast, "controller", 2)
    client = api("controller")
    answers = [
        client.post(f"{V1}notices/{first}/read/", "{}", content_type="application/json") for _try in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["read_at"]
    assert [row["id"] for row in rows(client, "notices/?unread=true")] == [second]
    assert [row["id"] for row in rows(client, "notices/?unread=false")] == [first]


def test_a_strange_body_or_parameter_is_refused_by_name(cast: Cast, api: Sign) -> None:
    (pk,) = tell(cast, "controller")
    client = api("controller")
    answer = client.post(f"{V1}notices/{pk}/read/", '{"all": true}', content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "all")
    assert attrs(get(client, "notices/?unread=maybe", 400)) == {"unread"}
    assert Notice.objects.get(pk=pk).read_at is None


def test_the_list_makes_no_more_queries_for_more(cast: Cast, api: Sign) -> None:
    assert_same_queries(
        api("controller"), lambda: f"{V1}notices/", lambda number: tell(cast, "controller", number)
    )
