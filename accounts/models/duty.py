"""Who stands in for whom, and who took over from whom: dated rows beside the memberships, never deleted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets import HandoverQuerySet, LeaveQuerySet
from common import clock


class Leave(models.Model):
    """Days on which a coordinator is away and another coordinator of the region is in charge.

    Nothing has to happen at its ends: who is in charge is asked for a day. It holds on the days on which both
    memberships are in force. The one who is away keeps his rights, so that he can come back earlier.
    """

    membership = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="leaves", verbose_name=_("who is away")
    )
    stand_in = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="stands_in", verbose_name=_("who stands in")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    document = models.CharField(_("order"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    cancelled_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(stand_in=F("membership")), name="leave_nobody_stands_in_for_himself"
            ),
        ]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="leave_by_day")]

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y}–{self.ends_on:%d.%m.%Y}"

    @property
    def is_over(self) -> bool:
        return self.cancelled_at is not None or self.ends_on < clock.today()


class Handover(models.Model):
    """One coordinator in the place of another from a day on.

    The memberships say who has the rights on which day. `moved_at` is when the personal work followed: at once, or,
    when the day lies ahead, by the periodic task of that day; `moved` holds how much of what.
    """

    old = models.OneToOneField(
        "accounts.Membership", models.PROTECT, related_name="handed_over", verbose_name=_("who hands over")
    )
    new = models.OneToOneField(
        "accounts.Membership", models.PROTECT, related_name="taken_over", verbose_name=_("who takes over")
    )
    on = models.DateField(_("from"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    moved_at = models.DateTimeField(_("work handed over"), null=True, blank=True)
    moved = models.JSONField(default=dict, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        indexes = [models.Index(fields=["on"], condition=Q(moved_at=None), name="handover_waiting")]

    def __str__(self) -> str:
        return f"{self.on:%d.%m.%Y}"
