"""The systems that are told of publications, with their keys and what was sent to them; the administrator's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, NotAllowed
from common.forms import add_refusal
from common.scope import Scope, scope_of
from dashboard.keeping_forms import WebhookForm
from notifications.policies import can_keep_webhooks
from notifications.selectors import webhook_deliveries, webhook_endpoints, webhook_of
from notifications.services import (
    webhook_add,
    webhook_ping,
    webhook_resend,
    webhook_rotate,
    webhook_switch,
)


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All receivers; a POST adds one and shows its key, this once."""
    scope = _keeper(request)
    form = WebhookForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            added = webhook_add(actor=scope, **form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            return _page(request, added.pk, added.secret)
    context = {"form": form, "endpoints": webhook_endpoints(scope)}
    return render(request, "dashboard/webhooks.html", context, status=400 if form.errors else 200)


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One receiver with its last messages."""
    _keeper(request)
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, secret: str = "") -> HttpResponse:
    scope = scope_of(request)
    endpoint = webhook_of(scope, pk)
    context = {"endpoint": endpoint, "deliveries": webhook_deliveries(scope, endpoint), "secret": secret}
    return render(request, "dashboard/webhook.html", context)


@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key, shown this once."""
    endpoint = webhook_rotate(actor=scope_of(request), endpoint_id=pk)
    return _page(request, pk, endpoint.secret)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a receiver off, or on again."""
    endpoint = webhook_switch(actor=scope_of(request), endpoint_id=pk, on=request.POST.get("on") == "1")
    on, off = _("Messages are sent again."), _("Messages are no longer sent.")
    messages.success(request, on if endpoint.is_active else off)
    return redirect(endpoint)


@require_POST
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a message for a trial."""
    delivery = webhook_ping(actor=scope_of(request), endpoint_id=pk)
    messages.success(request, _("The trial message is queued: it goes within a minute."))
    return redirect(delivery.endpoint)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message again under the same id."""
    delivery = webhook_resend(actor=scope_of(request), delivery_id=pk)
    messages.success(request, _("The message is queued again, under the same id."))
    return redirect(delivery.endpoint)


def _keeper(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not can_keep_webhooks(scope):
        raise NotAllowed(_("Only an administrator keeps the list of systems that are told."))
    return scope
