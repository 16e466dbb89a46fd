"""Practices of the library: what was done and how to repeat it, their course, experts, replications, comments."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from associations.enums import (
    EDITABLE,
    MOST_POINTS,
    PRACTICE_STEPS,
    REASONED_EVENTS,
    Criterion,
    PracticeEventKind,
    PracticeState,
    ReplicationState,
)
from associations.querysets import (
    ExpertiseQuerySet,
    ExpertPointsQuerySet,
    LogOfPracticeQuerySet,
    OfPracticeQuerySet,
    PracticeQuerySet,
    ReplicationQuerySet,
)
from audit.append_only import AppendOnlyModel
from common import clock
from common.names import name_key

USER = settings.AUTH_USER_MODEL


class Practice(models.Model):
    """How somebody solved a problem, so that others can repeat it.

    The author is a region, and within it a cluster, a college or an enterprise where they are named.
    """

    association = models.ForeignKey(
        "clusters.Association", models.PROTECT, related_name="practices", verbose_name=_("association")
    )
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, null=True, blank=True, related_name="practices",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="practices", verbose_name=_("region")
    )
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, null=True, blank=True, related_name="practices",
        verbose_name=_("cluster"),
    )  # fmt: skip
    college = models.ForeignKey(
        "clusters.Organisation", models.PROTECT, null=True, blank=True, related_name="practices_of_college",
        verbose_name=_("college"),
    )  # fmt: skip
    enterprise = models.ForeignKey(
        "clusters.Organisation", models.PROTECT, null=True, blank=True, related_name="practices_of_enterprise",
        verbose_name=_("enterprise"),
    )  # fmt: skip
    title = models.CharField(pgettext_lazy("practice", "title"), max_length=200)
    problem = models.TextField(_("problem"))
    steps = models.TextField(_("how to repeat it, step by step"))
    resources = models.TextField(_("resources"))
    results = models.TextField(_("results in numbers"))
    search_key = models.TextField(editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=PracticeState.choices, default=PracticeState.DRAFT
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    created_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    version = models.PositiveIntegerField(default=1)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-id"]
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False, valid_until__isnull=False),
                name="practice_published_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("published_on")),
                name="practice_valid_after_publication",
            ),
        ]
        indexes = [models.Index(fields=["state", "association"], name="practice_by_state")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = name_key(f"{self.title} {self.problem} {self.results}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("associations:practice", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    def can_be(self, act: str) -> bool:
        """Whether its state lets this act of the table be done; who may do it, the policies say."""
        return self.state in PRACTICE_STEPS[act].sources

    def is_outdated(self, day: date) -> bool:
        """Published, and its last day lies behind."""
        return (
            self.state == PracticeState.PUBLISHED and self.valid_until is not None and self.valid_until < day
        )


class PracticeFile(models.Model):
    """A file of the card: a programme, a form, a picture."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="files", verbose_name=_("practice"))
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = OfPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("file of a practice")
        verbose_name_plural = _("files of practices")

    def __str__(self) -> str:
        return str(self.file)


class PracticeEvent(AppendOnlyModel):
    """What happened to a practice: who, when, in what words."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="events", verbose_name=_("practice"))
    kind = models.CharField(_("kind"), max_length=20, choices=PracticeEventKind.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    text = models.TextField(_("reason"), blank=True)

    objects = LogOfPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("event of a practice")
        verbose_name_plural = _("events of practices")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=REASONED_EVENTS, text=""), name="practice_event_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.day_of(self.at):%d.%m.%Y}"


class Expertise(models.Model):
    """The appointment of an expert to one practice, and what he said; a relieved one stays in the history alone."""

    practice = models.ForeignKey(
        Practice, models.PROTECT, related_name="expertises", verbose_name=_("practice")
    )
    expert = models.ForeignKey(USER, models.PROTECT, related_name="expertises", verbose_name=_("expert"))
    appointed_at = models.DateTimeField(_("appointed"))
    scored_at = models.DateTimeField(_("scored"), null=True, blank=True)
    comment = models.TextField(_("conclusion of the expert"), blank=True)

    objects = ExpertiseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("expert of a practice")
        verbose_name_plural = _("experts of practices")
        constraints = [
            models.UniqueConstraint(fields=["practice", "expert"], name="expertise_once"),
            models.CheckConstraint(
                condition=Q(scored_at=None) | ~Q(comment=""), name="expertise_has_its_conclusion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert}: {self.practice}"


class ExpertPoints(models.Model):
    """Points of one criterion."""

    expertise = models.ForeignKey(
        Expertise, models.CASCADE, related_name="points", verbose_name=_("expert of a practice")
    )
    criterion = models.CharField(_("criterion"), max_length=20, choices=Criterion.choices)
    points = models.PositiveSmallIntegerField(_("points"))

    objects = ExpertPointsQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("points of an expert")
        verbose_name_plural = _("points of experts")
        constraints = [
            models.UniqueConstraint(fields=["expertise", "criterion"], name="expert_points_once"),
            models.CheckConstraint(condition=Q(points__lte=MOST_POINTS), name="expert_points_within"),
        ]

    def __str__(self) -> str:
        return f"{self.get_criterion_display()}: {self.points}"


class Replication(models.Model):
    """«We carry it out»: a cluster repeats a practice of others."""

    practice = models.ForeignKey(
        Practice, models.PROTECT, related_name="replications", verbose_name=_("practice")
    )
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, related_name="replications", verbose_name=_("cluster")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReplicationState.choices, default=ReplicationState.GOING
    )
    starts_on = models.DateField(_("carried out from"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    result = models.TextField(_("result"), blank=True)
    created_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    version = models.PositiveIntegerField(default=1)

    objects = ReplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = _("replication of a practice")
        verbose_name_plural = _("replications of practices")
        constraints = [
            models.UniqueConstraint(fields=["practice", "cluster"], name="replication_once"),
            models.CheckConstraint(
                condition=Q(state="going", ended_on=None)
                | (~Q(state="going") & Q(ended_on__gte=F("starts_on")) & ~Q(result="")),
                name="replication_ends_with_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.practice}"


class PracticeComment(AppendOnlyModel):
    """What a reader said about a published practice."""

    practice = models.ForeignKey(
        Practice, models.PROTECT, related_name="comments", verbose_name=_("practice")
    )
    author = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("when"))
    text = models.TextField(_("comment"))

    objects = LogOfPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("comment on a practice")
        verbose_name_plural = _("comments on practices")

    def __str__(self) -> str:
        return self.text
