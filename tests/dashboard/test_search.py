"""The search over the portal: what each reader finds, however it is typed, and what is said about nothing."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from assignments.models import Assignment, Protocol
from clusters.models import Cluster, Organisation
from dashboard.selectors.search import SHOWN
from regions.models import Region
from tests.assignments.builders import ISSUED_AT, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.office import published, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march")

People = Callable[[str], Client]
HIT = re.compile(r'<li class="found__item">(?:<a href="([^"]*)">)?(.*?)(?:</a>|<span|</li>)')
MARKS = re.compile(r"</?mark>")


def found(client: Client, words: str, status: int = 200, **more: str) -> dict[str, str]:
    """Titles of what was found, with their addresses."""
    answer = client.get(reverse("dashboard:search"), {"q": words, **more})
    assert answer.status_code == status
    html = answer.content.decode().replace("\u00a0", " ")
    return {MARKS.sub("", title): url for url, title in HIT.findall(html)}


def entry(protocol: Protocol, number: str, title: str, place: Cluster) -> None:
    """An item of an issued protocol, put on control for one cluster."""
    position = protocol.assignments.count() + 1
    item = Assignment.objects.create(
        protocol=protocol, code=f"P{protocol.pk}-{position}", number=number, position=position, title=title,
        text="Обеспечить приём.", due_on=date(2026, 5, 20),
    )  # fmt: skip
    put_on_control([place], item)


def issued(number: str, held_on: date, meeting: str) -> Protocol:
    return Protocol.objects.create(
        number=number, held_on=held_on, meeting_title=meeting, status="issued", created_at=ISSUED_AT,
        issued_at=ISSUED_AT,
    )  # fmt: skip


@pytest.fixture
def protocol(cast: Cast) -> Protocol:
    """Protocol No. 14 of 4 October 2023 with items 2.1 and 2.10 for Tomsk and 3 for Omsk."""
    protocol = issued("14", date(2023, 10, 4), "О щётках")
    for number, place in (
        ("2.1", cast.tomsk_machines),
        ("2.10", cast.tomsk_machines),
        ("3", cast.omsk_machines),
    ):
        entry(protocol, number, f"Набор {number}", place)
    return protocol


# Names


@pytest.mark.parametrize("words", ["щекин", "ЩЁКИН", "иван щёк", "щекин ИВАН", "Щекин@example"])
def test_a_person_is_found_however_the_name_is_typed(as_person: People, cast: Cast, words: str) -> None:
    User.objects.filter(pk=cast.tomsk_coordinator.pk).update(email="щекин@example.org")

    assert found(as_person("administrator"), words) == {
        "Щёкин Иван Петрович": reverse("accounts:person", args=[cast.tomsk_coordinator.pk])
    }


def test_people_are_found_by_the_centre_and_by_their_own_region(as_person: People, cast: Cast) -> None:
    name = cast.omsk_coordinator.get_full_name()
    assert found(as_person("controller"), name) == {name: cast.omsk.get_absolute_url()}
    assert found(as_person("methodologist"), f"омский {cast.omsk_coordinator.email}") == {
        name: cast.omsk.get_absolute_url()
    }
    for who in ("tomsk_coordinator", "tomsk_minister", "chair", "newcomer", "public"):
        assert name not in found(as_person(who), name), who
    own = cast.tomsk_coordinator.get_full_name()
    for who in ("tomsk_deputy", "tomsk_minister"):
        assert found(as_person(who), own) == {own: cast.tomsk.get_absolute_url()}, who


def test_a_person_whose_role_is_over_is_found_by_the_administrator_alone(
    as_person: People, cast: Cast
) -> None:
    cast.omsk_coordinator.memberships.update(ends_on=date(2024, 1, 1))
    name = cast.omsk_coordinator.get_full_name()

    assert found(as_person("controller"), name) == {}
    assert name in found(as_person("administrator"), name)


@pytest.mark.parametrize("words", ["томск", "ТОМСКОЙ", "tomsk oblast", "область том"])
def test_a_region_is_found_in_both_languages(as_person: People, cast: Cast, words: str) -> None:
    pages = found(as_person("tomsk_coordinator"), words)

    assert {title: url for title, url in pages.items() if "/regions/" in url} == {
        "Tomsk Oblast": cast.tomsk.get_absolute_url()
    }


def test_a_cluster_is_found_by_everything_that_names_it(as_person: People, cast: Cast) -> None:
    college = Organisation.objects.create(kind="college", name="Щёлковский колледж")
    plant = Organisation.objects.create(kind="employer", name="Завод «Ёлка»")
    cluster = Cluster.objects.create(
        code="70-777", region=cast.tomsk, name="Мой кластер", industry=cast.farming, base_college=college,
        anchor_employer=plant,
    )  # fmt: skip
    client = as_person("chair")

    for words in ("мой клас", "щелковский", "елка завод", "70-777", "agri мой"):
        pages = found(client, words)
        assert pages.pop("Щёлковский колледж", cluster.get_absolute_url()) == cluster.get_absolute_url()
        assert pages == {"Мой кластер": cluster.get_absolute_url()}, words


def test_the_key_of_a_cluster_follows_its_changes(as_person: People, cast: Cast) -> None:
    cast.tomsk_machines.name = "Прометей"
    cast.tomsk_machines.save()

    assert found(as_person("controller"), "прометей") == {"Прометей": cast.tomsk_machines.get_absolute_url()}


# Protocols and their items


@pytest.mark.parametrize(
    "words", ["№ 14", "протокол 14", "04.10.2023", "щетках", "протокол о щетках", "№14 от 4.10.2023"]
)
def test_a_protocol_is_found_by_number_day_and_meeting(
    as_person: People, protocol: Protocol, words: str
) -> None:
    issued("140", date(2024, 1, 10), "Заседание")
    pages = found(as_person("controller"), words)

    assert [url for url in pages.values() if "#" not in url] == [protocol.get_absolute_url()]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("п. 2.1 протокола № 14", {"Набор 2.1"}),
        ("п. 2.1", {"Набор 2.1"}),
        ("item 3 of protocol No. 14 of 04.10.2023", {"Набор 3"}),
        ("прием обеспечить", {"Набор 2.1", "Набор 2.10", "Набор 3"}),
        ("п. 9 протокола № 14", set()),
    ],
)
def test_an_item_is_found_by_text_and_reference(
    as_person: People, protocol: Protocol, words: str, titles: set[str]
) -> None:
    pages = found(as_person("controller"), words)

    assert {title for title, url in pages.items() if "#item-" in url} == titles


def test_nobody_finds_what_is_not_open_to_him(as_person: People, cast: Cast, protocol: Protocol) -> None:
    draft = Protocol.objects.create(
        number="15", held_on=date(2023, 10, 4), meeting_title="Тайное", created_at=ISSUED_AT
    )
    own = found(as_person("tomsk_coordinator"), "прием")
    assert set(own) == {"Набор 2.1", "Набор 2.10"}
    assert found(as_person("omsk_coordinator"), "набор 2.1") == {}
    assert found(as_person("tomsk_minister"), "тайное") == {}
    assert draft.get_absolute_url() in found(as_person("methodologist"), "тайное").values()
    assert found(as_person("chair"), "прием") == {}


# The public


def test_the_public_finds_the_regions_of_the_published_rating(
    as_person: People, cast: Cast, rating: None
) -> None:
    work([cast.tomsk_machines], date(2026, 1, 20))
    assert found(as_person("public"), "томск") == {}
    published()
    card = {"Tomsk Oblast": reverse("rating:scorecard", args=["2026-01", "70"])}

    assert found(as_person("public"), "томск") == found(as_person("newcomer"), "томск") == card
    assert found(as_person("public"), "томск", kind="regions") == card
    assert found(as_person("public"), "пролом") == {}


def test_the_public_searches_nothing_while_the_rating_is_closed(
    as_person: People, cast: Cast, settings: Settings
) -> None:
    settings.RATING_IS_PUBLIC = False
    answer = as_person("public").get(reverse("dashboard:search"), {"q": "томск"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))
    html = as_person("public").get(reverse("account_login")).content.decode()
    assert f'action="{reverse("dashboard:search")}"' not in html


# Long lists


def test_a_kind_shows_its_first_ten_and_leads_to_all(as_person: People, cast: Cast) -> None:
    protocol = issued("14", date(2023, 10, 4), "О щётках")
    for number in range(SHOWN + 2):
        Cluster.objects.create(code=f"70-2{number:02}", region=cast.tomsk, name=f"Зарница {number:02}")
        entry(protocol, f"{number}", f"Зарница {number:02}", cast.tomsk_machines)
    client = as_person("controller")
    html = text_of(client, f"{reverse('dashboard:search')}?q=зарница")

    assert html.count('<li class="found__item">') == 2 * SHOWN
    clusters = re.search(r'href="(/clusters/\?q=[^"]*)"', html)
    items = re.search(r'href="(/search/\?q=[^"]*kind=items)"', html.replace("&amp;", "&"))
    assert clusters is not None
    assert items is not None
    assert "12 clusters" in shown(text_of(client, clusters[1]))
    assert text_of(client, items[1]).count('<li class="found__item">') == SHOWN + 2


def test_a_register_is_narrowed_by_the_same_words(as_person: People, cast: Cast) -> None:
    client = as_person("controller")
    for words in ("том", "tomsk", "70"):
        html = text_of(client, f"{reverse('dashboard:regions')}?q={words}")
        listed = set(re.findall(r'href="(/regions/\d+/)"', html))
        assert listed >= {url for url in found(client, words).values() if url.startswith("/regions/")}, words


def test_the_search_makes_no_more_queries_for_more(as_person: People, cast: Cast) -> None:
    protocol = issued("14", date(2023, 10, 4), "О щётках")

    def fill(count: int) -> None:
        for _number in range(count):
            number = Region.objects.count()
            Region.objects.create(
                code=f"R{number}", name_ru=f"Заря {number}", name_en=f"Zarya {number}", short_ru="З",
                brief_ru="Заря", brief_en="Zarya", genitive_ru="Зари", district=cast.tomsk.district,
                timezone="Asia/Tomsk",
            )  # fmt: skip
            Cluster.objects.create(code=f"70-3{number:02}", region=cast.tomsk, name=f"Заря {number}")
            entry(protocol, f"{number}", f"Заря {number}", cast.tomsk_machines)
            issued(f"Ч{number}", date(2023, 10, 4), "Заря")
            User.objects.create_user(f"zarya{number}@example.org", last_name="Заря", first_name="Анна")

    client = as_person("administrator")
    assert_same_queries(client, lambda: f"{reverse('dashboard:search')}?q=заря", fill)
    assert_same_queries(
        client, lambda: f"{reverse('dashboard:search')}?q=заря&kind=people", lambda _count: None
    )


# Words that are none


@pytest.mark.parametrize("words", ["", "   ", "\u200e\u202e"])
def test_an_empty_search_says_what_can_be_looked_for(as_person: People, cast: Cast, words: str) -> None:
    client = as_person("controller")
    assert found(client, words) == {}
    assert "What are you looking for?" in text_of(client, f"{reverse('dashboard:search')}?q={words}")


def test_a_search_without_a_find_says_why_and_what_to_try(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("chair"), f"{reverse('dashboard:search')}?q=<b>zzz")
    assert "Nothing is found for «&lt;b&gt;zzz»" in html
    assert "Take away a word" in html


def test_too_many_words_and_strange_kinds_are_refused_by_name(as_person: People, cast: Cast) -> None:
    client = as_person("tomsk_coordinator")
    assert "at most 100 characters" in text_of(client, f"{reverse('dashboard:search')}?q={'щ' * 101}", 400)
    assert found(client, "томск", status=400, kind="zzz") == {}
    assert found(as_person("chair"), "томск", status=400, kind="people") == {}


def test_a_forbidden_character_is_refused(as_person: People, cast: Cast) -> None:
    assert as_person("controller").get("/search/?q=a%00b").status_code == 400


@pytest.mark.parametrize(
    "words", ["!!!", "&|!:*'", "…—«»", "' OR 1=1 --", "%_\\", "(((", "a & !b", "№", "п.", "<->"]
)
def test_signs_and_operators_are_plain_characters(as_person: People, cast: Cast, words: str) -> None:
    for who in ("controller", "tomsk_coordinator", "public"):
        assert as_person(who).get(reverse("dashboard:search"), {"q": words}).status_code == 200, who
    kinds = ("regions", "clusters", "colleges", "protocols", "items", "executions", "reports", "people")
    for kind in kinds:
        answer = as_person("administrator").get(reverse("dashboard:search"), {"q": words, "kind": kind})
        assert answer.status_code == 200, kind


def test_signs_alone_find_nothing_and_the_page_says_why(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("controller"), f"{reverse('dashboard:search')}?q=-")
    assert "signs alone find nothing" in html


def test_a_text_of_ten_kilobytes_is_refused_in_words(as_person: People, cast: Cast) -> None:
    assert "at most 100 characters" in text_of(
        as_person("controller"), f"{reverse('dashboard:search')}?q={'a' * 10_000}", 400
    )


# Colleges, executions and reports


def test_a_college_leads_to_its_cluster(as_person: People, cast: Cast) -> None:
    base = Organisation.objects.create(kind="college", name="Ёлкинский колледж")
    member = Organisation.objects.create(kind="college", name="Ёлкинский техникум")
    Organisation.objects.create(kind="employer", name="Ёлкинский завод")
    cast.tomsk_machines.base_college = base
    cast.tomsk_machines.save()
    cast.omsk_machines.network_colleges.add(member)
    html = text_of(as_person("tomsk_minister"), f"{reverse('dashboard:search')}?q=елкинский&kind=colleges")

    assert "base college of the cluster ПроЛом" in html
    assert "network college of the cluster Омские машины" in html
    assert found(as_person("chair"), "елкинский", kind="colleges") == {
        "Ёлкинский колледж": cast.tomsk_machines.get_absolute_url(),
        "Ёлкинский техникум": cast.omsk_machines.get_absolute_url(),
    }


def test_an_execution_is_found_by_its_number_and_by_that_of_its_item(as_person: People, cast: Cast) -> None:
    rows = work([cast.tomsk_machines, cast.omsk_machines], date(2026, 3, 20))
    code = rows[0].code
    assert list(found(as_person("controller"), code, kind="executions").values()) == [
        rows[0].get_absolute_url()
    ]
    assert list(found(as_person("controller"), code.lower(), kind="executions").values()) == [
        rows[0].get_absolute_url()
    ]
    item = code.split("@")[0]
    assert len(found(as_person("controller"), item, kind="executions")) == 2
    assert len(found(as_person("omsk_coordinator"), item, kind="executions")) == 1
    assert found(as_person("omsk_coordinator"), code, kind="executions") == {}


def test_reports_are_found_by_those_who_may_read_them(as_person: People, cast: Cast) -> None:
    rows = work([cast.tomsk_machines, cast.omsk_machines], date(2026, 3, 20))
    Desk(cast, rows[0]).at(9, "submit", text="Заключены договоры с ПЁТРОМ и заводом.")
    Desk(cast, rows[1]).at(9, "submit", "omsk_coordinator", text="Договоры готовятся.")
    who = {
        name: list(found(as_person(name), "договоры петром", kind="reports").values())
        for name in ("controller", "tomsk_coordinator", "tomsk_minister", "omsk_coordinator")
    }
    link = f"{rows[0].get_absolute_url()}#history"
    assert who == {
        "controller": [link], "tomsk_coordinator": [link], "tomsk_minister": [link], "omsk_coordinator": [],
    }  # fmt: skip
    html = text_of(as_person("controller"), f"{reverse('dashboard:search')}?q=договоры&kind=reports")
    assert "Заключены <mark>договоры</mark> с ПЁТРОМ" in html


def test_an_annulled_report_is_not_found(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], date(2026, 3, 20))[0]
    Desk(cast, row).at(8, "submit", text="Ошибочный отчёт.")
    Desk(cast, row).at(9, "annul")
    assert found(as_person("controller"), "ошибочный", kind="reports") == {}


# Order and marks


def test_what_is_named_by_its_number_comes_first(as_person: People, cast: Cast) -> None:
    issued("140", date(2026, 1, 10), "Заседание 14")
    exact = issued("14", date(2023, 10, 4), "О щётках")
    issued("7", date(2026, 2, 10), "По вопросу 14")
    client = as_person("controller")
    assert next(iter(found(client, "14", kind="protocols").values())) == exact.get_absolute_url()
    groups = client.get(reverse("dashboard:search"), {"q": "55-001"}).context["found"].groups
    assert (groups[0].kind, groups[0].hits[0].title) == ("clusters", "Омские машины")
    groups = client.get(reverse("dashboard:search"), {"q": "14"}).context["found"].groups
    assert groups[0].kind == "protocols"


def test_names_that_begin_with_the_words_come_before_those_that_hold_them(
    as_person: People, cast: Cast
) -> None:
    for code, name in (("70-501", "А завод Зенит"), ("70-502", "Зенит"), ("70-503", "Зенитный парк")):
        Cluster.objects.create(code=code, region=cast.tomsk, name=name)
    assert list(found(as_person("chair"), "зенит", kind="clusters")) == [
        "Зенит", "Зенитный парк", "А завод Зенит",
    ]  # fmt: skip


def test_found_words_are_marked_and_nothing_else_becomes_markup(as_person: People, cast: Cast) -> None:
    Cluster.objects.create(code="70-504", region=cast.tomsk, name="Щёкин & <b>сыновья</b>")
    html = text_of(as_person("chair"), f"{reverse('dashboard:search')}?q=щекин")
    assert "<mark>Щёкин</mark> &amp; &lt;b&gt;сыновья&lt;/b&gt;" in html


# While one types


def test_suggestions_are_the_first_finds_within_the_scope(as_person: People, cast: Cast) -> None:
    def suggested(who: str, words: str) -> str:
        headers = {"HX-Request": "true", "HX-Target": "suggestions"}
        answer = as_person(who).get(reverse("dashboard:search"), {"q": words}, headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    html = suggested("controller", "омск")
    assert "<html" not in html
    assert f'href="{cast.omsk.get_absolute_url()}"' in html
    assert "?q=%D0%BE%D0%BC%D1%81%D0%BA" in html
    assert "Омский" not in suggested("tomsk_coordinator", "омский олег")
    assert suggested("controller", "о").strip() == ""
    assert "<a" not in suggested("controller", "&|")
    assert suggested("controller", "ы" * 200).strip() == ""


# The API


def test_the_api_finds_what_the_page_finds(as_person: People, cast: Cast) -> None:
    answer = as_person("tomsk_coordinator").get("/api/v1/search/", {"q": "пролом"})
    assert answer.json() == {
        "query": "пролом",
        "alike": False,
        "groups": [
            {
                "kind": "clusters",
                "title": "Clusters",
                "count": 1,
                "hits": [
                    {
                        "title": "ПроЛом",
                        "url": cast.tomsk_machines.get_absolute_url(),
                        "note": "70-001\u00a0· Tomsk Oblast\u00a0· Mechanical engineering",
                        "excerpt": "",
                    }
                ],
            }
        ],
    }
    people = as_person("chair").get("/api/v1/search/", {"q": "омск", "kind": "people"}).json()
    assert people["groups"] == []


@pytest.mark.parametrize(
    ("query", "attr"),
    [({}, "q"), ({"q": "a" * 101}, "q"), ({"q": "а", "kind": "zzz"}, "kind"), ({"q": "а", "page": "2"}, "page"),
     ({"q": "а", "kind": "items", "page": "0"}, "page"), ({"q": "а", "other": "1"}, "other")],
)  # fmt: skip
def test_the_api_names_what_is_wrong(as_person: People, cast: Cast, query: dict[str, str], attr: str) -> None:
    answer = as_person("controller").get("/api/v1/search/", query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr
