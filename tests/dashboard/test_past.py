"""Register, execution and region as of a past moment: what had been recorded by then, and nothing can be done there."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import load_workbook

from accounts.models import Membership
from assignments.models import Execution
from assignments.services.notes import execution_note_write
from clusters.models import Cluster
from common import clock
from dashboard.selectors.past import Moment
from rating.models import Slice
from regions.models import AuthorityHead
from tests.assignments.builders import put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast, build_cast
from tests.dashboard.office import TODAY, flat, ids_of, page, published, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
REGISTRY = "/assignments/registry/"


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, recorded when its roles began: the trail knows it from then on."""
    with clock.at(datetime(2023, 9, 1, 9, tzinfo=UTC)):
        return build_cast()


@pytest.fixture
def lived(cast: Cast) -> Execution:
    """Issued on 12 January, due on 8 March: handed in on the 4th, returned on the 6th, handed in on the 9th."""
    execution = work([cast.tomsk_machines], date(2026, 3, 8))[0]
    desk = Desk(cast, execution)
    desk.at(4, "submit", text="Первый отчёт.")
    desk.at(6, "return", remark="Приложите приказ.")
    desk.at(9, "submit", text="Второй отчёт.")
    return Execution.objects.get(pk=execution.pk)


def as_of(address: str, day: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}as_of={day}"


# The register


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-03-04", "in progress"), ("2026-03-05", "in review"), ("2026-03-07", "returned for rework"),
     ("2026-03-10", "in review"), ("10.03.2026", "in review"), ("2026-03-04T10:00:00Z", "in review"),
     ("2026-03-04 11:59", "in progress"), ("2026-03-04T12:00:01+03:00", "in review")],
)  # fmt: skip
def test_the_register_shows_the_state_of_that_moment(
    as_person: People, lived: Execution, day: str, state: str
) -> None:
    html = text_of(as_person("controller"), as_of(REGISTRY, day).replace("+", "%2B"))
    assert re.search(rf'<span class="tag tag--\w+">{state}</span>', html)
    assert "Names and texts are those of today" in html


def test_filters_and_lateness_mean_the_past(as_person: People, lived: Execution, cast: Cast) -> None:
    client = as_person("controller")
    late = work([cast.omsk_machines], date(2026, 3, 5))[0]
    with clock.at(datetime(2026, 3, 6, 9, tzinfo=UTC)):
        Desk(cast, late).do("extend", new_due=date(2026, 4, 5))

    def found(query: str) -> list[int]:
        return ids_of(text_of(client, f"{REGISTRY}?{query}"))

    assert found("term=late&as_of=2026-03-06") == [late.pk]
    assert found("term=late") == []
    assert found("state=returned&as_of=2026-03-07") == [lived.pk]
    assert found("state=in_review&as_of=2026-03-07") == []
    assert found("due_to=2026-03-05&as_of=2026-03-06") == [late.pk]
    assert found("due_to=2026-03-05&as_of=2026-03-07") == []
    assert "1 day late" in shown(text_of(client, f"{REGISTRY}?term=late&as_of=2026-03-06"))


def test_links_and_pages_keep_the_date_and_lead_back(as_person: People, cast: Cast) -> None:
    for number in range(60):
        work([cast.tomsk_machines], TODAY, number=number + 1)
    html = text_of(as_person("controller"), as_of(f"{REGISTRY}?region=70", "05.03.2026"))

    assert re.search(r'href="/executions/\d+/\?as_of=2026-03-05"', html)
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
    assert following is not None
    assert "as_of=05.03.2026" in following[1]
    assert 'href="/assignments/registry/?region=70">Return to today' in html
    more = text_of(as_person("controller"), REGISTRY + following[1].replace("&amp;", "&"))
    assert len(ids_of(more)) == 10
    assert 'value="05.03.2026"' in more


