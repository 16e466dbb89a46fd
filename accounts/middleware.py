"""What holds for every request of somebody who may be signed in."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.selectors import scope_for
from accounts.sessions import session_begin, session_seconds_left
from common.scope import PUBLIC, scope_of, set_scope

GetResponse = Callable[[HttpRequest], HttpResponse]

UNDONE = "undone"
"""In the address of the sign-in page: what was sent before was not done, and the page says so."""
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "set_language",
        "dashboard:display",
        "healthz",
    }
)
"""Addresses that staff may open before they have set up the second factor."""


def remember_sign_in(request: HttpRequest | None, **_signal: object) -> None:
    """Note in the session when it began; the note outlives nothing but the session itself."""
    if request is not None:
        session_begin(request)


user_logged_in.connect(remember_sign_in, dispatch_uid="accounts.remember_sign_in")


class SessionLimitMiddleware:
    """Ends a session when its time is over, however busy the person is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and session_seconds_left(request) < 0:
            logout(request)
        return self.get_response(request)


class ScopeMiddleware:
    """Rights are read once per request, so that a role that ended a second ago is gone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_scope(request, scope_for(request.user) if request.user.is_authenticated else PUBLIC)
        return self.get_response(request)


class PrivateAnswersMiddleware:
    """What somebody saw with his rights is kept by no cache; a view that says otherwise is believed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if scope_of(request) != PUBLIC and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Everything needs a sign-in unless it says otherwise; a fragment is told to take the whole page there."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is None:
            return None
        is_part = bool(request.headers.get("HX-Request"))
        if not is_part and request.method in ("GET", "HEAD"):
            return refusal
        # Who signs in again is brought to the page with the form, not to the address that only takes its data.
        page = _path_of(request, request.headers.get("HX-Current-URL" if is_part else "Referer", ""))
        target = redirect_to_login(page, self.get_login_url(view_func))
        if request.method not in ("GET", "HEAD"):
            target["Location"] += f"&{UNDONE}=1"
        return HttpResponse(status=401, headers={"HX-Redirect": target["Location"]}) if is_part else target


def _path_of(request: HttpRequest, address: str) -> str:
    """The path of a page of this host, else the first page."""
    host = f"{request.scheme}://{request.get_host()}"
    return address.removeprefix(host) if address.startswith(f"{host}/") else "/"


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
        if name in WITHOUT_SECOND_FACTOR or is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return None
        if request.path_info.startswith("/api/"):
            detail = _("Set up the second factor on your profile page first.")
            error = {"code": "second_factor_missing", "detail": detail, "attr": None}
            return JsonResponse({"type": "client_error", "errors": [error]}, status=403)
        return redirect("mfa_activate_totp")
