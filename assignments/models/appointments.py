"""The item of a protocol that repeats the letter of an appointment campaign."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.querysets import AppointmentItemQuerySet


class AppointmentItem(models.Model):
    """A campaign and its item, addressed to the regions; an item that is deleted from its draft leaves the campaign."""

    campaign = models.OneToOneField(
        "accounts.AppointmentCampaign", models.CASCADE, related_name="item", verbose_name=_("appointment campaign")
    )  # fmt: skip
    assignment = models.OneToOneField(
        "assignments.Assignment", models.CASCADE, related_name="appointment", verbose_name=_("protocol item")
    )

    objects = AppointmentItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("item of a campaign")
        verbose_name_plural = _("items of campaigns")

    def __str__(self) -> str:
        return str(self.assignment)
