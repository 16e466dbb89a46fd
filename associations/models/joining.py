"""How an association is founded and how clusters join it: marks of its founding, invitations and applications."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from associations.enums import FoundingStep, JoiningKind, JoiningState
from associations.querysets import JoiningQuerySet, KeptQuerySet
from clusters.models import Association, Cluster

USER = settings.AUTH_USER_MODEL


class FoundingMark(models.Model):
    """A step of the founding that people mark as done, with a day and a proof."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="founding_marks", verbose_name=_("association")
    )
    step = models.CharField(_("step"), max_length=20, choices=FoundingStep.choices)
    done_on = models.DateField(_("done on"))
    evidence = models.TextField(_("what proves it"))

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["association", "id"]
        verbose_name = _("step of a founding")
        verbose_name_plural = _("steps of foundings")
        constraints = [
            models.UniqueConstraint(fields=["association", "step"], name="founding_step_once"),
        ]

    def __str__(self) -> str:
        return self.get_step_display()


class Joining(models.Model):
    """An invitation of an association or an application of a cluster, and its answer."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="joinings", verbose_name=_("association")
    )
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="joinings", verbose_name=_("cluster"))
    kind = models.CharField(_("kind"), max_length=12, choices=JoiningKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=JoiningState.choices, default=JoiningState.WAITS
    )
    text = models.TextField(_("note"), blank=True)
    asked_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    answered_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = JoiningQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("joining of an association")
        verbose_name_plural = _("joinings of associations")
        constraints = [
            models.UniqueConstraint(
                fields=["association", "cluster"], condition=Q(state="waits"), name="joining_one_waits"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="joining_declined_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association} – {self.cluster}"

    def get_absolute_url(self) -> str:
        return reverse("associations:joining", args=[self.pk])
