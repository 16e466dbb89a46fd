"""Running an appointment campaign: writing it, sending its letters, reminding the silent, closing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.appointment_letters import LetterSource, compose_letter
from accounts.enums import CampaignStatus
from accounts.models import AppointmentAsk, AppointmentCampaign, AppointmentLetter
from accounts.policies import can_appoint
from accounts.selectors.appointments import Planned, letter_source, main_coordinators, sending
from accounts.services.basics import check_fields, require
from audit.services import audit_record, audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.names import one_line, written
from common.scope import Scope
from common.versions import require_version
from notifications.services import keys_of_addresses, mail_queue
from regions.models import Region
from regions.services import address_refused_report, addressee_report

KIND = "appointment-letter"
REMINDER = "appointment-reminder"
TEXT_LENGTH = 5000
AHEAD = timedelta(days=366)
"""A term further away than this is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sending did: regions written to, mails queued, regions with nobody to write to."""

    regions: int = 0
    mails: int = 0
    unreached: int = 0


@audited
@transaction.atomic
def campaign_create(*, actor: Scope, **typed: Any) -> AppointmentCampaign:
    """Open a draft with a row for every region; the same draft sent twice by its author is one.

    `typed` are the texts and days of the model. Raises NotAllowed, InvalidInput by field.
    """
    require_appointer(actor)
    values = _values(**typed)
    twin = AppointmentCampaign.objects.filter(
        **values, created_by=actor.user_id, status=CampaignStatus.DRAFT
    ).first()
    if twin is not None:
        return twin
    campaign = AppointmentCampaign(**values, created_by_id=actor.user_id, created_at=clock.now())
    check_fields(campaign)
    campaign.save()
    _ask_all(campaign)
    return campaign


@audited
@transaction.atomic
def campaign_update(
    *, actor: Scope, campaign_id: int, version: int | None, **typed: Any
) -> AppointmentCampaign:
    """Change a draft; a letter that went out is not changed. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion,
    InvalidInput by field."""
    campaign = campaign_locked(actor, campaign_id)
    if not campaign.is_draft:
        raise ImpossibleStep(_("The letters of this campaign have gone out: its text stays as it is."))
    require_version(campaign, version)
    for name, value in _values(**typed).items():
        setattr(campaign, name, value)
    return _saved(campaign)


@audited
@transaction.atomic
def campaign_send(*, actor: Scope, campaign_id: int, version: int | None) -> Sent:
    """Queue the letter to every region that has neither answered nor been asked.

    The first sending needs the `version` whose text the person saw; pressing again reaches only regions whose head or
    address was found since. A region without one opens a task of the staff. Raises Missing, NotAllowed,
    ImpossibleStep (closed), StaleVersion.
    """
    campaign = campaign_locked(actor, campaign_id)
    _require_not_closed(campaign)
    if campaign.is_draft:
        require_version(campaign, version)
        campaign.status, campaign.sent_at = CampaignStatus.OPEN, clock.now()
        _saved(campaign)
    _ask_all(campaign)
    return _write(actor, campaign, is_reminder=False)


@audited
@transaction.atomic
def campaign_remind(*, actor: Scope, campaign_id: int, codes: Iterable[str] | None = None) -> Sent:
    """Write once more to the regions that were asked and are silent (to those of `codes`, or to all).

    A region is reminded once a day at most, however often the button is pressed. Raises Missing, NotAllowed,
    ImpossibleStep (a draft, closed).
    """
    campaign = campaign_locked(actor, campaign_id)
    _require_not_closed(campaign)
    if campaign.is_draft:
        raise ImpossibleStep(_("Nobody has been asked yet: send the letters first."))
    return _write(actor, campaign, is_reminder=True, codes=codes)


@audited
@transaction.atomic
def campaign_close(
    *, actor: Scope, campaign_id: int, version: int | None, outcome: str
) -> AppointmentCampaign:
    """End a campaign with words on its outcome: nothing more is sent or recorded in it.

    Raises Missing, NotAllowed, ImpossibleStep (closed), StaleVersion, InvalidInput.
    """
    campaign = campaign_locked(actor, campaign_id)
    _require_not_closed(campaign)
    require_version(campaign, version)
    outcome = written(outcome)
    if not outcome:
        raise InvalidInput({"outcome": _("Say how the campaign ended.")})
    campaign.status, campaign.outcome = CampaignStatus.CLOSED, outcome
    campaign.closed_at, campaign.closed_by_id = clock.now(), actor.user_id
    return _saved(campaign)


def campaign_locked(actor: Scope, campaign_id: int) -> AppointmentCampaign:
    """The campaign, locked, for whoever may run it. Raises Missing, NotAllowed."""
    campaign: AppointmentCampaign = AppointmentCampaign.objects.select_for_update().fetch(
        actor, pk=campaign_id
    )
    require_appointer(actor)
    return campaign


def require_appointer(actor: Scope) -> None:
    """Raises NotAllowed for whoever may not appoint coordinators."""
    require(can_appoint(actor), _("Coordinators are appointed by administrators and controllers."))


def _require_not_closed(campaign: AppointmentCampaign) -> None:
    if campaign.is_closed:
        raise ImpossibleStep(_("This campaign is closed."))


def _ask_all(campaign: AppointmentCampaign) -> None:
    known = set(AppointmentAsk.objects.filter(campaign=campaign).values_list("region", flat=True))
    codes = Region.objects.order_by("code").values_list("code", flat=True)
    AppointmentAsk.objects.bulk_create(
        [AppointmentAsk(campaign=campaign, region_id=code) for code in codes if code not in known]
    )


def _write(
    actor: Scope, campaign: AppointmentCampaign, *, is_reminder: bool, codes: Iterable[str] | None = None
) -> Sent:
    """Queue the letters of a sending and note which regions were written to; one row of the trail."""
    coordinators = main_coordinators(clock.today())
    regions, mails, unreached = 0, 0, 0
    for planned in sending(campaign, is_reminder=is_reminder, codes=codes):
        queued = 0
        with translation.override(settings.LANGUAGE_CODE):
            is_lacking = addressee_report(
                actor=actor,
                region=planned.ask.region,
                head=planned.head,
                nobody=_("The letter about the regional coordinator has nobody to go to."),
                no_address=_("The letter about the regional coordinator was not sent."),
            )
        if not is_lacking:
            source = letter_source(campaign, planned, coordinators, is_reminder=is_reminder)
            queued = _queue(actor, campaign, planned, source, is_reminder=is_reminder)
        if queued:
            _note_written(planned.ask, is_reminder=is_reminder)
        regions, mails, unreached = regions + bool(queued), mails + queued, unreached + (not queued)
    if regions:
        action = "appointment_remind" if is_reminder else "appointment_send"
        audit_record(actor=actor, action=action, obj=campaign, changes={"mails": (0, mails)}, count=regions)
    return Sent(regions, mails, unreached)


def _queue(
    actor: Scope, campaign: AppointmentCampaign, planned: Planned, source: LetterSource, *, is_reminder: bool
) -> int:
    """The mails to one region; how many. An address that is none opens a task of the staff."""
    letter, head = compose_letter(source), source.head
    kind = REMINDER if is_reminder else KIND
    day = f"{clock.today()}:" if is_reminder else ""
    keys = keys_of_addresses(f"{kind}:{campaign.pk}:{day}{planned.ask.region_id}:", planned.addresses)
    queued = 0
    for key, address in keys.items():
        try:
            mail = mail_queue(
                key=key,
                kind=kind,
                recipient_name=str(head),
                recipient_email=address,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                reply_to=campaign.reply_to,
                link=campaign.get_absolute_url(),
            )
        except InvalidInput as refusal:
            with translation.override(settings.LANGUAGE_CODE):
                address_refused_report(actor=actor, region=planned.ask.region, reason=str(refusal))
            continue
        AppointmentLetter.objects.create(ask=planned.ask, head=head, mail=mail, is_reminder=is_reminder)
        queued += 1
    return queued


def _note_written(ask: AppointmentAsk, *, is_reminder: bool) -> None:
    rows = AppointmentAsk.objects.filter(pk=ask.pk)
    if is_reminder:
        rows.update(reminded_at=clock.now(), reminders=F("reminders") + 1)
    else:
        rows.update(asked_at=clock.now())


def _saved(campaign: AppointmentCampaign) -> AppointmentCampaign:
    campaign.version += 1
    check_fields(campaign)
    campaign.save()
    return campaign


def _values(
    *,
    title: str,
    outgoing_number: str,
    outgoing_on: date,
    answer_by: date,
    text: str,
    signatory_post: str,
    signatory_name: str,
    reply_to: str,
) -> dict[str, Any]:
    """The fields of a campaign, cleaned and checked. Raises InvalidInput by field."""
    lines = {
        "title": title,
        "outgoing_number": outgoing_number,
        "signatory_post": signatory_post,
        "signatory_name": signatory_name,
    }
    values: dict[str, Any] = {name: one_line(value, field=name) for name, value in lines.items()}
    values |= {
        "outgoing_on": outgoing_on, "answer_by": answer_by, "text": written(text), "reply_to": reply_to.strip(),
    }  # fmt: skip
    errors = {}
    for name in ("title", "signatory_post", "signatory_name", "text", "reply_to"):
        if not values[name]:
            errors[name] = _("Fill this in: it stands in the letter.")
    if len(values["text"]) > TEXT_LENGTH:
        errors["text"] = _("The text is longer than %(limit)s characters.") % {"limit": TEXT_LENGTH}
    if abs(outgoing_on - clock.today()) > AHEAD:
        errors["outgoing_on"] = _("The day is too far away: check the year.")
    if answer_by <= outgoing_on:
        errors["answer_by"] = _("The answer cannot be due before the letter is written.")
    elif answer_by > clock.today() + AHEAD:
        errors["answer_by"] = _("The day is too far away: check the year.")
    if errors:
        raise InvalidInput(errors)
    return values
