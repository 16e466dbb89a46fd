"""Keys of auditors: given, shown once, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import AuditTokenForm
from accounts.policies import can_manage_audit_tokens
from accounts.selectors import audit_tokens
from accounts.services import audit_token_create, audit_token_revoke
from accounts.step_up import step_up_required
from common.errors import InvalidInput, NotAllowed
from common.forms import add_refusal
from common.scope import scope_of


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def token_list(request: HttpRequest) -> HttpResponse:
    """All keys, and the form of a new one; its key stands on the answer and nowhere else."""
    scope = scope_of(request)
    if not can_manage_audit_tokens(scope):
        raise NotAllowed(_("Audit tokens are for administrators."))
    form = AuditTokenForm(request.POST or None)
    key, status = "", 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            key = audit_token_create(actor=scope, **form.cleaned_data)[1]
            form, status = AuditTokenForm(), 200
        except InvalidInput as error:
            add_refusal(form, error)
    context = {"form": form, "new_key": key, "tokens": audit_tokens(scope)}
    return render(request, "accounts/audit_tokens.html", context, status=status)


@require_POST
@step_up_required
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key useless."""
    audit_token_revoke(actor=scope_of(request), token_id=pk)
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:audit-tokens")
