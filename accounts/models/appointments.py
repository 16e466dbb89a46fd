"""The appointment campaign: the letter to every authority, what each region answered, which mails went out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import CampaignStatus
from accounts.querysets import AskQuerySet, CampaignQuerySet
from notifications.querysets import CentreOnlyQuerySet


class AppointmentCampaign(models.Model):
    """A letter that asks every regional authority to name its coordinator until a day."""

    title = models.CharField(_("title"), max_length=200)
    outgoing_number = models.CharField(_("outgoing number"), max_length=40, blank=True)
    outgoing_on = models.DateField(_("date of the letter"))
    answer_by = models.DateField(_("answer by"))
    text = models.TextField(_("text of the letter"))
    signatory_post = models.CharField(_("post of the signatory"), max_length=200)
    signatory_name = models.CharField(_("name of the signatory"), max_length=100)
    reply_to = models.EmailField(_("address for answers"), max_length=254)
    status = models.CharField(
        _("status"), max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("closed by"),
    )  # fmt: skip
    outcome = models.TextField(_("outcome"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("appointment campaign")
        verbose_name_plural = _("appointment campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | ~Q(status="closed") & Q(closed_at=None),
                name="campaign_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(sent_at__isnull=False), name="campaign_open_was_sent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("dashboard:appointment", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == CampaignStatus.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status == CampaignStatus.OPEN

    @property
    def is_closed(self) -> bool:
        return self.status == CampaignStatus.CLOSED


class AppointmentAsk(models.Model):
    """One region in a campaign: when it was asked and reminded, and whom it named.

    `membership` is the appointment that the answer brought or confirmed; who it is, from which day and by which order
    stands there.
    """

    campaign = models.ForeignKey(
        AppointmentCampaign, models.PROTECT, related_name="asks", verbose_name=_("appointment campaign")
    )
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("recorded by"),
    )  # fmt: skip
    membership = models.ForeignKey(
        "accounts.Membership", models.PROTECT, null=True, blank=True, related_name="asks",
        verbose_name=_("appointment"),
    )  # fmt: skip

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "region"]
        verbose_name = _("region of a campaign")
        verbose_name_plural = _("regions of a campaign")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "region"], name="ask_one_per_region"),
            models.CheckConstraint(
                condition=Q(answered_at=None, membership=None)
                | Q(answered_at__isnull=False, membership__isnull=False),
                name="ask_answered_has_appointment",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at=None, reminders=0) | Q(reminded_at__isnull=False, reminders__gte=1),
                name="ask_reminded_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return str(self.region)


class AppointmentLetter(models.Model):
    """One mail of a campaign to one address of the head of an authority."""

    ask = models.ForeignKey(
        AppointmentAsk, models.PROTECT, related_name="letters", verbose_name=_("region of a campaign")
    )
    head = models.ForeignKey(
        "regions.AuthorityHead", models.PROTECT, related_name="+", verbose_name=_("head of the authority")
    )
    mail = models.OneToOneField(
        "notifications.OutboundMail", models.PROTECT, related_name="+", verbose_name=_("mail")
    )
    is_reminder = models.BooleanField(_("reminder"), default=False)

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("letter of a campaign")
        verbose_name_plural = _("letters of a campaign")

    def __str__(self) -> str:
        return str(self.mail)
