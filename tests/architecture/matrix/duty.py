"""Who answers for the regions of the world: leaves, orders, appointment campaigns."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Position
from accounts.models import AppointmentCampaign, Leave, Membership, User
from accounts.services.appointing import Order, order_attach
from accounts.services.appointments import campaign_send
from accounts.services.leaves import leave_announce
from common.scope import Role
from tests.accounts.appointing import campaign
from tests.cast import Cast
from tests.files.samples import PDF

ANSWER_BY = date(2026, 5, 29)


def draft_campaign(cast: Cast, title: str, day: date) -> AppointmentCampaign:
    """A campaign of which nothing has been sent."""
    return campaign(cast, title=title, outgoing_on=day, answer_by=ANSWER_BY)


def coming_leave(cast: Cast, code: str, coordinator: User) -> Leave:
    """A coming leave of the coordinator, whose appointment has an order with a file."""
    deputy = cast.tomsk_deputy if code == "70" else _deputy(cast)
    held, stand_in = (Membership.objects.get(user=user) for user in (coordinator, deputy))
    actor = cast.scope("controller")
    paper = SimpleUploadedFile("order.pdf", PDF, "application/pdf")
    order_attach(actor=actor, membership_id=held.pk, order=Order("приказ № 114-о", None, paper))
    return leave_announce(
        actor=actor,
        membership_id=held.pk,
        stand_in_id=stand_in.pk,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 14),
    )


def _deputy(cast: Cast) -> User:
    """A deputy of Omsk, who stands in for the coordinator."""
    user = User.objects.create_user("omsk-deputy@example.org", last_name="Омская", first_name="Ольга")
    Membership.objects.create(
        user=user,
        role=Role.COORDINATOR,
        region=cast.omsk,
        position=Position.DEPUTY,
        starts_on=date(2024, 1, 1),
    )
    return user


def campaign_under_way(cast: Cast, day: date) -> AppointmentCampaign:
    """A campaign under way."""
    made = campaign(cast, outgoing_on=day, answer_by=ANSWER_BY)
    campaign_send(actor=cast.scope("controller"), campaign_id=made.pk, version=made.version)
    made.refresh_from_db()
    return made
