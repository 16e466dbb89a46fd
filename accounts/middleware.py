"""Puts the scope on the request; holds the centre's staff to a second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.selectors import scope_for
from common.scope import PUBLIC, scope_of, set_scope

GetResponse = Callable[[HttpRequest], HttpResponse]

WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "set_language",
        "healthz",
    }
)
"""Addresses that staff may open before they have set up the second factor."""


class ScopeMiddleware:
    """Rights are read once per request, so that a role that ended a second ago is gone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_scope(request, scope_for(request.user) if request.user.is_authenticated else PUBLIC)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Sends the centre's staff to set up a second factor before anything else, where it is required."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_REQUIRED or not scope_of(request).is_centre:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in WITHOUT_SECOND_FACTOR or is_mfa_enabled(request.user):
            return None
        return redirect("mfa_activate_totp")
