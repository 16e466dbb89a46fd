"""Regions that nobody answers for today: without a coordinator, without a head, without an address for the letter."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from common import clock
from common.scope import Role, Scope
from regions.models import AuthorityHead, Region

NO_COORDINATOR, NO_HEAD, NO_ADDRESS = "coordinator", "head", "address"
GAPS: dict[str, str | Promise] = {
    NO_COORDINATOR: _("the coordinator"),
    NO_HEAD: _("the head of the authority"),
    NO_ADDRESS: _("the e-mail of the head"),
}


def gap_choices(scope: Scope) -> list[tuple[str, str | Promise]]:
    """What the list of regions can be narrowed by; only the centre knows who is missing everywhere."""
    return list(GAPS.items()) if scope.is_centre else []


def regions_lacking(scope: Scope, gap: str) -> set[str]:
    """Codes of the regions that lack this today. A region without a head is not said to lack his address."""
    return gaps_today(scope)[gap]


def gaps_today(scope: Scope) -> dict[str, set[str]]:
    """For every gap the codes of the regions that have it today; three queries."""
    day = clock.today()
    regions = set(Region.objects.visible_to(scope).order_by().values_list("code", flat=True))
    coordinated = Membership.objects.visible_to(scope).in_force(day).filter(role=Role.COORDINATOR)
    heads = AuthorityHead.objects.visible_to(scope).in_office(day)
    addresses = dict(heads.values_list("authority__region", "emails"))
    return {
        NO_COORDINATOR: regions - set(coordinated.values_list("region", flat=True)),
        NO_HEAD: regions - set(addresses),
        NO_ADDRESS: {
            code for code, emails in addresses.items() if not any(str(one).strip() for one in emails)
        },
    }
