"""The lanes of the cross-cutting processes: days of a year, indicators and their values by place and day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.append_only import AppendOnlyModel
from common import clock
from cyclogram.enums import VALUE_STEPS, Direction, Level, Unit, ValueEventKind, ValueState
from cyclogram.models.names import Named
from cyclogram.models.plans import PlanCheckpoint
from cyclogram.querysets import (
    CheckpointQuerySet,
    IndicatorQuerySet,
    IndicatorValueEventQuerySet,
    IndicatorValueQuerySet,
)


class Checkpoint(Named):
    """A day of a process in one calendar year, for the whole country.

    `rule` is the checkpoint of the plan that it comes from and `ruled_on` the day that the plan names; `held_on` is the
    real one. Days that no plan foresees have neither. The names are those of the year, whatever later plans say.
    """

    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, related_name="checkpoints",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("year"))
    rule = models.ForeignKey(
        PlanCheckpoint, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("checkpoint of the plan"),
    )  # fmt: skip
    ruled_on = models.DateField(_("day by the plan"), null=True, blank=True)
    held_on = models.DateField(pgettext_lazy("checkpoint", "day"))
    is_assumption = models.BooleanField(_("the day is an assumption"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(pgettext_lazy("checkpoint", "cancelled"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["held_on", "id"]
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "name_ru", "ruled_on"],
                condition=Q(ruled_on__isnull=False),
                name="checkpoint_one_per_day_of_the_plan",
            ),
        ]
        indexes = [models.Index(fields=["year", "held_on"], name="checkpoint_year")]

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class Indicator(Named):
    """What is counted in a cross-cutting process, for regions or for clusters, in one unit.

    `key` names it in tables and in the API for ever. With values it is archived, never deleted.
    """

    key = models.SlugField(_("key"), unique=True, max_length=60)
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, related_name="indicators",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("order"))
    level = models.CharField(_("counted for"), max_length=10, choices=Level.choices)
    unit = models.CharField(_("unit"), max_length=16, choices=Unit.choices)
    direction = models.CharField(
        _("good values"), max_length=4, choices=Direction.choices, default=Direction.UP
    )
    note = models.CharField(_("how it is counted"), max_length=500, blank=True)
    archived_at = models.DateTimeField(pgettext_lazy("indicator", "archived"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class IndicatorValue(models.Model):
    """An indicator of one place on one day: planned by the centre, counted by the region, accepted by the centre."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="indicator_values",
        verbose_name=_("region"),
    )  # fmt: skip
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, null=True, blank=True, related_name="indicator_values",
        verbose_name=_("cluster"),
    )  # fmt: skip
    counted_on = models.DateField(_("as of"))
    planned = models.DecimalField(_("planned value"), max_digits=14, decimal_places=2, null=True, blank=True)
    actual = models.DecimalField(_("actual value"), max_digits=14, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ValueState.choices, default=ValueState.ENTERED
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who entered")
    )
    entered_at = models.DateTimeField(pgettext_lazy("value of an indicator", "entered"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who decided"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "counted_on", "id"]
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False, cluster=None) | Q(region=None, cluster__isnull=False),
                name="value_of_one_place",
            ),
            models.UniqueConstraint(
                fields=["indicator", "region", "counted_on"],
                condition=Q(cluster=None),
                name="value_one_per_region_and_day",
            ),
            models.UniqueConstraint(
                fields=["indicator", "cluster", "counted_on"],
                condition=Q(region=None),
                name="value_one_per_cluster_and_day",
            ),
            models.CheckConstraint(
                condition=Q(planned__isnull=False) | Q(actual__isnull=False), name="value_is_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(Q(planned=None) | Q(planned__gte=0), Q(actual=None) | Q(actual__gte=0)),
                name="value_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(state="entered", decided_at=None)
                | ~Q(state="entered")
                & Q(decided_at__isnull=False, decided_at__gte=F("entered_at"), actual__isnull=False),
                name="value_decided_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="returned") & ~Q(remark="") | ~Q(state="returned") & Q(remark=""),
                name="value_returned_has_remark",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "counted_on"], name="value_of_region"),
            models.Index(fields=["entered_at"], condition=Q(state="entered"), name="value_to_accept"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.place}, {self.counted_on:%d.%m.%Y}"

    @property
    def place(self) -> str:
        """The region or the cluster that it is counted for."""
        return str(self.cluster or self.region)

    @property
    def region_code(self) -> str:
        """The region that answers for it."""
        return str(self.cluster.region_id if self.cluster else self.region_id)

    def can_be(self, act: str) -> bool:
        """Whether its state lets this act of the table be done."""
        return self.state in VALUE_STEPS[act].sources


class IndicatorValueEvent(AppendOnlyModel):
    """What happened to a value: who, when, and what it said after that."""

    value = models.ForeignKey(
        IndicatorValue, models.PROTECT, related_name="events", verbose_name=_("value of an indicator")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ValueEventKind.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    planned = models.DecimalField(_("planned value"), max_digits=14, decimal_places=2, null=True)
    actual = models.DecimalField(_("actual value"), max_digits=14, decimal_places=2, null=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    text = models.TextField(_("remark"), blank=True)

    objects = IndicatorValueEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("event of a value")
        verbose_name_plural = _("events of values")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="returned", text=""), name="value_event_returned_has_remark"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.day_of(self.at):%d.%m.%Y}"
