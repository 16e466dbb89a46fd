"""The protocol of a meeting as a document: its way through approval, its files, the templates that it is made by."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from meetings.enums import ApprovalState, MinutesState
from meetings.models.agenda import AgendaItem
from meetings.models.meetings import Meeting
from meetings.querysets import (
    MeetingProtocolQuerySet,
    ProtocolApprovalQuerySet,
    ProtocolRemarkQuerySet,
    ProtocolTemplateQuerySet,
)


class ProtocolTemplate(AppendOnlyModel):
    """One version of the DOCX by which protocols are made; the greatest `number` is in force.

    Only what a trial document was made by comes here, at `proved_at`: a template that does not compile is never stored.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    note = models.CharField(_("what has changed"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    proved_at = models.DateTimeField(_("proved"))

    objects = ProtocolTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("template of the protocol")
        verbose_name_plural = _("templates of the protocol")

    def __str__(self) -> str:
        return gettext("template of the protocol, version %(number)s") % {"number": self.number}


class MeetingProtocol(models.Model):
    """The document made of a closed meeting: draft, agreed, signed, issued.

    `protocol` holds its assignments and is issued with it; a meeting that gave none has none, and a draft that was
    thrown away can be made again. `number` runs within the `year` of the meeting, `number_words` is how it is written.
    `digest` is of the text that was sent for approval. The files are frozen when it is agreed; the scan shows the
    signed paper. From its issue on nothing changes but the scan.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    protocol = models.OneToOneField(
        "assignments.Protocol", models.SET_NULL, null=True, blank=True, related_name="minutes",
        verbose_name=_("protocol"),
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    number_words = models.CharField(_("number as it is written"), max_length=40)
    state = models.CharField(
        _("state"), max_length=10, choices=MinutesState.choices, default=MinutesState.DRAFT
    )
    control_clause = models.TextField(_("who controls the execution"), blank=True)
    with_notes = models.BooleanField(_("the notes stand in the protocol"), default=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    template = models.ForeignKey(
        ProtocolTemplate, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("template of the protocol"),
    )  # fmt: skip
    docx = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("document for editors"),
    )  # fmt: skip
    pdf = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("document for reading"),
    )  # fmt: skip
    scan = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("scan of the signed paper"),
    )  # fmt: skip
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who made it")
    )
    made_at = models.DateTimeField(_("made"))
    agreed_at = models.DateTimeField(pgettext_lazy("protocol of a meeting", "agreed"), null=True, blank=True)
    signed_on = models.DateField(pgettext_lazy("protocol of a meeting", "signed on"), null=True, blank=True)
    issued_at = models.DateTimeField(pgettext_lazy("protocol of a meeting", "issued"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MeetingProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("protocol of a meeting")
        verbose_name_plural = _("protocols of meetings")
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="minutes_one_per_number"),
            models.CheckConstraint(
                condition=Q(state="draft", agreed_at=None) | ~Q(state="draft") & Q(agreed_at__isnull=False),
                name="minutes_agreed_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(docx__isnull=False, pdf__isnull=False, template__isnull=False),
                name="minutes_agreed_has_files",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "issued"], signed_on__isnull=False)
                | ~Q(state__in=["signed", "issued"]) & Q(signed_on=None),
                name="minutes_signed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state="issued", issued_at__isnull=False) | ~Q(state="issued") & Q(issued_at=None),
                name="minutes_issued_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return gettext("protocol No. %(number)s of %(date)s") % {
            "number": self.number_words,
            "date": f"{self.meeting.day:%d.%m.%Y}",
        }

    def get_absolute_url(self) -> str:
        return reverse("meetings:protocol", args=[self.meeting_id])

    @property
    def is_draft(self) -> bool:
        return self.state == MinutesState.DRAFT

    @property
    def is_agreed(self) -> bool:
        return self.state == MinutesState.AGREED

    @property
    def is_signed(self) -> bool:
        return self.state == MinutesState.SIGNED

    @property
    def is_issued(self) -> bool:
        return self.state == MinutesState.ISSUED

    @property
    def draft_version(self) -> int:
        """The version of the draft with its assignments; 0 without one."""
        return self.protocol.version if self.protocol else 0


class ProtocolApproval(models.Model):
    """The protocol before one approver, in one round: every sending after a remark is the next round.

    `draft_version` is the version of the draft of assignments that was sent (0: none): whoever agrees, agrees to that
    text and no other. What an approver has against it stands in his remarks.
    """

    minutes = models.ForeignKey(
        MeetingProtocol, models.CASCADE, related_name="approvals", verbose_name=_("protocol of a meeting")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approver")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING
    )
    draft_version = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who sent it")
    )
    asked_at = models.DateTimeField(_("sent"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ProtocolApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["minutes", "round", "id"]
        verbose_name = _("approval of a protocol")
        verbose_name_plural = _("approvals of protocols")
        constraints = [
            models.UniqueConstraint(fields=["minutes", "round", "approver"], name="approval_one_per_round"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | ~Q(state="waiting") & Q(answered_at__isnull=False),
                name="approval_answered_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("asked_at")),
                name="approval_answered_not_before_it_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approver}, {self.get_state_display()}"

    @property
    def waits(self) -> bool:
        return self.state == ApprovalState.WAITING


class ProtocolRemark(models.Model):
    """What an approver has against the text: against one question of the agenda, or without one against the whole."""

    approval = models.ForeignKey(
        ProtocolApproval, models.CASCADE, related_name="remarks", verbose_name=_("approval of a protocol")
    )
    item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="remarks",
        verbose_name=_("agenda item"),
    )  # fmt: skip
    text = models.TextField(_("remark"))

    objects = ProtocolRemarkQuerySet.as_manager()

    class Meta:
        ordering = ["approval", "id"]
        verbose_name = _("remark on a protocol")
        verbose_name_plural = _("remarks on protocols")
        constraints = [
            models.UniqueConstraint(fields=["approval", "item"], name="remark_one_per_item"),
            models.CheckConstraint(condition=~Q(text=""), name="remark_has_words"),
        ]

    def __str__(self) -> str:
        return self.text
