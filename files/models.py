"""A file as stored: content-checked, named by the portal, the sender's name kept only as data."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from files.querysets import StoredFileQuerySet


class StoredFile(models.Model):
    """One stored file. `key` is its name on disk; `original_name` is only shown and offered at download."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    original_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded"))

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.original_name
