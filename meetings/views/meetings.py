"""Pages of meetings: the list, one meeting, its life."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.forms import VersionForm
from assignments.views import attempt, read_or_write, shown_audience
from common import clock
from common.parts import page_or_part
from common.scope import scope_of
from meetings.enums import MeetingForm, MeetingKind
from meetings.forms import CancelForm, MeetingCreateForm, MoveForm, RecordForm, TermsForm
from meetings.lists import meeting_filter, narrowed, require_reader
from meetings.models import Meeting
from meetings.policies import can_keep
from meetings.selectors.agenda import agenda_of, missing_at_end
from meetings.selectors.invited import addressed
from meetings.selectors.meetings import history_of, meetings_found, next_of
from meetings.services import life
from meetings.views.doors import keeper, kept_meeting, meeting_of, rights, run_meeting

PAGE_SIZE = 25


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings by state, kind, year and words, the newest first; the next one above."""
    scope = scope_of(request)
    require_reader(scope)
    form = meeting_filter(scope, request.GET)
    rows = meetings_found(scope, narrowed(form))
    context = {
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "next": next_of(scope),
        "may_keep": can_keep(scope),
        "may_propose": bool(scope.coordinated or scope.associations),
    }
    return page_or_part(request, "meetings/list.html", "meetings", context)


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: its terms, its agenda, what happened to it."""
    return meeting_page(request, pk)


def meeting_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a meeting, or for htmx its agenda alone."""
    scope, found = meeting_of(request, pk)
    context = {
        "meeting": found,
        "tab": "agenda",
        "agenda": agenda_of(scope, found),
        "history": history_of(scope, found),
        "is_past": found.starts_at <= clock.now(),
        **rights(scope, found),
    }
    return page_or_part(request, "meetings/meeting.html", "agenda", context)


@read_or_write
def meeting_create(request: HttpRequest) -> HttpResponse:
    """Enter a meeting out of turn."""
    scope = keeper(request)
    initial = TermsForm.initial_of_usual() | {"kind": MeetingKind.AD_HOC.value}
    status, form = 200, MeetingCreateForm(initial=initial, scope=scope)
    if {"show", "take"} & set(request.POST):
        form = MeetingCreateForm(initial=MeetingCreateForm.initial_of_post(request.POST), scope=scope)
    elif request.method == "POST":
        form = MeetingCreateForm(request.POST, scope=scope)

        def create() -> Meeting:
            data = form.cleaned_data
            return life.meeting_create(
                actor=scope, terms=form.terms(), starts_at=data["starts_at"], kind=data["kind"]
            )

        made, status = attempt(form, create)
        if made:
            return redirect(made)
    return _terms_page(request, form, None, status)


@read_or_write
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the terms of a meeting to come."""
    scope, found = kept_meeting(request, pk, "change")
    status, form = 200, TermsForm(initial=TermsForm.initial_of_terms(found), scope=scope)
    if {"show", "take"} & set(request.POST):
        form = TermsForm(initial=TermsForm.initial_of_post(request.POST), scope=scope)
    elif request.method == "POST":
        form = TermsForm(request.POST, scope=scope)
        saved, status = attempt(
            form,
            lambda: life.meeting_change(
                actor=scope, meeting_id=pk, version=form.cleaned_data["version"], terms=form.terms()
            ),
        )
        if saved:
            messages.success(request, _("The changes are saved."))
            return redirect(saved)
    return _terms_page(request, form, found, status)


def _terms_page(request: HttpRequest, form: TermsForm, found: Meeting | None, status: int) -> HttpResponse:
    preview, refused = shown_audience(form)
    context = {"form": form, "meeting": found, "preview": preview, "refusal": refused}
    return render(request, "meetings/meeting_form.html", context, status=status)


@read_or_write
def meeting_record(request: HttpRequest) -> HttpResponse:
    """Enter a meeting of the winners of one year that was held before the weekly one."""
    scope = keeper(request)
    initial = {"duration_minutes": 60, "form": MeetingForm.VIDEO.value}
    status, form = 200, RecordForm(initial=initial)
    if request.method == "POST":
        form = RecordForm(request.POST)
        made, status = attempt(form, lambda: life.meeting_record(actor=scope, content=form.content()))
        if made:
            messages.success(request, _("The meeting is entered: add its questions and decisions."))
            return redirect(made)
    return render(request, "meetings/record.html", {"form": form}, status=status)


# The steps of the life


@read_or_write
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who will be invited, then open the meeting once."""
    scope, found = kept_meeting(request, pk, "open")
    status, form = 200, VersionForm(initial={"version": found.version})
    if request.method == "POST":
        form = VersionForm(request.POST)
        done, status = attempt(
            form, lambda: life.meeting_open(actor=scope, meeting_id=pk, **form.cleaned_data)
        )
        if done:
            messages.success(request, _("The meeting is open: the invitations are out."))
            return redirect(done)
    codes, clusters = addressed(found)
    context = {"form": form, "meeting": found, "regions": len(codes), "clusters": clusters.count()}
    context |= {"agenda": agenda_of(scope, found)}
    return render(request, "meetings/open.html", context, status=status)


@read_or_write
def meeting_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the new time, then move the meeting."""
    scope, found = kept_meeting(request, pk, "move")
    status, form = 200, MoveForm(initial={"version": found.version, "starts_at": found.starts_at})
    if request.method == "POST":
        form = MoveForm(request.POST)
        done, status = attempt(
            form, lambda: life.meeting_move(actor=scope, meeting_id=pk, **form.cleaned_data)
        )
        if done:
            messages.success(request, _("The meeting is moved."))
            return redirect(done)
    return render(request, "meetings/move.html", {"form": form, "meeting": found}, status=status)


@read_or_write
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel the meeting."""
    scope, found = kept_meeting(request, pk, "cancel")
    status, form = 200, CancelForm(initial={"version": found.version})
    if request.method == "POST":
        form = CancelForm(request.POST)
        done, status = attempt(
            form, lambda: life.meeting_cancel(actor=scope, meeting_id=pk, **form.cleaned_data)
        )
        if done:
            messages.success(request, _("The meeting is cancelled."))
            return redirect(done)
    return render(request, "meetings/cancel.html", {"form": form, "meeting": found}, status=status)


@require_POST
def meeting_start(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting begins."""
    scope, _found = run_meeting(request, pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    done = life.meeting_start(actor=scope, meeting_id=pk, version=version)
    messages.success(request, _("The meeting has begun: show its first question."))
    return redirect(done)


@read_or_write
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is missing, then close the meeting."""
    scope, found = run_meeting(request, pk, "close")
    status, form = 200, VersionForm(initial={"version": found.version})
    if request.method == "POST":
        form = VersionForm(request.POST)
        done, status = attempt(
            form, lambda: life.meeting_close(actor=scope, meeting_id=pk, **form.cleaned_data)
        )
        if done:
            messages.success(request, _("The meeting is closed."))
            return redirect(done)
    context = {"form": form, "meeting": found, "missing": missing_at_end(scope, found)}
    return render(request, "meetings/close.html", context, status=status)
