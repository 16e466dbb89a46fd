"""Counting failed tries to sign in: five for an address from one network, then a pause of a quarter of an hour.

From one network there are SIGN_IN_TRIES_PER_NETWORK over all addresses: enough for a ministry behind one router, too
few for trying one password on everybody. django-axes keeps the count in the database; whoever signs in takes his own
mistakes off it. Tries from one network and for one address stand in line, so that a burst of parallel requests gets
exactly as many tries as a patient typist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from common.http import client_address
from common.locks import hold

TOO_MANY = 429


def typed_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address that was typed, for counting failed tries: the sign-in form posts it as `login`."""
    credentials = credentials or {}
    typed = credentials.get("email") or credentials.get("username") or request.POST.get("login") or ""
    return str(typed).strip().lower()[:254]


class TriesHandler(AxesDatabaseHandler):
    """The count of axes for an address, and beside it the count of the network over all addresses."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return super().is_locked(request, credentials) or network_is_locked(request)


def network_is_locked(request: HttpRequest) -> bool:
    """True while no more tries are taken from this network, for whatever address."""
    tries = AccessAttempt.objects.filter(
        ip_address=client_address(request) or None, attempt_time__gt=get_cool_off_threshold(request)
    )
    failures = tries.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
    return bool(failures >= settings.SIGN_IN_TRIES_PER_NETWORK)


def key_tries_are_used_up(request: HttpRequest) -> bool:
    """True while this network gets no more tries with keys of links: they count together with wrong passwords."""
    AxesProxyHandler.update_request(request)
    return network_is_locked(request)


@contextmanager
def one_at_a_time(request: HttpRequest, email: str) -> Iterator[None]:
    """Look at the counts, check the secret and count the failure as one step for this network and address.

    Always the network first: who holds an address never waits for a network.
    """
    with transaction.atomic():
        hold(f"sign-in-from:{client_address(request)}")
        hold(f"sign-in:{email.strip().lower()}")
        yield


def is_locked(request: HttpRequest, email: str) -> bool:
    """True while no more tries are taken for this address from this network; the answer becomes the locked page."""
    if AxesProxyHandler.is_allowed(request, {"email": email}):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    return True


def count_failure(request: HttpRequest, email: str) -> None:
    """A wrong code of the second factor counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"email": email}, request=request)


def checked(request: HttpRequest, email: str, check: Any) -> Any:
    """Run `check()` as one counted try; what it refuses with a ValidationError is a failure.

    Raises that ValidationError, or one that says the tries are used up.
    """
    refusal: ValidationError | None = None
    with one_at_a_time(request, email):
        if is_locked(request, email):
            refusal = ValidationError(_("Too many wrong tries. Try again later."))
        else:
            try:
                return check()
            except ValidationError as error:
                count_failure(request, email)
                refusal = error
    raise refusal


def locked_page(
    request: HttpRequest, _answer: HttpResponse, _credentials: dict[str, Any] | None
) -> HttpResponse:
    """The page shown when the tries are used up; it says the same for known and unknown addresses."""
    pause = get_cool_off(request) or timedelta()
    minutes = int(pause.total_seconds() // 60)
    context = {"minutes": minutes, "is_network": network_is_locked(request)}
    response = render(request, "account/locked.html", context, status=TOO_MANY)
    response["Retry-After"] = str(int(pause.total_seconds()))
    add_never_cache_headers(response)
    return response
