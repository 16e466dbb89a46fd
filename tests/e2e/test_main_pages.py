"""The main pages of each role under the lens: looks, focus, steadiness, weight, and what they ask the network for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.cast import Cast
from tests.e2e import measures
from tests.e2e.conftest import Visit
from tests.e2e.demonstration import Demonstration
from tests.e2e.visitors import DESK, PHONE, Visitor
from tests.e2e.walk import PEOPLE

pytestmark = pytest.mark.browser

MAIN: Mapping[str, tuple[str, ...]] = {
    "public": ("/rating/", "/design/"),
    "minister": ("/",),
    "coordinator": ("/", "/assignments/"),
    "association": ("/",),
    "controller": ("/", "/assignments/review/"),
    "methodologist": ("/", "/rating/close/"),
    "administrator": ("/", "/accounts/people/"),
}
"""What each role opens first and works on most; the gallery stands for every component."""
OF_COLOUR = ("color-contrast", "link-in-text-block")
"""Rules of axe that another look can break; all the others were asked of every page in its usual look."""
MOST_STOPS = 60
"""Stops of Tab that are looked at on one page: the head, the work and what sticks to the edges."""
EMPTY = {
    "coordinator": ("tomsk_coordinator", ("/", "/assignments/")),
    "minister": ("tomsk_minister", ("/",)),
    "association": ("chair", ("/",)),
    "controller": ("controller", ("/", "/assignments/review/", "/assignments/registry/", "/protocols/")),
    "methodologist": ("methodologist", ("/", "/rating/close/", "/letters/")),
    "administrator": ("administrator", ("/", "/staff-tasks/")),
    "public": ("public", ("/", "/rating/")),
}
"""Who of the cast looks at which pages of a portal in which nothing has happened yet."""
WRONG = {"coordinator": "/assignments/?weight=heavy", "controller": "/assignments/review/?region=1000"}
"""Main pages asked for with a filter that cannot be; each says so in words."""


@pytest.fixture(scope="module")
def members(demonstration: Demonstration, browser: object) -> Iterator[Callable[[str], Visitor]]:
    """`members("controller")` is signed in to the demonstration, once for all questions of this file."""
    known: dict[str, Visitor] = {}

    def come(role: str) -> Visitor:
        if role not in known:
            known[role] = Visitor(browser, demonstration.url)  # type: ignore[arg-type]
            if PEOPLE[role]:
                known[role].sign_in(PEOPLE[role], demonstration.password)
        return known[role]

    yield come
    assert [problem for visitor in known.values() for problem in visitor.leave()] == []


@pytest.mark.parametrize("role", MAIN)
def test_a_main_page_bars_nobody_in_any_look(members: Callable[[str], Visitor], role: str) -> None:
    visitor = members(role)
    found = []
    for path in MAIN[role]:
        visitor.open(path)
        for look in ("dark", "contrast"):
            with visitor.dressed(look):
                for width in (PHONE, DESK):
                    visitor.at_width(width)
                    visitor.picture(f"{look}-{role}{path.replace('/', '-').rstrip('-') or '-home'}")
                    found += [f"{path} {look} {width}: {barrier}" for barrier in visitor.barriers(*OF_COLOUR)]
                    if visitor.overhang() > 0:
                        found.append(f"{path} {look} {width}: {visitor.overhang()} px over")
    assert found == []


@pytest.mark.parametrize("role", MAIN)
def test_the_focus_is_seen_wherever_tab_leads(members: Callable[[str], Visitor], role: str) -> None:
    visitor = members(role)
    found = []
    for path in MAIN[role]:
        for width in (PHONE, DESK):
            visitor.at_width(width)
            visitor.open(path)
            faults = measures.focus_faults(visitor.page, MOST_STOPS)
            found += [f"{path} {width}: {fault}" for fault in faults]
    visitor.at_width(DESK)
    assert found == []


@pytest.mark.parametrize("role", MAIN)
def test_a_main_page_comes_at_once_and_stands_still(members: Callable[[str], Visitor], role: str) -> None:
    visitor = members(role)
    found = []
    for path in MAIN[role]:
        for width in (PHONE, DESK):
            visitor.at_width(width)
            answer = visitor.page.goto(path)
            assert answer
            html = answer.text()
            if (shift := measures.shift(visitor.page)) > measures.MOST_SHIFT:
                found.append(f"{path} {width}: shifts by {shift:.3f}")
        if (weight := measures.weight(html)) > measures.MOST_HTML:
            found.append(f"{path}: {weight} bytes")
        found += [f"{path}: another round trip for {late}" for late in measures.chained(visitor.page, html)]
    assert found == []


@pytest.mark.parametrize("role", MAIN)
def test_nothing_moves_for_those_who_asked_for_rest_and_edges_stay_in_forced_colours(
    members: Callable[[str], Visitor], role: str
) -> None:
    visitor = members(role)
    for path in MAIN[role]:
        visitor.open(path)
        assert measures.moving(visitor.page) == []
        visitor.page.emulate_media(forced_colors="active")
        assert measures.edgeless(visitor.page) == []
        visitor.page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("role", EMPTY)
def test_a_page_on_which_nothing_has_happened_says_so_and_bars_nobody(
    visit: Visit, cast: Cast, role: str
) -> None:
    name, paths = EMPTY[role]
    visitor = visit(name)
    for path in paths:
        visitor.open(path)
        visitor.is_pleased(f"empty-{role}{path.replace('/', '-').rstrip('-') or '-home'}")


@pytest.mark.parametrize("role", WRONG)
def test_a_page_asked_for_wrongly_says_so_and_bars_nobody(
    members: Callable[[str], Visitor], role: str
) -> None:
    visitor = members(role)
    with visitor.refused(400):
        visitor.open(WRONG[role])
    assert visitor.page.locator(".summary, .field__error, .alert--error").count()
    visitor.is_pleased(f"wrong-{role}")


@pytest.mark.parametrize("role", MAIN)
def test_a_page_that_is_not_there_is_answered_with_a_way_back_for_every_role(
    members: Callable[[str], Visitor], role: str
) -> None:
    visitor = members(role)
    with visitor.refused(404):
        visitor.open("/there/is/no/such/page/")
    assert visitor.page.locator("main a").count()
    visitor.is_pleased(f"error-{role}-404")
