"""Pages of series of meetings: entered, shown with their days, changed, stopped."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.audience import Audience, describe
from assignments.forms import VersionForm
from assignments.models import SavedAudience
from assignments.selectors.addressees import audience_names
from assignments.selectors.series import WEEKDAYS
from assignments.views import attempt, read_or_write, shown_audience
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope, scope_of
from meetings.forms import SeriesForm
from meetings.models import MeetingSeries
from meetings.policies import can_keep, can_read_series
from meetings.recurrence import coming
from meetings.selectors.rules import rule_of
from meetings.services.series import series_resume as resume
from meetings.services.series import series_save
from meetings.services.series import series_stop as stop
from meetings.views.doors import keeper
from regions.selectors import calendar_overrides

DAYS_SHOWN = 6
MEETINGS_SHOWN = 12


@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """All series with their rules."""
    scope = scope_of(request)
    if not can_read_series(scope):
        raise NotAllowed(_("Series of meetings are read by the staff of the centre."))
    rows = MeetingSeries.objects.visible_to(scope).order_by("-is_active", "title", "pk")
    context = {"rows": rows, "weekdays": WEEKDAYS, "may_keep": can_keep(scope)}
    return render(request, "meetings/series_list.html", context)


@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """A series: its rule, the days to come, its agenda, its meetings."""
    scope = scope_of(request)
    found = _fetched(scope, pk)
    days = coming(rule_of(found), clock.now(), calendar_overrides(), DAYS_SHOWN) if found.is_active else []
    rule = Audience.from_json(found.audience, found.addressee)
    context = {
        "series": found,
        "weekday": WEEKDAYS[found.weekday],
        "days": days,
        "rows": found.rows.select_related("process"),
        "audience": describe(rule, found.addressee, audience_names([rule])),
        "meetings": found.meetings.order_by("-starts_at")[:MEETINGS_SHOWN],
        "may_keep": can_keep(scope),
    }
    return render(request, "meetings/series.html", context)


def _fetched(scope: Scope, pk: int) -> MeetingSeries:
    rows = MeetingSeries.objects.select_related("association", "chair", "secretary")
    found: MeetingSeries = rows.fetch(scope, pk=pk)
    return found


@read_or_write
def series_create(request: HttpRequest) -> HttpResponse:
    """Enter a series."""
    scope = keeper(request)
    if request.method != "POST":
        initial, rows = SeriesForm.initial_of_new()
        return _page(request, SeriesForm(initial=initial, rows=rows, scope=scope), None, 200)
    return _saved(request, scope, None)


@read_or_write
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a series for the meetings to come."""
    found = _fetched(scope_of(request), pk)
    scope = keeper(request)
    if request.method != "POST":
        if not found.is_active:
            raise ImpossibleStep(_("The series is stopped: resume it first."))
        initial, rows = SeriesForm.initial_of_series(found)
        return _page(request, SeriesForm(initial=initial, rows=rows, scope=scope), found, 200)
    return _saved(request, scope, found)


def _saved(request: HttpRequest, scope: Scope, found: MeetingSeries | None) -> HttpResponse:
    """What was typed goes to the service, or is shown again with more."""
    if {"show", "take"} & set(request.POST):
        return _page(request, _refilled(request, scope), found, 200)
    form = SeriesForm(request.POST, scope=scope)

    def save() -> MeetingSeries:
        known: dict[str, Any] = {}
        if found is not None:
            known = {"series_id": found.pk, "version": form.cleaned_data["version"]}
        try:
            return series_save(actor=scope, content=form.content(), **known)
        except InvalidInput as error:
            raise form.put_refusal(error) from error

    saved, status = attempt(form, save)
    if not saved:
        return _page(request, form, found, status)
    messages.success(request, _("The series is saved. Its next meeting is made by itself."))
    return redirect(saved)


def _refilled(request: HttpRequest, scope: Scope) -> SeriesForm:
    more: dict[str, Any] = {}
    if "take" in request.POST:
        kept = {str(row.pk): row for row in SavedAudience.objects.visible_to(scope)}
        saved = kept.get(request.POST.get("saved", ""))
        more = SeriesForm.initial_of_saved(saved) if saved else {}
    return SeriesForm.refilled(request.POST, scope, more)


def _page(request: HttpRequest, form: SeriesForm, found: MeetingSeries | None, status: int) -> HttpResponse:
    preview, refused = shown_audience(form)
    context = {
        "form": form,
        "series": found,
        "preview": preview,
        "refusal": refused,
        "coming": form.coming(),
    }
    return render(request, "meetings/series_form.html", context, status=status)


@read_or_write
def series_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then stop a series."""
    found = _fetched(scope_of(request), pk)
    scope = keeper(request)
    status, form = 200, VersionForm(initial={"version": found.version})
    if request.method == "POST":
        form = VersionForm(request.POST)
        stopped, status = attempt(
            form, lambda: stop(actor=scope, series_id=pk, version=form.cleaned_data["version"])
        )
        if stopped:
            messages.success(request, _("The series is stopped: no further meeting is made."))
            return redirect(stopped)
    return render(request, "meetings/series_stop.html", {"form": form, "series": found}, status=status)


@require_POST
def series_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a stopped series make its meetings again."""
    _fetched(scope_of(request), pk)
    scope = keeper(request)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    resumed = resume(actor=scope, series_id=pk, version=version)
    messages.success(request, _("The series goes on: its next meeting is made by itself."))
    return redirect(resumed)
