"""The first due date stays on show wherever a moved term stands; the form of an extension counts what was used."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from assignments.models import Execution
from tests.assignments.counter import Counter
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.office import TODAY, list_url, page, shown, table_in, text_of, work

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
FIRST, MOVED = date(2026, 3, 12), date(2026, 3, 27)
WORDS = "first 12 Mar 2026"


@pytest.fixture
def moved(cast: Cast) -> Execution:
    """An execution of Tomsk that is due later than it was at first."""
    row = work([cast.tomsk_machines], FIRST)[0]
    Desk(cast, row).do("extend", new_due=MOVED)
    return Execution.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("controller", "registry"),
        ("tomsk_coordinator", "registry"),
        ("tomsk_coordinator", "inbox"),
    ],
)
def test_a_list_shows_the_first_due_date_beside_a_moved_term(
    as_person: People, moved: Execution, who: str, name: str
) -> None:
    assert WORDS in shown(text_of(as_person(who), page(name)))


def test_the_queue_the_requests_and_the_execution_show_it_too(
    as_person: People, cast: Cast, moved: Execution
) -> None:
    Counter(cast, moved).ask("not_applicable")
    client = as_person("controller")
    for address in (page("requests"), page("region", "70")):
        assert WORDS in shown(text_of(client, address))
    Desk(cast, moved).do("submit")
    assert WORDS in shown(text_of(client, page("review")))
    assert "first due date 12 March 2026" in shown(text_of(client, moved.get_absolute_url()))


def test_a_term_that_was_not_moved_says_so_on_its_page_and_nothing_in_lists(
    as_person: People, cast: Cast
) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    client = as_person("tomsk_coordinator")
    assert "it is the first due date" in shown(text_of(client, row.get_absolute_url()))
    assert "first 1" not in shown(text_of(client, page("registry")))


def test_the_export_has_a_column_of_the_first_due_date(as_person: People, moved: Execution) -> None:
    rows = table_in(as_person("controller").get(list_url("registry")).content)
    column = rows[0].index("First due date")
    assert [row[column : column + 2] for row in rows[1:]] == [[FIRST, MOVED]]


def test_the_form_of_an_extension_says_how_many_on_request_were_used(
    as_person: People, cast: Cast, execution: Execution
) -> None:
    client, counter = as_person("tomsk_coordinator"), Counter(cast, execution)
    assert "0 of 1 used" in shown(text_of(client, execution.get_absolute_url()))
    counter.grant(counter.ask())
    assert "1 of 1 used" in shown(text_of(client, execution.get_absolute_url()))
    counter.ask(proposed_due=date(2026, 4, 3))
    assert "1 of 1 used" in shown(text_of(as_person("controller"), execution.get_absolute_url()))
