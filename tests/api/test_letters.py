"""The ledger of letters in the API: for the centre, with states, openings and receipts, without keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from common import clock
from rating.models import LetterLink, LetterOpening, RatingLetter, Slice
from rating.services import receipt_by_centre
from tests.cast import Cast
from tests.rating.mailroom import appoint
from tests.rating.test_letters_pages import PUBLISHED_AT, published

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
ADDRESS = "/api/v1/rating/letters/"


@pytest.fixture
def month(cast: Cast) -> Slice:
    appoint("55", "head@omsk.example")
    return published(cast)


@pytest.mark.usefixtures("month")
def test_the_centre_reads_where_each_letter_is(as_person: AsPerson, cast: Cast) -> None:
    letter = RatingLetter.objects.originals().get(region="70")
    opened = PUBLISHED_AT + timedelta(hours=1)
    LetterOpening.objects.create(link=LetterLink.objects.get(region="70"), at=opened)
    with clock.at(opened):
        receipt_by_centre(actor=cast.scope("controller"), letter_id=letter.pk, note="По телефону")
    client = as_person("methodologist")
    (row,) = client.get(f"{ADDRESS}?region=70&kind=letter").json()["results"]
    assert (row["state"], row["recipient"], row["openings"]) == ("queued", "minister@tomsk.example", 1)
    assert row["opened_at"] == row["confirmed_at"] is not None
    assert LetterLink.objects.get(region="70").jti not in client.get(ADDRESS).content.decode()
    for query, regions in (("confirmed=true", {"70"}), ("opened=false", {"55"}), ("state=bounced", set())):
        found = client.get(f"{ADDRESS}?{query}&kind=letter").json()["results"]
        assert {one["region"] for one in found} == regions
    copies = client.get(f"{ADDRESS}?kind=copy").json()["results"]
    assert {one["recipient"] for one in copies} == {
        "tomsk@example.org", "deputy@example.org", "omsk@example.org",
    }  # fmt: skip


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("person", ["tomsk_coordinator", "tomsk_minister", "chair"])
def test_nobody_else_does(as_person: AsPerson, person: str) -> None:
    assert as_person(person).get(ADDRESS).status_code == 403


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("query", ["kind=x", "state=x", "opened=x", "period=2026-13", "nothing=1"])
def test_a_filter_that_does_not_exist_is_named(as_person: AsPerson, query: str) -> None:
    assert as_person("controller").get(f"{ADDRESS}?{query}").status_code == 400
