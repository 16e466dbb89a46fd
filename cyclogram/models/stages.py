"""Where a cluster stands on the plan of its cohort, and how it came there."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.append_only import AppendOnlyModel
from common import clock
from cyclogram.enums import (
    CLOSED_STATES,
    OPEN_STATES,
    REASONED_EVENTS,
    STEPS,
    ClosedBy,
    StageEventKind,
    StageSign,
    StageState,
)
from cyclogram.facts import days_late, sign_of
from cyclogram.laying import Window
from cyclogram.models.plans import PlanStage
from cyclogram.querysets import ClusterStageQuerySet, StageEventQuerySet, StageEvidenceQuerySet


class ClusterStage(models.Model):
    """A cluster × a process of its plan: planned and actual days, state, what its end rests on.

    `process` is that of `stage`, held here because a cluster passes a process once, whichever version of the plan it
    stands on. `laid_from` and `laid_to` are the days that the plan gave; after a move `planned_from` and `planned_to`
    differ from them. `actual_to` of a proposed stage is what the region says. `remarks` are those of its end.
    That a stage is late is asked for a day (`with_sign`, `sign_on`) and never stored.
    """

    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, related_name="stages", verbose_name=_("cluster")
    )
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, related_name="cluster_stages",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    stage = models.ForeignKey(
        PlanStage, models.PROTECT, related_name="cluster_stages", verbose_name=_("stage of the plan")
    )
    laid_from = models.DateField(_("first day by the plan"))
    laid_to = models.DateField(_("last day by the plan"))
    planned_from = models.DateField(_("planned beginning"))
    planned_to = models.DateField(_("planned end"))
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who moved it"),
    )  # fmt: skip
    moved_at = models.DateTimeField(pgettext_lazy("stage", "moved"), null=True, blank=True)
    move_reason = models.TextField(_("why it was moved"), blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=StageState.choices, default=StageState.NOT_BEGUN
    )
    actual_from = models.DateField(_("actual beginning"), null=True, blank=True)
    actual_to = models.DateField(_("actual end"), null=True, blank=True)
    proposed_at = models.DateTimeField(_("handed in for acceptance"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("stage", "closed"), null=True, blank=True)
    closed_by = models.CharField(
        _("what its end rests on"), max_length=10, choices=ClosedBy.choices, blank=True
    )
    reason = models.TextField(_("reason of the decision"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ClusterStageQuerySet.as_manager()

    class Meta:
        ordering = ["cluster", "stage__order", "id"]
        verbose_name = _("stage of a cluster")
        verbose_name_plural = _("stages of clusters")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "process"], name="cluster_stage_one_per_process"),
            models.CheckConstraint(
                condition=Q(planned_to__gte=F("planned_from"), laid_to__gte=F("laid_from")),
                name="cluster_stage_planned_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(actual_to=None) | Q(actual_to__gte=F("actual_from")),
                name="cluster_stage_not_finished_before_it_began",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["not_begun", "not_applicable"], actual_from=None, actual_to=None)
                | Q(state="going", actual_from__isnull=False, actual_to=None)
                | Q(
                    state__in=["proposed", *CLOSED_STATES],
                    actual_from__isnull=False,
                    actual_to__isnull=False,
                ),
                name="cluster_stage_state_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", proposed_at__isnull=False)
                | ~Q(state="proposed") & Q(proposed_at=None),
                name="cluster_stage_proposed_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED_STATES, closed_at__isnull=False) & ~Q(closed_by="")
                | ~Q(state__in=CLOSED_STATES) & Q(closed_at=None, closed_by=""),
                name="cluster_stage_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") | ~Q(state="not_applicable") & ~Q(closed_by="hand"),
                name="cluster_stage_decided_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="done_with_remarks") & ~Q(remarks="")
                | ~Q(state="done_with_remarks") & Q(remarks=""),
                name="cluster_stage_remarks_of_their_state",
            ),
            models.CheckConstraint(
                condition=Q(moved_at=None, move_reason="") | Q(moved_at__isnull=False) & ~Q(move_reason=""),
                name="cluster_stage_moved_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(moved_at__isnull=False)
                | Q(planned_from=F("laid_from"), planned_to=F("laid_to")),
                name="cluster_stage_not_moved_stands_as_laid",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["process", "state"], name="cluster_stage_by_process"),
            models.Index(
                fields=["planned_to"], condition=Q(state__in=OPEN_STATES), name="cluster_stage_open"
            ),
            models.Index(
                fields=["proposed_at"], condition=Q(state="proposed"), name="cluster_stage_to_accept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}, {self.cluster}"

    def get_absolute_url(self) -> str:
        return reverse("cyclogram:stage", args=[self.pk])

    @property
    def planned(self) -> Window:
        return Window(self.planned_from, self.planned_to)

    @property
    def shift(self) -> int:
        """Days that the planned end lies after the plan's own; its checkpoints move with it."""
        return (self.planned_to - self.laid_to).days

    @property
    def is_moved(self) -> bool:
        return self.moved_at is not None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_STATES

    def sign_on(self, day: date) -> StageSign:
        """What the matrix shows of it on the day."""
        return sign_of(self.state, self.planned_to, day)

    def days_late(self, day: date) -> int | None:
        """Whole days after the planned end (`cyclogram.facts.days_late`)."""
        return days_late(self.state, self.planned_to, self.actual_to, day)

    def can_be(self, act: str) -> bool:
        """Whether its state lets this act of the table be done; who may do it, the policies say."""
        return self.state in STEPS[act].sources


class StageEvent(AppendOnlyModel):
    """What happened to a stage: who (nobody for facts), when, in what words, the values that were and became."""

    stage = models.ForeignKey(
        ClusterStage, models.PROTECT, related_name="events", verbose_name=_("stage of a cluster")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=StageEventKind.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    text = models.TextField(_("reason"), blank=True)
    values = models.JSONField(default=dict)

    objects = StageEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("event of a stage")
        verbose_name_plural = _("events of stages")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=REASONED_EVENTS, text=""), name="stage_event_has_its_reason"
            ),
        ]
        indexes = [models.Index(fields=["stage", "id"], name="stage_log")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.day_of(self.at):%d.%m.%Y}"


class StageEvidence(AppendOnlyModel):
    """A file that was handed in with an event of a stage."""

    event = models.ForeignKey(
        StageEvent, models.PROTECT, related_name="evidence", verbose_name=_("event of a stage")
    )
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = StageEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("evidence of a stage")
        verbose_name_plural = _("evidence of stages")
        constraints = [models.UniqueConstraint(fields=["event", "file"], name="stage_evidence_once")]

    def __str__(self) -> str:
        return str(self.file)
