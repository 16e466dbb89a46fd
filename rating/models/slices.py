"""One revision of one month, its frozen inputs and the preview before its publication (methodology §8)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyError, AppendOnlyModel
from rating.enums import SliceStatus
from rating.models.methodology import Methodology
from rating.querysets import AuditFileQuerySet, PreviewReadingQuerySet, SlicePreviewQuerySet, SliceQuerySet

PUBLICATION_FIELDS = frozenset({"status", "published_at", "published_by", "published_by_id"})
"""All that may change in a slice once it is stored."""


class Slice(models.Model):
    """One revision of one month: immutable numbers, born as a draft, published by a separate act (§8)."""

    period = models.CharField(_("month"), max_length=7)
    revision = models.PositiveSmallIntegerField(_("revision"))
    status = models.CharField(
        _("status"), max_length=12, choices=SliceStatus.choices, default=SliceStatus.DRAFT
    )
    as_of = models.DateTimeField(_("as of"))
    corrections_as_of = models.DateTimeField(_("corrections as of"), null=True, blank=True)
    methodology = models.ForeignKey(
        Methodology, models.PROTECT, related_name="slices", verbose_name=_("methodology")
    )
    input_sha256 = models.CharField(_("digest of the inputs"), max_length=64)
    ranked_regions = models.PositiveSmallIntegerField(_("ranked regions"))
    executions = models.PositiveIntegerField(_("executions"), null=True, blank=True)
    weight_sum = models.PositiveBigIntegerField(_("sum of weights"), null=True, blank=True)
    points_sum = models.PositiveBigIntegerField(_("sum of weighted points"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("national score, hundredths"), null=True, blank=True)
    median_review_days = models.PositiveSmallIntegerField(_("median days of review"), null=True, blank=True)
    unreviewed = models.PositiveIntegerField(_("reports not yet reviewed"), default=0)
    reason = models.TextField(_("reason of the revision"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("computed"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("published by"),
    )  # fmt: skip

    objects = SliceQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-revision"]
        verbose_name = _("slice")
        verbose_name_plural = _("slices")
        constraints = [
            models.UniqueConstraint(fields=["period", "revision"], name="slice_one_per_revision"),
            models.UniqueConstraint(
                fields=["period"], condition=Q(status="published"), name="slice_one_published_per_month"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None)
                | ~Q(status="draft") & Q(published_at__isnull=False),
                name="slice_published_has_instant",
            ),
            models.CheckConstraint(condition=Q(revision=1) | ~Q(reason=""), name="slice_revision_has_reason"),
        ]

    def __str__(self) -> str:
        return gettext("%(period)s, revision %(revision)s") % {
            "period": self.period,
            "revision": self.revision,
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only publication may change a stored slice; the database refuses the rest as well."""
        fields = kwargs.get("update_fields")
        if not self._state.adding and (fields is None or not set(fields) <= PUBLICATION_FIELDS):
            raise AppendOnlyError("the numbers of a slice never change: make a revision")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The permanent address of this revision."""
        return reverse("rating:revision", args=[self.period, self.revision])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("a slice is never deleted")

    @property
    def begins_version(self) -> bool:
        """Whether the month before was computed by another version, so that its numbers compare with care (§5, §8)."""
        methodology = self.methodology
        if methodology.effective_from != self.period:
            return False
        return type(methodology).objects.filter(effective_from__lt=self.period).exists()

    @property
    def is_draft(self) -> bool:
        return self.status == SliceStatus.DRAFT


class AuditFile(AppendOnlyModel):
    """The frozen inputs of a slice: canonical JSON of the audit format, compressed with zlib."""

    slice = models.OneToOneField(Slice, models.PROTECT, related_name="audit_file", verbose_name=_("slice"))
    payload = models.BinaryField(editable=False)
    size = models.PositiveBigIntegerField(_("size of the JSON in bytes"))

    objects = AuditFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit file")
        verbose_name_plural = _("audit files")

    def __str__(self) -> str:
        return str(self.slice)


class SlicePreview(AppendOnlyModel):
    """A draft shown to the coordinators before its publication, each his own region, until `publishes_at` (§8).

    It stands beside the slice, which stays a draft: to everybody else the month is unpublished.
    """

    slice = models.OneToOneField(Slice, models.PROTECT, related_name="preview", verbose_name=_("slice"))
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    publishes_at = models.DateTimeField(_("announced publication"))

    objects = SlicePreviewQuerySet.as_manager()

    class Meta:
        ordering = ["slice"]
        verbose_name = _("preview of a slice")
        verbose_name_plural = _("previews of slices")
        constraints = [
            models.CheckConstraint(
                condition=Q(publishes_at__gte=models.F("opened_at")), name="preview_before_publication"
            )
        ]

    def __str__(self) -> str:
        return str(self.slice)


class PreviewReading(AppendOnlyModel):
    """Who opened which region of an unpublished slice for the first time, and when."""

    preview = models.ForeignKey(
        SlicePreview, models.PROTECT, related_name="readings", verbose_name=_("preview of a slice")
    )
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("opened"))

    objects = PreviewReadingQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("reading of a preview")
        verbose_name_plural = _("readings of previews")
        constraints = [
            models.UniqueConstraint(fields=["preview", "region", "person"], name="reading_first_only")
        ]

    def __str__(self) -> str:
        return f"{self.preview}, {self.region}"
