"""What is planned around protocols: the hour of an issue, recurring items and their periods, recalls of items."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.enums import (
    RECALL_ACTIVE,
    AddresseeKind,
    Frequency,
    RecallState,
    ScheduleState,
    SeriesStepKind,
)
from assignments.querysets import (
    IssueScheduleQuerySet,
    ItemRecallQuerySet,
    ItemSeriesQuerySet,
    SeriesOccurrenceQuerySet,
    SeriesStepQuerySet,
)
from assignments.recurrence import Recurrence
from audit.append_only import AppendOnlyModel


class IssueSchedule(models.Model):
    """The instant at which a draft issues itself, in the name of `set_by`; ended ones stay as a trace.

    `closed_by` is who took it back or issued by hand; nobody when the clock ended it. `reason` says why it failed.
    """

    protocol = models.ForeignKey(
        "assignments.Protocol", models.CASCADE, related_name="schedules", verbose_name=_("protocol")
    )
    at = models.DateTimeField(_("issues itself"))
    state = models.CharField(
        _("state"), max_length=10, choices=ScheduleState.choices, default=ScheduleState.WAITING
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set"))
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("ended by"),
    )  # fmt: skip
    reason = models.TextField(_("reason"), blank=True)

    objects = IssueScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("scheduled issue")
        verbose_name_plural = _("scheduled issues")
        constraints = [
            models.UniqueConstraint(
                fields=["protocol"], condition=Q(state="waiting"), name="schedule_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", closed_at=None)
                | ~Q(state="waiting") & Q(closed_at__isnull=False),
                name="schedule_ended_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed", reason=""), name="schedule_failed_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["at"], condition=Q(state="waiting"), name="schedule_waiting")]

    def __str__(self) -> str:
        return gettext("scheduled issue of %(protocol)s") % {"protocol": self.protocol}


class ItemSeries(models.Model):
    """A recurring item of a protocol: what each period asks for, and the rule of its days.

    Drafted with its protocol and begun by its issue (`counts_from`: no day of the rule before it counts). Each period
    becomes an item of its own with its own executions (`SeriesOccurrence`); what is changed here concerns only periods
    that are not items yet. It ends with its last period (`ended_at`) or is stopped.
    """

    protocol = models.ForeignKey(
        "assignments.Protocol", models.CASCADE, related_name="series", verbose_name=_("protocol")
    )
    number = models.CharField(_("item"), max_length=14)
    title = models.CharField(_("short title"), max_length=120)
    text = models.TextField(_("text"))
    expected_result = models.CharField(_("expected result"), max_length=300, blank=True)
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MinValueValidator(1)])
    addressee = models.CharField(
        _("addressee"), max_length=10, choices=AddresseeKind.choices, default=AddresseeKind.CLUSTERS
    )
    audience = models.JSONField(_("audience"), default=dict)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency.choices)
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    starts_on = models.DateField(_("first day"))
    until = models.DateField(_("until"))
    visible_days = models.PositiveSmallIntegerField(_("days ahead"))
    counts_from = models.DateField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("stopped by"),
    )  # fmt: skip
    stop_reason = models.TextField(_("why it was stopped"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ItemSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["protocol", "number", "id"]
        verbose_name = _("recurring item")
        verbose_name_plural = _("recurring items")
        constraints = [
            models.UniqueConstraint(fields=["protocol", "number"], name="series_one_per_number"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="series_weight_from_one"),
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on")), name="series_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(frequency="weekly", weekday__gte=1, weekday__lte=7, month_day=None)
                | Q(frequency="monthly", month_day__gte=1, month_day__lte=31, weekday=None),
                name="series_day_of_its_frequency",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="")
                | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
                name="series_stopped_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return gettext("recurring item %(number)s of %(protocol)s") % {
            "number": self.number,
            "protocol": self.protocol,
        }

    def get_absolute_url(self) -> str:
        return reverse("assignments:series", args=[self.pk])

    @property
    def rule(self) -> Recurrence:
        """The rule of its days."""
        return Recurrence(self.frequency, self.weekday, self.month_day, self.starts_on, self.until)

    @property
    def is_running(self) -> bool:
        """Whether periods to come will still become items."""
        return self.counts_from is not None and self.ended_at is None and self.stopped_at is None


class SeriesOccurrence(models.Model):
    """A period of a recurring item: written once, in the transaction that makes its item.

    `day` is the day that the rule names. No item when nobody fitted the audience on the day of making.
    """

    series = models.ForeignKey(
        ItemSeries, models.PROTECT, related_name="occurrences", verbose_name=_("recurring item")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    period = models.CharField(_("period"), max_length=8)
    day = models.DateField(_("day of the rule"))
    due_on = models.DateField(_("due date"))
    item = models.OneToOneField(
        "assignments.Assignment", models.PROTECT, null=True, blank=True, related_name="occurrence",
        verbose_name=_("protocol item"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("made"))

    objects = SeriesOccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["series", "number"]
        verbose_name = _("period of a recurring item")
        verbose_name_plural = _("periods of recurring items")
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="occurrence_one_per_period"),
            models.UniqueConstraint(fields=["series", "number"], name="occurrence_one_per_number"),
        ]

    def __str__(self) -> str:
        return self.period


class SeriesStep(AppendOnlyModel):
    """What a person did to a recurring item after its issue: who, when, what it was and became, why."""

    series = models.ForeignKey(
        ItemSeries, models.PROTECT, related_name="steps", verbose_name=_("recurring item")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SeriesStepKind.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    changes = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), blank=True)

    objects = SeriesStepQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("step of a recurring item")
        verbose_name_plural = _("steps of recurring items")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d.%m.%Y}"


class ItemRecall(models.Model):
    """The recall of an issued item as a whole: proposed by one person of the centre, confirmed by another.

    Confirmed, it cancels the executions that are still on control one by one; `refused` keeps those that could not be,
    as [execution, reason]. `key` begins the keys of its events. `alone` marks a decision in a centre of one person.
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", models.PROTECT, related_name="recalls", verbose_name=_("protocol item")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RecallState.choices, default=RecallState.PROPOSED
    )
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who proposed")
    )
    asked_at = models.DateTimeField(_("proposed"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who decided"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    alone = models.BooleanField(default=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cancelled = models.PositiveIntegerField(_("executions cancelled"), default=0)
    refused = models.JSONField(default=list, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who undid it"),
    )  # fmt: skip
    key = models.CharField(max_length=32, unique=True, editable=False)
    submission_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ItemRecallQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("recall of an item")
        verbose_name_plural = _("recalls of items")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state__in=RECALL_ACTIVE), name="recall_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(alone=True)
                | ~Q(state__in=["under_way", "done", "going_back", "undone"])
                | ~Q(answered_by=F("asked_by")),
                name="recall_has_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", answered_at=None)
                | ~Q(state="proposed") & Q(answered_at__isnull=False),
                name="recall_decided_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused", answer=""), name="recall_refused_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return gettext("recall of %(item)s") % {"item": self.assignment}

    def get_absolute_url(self) -> str:
        return reverse("assignments:recall", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether a second person is to decide."""
        return self.state == RecallState.PROPOSED
