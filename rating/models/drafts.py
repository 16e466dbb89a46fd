"""Versions of the methodology before they hold: the draft, its trials on past months, its approval (methodology §8)."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.enums import DraftState
from rating.models.methodology import Methodology
from rating.models.slices import Slice
from rating.querysets import MethodologyDraftQuerySet, MethodologyTrialQuerySet


class MethodologyDraft(models.Model):
    """A version under work. What computes months knows nothing of it: approval makes a `Methodology` of it.

    `params` is a version as the audit file writes it; `saves` counts the saves, for people who edit at once;
    `makers` are the ids of all who wrote any of it, and none of them approves it.
    """

    version = models.CharField(_("version"), max_length=20)
    params = models.JSONField(_("parameters"))
    reason = models.TextField(_("what changes and why"))
    state = models.CharField(_("state"), max_length=10, choices=DraftState.choices, default=DraftState.OPEN)
    saves = models.PositiveIntegerField(default=1)
    makers = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("begun"))
    changed_at = models.DateTimeField(_("changed"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    closed_at = models.DateTimeField(_("approved or withdrawn"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who decided")
    )
    methodology = models.OneToOneField(
        Methodology, models.PROTECT, null=True, related_name="draft", verbose_name=_("methodology")
    )

    objects = MethodologyDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("draft of a version")
        verbose_name_plural = _("drafts of versions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="approved", methodology__isnull=False)
                | ~Q(state="approved") & Q(methodology=None),
                name="draft_approved_is_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="draft_closed_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.version

    def get_absolute_url(self) -> str:
        return reverse("rating:version-draft", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == DraftState.OPEN

    @property
    def digest(self) -> str:
        """Of the parameters that a trial depends on; a trial of other ones is stale."""
        return digest_of(self.params)


def digest_of(params: dict[str, Any]) -> str:
    """SHA-256 of a version without its name and month: what does not move a number is left out."""
    counted = {name: value for name, value in params.items() if name not in ("version", "effective_from")}
    return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


class MethodologyTrial(AppendOnlyModel):
    """What the parameters of a draft would have made of one published month.

    `rows` are objects with `region`, `executions`, and before and then the score, the zone and whether it is certain,
    the place and the range of places (hundredths; null where there is none); `national` is the pair of national scores.
    """

    draft = models.ForeignKey(
        MethodologyDraft, models.PROTECT, related_name="trials", verbose_name=_("draft")
    )
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="+", verbose_name=_("slice"))
    digest = models.CharField(_("digest of the parameters"), max_length=64)
    rows = models.JSONField()
    national = models.JSONField()
    at = models.DateTimeField(_("computed"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who asked")
    )

    objects = MethodologyTrialQuerySet.as_manager()

    class Meta:
        ordering = ["draft", "-slice__period", "-id"]
        verbose_name = _("trial of a draft")
        verbose_name_plural = _("trials of drafts")
        constraints = [
            models.UniqueConstraint(fields=["draft", "slice", "digest"], name="trial_once_per_parameters")
        ]

    def __str__(self) -> str:
        return f"{self.draft}, {self.slice}"
