"""The rule of an audience from the words of a table."""

from typing import Any

import pytest
from django.utils import translation

from assignments.audience import Audience, describe
from assignments.selectors.addressees import audience_names
from assignments.selectors.audience_words import audience_index, read_audience
from common.errors import InvalidInput
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("cast")


def read(words: str, addressee: str = "clusters", **saved: Audience) -> dict[str, Any]:
    return read_audience(words, addressee, audience_index(saved)).to_json()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("", {"everyone": True}),
        ("Все кластеры", {"everyone": True}),
        ("кроме: Томская область", {"everyone": True, "except_regions": ["70"]}),
        ("когорта 2023", {"cohorts": [2023]}),
        ("год отбора: 2023", {"cohorts": [2023]}),
        ("2023, 2024", {"cohorts": [2023, 2024]}),
        ("Томская область, Омская область", {"regions": ["55", "70"]}),
        ("СФО", {"districts": ["siberia"]}),
        ("отрасль: Машиностроение; когорта 2023", {"industries": ["machine_building"], "cohorts": [2023]}),
        ("ассоциация: Машиностроение", {"associations": ["machine-builders"]}),
        ("70-001, 55-002", {"clusters": ["55-002", "70-001"]}),
        ("ПроЛом", {"clusters": ["70-001"]}),
        ("вид: образовательный кластер СПО", {"kinds": ["educational"]}),
        ("Омская область; кроме 55-002", {"regions": ["55"], "except_clusters": ["55-002"]}),
    ],
)
def test_words_become_a_rule(words: str, rule: dict[str, Any]) -> None:
    assert read(words) == rule


def test_words_for_coordinators_know_places_only() -> None:
    assert read("все регионы", "regions") == {"everyone": True}
    assert read("Томская область", "regions") == {"regions": ["70"]}
    with pytest.raises(InvalidInput):
        read("отрасль: Машиностроение", "regions")


def test_a_saved_audience_is_called_by_its_name() -> None:
    assert read("наши", наши=Audience(cohorts=(2023,))) == {"cohorts": [2023]}


@pytest.mark.parametrize("words", ["Нигде", "регион: Машиностроение", "70-999", "когорта никакая"])
def test_strange_words_are_refused(words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(words)
    assert set(refused.value.errors) == {"audience"}


def test_a_name_of_two_things_asks_which() -> None:
    with pytest.raises(InvalidInput, match="по-разному"):
        read("Машиностроение")


RULES = (
    Audience(everyone=True, except_regions=("70",)),
    Audience(cohorts=(2023, 2024), industries=("agriculture", "machine_building")),
    Audience(regions=("55",), districts=("siberia",), except_clusters=("55-002",)),
    Audience(kinds=("opc",), associations=("farmers",), clusters=("70-001",)),
    Audience(clusters=("55-001", "70-002")),
)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_in_words_is_read_back(rule: Audience, language: str) -> None:
    with translation.override(language):
        words = describe(rule, "clusters", audience_names([rule]))
        assert read(words) == rule.to_json(), words


def test_a_rule_of_coordinators_in_words_is_read_back(cast: Cast) -> None:
    rule = Audience(regions=("70",), districts=("far_east",))
    words = describe(rule, "regions", audience_names([rule]))
    assert read(words, "regions") == rule.to_json()


@pytest.mark.parametrize(
    "words",
    [
        "регион:",
        "industry:",
        "отрасль: ,",
        ",",
        ";",
        "кроме:",
        "except",
        "кроме: все",
        "вид:" * 900,
        "70-001," * 600,
    ],
)
def test_a_rule_that_names_nobody_is_refused_and_never_means_everybody(words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(words)
    assert list(caught.value.errors) == ["audience"]
