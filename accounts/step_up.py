"""Confirming oneself once more before an act that matters: closing a month, publishing, roles, mass mail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.base.internal.flows import post_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.auth_forms import StepUpForm
from common.scope import scope_of

View = Callable[..., HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_FIELDS = frozenset({"csrfmiddlewaretoken", "step_up-secret"})


def step_up_required(view: View) -> View:
    """Decorates a view: a POST of the centre's staff goes on only after a fresh confirmation.

    The confirmation page carries what was posted, so that nothing is typed twice; files are not carried. It holds
    for ACCOUNT_REAUTHENTICATION_TIMEOUT seconds and is off while SECOND_FACTOR_REQUIRED is False. People without a
    role of the centre pass: the service refuses them by its policy.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_due(request):
            return view(request, *args, **kwargs)
        form = StepUpForm(
            request.POST if "step_up-secret" in request.POST else None, request=request, prefix="step_up"
        )
        if form.is_bound and form.is_valid():
            _remember(request, form)
            return view(request, *args, **kwargs)
        return _ask(request, form)

    return guarded


def _is_due(request: HttpRequest) -> bool:
    return bool(
        settings.SECOND_FACTOR_REQUIRED
        and request.method not in SAFE_METHODS
        and scope_of(request).is_centre
        and not did_recently_reauthenticate(request)
    )


def _remember(request: HttpRequest, form: StepUpForm) -> None:
    """Note the confirmation where allauth looks for it."""
    post_authentication(request, form.cleaned_data["secret"], reauthenticated=True)


def _ask(request: HttpRequest, form: StepUpForm) -> HttpResponse:
    carried = [
        (name, value) for name, values in request.POST.lists() if name not in OWN_FIELDS for value in values
    ]
    response = render(
        request,
        "accounts/step_up.html",
        {"form": form, "carried": carried, "drops_files": bool(request.FILES)},
    )
    if request.headers.get("HX-Request"):
        response["HX-Retarget"] = "body"
        response["HX-Reswap"] = "innerHTML"
    return response
