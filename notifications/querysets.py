"""Visibility of mails, jobs and staff tasks."""

from typing import Self

from audit.append_only import AppendOnlyQuerySetMixin
from common.querysets import ScopedQuerySet
from common.scope import Scope


class CentreOnlyQuerySet(ScopedQuerySet):
    """Rows of the centre's own kitchen."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class MailEventQuerySet(AppendOnlyQuerySetMixin, CentreOnlyQuerySet):
    """The steps of mails are appended, never changed."""


class StaffTaskQuerySet(CentreOnlyQuerySet):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class NoticeQuerySet(ScopedQuerySet):
    """Notices: everybody sees his own and no others, whatever his role."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.user_id is None else self.filter(person=scope.user_id)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class LongTaskQuerySet(ScopedQuerySet):
    """Long work belongs to the people who asked for it, and to nobody else."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(people=scope.user_id) if scope.user_id else self.none()
