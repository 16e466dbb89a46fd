"""Answers to a campaign: a vacant post, the same person, somebody else; the order; the item of a protocol."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AppointmentAsk, AppointmentCampaign, Handover, Membership, User
from accounts.selectors import scope_for
from accounts.services import membership_add, user_invite
from accounts.services.appointing import Appointee, Order, order_attach
from accounts.services.appointments import campaign_close, campaign_send
from assignments.enums import AddresseeKind
from assignments.models import AppointmentItem, Assignment
from assignments.selectors.appointments import VACANT, AskState, tracker
from assignments.services.appointments import Answer, appointment_item_draft, appointment_record
from assignments.services.protocols import item_delete, protocol_issue
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError
from files.models import StoredFile
from notifications.enums import MailState
from notifications.models import OutboundMail
from regions.models import Region
from tests.accounts.appointing import NEW, NO_ORDER, NOW, TODAY, campaign, post
from tests.assignments.builders import control_rules
from tests.cast import Cast
from tests.files.samples import PDF
from tests.refusals import refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOW):
        yield


@pytest.fixture
def under_way(cast: Cast) -> AppointmentCampaign:
    made = campaign(cast)
    campaign_send(actor=cast.scope("controller"), campaign_id=made.pk, version=1)
    made.refresh_from_db()
    return made


def order(number: str = "приказ № 114-о") -> Order:
    return Order(number, TODAY, SimpleUploadedFile("order.pdf", PDF, "application/pdf"))


def record(cast: Cast, made: AppointmentCampaign | None, code: str = "87", **changes: Any) -> Answer:
    """Somebody new becomes the main coordinator."""
    values: dict[str, Any] = {
        "actor": cast.scope("controller"),
        "region_code": code,
        "campaign_id": made.pk if made else None,
        "appointee": NEW,
        "position": "main",
        "starts_on": TODAY,
        "order": NO_ORDER,
    }
    return appointment_record(**{**values, **changes})


def ask(made: AppointmentCampaign, code: str) -> AppointmentAsk:
    return AppointmentAsk.objects.select_related("membership").get(campaign=made, region=code)


def test_somebody_new_is_appointed_and_invited_with_his_order(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    answer = record(cast, under_way, order=order())
    assert (answer.is_invited, answer.is_confirmed, answer.handover) == (True, False, None)
    assert scope_for(User.objects.get(email=NEW.email)).coordinated == {"87"}
    held = answer.membership
    assert (held.document, held.document_on) == ("приказ № 114-о", TODAY)
    assert held.document_file is not None
    assert held.document_file.original_name == "order.pdf"
    row = ask(under_way, "87")
    assert (row.answered_at, row.answered_by, row.membership) == (NOW, cast.controller, held)
    assert OutboundMail.objects.filter(kind="invitation", recipient_email=NEW.email).count() == 1


def test_the_one_in_office_is_confirmed_with_the_new_papers(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    held = post(cast.tomsk_coordinator)
    answer = record(
        cast, under_way, "70", appointee=Appointee(cast.tomsk_coordinator.email), replaces=held.pk,
        version=1, order=order(),
    )  # fmt: skip
    assert (answer.is_confirmed, answer.membership) == (True, held)
    assert answer.membership.document == "приказ № 114-о"
    assert Membership.objects.filter(user=cast.tomsk_coordinator).count() == 1
    assert ask(under_way, "70").membership == held


def test_somebody_else_takes_the_region_over_in_the_same_act(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    held = post(cast.tomsk_coordinator)
    answer = record(cast, under_way, "70", replaces=held.pk, version=1, order=order())
    assert answer.handover == Handover.objects.get()
    assert scope_for(cast.tomsk_coordinator).coordinated == frozenset()
    assert ask(under_way, "70").membership == answer.membership


def test_a_second_main_coordinator_is_refused_in_words(cast: Cast, under_way: AppointmentCampaign) -> None:
    words = refused(InvalidInput, lambda: record(cast, under_way, "70"))
    assert "Щёкин И. П." in words
    assert ask(under_way, "70").answered_at is None
    assert not User.objects.filter(email=NEW.email).exists()
    assert not OutboundMail.objects.filter(kind="invitation").exists()


def test_so_it_is_on_the_pages_of_administrators(cast: Cast) -> None:
    actor = cast.scope("administrator")
    place = {"role": "coordinator", "region_code": "70", "position": "main", "starts_on": TODAY}
    for act in (
        lambda: membership_add(actor=actor, user_id=cast.newcomer.pk, **place),
        lambda: user_invite(actor=actor, email="x@tomsk.example", last_name="Ин", first_name="Ян", **place),
    ):
        assert "Щёкин И. П." in refused(InvalidInput, act)


def test_a_main_coordinator_of_other_days_is_welcome(cast: Cast) -> None:
    Membership.objects.filter(user=cast.tomsk_coordinator).update(ends_on=TODAY)
    words = refused(InvalidInput, lambda: record(cast, None, "70"))
    assert "10.03.2026" in words
    assert record(cast, None, "70", starts_on=TODAY + DAY).membership.starts_on == TODAY + DAY


def test_a_deputy_is_appointed_beside_the_main_one_and_is_not_the_answer_after_him(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    main = record(cast, under_way, "70", appointee=Appointee(cast.tomsk_coordinator.email)).membership
    deputy = record(cast, under_way, "70", position="deputy").membership
    assert deputy.position == "deputy"
    assert ask(under_way, "70").membership == main


def test_a_deputy_becomes_the_main_one_where_the_post_is_vacant(cast: Cast) -> None:
    Membership.objects.filter(user=cast.tomsk_coordinator).update(ends_on=TODAY - DAY)
    record(cast, None, "70", appointee=Appointee(cast.tomsk_deputy.email))
    held = Membership.objects.filter(user=cast.tomsk_deputy).order_by("starts_on", "pk")
    assert [(row.position, row.ends_on) for row in held] == [("deputy", TODAY - DAY), ("main", None)]


def test_relieving_needs_the_same_position_and_region(cast: Cast) -> None:
    held = post(cast.tomsk_coordinator)
    with pytest.raises(InvalidInput) as caught:
        record(cast, None, "70", replaces=held.pk, version=1, position="deputy")
    assert list(caught.value.errors) == ["replaces"]
    refused(Missing, lambda: record(cast, None, "55", replaces=held.pk, version=1))


@pytest.mark.parametrize(
    ("who", "error"),
    [("methodologist", NotAllowed), ("tomsk_coordinator", NotAllowed), ("public", NotAllowed)],
)
def test_only_the_centre_appoints(cast: Cast, who: str, error: type[PortalError]) -> None:
    refused(error, lambda: record(cast, None, actor=cast.scope(who)))
    assert not User.objects.filter(email=NEW.email).exists()


def test_answers_are_recorded_while_the_campaign_is_under_way(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    actor = cast.scope("controller")
    campaign_close(actor=actor, campaign_id=under_way.pk, version=under_way.version, outcome="Всё.")
    refused(ImpossibleStep, lambda: record(cast, under_way))
    refused(ImpossibleStep, lambda: record(cast, campaign(cast, title="Другая")))


def test_a_file_that_lies_leaves_nothing_behind(cast: Cast, tmp_path: Path) -> None:
    lie = Order("приказ", TODAY, SimpleUploadedFile("order.pdf", b"MZ" * 40, "application/pdf"))
    with pytest.raises(InvalidInput) as caught:
        record(cast, None, order=lie)
    assert list(caught.value.errors) == ["order_file"]
    assert not User.objects.filter(email=NEW.email).exists()
    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_order_may_come_later_and_keeps_what_is_not_said_anew(cast: Cast) -> None:
    held = post(cast.tomsk_coordinator)
    actor = cast.scope("controller")
    order_attach(actor=actor, membership_id=held.pk, order=Order("приказ № 5", TODAY))
    held = order_attach(
        actor=actor,
        membership_id=held.pk,
        order=Order(file=SimpleUploadedFile("order.pdf", PDF, "application/pdf")),
    )
    assert (held.document, held.document_on) == ("приказ № 5", TODAY)
    assert held.document_file is not None
    refused(InvalidInput, lambda: order_attach(actor=actor, membership_id=held.pk, order=NO_ORDER))
    refused(
        NotAllowed,
        lambda: order_attach(actor=cast.scope("tomsk_coordinator"), membership_id=held.pk, order=order()),
    )
    refused(
        Missing,
        lambda: order_attach(
            actor=actor, membership_id=Membership.objects.get(user=cast.chair).pk, order=order()
        ),
    )


# The tracker


def test_the_tracker_says_of_every_region_how_far_it_has_come(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    scope = cast.scope("methodologist")
    states = {row.region.code: row.state for row in tracker(scope, under_way).rows}
    assert states == {"70": AskState.ASKED, "55": AskState.NO_ADDRESS, "87": AskState.NO_ADDRESS}
    record(cast, under_way, "55", appointee=Appointee(cast.omsk_coordinator.email))
    OutboundMail.objects.filter(kind="appointment-letter").update(state=MailState.FAILED)
    whole = tracker(scope, under_way)
    assert whole.counts == {"asked": 1, "no_address": 1, "answered": 1, VACANT: 1}
    tomsk = next(row for row in whole.rows if row.region.code == "70")
    assert tomsk.trouble is not None
    assert [row.region.code for row in whole.narrowed(state=VACANT)] == ["87"]
    assert [row.region.code for row in whole.narrowed(words="томская", district="siberia")] == ["70"]
    assert whole.narrowed(words="томская", district="far_east") == []


def test_the_tracker_costs_the_same_for_three_regions_and_for_twenty(cast: Cast) -> None:
    def cost(made: AppointmentCampaign) -> int:
        with CaptureQueriesContext(connection) as queries:
            tracker(cast.scope("controller"), made)
        return len(queries)

    few = cost(campaign(cast, title="Малая"))
    for number in range(17):
        Region.objects.create(
            code=f"R{number}", name_ru=f"Область {number}", name_en=f"Oblast {number}", short_ru="О",
            brief_ru="О", brief_en="O", genitive_ru="Области", district=cast.tomsk.district, timezone="Asia/Tomsk",
        )  # fmt: skip
    assert cost(campaign(cast, title="Большая")) == few


# The item of a protocol


def drafted(cast: Cast, made: AppointmentCampaign, **changes: Any) -> Assignment:
    values: dict[str, Any] = {"number": "15", "held_on": TODAY, "meeting_title": "Совещание", **changes}
    return appointment_item_draft(actor=cast.scope("controller"), campaign_id=made.pk, **values)


def test_the_item_repeats_the_letter_for_all_regions_in_one_act(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    item = drafted(cast, under_way)
    assert (item.addressee, item.audience) == (AddresseeKind.REGIONS, {"everyone": True})
    assert item.due_on == date(2026, 3, 27)
    assert "№ 12-34 от 10.03.2026" in item.text
    assert item.protocol.is_draft
    assert drafted(cast, under_way, number="16") == item
    assert Assignment.objects.count() == 1


def test_the_item_goes_into_a_draft_that_is_there(cast: Cast, under_way: AppointmentCampaign) -> None:
    first = drafted(cast, under_way)
    second = campaign(cast, title="Вторая")
    item = drafted(cast, second, protocol_id=first.protocol_id, held_on=None, number="")
    assert (item.protocol_id, item.number) == (first.protocol_id, "2")


def test_once_issued_the_tracker_shows_how_each_region_stands(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    control_rules()
    item = drafted(cast, under_way)
    item.protocol.refresh_from_db()
    protocol_issue(
        actor=cast.scope("controller"), protocol_id=item.protocol_id, version=item.protocol.version
    )
    rows = tracker(cast.scope("controller"), under_way).rows
    assert all(row.execution is not None for row in rows)


def test_an_item_deleted_from_its_draft_can_be_drafted_again(
    cast: Cast, under_way: AppointmentCampaign
) -> None:
    item = drafted(cast, under_way)
    item_delete(actor=cast.scope("controller"), item_id=item.pk, version=item.version)
    assert not AppointmentItem.objects.exists()
    assert drafted(cast, under_way, number="16").pk != item.pk


def test_an_item_without_a_protocol_names_the_field(cast: Cast, under_way: AppointmentCampaign) -> None:
    with pytest.raises(InvalidInput) as caught:
        drafted(cast, under_way, held_on=None)
    assert list(caught.value.errors) == ["held_on"]
