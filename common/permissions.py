"""Who may use the API at all. The framework reads this module while it loads, so it imports no view."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from common.scope import scope_of


class HasRole(IsAuthenticated):
    """People with a role in force today."""

    message = _("You have no role in the portal today.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and not scope_of(request).is_public
