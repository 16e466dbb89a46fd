"""Who answers for the regions: a campaign that asks for names, a handover, a leave, a consent that is withdrawn."""

from datetime import date

import pytest

from accounts.models import AppointmentCampaign, Leave, Membership
from regions.services import sharing_agree
from tests.accounts.appointing import campaign, post
from tests.cast import Cast
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_campaign_is_looked_through_and_sent(visit: Visit, cast: Cast) -> None:
    asked = campaign(cast, outgoing_on=date(2026, 11, 20), answer_by=date(2026, 12, 4))
    controller = visit("controller")
    address = f"/appointments/{asked.pk}/"
    for name in ("edit/", "letter/", "item/"):
        controller.open(f"{address}{name}")
        controller.is_pleased(f"task-campaign-{name.rstrip('/')}")
    controller.open(f"{address}letter/")
    controller.send(controller.form("/send/"))
    assert AppointmentCampaign.objects.get().asks.exclude(asked_at=None).count() == 1
    controller.is_pleased("task-campaign-sent")
    for name in ("regions/70/", "close/"):
        controller.open(f"{address}{name}")
        controller.is_pleased(f"task-campaign-{name.partition('/')[0]}")


def test_a_coordinator_goes_on_leave_and_is_replaced(visit: Visit, cast: Cast) -> None:
    held = post(cast.tomsk_coordinator)
    coordinator = visit("tomsk_coordinator")
    page = coordinator.open(f"/coordinators/{held.pk}/leave/")
    coordinator.is_pleased("task-leave")
    page.locator("main input[name=starts_on]").fill("23.11.2026")
    page.locator("main input[name=ends_on]").fill("27.11.2026")
    page.locator("main select[name=stand_in]").select_option(str(post(cast.tomsk_deputy).pk))
    coordinator.send("main form[method=post]")
    assert Leave.objects.get().starts_on == date(2026, 11, 23)

    controller = visit("controller")
    for name in (f"/coordinators/{held.pk}/hand-over/", f"/coordinators/{held.pk}/order/",
                 "/regions/87/coordinators/appoint/"):  # fmt: skip
        controller.open(name)
        controller.is_pleased(f"task-coordinator-{name.rstrip('/').rpartition('/')[2]}")
    assert Membership.objects.filter(user=cast.tomsk_coordinator, ends_on=None).exists()


def test_a_region_withdraws_its_consent(visit: Visit, cast: Cast) -> None:
    sharing_agree(actor=cast.scope("tomsk_coordinator"), region_code="70")
    coordinator = visit("tomsk_coordinator")
    coordinator.open("/regions/70/sharing/withdraw/")
    coordinator.is_pleased("task-sharing-withdraw")
    coordinator.send("main form[method=post]")
    assert cast.tomsk.sharing_consents.get().withdrawn_at is not None
