"""Letters to the heads of the regional authorities about a slice."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.models.slices import Slice
from rating.querysets import RatingLetterQuerySet


class RatingLetter(AppendOnlyModel):
    """The letter about one slice to one recipient of a region; `mail` carries its bytes and delivery."""

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="letters", verbose_name=_("slice"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="letters", verbose_name=_("region")
    )
    head = models.ForeignKey(
        "regions.AuthorityHead", models.PROTECT, related_name="+", verbose_name=_("head of the authority")
    )
    mail = models.OneToOneField(
        "notifications.OutboundMail", models.PROTECT, related_name="letter", verbose_name=_("mail")
    )

    objects = RatingLetterQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "region"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return f"{self.region}, {self.slice}"

    def get_absolute_url(self) -> str:
        return reverse("rating:letter", args=[self.pk])
