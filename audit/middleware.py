"""Couples the rows of the trail to the person and the network address of the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.trail import acting
from common.scope import scope_of


class TrailMiddleware:
    """Says who acts for as long as the request runs.

    The address is the one that the server vouches for; headers that any client may send are not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR") or None
        with acting(lambda: scope_of(request).user_id, address=address):
            return self.get_response(request)
