"""The words of the letter and its layout that people edit, as versions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from rating.querysets import LetterTemplateQuerySet

TEXT_FIELDS = (
    "letterhead",
    "own_name",
    "opening_ranked",
    "opening_few",
    "opening_no_due",
    "opening_no_clusters",
    "closing",
    "signer_post",
    "signer_name",
    "executor",
    "phone",
    "layout",
)


class LetterTemplate(AppendOnlyModel):
    """One version of the words and of the layout of the letter; the one with the greatest number is in force.

    The texts are words with a few names in braces (`rating.letter_words`), never code. `layout` is the source of the
    page (`rating.letter_press`), whole, so that a version gives the same page for ever; it is empty in versions that
    are older than layouts, where that of the portal holds. Before the first version the portal's own words and layout
    hold.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    letterhead = models.TextField(_("above the name of the centre"), blank=True)
    own_name = models.TextField(_("name of the centre"))
    opening_ranked = models.TextField(_("opening words: region with a place"), blank=True)
    opening_few = models.TextField(_("opening words: too few items for a place"), blank=True)
    opening_no_due = models.TextField(_("opening words: nothing was due"), blank=True)
    opening_no_clusters = models.TextField(_("opening words: no clusters"), blank=True)
    closing = models.TextField(_("closing words"), blank=True)
    signer_post = models.CharField(_("post of the signer"), max_length=150)
    signer_name = models.CharField(_("name of the signer"), max_length=80, blank=True)
    executor = models.CharField(_("executor"), max_length=100)
    phone = models.CharField(_("telephone of the executor"), max_length=60, blank=True)
    layout = models.TextField(_("layout of the page"), blank=True)
    returns_to = models.PositiveIntegerField(_("the same words as the version"), null=True)
    note = models.CharField(_("what was changed and why"), max_length=300)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("saved"))

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("template of the letter")
        verbose_name_plural = _("templates of the letter")

    def __str__(self) -> str:
        return gettext("version %(number)s") % {"number": self.number}

    def texts(self) -> dict[str, str]:
        """The words of this version by the name of their field."""
        return {field: getattr(self, field) for field in TEXT_FIELDS}
