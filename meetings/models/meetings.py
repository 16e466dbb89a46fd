"""A meeting, and the log of what happened to it."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from common import clock
from meetings.enums import BEGUN_STATES, HELD_STATES, STEPS, MeetingEventKind, MeetingKind, MeetingState
from meetings.models.series import MeetingSeries, MeetingTerms, minutes_within_a_day
from meetings.querysets import MeetingEventQuerySet, MeetingQuerySet


def _instant_of(name: str, states: tuple[str, ...]) -> Q:
    """The instant is there in these states and in no other."""
    return Q(state__in=states, **{f"{name}__isnull": False}) | ~Q(state__in=states) & Q(
        **{f"{name}__isnull": True}
    )


class Meeting(MeetingTerms):
    """One meeting of the centre with the regions, from its draft to its issued protocol.

    `occurrence_on` is the day that the rule of its series names: moved or not, a series has one meeting of a day.
    `current_item` is what all screens show now, since `current_since`. `also_present` are those who came without an
    invitation, one a line, as the protocol names them. `calendar_sequence` counts the changes that calendars must learn
    (RFC 5545), and so names each change in mails; `changed_at` is the instant of the last one.
    """

    series = models.ForeignKey(
        MeetingSeries, models.PROTECT, null=True, blank=True, related_name="meetings",
        verbose_name=_("series of meetings"),
    )  # fmt: skip
    occurrence_on = models.DateField(_("day of the series"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind.choices, default=MeetingKind.AD_HOC)
    cohort_year = models.PositiveSmallIntegerField(_("year of the winners"), null=True, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    state = models.CharField(
        _("state"), max_length=16, choices=MeetingState.choices, default=MeetingState.DRAFT
    )
    opened_at = models.DateTimeField(pgettext_lazy("meeting", "opened"), null=True, blank=True)
    started_at = models.DateTimeField(pgettext_lazy("meeting", "begun"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("meeting", "closed"), null=True, blank=True)
    protocol_issued_at = models.DateTimeField(_("protocol issued"), null=True, blank=True)
    cancelled_at = models.DateTimeField(pgettext_lazy("meeting", "cancelled"), null=True, blank=True)
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)
    current_item = models.ForeignKey(
        "meetings.AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("item under discussion"),
    )  # fmt: skip
    current_since = models.DateTimeField(_("under discussion since"), null=True, blank=True)
    check_in_opened_at = models.DateTimeField(_("personal codes are taken since"), null=True, blank=True)
    also_present = models.TextField(_("also present"), blank=True)
    calendar_uid = models.CharField(max_length=100, unique=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"))

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            minutes_within_a_day("meeting_minutes"),
            models.UniqueConstraint(fields=["series", "occurrence_on"], name="meeting_one_per_occurrence"),
            models.CheckConstraint(
                condition=Q(series=None, occurrence_on=None)
                | Q(series__isnull=False, occurrence_on__isnull=False),
                name="meeting_of_a_series_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind="weekly") | Q(series__isnull=False), name="meeting_weekly_is_of_a_series"
            ),
            models.CheckConstraint(
                condition=~Q(kind="association") | Q(association__isnull=False),
                name="meeting_of_an_association_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="historic", cohort_year__isnull=False, series=None)
                | ~Q(kind="historic") & Q(cohort_year=None),
                name="meeting_historic_has_its_winners",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None)
                | Q(state__in=["open", *BEGUN_STATES], opened_at__isnull=False)
                | Q(state="cancelled"),
                name="meeting_opened_has_instant",
            ),
            models.CheckConstraint(
                condition=_instant_of("started_at", BEGUN_STATES), name="meeting_begun_has_instant"
            ),
            models.CheckConstraint(
                condition=_instant_of("closed_at", HELD_STATES), name="meeting_closed_has_instant"
            ),
            models.CheckConstraint(
                condition=_instant_of("protocol_issued_at", ("protocol_issued",)),
                name="meeting_protocol_issued_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(state="cancelled") & Q(cancelled_at=None, cancel_reason=""),
                name="meeting_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("started_at")),
                name="meeting_closed_not_before_it_began",
            ),
            models.CheckConstraint(
                condition=Q(current_since=None) | Q(state="in_progress"),
                name="meeting_discusses_in_progress_only",
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="meeting_list"),
            models.Index(fields=["state", "starts_at"], name="meeting_by_state"),
        ]

    def __str__(self) -> str:
        return gettext("%(title)s, %(date)s") % {"title": self.title, "date": f"{self.day:%d.%m.%Y}"}

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.pk])

    @property
    def day(self) -> date:
        """The day of the meeting in Moscow, which is the date of its protocol."""
        return clock.day_of(self.starts_at)

    @property
    def ends_at(self) -> datetime:
        """When it ends by its duration."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def is_draft(self) -> bool:
        return self.state == MeetingState.DRAFT

    @property
    def is_shown(self) -> bool:
        """Whether people outside the centre know of it: it has been opened, or entered as history."""
        return self.opened_at is not None

    @property
    def is_running(self) -> bool:
        return self.state == MeetingState.IN_PROGRESS

    @property
    def is_over(self) -> bool:
        return self.state in HELD_STATES

    def can_be(self, act: str) -> bool:
        """Whether its state lets this act of the table be done; who may do it, the policies say."""
        return self.state in STEPS[act].sources


class MeetingEvent(AppendOnlyModel):
    """What happened to a meeting: who, when, in what words, and the values that were and became."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="events", verbose_name=_("meeting"))
    kind = models.CharField(_("kind"), max_length=20, choices=MeetingEventKind.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    text = models.TextField(_("reason"), blank=True)
    values = models.JSONField(default=dict)

    objects = MeetingEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("event of a meeting")
        verbose_name_plural = _("events of meetings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["cancelled", "mended", "protocol_remarked"], text=""),
                name="meeting_event_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.day_of(self.at):%d.%m.%Y}"
