"""A person's own page about the letters to him: which reminders, and the days on which a deputy gets them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import MailSettingsForm
from accounts.selectors import stand_ins
from common import clock
from common.errors import InvalidInput, StaleVersion
from common.forms import add_refusal
from common.scope import scope_of
from notifications.selectors import settings_of
from notifications.services import mail_settings_update


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    """Choose reminders and quiet days."""
    scope = scope_of(request)
    settings = settings_of(scope)
    initial = {name: getattr(settings, name) for name in MailSettingsForm.base_fields}
    form = MailSettingsForm(request.POST or None, initial=initial)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                mail_settings_update(actor=scope, **form.cleaned_data)
            except InvalidInput as error:
                add_refusal(form, error)
            except StaleVersion as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                messages.success(request, _("The changes are saved."))
                return redirect("accounts:mail-settings")
    context = {"form": form, "stand_ins": stand_ins(scope, clock.today()), "coordinates": scope.coordinated}
    return render(request, "accounts/mail_settings.html", context, status=status)
