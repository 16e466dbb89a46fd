"""The first month of another version says so wherever it is held against the month before."""

from datetime import UTC, datetime

import pytest

from common import clock
from common.scope import SYSTEM
from rating.presentation.words import movement_words
from rating.services import slice_close
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db


def test_the_first_month_of_a_version_says_that_the_month_before_counted_otherwise() -> None:
    case = read("case3")
    case["params"].append({**case["params"][0], "version": "2.0", "effective_from": "2024-02"})
    load(case)
    with clock.at(datetime(2024, 3, 8, tzinfo=UTC)):
        slice_close(actor=SYSTEM, period="2024-01")
        february = slice_close(actor=SYSTEM, period="2024-02")
        client = reader("methodologist")

        assert february.begins_version
        for address in ("/rating/2024-02/", "/rating/2024-02/regions/R3/", "/rating/2024-02/compare/"):
            assert "первый месяц методики 2.0" in client.get(address).content.decode()
        assert "первый месяц" not in client.get("/rating/2024-01/").content.decode()


def test_the_first_version_of_all_breaks_with_nothing() -> None:
    load(read("case3"))

    assert not slice_close(actor=SYSTEM, period="2023-11").begins_version


def test_a_change_across_versions_is_said_to_be_one() -> None:
    assert "другая версия методики" in movement_words(False, -2, True)
    assert "версия" not in movement_words(False, -2)
    assert movement_words(None, None, True) == ""
