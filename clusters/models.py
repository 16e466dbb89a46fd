"""Industries, organisations, associations, processes of the cyclogram, and the clusters themselves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from clusters.enums import KIND_SHORT, ClusterKind, OrganisationKind, ProcessKind, Wave
from clusters.querysets import (
    AssociationMemberQuerySet,
    AssociationQuerySet,
    ClusterImportQuerySet,
    ClusterQuerySet,
    OrganisationQuerySet,
)
from common.names import bind_initials, name_key


def shown_name(title: str, code: str) -> str:
    """How a cluster is called: by its title, «Cluster CODE» when nothing else is known."""
    return bind_initials(title) or gettext("Cluster %(code)s") % {"code": code}


class NamedReference(models.Model):
    """A reference row known by its slug, named in both languages, in a fixed order."""

    slug = models.SlugField(_("key"), primary_key=True, max_length=60)
    order = models.PositiveSmallIntegerField(_("order"))
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ru


class Industry(NamedReference):
    """One of the 24 branches of the economy that the project uses."""

    usual_kind = models.CharField(
        _("usual kind of cluster"), max_length=20, choices=ClusterKind.choices, blank=True
    )
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)

    class Meta(NamedReference.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")


class Process(NamedReference):
    """A process of the cyclogram: cross-cutting, or a step of a cluster's first year."""

    kind = models.CharField(_("kind"), max_length=20, choices=ProcessKind.choices)
    start_month = models.PositiveSmallIntegerField(_("first month"))
    end_month = models.PositiveSmallIntegerField(_("last month"))
    months_basis = models.CharField(_("basis of the months"), max_length=200)
    group_confidence = models.CharField(_("confidence of the grouping"), max_length=20)

    class Meta(NamedReference.Meta):
        verbose_name = _("process")
        verbose_name_plural = _("processes")


class Organisation(models.Model):
    """A college or an employer that takes part in clusters."""

    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    name = models.CharField(_("name"), max_length=400)
    founder = models.CharField(_("founder"), max_length=300, blank=True)
    name_key = models.CharField(max_length=400, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name_key"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [models.UniqueConstraint(fields=["kind", "name_key"], name="organisation_one_per_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Association(models.Model):
    """An industry association of clusters."""

    slug = models.SlugField(_("key"), unique=True, max_length=60)
    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300)
    industries = models.ManyToManyField(Industry, related_name="associations", verbose_name=_("industries"))
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    wave = models.CharField(_("wave"), max_length=10, choices=Wave.choices, blank=True)

    objects = AssociationQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("association")
        verbose_name_plural = _("associations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("associations:association", args=[self.pk])

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ru


class Cluster(models.Model):
    """A cluster of a base college, network colleges and employers of one industry.

    `code` is permanent: the key of every import and of the audit file. Unknown facts stay empty.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="clusters", verbose_name=_("region")
    )
    name = models.CharField(_("own name"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ClusterKind.choices, blank=True)
    cohort_year = models.PositiveSmallIntegerField(_("cohort"), null=True, blank=True)
    cohort_basis = models.CharField(_("basis of the cohort"), max_length=40, blank=True)
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="clusters", verbose_name=_("industry")
    )
    industry_as_reported = models.CharField(_("industry as reported"), max_length=300, blank=True)
    base_college = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_clusters",
        verbose_name=_("base college"),
    )
    anchor_employer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="anchored_clusters",
        verbose_name=_("anchor employer"),
    )  # fmt: skip
    network_colleges = models.ManyToManyField(
        Organisation, blank=True, related_name="network_clusters", verbose_name=_("network colleges")
    )
    employers = models.ManyToManyField(
        Organisation, blank=True, related_name="employer_clusters", verbose_name=_("employers")
    )
    confidence = models.CharField(_("confidence"), max_length=40, blank=True)
    note = models.TextField(_("note"), blank=True)
    source_url = models.URLField(_("source"), max_length=600, blank=True)
    closed_on = models.DateField(_("left the project on"), null=True, blank=True)
    title = models.CharField(max_length=400, editable=False, blank=True)
    name_key = models.CharField(max_length=400, db_index=True, editable=False)
    search_key = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        ordering = ["region", "code"]
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.title = self._compose_title()
        self.name_key = name_key(self.title or self.code)
        self.search_key = self._compose_search_key()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("dashboard:cluster", args=[self.code])

    def _compose_search_key(self) -> str:
        """What the search looks in: own name, base college, industry in both languages, anchor employer, code."""
        college, industry, employer = self.base_college, self.industry, self.anchor_employer
        parts = [
            self.name,
            college.name if college else "",
            f"{industry.name_ru} {industry.name_en}" if industry else self.industry_as_reported,
            employer.name if employer else "",
            self.code,
        ]
        return name_key(" ".join(parts))

    def _compose_title(self) -> str:
        """Own name, else base college, else industry and anchor employer, else nothing."""
        if self.name:
            return self.name
        if self.base_college:
            return self.base_college.name
        if self.industry and self.anchor_employer:
            return f"{self.industry.name_ru}, {self.anchor_employer.name}"
        return ""

    @property
    def display_name(self) -> str:
        """Its name by `shown_name`."""
        return shown_name(self.title, self.code)

    @property
    def kind_short(self) -> str:
        """The kind for the cell of a table, empty when unknown."""
        return str(KIND_SHORT[ClusterKind(self.kind)]) if self.kind else ""


class AssociationMember(models.Model):
    """A cluster's membership in an association, by dates."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="members", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, related_name="associations", verbose_name=_("cluster")
    )
    starts_on = models.DateField(_("member from"))
    ends_on = models.DateField(_("member until"), null=True, blank=True)

    objects = AssociationMemberQuerySet.as_manager()

    class Meta:
        ordering = ["association", "cluster", "starts_on"]
        verbose_name = _("membership in an association")
        verbose_name_plural = _("memberships in associations")
        constraints = [
            models.UniqueConstraint(
                fields=["association", "cluster"], condition=Q(ends_on=None), name="association_member_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="association_member_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association} – {self.cluster}"


class ClusterImport(models.Model):
    """A table uploaded to be imported: kept from the check until it is applied, and as a trace afterwards."""

    file_name = models.CharField(_("file name"), max_length=200)
    rows = models.JSONField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)

    objects = ClusterImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("import of clusters")
        verbose_name_plural = _("imports of clusters")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("clusters:import", args=[self.pk])
