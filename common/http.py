"""The web edge shared by all rooms: limits of a request, and service errors as pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.errors import PortalError

GetResponse = Callable[[HttpRequest], HttpResponse]


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page of an error status; `message` says what happened in this case."""
    return render(request, f"{status}.html", {"message": message}, status=status)


class RequestLimitsMiddleware:
    """Refuses bodies over the limit before they are read (413) and NUL characters in addresses (400)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            return self._refuse(request, 400, _("The length of the request is not a number."))
        if int(length) > settings.MAX_BODY_BYTES:
            return self._refuse(request, 413, _("The request is larger than the portal accepts."))
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return self._refuse(request, 400, _("The address contains a forbidden character."))
        return self.get_response(request)

    @staticmethod
    def _refuse(request: HttpRequest, status: int, message: str) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            body = {"type": "client_error", "errors": [{"code": "refused", "detail": message, "attr": None}]}
            return JsonResponse(body, status=status)
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")


class PortalErrorMiddleware:
    """Turns what a service refuses into the page of that status, with its sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PortalError):
            return error_page(request, exception.status, str(exception))
        if isinstance(exception, RequestDataTooBig):
            return error_page(request, 413, _("The request is larger than the portal accepts."))
        return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page shown when the form's protection key is missing or old."""
    return error_page(request, 403, _("The page was open for too long. Go back, reload it and repeat."))
