"""What an association shows of itself: events with their participants and materials, how the project is made known."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from associations.enums import Channel, EventKind, EventState
from associations.querysets import EventQuerySet, KeptQuerySet, ParticipantQuerySet
from clusters.models import Association

USER = settings.AUTH_USER_MODEL


class AssociationEvent(models.Model):
    """An event or a project of an association, from the plan to the outcome."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="events", verbose_name=_("association")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind.choices, default=EventKind.EVENT)
    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("what it is about"), blank=True)
    place = models.CharField(_("place or address"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=EventState.choices, default=EventState.PLANNED
    )
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    reach = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        verbose_name = _("event of an association")
        verbose_name_plural = _("events of associations")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(outcome=""), name="event_held_has_its_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["announced", "held"]) | Q(announced_at__isnull=False),
                name="event_announced_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("associations:event", args=[self.pk])


class EventFile(models.Model):
    """A material of an event."""

    event = models.ForeignKey(
        AssociationEvent, models.PROTECT, related_name="files", verbose_name=_("event of an association")
    )
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("material of an event")
        verbose_name_plural = _("materials of events")

    def __str__(self) -> str:
        return str(self.file)


class EventParticipant(models.Model):
    """A person who registered for an event; a cancelled registration stays with its day."""

    event = models.ForeignKey(
        AssociationEvent, models.PROTECT, related_name="participants",
        verbose_name=_("event of an association"),
    )  # fmt: skip
    person = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("participant"))
    registered_at = models.DateTimeField(_("registered"))
    left_at = models.DateTimeField(_("registration taken back"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["event", "id"]
        verbose_name = _("participant of an event")
        verbose_name_plural = _("participants of events")
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="participant_once")]

    def __str__(self) -> str:
        return str(self.person)


class Publicity(models.Model):
    """How the project is made known in an industry: planned for a day, done with a material and the people reached."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="publicity", verbose_name=_("association")
    )
    subject = models.CharField(_("subject"), max_length=200)
    channel = models.CharField(pgettext_lazy("publicity", "where"), max_length=12, choices=Channel.choices)
    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    material = models.URLField(_("address of the material"), max_length=600, blank=True)
    reach = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["association", "planned_on", "id"]
        verbose_name = _("publicity of the project")
        verbose_name_plural = _("publicity of the project")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=False) | Q(reach=None), name="publicity_reach_after_it_is_done"
            ),
        ]

    def __str__(self) -> str:
        return self.subject
