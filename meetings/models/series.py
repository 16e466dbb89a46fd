"""Series of meetings: the weekly rule, what each meeting takes from it, the agenda that each begins with."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.enums import AddresseeKind
from meetings.enums import AgendaSource, DayOffRule, MeetingForm
from meetings.querysets import SeriesQuerySet, SeriesRowQuerySet

LONGEST_MINUTES = 720
"""Half a day: no meeting and no agenda is longer."""


class MeetingTerms(models.Model):
    """What a series sets for its meetings, and each meeting keeps for itself: TERMS are copied when one is made.

    Who is invited is a rule of `assignments.audience` in JSON: over regions (all of them, or some), or over clusters
    (a cohort, an association, an industry), whose regions are invited with those clusters. The printed names and posts
    are as they stand in the protocol; the accounts beside them may run the meeting.
    """

    title = models.CharField(pgettext_lazy("meeting", "title"), max_length=300)
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)],
    )
    limit_minutes = models.PositiveSmallIntegerField(
        _("limit of the agenda, minutes"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)],
    )
    form = models.CharField(
        pgettext_lazy("meeting", "form"),
        max_length=10,
        choices=MeetingForm.choices,
        default=MeetingForm.VIDEO,
    )
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=300, blank=True)
    video_link = models.URLField(_("link of the videoconference"), max_length=600, blank=True)
    addressee = models.CharField(
        _("whom the rule of the audience names"),
        max_length=10,
        choices=AddresseeKind.choices,
        default=AddresseeKind.REGIONS,
    )
    audience = models.JSONField(_("audience"), default=dict)
    association = models.ForeignKey(
        "clusters.Association", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("association"),
    )  # fmt: skip
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("account of the chair"),
    )  # fmt: skip
    chair_name = models.CharField(_("name of the chair"), max_length=200, blank=True)
    chair_post = models.CharField(_("post of the chair"), max_length=300, blank=True)
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("account of the secretary"),
    )  # fmt: skip
    secretary_name = models.CharField(_("name of the secretary"), max_length=200, blank=True)
    secretary_post = models.CharField(_("post of the secretary"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


TERMS = (
    "title",
    "duration_minutes",
    "limit_minutes",
    "form",
    "place",
    "video_link",
    "addressee",
    "audience",
    "association",
    "chair",
    "chair_name",
    "chair_post",
    "secretary",
    "secretary_name",
    "secretary_post",
)


def minutes_within_a_day(name: str) -> models.CheckConstraint:
    """Duration and limit are from one minute to half a day."""
    return models.CheckConstraint(
        condition=Q(
            duration_minutes__gte=1,
            duration_minutes__lte=LONGEST_MINUTES,
            limit_minutes__gte=1,
            limit_minutes__lte=LONGEST_MINUTES,
        ),
        name=name,
    )


class MeetingSeries(MeetingTerms):
    """A weekly rule by which meetings come about: ISO weekday, hour on the clock of Moscow, what a day off does.

    `opens_days_before` its day the next meeting opens itself. A stopped series keeps the meetings that it made.
    """

    weekday = models.PositiveSmallIntegerField(_("day of the week"))
    starts_at = models.TimeField(_("begins at, Moscow time"))
    day_off = models.CharField(
        _("on a day off"), max_length=10, choices=DayOffRule.choices, default=DayOffRule.AFTER
    )
    opens_days_before = models.PositiveSmallIntegerField(_("opens so many days before"), default=6)
    starts_on = models.DateField(_("first day"))
    until = models.DateField(_("until"), null=True, blank=True)
    is_active = models.BooleanField(_("meetings are made"), default=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        constraints = [
            minutes_within_a_day("meeting_series_minutes"),
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7), name="meeting_series_iso_weekday"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("starts_on")), name="meeting_series_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(opens_days_before__lte=60), name="meeting_series_opens_within_two_months"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("meetings:series", args=[self.pk])


class SeriesAgendaRow(models.Model):
    """A row of the agenda that every meeting of a series begins with; by its source the row is filled from the work.

    A row of a source other than the template stands for the items of that source and says where they stand, how they
    are called and how many minutes each has; of a cross-cutting process it may name one.
    """

    series = models.ForeignKey(
        MeetingSeries, models.CASCADE, related_name="rows", verbose_name=_("series of meetings")
    )
    position = models.PositiveSmallIntegerField(_("order"))
    source = models.CharField(
        _("source"), max_length=12, choices=AgendaSource.choices, default=AgendaSource.TEMPLATE
    )
    title = models.CharField(_("name of the row"), max_length=300)
    minutes = models.PositiveSmallIntegerField(pgettext_lazy("agenda", "minutes"), default=5)
    speaker = models.CharField(_("speaker"), max_length=300, blank=True)
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip

    objects = SeriesRowQuerySet.as_manager()

    class Meta:
        ordering = ["series", "position", "id"]
        verbose_name = _("row of the agenda of a series")
        verbose_name_plural = _("rows of the agenda of a series")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__lte=LONGEST_MINUTES), name="meeting_series_row_minutes"
            ),
            models.CheckConstraint(
                condition=Q(process=None) | Q(source="process"),
                name="meeting_series_row_process_of_its_source",
            ),
        ]

    def __str__(self) -> str:
        return self.title
