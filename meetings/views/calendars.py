"""The personal calendar: the page of its address, and what programs read there."""

from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from accounts.tries import count_failure, key_tries_are_used_up, locked_page
from common.errors import NotAllowed
from common.ical import CALENDAR_TYPE
from common.scope import scope_of
from meetings import policies
from meetings.calendars import feed_of
from meetings.models import CalendarKey
from meetings.selectors.calendars import calendar_key_of, entries_for, own_calendar_key, subscriber
from meetings.services.calendars import calendar_key_make, calendar_key_revoke, calendar_key_used

TRIED = "calendar"
"""Under this name addresses that are none of ours are counted as wrong tries."""


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Whether the person has an address for his calendar program, and what to do with it."""
    return _page(request)


@require_POST
def calendar_make(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once."""
    _key, secret = calendar_key_make(actor=scope_of(request))
    return _page(request, feed_address(secret))


@require_POST
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    """Take the address back."""
    calendar_key_revoke(actor=scope_of(request))
    messages.success(request, _("The address is taken back: programs that ask there get nothing more."))
    return redirect("meetings:calendar")


def feed_address(secret: str) -> str:
    """The whole secret address, under the configured base; logs hide what stands after `key=`."""
    return f"{settings.PORTAL_BASE_URL.rstrip('/')}{reverse('meetings:calendar-feed')}?key={secret}"


def _page(request: HttpRequest, address: str = "") -> HttpResponse:
    scope = scope_of(request)
    if not policies.can_subscribe(scope):
        raise NotAllowed(_("A calendar belongs to people with a role on the portal."))
    context = {
        "key": own_calendar_key(scope),
        "address": address,
        "program_address": f"webcal://{address.partition('://')[2]}" if address else "",
    }
    response = render(request, "meetings/participation/calendar.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """What the owner of the address sees of meetings now. Nothing is written but, once an hour, that it was used.

    An address that was taken back is 410 and no wrong try: programs go on asking there for years.
    """
    if key_tries_are_used_up(request):
        return _kept_by_nobody(locked_page(request, HttpResponse(), None))
    key = calendar_key_of(request.GET.get("key", ""))
    if key is None:
        count_failure(request, TRIED)
        return _kept_by_nobody(HttpResponse(_("There is no such calendar."), status=404, content_type=PLAIN))
    person = subscriber(key)
    if person is None:
        gone = _("This address of a calendar is taken back.")
        return _kept_by_nobody(HttpResponse(gone, status=410, content_type=PLAIN))
    with override(person.user.language):
        content = feed_of(entries_for(person.scope))
    calendar_key_used(key=key)
    return _answer(request, key, content)


PLAIN = "text/plain; charset=utf-8"


def _answer(request: HttpRequest, key: CalendarKey, content: bytes) -> HttpResponse:
    """The calendar, or 304 for a program that has these very bytes."""
    etag = f'"{sha256(content).hexdigest()}"'
    known = get_conditional_response(request, etag=etag)
    response = known if isinstance(known, HttpResponse) else HttpResponse(content)
    if response.status_code == 200:
        response["Content-Type"] = f"{CALENDAR_TYPE}; charset=utf-8"
        response["Content-Disposition"] = 'inline; filename="meetings.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return _unlinked(response)


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return _unlinked(response)


def _unlinked(response: HttpResponse) -> HttpResponse:
    """No trace in a search engine, no address to the next site."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
