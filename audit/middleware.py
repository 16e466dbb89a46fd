"""Couples the rows of the trail to the person and the network address of the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.trail import acting
from common.http import client_address
from common.scope import scope_of


class TrailMiddleware:
    """Says who acts, and from which address, for as long as the request runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = client_address(request) or None
        with acting(lambda: scope_of(request).user_id, address=address):
            return self.get_response(request)
