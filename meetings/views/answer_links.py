"""The page behind the link of an invitation: its holder answers for the region without signing in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.tries import count_failure, key_tries_are_used_up, locked_page
from meetings.keys import read_answer_key
from meetings.participation_forms import AnswersForm
from meetings.selectors.participation import Guest, guest_by_key, invitation_page
from meetings.services.answers import answers_all_attend
from meetings.views.participation import give_answers

TRIED = "meeting-link"
"""Under this name keys that are none of ours are counted as wrong tries."""
ALL = "all"
"""The name of the button by which everybody will attend."""


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: HttpRequest) -> HttpResponse:
    """The form of the link. Reading changes nothing; the answers are those of the person of the link.

    Works without cookies: the key is the protection, and nobody who lacks it can send the form.
    """
    guest = _guest(request, request.GET.get("key", ""))
    if isinstance(guest, HttpResponse):
        return guest
    with override(guest.person.language):
        return _answer(request, guest) if request.method == "POST" else _page(request, guest)


def _guest(request: HttpRequest, key: str) -> Guest | HttpResponse:
    """Who may answer now; otherwise the page that says that nothing opens, the same for all reasons."""
    if key_tries_are_used_up(request):
        return _closed(locked_page(request, HttpResponse(), None))
    if read_answer_key(key) is None:
        count_failure(request, TRIED)
        return _closed(render(request, "meetings/participation/link_closed.html", status=404))
    guest = guest_by_key(key)
    if guest is None or not guest.is_open:
        return _closed(render(request, "meetings/participation/link_closed.html", status=410))
    return guest


def _answer(request: HttpRequest, guest: Guest) -> HttpResponse:
    invitation = guest.invitation
    if ALL in request.POST:
        answers_all_attend(actor=guest.scope, meeting_id=invitation.meeting_id, region=invitation.region_id)
        return _page(request, guest, said=_("Recorded: the coordinator and all clusters will attend."))
    page = invitation_page(guest.scope, invitation.meeting_id, invitation.region_id)
    form = AnswersForm(request.POST, page.invitation, page.clusters)
    done = give_answers(guest.scope, page, form)
    if done.status != 200:
        return _page(request, guest, form=form, status=done.status)
    return _page(
        request, guest, said=_("The answers are recorded. They may be changed until the meeting ends.")
    )


def _page(
    request: HttpRequest, guest: Guest, *, form: Any = None, said: str = "", status: int = 200
) -> HttpResponse:
    page = invitation_page(guest.scope, guest.invitation.meeting_id, guest.invitation.region_id)
    context = {
        "page": page,
        "meeting": page.meeting,
        "guest": guest.person,
        "key": request.GET.get("key", ""),
        "answers": form or AnswersForm(None, page.invitation, page.clusters),
        "said": said,
    }
    return _closed(render(request, "meetings/participation/link.html", context, status=status))


def _closed(response: HttpResponse) -> HttpResponse:
    """No copy in a cache, no trace in a search engine, no address to the next site."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
