"""Lists of regions stand in the order of the alphabet: ё beside е, capitals beside small letters."""

import pytest
from django.utils import translation

from clusters.models import Organisation
from dashboard.selectors.registry import registry_choices
from regions.models import Region
from tests.cast import Cast


def test_regions_stand_as_in_a_dictionary(cast: Cast) -> None:
    names = list(Region.objects.order_by("name_key").values_list("name_ru", flat=True))

    assert names == sorted(names, key=lambda name: name.casefold().replace("ё", "е"))


def test_in_english_the_lists_follow_the_english_alphabet(cast: Cast) -> None:
    with translation.override("en"):
        listed = [region.name for region in Region.objects.for_list()]
        chosen = [label for _code, label in registry_choices(cast.scope("controller")).regions]

    assert listed == sorted(listed)
    assert chosen == sorted(chosen)
    assert listed != [region.name_en for region in Region.objects.for_list()]


@pytest.mark.django_db
def test_yo_stands_beside_ye_and_capitals_beside_small_letters() -> None:
    for name in ("Ёлкин", "Жуков", "ежов", "Еланин", "Яшин", "Ян", "abc"):
        Organisation.objects.create(kind="college", name=name)

    assert list(Organisation.objects.order_by("name_key").values_list("name", flat=True)) == [
        "abc", "ежов", "Еланин", "Ёлкин", "Жуков", "Ян", "Яшин",
    ]  # fmt: skip
