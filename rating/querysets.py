"""Visibility of slices, scores, explanations and letters."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from audit.append_only import AppendOnlyError, AppendOnlyQuerySetMixin
from common.querysets import ScopedQuerySet
from common.scope import Role, Scope
from rating.enums import LetterKind, ObjectionState, SliceStatus


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

    def published_before(self, instant: datetime) -> Self:
        """Of each month the revision that was current at an instant: the newest one published before it."""
        later = self.model._base_manager.filter(
            period=OuterRef("period"), revision__gt=OuterRef("revision"), published_at__lt=instant
        )
        return self.filter(~Exists(later), published_at__lt=instant)

    def objectable_by(self, scope: Scope) -> Self:
        """What a region may object to: published revisions, and for its coordinators the open preview."""
        shown = Q(published_at__isnull=False)
        if scope.coordinated:
            previews: SlicePreviewQuerySet = _related(self, "preview").objects.all()
            shown |= Q(pk__in=previews.open().values("slice"))
        return self.filter(shown)

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
    """Losses, gains and stakes: the region itself and the centre (product rule for pages and API alike).

    Of an open preview only the coordinators of the region read them, and not yet its head.
    """

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        shown = ~Q(region_score__slice__status=SliceStatus.DRAFT) & Q(region_score__region__in=scope.regions)
        if scope.coordinated:
            previews: SlicePreviewQuerySet = _related(self, "region_score", "slice", "preview").objects.all()
            shown |= Q(
                region_score__slice__in=previews.open().values("slice"),
                region_score__region__in=scope.coordinated,
            )
        return self.filter(shown)


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

    def originals(self) -> Self:
        """The letters to the heads alone: neither copies nor mails with a new link."""
        return self.filter(kind=LetterKind.LETTER)

    def for_list(self) -> Self:
        return self.select_related("region", "slice", "mail", "head").defer("mail__payload")

    def for_reading(self) -> Self:
        """With the bytes of the mail and everything that the page of one letter shows."""
        return self.select_related("region", "slice", "mail__settled_by", "head__authority")


class OfRegionQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Rows about one region: the centre sees all, a region its own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.regions)


class LetterNumberingQuerySet(ScopedQuerySet):
    """Outgoing numbers that are given before the letters go are the business of the centre."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class LetterLinkQuerySet(ScopedQuerySet):
    """Links of letters: their secrets are the business of the centre alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()

    def open(self, instant: datetime) -> Self:
        """Those that open at an instant: neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=instant)


class LetterOpeningQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Openings: the centre sees all, a region those of its own letters."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(link__region__in=scope.regions)

    def by_people(self) -> Self:
        """Without those of programs that said so."""
        return self.filter(is_automatic=False)


class LetterTemplateQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """The words of the letter belong to those who send letters."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.has(Role.METHODOLOGIST, Role.ADMINISTRATOR) else self.none()


class MethodologyQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """The methodology is public: whoever sees the rating may see how it is computed."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all()


class MethodologyDraftQuerySet(ScopedQuerySet):
    """Drafts of versions are work of the centre; what is approved is public as a version."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class MethodologyTrialQuerySet(AppendOnlyQuerySetMixin, MethodologyDraftQuerySet):
    """Trials follow their draft."""


class ItemShareQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """National shares of items follow their slice."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.is_public:
            return self.none()
        return self.exclude(slice__status=SliceStatus.DRAFT)


class SlicePreviewQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Previews are known to the centre and to every coordinator, for both act on them; to nobody else."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre or scope.coordinated:
            return self.all()
        return self.none()

    def open(self) -> Self:
        """Running now: of a month without a published revision, the newest that was opened."""
        same_month = {"period": OuterRef("slice__period")}
        slices = _related(self, "slice")._base_manager.filter(**same_month, published_at__isnull=False)
        later = self.model._base_manager.filter(
            slice__period=OuterRef("slice__period"), slice__revision__gt=OuterRef("slice__revision")
        )
        return self.filter(~Exists(slices), ~Exists(later))


class PreviewReadingQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Who opened a preview: the centre sees all, a coordinator those of his region."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.coordinated)


class ObjectionQuerySet(ScopedQuerySet):
    """Objections: the centre sees all, coordinators those of their region, its head those about what is published."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        published = Q(region__in=scope.overseen, slice__published_at__isnull=False)
        return self.filter(Q(region__in=scope.coordinated) | published)

    def open(self) -> Self:
        return self.filter(state=ObjectionState.OPEN)

    def for_list(self) -> Self:
        """Oldest first, with everything that a row says."""
        return self.select_related(
            "slice", "region", "execution__assignment__protocol", "execution__cluster__industry", "filed_by",
            "decided_by", "file",
        ).order_by("filed_at", "id")  # fmt: skip


def _related(queryset: ScopedQuerySet, *path: str) -> Any:
    """The model at the end of a path of relations: querysets stand below the models and cannot import them."""
    model: Any = queryset.model
    for name in path:
        model = model._meta.get_field(name).related_model
    return model
