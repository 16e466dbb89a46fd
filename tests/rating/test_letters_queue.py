"""Letters go out with the publication: one per address, again only where a correction changed something."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from assignments.models import Execution
from common import clock
from common.errors import ImpossibleStep, NotAllowed
from common.scope import SYSTEM, Role, Scope
from notifications.enums import MailState, StaffTaskKind
from notifications.models import OutboundMail, StaffTask
from rating.models import RatingLetter
from rating.selectors.letters import letter_sources
from rating.services import letters_queue, slice_close, slice_publish, slice_revise
from regions.models import AuthorityHead
from regions.selectors import heads_in_office
from tests.rating.mailroom import PUBLISHED_AT, appoint, loaded, message, part, published, text_of
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db

APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)


def sent_again(slice_: Any) -> list[RatingLetter]:
    with clock.at(PUBLISHED_AT + timedelta(days=1)):
        return letters_queue(slice=slice_, actor=SYSTEM)


def test_publication_queues_one_letter_per_region_with_its_page() -> None:
    loaded("case3")
    published()
    letters = RatingLetter.objects.select_related("mail")
    assert [letter.region_id for letter in letters] == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    for letter in letters:
        assert letter.mail.state == MailState.QUEUED
        assert (
            letter.mail.key
            == f"rating-letter:2023-11:r1:{letter.region_id}:head@{letter.region_id.lower()}.example"
        )
        assert letter.mail.link == f"/letters/{letter.pk}/"
        assert message(letter)["Date"].datetime == PUBLISHED_AT


def test_every_address_of_a_head_gets_its_own_letter_once() -> None:
    load(read("case1"))
    appoint("77", "one@moscow.example", "Two@moscow.example", "two@moscow.example ")
    slice_ = published()
    mails = OutboundMail.objects.order_by("recipient_email")
    assert [mail.recipient_email for mail in mails] == ["Two@moscow.example", "one@moscow.example"]
    assert len({mail.message_id for mail in mails}) == 2
    for letter in RatingLetter.objects.all():
        assert message(letter)["To"].addresses[0].addr_spec == letter.mail.recipient_email
        assert "one@" not in part(letter, "plain")
    assert sent_again(slice_) == []
    assert OutboundMail.objects.count() == 2


def test_the_letter_goes_to_the_head_in_office_today() -> None:
    load(read("case1"))
    appoint("77", "old@moscow.example", ends_on=date(2023, 11, 30))
    appoint("77", "new@moscow.example", starts_on=date(2023, 12, 1))
    published()
    assert OutboundMail.objects.get().recipient_email == "new@moscow.example"


def test_a_region_without_head_or_address_opens_a_task_and_stops_nothing() -> None:
    load(read("case3"))
    appoint("R1", "head@r1.example")
    appoint("R2")
    appoint("R3", "  ")
    appoint("R4", "no address")
    published()
    assert RatingLetter.objects.get().region_id == "R1"
    tasks = dict(StaffTask.objects.open().values_list("object_key", "kind"))
    assert tasks == {
        "region:R2": StaffTaskKind.HEAD_WITHOUT_ADDRESS,
        "region:R3": StaffTaskKind.HEAD_WITHOUT_ADDRESS,
        "region:R4": StaffTaskKind.HEAD_WITHOUT_ADDRESS,
        **{f"region:{code}": StaffTaskKind.NO_HEAD for code in ("R5", "R6", "R7")},
    }
    assert "no address" in StaffTask.objects.get(object_key="region:R4").reason
    assert StaffTask.objects.get(object_key="region:R2").link == "/regions/R2/"


def test_pressing_again_serves_an_address_found_later_and_nobody_twice() -> None:
    load(read("case3"))
    appoint("R1", "head@r1.example")
    head = appoint("R2")
    slice_ = published()
    AuthorityHead.objects.filter(pk=head.pk).update(emails=["head@r2.example"])
    assert [letter.region_id for letter in sent_again(slice_)] == ["R2"]
    assert sent_again(slice_) == []


def test_a_draft_has_no_letters_and_only_keepers_send_them() -> None:
    loaded("case3")
    draft = slice_close(actor=SYSTEM, period="2023-11")
    with pytest.raises(ImpossibleStep):
        letters_queue(slice=draft, actor=SYSTEM)
    with pytest.raises(NotAllowed):
        letters_queue(slice=draft, actor=Scope(user_id=1, roles=frozenset({Role.CONTROLLER})))
    assert not OutboundMail.objects.exists()


def test_a_correction_is_sent_only_to_regions_that_it_changed_and_says_why() -> None:
    loaded("case3")
    published()
    revision = slice_revise(
        actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="решение по возражению региона R3"
    )
    with clock.at(APPEAL + timedelta(days=1)):
        slice_publish(actor=SYSTEM, slice_id=revision.pk)
    letters = RatingLetter.objects.filter(slice=revision)
    assert [letter.region_id for letter in letters] == ["R3"]
    assert message(letters[0])["Subject"].startswith("Исправление: о рейтинге эффективности")
    assert (
        "Это исправление: редакция 2 заменяет редакцию 1. Причина исправления: «решение по возражению региона R3». "
        "Было: балл 90,00, зелёная зона, на границе зон, место 3 (от 1 до 3). "
        "Стало: балл 100,00, зелёная зона, на границе зон, место 1 (от 1 до 3)."
    ) in text_of("R3", revision=2)
    assert "/letters/open/?key=" in text_of("R3", revision=2)


def test_a_month_first_published_as_its_second_revision_goes_to_all_without_talk_of_correction() -> None:
    loaded("case3")
    slice_close(actor=SYSTEM, period="2023-11")
    revision = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="до публикации")
    with clock.at(APPEAL + timedelta(days=1)):
        slice_publish(actor=SYSTEM, slice_id=revision.pk)
    assert RatingLetter.objects.count() == 7
    assert "исправление" not in text_of("R3", revision=2).lower()


def test_the_same_month_gives_the_same_bytes() -> None:
    loaded("case3")
    draft = slice_close(actor=SYSTEM, period="2023-11")
    with clock.at(PUBLISHED_AT):
        with transaction.atomic():
            slice_publish(actor=SYSTEM, slice_id=draft.pk)
            first = {mail.key: bytes(mail.payload) for mail in OutboundMail.objects.all()}
            transaction.set_rollback(True)
        assert not OutboundMail.objects.exists()
        slice_publish(actor=SYSTEM, slice_id=draft.pk)
    assert {mail.key: bytes(mail.payload) for mail in OutboundMail.objects.all()} == first


def test_what_was_handed_in_after_the_slice_is_not_asked_for_again() -> None:
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    draft = slice_close(actor=SYSTEM, period="2023-11")
    Execution.objects.filter(state="issued").update(state="in_review", in_review_since=PUBLISHED_AT)
    with clock.at(PUBLISHED_AT):
        slice_publish(actor=SYSTEM, slice_id=draft.pk)
    assert "Неисполненных поручений со сроком до конца декабря 2023 года у кластеров региона нет." in text_of(
        "77"
    )


def test_the_publisher_may_read_english_the_letter_stays_russian() -> None:
    from django.utils import translation

    loaded("case1")
    with translation.override("en"):
        published()
    assert "Балл 77 за ноябрь 2023 года" in text_of("77")
    assert "70,71" in text_of("77")


def test_reading_the_sources_takes_as_many_queries_for_seven_regions_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    loaded("case3")
    slice_ = published()
    heads = heads_in_office(PUBLISHED_AT.date())
    for some in ({"R4": heads["R4"]}, heads):
        with django_assert_num_queries(7):
            sources = list(letter_sources(slice_, some, None, PUBLISHED_AT.date()))
            assert [
                str(loss.execution.assignment.protocol) for source in sources for loss in source.facts.losses
            ]
