"""Who is invited and what the regions answer: the participants of a meeting, the invitation of a region."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.forms import Attempt, attempt
from common.http import download
from common.ical import CALENDAR_TYPE
from common.parts import page_or_part
from common.scope import Scope, scope_of
from meetings import policies
from meetings.attendance_lists import participants_filter, participants_narrowed
from meetings.calendars import Entry, file_of
from meetings.enums import MeetingState
from meetings.models import AgendaItem, Invitation, Meeting
from meetings.participation_forms import AnswersForm, CheckInForm, ReasonForm
from meetings.selectors.participation import (
    InvitationPage,
    codes_of,
    invitation_page,
    invitations_of,
    tally_of,
)
from meetings.services.answers import answers_all_attend, answers_give
from meetings.services.invitations import invitation_renew


@require_safe
def participants(request: HttpRequest, pk: int) -> HttpResponse:
    """The invited regions with answers and marks; whoever sees one region alone is led to its invitation."""
    scope = scope_of(request)
    meeting: Meeting = Meeting.objects.select_related("series").fetch(scope, pk=pk)
    if not scope.is_centre:
        own = list(
            Invitation.objects.visible_to(scope).filter(meeting=meeting).values_list("region", flat=True)
        )
        if len(own) == 1:
            return redirect("meetings:invitation", pk, own[0])
    return participants_page(request, meeting)


def participants_page(
    request: HttpRequest, meeting: Meeting, status: int = 200, reason: ReasonForm | None = None
) -> HttpResponse:
    """The table of the invited regions, with the filter of the address; `reason` is a form that was refused."""
    scope = scope_of(request)
    form = participants_filter(request.GET)
    is_valid = form.is_valid()
    context = {
        "meeting": meeting,
        "tab": "participants",
        "form": form,
        "rows": participants_narrowed(scope, meeting, form) if is_valid else [],
        "is_narrowed": not is_valid or any(form.cleaned_data.values()),
        "tally": tally_of(list(invitations_of(scope, meeting))),
        **marking_context(scope, meeting, reason),
    }
    status = status if is_valid else 400
    return page_or_part(request, "meetings/participation/participants.html", "participants", context, status)


def marking_context(scope: Scope, meeting: Meeting, reason: ReasonForm | None = None) -> dict[str, Any]:
    """What a page needs to offer marks: who may, whether now, and the reason that a closed meeting asks for."""
    may_run = policies.can_run(scope, meeting)
    may_mark = may_run and policies.takes_marks(meeting, clock.today())
    is_closed = meeting.state == MeetingState.CLOSED
    return {
        "may_run": may_run,
        "may_mark": may_mark,
        "may_switch": may_mark and not is_closed,
        "takes_codes": policies.takes_codes(meeting),
        "reason_form": (reason or ReasonForm()) if may_mark and is_closed else None,
    }


@require_safe
def invitation(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What the region is invited to, whom it brings, what it owes, what it answers."""
    return invitation_view(request, invitation_page(scope_of(request), pk, code))


def invitation_view(
    request: HttpRequest,
    page: InvitationPage,
    *,
    answers: AnswersForm | None = None,
    check_in: CheckInForm | None = None,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an invitation; the forms are those that were refused."""
    scope, meeting, row = scope_of(request), page.meeting, page.invitation
    may_answer = policies.can_answer(scope, row) and policies.takes_answers(meeting, clock.now())
    may_check_in = policies.can_check_in(scope, row) and policies.takes_codes(meeting)
    marking = marking_context(scope, meeting, reason)
    context = {
        "page": page,
        "meeting": meeting,
        "tab": "participants",
        "answers": (answers or AnswersForm(None, row, page.clusters)) if may_answer else None,
        "check_in": (check_in or CheckInForm(None, page.clusters)) if may_check_in else None,
        "codes": codes_of(scope, row) if marking["may_run"] else (),
        "today": clock.today(),
        **marking,
    }
    return render(request, "meetings/participation/invitation.html", context, status=status)


@require_POST
def answer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The answers of the region; what is refused stands at its field with everything typed."""
    scope = scope_of(request)
    page = invitation_page(scope, pk, code)
    form = AnswersForm(request.POST, page.invitation, page.clusters)
    done = give_answers(scope, page, form)
    if done.status != 200:
        return invitation_view(request, page, answers=form, status=done.status)
    messages.success(request, _("The answers are recorded. They may be changed until the meeting ends."))
    return redirect("meetings:invitation", pk, code)


def give_answers(scope: Scope, page: InvitationPage, form: AnswersForm) -> Attempt:
    """Pass the answers of a form to the service, for the portal and for the link of a mail alike."""

    def give(version: int, **_said: Any) -> Invitation:
        return answers_give(
            actor=scope,
            meeting_id=page.meeting.pk,
            region=page.invitation.region_id,
            version=version,
            answers=form.answers(),
        )

    return attempt(form, give)


@require_POST
def answer_all(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """All will attend: one press."""
    answers_all_attend(actor=scope_of(request), meeting_id=pk, region=code)
    messages.success(request, _("Recorded: the coordinator and all clusters will attend."))
    return redirect("meetings:invitation", pk, code)


@require_POST
def renew(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Take back the links and codes of a region."""
    invitation_renew(actor=scope_of(request), meeting_id=pk, region=code)
    messages.success(
        request, _("The links of earlier mails no longer open; the new codes stand on this page.")
    )
    return redirect("meetings:invitation", pk, code)


@require_safe
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as a file for a calendar program."""
    scope = scope_of(request)
    meeting: Meeting = Meeting.objects.fetch(scope, pk=pk)
    agenda = AgendaItem.objects.visible_to(scope).filter(meeting=meeting).on_agenda()
    content = file_of(Entry(meeting, list(agenda.values_list("title", flat=True))))
    response = download(content, f"{CALENDAR_TYPE}; charset=utf-8", f"meeting-{meeting.day:%Y-%m-%d}.ics")
    response["Cache-Control"] = "private, no-store"
    return response
