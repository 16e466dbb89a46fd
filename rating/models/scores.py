"""What a slice says of regions and items.

Scores, losses, intervals and stakes are stored in hundredths of a point as integers (methodology §9).
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.enums import CellStatus, RegionStatus, Signal, WindowKind, Zone
from rating.models.slices import Slice
from rating.querysets import ExplanationQuerySet, ItemShareQuerySet, RegionScoreQuerySet


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
