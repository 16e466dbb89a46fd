"""The coordinators of a region: who answers and answered, appointments, handovers, leaves, orders."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Leave, Membership
from accounts.policies import can_announce_leave, can_appoint
from accounts.selectors.appointments import campaign_fetch
from accounts.selectors.duty import stand_ins_for
from accounts.services.appointing import order_attach
from accounts.services.leaves import leave_announce, leave_end
from accounts.step_up import step_up_required
from assignments.selectors.handover import work_of, works_of
from assignments.services.appointments import Answer, appointment_record
from assignments.services.handover import region_hand_over
from common import clock
from common.errors import ImpossibleStep, Missing, NotAllowed
from common.formatting import date_short
from common.forms import attempt
from common.scope import scope_of
from dashboard.appointment_forms import (
    AppointForm,
    HandOverForm,
    LeaveEndForm,
    LeaveForm,
    OnDayForm,
    OrderForm,
)
from dashboard.selectors.coordinators import (
    coordinators_held,
    coordinators_page,
    insider_region,
    membership_fetch,
)
from files.http import file_response
from regions.models import Region


def _require_appointer(request: HttpRequest) -> None:
    if not can_appoint(scope_of(request)):
        raise NotAllowed(_("Coordinators are appointed by administrators and controllers."))


def _held(request: HttpRequest, pk: int) -> Membership:
    """The appointment to be changed by the centre."""
    found = membership_fetch(scope_of(request), pk)
    _require_appointer(request)
    return found


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Who answers for the region today, who did on a day, and every appointment with its leaves."""
    scope = scope_of(request)
    region = insider_region(scope, code)
    form = OnDayForm(request.GET)
    is_valid = form.is_valid()
    page = coordinators_page(scope, region, form.value("day") if is_valid else None)
    context = {"page": page, "form": form, "today": clock.today()}
    return render(request, "dashboard/coordinators.html", context, status=200 if is_valid else 400)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Appoint a coordinator of a region outside any campaign."""
    region = insider_region(scope_of(request), code)
    _require_appointer(request)
    return _appoint(request, region)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def answer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Record whom a region named in answer to a campaign."""
    campaign = campaign_fetch(scope_of(request), pk)
    region: Region = Region.objects.fetch(scope_of(request), code=code)
    _require_appointer(request)
    if not campaign.is_open:
        raise ImpossibleStep(
            _("Answers are recorded while a campaign is under way: this one is a draft or closed.")
        )
    return _appoint(request, region, campaign)


def _appoint(request: HttpRequest, region: Region, campaign: Any = None) -> HttpResponse:
    held = coordinators_held(region.code)
    form = AppointForm(request.POST or None, request.FILES or None, held=held)
    status = 200
    if form.is_bound:
        status, made = attempt(
            form,
            lambda **_typed: appointment_record(
                actor=scope_of(request),
                region_code=region.code,
                campaign_id=campaign.pk if campaign else None,
                **form.typed(),
            ),
        )
        if made:
            messages.success(request, _appointed_words(made))
            return redirect(campaign) if campaign else redirect("dashboard:coordinators", region.code)
    counted = works_of([row.user_id for row in held], region.code)
    works = [(row, counted[row.user_id]) for row in held]
    context = {"form": form, "region": region, "campaign": campaign, "works": works}
    return render(request, "dashboard/coordinator_appoint.html", context, status=status)


def _appointed_words(made: Answer) -> str:
    person, day = made.membership.user.get_full_name(), date_short(made.membership.starts_on)
    if made.is_confirmed:
        return _("%(person)s is confirmed in office.") % {"person": person}
    if made.is_invited:
        text = _("%(person)s answers from %(day)s. The invitation was sent to %(email)s.")
        return text % {"person": person, "day": day, "email": made.membership.user.email}
    return _("%(person)s answers from %(day)s.") % {"person": person, "day": day}


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Another coordinator in the place of one, with what moves counted beforehand."""
    held = _held(request, pk)
    initial = {"on": clock.today(), "version": held.version}
    form = HandOverForm(request.POST or None, request.FILES or None, initial=initial)
    status = 200
    if form.is_bound:
        status, made = attempt(
            form,
            lambda **_typed: region_hand_over(actor=scope_of(request), membership_id=pk, **form.typed()),
        )
        if made:
            messages.success(request, _("The region is handed over."))
            return redirect("dashboard:coordinators", held.region_id)
    work = work_of(held.user_id, held.region_id or "")
    context = {"form": form, "held": held, "region": held.region, "work": work}
    return render(request, "dashboard/coordinator_hand_over.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce a leave, one's own or, for the centre, anybody's."""
    scope = scope_of(request)
    held = membership_fetch(scope, pk)
    if not can_announce_leave(scope, user_id=held.user_id, region_code=held.region_id or ""):
        raise NotAllowed(
            _("A leave is announced by the coordinator himself, or by administrators and controllers.")
        )
    today = clock.today()
    others = stand_ins_for(held, today, today)
    form = LeaveForm(request.POST or None, others=others, initial={"starts_on": today})
    status = 200
    if form.is_bound:
        status, made = attempt(
            form, lambda **_typed: leave_announce(actor=scope, membership_id=pk, **form.typed())
        )
        if made:
            messages.success(request, _("The leave is recorded: on these days %(person)s is in charge.") % {
                "person": made.stand_in.user.get_full_name()
            })  # fmt: skip
            return redirect("dashboard:coordinators", held.region_id)
    context = {
        "form": form, "held": held, "region": held.region, "others": others,
        "work": work_of(held.user_id, held.region_id or ""), "may_appoint": can_appoint(scope),
    }  # fmt: skip
    return render(request, "dashboard/coordinator_leave.html", context, status=status)


@require_POST
def leave_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Come back at once, or take back a leave that has not begun."""
    scope = scope_of(request)
    found: Leave = Leave.objects.select_related("membership").fetch(scope, pk=pk)
    form = LeaveEndForm(request.POST)
    leave_end(actor=scope, leave_id=pk, version=form.cleaned_data["version"] if form.is_valid() else None)
    messages.success(request, _("The leave is ended."))
    return redirect("dashboard:coordinators", found.membership.region_id)


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The order of an appointment: its number, its day, its file."""
    held = _held(request, pk)
    initial = {"order_number": held.document, "order_on": held.document_on}
    form = OrderForm(request.POST or None, request.FILES or None, initial=initial)
    status = 200
    if form.is_bound:
        status, made = attempt(
            form,
            lambda **_typed: order_attach(actor=scope_of(request), membership_id=pk, order=form.order()),
        )
        if made:
            messages.success(request, _("The order is recorded."))
            return redirect("dashboard:coordinators", held.region_id)
    context = {"form": form, "held": held, "region": held.region}
    return render(request, "dashboard/coordinator_order.html", context, status=status)


@require_safe
def order_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of the order, for the centre and for the region."""
    held = membership_fetch(scope_of(request), pk)
    if held.document_file is None:
        raise Missing(_("The order has no file."))
    return file_response(held.document_file)
