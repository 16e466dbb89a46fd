"""Signing in and out, passwords, the second factor: allauth's views with the portal's answers."""

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

GONE = 410


class RefusedForm:
    """A form with errors answers 400."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 400
        return response


class SignInView(RefusedForm, account_views.LoginView):
    """E-mail and password."""


class SignOutView(account_views.LogoutView):
    """Signing out also empties what the browser kept of the pages."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class PasswordForgottenView(RefusedForm, account_views.PasswordResetView):
    """Asks for the address to which the link goes."""


@method_decorator(transaction.atomic, name="dispatch")
class NewPasswordView(RefusedForm, account_views.PasswordResetFromKeyView):
    """Sets the password by a one-use link, of an invitation or of a reset; a dead link answers 410.

    The link is looked at and used up in one transaction.
    """

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        if context.get("token_fail"):
            response.status_code = GONE
        return response


class PasswordChangeView(RefusedForm, account_views.PasswordChangeView):
    """Sets a new password for somebody who knows the present one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_default_success_url(self) -> str:
        return reverse("accounts:profile")


class PasswordAgainView(RefusedForm, account_views.ReauthenticateView):
    """Asks for the password once more."""


class SecondFactorView(mfa_views.AuthenticateView):
    """The code after the password."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 400
        return response


class SecondFactorAgainView(RefusedForm, mfa_views.ReauthenticateView):
    """Asks for the code once more."""


class SecondFactorSetUpView(RefusedForm, totp_views.ActivateTOTPView):
    """Shows the secret and takes the first code."""


class SecondFactorRemoveView(RefusedForm, totp_views.DeactivateTOTPView):
    """Removes the app."""


password_forgotten_sent = account_views.password_reset_done
new_password_done = account_views.password_reset_from_key_done
inactive = account_views.account_inactive
second_factor = mfa_views.index
recovery_codes = recovery_views.view_recovery_codes
recovery_codes_new = recovery_views.generate_recovery_codes
recovery_codes_file = recovery_views.download_recovery_codes
