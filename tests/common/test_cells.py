"""The small marks of table rows say in words what they show in colour."""

import pytest
from django.utils import translation

from common import cells


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(("zone", "sign"), [("green", "●"), ("yellow", "▲"), ("red", "■")])
def test_a_zone_has_a_sign_and_a_word(zone, sign):
    html = cells.zone_tag(zone)
    assert f"zone--{zone}" in html
    assert sign in html
    assert html.endswith(f"{zone}</span>")


@pytest.mark.parametrize("zone", ["", None, "unheard-of"])
def test_no_zone_is_said_to_be_not_rated(zone):
    assert "zone--none" in cells.zone_tag(zone)
    assert "not rated" in cells.zone_tag(zone)


def test_a_zone_that_is_not_certain_is_on_the_border():
    assert "on the border" in cells.zone_tag("yellow", certain=False)
    assert "on the border" not in cells.zone_tag("yellow")


def test_a_region_that_is_not_rated_is_never_on_the_border():
    assert "on the border" not in cells.zone_tag("", certain=False)


def test_the_language_of_a_zone_is_the_language_of_the_page():
    in_english = cells.zone_tag("green", full=True)
    with translation.override("de"):
        cells.zone_tag("green", full=True)
    assert cells.zone_tag("green", full=True) == in_english


def test_a_movement_shows_its_direction_by_sign_and_says_it_in_words():
    assert "▲" in cells.movement(120)
    assert "up by" in cells.movement(120)
    assert "▼" in cells.movement(-733)
    assert "7.33" in cells.movement(-733)
    assert "no change" in cells.movement(0)
    assert "nothing to compare with" in cells.movement(None)


def test_a_movement_within_chance_has_no_colour_of_good_or_bad():
    assert "move--noise" in cells.movement(-733, certain=False)


def test_a_score_bar_reads_its_score_and_interval_aloud():
    html = cells.score_bar(7867, 6120, 8940)
    assert 'aria-label="78.67 / 100; interval 61.20' in html
    assert 'cx="78.67%"' in html


def test_a_sparkline_reads_its_first_and_last_month_aloud():
    html = cells.sparkline([None, 7100, None, 7867])
    assert 'aria-label="from 71.00 to 78.67"' in html
    assert "no scores" in cells.sparkline([None, None])


def test_numbers_of_a_drawing_keep_their_point_in_russian():
    with translation.override("ru"):
        html = cells.score_bar(7867, 6120, 8940)
    assert 'cx="78.67%"' in html
    assert "78,67" in html
