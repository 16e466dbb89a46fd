"""Objections of a region to what a slice says of one execution, and the answers of the centre (methodology §8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rating.enums import ObjectionState
from rating.models.slices import Slice
from rating.querysets import ObjectionQuerySet


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
