"""Protocols, their items, and the executions that one item becomes for each addressed cluster."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.enums import (
    AddresseeKind,
    EventKind,
    ExecutionState,
    ListPage,
    ProtocolStatus,
    RequestKind,
    RequestState,
)
from assignments.querysets import (
    AssignmentQuerySet,
    CannedRemarkQuerySet,
    EvidenceQuerySet,
    ExecutionEventQuerySet,
    ExecutionNoteQuerySet,
    ExecutionQuerySet,
    ExecutionRequestQuerySet,
    ProtocolQuerySet,
    ReportDraftQuerySet,
    ReviewClaimQuerySet,
    SavedAudienceQuerySet,
    SavedViewQuerySet,
    WorkbookUploadQuerySet,
)
from audit.append_only import AppendOnlyModel
from common import clock
from common.names import name_key


class ControlRules(models.Model):
    """The rules of the fold of an event log (methodology §2), by version; a methodology names its own."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    tz_offset_minutes = models.SmallIntegerField(_("offset of the rating clock from UTC, minutes"))
    min_lead_days = models.PositiveSmallIntegerField(_("least days between issue and due date"))
    max_request_extensions = models.PositiveSmallIntegerField(_("extensions on request that count"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("control rules")
        verbose_name_plural = _("control rules")

    def __str__(self) -> str:
        return self.version


class Protocol(models.Model):
    """A signed record of a meeting. Drafted by the centre, then issued once and for ever."""

    number = models.CharField(_("number"), max_length=40)
    held_on = models.DateField(_("date"))
    meeting_title = models.CharField(_("meeting"), max_length=300)
    status = models.CharField(
        _("status"), max_length=10, choices=ProtocolStatus.choices, default=ProtocolStatus.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    is_template = models.BooleanField(_("template"), default=False)
    search_key = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        constraints = [
            models.UniqueConstraint(fields=["number", "held_on"], name="protocol_one_per_number_and_date"),
            models.CheckConstraint(
                condition=Q(status="draft", issued_at=None) | Q(status="issued", issued_at__isnull=False),
                name="protocol_issued_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(is_template=False), name="protocol_template_is_never_issued"
            ),
        ]

    def __str__(self) -> str:
        return gettext("protocol No. %(number)s of %(date)s") % {
            "number": self.number,
            "date": f"{self.held_on:%d.%m.%Y}",
        }

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = name_key(f"{self.number} {self.meeting_title}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("assignments:protocol", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == ProtocolStatus.DRAFT


class Assignment(models.Model):
    """An item of a protocol: one task with a due date, fanned out to its audience at issue.

    `code` is the item's id in the audit file. `audience` is the rule as written (see `assignments.audience`);
    after issue the executions, not the rule, say who was addressed.
    """

    protocol = models.ForeignKey(
        Protocol, models.CASCADE, related_name="assignments", verbose_name=_("protocol")
    )
    code = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    number = models.CharField(_("item"), max_length=20)
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("short title"), max_length=120)
    text = models.TextField(_("text"))
    expected_result = models.CharField(_("expected result"), max_length=300, blank=True)
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, null=True, blank=True, related_name="assignments",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MinValueValidator(1)])
    due_on = models.DateField(_("due date"))
    addressee = models.CharField(
        _("addressee"), max_length=10, choices=AddresseeKind.choices, default=AddresseeKind.CLUSTERS
    )
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    search_key = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["protocol", "position"]
        verbose_name = _("protocol item")
        verbose_name_plural = _("protocol items")
        constraints = [
            models.UniqueConstraint(fields=["protocol", "number"], name="assignment_one_per_number"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="assignment_weight_from_one"),
        ]

    def __str__(self) -> str:
        return gettext("item %(number)s of %(protocol)s") % {"number": self.number, "protocol": self.protocol}

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = name_key(f"{self.number} {self.title} {self.text}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return f"{self.protocol.get_absolute_url()}#item-{self.pk}"


class SavedAudience(models.Model):
    """A rule of an audience under a name, for the items to come; `shared` opens it to all who draft protocols."""

    name = models.CharField(_("name"), max_length=100)
    addressee = models.CharField(
        _("addressee"), max_length=10, choices=AddresseeKind.choices, default=AddresseeKind.CLUSTERS
    )
    rule = models.JSONField(_("audience"), default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    shared = models.BooleanField(_("shared"), default=False)
    created_at = models.DateTimeField(_("created"))
    version = models.PositiveIntegerField(default=1)

    objects = SavedAudienceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved audience")
        verbose_name_plural = _("saved audiences")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_audience_one_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Execution(models.Model):
    """One addressee × one item: the counting unit of the rating (methodology §1).

    The columns from `state` down are the current fold of the event log, written with each appended event so that
    lists need no fold. They are never truth of their own: `assignments.fold` over the log is. `assignee` is outside
    the log: who of the region's coordinators works on it, of meaning only while he is one.
    """

    code = models.CharField(max_length=96, unique=True, editable=False)
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="executions", verbose_name=_("protocol item")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="executions", verbose_name=_("region")
    )
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, null=True, blank=True, related_name="executions",
        verbose_name=_("cluster"),
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(_("weight"))
    state = models.CharField(_("state"), max_length=10, choices=ExecutionState.choices)
    first_due_on = models.DateField(_("first due date"))
    due_on = models.DateField(_("due date"))
    issued_at = models.DateTimeField(_("put on control"), null=True, blank=True)
    reported_on = models.DateField(_("handed in"), null=True, blank=True)
    in_review_since = models.DateTimeField(_("in review since"), null=True, blank=True)
    returns = models.PositiveSmallIntegerField(_("returns"), default=0)
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    closed_at = models.DateTimeField(_("taken off control"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who works on it"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = ExecutionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("execution")
        verbose_name_plural = _("executions")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "cluster"],
                condition=Q(cluster__isnull=False),
                name="execution_one_per_cluster",
            ),
            models.UniqueConstraint(
                fields=["assignment", "region"], condition=Q(cluster=None), name="execution_one_per_region"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="execution_weight_from_one"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("first_due_on")), name="execution_due_not_before_first"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["executed", "cancelled"], closed_at__isnull=False)
                | Q(state__in=["not_issued", "issued", "in_review", "returned"], closed_at=None),
                name="execution_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="not_issued", issued_at=None)
                | ~Q(state="not_issued") & Q(issued_at__isnull=False),
                name="execution_issued_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="in_review", in_review_since__isnull=False)
                | ~Q(state="in_review") & Q(in_review_since=None),
                name="execution_review_has_instant",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "due_on"],
                condition=Q(state__in=["issued", "returned"]),
                name="execution_region_open",
            ),
            models.Index(
                fields=["in_review_since"], condition=Q(state="in_review"), name="execution_review_queue"
            ),
            models.Index(fields=["due_on", "reported_on"], name="execution_month"),
            models.Index(fields=["region", "-due_on", "-id"], name="execution_region_list"),
        ]

    def __str__(self) -> str:
        return gettext("%(item)s, %(addressee)s") % {"item": self.assignment, "addressee": self.addressee}

    def get_absolute_url(self) -> str:
        return reverse("dashboard:execution", args=[self.pk])

    @property
    def addressee(self) -> str:
        """The cluster, or the region when the coordinator himself is addressed."""
        return str(self.cluster or self.region)


