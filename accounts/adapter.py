"""How allauth behaves here: no sign-up of strangers, tries counted one by one, mails through the one outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.mails import notice_queue
from accounts.models import User
from accounts.tries import one_at_a_time


class ClosedAccountAdapter(DefaultAccountAdapter):
    """People come by invitation only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("The present password is wrong."),
        "invalid_password_reset": _("The link was used or is too old."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages answer with pages, whatever headers a client sends."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """One try after another for the same address, so that a parallel burst gets no extra tries."""
        with one_at_a_time(request, credentials.get("email", "")):
            return super().authenticate(request, **credentials)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **details: Any) -> HttpResponse:
        """The language that the person chose last, on whatever machine, comes with him."""
        response: HttpResponse = super().post_login(request, user, **details)
        if isinstance(user, User):
            set_language_cookie(response, user.language)
        return response

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tells the person that a secret of the account was changed."""
        if isinstance(user, User):
            notice_queue(user=user, event=template_prefix.rpartition("/")[2])


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Keep the language of the pages in the browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
