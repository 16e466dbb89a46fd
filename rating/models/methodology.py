"""Versions of the methodology: parameters are data (methodology §8)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.formula.params import Params
from rating.querysets import MethodologyQuerySet


class Methodology(AppendOnlyModel):
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
