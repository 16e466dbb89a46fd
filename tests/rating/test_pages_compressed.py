"""Pages, tables and JSON of the rating as they travel: compressed by the portal, with tags that still match."""

import gzip

import pytest
from django.core.cache import cache
from django.test import Client

from common.scope import SYSTEM
from rating.models import Slice
from rating.services import slice_close, slice_publish
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
PACKED = ("/rating/", MONTH, f"{MONTH}table.csv", "/api/v1/rating/slices/2023-11/")


@pytest.fixture
def month() -> Slice:
    cache.clear()
    load(read("case3"))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)


@pytest.mark.parametrize("path", PACKED)
def test_what_is_long_travels_compressed_and_is_the_same(month: Slice, path: str) -> None:
    plain = Client().get(path, follow=True)
    packed = Client().get(path, follow=True, headers={"accept-encoding": "gzip, br"})

    assert plain.status_code == packed.status_code == 200
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) * 2 < len(plain.content)
    assert abs(len(gzip.decompress(packed.content)) - len(plain.content)) < 100
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("path", [MONTH, f"{MONTH}table.csv", "/api/v1/rating/slices/2023-11/"])
def test_the_tag_of_a_compressed_answer_is_weak_and_still_ends_in_304(month: Slice, path: str) -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})

    assert tag.startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Encoding" not in again.headers
    assert "Accept-Encoding" in again.headers["Vary"]


def test_equal_pages_have_unequal_lengths_so_that_the_length_tells_nothing(month: Slice) -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    assert len({len(client.get(f"{MONTH}table.csv").content) for _visit in range(20)}) > 1


def test_short_answers_and_packed_files_travel_as_they_are(month: Slice) -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    for path in ("/api/v1/nothing/", f"{MONTH}table.xlsx"):
        assert "Content-Encoding" not in client.get(path).headers
