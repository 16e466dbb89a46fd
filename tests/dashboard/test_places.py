"""Regions and clusters: who sees what of them, figures that equal their lists, unknown facts said as such."""

from collections.abc import Callable

import pytest
from django.test import Client

from clusters.models import Cluster
from tests.cast import Cast
from tests.dashboard.office import TODAY, ids_of, one_of_each, page, published, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
SIGNED_IN = ("controller", "tomsk_coordinator", "tomsk_minister", "chair")


@pytest.mark.parametrize("name", ["regions", "clusters"])
def test_the_public_is_asked_to_sign_in(as_person: People, cast: Cast, name: str) -> None:
    assert as_person("public").get(page(name)).status_code == 302


@pytest.mark.parametrize("who", SIGNED_IN)
@pytest.mark.parametrize(
    ("name", "args"), [("regions", ()), ("region", ("70",)), ("clusters", ()), ("cluster", ("70-001",))]
)
def test_everybody_who_has_a_role_opens_the_pages(
    as_person: People, cast: Cast, who: str, name: str, args: tuple[str, ...]
) -> None:
    html = text_of(as_person(who), page(name, *args))
    assert html.count("<h1") == 1


@pytest.mark.parametrize(("name", "code"), [("region", "00"), ("region", "x" * 300), ("cluster", "00-000")])
def test_what_is_not_there_is_not_found(as_person: People, cast: Cast, name: str, code: str) -> None:
    assert as_person("controller").get(page(name, code)).status_code == 404


def test_the_import_is_not_a_cluster(as_person: People, cast: Cast) -> None:
    assert as_person("administrator").get("/clusters/import/").status_code == 200


# Regions


