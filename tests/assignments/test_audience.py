"""The rule of an audience: strict to read, the same in SQL and in plain words."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.audience import Audience, describe
from assignments.enums import AddresseeKind
from assignments.selectors.addressees import (
    addressees,
    audience_clusters,
    audience_names,
    audience_regions,
    audience_strangers,
    items_addressees,
)
from clusters.models import Association, AssociationMember, Cluster
from common.errors import InvalidInput
from tests.assignments import drafts
from tests.cast import Cast

DAY = date(2026, 4, 15)


def codes(audience: Audience, day: date = DAY) -> list[str]:
    return list(audience_clusters(audience, day).values_list("code", flat=True))


@pytest.mark.parametrize(
    "data",
    [
        [],
        "all",
        None,
        {"everybody": True},
        {"everyone": 1},
        {"everyone": "yes"},
        {"cohorts": ["2023"]},
        {"cohorts": [True]},
        {"cohorts": [20230]},
        {"cohorts": 2023},
        {"kinds": ["guild"]},
        {"regions": "70"},
        {"regions": [70]},
        {"regions": [""]},
        {"clusters": ["a\u0000b"]},
        {"clusters": ["x" * 65]},
        {"clusters": [str(n) for n in range(2001)]},
        {"everyone": True, "cohorts": [2023]},
        {"everyone": True, "clusters": ["70-001"]},
    ],
)
def test_a_malformed_rule_is_refused_with_a_sentence(data: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        Audience.from_json(data)
    assert list(refused.value.errors) == ["audience"]


@pytest.mark.parametrize(
    "key", ["cohorts", "kinds", "industries", "associations", "clusters", "except_clusters"]
)
def test_a_rule_over_regions_knows_no_conditions_of_clusters(key: str) -> None:
    with pytest.raises(InvalidInput, match=key):
        Audience.from_json({key: []}, AddresseeKind.REGIONS)


def test_a_rule_survives_its_json_form() -> None:
    data = {"cohorts": [2024, 2023, 2024], "regions": ["70"], "except_clusters": ["70-002"]}
    audience = Audience.from_json(data)
    assert audience.cohorts == (2023, 2024)
    assert audience.to_json() == {"cohorts": [2023, 2024], "regions": ["70"], "except_clusters": ["70-002"]}
    assert Audience.from_json(audience.to_json()) == audience
    assert Audience.from_json({}).is_empty


def test_everyone_means_every_cluster_still_in_the_project(cast: Cast) -> None:
    Cluster.objects.filter(pk=cast.tomsk_farming.pk).update(closed_on=date(2026, 1, 1))
    assert codes(Audience(everyone=True)) == ["55-001", "55-002", "70-001"]
    assert codes(Audience(clusters=("70-002",))) == []


def test_values_of_one_list_are_alternatives_and_lists_narrow_each_other(cast: Cast) -> None:
    assert codes(Audience(cohorts=(2023, 2024))) == ["55-001", "70-001", "70-002"]
    assert codes(Audience(cohorts=(2023, 2024), regions=("70",))) == ["70-001", "70-002"]
    assert codes(Audience(cohorts=(2023,), regions=("70",))) == ["70-001"]


@pytest.mark.usefixtures("cast")
def test_a_region_may_be_named_by_itself_or_by_its_district() -> None:
    assert codes(Audience(regions=("55",), districts=("far_east",))) == ["55-001", "55-002"]
    assert len(codes(Audience(districts=("siberia",)))) == 4


@pytest.mark.usefixtures("cast")
def test_what_is_unknown_of_a_cluster_fits_no_list_of_it() -> None:
    assert "55-002" not in codes(Audience(cohorts=(2022, 2023, 2024)))
    assert "55-002" not in codes(Audience(kinds=("opc", "educational")))
    assert "55-002" not in codes(Audience(industries=("agriculture",), regions=("55",)))
    assert "55-002" in codes(Audience(regions=("55",)))
    assert "55-002" in codes(Audience(cohorts=(2023,), clusters=("55-002",)))


@pytest.mark.usefixtures("cast")
def test_exceptions_win_over_everything() -> None:
    audience = Audience(clusters=("70-001", "55-001"), except_regions=("55",))
    assert codes(audience) == ["70-001"]
    assert codes(Audience(everyone=True, except_clusters=("70-001",))) == ["55-001", "55-002", "70-002"]


def test_members_of_an_association_count_on_the_day_of_issue(cast: Cast) -> None:
    AssociationMember.objects.filter(cluster=cast.tomsk_machines).update(ends_on=date(2026, 4, 14))
    audience = Audience(associations=("machine-builders",))
    assert codes(audience, date(2026, 4, 14)) == ["70-001"]
    assert codes(audience, DAY) == []


@pytest.mark.usefixtures("cast")
def test_coordinators_are_addressed_also_where_there_are_no_clusters() -> None:
    def regions(audience: Audience) -> list[str]:
        return list(audience_regions(audience).values_list("code", flat=True))

    assert regions(Audience(everyone=True)) == ["55", "70", "87"]
    assert regions(Audience(everyone=True, except_regions=("55",))) == ["70", "87"]
    assert regions(Audience(districts=("siberia",), except_regions=("55",))) == ["70"]
    assert regions(Audience(regions=("87",))) == ["87"]
    assert regions(Audience()) == []


@pytest.mark.usefixtures("cast")
def test_keys_that_nothing_has_are_found() -> None:
    audience = Audience(industries=("alchemy", "agriculture"), regions=("70",), except_clusters=("99-001",))
    assert audience_strangers(audience) == ["99-001", "alchemy"]


@pytest.mark.usefixtures("cast")
def test_a_rule_reads_as_a_sentence_in_both_languages() -> None:
    audience = Audience(
        cohorts=(2023, 2024), industries=("agriculture",), regions=("70",), districts=("far_east",),
        clusters=("55-001",), except_clusters=("70-001",),
    )  # fmt: skip
    names = audience_names([audience])
    with translation.override("en"):
        said = describe(audience, AddresseeKind.CLUSTERS, audience_names([audience]))
        assert said == (
            "clusters: cohort 2023 or 2024; industry: Agriculture; "
            "region: Tomsk Oblast or federal district: Far Eastern; and by hand: Омские машины; except: ПроЛом"
        )
        assert describe(Audience(everyone=True), AddresseeKind.CLUSTERS, names) == "all clusters"
        assert describe(Audience(), AddresseeKind.CLUSTERS, names) == "nobody is chosen"
        many = Audience(clusters=tuple(f"70-{n}" for n in range(9)))
        assert describe(many, AddresseeKind.CLUSTERS, names) == "clusters by hand: 9 clusters"
        everyone = Audience(everyone=True, except_regions=("87",))
        assert (
            describe(everyone, AddresseeKind.REGIONS, audience_names([everyone]))
            == "coordinators of all regions; except: Chukotka"
        )
    with translation.override("ru"):
        said = describe(audience, AddresseeKind.CLUSTERS, audience_names([audience]))
    assert "Томская область" in said
    assert "Сельское хозяйство" in said


YEARS, KINDS = [2022, 2023, 2024, None], ["opc", "educational", ""]
INDUSTRIES, SLUGS = ["machine_building", "agriculture", None], ["farmers", "machine-builders"]
PLACES, DISTRICTS = ["70", "55", "87"], ["siberia", "far_east"]


@pytest.fixture
def register(cast: Cast) -> list[Cluster]:
    """Thirty-odd clusters in all combinations of known and unknown facts."""
    for n in range(32):
        place = PLACES[n % 3]
        cluster = Cluster.objects.create(
            code=f"{place}-1{n:02d}", region_id=place, cohort_year=YEARS[n % 4], kind=KINDS[(n // 3) % 3],
            industry_id=INDUSTRIES[(n // 2) % 3], closed_on=DAY if n % 11 == 5 else None,
        )  # fmt: skip
        if n % 3:
            AssociationMember.objects.create(
                association=Association.objects.get(slug=SLUGS[n % 2]), cluster=cluster,
                starts_on=date(2026, 1, 1) if n % 5 else date(2026, 5, 1),
            )  # fmt: skip
    return list(Cluster.objects.select_related("region").prefetch_related("associations__association"))


def fits(cluster: Cluster, audience: Audience) -> bool:
    """The rule once more, as a person would check it row by row."""
    if cluster.closed_on or cluster.code in audience.except_clusters:
        return False
    if cluster.region_id in audience.except_regions:
        return False
    if audience.everyone or cluster.code in audience.clusters:
        return True
    asked = []
    if audience.cohorts:
        asked.append(cluster.cohort_year in audience.cohorts)
    if audience.kinds:
        asked.append(cluster.kind in audience.kinds)
    if audience.industries:
        asked.append(cluster.industry_id in audience.industries)
    if audience.regions or audience.districts:
        here = cluster.region_id in audience.regions
        asked.append(here or cluster.region.district_id in audience.districts)
    if audience.associations:
        asked.append(
            any(
                m.association.slug in audience.associations
                and m.starts_on <= DAY
                and (m.ends_on is None or m.ends_on >= DAY)
                for m in cluster.associations.all()
            )
        )
    return bool(asked) and all(asked)


def some(values: list[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(
        lambda chosen: tuple(sorted(chosen))
    )


RULES = st.builds(
    Audience, cohorts=some([2022, 2023, 2024]), kinds=some(["opc", "educational"]),
    industries=some(["machine_building", "agriculture"]), regions=some(PLACES), districts=some(DISTRICTS),
    associations=some(SLUGS), clusters=some(["70-100", "55-101", "87-105", "55-002"]),
    except_regions=some(PLACES), except_clusters=some(["70-100", "87-102"]),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(audience=RULES, everyone=st.booleans())
def test_the_database_chooses_what_a_person_would(
    register: list[Cluster], audience: Audience, everyone: bool
) -> None:
    if everyone:
        audience = Audience(
            everyone=True, except_regions=audience.except_regions, except_clusters=audience.except_clusters
        )
    assert codes(audience) == sorted(row.code for row in register if fits(row, audience))


@pytest.mark.usefixtures("register", "wednesday")
def test_lists_of_all_items_at_once_are_the_lists_of_each(cast: Cast) -> None:
    drafts.load_rules()
    actor = cast.scope("controller")
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    drafts.add_item(actor, protocol, audience={"cohorts": [2023], "clusters": ["55-002"]})
    drafts.add_item(actor, protocol, audience={"regions": ["87"]})
    drafts.add_item(actor, protocol, audience={"everyone": True}, addressee="regions")
    drafts.add_item(actor, protocol, audience={"districts": ["far_east"]}, addressee="regions")
    items = list(protocol.assignments.all())
    together = items_addressees(items, DAY)
    for item in items:
        alone = addressees(Audience.from_json(item.audience, item.addressee), item.addressee, DAY)
        assert together[item.pk] == alone
        assert alone
    assert [line.region_code for line in together[items[3].pk]] == ["55", "70", "87"]