class ExecutionEvent(AppendOnlyModel):
    """One event of the log (methodology §2). Appended, never changed; the id is the order of appending."""

    execution = models.ForeignKey(
        Execution, models.PROTECT, related_name="events", verbose_name=_("execution")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EventKind.choices)
    at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    text = models.TextField(_("text"), blank=True)
    late_reason = models.TextField(_("why recorded late"), blank=True)
    due = models.DateField(_("own due date"), null=True, blank=True)
    empty = models.BooleanField(_("empty report"), default=False)
    new_due = models.DateField(_("new due date"), null=True, blank=True)
    requested_at = models.DateTimeField(_("requested"), null=True, blank=True)
    target = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="annulments",
        verbose_name=_("annulled event"),
    )
    corrects = models.CharField(_("corrects the months from"), max_length=7, blank=True)
    submission_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    objects = ExecutionEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("at")), name="event_recorded_not_before_it_happened"
            ),
            models.CheckConstraint(
                condition=Q(kind="annulled", target__isnull=False) | ~Q(kind="annulled") & Q(target=None),
                name="event_target_of_annulment_only",
            ),
            models.CheckConstraint(
                condition=Q(kind="extended", new_due__isnull=False) | ~Q(kind="extended") & Q(new_due=None),
                name="event_new_due_of_extension_only",
            ),
            models.CheckConstraint(
                condition=Q(empty=False) | Q(kind="returned"), name="event_empty_of_return_only"
            ),
        ]
        indexes = [models.Index(fields=["execution", "id"], name="event_log")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d.%m.%Y}"