def test_the_list_counts_work_for_those_who_may_see_it(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    work([cast.omsk_machines], TODAY.replace(day=1))

    def figures(who: str) -> dict[str, tuple[int | None, int | None]]:
        rows = as_person(who).get(page("regions")).context["rows"]
        return {row.region.code: (row.open, row.late) for row in rows}

    assert figures("controller") == {"55": (1, 1), "70": (6, 3), "87": (0, 0)}
    assert figures("tomsk_coordinator") == {"55": (None, None), "70": (6, 3), "87": (None, None)}
    assert set(figures("chair").values()) == {(None, None)}


def test_the_figures_of_a_region_equal_their_lists(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    client = as_person("controller")
    html = client.get(page("regions")).content.decode()
    for query, count in (("region=70&state=open", 6), ("region=70&term=late", 3)):
        assert f"{page('registry')}?{query.replace('&', '&amp;')}" in html
        assert len(ids_of(text_of(client, f"{page('registry')}?{query}"))) == count
    work_ = client.get(page("region", "70")).context["page"].work
    assert (work_.open, work_.late) == (6, 3)


def test_coordinators_are_named_to_the_centre_and_to_their_own_region(as_person: People, cast: Cast) -> None:
    assert "Щёкин И. П." in text_of(as_person("controller"), page("regions"))
    assert "none appointed" in text_of(as_person("controller"), page("regions"))
    assert "Щёкин И. П." in text_of(as_person("tomsk_minister"), page("regions"))
    assert "Омский О. Ю." not in text_of(as_person("tomsk_minister"), page("regions"))


def test_regions_are_found_by_district_and_by_name(as_person: People, cast: Cast) -> None:
    client = as_person("controller")

    def codes(query: str) -> list[str]:
        return [row.region.code for row in client.get(f"{page('regions')}?{query}").context["rows"]]

    assert codes("") == ["87", "55", "70"]  # Chukotka, Omsk, Tomsk: the page is read in English
    assert codes("district=far_east") == ["87"]
    assert codes("q=ТОМ") == ["70"]
    assert codes("q=zzz") == []
    assert client.get(f"{page('regions')}?district=none").status_code == 400


def test_a_region_shows_its_inside_to_itself_and_to_the_centre_only(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    for who in ("controller", "tomsk_coordinator", "tomsk_minister"):
        html = text_of(as_person(who), page("region", "70"))
        assert "Running score" in html
        assert "Верховская Анна Сергеевна" in html
        assert ids_of(html)
    for who in ("omsk_coordinator", "chair"):
        html = text_of(as_person(who), page("region", "70"))
        assert "Running score" not in html
        assert "Верховская" not in html
        assert ids_of(html) == []
        assert "ПроЛом" in html


def test_a_region_tells_its_local_time(as_person: People, cast: Cast) -> None:
    assert "local time 16:00 ( MSK +4)".replace(" ", "") in shown(
        text_of(as_person("chair"), page("region", "70"))
    ).replace(" ", "")


def test_a_region_without_clusters_and_coordinators_says_so(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("controller"), page("region", "87"))
    assert "The region has no clusters" in html
    assert "Nobody is appointed today" in html
    assert "No head is in office" in html


def test_the_last_published_month_stands_on_list_and_page(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY.replace(month=2, day=3))
    published("2026-02")
    for who in ("controller", "omsk_coordinator", "chair"):
        assert "0.00" in shown(text_of(as_person(who), page("regions")))
        assert "February 2026" in text_of(as_person(who), page("region", "70"))
    assert "Twelve months" in text_of(as_person("chair"), page("region", "70"))


# Clusters


def test_an_unknown_fact_is_not_specified(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("chair"), page("cluster", "55-002"))
    assert "Cluster 55-002" in html
    assert shown(html).count("not specified") >= 6


def test_clusters_are_found_by_every_filter(as_person: People, cast: Cast) -> None:
    client = as_person("chair")

    def codes(query: str) -> list[str]:
        return [row.code for row in client.get(f"{page('clusters')}?{query}").context["page"].object_list]

    assert codes("region=70") == ["70-002", "70-001"]
    assert codes("cohort=2024") == ["70-002"]
    assert codes("cohort=unknown") == ["55-002"]
    assert codes("kind=unknown") == ["55-002"]
    assert codes("industry=agriculture") == ["70-002"]
    assert codes("industry=unknown") == ["55-002"]
    assert codes("q=пролом") == ["70-001"]
    assert codes("q=55-0") == ["55-002", "55-001"]
    assert codes("q=zzz") == []
    assert client.get(f"{page('clusters')}?kind=none").status_code == 400


def test_only_an_administrator_is_offered_the_import(as_person: People, cast: Cast) -> None:
    assert "/clusters/import/" in text_of(as_person("administrator"), page("clusters"))
    assert "/clusters/import/" not in text_of(as_person("controller"), page("clusters"))


def test_executions_of_a_cluster_are_shown_to_those_who_may_see_them(as_person: People, cast: Cast) -> None:
    rows = one_of_each(cast)
    html = text_of(as_person("tomsk_coordinator"), page("cluster", "70-001"))
    assert set(ids_of(html)) == {row.pk for row in rows.values()}
    assert ids_of(text_of(as_person("omsk_coordinator"), page("cluster", "70-001"))) == []
    assert ids_of(text_of(as_person("chair"), page("cluster", "70-001"))) == []


@pytest.mark.parametrize(
    ("name", "args"), [("regions", ()), ("region", ("70",)), ("clusters", ()), ("cluster", ("70-001",))]
)
def test_the_pages_make_no_more_queries_with_more_rows(
    as_person: People, cast: Cast, name: str, args: tuple[str, ...]
) -> None:
    def fill(count: int) -> None:
        first = Cluster.objects.count()
        clusters = [
            Cluster.objects.create(code=f"70-9{first + number}", region=cast.tomsk, name=f"Кластер {number}")
            for number in range(count)
        ]
        work([*clusters, *([] if first > 5 else [cast.tomsk_machines])], TODAY.replace(day=3))
        for _number in range(count):
            work([cast.tomsk_machines], TODAY)

    assert_same_queries(as_person("controller"), lambda: page(name, *args), fill)
