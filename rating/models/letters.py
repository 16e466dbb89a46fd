"""Letters to the heads of the regional authorities about a slice: their numbers, links, openings and receipts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.enums import LetterKind, ReceiptWay
from rating.models.slices import Slice
from rating.querysets import (
    LetterLinkQuerySet,
    LetterNumberingQuerySet,
    LetterOpeningQuerySet,
    OfRegionQuerySet,
    RatingLetterQuerySet,
)


class RatingLetter(AppendOnlyModel):
    """The letter about one slice to one recipient of a region; `mail` carries its bytes and delivery.

    `head` is whom the letter is about to reach: of a copy, whose letter was copied. `outgoing_number` and `outgoing_on`
    are those that stand in it, empty where the number is written by hand; they are fixed with the bytes.
    """

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
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind.choices, default=LetterKind.LETTER)
    outgoing_number = models.CharField(_("outgoing number"), max_length=60, blank=True)
    outgoing_on = models.DateField(_("outgoing date"), null=True, blank=True)

    objects = RatingLetterQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "region"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return f"{self.region}, {self.slice}"

    @property
    def is_copy(self) -> bool:
        return self.kind == LetterKind.COPY

    def get_absolute_url(self) -> str:
        return reverse("rating:letter", args=[self.pk])


class LetterNumbering(models.Model):
    """Outgoing numbers of the letters about one slice: `pattern` with `{n}`, counted from `first`, all of one day.

    It may change until the first letter of the slice is queued; what a letter carries stands in `RatingLetter`.
    """

    slice = models.OneToOneField(
        Slice, models.PROTECT, related_name="letter_numbering", verbose_name=_("slice")
    )
    pattern = models.CharField(_("pattern of the number"), max_length=40)
    first = models.PositiveIntegerField(_("first number"))
    dated_on = models.DateField(_("date of the letters"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    changed_at = models.DateTimeField(_("saved"))

    objects = LetterNumberingQuerySet.as_manager()

    class Meta:
        ordering = ["slice"]
        verbose_name = _("numbering of letters")
        verbose_name_plural = _("numberings of letters")

    def __str__(self) -> str:
        return self.number(self.first)

    def number(self, n: int) -> str:
        """The outgoing number made of a counted one."""
        return self.pattern.replace("{n}", str(n))


class LetterLink(models.Model):
    """A signed link by which the head of a region reads the page of his region in one revision without signing in.

    `jti` is the secret part that the address carries beside its signature; the row makes the link revocable. At most
    one link of a head and a revision opens at a time; the next `number` replaces the one before.
    """

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="letter_links", verbose_name=_("slice"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="letter_links", verbose_name=_("region")
    )
    head = models.ForeignKey(
        "regions.AuthorityHead", models.PROTECT, related_name="+", verbose_name=_("head of the authority")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    jti = models.CharField(max_length=32, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("revoked by"),
    )  # fmt: skip
    reason = models.TextField(_("reason"), blank=True)

    objects = LetterLinkQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "region", "number"]
        verbose_name = _("link of a letter")
        verbose_name_plural = _("links of letters")
        constraints = [
            models.UniqueConstraint(fields=["slice", "region", "head", "number"], name="letter_link_number"),
            models.UniqueConstraint(
                fields=["slice", "region", "head"], condition=Q(revoked_at=None), name="letter_link_one_open"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="letter_link_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.slice}, {self.number}"


class LetterOpening(AppendOnlyModel):
    """One opening of a signed link: the only row that reading by it leaves behind.

    It says that the address was opened, not that anybody read. `is_automatic` marks what called itself a prefetch or
    a scanner; a scanner that keeps silent about itself looks like a person.
    """

    link = models.ForeignKey(LetterLink, models.PROTECT, related_name="openings", verbose_name=_("link"))
    at = models.DateTimeField(_("when"))
    is_automatic = models.BooleanField(_("by a program"), default=False)

    objects = LetterOpeningQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("opening of a letter")
        verbose_name_plural = _("openings of letters")
        indexes = [models.Index(fields=["link", "is_automatic", "at"], name="letter_opening_of_link")]

    def __str__(self) -> str:
        return f"{self.link}, {self.at:%d.%m.%Y}"


class LetterReceipt(AppendOnlyModel):
    """Somebody said that the letter of a revision has reached the head of the region; one for a region and revision.

    `way` is by which button; `person` who pressed it, nobody for the link; `note` what the centre was told.
    """

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="letter_receipts", verbose_name=_("slice"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="letter_receipts", verbose_name=_("region")
    )
    head = models.ForeignKey(
        "regions.AuthorityHead", models.PROTECT, related_name="+", verbose_name=_("head of the authority")
    )
    confirmed_at = models.DateTimeField(_("confirmed"))
    way = models.CharField(_("how"), max_length=10, choices=ReceiptWay.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.TextField(_("note"), blank=True)

    objects = OfRegionQuerySet.as_manager()

    class Meta:
        ordering = ["slice", "region"]
        verbose_name = _("receipt of a letter")
        verbose_name_plural = _("receipts of letters")
        constraints = [
            models.UniqueConstraint(fields=["slice", "region"], name="letter_receipt_once"),
            models.CheckConstraint(
                condition=~Q(way=ReceiptWay.CENTRE) | ~Q(note=""), name="letter_receipt_of_centre_has_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.slice}"
