"""The annual report of an association: words of people over figures of the portal, frozen when it is approved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from associations.enums import ReportState
from associations.querysets import ReportQuerySet
from clusters.models import Association

USER = settings.AUTH_USER_MODEL


class AnnualReport(models.Model):
    """One year of one association. `words` are the paragraphs by part; `figures` are empty until the approval."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="reports", verbose_name=_("association")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT
    )
    words = models.JSONField(_("paragraphs"), default=dict, blank=True)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    created_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by")
    )
    created_at = models.DateTimeField(_("begun"))
    chair = models.CharField(_("chair when it was begun"), max_length=200, blank=True)
    approved_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(pgettext_lazy("report", "approved"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "association"]
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        constraints = [
            models.UniqueConstraint(fields=["association", "year"], name="report_one_of_a_year"),
            models.CheckConstraint(
                condition=Q(state="draft", approved_at=None) | Q(state="approved", approved_at__isnull=False),
                name="report_approved_says_when",
            ),
        ]

    def __str__(self) -> str:
        return gettext("report of %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("associations:report", args=[self.pk])

    @property
    def is_approved(self) -> bool:
        return self.state == ReportState.APPROVED
