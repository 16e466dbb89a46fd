"""Visibility of slices, scores, explanations and letters."""

from typing import Self

from django.conf import settings

from audit.append_only import AppendOnlyError, AppendOnlyQuerySetMixin
from common.querysets import ScopedQuerySet
from common.scope import Role, Scope
from rating.enums import SliceStatus


class SliceQuerySet(ScopedQuerySet):
    """Drafts belong to the centre; what was published stays readable for ever, to the public by a setting."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.is_public and not settings.RATING_IS_PUBLIC:
            return self.none()
        return self.published()

    def published(self) -> Self:
        """Published revisions, also those that a later revision replaced."""
        return self.exclude(status=SliceStatus.DRAFT)

    def newest_first(self) -> Self:
        return self.order_by("-period", "-revision")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("a slice is never deleted")


class RegionScoreQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Scores follow their slice."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.is_public and not settings.RATING_IS_PUBLIC:
            return self.none()
        return self.exclude(slice__status=SliceStatus.DRAFT)

    def for_table(self) -> Self:
        """The published order: by place, region code inside a tie, unranked last."""
        return self.select_related("region__district").order_by("position")


class ExplanationQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Losses, gains and stakes: the region itself and the centre (product rule for pages and API alike)."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.exclude(region_score__slice__status=SliceStatus.DRAFT).filter(
            region_score__region__in=scope.regions
        )


class AuditFileQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Inputs of a slice: the centre, every coordinator, holders of an audit token; everybody by a setting."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if settings.AUDIT_FILE_IS_PUBLIC or scope.has(Role.COORDINATOR, Role.AUDITOR):
            return self.exclude(slice__status=SliceStatus.DRAFT)
        return self.none()


class RatingLetterQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Letters: the centre sees all, a region its own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.regions)

    def for_list(self) -> Self:
        return self.select_related("region", "slice", "mail", "head").defer("mail__payload")

    def for_reading(self) -> Self:
        """With the bytes of the mail and everything that the page of one letter shows."""
        return self.select_related("region", "slice", "mail__settled_by", "head__authority")


class MethodologyQuerySet(ScopedQuerySet):
    """The methodology is public: whoever sees the rating may see how it is computed."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all()


class ItemShareQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """National shares of items follow their slice."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.is_public:
            return self.none()
        return self.exclude(slice__status=SliceStatus.DRAFT)
