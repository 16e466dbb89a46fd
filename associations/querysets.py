"""Who sees what of the associations."""

from datetime import date
from typing import Self

from django.db.models import Q

from associations.enums import OPEN_STATES
from common.querysets import ScopedQuerySet
from common.scope import Scope


class MilestoneQuerySet(ScopedQuerySet):
    """Roadmaps are common knowledge of whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def common(self) -> Self:
        """Those that hold for all associations, and those of the transition."""
        return self.filter(association=None)

    def overdue(self, day: date) -> Self:
        """Open after their last day; one that only begins on a day is late when it has not begun by then."""
        begins = Q(due_on=None, starts_on__lt=day, state=OPEN_STATES[0])
        return self.filter(Q(state__in=OPEN_STATES, due_on__lt=day) | begins)
