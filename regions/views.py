"""The pages where the centre keeps the authority of a region with its heads, and the working days of the calendar."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import ImpossibleStep, NotAllowed
from common.forms import attempt
from common.scope import Scope, scope_of
from regions.forms import (
    AuthorityForm,
    CalendarDayEditForm,
    CalendarDayEndForm,
    CalendarDayForm,
    HeadAddForm,
    HeadEditForm,
    HeadEndForm,
    SharingEndForm,
    SharingForm,
)
from regions.lists import days_recorded, require_keeper
from regions.models import AuthorityHead, CalendarDay, RegionalAuthority, SharingConsent
from regions.policies import can_edit_authority, can_share
from regions.selectors import consent_rows, own_region
from regions.services import (
    authority_update,
    calendar_day_add,
    calendar_day_end,
    calendar_day_update,
    head_add,
    head_end,
    head_update,
    sharing_agree,
    sharing_withdraw,
)

DAYS_SHOWN = 50


def _authority(request: HttpRequest, code: str, *, to_edit: bool = False) -> RegionalAuthority:
    rows = RegionalAuthority.objects.select_related("region")
    authority: RegionalAuthority = rows.fetch(scope_of(request), region_id=code)
    if to_edit and not can_edit_authority(scope_of(request)):
        raise NotAllowed(_("Authorities are edited by administrators and controllers."))
    return authority


def _head(request: HttpRequest, code: str, pk: int) -> AuthorityHead:
    _authority(request, code, to_edit=True)
    head: AuthorityHead = AuthorityHead.objects.select_related("authority__region").fetch(
        scope_of(request), pk=pk, authority__region_id=code
    )
    return head


@require_http_methods(["GET", "HEAD", "POST"])
def authority(request: HttpRequest, code: str) -> HttpResponse:
    """The authority with its heads by dates; the centre changes the name and the telephone here."""
    scope = scope_of(request)
    found = _authority(request, code, to_edit=request.method == "POST")
    form = AuthorityForm(request.POST or None, initial=AuthorityForm.values_of(found))
    status = 200
    if form.is_bound:
        status, _done = attempt(
            form, lambda **typed: authority_update(actor=scope, region_code=code, **typed)
        )
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect("regions:authority", code)
    heads = AuthorityHead.objects.visible_to(scope).filter(authority=found).order_by("-starts_on")
    context = {"authority": found, "form": form, "heads": heads, "may_edit": can_edit_authority(scope)}
    return render(request, "regions/authority.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def head_new(request: HttpRequest, code: str) -> HttpResponse:
    """A new head of the authority."""
    found = _authority(request, code, to_edit=True)
    form = HeadAddForm(request.POST or None, initial={"starts_on": clock.today()})
    status = 200
    if form.is_bound:
        status, _done = attempt(
            form, lambda **typed: head_add(actor=scope_of(request), region_code=code, **typed)
        )
        if status == 200:
            messages.success(request, _("The head is recorded."))
            return redirect("regions:authority", code)
    return render(request, "regions/head_form.html", {"authority": found, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def head_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Corrections to a head."""
    head = _head(request, code, pk)
    form = HeadEditForm(request.POST or None, initial=HeadEditForm.values_of(head))
    status = 200
    if form.is_bound:
        status, _done = attempt(
            form, lambda **typed: head_update(actor=scope_of(request), head_id=pk, **typed)
        )
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect("regions:authority", code)
    context = {"authority": head.authority, "head": head, "form": form}
    return render(request, "regions/head_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def head_close(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The last day of a head."""
    head = _head(request, code, pk)
    form = HeadEndForm(request.POST or None, initial={"ends_on": clock.today(), "version": head.version})
    status = 200
    if form.is_bound:
        status, _done = attempt(form, lambda **typed: head_end(actor=scope_of(request), head_id=pk, **typed))
        if status == 200:
            messages.success(request, _("The last day of the head is set."))
            return redirect("regions:authority", code)
    context = {"authority": head.authority, "head": head, "form": form}
    return render(request, "regions/head_end.html", context, status=status)


# The calendar


def _keeper(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_keeper(scope)
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The days that differ from the tables of the calendar, with those taken back, and a form for one more."""
    scope = _keeper(request)
    form = CalendarDayForm(request.POST or None, initial={"is_working": "no"})
    status = 200
    if form.is_bound:
        status, _done = attempt(form, lambda **typed: calendar_day_add(actor=scope, **typed))
        if status == 200:
            messages.success(request, _("The day is in the calendar."))
            return redirect("regions:calendar")
    page = Paginator(days_recorded(scope), DAYS_SHOWN).get_page(request.GET.get("page"))
    return render(request, "regions/calendar.html", {"form": form, "days": page}, status=status)


def _day(scope: Scope, pk: int) -> CalendarDay:
    row: CalendarDay = CalendarDay.objects.select_related("region").fetch(scope, pk=pk)
    if row.ended_at is not None:
        raise ImpossibleStep(_("This day of the calendar has been taken back already."))
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrections to a day of the calendar."""
    scope = _keeper(request)
    row = _day(scope, pk)
    form = CalendarDayEditForm(request.POST or None, initial=CalendarDayEditForm.values_of(row))
    status = 200
    if form.is_bound:
        status, _done = attempt(form, lambda **typed: calendar_day_update(actor=scope, day_id=pk, **typed))
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect("regions:calendar")
    return render(request, "regions/calendar_day.html", {"day": row, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a day of the calendar back."""
    scope = _keeper(request)
    row = _day(scope, pk)
    form = CalendarDayEndForm(request.POST or None, initial={"version": row.version})
    status = 200
    if form.is_bound:
        status, _done = attempt(form, lambda **typed: calendar_day_end(actor=scope, day_id=pk, **typed))
        if status == 200:
            messages.success(request, _("The day is taken back: the tables of the calendar hold again."))
            return redirect("regions:calendar")
    return render(request, "regions/calendar_end.html", {"day": row, "form": form}, status=status)


# What a region shows to others


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a region agrees that others read its accepted reports, since when, and the way to agree."""
    scope = scope_of(request)
    region = own_region(scope, code)
    form, status = SharingForm(request.POST or None), 200
    if request.method == "POST":
        if not can_share(scope, code):
            raise NotAllowed(
                _("Its coordinators, controllers and administrators decide what a region shows to others.")
            )
        form = SharingForm(request.POST)
        status, _done = attempt(form, lambda **_typed: sharing_agree(actor=scope, region_code=code))
        if status == 200:
            messages.success(
                request, _("The consent is recorded: from now on others read the accepted reports.")
            )
            return redirect("regions:sharing", code)
    consents = consent_rows(scope, region)
    context = {
        "region": region,
        "form": form,
        "consents": consents,
        "current": next((row.consent for row in consents if row.consent.withdrawn_at is None), None),
        "may_share": can_share(scope, code),
    }
    return render(request, "regions/sharing.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sharing_end(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, then withdraw the consent of a region."""
    scope = scope_of(request)
    region = own_region(scope, code)
    if not can_share(scope, code):
        raise NotAllowed(
            _("Its coordinators, controllers and administrators decide what a region shows to others.")
        )
    current = SharingConsent.objects.visible_to(scope).in_force().filter(region=region).first()
    if current is None:
        raise ImpossibleStep(_("The consent has been withdrawn already, or was never given."))
    form, status = SharingEndForm(request.POST or None, initial={"version": current.version}), 200
    if form.is_bound:
        status, _done = attempt(
            form, lambda **typed: sharing_withdraw(actor=scope, region_code=code, **typed)
        )
        if status == 200:
            messages.success(request, _("The consent is withdrawn: nobody reads the reports any more."))
            return redirect("regions:sharing", code)
    context = {"region": region, "form": form, "consent": current}
    return render(request, "regions/sharing_end.html", context, status=status)
