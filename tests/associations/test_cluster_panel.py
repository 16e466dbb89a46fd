"""The page of a cluster tells who supports it and what it shares, as far as the reader may know."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from associations.services.keeping import kept_save
from associations.services.support import help_record
from common import clock
from tests.associations.practices import published, repeated
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(datetime(2026, 5, 20, 9, 0, tzinfo=UTC)):
        yield


def test_curator_practices_replications_and_help_stand_on_the_page_of_a_cluster(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    chair = cast.scope("chair")
    kept_save(
        actor=chair, kind="curator", association_id=cast.machine_builders.pk, pk=None, version=None,
        cluster=cast.tomsk_machines.pk, curator=cast.chair.pk, starts_on=date(2026, 5, 1),
    )  # fmt: skip
    help_record(
        actor=chair, association_id=cast.machine_builders.pk, cluster=cast.tomsk_machines.pk, kind="visit",
        helped_on=date(2026, 5, 2), text="Были в цехе.",
    )  # fmt: skip
    practice = published(cast)
    repeated(cast, practice)

    own = as_person("tomsk_coordinator").get(cast.tomsk_machines.get_absolute_url()).content.decode()
    for words in ("Главный Глеб Глебович", practice.title, "Были в цехе.", "Спросить коллегу"):
        assert words in own
    foreign = as_person("omsk_coordinator").get(cast.tomsk_machines.get_absolute_url()).content.decode()
    assert practice.title in foreign
    assert "Были в цехе." not in foreign
    assert "внедряется" in as_person("chair").get(cast.omsk_machines.get_absolute_url()).content.decode()
