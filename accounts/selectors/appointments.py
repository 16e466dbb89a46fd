"""Whom the letters of an appointment campaign go to, and what each of them says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.appointment_letters import LetterSource
from accounts.models import AppointmentAsk, AppointmentCampaign, Membership
from accounts.querysets import AskQuerySet
from common import clock
from common.errors import Missing
from common.scope import Role, Scope
from notifications.selectors import bad_addresses, outbox_address
from regions.models import AuthorityHead
from regions.selectors import heads_in_office


@dataclass(frozen=True, slots=True)
class Planned:
    """A region that a sending concerns; `addresses` is empty where there is nobody to write to."""

    ask: AppointmentAsk
    head: AuthorityHead | None
    addresses: Sequence[str]
    refused: frozenset[str] = frozenset()
    """Those of the addresses that the last letters came back from."""

    @property
    def can_be_written(self) -> bool:
        return self.head is not None and bool(self.addresses)


def asks_to_write(
    campaign: AppointmentCampaign, *, is_reminder: bool, codes: Iterable[str] | None = None
) -> AskQuerySet:
    """The regions that have not answered: not asked yet, or asked and not reminded today.

    `codes` narrows them.
    """
    rows: AskQuerySet = AppointmentAsk.objects.filter(campaign=campaign, answered_at=None)
    if is_reminder:
        rows = rows.silent().exclude(reminded_at__gte=clock.start_of(clock.today()))
    else:
        rows = rows.filter(asked_at=None)
    if codes is not None:
        rows = rows.filter(region__in=list(codes))
    return rows.select_related("region__district").order_by("region__name_key", "region")


def sending(
    campaign: AppointmentCampaign, *, is_reminder: bool, codes: Iterable[str] | None = None
) -> list[Planned]:
    """What a sending would do now, region by region; a fixed number of queries."""
    heads = heads_in_office(clock.today())
    asks = list(asks_to_write(campaign, is_reminder=is_reminder, codes=codes))
    found = []
    for ask in asks:
        head = heads.get(ask.region_id)
        found.append((ask, head, addresses_of(head)))
    bad = bad_addresses(address for _ask, _head, addresses in found for address in addresses)
    return [
        Planned(ask, head, addresses, frozenset(each for each in addresses if outbox_address(each) in bad))
        for ask, head, addresses in found
    ]


def addresses_of(head: AuthorityHead | None) -> list[str]:
    """The addresses of a head, each once; none without a head."""
    written = [str(address).strip() for address in head.emails] if head else []
    return list(dict.fromkeys(filter(None, written)))


def main_coordinators(day: date) -> Mapping[str, list[Membership]]:
    """The main coordinators in office on a day by region, as their letters name them; one query."""
    found: dict[str, list[Membership]] = defaultdict(list)
    held = Membership.objects.in_force(day).filter(role=Role.COORDINATOR, user__is_active=True)
    for row in held.select_related("user").order_by("-position", "user__name_key", "pk"):
        others = found[row.region_id or ""]
        if not others or others[0].position == row.position:
            others.append(row)
    return found


def letter_source(
    campaign: AppointmentCampaign,
    planned: Planned,
    coordinators: Mapping[str, list[Membership]],
    *,
    is_reminder: bool,
) -> LetterSource:
    """All that the letter to a region says. Raises Missing where there is nobody to write to."""
    if planned.head is None:
        raise Missing("")
    return LetterSource(
        campaign=campaign,
        region=planned.ask.region,
        head=planned.head,
        current=coordinators.get(planned.ask.region_id, []),
        written_on=clock.today(),
        is_reminder=is_reminder,
    )


def campaign_fetch(scope: Scope, pk: int) -> AppointmentCampaign:
    """The campaign; Missing for whoever is not of the centre."""
    rows = AppointmentCampaign.objects.select_related("created_by", "closed_by")
    found: AppointmentCampaign = rows.fetch(scope, pk=pk)
    return found
