"""Stored files have no addresses of their own: a room reaches them through its own scoped rows."""

from typing import Self

from common.querysets import ScopedQuerySet
from common.scope import Scope


class StoredFileQuerySet(ScopedQuerySet):
    """Directly, a person sees only what he uploaded himself; everything else goes through the owning room."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(uploaded_by=scope.user_id) if scope.user_id else self.none()
