"""Visibility of mails, jobs and staff tasks."""

from datetime import date, datetime
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


class WebhookAttemptQuerySet(AppendOnlyQuerySetMixin, CentreOnlyQuerySet):
    """The tries of deliveries are appended, never changed."""


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


class MailSettingsQuerySet(ScopedQuerySet):
    """Settings of letters: everybody his own."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.user_id is None else self.filter(person=scope.user_id)

    def quiet_on(self, day: date) -> Self:
        """Of people who have quiet days then."""
        return self.filter(quiet_from__lte=day, quiet_until__gte=day)


class DigestLineQuerySet(ScopedQuerySet):
    """Lines of digests: everybody his own."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.user_id is None else self.filter(person=scope.user_id)

    def waiting(self, *, since: datetime, until: datetime) -> Self:
        """Lines written in the time that no mail has told yet."""
        return self.filter(digest=None, created_at__gte=since, created_at__lte=until)
