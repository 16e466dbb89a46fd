"""How the coordinators of the demonstration were appointed, and who stands in and takes over these days."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from accounts.appointment_letters import default_text
from accounts.enums import Position
from accounts.models import AppointmentCampaign, Membership
from accounts.services.appointing import Appointee, Order
from accounts.services.appointments import campaign_close, campaign_create, campaign_remind, campaign_send
from accounts.services.leaves import leave_announce
from assignments.services.appointments import appointment_record
from assignments.services.handover import region_hand_over
from common import clock
from common.scope import Role, Scope
from demo.evidence import sample_upload

TITLE = "Назначение региональных координаторов"
OUTCOME = "Ответили почти все регионы; с остальными назначение подтверждено по телефону."
PROMPT_SHARE, SILENT_SHARE = 3, 30
"""Of so many regions one answers after the reminder only, or not at all."""
WITH_FILE = 10
"""Every so many orders come with their file."""
LEAVE = (timedelta(days=-2), timedelta(days=9))
HANDOVER = timedelta(days=10)


class Campaign:
    """The campaign that began with the portal; its acts in their order, each at its own instant."""

    def __init__(self, controller: Scope, since: date) -> None:
        self.controller = controller
        self.since = since

    def acts(self) -> list[tuple[datetime, Callable[[], None]]]:
        """What happens when: the letters, the prompt answers, the reminder, the late ones, the end."""
        return [
            (self._on(0), self.send),
            (self._on(5), self.answer_promptly),
            (self._on(9), self.remind),
            (self._on(12), self.answer_late),
            (self._on(20), self.close),
        ]

    def _on(self, days: int) -> datetime:
        return datetime.combine(self.since + timedelta(days=days), time(11, 0), clock.MOSCOW)

    def send(self) -> None:
        """Write to all authorities."""
        campaign = campaign_create(
            actor=self.controller,
            title=TITLE,
            outgoing_number="05-1174",
            outgoing_on=self.since,
            answer_by=self.since + timedelta(days=14),
            text=default_text(),
            signatory_post="Руководитель Центра управления и развития",
            signatory_name="А. В. Заречный",
            reply_to="coordinators@centre.example",
        )
        campaign_send(actor=self.controller, campaign_id=campaign.pk, version=campaign.version)

    def answer_promptly(self) -> None:
        """Most regions confirm their coordinator within the week."""
        self._record([number for number in range(len(self._main())) if number % PROMPT_SHARE])

    def answer_late(self) -> None:
        """The others do so after the reminder; a few stay silent."""
        late = (number for number in range(len(self._main())) if number % PROMPT_SHARE == 0)
        self._record([number for number in late if number % SILENT_SHARE])

    def remind(self) -> None:
        """Write once more to the silent."""
        campaign_remind(actor=self.controller, campaign_id=self._campaign().pk)

    def close(self) -> None:
        """End it."""
        campaign = self._campaign()
        campaign_close(
            actor=self.controller, campaign_id=campaign.pk, version=campaign.version, outcome=OUTCOME
        )

    def _record(self, numbers: list[int]) -> None:
        held = self._main()
        for number in numbers:
            membership = held[number]
            appointment_record(
                actor=self.controller,
                region_code=str(membership.region_id),
                campaign_id=self._campaign().pk,
                appointee=Appointee(membership.user.email),
                position=Position.MAIN,
                starts_on=membership.starts_on,
                order=Order(
                    on=self.since + timedelta(days=number % 4),
                    file=sample_upload(number, "Скан приказа") if number % WITH_FILE == 1 else None,
                ),
            )

    @staticmethod
    def _campaign() -> AppointmentCampaign:
        return AppointmentCampaign.objects.get(title=TITLE)

    @staticmethod
    def _main() -> list[Membership]:
        rows = Membership.objects.filter(role=Role.COORDINATOR, position=Position.MAIN)
        return list(rows.select_related("user").order_by("region"))


def stand_in_and_take_over(controller: Scope) -> None:
    """In one region the deputy stands in these days; in another he takes over soon."""
    deputies = list(
        Membership.objects.filter(role=Role.COORDINATOR, position=Position.DEPUTY)
        .select_related("user")
        .order_by("-region")[:2]
    )
    for deputy, act in zip(deputies, (_leave, _hand_over), strict=False):
        main = Membership.objects.get(
            role=Role.COORDINATOR, position=Position.MAIN, region=deputy.region_id, ends_on=None
        )
        act(controller, main, deputy)


def _leave(controller: Scope, main: Membership, deputy: Membership) -> None:
    first, last = (clock.today() + shift for shift in LEAVE)
    leave_announce(
        actor=controller,
        membership_id=main.pk,
        stand_in_id=deputy.pk,
        starts_on=first,
        ends_on=last,
        document="приказ № 218-к",
    )


def _hand_over(controller: Scope, main: Membership, deputy: Membership) -> None:
    region_hand_over(
        actor=controller,
        membership_id=main.pk,
        version=main.version,
        appointee=Appointee(deputy.user.email),
        on=clock.today() + HANDOVER,
        order=Order("приказ № 402-о", clock.today()),
    )
