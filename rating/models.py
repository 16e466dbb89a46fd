"""Versions of the methodology, frozen slices with their scores and explanations, letters to the heads.

Scores, losses, intervals and stakes are stored in hundredths of a point as integers (methodology §9).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyError, AppendOnlyModel
from rating.enums import (
    CellStatus,
    ObjectionState,
    RegionStatus,
    Signal,
    SliceStatus,
    WindowKind,
    Zone,
)
from rating.formula.params import Params
from rating.querysets import (
    AuditFileQuerySet,
    ExplanationQuerySet,
    ItemShareQuerySet,
    MethodologyQuerySet,
    ObjectionQuerySet,
    PreviewReadingQuerySet,
    RatingLetterQuerySet,
    RegionScoreQuerySet,
    SlicePreviewQuerySet,
    SliceQuerySet,
)

PUBLICATION_FIELDS = frozenset({"status", "published_at", "published_by", "published_by_id"})
"""All that may change in a slice once it is stored."""


class Methodology(models.Model):
    """One version of the parameters; in force is the greatest `effective_from` not after the month (§8).

    Decimals are kept as text exactly as written, because the audit file repeats and hashes them.
    """

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_from = models.CharField(_("in force from the month"), max_length=7, unique=True)
    control_rules = models.ForeignKey(
        "assignments.ControlRules",
        models.PROTECT,
        related_name="methodologies",
        verbose_name=_("control rules"),
    )
    review_days = models.PositiveSmallIntegerField(_("days of the next month whose decisions are seen"))
    grace_days = models.PositiveSmallIntegerField(_("days of the next month whose reports still count"))
    count_due_from = models.DateField(_("obligations counted from"))
    late_steps = models.JSONField(_("points by days late"))
    return_penalty = models.PositiveSmallIntegerField(_("points lost by a return"))
    min_executed_points = models.PositiveSmallIntegerField(_("least points of an executed one"))
    zone_green = models.CharField(_("green zone from"), max_length=20)
    zone_yellow = models.CharField(_("yellow zone from"), max_length=20)
    n_min = models.PositiveIntegerField(_("least executions for a place"))
    z_interval = models.CharField(_("z of the interval"), max_length=20)
    z_signal = models.CharField(_("z of the signal"), max_length=20)
    icc = models.CharField(_("alikeness inside a cluster"), max_length=20)

    objects = MethodologyQuerySet.as_manager()

    class Meta:
        ordering = ["effective_from"]
        verbose_name = _("methodology")
        verbose_name_plural = _("methodologies")
        constraints = [
            models.CheckConstraint(
                condition=Q(grace_days__lte=models.F("review_days")), name="methodology_grace_within_review"
            )
        ]

    def __str__(self) -> str:
        return self.version

    def to_params(self) -> dict[str, Any]:
        """The version as the audit file writes it: every key of the format, decimals as text."""
        rules = self.control_rules
        return {
            "version": self.version,
            "effective_from": self.effective_from,
            "tz_offset_minutes": rules.tz_offset_minutes,
            "review_days": self.review_days,
            "grace_days": self.grace_days,
            "count_due_from": self.count_due_from.isoformat(),
            "min_lead_days": rules.min_lead_days,
            "max_request_extensions": rules.max_request_extensions,
            "late_steps": self.late_steps,
            "return_penalty": self.return_penalty,
            "min_executed_points": self.min_executed_points,
            "zone_green": self.zone_green,
            "zone_yellow": self.zone_yellow,
            "n_min": self.n_min,
            "z_interval": self.z_interval,
            "z_signal": self.z_signal,
            "icc": self.icc,
        }

    def params(self) -> Params:
        """The version as the formula takes it."""
        return Params.from_dict(self.to_params())


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


class RegionScore(AppendOnlyModel):
    """What a slice says of one region. Hundredths where it says points."""

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="scores", verbose_name=_("slice"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="scores", verbose_name=_("region")
    )
    position = models.PositiveSmallIntegerField(_("row of the table"))
    status = models.CharField(_("status"), max_length=12, choices=RegionStatus.choices)
    clusters = models.PositiveIntegerField(_("clusters"), null=True)
    executions = models.PositiveIntegerField(_("executions"))
    weight_sum = models.PositiveBigIntegerField(_("sum of weights"), null=True)
    points_sum = models.PositiveBigIntegerField(_("sum of weighted points"), null=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    rank = models.PositiveSmallIntegerField(_("place"), null=True)
    rank_low = models.PositiveSmallIntegerField(_("best place that chance allows"), null=True)
    rank_high = models.PositiveSmallIntegerField(_("worst place that chance allows"), null=True)
    zone = models.CharField(_("zone"), max_length=8, choices=Zone.choices, blank=True)
    zone_certain = models.BooleanField(_("the interval lies in one zone"), null=True)
    interval_low = models.PositiveSmallIntegerField(_("lower end of the interval"), null=True)
    interval_high = models.PositiveSmallIntegerField(_("upper end of the interval"), null=True)
    signal = models.CharField(_("signal"), max_length=8, choices=Signal.choices, blank=True)
    on_time = models.PositiveIntegerField(_("on time"), null=True)
    late = models.PositiveIntegerField(_("late"), null=True)
    not_executed = models.PositiveIntegerField(_("not executed"), null=True)
    in_review = models.PositiveIntegerField(_("in review"), null=True)
    returned = models.PositiveIntegerField(_("returned"), null=True)
    extended = models.PositiveIntegerField(_("extended"), null=True)
    carried_over = models.PositiveIntegerField(_("carried over"), null=True)
    lost_total = models.PositiveSmallIntegerField(_("points lost"), null=True)
    previous_score = models.PositiveSmallIntegerField(_("score of the month before"), null=True)
    previous_rank = models.PositiveSmallIntegerField(_("place of the month before"), null=True)
    delta = models.SmallIntegerField(_("change of the score"), null=True)
    rank_delta = models.SmallIntegerField(_("change of the place"), null=True)
    distinguishable = models.BooleanField(_("the change is more than chance"), null=True)

    objects = RegionScoreQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "position"]
        verbose_name = _("score of a region")
        verbose_name_plural = _("scores of regions")
        constraints = [
            models.UniqueConstraint(fields=["slice", "region"], name="score_one_per_region"),
            models.CheckConstraint(
                condition=Q(status__in=["ranked", "few"], score__isnull=False)
                | Q(status__in=["no_due", "no_clusters"], score=None),
                name="score_only_when_something_was_due",
            ),
            models.CheckConstraint(
                condition=Q(status="ranked", rank__isnull=False) | ~Q(status="ranked") & Q(rank=None),
                name="score_place_of_ranked_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.slice}"

    def get_absolute_url(self) -> str:
        return reverse("rating:scorecard", args=[self.slice.period, self.region_id])


class ScoreWindow(AppendOnlyModel):
    """A longer window of a region, each obligation once (§5)."""

    region_score = models.ForeignKey(RegionScore, models.PROTECT, related_name="windows")
    kind = models.CharField(_("window"), max_length=4, choices=WindowKind.choices)
    executions = models.PositiveIntegerField(_("executions"))
    score = models.PositiveSmallIntegerField(_("score"))
    interval_low = models.PositiveSmallIntegerField(_("lower end of the interval"))
    interval_high = models.PositiveSmallIntegerField(_("upper end of the interval"))

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        ordering = ["region_score", "kind"]
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        constraints = [models.UniqueConstraint(fields=["region_score", "kind"], name="window_once")]

    def __str__(self) -> str:
        return f"{self.region_score}, {self.get_kind_display()}"


class ScoreLoss(AppendOnlyModel):
    """Points lost by one execution (§7). The shown hundredths of a region sum to 100 − score."""

    region_score = models.ForeignKey(RegionScore, models.PROTECT, related_name="losses")
    position = models.PositiveIntegerField(_("order"))
    execution = models.ForeignKey("assignments.Execution", models.PROTECT, related_name="+")
    cluster_code = models.CharField(_("cluster in the audit file"), max_length=64)
    weight = models.PositiveSmallIntegerField(_("weight"))
    points = models.PositiveSmallIntegerField(_("points"))
    status = models.CharField(_("in the month"), max_length=12, choices=CellStatus.choices)
    due_on = models.DateField(_("due date"))
    completed_on = models.DateField(_("handed in"), null=True)
    days_late = models.PositiveIntegerField(_("days late"))
    returns = models.PositiveSmallIntegerField(_("returns"))
    carried_over = models.BooleanField(_("carried over"))
    in_review = models.BooleanField(_("in review"))
    lost = models.PositiveSmallIntegerField(_("points lost"))
    lost_not_executed = models.PositiveSmallIntegerField(_("lost: not executed"), null=True)
    lost_late = models.PositiveSmallIntegerField(_("lost: late"), null=True)
    lost_returned = models.PositiveSmallIntegerField(_("lost: returned"), null=True)
    lost_weighted_points = models.PositiveIntegerField(_("weighted points lost"))

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        ordering = ["region_score", "position"]
        verbose_name = _("loss")
        verbose_name_plural = _("losses")
        constraints = [models.UniqueConstraint(fields=["region_score", "execution"], name="loss_once")]

    def __str__(self) -> str:
        return f"{self.region_score}: {self.lost}"


class ScoreGain(AppendOnlyModel):
    """What handing in one open execution would give (§7, what-if), in the order of gain."""

    region_score = models.ForeignKey(RegionScore, models.PROTECT, related_name="gains")
    position = models.PositiveIntegerField(_("order"))
    execution = models.ForeignKey("assignments.Execution", models.PROTECT, related_name="+")
    cluster_code = models.CharField(_("cluster in the audit file"), max_length=64)
    gain_weighted_points = models.PositiveIntegerField(_("weighted points gained"))
    score_if_alone = models.PositiveSmallIntegerField(_("score if only this one"))
    rank_if_alone = models.PositiveSmallIntegerField(_("place if only this one"), null=True)
    score_cumulative = models.PositiveSmallIntegerField(_("score with all before it"))
    rank_cumulative = models.PositiveSmallIntegerField(_("place with all before it"), null=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        ordering = ["region_score", "position"]
        verbose_name = _("possible gain")
        verbose_name_plural = _("possible gains")
        constraints = [models.UniqueConstraint(fields=["region_score", "execution"], name="gain_once")]

    def __str__(self) -> str:
        return f"{self.region_score}: {self.gain_weighted_points}"


class ScoreAtStake(AppendOnlyModel):
    """What an open execution due by the end of the next month holds at stake (§7, outlook)."""

    region_score = models.ForeignKey(RegionScore, models.PROTECT, related_name="stakes")
    position = models.PositiveIntegerField(_("order"))
    execution = models.ForeignKey("assignments.Execution", models.PROTECT, related_name="+")
    due_on = models.DateField(_("due date"))
    at_stake = models.PositiveSmallIntegerField(_("points at stake"))

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        ordering = ["region_score", "position"]
        verbose_name = _("points at stake")
        verbose_name_plural = _("points at stake")
        constraints = [models.UniqueConstraint(fields=["region_score", "execution"], name="stake_once")]

    def __str__(self) -> str:
        return f"{self.region_score}: {self.at_stake}"


class ItemShare(AppendOnlyModel):
    """National on-time share of one item in the month (§7): below 30 % the centre must look at the item."""

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="item_shares")
    assignment = models.ForeignKey("assignments.Assignment", models.PROTECT, related_name="+")
    executions = models.PositiveIntegerField(_("executions"))
    on_time = models.PositiveIntegerField(_("on time"))

    objects = ItemShareQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "assignment"]
        verbose_name = _("on-time share of an item")
        verbose_name_plural = _("on-time shares of items")
        constraints = [models.UniqueConstraint(fields=["slice", "assignment"], name="item_share_once")]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.on_time} / {self.executions}"


class RatingLetter(AppendOnlyModel):
    """The letter about one slice to one recipient of a region; `mail` carries its bytes and delivery."""

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="letters", verbose_name=_("slice"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="letters", verbose_name=_("region")
    )
    head = models.ForeignKey(
        "regions.AuthorityHead", models.PROTECT, related_name="+", verbose_name=_("head of the authority")
    )
    mail = models.OneToOneField(
        "notifications.OutboundMail", models.PROTECT, related_name="letter", verbose_name=_("mail")
    )

    objects = RatingLetterQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "region"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return f"{self.region}, {self.slice}"

    def get_absolute_url(self) -> str:
        return reverse("rating:letter", args=[self.pk])


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


class Objection(models.Model):
    """A region objects to what one slice says of one execution; the centre answers (§8, appeals).

    An upheld one names the event that corrects the month; the next revision of the month sees that event.
    """

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="objections", verbose_name=_("slice"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="objections", verbose_name=_("region")
    )
    execution = models.ForeignKey(
        "assignments.Execution", models.PROTECT, related_name="objections", verbose_name=_("execution")
    )
    reason = models.TextField(_("reason"))
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("filed by")
    )
    filed_at = models.DateTimeField(_("filed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    event = models.OneToOneField(
        "assignments.ExecutionEvent", models.PROTECT, null=True, blank=True, related_name="objection",
        verbose_name=_("correcting event"),
    )  # fmt: skip

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["filed_at", "id"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["slice", "execution"], condition=Q(state="open"), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="objection_decided_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"]) | ~Q(answer=""),
                name="objection_decided_has_answer",
            ),
            models.CheckConstraint(
                condition=Q(state="upheld", event__isnull=False) | ~Q(state="upheld") & Q(event=None),
                name="objection_upheld_has_event",
            ),
        ]
        indexes = [models.Index(fields=["state", "filed_at"], name="objection_queue")]

    def __str__(self) -> str:
        return f"{self.execution}, {self.slice}"

    def get_absolute_url(self) -> str:
        return reverse("rating:objection", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == ObjectionState.OPEN
