"""The web edge shared by all rooms: limits of a request, and errors as pages."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from common.bodies import UNMEASURED
from common.errors import PortalError
from common.parsers import unreadable
from common.scope import has_scope

GetResponse = Callable[[HttpRequest], HttpResponse]

FOCUS_KEY = "focus"
"""Where the session keeps the place that a person with several has chosen; the frame of pages shows it."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

LASTING_PUBLIC = "public, max-age=31536000, immutable"
LASTING_PRIVATE = "private, max-age=31536000"
"""Cache-Control of what never changes at its address: a year, as long as HTTP speaks of."""

REFUSAL = "portal_refusal"
"""The mark of a request whose answer is the page of an error."""
REFUSED = frozenset({400, 405, 411})
"""Statuses that share one page: the request itself is wrong."""


def client_address(request: HttpRequest) -> str:
    """The network address of whoever asks; the one place that decides it, empty where a server gives none.

    X-Forwarded-For is believed as far as TRUSTED_PROXIES wrote it: from the right, the first hop that is none of them.
    """
    address = str(request.META.get("REMOTE_ADDR") or "")
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    while hops and _is_trusted_proxy(address):
        hop = _address(hops.pop())
        if hop is None:
            break
        address = str(hop)
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted_proxy(text: str) -> bool:
    address = _address(text)
    return address is not None and any(address in ip_network(proxy) for proxy in settings.TRUSTED_PROXIES)


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file made for this request, under a plain ASCII name; no browser guesses another type."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page of an error status; `message` says what happened in this case.

    The frame of such a page counts nothing: whoever was refused is told why, and where to go, at the least cost.
    """
    setattr(request, REFUSAL, True)
    name = "refused.html" if status in REFUSED else f"{status}.html"
    return render(request, name, {"message": message, "status": status}, status=status)


def is_refused(request: HttpRequest) -> bool:
    """Whether the page being drawn is that of an error."""
    return hasattr(request, REFUSAL)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no address or no row answers to (`handler404`)."""
    return error_page(request, 404)


def refusal(
    request: HttpRequest, status: int, message: str = "", parameter: str | None = None
) -> HttpResponse:
    """An error outside the views: JSON for programs (naming a parameter), a page for people."""
    if request.path_info.startswith("/api/"):
        detail = message or _("The request cannot be understood.")
        body = {"type": "client_error", "errors": [{"code": "refused", "detail": detail, "attr": parameter}]}
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    if has_scope(request):
        return error_page(request, status, message)
    # Refused before anybody knew who asks: nothing of the frame of a page can be drawn.
    return HttpResponse(loader.get_template("400.html").render({"message": message}), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses by itself (`handler400`), naming the rule where there is one to name."""
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, 413, _("The request is larger than the portal accepts."))
    if isinstance(exception, TooManyFilesSent | TooManyFieldsSent | MultiPartParserError):
        return refusal(request, 400, unreadable(exception))
    return refusal(request, 400)


class RequestLimitsMiddleware:
    """Refuses bodies over the limit (413) or of unknown length (411) and NUL characters in addresses (400).

    Stands behind the middleware that finds the language and the person, before anything reads the body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return refusal(request, 400, _("The length of the request is not a number."))
        if int(length) > settings.MAX_BODY_BYTES:
            return refusal(request, 413, _("The request is larger than the portal accepts."))
        if getattr(request, "scope", {}).get(UNMEASURED):
            return refusal(request, 411, _("The request does not say its length (Content-Length)."))
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            message = _("The address contains a forbidden character.")
            return refusal(request, 400, message, _parameter_with_nul(request))
        return self.get_response(request)


def _parameter_with_nul(request: HttpRequest) -> str | None:
    """The name of the first parameter whose value carries a NUL; none when it stands somewhere else."""
    for name, values in request.GET.lists():
        if any("\x00" in value for value in values):
            return name.replace("\x00", "")
    return None


class PortalErrorMiddleware:
    """Turns what a service refuses into the page of that status, with its sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not request.path_info.startswith("/api/"):
            page = error_page(request, 405, _("This address takes only what a form of the portal sends."))
            page["Allow"] = response.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PortalError):
            return error_page(request, exception.status, str(exception))
        return None


class UploadAnswerMiddleware:
    """Tells a form that is sent by a script where to go next instead of sending the script there.

    A script that shows the progress of an upload (static/js/forms.js) would follow a redirect unseen and take what the
    next page has to say with it; so the address comes in a header, and the browser goes there as always.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "X-Upload" not in request.headers or not 300 <= response.status_code < 400:
            return response
        answer = HttpResponse(status=204, headers={"X-Location": response["Location"]})
        answer.cookies = response.cookies
        return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page shown when the form's protection key is missing or old."""
    return error_page(request, 403, _("The page was open for too long. Go back, reload it and repeat."))
