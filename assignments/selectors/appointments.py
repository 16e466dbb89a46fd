"""The tracker of an appointment campaign: every region with what was asked, what came back, and who answers today."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.duty import Charge
from accounts.models import AppointmentAsk, AppointmentCampaign, AppointmentLetter
from accounts.selectors.appointments import addresses_of
from accounts.selectors.duty import duties
from assignments.models import AppointmentItem, Assignment, Execution
from common import clock
from common.names import words_of
from common.scope import Scope
from notifications.enums import MailState
from notifications.models import OutboundMail
from regions.models import AuthorityHead, Region
from regions.selectors import heads_in_office


class AskState(TextChoices):
    """How far a region has come in a campaign."""

    ANSWERED = "answered", pgettext_lazy("region", "answered")
    REMINDED = "reminded", pgettext_lazy("region", "reminded, silent")
    ASKED = "asked", pgettext_lazy("region", "asked, silent")
    NO_ADDRESS = "no_address", pgettext_lazy("region", "nobody to write to")
    WAITING = "waiting", pgettext_lazy("region", "not asked yet")


VACANT = "vacant"
"""A filter beside the states: regions in which nobody is in charge today."""
REFUSED = (MailState.FAILED, MailState.BOUNCED, MailState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class AskRow:
    """A line of the tracker. `trouble` is the last letter that did not arrive for sure; `execution` of the item."""

    ask: AppointmentAsk
    state: AskState
    head: AuthorityHead | None
    addresses: Sequence[str]
    today: Sequence[Charge]
    trouble: OutboundMail | None = None
    execution: Execution | None = None

    @property
    def region(self) -> Region:
        return self.ask.region

    @property
    def names_today(self) -> list[str]:
        """The short names of those in charge."""
        return [charge.name for charge in self.today]

    @property
    def execution_id(self) -> int | None:
        return self.execution.pk if self.execution else None

    @property
    def is_silent(self) -> bool:
        return self.state in (AskState.ASKED, AskState.REMINDED)

    @property
    def is_reminded_today(self) -> bool:
        at = self.ask.reminded_at
        return at is not None and clock.day_of(at) == clock.today()


@dataclass(frozen=True, slots=True)
class Tracker:
    """All rows of a campaign in the alphabet of the reader, and its item."""

    campaign: AppointmentCampaign
    rows: Sequence[AskRow]
    item: Assignment | None
    day: date

    @property
    def item_id(self) -> int | None:
        return self.item.pk if self.item else None

    @property
    def counts(self) -> Mapping[str, int]:
        """Regions by state, and those without anybody today."""
        found = Counter(row.state.value for row in self.rows)
        found[VACANT] = sum(not row.today for row in self.rows)
        return found

    @property
    def to_remind(self) -> int:
        """Regions that the button would write to now."""
        return sum(row.is_silent and not row.is_reminded_today and bool(row.addresses) for row in self.rows)

    @property
    def to_ask(self) -> int:
        """Regions that the first letter would go to now."""
        return sum(row.state == AskState.WAITING for row in self.rows)

    @property
    def is_late(self) -> bool:
        """Whether the day of the answer is over while regions are silent."""
        return self.campaign.is_open and self.campaign.answer_by < self.day and bool(self.silent)

    @property
    def silent(self) -> int:
        return sum(row.is_silent for row in self.rows)

    def narrowed(self, *, state: str = "", words: str = "", district: str = "") -> list[AskRow]:
        """The rows of a state (or VACANT), of a district, with these words in the name of the region."""
        keys = words_of(words)
        return [
            row
            for row in self.rows
            if (not state or (not row.today if state == VACANT else row.state == state))
            and (not district or row.region.district_id == district)
            and all(key in row.region.search_key for key in keys)
        ]


STATE_CHOICES = [*AskState.choices, (VACANT, _("nobody in charge today"))]


def tracker(scope: Scope, campaign: AppointmentCampaign) -> Tracker:
    """The tracker in a fixed number of queries."""
    asks = {
        ask.region_id: ask
        for ask in AppointmentAsk.objects.visible_to(scope)
        .filter(campaign=campaign)
        .select_related("membership__user", "answered_by")
    }
    regions = [region for region in Region.objects.for_list() if region.code in asks]
    heads, duty, day = heads_in_office(clock.today()), duties(scope, asks), clock.today()
    troubles = _troubles(scope, campaign)
    item = AppointmentItem.objects.visible_to(scope).filter(campaign=campaign).select_related(
        "assignment__protocol"
    ).first()  # fmt: skip
    executions = _executions(scope, item)
    rows = []
    for region in regions:
        ask = asks[region.code]
        ask.region = region
        head = heads.get(region.code)
        addresses = addresses_of(head)
        rows.append(
            AskRow(
                ask=ask,
                state=_state(ask, addresses),
                head=head,
                addresses=addresses,
                today=duty[region.code].on(day),
                trouble=troubles.get(ask.pk),
                execution=executions.get(region.code),
            )
        )
    return Tracker(campaign, rows, item.assignment if item else None, day)


def _state(ask: AppointmentAsk, addresses: Sequence[str]) -> AskState:
    if ask.answered_at is not None:
        return AskState.ANSWERED
    if ask.reminded_at is not None:
        return AskState.REMINDED
    if ask.asked_at is not None:
        return AskState.ASKED
    return AskState.WAITING if addresses else AskState.NO_ADDRESS


def _troubles(scope: Scope, campaign: AppointmentCampaign) -> dict[int, OutboundMail]:
    """The newest letter of each region, where it was refused or its fate is unknown."""
    letters = AppointmentLetter.objects.visible_to(scope).filter(ask__campaign=campaign)
    newest: dict[int, list[OutboundMail]] = defaultdict(list)
    for letter in letters.select_related("mail").defer("mail__payload").order_by("pk"):
        newest[letter.ask_id].append(letter.mail)
    return {ask: mails[-1] for ask, mails in newest.items() if mails[-1].state in REFUSED}


def _executions(scope: Scope, item: AppointmentItem | None) -> dict[str, Execution]:
    if item is None:
        return {}
    rows = Execution.objects.visible_to(scope).filter(assignment=item.assignment_id, cluster=None)
    return {row.region_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A line of the list of campaigns."""

    campaign: AppointmentCampaign
    regions: int
    answered: int
    silent: int


def campaign_rows(scope: Scope) -> list[CampaignRow]:
    """All campaigns, the latest first, with their counts; two queries."""
    asks = AppointmentAsk.objects.visible_to(scope)
    silent = Q(asked_at__isnull=False, answered_at=None)
    counted = {
        row["campaign"]: row
        for row in asks.order_by()
        .values("campaign")
        .annotate(regions=Count("pk"), answered=Count("answered_at"), silent=Count("pk", filter=silent))
    }
    return [
        CampaignRow(row, **{name: counted[row.pk][name] for name in ("regions", "answered", "silent")})
        for row in AppointmentCampaign.objects.visible_to(scope)
        if row.pk in counted
    ]
