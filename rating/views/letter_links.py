"""The page behind the signed link of a letter: one region in one revision, read without an account, and its receipt."""

import re
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.tries import count_failure, key_tries_are_used_up, locked_page
from common.errors import InvalidInput
from common.scope import Role, Scope, scope_of
from rating.letter_keys import receipt_token
from rating.models import LetterLink
from rating.selectors.ledger import is_open_link, link_by_key, link_receipt
from rating.selectors.pages import slice_index
from rating.services import letter_opened, receipt_by_link
from rating.views.scorecards import scorecard_context

TRIED = "letter-link"
"""Under this name keys that are none of ours are counted as wrong tries."""
LONGEST_KEY = 400
ADVANCE = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|scan|preview|prefetch|proxy|python|curl|wget|libwww|okhttp|java/|go-http|headless|safelinks",
    re.IGNORECASE,
)
"""What programs that open every link of a mail say of themselves."""


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter_open(request: HttpRequest) -> HttpResponse:
    """The page of the link, and the button on it.

    Reading writes one row, that it was opened, and nothing else. The button works without cookies: the key and a token
    of the open page are its protection.
    """
    link = _link(request, request.GET.get("key", ""))
    if isinstance(link, HttpResponse):
        return link
    if request.method == "POST":
        return _confirm(request, link)
    if request.method == "GET" and not scope_of(request).is_centre:
        letter_opened(link=link, is_automatic=is_automatic(request))
    return _page(request, link)


def _confirm(request: HttpRequest, link: LetterLink) -> HttpResponse:
    try:
        receipt_by_link(link=link, token=request.POST.get("token", ""))
    except InvalidInput as refused:
        return _page(request, link, refused=str(refused), status=400)
    return _page(request, link, is_thanked=True)


def _link(request: HttpRequest, key: str) -> LetterLink | HttpResponse:
    """The link of a key that opens now; otherwise the page that says why nothing opens, the same for all reasons."""
    if key_tries_are_used_up(request):
        return _closed(locked_page(request, HttpResponse(), None))
    link = link_by_key(key) if len(key) <= LONGEST_KEY else None
    if link is None:
        count_failure(request, TRIED)
        return _closed(render(request, "rating/letter_link_closed.html", status=404))
    if not is_open_link(link):
        return _closed(render(request, "rating/letter_link_closed.html", status=410))
    return link


def _page(
    request: HttpRequest, link: LetterLink, *, refused: str = "", is_thanked: bool = False, status: int = 200
) -> HttpResponse:
    scope = reader_of(link)
    index = slice_index(scope)
    entry = index.find(link.slice.period, link.slice.revision)
    context = {
        **_read_only(scorecard_context(scope, index, entry, link.region_id)),
        "link": link,
        "key": request.GET.get("key", ""),
        "token": receipt_token(link),
        "receipt": link_receipt(link),
        "refused": refused,
        "is_thanked": is_thanked,
    }
    return _closed(render(request, "rating/letter_open.html", context, status=status))


def reader_of(link: LetterLink) -> Scope:
    """The rights that a link gives: those of the head of its region, for the one page that it opens."""
    return Scope(roles=frozenset({Role.MINISTER}), overseen=frozenset({link.region_id}))


def _read_only(context: dict[str, Any]) -> dict[str, Any]:
    """The scorecard without ways to pages that ask for a sign-in, and without other regions."""
    lines: dict[str, Any] = {
        name: [line._replace(url="") for line in context[name]]
        for name in ("losses", "gains", "stakes")
        if name in context
    }
    if "cluster_bars" in context:
        lines["cluster_bars"] = [replace(bar, url="") for bar in context["cluster_bars"]]
    left_out = {
        "compare_url": "", "standing_url": "", "executions_url": "", "all_scores": (), "audit_open": False,
        "by_link": True,
    }  # fmt: skip
    return {**context, **lines, **left_out}


def is_automatic(request: HttpRequest) -> bool:
    """Whether the request says that no person asks: a prefetch of a browser, a scanner of mails, a bare program."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    agent = request.headers.get("User-Agent", "")
    return any(ADVANCE.search(purpose) for purpose in purposes) or not agent or bool(PROGRAMS.search(agent))


def _closed(response: HttpResponse) -> HttpResponse:
    """No copy in a cache, no trace in a search engine, no address to the next site."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
