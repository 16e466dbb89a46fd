"""Appointment campaigns: who runs them, to whom the letters go, once each, and what is refused."""

import email
from collections.abc import Iterator
from datetime import date, timedelta
from email import policy

import pytest
from auditlog.models import LogEntry

from accounts.models import AppointmentAsk, AppointmentCampaign, AppointmentLetter, Membership
from accounts.selectors.appointments import sending
from accounts.services.appointments import (
    campaign_close,
    campaign_remind,
    campaign_send,
    campaign_update,
)
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from notifications.enums import StaffTaskKind
from notifications.models import OutboundMail, StaffTask
from regions.models import AuthorityHead
from tests.accounts.appointing import NOW, TODAY, campaign, letter
from tests.cast import Cast
from tests.rating.mailroom import appoint
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOW):
        yield


def sent(cast: Cast) -> AppointmentCampaign:
    """A campaign whose letters went out: Tomsk has an address, Omsk a head without one, Chukotka nobody."""
    appoint("55")
    made = campaign(cast)
    campaign_send(actor=cast.scope("controller"), campaign_id=made.pk, version=1)
    return made


def ask(made: AppointmentCampaign, code: str) -> AppointmentAsk:
    return AppointmentAsk.objects.get(campaign=made, region=code)


def text_of(mail: OutboundMail) -> str:
    message = email.message_from_bytes(bytes(mail.payload), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\u00a0", " ").replace("\r\n", "\n")


@pytest.mark.parametrize("who", ["controller", "administrator"])
def test_controllers_and_administrators_begin_a_campaign_for_every_region(cast: Cast, who: str) -> None:
    made = campaign(cast, who)
    assert made.is_draft
    assert set(made.asks.values_list("region", flat=True)) == {"70", "55", "87"}
    assert campaign(cast, who) == made


@pytest.mark.parametrize("who", ["methodologist", "tomsk_coordinator", "tomsk_minister", "chair", "public"])
def test_nobody_else_begins_one(cast: Cast, who: str) -> None:
    refused(NotAllowed, lambda: campaign(cast, who))
    made = campaign(cast)
    expected = NotAllowed if who == "methodologist" else Missing
    for act in (
        lambda: campaign_send(actor=cast.scope(who), campaign_id=made.pk, version=1),
        lambda: campaign_remind(actor=cast.scope(who), campaign_id=made.pk),
        lambda: campaign_close(actor=cast.scope(who), campaign_id=made.pk, version=1, outcome="Всё."),
    ):
        refused(expected, act)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("text", {"text": "\u200b"}),
        ("text", {"text": "т" * 5001}),
        ("answer_by", {"answer_by": TODAY}),
        ("answer_by", {"answer_by": date(2036, 3, 10)}),
        ("outgoing_on", {"outgoing_on": date(2016, 3, 10)}),
        ("reply_to", {"reply_to": "nowhere"}),
        ("signatory_name", {"signatory_name": ""}),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(cast: Cast, field: str, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        campaign(cast, **changes)
    assert field in caught.value.errors
    assert not AppointmentCampaign.objects.exists()


def test_the_letter_goes_to_every_head_with_an_address_and_the_rest_become_tasks(cast: Cast) -> None:
    made = sent(cast)
    mail = AppointmentLetter.objects.get().mail
    assert mail.recipient_email == "minister@tomsk.example"
    assert [ask(made, code).asked_at for code in ("70", "55", "87")] == [NOW, None, None]
    tasks = dict(StaffTask.objects.values_list("object_key", "kind"))
    assert tasks == {
        "region:55": StaffTaskKind.HEAD_WITHOUT_ADDRESS,
        "region:87": StaffTaskKind.NO_HEAD,
    }
    row = LogEntry.objects.get(additional_data__action="appointment_send")
    assert row.additional_data["count"] == 1


def test_the_letter_says_whom_of_whom_and_until_when(cast: Cast) -> None:
    sent(cast)
    mail = OutboundMail.objects.get(kind="appointment-letter")
    text = text_of(mail)
    for words in (
        "Министру образования Томской области\nВерховской А. С.",
        "Исх. № 12-34 от 10.03.2026",
        "Уважаемая Анна Сергеевна!",
        "Прошу назначить координатора.",
        "координатор Томской области: Щёкин Иван Петрович",
        "answers@centre.example не позднее 27 марта 2026 г. включительно",
        "Руководитель Центра\nИ. И. Иванов",
    ):
        assert words in text
    assert b"Reply-To: answers@centre.example" in bytes(mail.payload)


def test_the_preview_is_the_letter(cast: Cast) -> None:
    made = campaign(cast)
    planned = {one.ask.region_id: one for one in sending(made, is_reminder=False)}
    assert {code: one.can_be_written for code, one in planned.items()} == {
        "70": True,
        "55": False,
        "87": False,
    }
    sent(cast)
    assert [one for one in sending(made, is_reminder=False) if one.can_be_written] == []


def test_pressing_again_reaches_only_those_found_since(cast: Cast) -> None:
    made = sent(cast)
    actor = cast.scope("controller")
    assert campaign_send(actor=actor, campaign_id=made.pk, version=1).mails == 0
    AuthorityHead.objects.filter(authority__region="55").update(emails=["head@omsk.example"])
    result = campaign_send(actor=actor, campaign_id=made.pk, version=None)
    assert (result.regions, result.mails, result.unreached) == (1, 1, 1)
    assert OutboundMail.objects.filter(kind="appointment-letter").count() == 2


def test_a_reminder_goes_to_the_silent_once_a_day_and_says_that_it_is_one(cast: Cast) -> None:
    made, actor = sent(cast), cast.scope("controller")
    assert campaign_remind(actor=actor, campaign_id=made.pk).mails == 1
    assert campaign_remind(actor=actor, campaign_id=made.pk).mails == 0
    with clock.at(NOW + timedelta(days=1)):
        assert campaign_remind(actor=actor, campaign_id=made.pk, codes=["55"]).mails == 0
        assert campaign_remind(actor=actor, campaign_id=made.pk, codes=["70"]).mails == 1
    reminders = OutboundMail.objects.filter(kind="appointment-reminder")
    assert reminders.count() == 2
    assert ask(made, "70").reminders == 2
    first = reminders.first()
    assert first is not None
    assert first.subject.startswith("Повторно: ")
    assert "№ 12-34 осталось без ответа" in text_of(first)


def test_who_has_answered_gets_neither_letter_nor_reminder(cast: Cast) -> None:
    made, actor = sent(cast), cast.scope("controller")
    held = Membership.objects.get(user=cast.tomsk_coordinator)
    made.asks.filter(region="70").update(answered_at=NOW, membership=held)
    assert campaign_remind(actor=actor, campaign_id=made.pk).mails == 0
    assert campaign_send(actor=actor, campaign_id=made.pk, version=None).mails == 0


def test_an_address_that_is_none_becomes_a_task_and_stops_no_other_letter(cast: Cast) -> None:
    appoint("55", "not an address")
    made = campaign(cast)
    result = campaign_send(actor=cast.scope("controller"), campaign_id=made.pk, version=1)
    assert (result.regions, result.unreached) == (1, 2)
    assert ask(made, "55").asked_at is None
    assert StaffTask.objects.filter(object_key="region:55", kind=StaffTaskKind.HEAD_WITHOUT_ADDRESS).exists()


def test_a_letter_that_went_out_is_not_changed(cast: Cast) -> None:
    made = sent(cast)
    actor = cast.scope("controller")
    refused(
        ImpossibleStep,
        lambda: campaign_update(actor=actor, campaign_id=made.pk, version=2, **letter(text="Иное.")),
    )


def test_a_draft_is_changed_and_sent_in_the_version_that_was_seen(cast: Cast) -> None:
    made, actor = campaign(cast), cast.scope("controller")
    campaign_update(actor=actor, campaign_id=made.pk, version=1, **letter(text="Иное."))
    for act in (
        lambda: campaign_update(actor=actor, campaign_id=made.pk, version=1, **letter()),
        lambda: campaign_send(actor=actor, campaign_id=made.pk, version=1),
    ):
        refused(StaleVersion, act)
    assert not OutboundMail.objects.exists()


def test_a_closed_campaign_sends_nothing(cast: Cast) -> None:
    made, actor = sent(cast), cast.scope("controller")
    with pytest.raises(InvalidInput):
        campaign_close(actor=actor, campaign_id=made.pk, version=2, outcome=" ")
    closed = campaign_close(actor=actor, campaign_id=made.pk, version=2, outcome="Ответили.")
    assert (closed.is_closed, closed.closed_by) == (True, cast.controller)
    for act in (
        lambda: campaign_remind(actor=actor, campaign_id=made.pk),
        lambda: campaign_send(actor=actor, campaign_id=made.pk, version=3),
        lambda: campaign_close(actor=actor, campaign_id=made.pk, version=3, outcome="Ещё."),
    ):
        assert "закрыта" in refused(ImpossibleStep, act)


def test_nobody_is_reminded_of_a_draft(cast: Cast) -> None:
    made = campaign(cast)
    refused(ImpossibleStep, lambda: campaign_remind(actor=cast.scope("controller"), campaign_id=made.pk))
