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
    ProtocolStatus,
    RequestKind,
    RequestOrigin,
    RequestState,
)
from assignments.models.appointments import AppointmentItem
from assignments.models.desk import (
    CannedRemark,
    ExecutionNote,
    ReportDraft,
    ReviewClaim,
    SavedView,
    WorkbookUpload,
)
from assignments.models.folded import FoldedState
from assignments.models.past import ExecutionPast
from assignments.models.planning import (
    IssueSchedule,
    ItemRecall,
    ItemSeries,
    SeriesOccurrence,
    SeriesStep,
)
from assignments.models.questions import AnswerWording, ItemAnswer, ItemQuestion
from assignments.querysets import (
    AssignmentQuerySet,
    EvidenceQuerySet,
    ExecutionEventQuerySet,
    ExecutionQuerySet,
    ExecutionRequestQuerySet,
    ProtocolQuerySet,
    SavedAudienceQuerySet,
)
from audit.append_only import AppendOnlyModel
from common import clock
from common.names import name_key

__all__ = [
    "AnswerWording",
    "AppointmentItem",
    "Assignment",
    "CannedRemark",
    "ControlRules",
    "Evidence",
    "Execution",
    "ExecutionEvent",
    "ExecutionNote",
    "ExecutionPast",
    "ExecutionRequest",
    "IssueSchedule",
    "ItemAnswer",
    "ItemQuestion",
    "ItemRecall",
    "ItemSeries",
    "Protocol",
    "ReportDraft",
    "ReviewClaim",
    "SavedAudience",
    "SavedView",
    "SeriesOccurrence",
    "SeriesStep",
    "WorkbookUpload",
]


class ControlRules(models.Model):
    """The rules of the fold of an event log (methodology §2), by version; a methodology names its own.

    The portal folds with those in force today, a slice with those of its month. `applied_at` is empty until the stored
    states of all executions have been folded with them (`services.change_over`).
    """

    version = models.CharField(_("version"), max_length=20, unique=True)
    tz_offset_minutes = models.SmallIntegerField(_("offset of the rating clock from UTC, minutes"))
    min_lead_days = models.PositiveSmallIntegerField(_("least days between issue and due date"))
    max_request_extensions = models.PositiveSmallIntegerField(_("extensions on request that count"))
    effective_from = models.DateField(_("hold from"), unique=True)
    applied_at = models.DateTimeField(_("stored states follow them since"), null=True, editable=False)

    class Meta:
        ordering = ["effective_from"]
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

    @property
    def task_key(self) -> str:
        """What a task of the staff about this protocol is filed under."""
        return f"protocol:{self.pk}"


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


class Execution(FoldedState):
    """One addressee × one item: the counting unit of the rating (methodology §1).

    The columns of `FoldedState` are the current fold of the event log, written with each appended event so that lists
    need no fold. `assignee` is outside the log: who of the region's coordinators works on it, of meaning only while
    he is one.
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
        return f"{self.get_kind_display()} {clock.day_of(self.at):%d.%m.%Y}"


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
    """What a region asks the centre for about one execution, and the answer; or what the centre itself proposes.

    A request changes nothing by itself: granting it appends the event of its kind to the log. `answered_by` and
    `answered_at` say who ended it: the centre, the region that withdrew, or whoever took the execution off control.
    A proposal of the centre (`origin`) is granted by another person than the one who made it; `requested_at` and
    `corrects` are what its event will carry.
    """

    execution = models.ForeignKey(
        Execution, models.PROTECT, related_name="requests", verbose_name=_("execution")
    )
    origin = models.CharField(
        _("whose wish"), max_length=6, choices=RequestOrigin.choices, default=RequestOrigin.REGION
    )
    kind = models.CharField(_("kind"), max_length=16, choices=RequestKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN
    )
    reason = models.TextField(_("reason"))
    proposed_due = models.DateField(_("proposed due date"), null=True, blank=True)
    requested_at = models.DateTimeField(_("requested outside the portal"), null=True, blank=True)
    corrects = models.CharField(_("corrects the months from"), max_length=7, blank=True)
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
                fields=["execution", "origin", "kind"],
                condition=Q(state="open"),
                name="request_one_open_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    origin="region", kind__in=["extension", "not_applicable"], requested_at=None, corrects=""
                )
                | Q(origin="centre", kind__in=["extension", "cancellation"]),
                name="request_kind_of_its_origin",
            ),
            models.CheckConstraint(
                condition=~Q(origin="centre", state="granted", answered_by=F("asked_by")),
                name="request_of_centre_has_second_person",
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
            "date": f"{clock.day_of(self.asked_at):%d.%m.%Y}",
            "kind": self.get_kind_display(),
        }

    def get_absolute_url(self) -> str:
        return f"{self.execution.get_absolute_url()}#request-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN

    @property
    def is_of_centre(self) -> bool:
        """Whether it is a proposal of the centre, which another person of it confirms."""
        return self.origin == RequestOrigin.CENTRE
