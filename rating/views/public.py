"""Who may open the published rating, and how its pages answer a repeated visit."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from common import clock
from common.http import FOCUS_KEY, LASTING_PRIVATE, LASTING_PUBLIC
from common.scope import scope_of
from rating.presentation.design import design_fingerprint
from rating.selectors.pages import SliceEntry

View = Callable[..., HttpResponse]
DISPLAY_COOKIES = ("theme", "contrast")
MENU_SECONDS = 60
"""For how long the counts in the menu of a signed-in person may be old on a repeated visit."""


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The answer to somebody who has not signed in and would have to."""
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def rating_page(view: View) -> View:
    """Open to everybody while the rating is public; afterwards only to people who have signed in."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.RATING_IS_PUBLIC and not request.user.is_authenticated:
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    answer: View = login_not_required(opened)
    return answer


def answered(
    request: HttpRequest,
    fingerprint: str,
    page: Callable[[], HttpResponse],
    changed_at: datetime | None = None,
) -> HttpResponse:
    """The page with its tag, or 304 without making it when the reader has this very page.

    `fingerprint` stands for the data, `changed_at` says when they changed last. Only the tag is compared: a page also
    depends on its reader, who may change within a second. Somebody who is about to be told something always gets a
    whole page.
    """
    if len(messages.get_messages(request)):
        return kept_private(request, page())
    tag = _tag(request, fingerprint)
    not_modified = get_conditional_response(request, etag=tag)
    if not_modified is not None and not_modified.status_code == 304:
        return kept_private(request, not_modified)
    response = page()
    response["ETag"] = _tag(request, fingerprint)
    stamp(response, changed_at)
    return kept_private(request, response)


def file_answered(
    request: HttpRequest,
    fingerprint: str,
    entry: SliceEntry,
    made: Callable[[], HttpResponse],
    *,
    for_all: bool,
) -> HttpResponse:
    """A file about a revision with its tag and the instant of its publication, or 304 for whoever has it.

    At the address of a revision the bytes never change: what everybody may read (`for_all`) is asked for once. At the
    address of a month, and of what some may read only while they have the right, caches must ask each time.
    """
    if entry.is_draft:
        return kept_private(request, made())
    tag, since = _tag(request, fingerprint), seconds_of(entry.published_at) if for_all else None
    known = get_conditional_response(request, etag=tag, last_modified=since)
    response = known if known is not None and known.status_code == 304 else made()
    response["ETag"] = tag
    stamp(response, entry.published_at)
    kept_private(request, response)
    if for_all and is_permanent(request):
        response["Cache-Control"] = LASTING_PRIVATE if request.user.is_authenticated else LASTING_PUBLIC
    return response


def is_permanent(request: HttpRequest) -> bool:
    """Whether the address names one revision, which never changes."""
    match = request.resolver_match
    return match is not None and match.kwargs.get("revision") is not None


def seconds_of(instant: datetime | None) -> int | None:
    """An instant as HTTP compares it."""
    return None if instant is None else int(instant.timestamp())


def stamp(response: HttpResponse, changed_at: datetime | None) -> None:
    """Say when what is answered changed last, in whole seconds."""
    if changed_at is not None:
        response["Last-Modified"] = http_date(changed_at.timestamp())


def kept_private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A cache may keep the answer for this reader but must ask each time."""
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    patch_vary_headers(response, ("Cookie", "HX-Request", "Accept-Language"))
    return response


def _tag(request: HttpRequest, fingerprint: str) -> str:
    """Of everything that changes the bytes: data, address, looks, language, reader.

    The protection key of the forms is part of it: a kept page with the key of another session could not be sent.
    """
    parts: list[Any] = [
        fingerprint,
        design_fingerprint(),
        request.get_full_path(),
        request.headers.get("HX-Target", ""),
        get_language(),
        settings.IS_DEMO,
        request.META.get("CSRF_COOKIE", ""),
        *(request.COOKIES.get(name, "") for name in DISPLAY_COOKIES),
    ]
    if request.user.is_authenticated:
        scope = scope_of(request)
        rights = (sorted(scope.roles), sorted(scope.regions), sorted(scope.associations))
        parts += [
            scope.user_id,
            rights,
            request.session.get(FOCUS_KEY),
            int(clock.now().timestamp()) // MENU_SECONDS,
        ]
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'
