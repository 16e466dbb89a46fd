"""How allauth behaves here: no sign-up of strangers, tries counted by the typed address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """People come by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def typed_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address that was typed, for counting failed tries: allauth's form posts it as `login`."""
    credentials = credentials or {}
    typed = credentials.get("email") or credentials.get("username") or request.POST.get("login") or ""
    return str(typed).strip().lower()[:254]
