"""The outbox of mails and digests, rows that make jobs run once, tasks of the staff, long work that people watch,
notices of other systems."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.append_only import AppendOnlyModel
from common import clock
from notifications.enums import (
    ACTIVE,
    JobState,
    LongTaskState,
    MailState,
    Rung,
    StaffTaskKind,
    Topic,
    WebhookState,
)
from notifications.querysets import (
    CentreOnlyQuerySet,
    DigestLineQuerySet,
    LongTaskQuerySet,
    MailEventQuerySet,
    MailSettingsQuerySet,
    NoticeQuerySet,
    StaffTaskQuerySet,
)


class OutboundMail(models.Model):
    """One mail to one recipient, written in the transaction of the act that causes it.

    `key` names the cause (kind, object, recipient) and makes a second queueing of the same mail impossible;
    `payload` holds the exact bytes, so that a retry sends the same message under the same Message-ID. `attempts`
    counts since the mail was last queued by an act or a person; `delivered_at` is when a server says that it reached
    its address, empty while none has said so; `link` is the page where a person settles it.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=40, db_index=True)
    recipient_name = models.CharField(_("recipient"), max_length=200, blank=True)
    recipient_email = models.EmailField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=300)
    payload = models.BinaryField(editable=False)
    message_id = models.CharField(max_length=320, unique=True)
    link = models.CharField(max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("queued"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted by the server"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    server_reply = models.TextField(_("answer of the server"), blank=True)

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        # Not a partial index: SQLite cannot use one for a state that comes as a parameter, and would read every mail.
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="mail_by_state"),
            models.Index(fields=["recipient_email", "-id"], name="mail_by_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "delivered", "bounced"]) | Q(accepted_at__isnull=False),
                name="mail_accepted_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "in_data"]) | Q(lease_until__isnull=False),
                name="mail_claimed_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient_email}"


class MailEvent(AppendOnlyModel):
    """One step in the life of a mail: what it became, when, what the server said or the person decided."""

    mail = models.ForeignKey(OutboundMail, models.CASCADE, related_name="events", verbose_name=_("mail"))
    at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=12, choices=MailState.choices)
    text = models.TextField(_("answer of the server or note"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    objects = MailEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("step of a mail")
        verbose_name_plural = _("steps of a mail")

    def __str__(self) -> str:
        return f"{self.get_state_display()} {clock.day_of(self.at):%d.%m.%Y}"


class JobRun(models.Model):
    """A scheduled job for one period; UNIQUE(job, period) makes it happen once however often the clock rings."""

    job = models.CharField(_("job"), max_length=60)
    period = models.CharField(_("period"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    error = models.TextField(_("error"), blank=True)

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        constraints = [
            models.UniqueConstraint(fields=["job", "period"], name="job_once_per_period"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="job_done_has_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


class Notice(models.Model):
    """A line under the bell of one person, written in the transaction of the act that it tells of.

    `data` holds what the words are composed of when they are read (`notifications.notices`): counts, days, public
    references; never a text of an object, for the person may no longer see the object when he reads the notice. What
    can be taken back names its `event` by id.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(default=dict)
    link = models.CharField(max_length=300)
    created_at = models.DateTimeField(_("written"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notice_of_person"),
            models.Index(
                fields=["person", "-created_at", "-id"], condition=Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=["read_at"], name="notice_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {clock.day_of(self.created_at):%d.%m.%Y}"


class StaffTask(models.Model):
    """Something a person of the centre must settle; at most one open per kind and object."""

    kind = models.CharField(_("kind"), max_length=40, choices=StaffTaskKind.choices)
    object_key = models.CharField(_("object"), max_length=120)
    title = models.CharField(_("what it is about"), max_length=300)
    reason = models.TextField(_("reason"), blank=True)
    link = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    outcome = models.TextField(_("outcome"), blank=True)

    objects = StaffTaskQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("staff task")
        verbose_name_plural = _("staff tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_key"], condition=Q(closed_at=None), name="staff_task_one_open"
            )
        ]

    def __str__(self) -> str:
        return self.title


class LongTask(models.Model):
    """Long work that somebody asked for on a page: what, for whom, how far it is, how it ended.

    `kind` names the handler of `notifications.long_work`, `key` the very work: one of a kind and key is under way at
    a time, and whoever asks for it meanwhile joins `people`. `arguments` and `result` hold ids and what was typed,
    never rights: they are read again when the work runs. `stage` is a name; its words are made for each reader.
    `heartbeat_at` is when the worker was last heard; one that is silent for LEASE is taken for dead.
    """

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("who watches it")
    )
    arguments = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=LongTaskState.choices, default=LongTaskState.QUEUED
    )
    stage = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = LongTaskQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("long work")
        verbose_name_plural = _("long work")
        indexes = [models.Index(fields=["state", "created_at"], name="long_task_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state__in=ACTIVE), name="long_task_one_under_way"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(heartbeat_at__isnull=False),
                name="long_task_running_is_heard",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "failed"]) | Q(finished_at__isnull=False),
                name="long_task_ended_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("dashboard:long-task", args=[self.pk])


class MailSettings(models.Model):
    """Which reminders a person wants, and the days on which the deputy gets them instead. No row: all of them."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    digest = models.BooleanField(_("send me the daily digest"), default=True)
    before_7 = models.BooleanField(Topic.BEFORE_7.label, default=True)
    before_3 = models.BooleanField(Topic.BEFORE_3.label, default=True)
    before_1 = models.BooleanField(Topic.BEFORE_1.label, default=True)
    on_day = models.BooleanField(Topic.ON_DAY.label, default=True)
    overdue = models.BooleanField(Topic.OVERDUE.label, default=True)
    quiet_from = models.DateField(_("quiet days from"), null=True, blank=True)
    quiet_until = models.DateField(_("quiet days until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = MailSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of letters")
        verbose_name_plural = _("settings of letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__gte=F("quiet_from")),
                name="mail_settings_quiet_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class EscalationStep(models.Model):
    """A step of the ladder: so many days after the due date these people are told."""

    days = models.PositiveSmallIntegerField(
        _("days overdue"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    rung = models.CharField(_("whom it reaches"), max_length=12, choices=Rung.choices)

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["days", "id"]
        verbose_name = _("step of the ladder of reminders")
        verbose_name_plural = _("ladder of reminders")
        constraints = [
            models.UniqueConstraint(fields=["days", "rung"], name="escalation_step_once"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=365), name="escalation_step_within_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days}: {self.get_rung_display()}"


class Digest(models.Model):
    """A mail that gathers lines, written together with the mail: of a day a reader has at most one daily one.

    `reader` is the key of `notifications.digests.Reader`: a person, or the head of an authority, who needs no account.
    """

    DAILY = "digest"

    reader = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=40)
    day = models.DateField(_("day"))
    mail = models.OneToOneField(OutboundMail, models.CASCADE, related_name="digest", verbose_name=_("mail"))
    created_at = models.DateTimeField(_("written"))

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "id"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "day"], condition=Q(kind="digest"), name="digest_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["reader", "kind", "-created_at"], name="digest_of_reader")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day} {self.reader}"


class DigestLine(models.Model):
    """What one person is to read in the next mail, written in the transaction of the act that it tells of.

    `data` holds ids: the words are made of them when the mail is written (`notifications.digests`), and what has
    become untrue by then is left out. An urgent line does not wait for the morning.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(default=dict)
    is_urgent = models.BooleanField(_("at once"), default=False)
    created_at = models.DateTimeField(_("written"))
    digest = models.ForeignKey(
        Digest, models.CASCADE, null=True, blank=True, related_name="lines", verbose_name=_("told in")
    )

    objects = DigestLineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("line of a digest")
        verbose_name_plural = _("lines of digests")
        indexes = [
            models.Index(fields=["created_at"], condition=Q(digest=None), name="digest_line_waiting"),
            models.Index(fields=["created_at", "id"], name="digest_line_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {clock.day_of(self.created_at):%d.%m.%Y}"


class WebhookEndpoint(models.Model):
    """Where another system is told of what is published. Its secret is derived (`notifications.webhooks`), not stored.

    `turn` counts the rotations of the secret; a switched off one is told nothing.
    """

    url = models.URLField(_("address"), max_length=500, unique=True)
    note = models.CharField(_("whose it is"), max_length=200)
    turn = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(_("switched on"), default=True)
    created_at = models.DateTimeField(_("added"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("address for notices of other systems")
        verbose_name_plural = _("addresses for notices of other systems")

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("dashboard:webhook", args=[self.pk])


class WebhookDelivery(models.Model):
    """One event for one endpoint: the bytes that are sent until the endpoint takes them or the portal gives up."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.PROTECT, related_name="deliveries", verbose_name=_("address")
    )
    event_id = models.CharField(_("event"), max_length=100)
    payload = models.BinaryField(editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=WebhookState.choices, default=WebhookState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("queued"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(_("taken"), null=True, blank=True)

    objects = CentreOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notice of another system")
        verbose_name_plural = _("notices of other systems")
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="webhook_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_event_once"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="webhook_delivered_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease_until__isnull=False), name="webhook_claimed_has_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint}"


class WebhookAttempt(AppendOnlyModel):
    """One attempt at a delivery: the status that the endpoint answered, or what kept it from answering."""

    delivery = models.ForeignKey(
        WebhookDelivery, models.PROTECT, related_name="tries", verbose_name=_("notice")
    )
    at = models.DateTimeField(_("when"))
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    text = models.CharField(_("what came of it"), max_length=300, blank=True)

    objects = MailEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("attempt at a notice")
        verbose_name_plural = _("attempts at a notice")

    def __str__(self) -> str:
        return f"{self.status or '–'} {self.text}"
