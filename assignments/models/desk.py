"""What people keep beside the executions: claims, remarks, drafts, saved views, notes, uploaded registers."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.enums import ListPage
from assignments.querysets import (
    CannedRemarkQuerySet,
    ExecutionNoteQuerySet,
    ReportDraftQuerySet,
    ReviewClaimQuerySet,
    SavedViewQuerySet,
    WorkbookUploadQuerySet,
)
from audit.append_only import AppendOnlyModel
from common import clock


class ReviewClaim(models.Model):
    """Somebody of the centre has a report before him until an instant. It shares out the queue and forbids nothing."""

    execution = models.OneToOneField(
        "assignments.Execution", models.CASCADE, related_name="review_claim", verbose_name=_("execution")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who reviews")
    )
    until = models.DateTimeField(_("until"))

    objects = ReviewClaimQuerySet.as_manager()

    class Meta:
        ordering = ["until", "id"]
        verbose_name = _("claim of a report")
        verbose_name_plural = _("claims of reports")
        indexes = [models.Index(fields=["person", "until"], name="review_claim_person")]

    def __str__(self) -> str:
        return gettext("under review by %(person)s until %(time)s") % {
            "person": self.person.get_short_name(),
            "time": self.moscow_time,
        }

    @property
    def moscow_time(self) -> str:
        """Hours and minutes of its end in Moscow."""
        return f"{self.until.astimezone(clock.MOSCOW):%H:%M}"


class CannedRemark(models.Model):
    """A remark that controllers write often, to be put into the return of a report by one choice."""

    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("order"))
    archived = models.BooleanField(_("in the archive"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    version = models.PositiveIntegerField(default=1)

    objects = CannedRemarkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("canned remark")
        verbose_name_plural = _("canned remarks")

    def __str__(self) -> str:
        return self.text


class ReportDraft(models.Model):
    """The text of a report that a person has begun and not handed in."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    execution = models.ForeignKey(
        "assignments.Execution", models.CASCADE, related_name="drafts", verbose_name=_("execution")
    )
    text = models.TextField(_("text"))
    updated_at = models.DateTimeField(_("saved"))

    objects = ReportDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "id"]
        verbose_name = _("draft of a report")
        verbose_name_plural = _("drafts of reports")
        constraints = [
            models.UniqueConstraint(fields=["person", "execution"], name="draft_one_per_person_and_execution")
        ]

    def __str__(self) -> str:
        return gettext("draft of %(date)s") % {"date": f"{clock.day_of(self.updated_at):%d.%m.%Y}"}


class SavedView(models.Model):
    """The filters of a list under a name, as its address holds them."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    page = models.CharField(_("list"), max_length=10, choices=ListPage.choices)
    name = models.CharField(_("name of the view"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["person", "page", "name"], name="view_one_per_name_and_page")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse(f'dashboard:{self.page}')}?{self.query}"


class ExecutionNote(AppendOnlyModel):
    """How the work on an execution goes, in a few words of the region. The newest one is in force; no event of the log.

    `number` counts the notes of one execution; an empty text takes the one before it away.
    """

    execution = models.ForeignKey(
        "assignments.Execution", models.PROTECT, related_name="notes", verbose_name=_("execution")
    )
    number = models.PositiveIntegerField()
    text = models.TextField(_("text"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("written"))

    objects = ExecutionNoteQuerySet.as_manager()

    class Meta:
        ordering = ["execution", "number"]
        verbose_name = _("note on the progress")
        verbose_name_plural = _("notes on the progress")
        constraints = [
            models.UniqueConstraint(fields=["execution", "number"], name="note_one_per_number"),
        ]

    def __str__(self) -> str:
        return self.text


class WorkbookUpload(models.Model):
    """A register that somebody edited in a spreadsheet: kept from the check until it is applied, and as a trace.

    `edits` are the rows that say something new, `problems` those that cannot be taken (see
    `assignments.services.workbooks`); both are None until the workbook is checked and again when its file is gone.
    """

    file_name = models.CharField(_("file name"), max_length=200)
    file = models.ForeignKey(
        "files.StoredFile", models.SET_NULL, null=True, related_name="+", verbose_name=_("file")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded"))
    rows = models.PositiveIntegerField(_("rows"), default=0)
    edits = models.JSONField(null=True, editable=False)
    problems = models.JSONField(null=True, editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    notes_written = models.PositiveIntegerField(default=0)
    reports_handed_in = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list, editable=False)

    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("uploaded register")
        verbose_name_plural = _("uploaded registers")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("dashboard:workbook", args=[self.pk])
