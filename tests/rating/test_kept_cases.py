"""The frozen inputs that a process keeps for the pages: read once, never older than the file, few at a time."""

import json
import zlib

import pytest

from common.scope import SYSTEM
from rating.models import Slice
from rating.selectors import frozen, frozen_case, slice_differences
from rating.selectors.frozen import KEPT_CASES, kept_case
from rating.services import slice_close, slice_publish
from tests.rating.portal import load, random_case
from tests.rating.readers import reader, words_of

pytestmark = pytest.mark.django_db
PERIODS = ("2023-10", "2023-11", "2023-12", "2024-01")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    frozen._parsed.cache_clear()


@pytest.fixture
def months() -> list[Slice]:
    load(random_case(7))
    return [slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=one).pk) for one in PERIODS]


def test_pages_about_one_slice_read_its_file_once(months: list[Slice]) -> None:
    client, start = reader("controller"), "/rating/2024-01/regions/R1/"
    first = words_of(client, f"{start}clusters/")

    again = words_of(reader("controller"), f"{start}clusters/")
    words_of(client, f"{start}executions/")

    assert first == again
    assert frozen._parsed.cache_info().misses == 1


def test_what_is_kept_is_what_the_file_of_each_slice_says(months: list[Slice]) -> None:
    for slice_ in months + months:
        case = kept_case(slice_)
        assert case.request.period == slice_.period
        assert case.input_sha256 == slice_.input_sha256
    assert frozen._parsed.cache_info().currsize == KEPT_CASES < len(months)


def test_a_file_with_other_bytes_is_never_answered_from_memory(months: list[Slice]) -> None:
    slice_ = months[-1]
    kept_case(slice_)
    data = frozen_case(slice_)
    data["items"][0]["weight"] += 1
    slice_.audit_file.payload = zlib.compress(json.dumps(data).encode())

    assert kept_case(slice_).items[data["items"][0]["id"]].weight == data["items"][0]["weight"]
    assert slice_differences(slice_)
