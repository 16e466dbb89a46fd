"""A version of the methodology before it is one: the draft, and what it would have made of past months (§8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.enums import DraftState
from rating.models.methodology import Methodology
from rating.querysets import MethodologyDraftQuerySet, MethodologyTrialQuerySet


class MethodologyDraft(models.Model):
    """Parameters that somebody proposes. They stand apart from `Methodology`, so that no month can ever see them.

    `parameters` is one version as the audit file writes it. Approved or dropped, a draft never changes again.
    """

    parameters = models.JSONField(_("parameters"))
    note = models.TextField(_("what is changed and why"))
    state = models.CharField(_("state"), max_length=10, choices=DraftState.choices, default=DraftState.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    methodology = models.OneToOneField(
        Methodology, models.PROTECT, null=True, related_name="draft", verbose_name=_("methodology")
    )
    version = models.PositiveIntegerField(_("version of the record"), default=1)

    objects = MethodologyDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("draft of a methodology")
        verbose_name_plural = _("drafts of the methodology")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", decided_by=None, decided_at=None)
                | ~Q(state="draft") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="methodology_draft_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", methodology__isnull=False)
                | ~Q(state="approved") & Q(methodology=None),
                name="methodology_draft_approved_is_a_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("author")),
                name="methodology_draft_second_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.parameters["version"])


class MethodologyTrial(AppendOnlyModel):
    """Closed months recomputed with the parameters of a draft; the months themselves are only read.

    `parameters` are those of the moment: a draft that says something else by now has outlived its trial.
    """

    draft = models.ForeignKey(
        MethodologyDraft, models.PROTECT, related_name="trials", verbose_name=_("draft of a methodology")
    )
    parameters = models.JSONField(_("parameters"))
    periods = models.JSONField(_("months"))
    result = models.JSONField(_("result"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("computed"))

    objects = MethodologyTrialQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("trial of a methodology")
        verbose_name_plural = _("trials of the methodology")

    def __str__(self) -> str:
        return f"{self.draft}: {', '.join(self.periods)}"
