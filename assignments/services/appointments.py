"""The answer of a region to an appointment campaign, and the item of a protocol that repeats the letter."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Position
from accounts.models import AppointmentAsk, AppointmentCampaign, Handover, Membership
from accounts.services.appointing import Appointee, Order, coordinator_appoint
from accounts.services.appointments import campaign_locked, require_appointer
from assignments.enums import AddresseeKind
from assignments.item_table import next_number
from assignments.models import AppointmentItem, Assignment, Protocol
from assignments.policies import can_draft
from assignments.services.handover import region_hand_over
from assignments.services.protocols import draft_locked, item_save, protocol_create
from audit.services import audit_record, audited
from common import clock
from common.calendar import preceding_working_day
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.scope import Role, Scope
from files.services import stored_or_nothing
from regions.selectors import calendar_overrides


@dataclass(frozen=True, slots=True)
class Answer:
    """What recording an answer came to: the appointment, and how it came about."""

    membership: Membership
    is_invited: bool = False
    is_confirmed: bool = False
    handover: Handover | None = None


@audited
def appointment_record(
    *,
    actor: Scope,
    region_code: str,
    appointee: Appointee,
    position: str,
    starts_on: date,
    order: Order,
    ends_on: date | None = None,
    campaign_id: int | None = None,
    replaces: int | None = None,
    version: int | None = None,
) -> Answer:
    """Record whom a region has appointed: in the place of the one in office, into a vacant post, or the same as before.

    `replaces` is the appointment (in its `version`) whose holder the person relieves: the region is handed over in the
    same act. `campaign_id` notes the answer in a campaign that is under way. Raises Missing, NotAllowed,
    ImpossibleStep, StaleVersion, InvalidInput by field, TooLarge.
    """
    with stored_or_nothing(), transaction.atomic():
        ask = _ask(actor, campaign_id, region_code) if campaign_id is not None else None
        if replaces is not None and not _is_same_person(replaces, appointee):
            answer = _relieve(actor, region_code, replaces, version, appointee, position, starts_on, order)
        else:
            appointed = coordinator_appoint(
                actor=actor,
                region_code=region_code,
                appointee=appointee,
                position=position,
                starts_on=starts_on,
                ends_on=ends_on,
                order=order,
            )
            answer = Answer(appointed.membership, appointed.is_invited, appointed.is_confirmed)
        if ask is not None:
            _note_answer(actor, ask, answer)
        return answer


def _ask(actor: Scope, campaign_id: int, region_code: str) -> AppointmentAsk:
    """The row of the region in a campaign under way, locked. Raises Missing, NotAllowed, ImpossibleStep."""
    campaign = campaign_locked(actor, campaign_id)
    if not campaign.is_open:
        raise ImpossibleStep(
            _("Answers are recorded while a campaign is under way: this one is a draft or closed.")
        )
    rows = AppointmentAsk.objects.select_for_update(of=("self",)).select_related("region")
    ask: AppointmentAsk = rows.fetch(actor, campaign=campaign, region=region_code)
    return ask


def _is_same_person(membership_id: int, appointee: Appointee) -> bool:
    email = appointee.email.strip().lower()
    return Membership.objects.filter(pk=membership_id, user__email=email).exists()


def _relieve(
    actor: Scope,
    region_code: str,
    membership_id: int,
    version: int | None,
    appointee: Appointee,
    position: str,
    starts_on: date,
    order: Order,
) -> Answer:
    require_appointer(actor)
    held = Membership.objects.filter(pk=membership_id, role=Role.COORDINATOR, region=region_code).first()
    if held is None:
        raise Missing(_("There is no such appointment in this region."))
    if held.position != position:
        raise InvalidInput(
            {
                "replaces": _("%(person)s is %(position)s: choose the same position, or relieve nobody.")
                % {"person": held.user.get_short_name(), "position": Position(held.position).label}
            }
        )
    try:
        handover = region_hand_over(
            actor=actor,
            membership_id=membership_id,
            version=version,
            appointee=appointee,
            on=starts_on,
            order=order,
        )
    except InvalidInput as error:
        raise InvalidInput(
            {"starts_on" if field == "on" else field: words for field, words in error.errors.items()}
        ) from error
    new = handover.new
    return Answer(new, is_invited=not new.user.has_usable_password(), handover=handover)


def _note_answer(actor: Scope, ask: AppointmentAsk, answer: Answer) -> None:
    """The main coordinator is the answer of a region; a deputy is, while nobody else was named."""
    if ask.membership is not None and answer.membership.position != Position.MAIN:
        return
    ask.membership = answer.membership
    ask.answered_at, ask.answered_by_id = clock.now(), actor.user_id
    ask.save(update_fields=["membership", "answered_at", "answered_by"])
    changes = {"region": ("", ask.region_id), "membership": ("", answer.membership.pk)}
    audit_record(actor=actor, action="appointment_answer", obj=ask.campaign, changes=changes)


# The item of a protocol


@audited
@transaction.atomic
def appointment_item_draft(
    *,
    actor: Scope,
    campaign_id: int,
    protocol_id: int | None = None,
    number: str = "",
    held_on: date | None = None,
    meeting_title: str = "",
) -> Assignment:
    """The draft of an item to all regions that repeats the letter of a campaign, due on the day of the answer.

    It is put into the draft protocol `protocol_id`, or into a new one of the number, day and meeting. A campaign has
    one item: asked again, that one is returned. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput by field.
    """
    campaign = campaign_locked(actor, campaign_id)
    known = AppointmentItem.objects.filter(campaign=campaign).select_related("assignment__protocol").first()
    if known is not None:
        return known.assignment
    if not can_draft(actor):
        raise NotAllowed(
            _("Protocols are drafted and issued by controllers and administrators of the centre.")
        )
    if campaign.is_closed:
        raise ImpossibleStep(_("This campaign is closed."))
    item = _draft_item(actor, campaign, _draft_of(actor, protocol_id, number, held_on, meeting_title))
    AppointmentItem.objects.create(campaign=campaign, assignment=item)
    return item


def _draft_of(
    actor: Scope, protocol_id: int | None, number: str, held_on: date | None, meeting_title: str
) -> Protocol:
    if protocol_id is not None:
        return draft_locked(actor, protocol_id)
    if held_on is None:
        raise InvalidInput(
            {"held_on": _("Choose a draft protocol, or give the number and the day of a new one.")}
        )
    return protocol_create(actor=actor, number=number, held_on=held_on, meeting_title=meeting_title)


def _draft_item(actor: Scope, campaign: AppointmentCampaign, protocol: Protocol) -> Assignment:
    taken = list(protocol.assignments.order_by("position").values_list("number", flat=True))
    with translation.override("ru"):
        values = {"campaign": campaign}
        text = render_to_string("assignments/appointment_item.txt", values).strip()
        title = render_to_string("assignments/appointment_item.txt#title", values).strip()
        result = render_to_string("assignments/appointment_item.txt#result", values).strip()
    return item_save(
        actor=actor,
        protocol_id=protocol.pk,
        number=next_number(taken),
        text=text,
        title=title,
        expected_result=result,
        due_on=preceding_working_day(campaign.answer_by, calendar_overrides()),
        addressee=AddresseeKind.REGIONS,
        audience={"everyone": True},
    )
