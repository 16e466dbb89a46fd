"""The coordinators get a copy of the letter: their own mails, marked, without the link of the head."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.enums import Position
from accounts.models import Membership, User
from common import clock
from common.scope import SYSTEM, Role
from notifications.models import OutboundMail, StaffTask
from rating.models import LetterLink, RatingLetter, Slice
from rating.services import letters_queue, slice_publish, slice_revise
from regions.models import Region
from tests.cast import Cast
from tests.rating.mailroom import appoint, loaded, message, part
from tests.rating.mailroom import published as published_case
from tests.rating.test_letters_pages import PUBLISHED_AT, letter_of, published

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)


@pytest.fixture
def month(cast: Cast) -> Slice:
    appoint("55", "head@omsk.example", last_name="Омская")
    return published(cast)


def copies(region: str) -> list[RatingLetter]:
    rows = RatingLetter.objects.filter(kind="copy", region=region).select_related("mail")
    return list(rows.order_by("mail__recipient_email"))


@pytest.mark.usefixtures("month")
def test_each_coordinator_gets_a_mail_of_his_own_marked_as_a_copy() -> None:
    tomsk = copies("70")
    assert [copy.mail.recipient_email for copy in tomsk] == ["deputy@example.org", "tomsk@example.org"]
    letter = letter_of("70")
    for copy in tomsk:
        assert copy.mail.kind == "rating-letter-copy"
        assert copy.mail.key.startswith("rating-letter-copy:2026-10:r1:70:")
        assert copy.mail.message_id != letter.mail.message_id
        assert message(copy)["Subject"] == f"Копия: {message(letter)['Subject']}"
        assert part(copy, "plain").startswith(
            "КОПИЯ ДЛЯ СВЕДЕНИЯ. Письмо направлено адресату: Верховская Анна Сергеевна, Министр"
        )
        assert "Копия для сведения." in part(copy, "html")


@pytest.mark.usefixtures("month")
def test_no_copy_carries_the_link_of_the_head() -> None:
    keys = set(LetterLink.objects.values_list("jti", flat=True))
    assert len(keys) == 2
    for copy in (*copies("70"), *copies("55")):
        for text in (part(copy, "plain"), part(copy, "html"), bytes(copy.mail.payload).decode()):
            assert not re.search("|".join(keys), text)
        assert f"/rating/2026-10/r1/regions/{copy.region_id}/" in part(copy, "plain")


@pytest.mark.usefixtures("month")
def test_a_copy_is_no_delivery_and_stands_apart_in_the_ledger(as_person: AsPerson) -> None:
    client = as_person("controller")
    page = client.get("/letters/")
    assert page.context["total"] == len(page.context["page"].object_list) == 2
    apart = client.get("/letters/?kind=copy").context["page"].object_list
    assert {row.region_id for row in apart} == {"70", "55"}
    shown = client.get(f"/letters/{copies('70')[0].pk}/").content.decode()
    assert "/receipt/" not in shown
    assert client.get(f"/letters/{copies('70')[0].pk}/eml/").status_code == 200


def test_pressing_again_copies_nothing_twice(month: Slice) -> None:
    before = OutboundMail.objects.count()
    with clock.at(PUBLISHED_AT + timedelta(days=1)):
        assert letters_queue(slice=month, actor=SYSTEM) == []
    assert OutboundMail.objects.count() == before


def test_an_address_that_no_server_would_take_is_a_task_and_stops_no_letter(cast: Cast) -> None:
    User.objects.filter(pk=cast.tomsk_deputy.pk).update(email="no address")
    published(cast)
    assert letter_of("70")
    assert [copy.mail.recipient_email for copy in copies("70")] == ["tomsk@example.org"]
    assert StaffTask.objects.open().filter(kind="address_bad").count() == 1


def test_a_correction_is_copied_only_where_it_changed_something() -> None:
    loaded("case3")
    for code in Region.objects.values_list("code", flat=True):
        person = User.objects.create_user(f"{code}@coordinators.example", last_name=code, first_name="К")
        Membership.objects.create(
            user=person,
            role=Role.COORDINATOR,
            region_id=code,
            position=Position.MAIN,
            starts_on=date(2023, 9, 1),
        )
    published_case()
    assert RatingLetter.objects.filter(kind="copy").count() == 7
    revision = slice_revise(
        actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="решение по возражению региона R3"
    )
    with clock.at(APPEAL + timedelta(days=1)):
        slice_publish(actor=SYSTEM, slice_id=revision.pk)
    sent = RatingLetter.objects.filter(slice=revision).values_list("kind", "region", "mail__recipient_email")
    assert sorted(sent) == [("copy", "R3", "r3@coordinators.example"), ("letter", "R3", "head@r3.example")]
    (copy,) = RatingLetter.objects.filter(slice=revision, kind="copy").select_related("mail")
    assert message(copy)["Subject"].startswith("Копия: Исправление: о рейтинге")
    assert "редакция 2 заменяет редакцию 1" in part(copy, "plain")
