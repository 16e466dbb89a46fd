"""Appointment campaigns: the list, the letter, the tracker of the regions, reminders, the item of a protocol."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.appointment_letters import compose_letter
from accounts.models import AppointmentCampaign
from accounts.policies import can_appoint, can_see_appointments
from accounts.selectors.appointments import (
    Planned,
    campaign_fetch,
    letter_source,
    main_coordinators,
    sending,
)
from accounts.services.appointments import (
    Sent,
    campaign_close,
    campaign_create,
    campaign_remind,
    campaign_send,
    campaign_update,
)
from accounts.step_up import step_up_required
from assignments.models import Protocol
from assignments.selectors.appointments import campaign_rows, tracker
from assignments.services.appointments import appointment_item_draft
from common import clock
from common.errors import NotAllowed
from common.forms import attempt
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.appointment_forms import (
    CampaignCloseForm,
    CampaignEditForm,
    CampaignForm,
    CampaignItemForm,
    CampaignVersionForm,
    LetterPreviewForm,
    RemindForm,
    TrackerFilterForm,
)
from dashboard.appointment_lists import tracker_narrowed
from dashboard.selectors.coordinators import regions_without_charge
from dashboard.selectors.places import district_choices

REMINDER = "reminder"


def _reader(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not can_see_appointments(scope):
        raise NotAllowed(_("The appointment of coordinators is a page of the centre."))
    return scope


def _campaign(request: HttpRequest, pk: int, *, to_run: bool = False) -> AppointmentCampaign:
    found = campaign_fetch(scope_of(request), pk)
    if to_run:
        _appointer(request)
    return found


def _appointer(request: HttpRequest) -> Scope:
    scope = _reader(request)
    if not can_appoint(scope):
        raise NotAllowed(_("Coordinators are appointed by administrators and controllers."))
    return scope


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, and the regions that nobody answers for today."""
    scope = _reader(request)
    context = {
        "rows": campaign_rows(scope),
        "vacant": regions_without_charge(scope),
        "may_run": can_appoint(scope),
    }
    return render(request, "dashboard/appointments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    """A new campaign, as a draft."""
    scope = _appointer(request)
    form = CampaignForm(request.POST or None)
    status = 200
    if form.is_bound:
        status, made = attempt(form, lambda **typed: campaign_create(actor=scope, **typed))
        if made:
            return redirect("dashboard:appointment-letter", made.pk)
    return render(request, "dashboard/appointment_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of a draft."""
    found = _campaign(request, pk, to_run=True)
    initial = {name: getattr(found, name) for name in CampaignEditForm.base_fields}
    form = CampaignEditForm(request.POST or None, initial=initial)
    status = 200
    if form.is_bound:
        status, made = attempt(
            form, lambda **typed: campaign_update(actor=scope_of(request), campaign_id=pk, **typed)
        )
        if made:
            messages.success(request, _("The changes are saved."))
            return redirect("dashboard:appointment-letter", pk)
    context = {"form": form, "campaign": found}
    return render(request, "dashboard/appointment_form.html", context, status=status)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The tracker: every region with what was asked and what came back."""
    scope = scope_of(request)
    whole = tracker(scope, _campaign(request, pk))
    form = TrackerFilterForm(request.GET, district_choices())
    is_valid = form.is_valid()
    context = {
        "campaign": whole.campaign,
        "tracker": whole,
        "form": form,
        "rows": tracker_narrowed(whole, form) if is_valid else [],
        "is_narrowed": not is_valid or any(form.cleaned_data.values()),
        "query": request.GET.urlencode(),
        "may_run": can_appoint(scope),
    }
    return page_or_part(request, "dashboard/appointment.html", "tracker", context, 200 if is_valid else 400)


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets the letter if it is sent now, and the very text that goes to one of them."""
    found = _campaign(request, pk, to_run=True)
    is_reminder = request.GET.get("kind") == REMINDER
    planned = sending(found, is_reminder=is_reminder)
    to_write = [one for one in planned if one.can_be_written]
    form = LetterPreviewForm(request.GET, [(one.ask.region_id, one.ask.region.name) for one in to_write])
    is_valid = form.is_valid()
    context = {
        "campaign": found,
        "is_reminder": is_reminder,
        "to_write": to_write,
        "mails": sum(len(one.addresses) for one in to_write),
        "unreached": [one for one in planned if not one.can_be_written],
        "refused": [one for one in to_write if one.refused],
        "form": form,
        "shown": _shown(found, to_write, form.text("region"), is_reminder=is_reminder) if is_valid else None,
        "send": CampaignVersionForm(initial={"version": found.version}),
    }
    return page_or_part(
        request, "dashboard/appointment_letter.html", "letter", context, 200 if is_valid else 400
    )


def _shown(
    found: AppointmentCampaign, to_write: list[Planned], code: str, *, is_reminder: bool
) -> dict[str, Any] | None:
    one = next((one for one in to_write if not code or one.ask.region_id == code), None)
    if one is None:
        return None
    source = letter_source(found, one, main_coordinators(clock.today()), is_reminder=is_reminder)
    composed = compose_letter(source)
    return {"subject": composed.subject, "text": composed.text, "planned": one}


@require_POST
@step_up_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the letters to the regions that were not asked yet."""
    _campaign(request, pk, to_run=True)
    form = CampaignVersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    _say(request, campaign_send(actor=scope_of(request), campaign_id=pk, version=version))
    return redirect("dashboard:appointment", pk)


@require_POST
@step_up_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Write once more to the silent regions, or to one of them."""
    _campaign(request, pk, to_run=True)
    form = RemindForm(request.POST)
    code = form.cleaned_data["region"] if form.is_valid() else ""
    _say(
        request,
        campaign_remind(actor=scope_of(request), campaign_id=pk, codes=[code] if code else None),
    )
    return redirect("dashboard:appointment", pk)


def _say(request: HttpRequest, sent: Sent) -> None:
    if not sent.regions:
        messages.info(request, _("Nobody was left to write to: nothing was sent twice."))
    else:
        words = ngettext(
            "Letters to %(count)s region are queued.",
            "Letters to %(count)s regions are queued.",
            sent.regions,
        )
        messages.success(request, words % {"count": sent.regions})
    if sent.unreached:
        words = ngettext(
            "%(count)s region has nobody to write to: a task of the staff is open.",
            "%(count)s regions have nobody to write to: tasks of the staff are open.",
            sent.unreached,
        )
        messages.warning(request, words % {"count": sent.unreached})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a campaign."""
    found = _campaign(request, pk, to_run=True)
    form = CampaignCloseForm(request.POST or None, initial={"version": found.version})
    status = 200
    if form.is_bound:
        status, made = attempt(
            form, lambda **typed: campaign_close(actor=scope_of(request), campaign_id=pk, **typed)
        )
        if made:
            messages.success(request, _("The campaign is closed."))
            return redirect("dashboard:appointment", pk)
    context = {"form": form, "campaign": found, "tracker": tracker(scope_of(request), found)}
    return render(request, "dashboard/appointment_close.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the item of a protocol that repeats the letter."""
    found = _campaign(request, pk, to_run=True)
    scope = scope_of(request)
    drafts = Protocol.objects.visible_to(scope).filter(status="draft", is_template=False)
    initial = {"held_on": clock.today()}
    form = CampaignItemForm(request.POST or None, drafts=drafts, initial=initial)
    status = 200
    if form.is_bound:
        status, made = attempt(
            form, lambda **_typed: appointment_item_draft(actor=scope, campaign_id=pk, **form.typed())
        )
        if made:
            messages.success(request, _("The item is in the draft. Check it and issue the protocol."))
            return redirect(made)
    return render(
        request, "dashboard/appointment_item.html", {"form": form, "campaign": found}, status=status
    )
