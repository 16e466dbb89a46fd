"""Which systems are told of a publication: their addresses, secrets, and what was sent to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.step_up import step_up_required
from common.errors import InvalidInput, NotAllowed
from common.forms import add_refusal
from common.scope import Scope, scope_of
from dashboard.keeping_forms import WebhookForm
from notifications.models import WebhookEndpoint
from notifications.policies import can_keep_webhooks
from notifications.selectors import newest_deliveries, waiting_notices, webhook_endpoints
from notifications.services import (
    endpoint_add,
    endpoint_ping,
    endpoint_rotate,
    endpoint_switch,
    webhook_again,
)
from notifications.webhooks import secret_of


def _keeper(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not can_keep_webhooks(scope):
        raise NotAllowed(_("The addresses for notices of other systems are kept by administrators."))
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def webhooks(request: HttpRequest) -> HttpResponse:
    """All addresses with what became of the last notice; a POST adds one."""
    scope = _keeper(request)
    form = WebhookForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            endpoint = endpoint_add(actor=scope, **form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The address is added. Enter its secret in the other system."))
            return redirect(endpoint)
    context = {"form": form, "endpoints": webhook_endpoints(scope)}
    return render(request, "dashboard/webhooks.html", context, status=400 if form.errors else 200)


@require_safe
@step_up_required
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: its secret, what may be done with it, and its newest notices with every attempt."""
    endpoint: WebhookEndpoint = WebhookEndpoint.objects.select_related("created_by").fetch(
        scope_of(request), pk=pk
    )
    scope = _keeper(request)
    context = {
        "endpoint": endpoint,
        "secret": secret_of(endpoint),
        "deliveries": newest_deliveries(scope, endpoint),
        "waiting": waiting_notices(scope, endpoint),
    }
    return render(request, "dashboard/webhook.html", context)


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("dashboard:webhook", pk=pk)


@require_POST
@step_up_required
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell an address again, also of what happened while it was off."""
    scope = scope_of(request)
    waiting = waiting_notices(scope, endpoint_switch(actor=scope, endpoint_id=pk, on=True))
    if not waiting:
        return _done(request, pk, _("The address is switched on."))
    words = ngettext(
        "The address is switched on; %(count)s notice that waited for it is on its way.",
        "The address is switched on; %(count)s notices that waited for it are on their way.",
        waiting,
    )
    return _done(request, pk, words % {"count": waiting})


@require_POST
@step_up_required
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell an address nothing until it is on again."""
    endpoint_switch(actor=scope_of(request), endpoint_id=pk, on=False)
    return _done(request, pk, _("The address is switched off: nothing is sent there."))


@require_POST
@step_up_required
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an address a new secret."""
    endpoint_rotate(actor=scope_of(request), endpoint_id=pk)
    return _done(request, pk, _("The secret is a new one: enter it in the other system."))


@require_POST
@step_up_required
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a trial notice to an address."""
    endpoint_ping(actor=scope_of(request), endpoint_id=pk)
    return _done(request, pk, _("A trial notice is on its way: its answer appears here in a moment."))


@require_POST
@step_up_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was given up once more."""
    delivery = webhook_again(actor=scope_of(request), delivery_id=pk)
    words = _("The notice goes again, with the same id and the same bytes.")
    return _done(request, delivery.endpoint_id, words)
