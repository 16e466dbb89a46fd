"""API sign-in by expiring tokens, by the audit token, and by the session of the pages."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import AuditToken
from accounts.selectors import scope_for
from common import clock
from common.scope import Role, Scope, set_scope

AUDIT_PREFIX = b"audit"


class ScopedTokenAuthentication(TokenAuthentication):
    """A person's own token: the rights are those of the person now."""

    def authenticate(self, request: Request) -> Any:
        result = super().authenticate(request)
        if result is not None:
            set_scope(request._request, scope_for(result[0]))
        return result


class PortalSessionAuthentication(SessionAuthentication):
    """The session of the pages; answers 401, not 403, to those who have none."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


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
        return {"type": "http", "scheme": "bearer"}


class AuditTokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.AuditTokenAuthentication"
    name = "audit_token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.PortalSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
