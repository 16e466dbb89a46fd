"""Leaves, orders and people to appoint, said in short."""

from datetime import UTC, date, datetime
from typing import Any

from accounts.models import AppointmentCampaign, Leave, Membership, User
from accounts.services.appointing import Appointee, Order
from accounts.services.appointments import campaign_create
from accounts.services.leaves import leave_announce
from tests.cast import Cast

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
"""Noon in Moscow on Tuesday, 10 March 2026."""
TODAY = date(2026, 3, 10)
NO_ORDER = Order()
NEW = Appointee("novikova@tomsk.example", "Новикова", "Нина", "Ниловна")


def post(user: User) -> Membership:
    """The newest appointment of a coordinator."""
    return Membership.objects.filter(user=user, role="coordinator").latest("starts_on", "pk")


def away(cast: Cast, first: date, last: date, who: str = "tomsk_coordinator", **changes: Any) -> Leave:
    """The coordinator of Tomsk is away, his deputy stands in."""
    values = {
        "actor": cast.scope(who),
        "membership_id": post(cast.tomsk_coordinator).pk,
        "stand_in_id": post(cast.tomsk_deputy).pk,
        "starts_on": first,
        "ends_on": last,
    }
    return leave_announce(**{**values, **changes})


def letter(**changes: Any) -> dict[str, Any]:
    """What is typed of a campaign."""
    return {
        "title": "Назначение координаторов",
        "outgoing_number": "12-34",
        "outgoing_on": TODAY,
        "answer_by": date(2026, 3, 27),
        "text": "Прошу назначить координатора.\n\nПрошу прислать копию приказа.",
        "signatory_post": "Руководитель Центра",
        "signatory_name": "И. И. Иванов",
        "reply_to": "answers@centre.example",
        **changes,
    }


def campaign(cast: Cast, who: str = "controller", **changes: Any) -> AppointmentCampaign:
    """A draft."""
    return campaign_create(actor=cast.scope(who), **letter(**changes))
