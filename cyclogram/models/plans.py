"""The plan of a cohort: its versions, the stages of a version, the checkpoints of a stage."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clusters.enums import ProcessKind
from cyclogram.enums import ClosingRule, PlanState, Rhythm
from cyclogram.laying import FIRST_MONTH, LAST_MONTH, Window, days_of, window_of
from cyclogram.models.names import Named
from cyclogram.querysets import PlanCheckpointQuerySet, PlanStageQuerySet, PlanVersionQuerySet

FIRST_COHORT, LAST_COHORT = 2022, 2100
"""The project began with the cohort of 2022."""


def months_in_the_plan(*fields: str) -> Q:
    """Months that a plan may use (`cyclogram.laying`)."""
    each = [Q(**{f"{field}__gte": FIRST_MONTH, f"{field}__lte": LAST_MONTH}) for field in fields]
    return Q(*each)


class PlanVersion(models.Model):
    """One version of the plan of a cohort: draft, in force, replaced by the next one.

    A version that has been in force is never written again: what changes is a new one, made `from_version`. So the plan
    of one cohort says nothing of another, and a replaced version still says by what its clusters were laid.
    """

    cohort_year = models.PositiveSmallIntegerField(_("cohort"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    note = models.CharField(_("what has changed"), max_length=500, blank=True)
    from_version = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    in_force_at = models.DateTimeField(pgettext_lazy("plan", "in force since"), null=True, blank=True)
    replaced_at = models.DateTimeField(pgettext_lazy("plan", "replaced"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-cohort_year", "-number"]
        verbose_name = _("version of the plan")
        verbose_name_plural = _("versions of the plan")
        constraints = [
            models.UniqueConstraint(fields=["cohort_year", "number"], name="plan_one_per_number"),
            models.UniqueConstraint(
                fields=["cohort_year"], condition=Q(state="in_force"), name="plan_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["cohort_year"], condition=Q(state="draft"), name="plan_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(cohort_year__gte=FIRST_COHORT, cohort_year__lte=LAST_COHORT),
                name="plan_cohort_of_the_project",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", in_force_at=None, replaced_at=None)
                | Q(state="in_force", in_force_at__isnull=False, replaced_at=None)
                | Q(
                    state="replaced",
                    in_force_at__isnull=False,
                    replaced_at__isnull=False,
                    replaced_at__gte=F("in_force_at"),
                ),
                name="plan_state_has_its_instants",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("plan of the cohort of %(year)s, version %(number)s") % {
            "year": self.cohort_year,
            "number": self.number,
        }

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT


class PlanStage(Named):
    """A process in a version of the plan: kind, order, names, window, owner, and what closes it.

    Months are counted as `cyclogram.laying` says. `is_assumption` marks a window and `kind_is_assumption` a kind that
    no source confirms; `basis` says what the window rests on. `closes_with` names the document or what is to be shown.
    A stage that clusters stand on is archived, never deleted.
    """

    plan = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="stages", verbose_name=_("version of the plan")
    )
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, related_name="plan_stages",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=20, choices=ProcessKind.choices)
    kind_is_assumption = models.BooleanField(_("the kind is an assumption"), default=False)
    order = models.PositiveSmallIntegerField(_("order"))
    from_month = models.SmallIntegerField(_("first month"))
    to_month = models.SmallIntegerField(_("last month"))
    is_assumption = models.BooleanField(_("the months are an assumption"), default=False)
    basis = models.CharField(_("basis of the months"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("owner in the centre"),
    )  # fmt: skip
    closing = models.CharField(
        _("what closes it"), max_length=12, choices=ClosingRule.choices, default=ClosingRule.DOCUMENT
    )
    closes_with = models.CharField(_("document or result that closes it"), max_length=300, blank=True)
    indicator = models.ForeignKey(
        "cyclogram.Indicator", models.PROTECT, null=True, blank=True, related_name="stages",
        verbose_name=_("indicator"),
    )  # fmt: skip
    archived_at = models.DateTimeField(pgettext_lazy("stage", "archived"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanStageQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "order", "id"]
        verbose_name = _("stage of the plan")
        verbose_name_plural = _("stages of the plan")
        constraints = [
            models.UniqueConstraint(fields=["plan", "process"], name="plan_stage_one_per_process"),
            models.CheckConstraint(
                condition=months_in_the_plan("from_month", "to_month"), name="plan_stage_months_of_the_plan"
            ),
            models.CheckConstraint(
                condition=Q(to_month__gte=F("from_month")), name="plan_stage_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(closing="indicator", indicator__isnull=False)
                | ~Q(closing="indicator") & Q(indicator=None),
                name="plan_stage_indicator_of_its_rule",
            ),
        ]

    @property
    def is_cross_cutting(self) -> bool:
        return self.kind == ProcessKind.CROSS_CUTTING

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def window(self) -> Window:
        """The days of the stage for the cohort of its plan."""
        return window_of(self.plan.cohort_year, self.from_month, self.to_month)


class PlanCheckpoint(Named):
    """A day within a stage that everybody looks at: month of the plan and day, once or again and again in the year."""

    stage = models.ForeignKey(
        PlanStage, models.CASCADE, related_name="checkpoints", verbose_name=_("stage of the plan")
    )
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices, default=Rhythm.ONCE)
    month = models.SmallIntegerField(pgettext_lazy("checkpoint", "month"))
    day = models.PositiveSmallIntegerField(pgettext_lazy("checkpoint", "day"))
    is_assumption = models.BooleanField(_("the day is an assumption"), default=False)
    basis = models.CharField(_("basis of the day"), max_length=200, blank=True)

    objects = PlanCheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "month", "day", "id"]
        verbose_name = _("checkpoint of the plan")
        verbose_name_plural = _("checkpoints of the plan")
        constraints = [
            models.UniqueConstraint(fields=["stage", "name_ru"], name="plan_checkpoint_one_per_name"),
            models.CheckConstraint(
                condition=months_in_the_plan("month"), name="plan_checkpoint_month_of_the_plan"
            ),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=31), name="plan_checkpoint_day"),
        ]

    def days(self, cohort: int) -> list[date]:
        """All its days in the plan of a cohort."""
        return list(days_of(cohort, self.rhythm, self.month, self.day))
