"""API sign-in by expiring tokens, by the audit token, and by the session of the pages."""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.models import AuditToken, User
from accounts.selectors import scope_for
from common import clock
from common.scope import Role, Scope, set_scope

AUDIT_PREFIX = b"audit"
TOKEN_SHAPE = re.compile(rb"[0-9A-Za-z_-]{1,200}")


class ScopedTokenAuthentication(TokenAuthentication):
    """A person's own token: the rights are those of the person now.

    A token is made on a page that the centre's staff reach with a second factor only. It stops working for them
    when the second factor is gone, so a token is never the way around it.
    """

    def authenticate(self, request: Request) -> Any:
        result = super().authenticate(request)
        if result is None:
            return None
        user = result[0]
        scope = scope_for(user)
        if settings.SECOND_FACTOR_REQUIRED and scope.is_centre:
            self._require_second_factor(user)
        set_scope(request._request, scope)
        return result

    def authenticate_credentials(self, token: bytes) -> Any:
        if not TOKEN_SHAPE.fullmatch(token):
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        try:
            return super().authenticate_credentials(token)
        except AuthenticationFailed as error:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked.")) from error

    @staticmethod
    def _require_second_factor(user: User) -> None:
        if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            raise PermissionDenied(
                _("Set up the second factor on your profile page first."), code="second_factor_missing"
            )


class PortalSessionAuthentication(SessionAuthentication):
    """The session of the pages; answers 401, not 403, to those who have none."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            message = _("The protection key of the session (header X-CSRFToken) is missing or wrong.")
            raise PermissionDenied(message) from error


class Auditor(AnonymousUser):
    """The holder of an audit token: no person, one right."""

    @property
    def is_authenticated(self) -> Any:
        return True


class AuditTokenAuthentication(BaseAuthentication):
    """`Authorization: Audit KEY`: downloads audit files of published slices, nothing else."""

    def authenticate(self, request: Request) -> tuple[Auditor, AuditToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != AUDIT_PREFIX:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("The header must read: Authorization: Audit KEY"))
        token = AuditToken.objects.working(parts[1].decode("latin-1"), clock.now()).first()
        if token is None:
            raise AuthenticationFailed(_("The audit token is unknown, expired or revoked."))
        set_scope(request._request, Scope(roles=frozenset({Role.AUDITOR})))
        return Auditor(), token

    def authenticate_header(self, request: Request) -> str:
        return "Audit"


class ScopedTokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.ScopedTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of a person, from his profile page.",
        }


class AuditTokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.AuditTokenAuthentication"
    name = "audit_token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Audit KEY`: the key of an auditor opens audit files of published slices.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.PortalSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the pages; a changing request also needs the X-CSRFToken header.",
        }