def test_no_act_is_offered_in_the_past(as_person: People, lived: Execution) -> None:
    for who in ("controller", "tomsk_coordinator"):
        client = as_person(who)
        for address in (REGISTRY, lived.get_absolute_url(), page("region", "70")):
            html = client.get(as_of(address, "2026-03-10")).content.decode()
            main = html[html.index("<main") : html.index("</main>")]
            posts = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', main)
            assert [action for action in posts if "/views/" not in action] == [], address
            assert 'name="pick"' not in main


def test_a_stranger_sees_no_more_of_the_past(as_person: People, lived: Execution) -> None:
    client = as_person("omsk_coordinator")
    assert ids_of(text_of(client, as_of(REGISTRY, "2026-03-10"))) == []
    assert client.get(as_of(lived.get_absolute_url(), "2026-03-10")).status_code == 404
    assert ids_of(text_of(client, as_of(page("region", "70"), "2026-03-10"))) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [("2026-03-11", "has not come yet"), ("2026-03-10T23:00:00Z", "has not come yet"),
     ("2026-01-12", "The records begin on"), ("1999-01-01", "Check the year"), ("31.02.2026", "no such day"),
     ("zzz", "Write the date like this"), ("2026-03-05 25:00", "Write the day and the time"),
     ("9" * 500, "Write the date like this"), ("2026-03-05T", "Write the date like this")],
)  # fmt: skip
def test_a_moment_that_cannot_be_shown_is_refused_in_words(
    as_person: People, lived: Execution, day: str, words: str
) -> None:
    client = as_person("controller")
    for address in (REGISTRY, lived.get_absolute_url(), page("region", "70")):
        assert words in text_of(client, as_of(address, day), 400), address


def test_nothing_recorded_yet_is_said(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("controller"), as_of(REGISTRY, "2026-03-01"), 400)
    assert "the first protocol has not been issued" in html


def test_what_is_asked_of_today_only_is_not_mixed_with_the_past(as_person: People, lived: Execution) -> None:
    client = as_person("controller")
    assert "as of today only" in text_of(client, f"{REGISTRY}?as_of=2026-03-05&decided=me", 400)
    assert client.get("/assignments/matrix.xlsx?as_of=2026-03-05").status_code == 400
    register = "/assignments/workbooks/register.xlsx?as_of=2026-03-05"
    assert as_person("tomsk_coordinator").get(register).status_code == 400


def test_the_export_says_the_moment_and_holds_its_states(
    as_person: People, lived: Execution, cast: Cast
) -> None:
    with clock.at(datetime(2026, 3, 9, 9, tzinfo=UTC)):
        execution_note_write(
            actor=cast.scope("tomsk_coordinator"), execution_id=lived.pk, version=0, text="Позже"
        )
    answer = as_person("controller").get("/lists/registry.xlsx?as_of=2026-03-07")
    assert 'filename="registry-as-of-2026-03-07.xlsx"' in answer["Content-Disposition"]
    content = b"".join(answer)
    rows = load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert flat(str(rows[2][0])).startswith("As of 7 March 2026, 00:00 MSK.")
    start = next(at for at, row in enumerate(rows) if row[0] == "Region")
    head, row = rows[start], rows[start + 1]
    values = dict(zip(head, row, strict=True))
    assert values["State"] == "returned for rework"
    assert values["Handed in"] == ""
    assert values["How the work goes"] == ""


# An execution


def test_an_execution_tells_its_past(as_person: People, lived: Execution) -> None:
    client = as_person("controller")
    html = text_of(client, as_of(lived.get_absolute_url(), "2026-03-07"))
    text = shown(html)
    assert "returned for rework" in text
    assert "Первый отчёт." in text
    assert "Второй отчёт." not in text
    assert "Attempts 1" in text
    assert "Щёкин Иван Петрович" in text
    assert "not later than 10 March 2026 inclusive" in text
    assert "As of 7 March 2026, 00:00 MSK" in text
    assert f'href="{lived.get_absolute_url()}">Return to today' in html


