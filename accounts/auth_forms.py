"""Forms of signing in, of passwords and of the second factor: allauth's checks in the words of the portal."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import encrypt
from django import forms
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import tries
from accounts.links import link_owner
from accounts.models import User
from accounts.services import password_reset_request

EMAIL_LABEL = _("E-mail")
CODE_LABEL = _("Code")
CODE_HINT = _("Six digits from the app, or one of your recovery codes.")


def _rules() -> str:
    """The rules of settings.AUTH_PASSWORD_VALIDATORS in one line."""
    lengths = [getattr(rule, "min_length", 0) for rule in get_default_password_validators()]
    return gettext(
        "At least %(least)s characters, not only digits and nothing common: a sentence of several words is best."
    ) % {"least": max(lengths, default=0)}


password_rules = lazy(_rules, str)


def _plain(form: forms.BaseForm, labels: dict[str, Any], hints: dict[str, Any] | None = None) -> None:
    """Labels above the fields instead of words inside them, and hints without markup."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        field.help_text = (hints or {}).get(name, "")


class SignInForm(account_forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"login": EMAIL_LABEL, "password": _("Password")})
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class PasswordForgottenForm(account_forms.ResetPasswordForm):
    """The address to which the link goes; the answer is the same whether it is known or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"email": EMAIL_LABEL})
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        password_reset_request(email=email)
        return email


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            {"password1": _("New password"), "password2": _("New password again")},
            {"password1": password_rules()},
        )


class LinkForm(account_forms.UserTokenForm):
    """The one-use link; a blocked person's link is as dead as a used one.

    Must be checked inside a transaction: the person stays locked while the link is used.
    """

    reset_user: Any = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self.reset_user = link_owner(user_id=self.reset_user.pk, key=cleaned["key"])
        if self.reset_user is None:
            raise ValidationError(_("The link was used or is too old."))
        return cleaned


class PasswordChangeForm(account_forms.ChangePasswordForm):
    """The present password, then a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            {
                "oldpassword": _("Present password"),
                "password1": _("New password"),
                "password2": _("New password again"),
            },
            {"password1": password_rules()},
        )


class PasswordAgainForm(account_forms.ReauthenticateForm):
    """The password of somebody who is signed in, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"password": _("Password")})


def _code_field(form: forms.BaseForm) -> None:
    _plain(form, {"code": CODE_LABEL}, {"code": CODE_HINT})
    form.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "text"}


class SecondFactorForm(mfa_forms.AuthenticateForm):
    """The code of the second factor at sign-in; wrong ones are counted together with wrong passwords."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)

    def clean_code(self) -> str:
        return str(tries.checked(context.request, self.user.email, super().clean_code))


class SecondFactorAgainForm(mfa_forms.ReauthenticateForm):
    """The same for somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)

    def clean_code(self) -> str:
        return str(tries.checked(context.request, self.user.email, super().clean_code))


class SecondFactorSetUpForm(ActivateTOTPForm):
    """The first code of a new app, which proves that it has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"code": _("Code from the app")}, {"code": _("Six digits.")})
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def clean_code(self) -> str:
        """allauth looks at this code without using it up; the first sign-in would take it again."""
        code: str = super().clean_code()
        device = Authenticator(
            user=self.user, type=Authenticator.Type.TOTP, data={"secret": encrypt(self.secret)}
        )
        if not device.wrap().validate_code(code):
            raise ValidationError(_("The code is wrong."))
        return code


class StepUpForm(forms.Form):
    """Confirms once more who acts, by the second factor that staff of the centre must have."""

    secret = forms.CharField(max_length=128)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User = request.user  # type: ignore[assignment]
        _plain(self, {"secret": CODE_LABEL}, {"secret": CODE_HINT})
        self.fields["secret"].widget.attrs["autocomplete"] = "one-time-code"

    def clean_secret(self) -> Authenticator:
        device: Authenticator = tries.checked(self.request, self.user.email, self._device)
        return device

    def _device(self) -> Authenticator:
        for device in Authenticator.objects.filter(user=self.user):
            if device.wrap().validate_code(self.cleaned_data["secret"]):
                return device
        raise ValidationError(_("The code is wrong."))