class Evidence(AppendOnlyModel):
    """A file handed in with a report."""

    event = models.ForeignKey(
        ExecutionEvent, models.PROTECT, related_name="evidence", verbose_name=_("event")
    )
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [models.UniqueConstraint(fields=["event", "file"], name="evidence_once")]

    def __str__(self) -> str:
        return str(self.file)


class ExecutionRequest(models.Model):
    """What a region asks the centre for about one execution, and the answer.

    A request changes nothing by itself: granting it appends the event of its kind to the log. `answered_by` and
    `answered_at` say who ended it: the centre, the region that withdrew, or whoever took the execution off control.
    """

    execution = models.ForeignKey(
        Execution, models.PROTECT, related_name="requests", verbose_name=_("execution")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=RequestKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN
    )
    reason = models.TextField(_("reason"))
    proposed_due = models.DateField(_("proposed due date"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who asked")
    )
    asked_at = models.DateTimeField(_("asked"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who answered"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    granted_due = models.DateField(_("granted due date"), null=True, blank=True)
    event = models.OneToOneField(
        ExecutionEvent, models.PROTECT, null=True, blank=True, related_name="granted_request",
        verbose_name=_("event"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    submission_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    answer_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    objects = ExecutionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.UniqueConstraint(
                fields=["execution", "kind"], condition=Q(state="open"), name="request_one_open_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="extension", proposed_due__isnull=False)
                | ~Q(kind="extension") & Q(proposed_due=None),
                name="request_day_of_extension_only",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None, answered_by=None, answer="")
                | ~Q(state="open") & Q(answered_at__isnull=False, answered_at__gte=F("asked_at")),
                name="request_answered_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="granted", kind="extension", granted_due__isnull=False)
                | ~Q(state="granted", kind="extension") & Q(granted_due=None),
                name="request_granted_day_of_extension_only",
            ),
            models.CheckConstraint(
                condition=Q(event=None) | Q(state="granted"), name="request_event_of_granted_only"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused", answer=""), name="request_refused_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], name="request_list"),
            models.Index(fields=["asked_at"], condition=Q(state="open"), name="request_queue"),
        ]

    def __str__(self) -> str:
        return gettext("request of %(date)s: %(kind)s") % {
            "date": f"{self.asked_at:%d.%m.%Y}",
            "kind": self.get_kind_display(),
        }

    def get_absolute_url(self) -> str:
        return f"{self.execution.get_absolute_url()}#request-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN


class ReviewClaim(models.Model):
    """Somebody of the centre has a report before him until an instant. It shares out the queue and forbids nothing."""

    execution = models.OneToOneField(
        Execution, models.CASCADE, related_name="review_claim", verbose_name=_("execution")
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
        Execution, models.CASCADE, related_name="drafts", verbose_name=_("execution")
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
        return gettext("draft of %(date)s") % {"date": f"{self.updated_at:%d.%m.%Y}"}


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
        Execution, models.PROTECT, related_name="notes", verbose_name=_("execution")
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
