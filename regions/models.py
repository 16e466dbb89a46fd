"""Federal districts, the 89 regions, their executive bodies and the heads of these by dates."""

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.names import name_key
from regions.querysets import (
    AuthorityHeadQuerySet,
    CalendarDayQuerySet,
    RegionalAuthorityQuerySet,
    RegionQuerySet,
    SharingConsentQuerySet,
)


class FederalDistrict(models.Model):
    """A federal district, or the row of the regions outside all districts."""

    code = models.SlugField(_("code"), primary_key=True)
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    short_ru = models.CharField(_("short name"), max_length=20)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        ordering = ["order"]
        verbose_name = _("federal district")
        verbose_name_plural = _("federal districts")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ru


class Region(models.Model):
    """One of the 89 regions that the project counts; its code is the key everywhere."""

    code = models.CharField(_("code"), primary_key=True, max_length=16)
    iso = models.CharField("ISO 3166-2", max_length=6, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    short_ru = models.CharField(_("short name for a tile"), max_length=16)
    brief_ru = models.CharField(_("short name in Russian"), max_length=60)
    brief_en = models.CharField(_("short name in English"), max_length=60)
    genitive_ru = models.CharField(_("genitive"), max_length=140)
    district = models.ForeignKey(
        FederalDistrict, models.PROTECT, related_name="regions", verbose_name=_("federal district")
    )
    timezone = models.CharField(_("time zone"), max_length=40)
    tile_column = models.PositiveSmallIntegerField(_("column on the tile map"), null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("row on the tile map"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    name_key = models.CharField(max_length=120, db_index=True, editable=False)
    search_key = models.TextField(editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["name_key"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.UniqueConstraint(fields=["tile_column", "tile_row"], name="region_one_per_tile"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name_ru)
        self.search_key = self._compose_search_key()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("dashboard:region", args=[self.code])

    def _compose_search_key(self) -> str:
        """What the search looks in: both names with their short forms, the genitive and the code."""
        names = (self.name_ru, self.name_en, self.brief_ru, self.brief_en, self.genitive_ru)
        return name_key(" ".join((*names, self.code)))

    def clean(self) -> None:
        """The page of the region shows its local time, so the zone must be one that exists."""
        super().clean()
        if self.timezone not in available_timezones():
            message = _("There is no such time zone: «%(zone)s».")
            raise ValidationError({"timezone": message % {"zone": self.timezone}})

    @property
    def task_key(self) -> str:
        """What a task of the staff about this region is filed under."""
        return f"region:{self.code}"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ru

    @property
    def brief(self) -> str:
        """The name for tight places: `brief_*` where filled, else the full name."""
        return (self.brief_en if get_language() == "en" else self.brief_ru) or self.name


class RegionalAuthority(models.Model):
    """The executive body of a region that governs education (РОИВ)."""

    region = models.OneToOneField(Region, models.PROTECT, related_name="authority", verbose_name=_("region"))
    name = models.CharField(_("name"), max_length=300)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RegionalAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("regional authority")
        verbose_name_plural = _("regional authorities")

    def __str__(self) -> str:
        return self.name


class AuthorityHead(models.Model):
    """Who heads the authority, by dates; the letter of a month goes to the head in office when it is sent.

    Official letters need the forms that no program derives safely, so they are stored as written by people.
    """

    authority = models.ForeignKey(
        RegionalAuthority, models.PROTECT, related_name="heads", verbose_name=_("regional authority")
    )
    post_title = models.CharField(_("post"), max_length=300)
    post_title_dative = models.CharField(_("post in the dative"), max_length=300)
    last_name = models.CharField(_("last name"), max_length=100)
    first_name = models.CharField(_("first name"), max_length=100)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    name_dative = models.CharField(_("name in the dative"), max_length=150, help_text=_("Petrovoy A. S."))
    salutation = models.CharField(_("salutation"), max_length=200)
    emails = models.JSONField(_("e-mails"), default=list, blank=True)
    starts_on = models.DateField(_("in office from"))
    ends_on = models.DateField(_("in office until"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    version = models.PositiveIntegerField(default=1)

    objects = AuthorityHeadQuerySet.as_manager()

    class Meta:
        ordering = ["authority", "-starts_on"]
        verbose_name = _("head of the authority")
        verbose_name_plural = _("heads of the authorities")
        constraints = [
            models.UniqueConstraint(fields=["authority", "starts_on"], name="head_one_per_start"),
            models.UniqueConstraint(
                fields=["authority"], condition=Q(ends_on=None), name="head_one_in_office"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="head_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name} {self.patronymic}".strip()

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < clock.today()

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > clock.today()


class CalendarDay(models.Model):
    """A day that a decree or a region made working or off against the tables of the calendar.

    Without a region it holds for the whole country; a day of a region goes before the national one.
    """

    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"))
    reason = models.CharField(_("reason"), max_length=200)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="calendar_days", verbose_name=_("region")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "region", "id"]
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        constraints = [
            models.UniqueConstraint(
                fields=["day"], condition=Q(region=None, ended_at=None), name="calendar_one_national_day"
            ),
            models.UniqueConstraint(
                fields=["day", "region"],
                condition=Q(region__isnull=False, ended_at=None),
                name="calendar_one_day_of_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}"

    @property
    def kind(self) -> str:
        """What the day was made."""
        return gettext("working day") if self.is_working else gettext("day off")


class SharingConsent(models.Model):
    """A region agrees that other regions read its accepted reports as an example; without a row in force it does not.

    While it is in force, coordinators who are late with an item read the accepted report and its files of a cluster
    of their industry, and see the work contact of the coordinator of this region. A withdrawal holds at once.
    """

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="sharing_consents", verbose_name=_("region")
    )
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("given by")
    )
    given_by_centre = models.BooleanField(_("recorded by the centre"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_by_centre = models.BooleanField(_("withdrawal recorded by the centre"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = SharingConsentQuerySet.as_manager()

    class Meta:
        ordering = ["region", "-given_at", "-id"]
        verbose_name = _("consent to be shown as an example")
        verbose_name_plural = _("consents to be shown as an example")
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(withdrawn_at=None), name="sharing_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None) | Q(withdrawn_at__gte=F("given_at")),
                name="sharing_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.given_at:%d.%m.%Y}"