def test_an_execution_that_was_not_on_control_yet_says_so(
    as_person: People, lived: Execution, cast: Cast
) -> None:
    later = put_on_control([cast.tomsk_farming])[0]
    html = text_of(as_person("tomsk_coordinator"), as_of(later.get_absolute_url(), "2026-02-01"))
    assert "Not on control yet on 1 February 2026" in html
    assert "put on control on 2 March 2026, 12:00" in html


def test_a_decision_annulled_later_still_stands_in_the_past(
    as_person: People, lived: Execution, cast: Cast
) -> None:
    Desk(cast, lived).at(10, "annul", event_id=lived.events.get(kind="returned").pk)
    with clock.at(datetime(2026, 3, 12, tzinfo=UTC)):
        then = text_of(as_person("controller"), as_of(lived.get_absolute_url(), "2026-03-09"))
        now = text_of(as_person("controller"), lived.get_absolute_url())
    assert "<s>Returned" not in then
    assert "<s>Returned" in now


# A region


def test_a_region_shows_who_was_recorded_and_what_was_open(
    as_person: People, lived: Execution, cast: Cast
) -> None:
    with clock.at(datetime(2026, 3, 5, 9, tzinfo=UTC)):
        row = Membership.objects.get(user=cast.tomsk_coordinator)
        row.ends_on = date(2026, 3, 1)
        row.save()
        head = AuthorityHead.objects.get(authority__region=cast.tomsk)
        head.ends_on = date(2026, 3, 1)
        head.save()
    client = as_person("controller")
    before = shown(text_of(client, as_of(page("region", "70"), "2026-03-05")))
    after = shown(text_of(client, as_of(page("region", "70"), "2026-03-06")))

    assert "Щёкин Иван Петрович" in before
    assert "Верховская Анна Сергеевна" in before
    assert "Щёкин Иван Петрович" not in after
    assert "No head was recorded as in office" in after
    assert "Running score" not in before
    figures = client.get(as_of(page("region", "70"), "2026-03-10")).context["page"].work
    assert (figures.open, figures.late) == (1, 0)
    html = text_of(client, as_of(page("region", "70"), "2026-03-05"))
    assert "?region=70&amp;as_of=2026-03-05&amp;state=open" in html


def test_the_score_is_that_of_the_revision_published_then(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], date(2026, 1, 20))
    with clock.at(datetime(2026, 2, 10, 9, tzinfo=UTC)):
        first = published("2026-01")
    with clock.at(datetime(2026, 3, 9, 9, tzinfo=UTC)):
        published("2026-02")
    client = as_person("controller")

    def latest(day: str) -> Slice | None:
        found = client.get(as_of(page("region", "70"), day)).context["page"].latest
        assert found is None or isinstance(found, Slice)
        return found

    assert latest("2026-02-01") is None
    assert latest("2026-03-01") == first
    html = text_of(client, as_of(page("region", "70"), "2026-03-01"))
    assert "/rating/2026-01/r1/regions/70/" in html
    newest = latest("2026-03-10")
    assert newest is not None
    assert newest.period == "2026-02"


# How much it costs


@pytest.mark.parametrize("address", [REGISTRY, "/regions/70/"])
def test_the_past_makes_no_more_queries_for_more_rows(as_person: People, cast: Cast, address: str) -> None:
    def fill(count: int) -> None:
        first = Cluster.objects.count()
        for number in range(count):
            cluster = Cluster.objects.create(
                code=f"70-8{first + number:03}", region=cast.tomsk, name=f"К {number}"
            )
            execution = work([cluster], TODAY)[0]
            Desk(cast, execution).at(9, "submit")

    assert_same_queries(as_person("controller"), lambda: as_of(address, "2026-03-05"), fill)


def test_an_address_writes_a_moment_briefly() -> None:
    assert Moment(datetime(2026, 3, 9, 21, tzinfo=UTC)).value == "2026-03-10"
    assert Moment(NOW).value == "2026-03-10T09:00:00Z"
