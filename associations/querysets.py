"""Who sees what of the associations."""

from typing import Self

from common.querysets import ScopedQuerySet
from common.scope import Scope


class MilestoneQuerySet(ScopedQuerySet):
    """Roadmaps are common knowledge of whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def common(self) -> Self:
        """Those that hold for all associations, and those of the transition."""
        return self.filter(association=None)
