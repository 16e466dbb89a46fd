"""Marks during a meeting: by hand, by a pasted list, by the personal code."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import InvalidInput
from common.forms import attempt
from common.parts import wants_part
from common.scope import Scope, scope_of
from meetings.enums import MarkWay
from meetings.models import Invitation, Meeting
from meetings.participation_forms import CheckInForm, MarkForm, PastedListForm, ReasonForm
from meetings.selectors.participation import invitation_page
from meetings.selectors.recognising import Line, directory_of, read_list
from meetings.services.marks import (
    Mark,
    all_of_region,
    check_in_switch,
    marks_of_list,
    marks_set,
    meeting_to_mark,
)
from meetings.services.marks import check_in as check_in_service
from meetings.views.participation import invitation_view, participants_page

TABLE = "participants"
"""The part of the page of participants that a press on its table replaces."""


@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: a region with all its clusters, or one of them."""
    scope, form = scope_of(request), MarkForm(request.POST)
    meeting = meeting_to_mark(scope, pk)
    if not form.is_valid():
        raise InvalidInput(dict(form.errors))
    region, cluster, present = form.cleaned_data["mark"]
    single = [Mark(region, cluster, present, form.cleaned_data["attendee"])]
    marks = all_of_region(meeting, region, present) if cluster == MarkForm.ALL else single
    try:
        marks_set(actor=scope, meeting_id=pk, marks=marks, reason=form.cleaned_data["reason"])
    except InvalidInput as error:
        if "reason" not in error.errors:
            raise
        return _asked_for_reason(request, meeting, region, str(error))
    if wants_part(request, TABLE):
        return participants_page(request, meeting)
    return _back(request, pk, region)


def _asked_for_reason(request: HttpRequest, meeting: Meeting, region: str, said: str) -> HttpResponse:
    """The page of the press again, with what is missing at the field of the reason."""
    reason = ReasonForm(request.POST)
    reason.is_valid()
    if not reason.errors:
        reason.add_error("reason", said)
    if "from" in request.POST:
        page = invitation_page(scope_of(request), meeting.pk, region)
        return invitation_view(request, page, reason=reason, status=400)
    return participants_page(request, meeting, 400, reason)


def _back(request: HttpRequest, pk: int, region: str) -> HttpResponseRedirect:
    """To the row of the region on the page where the press was."""
    if "from" in request.POST:
        return HttpResponseRedirect(f"{reverse('meetings:invitation', args=[pk, region])}#marks")
    query = request.GET.urlencode()
    address = reverse("meetings:participants", args=[pk])
    return HttpResponseRedirect(f"{address}{'?' if query else ''}{query}#region-{region}")


@require_http_methods(["GET", "HEAD", "POST"])
def marks_list(request: HttpRequest, pk: int) -> HttpResponse:
    """A pasted list: what was recognised and what not, then the marks."""
    scope = scope_of(request)
    meeting = meeting_to_mark(scope, pk)
    form = PastedListForm(request.POST if request.method == "POST" else None, meeting)
    if not form.is_bound:
        return _list_page(request, meeting, form)
    if not form.is_valid():
        return _list_page(request, meeting, form, status=400)
    lines = read_list(form.cleaned_data["text"], directory_of(scope, meeting))
    if not form.cleaned_data["confirmed"]:
        return _list_page(request, meeting, form, lines)
    done = attempt(form, lambda **said: _mark_list(scope, meeting, lines, said))
    if done.status != 200:
        return _list_page(request, meeting, form, lines, done.status)
    words = ngettext("%(count)s mark is new.", "%(count)s marks are new.", done.result)
    messages.success(request, words % {"count": done.result})
    return redirect("meetings:participants", pk)


def _mark_list(scope: Scope, meeting: Meeting, lines: list[Line], said: dict[str, Any]) -> int:
    marks = marks_of_list(meeting, lines, rest_absent=said["rest_absent"])
    return marks_set(actor=scope, meeting_id=meeting.pk, marks=marks, way=MarkWay.LIST, reason=said["reason"])


def _list_page(
    request: HttpRequest,
    meeting: Meeting,
    form: PastedListForm,
    lines: list[Line] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = lines or []
    context = {
        "meeting": meeting,
        "tab": "participants",
        "form": form,
        "is_read": lines is not None,
        "known": [line for line in found if line.parties],
        "unknown": [line for line in found if not line.parties],
    }
    return render(request, "meetings/participation/marks_list.html", context, status=status)


@require_POST
def check_in_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to take personal codes."""
    check_in_switch(actor=scope_of(request), meeting_id=pk, is_open=True)
    messages.success(
        request, _("Personal codes are taken: coordinators give them on the page of their invitation.")
    )
    return redirect("meetings:participants", pk)


@require_POST
def check_in_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop taking personal codes."""
    check_in_switch(actor=scope_of(request), meeting_id=pk, is_open=False)
    messages.success(request, _("Personal codes are no longer taken."))
    return redirect("meetings:participants", pk)


@require_POST
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A coordinator gives his code."""
    scope = scope_of(request)
    page = invitation_page(scope, pk, code)
    form = CheckInForm(request.POST, page.clusters)

    def give(code: str, clusters: list[str]) -> Invitation:
        region = page.invitation.region_id
        return check_in_service(actor=scope, meeting_id=pk, region=region, code=code, clusters=clusters)

    done = attempt(form, give)
    if done.status != 200:
        return invitation_view(request, page, check_in=form, status=done.status)
    messages.success(request, _("You are marked as present."))
    return redirect("meetings:invitation", pk, code)
