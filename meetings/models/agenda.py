"""The agenda: its items with their sources, the notes of several hands, what is decided."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.enums import AddresseeKind
from meetings.enums import AgendaSource, AgendaState, DecisionKind
from meetings.models.meetings import Meeting
from meetings.models.series import LONGEST_MINUTES
from meetings.querysets import AgendaItemQuerySet, AgendaNoteQuerySet, DecisionQuerySet


class AgendaItem(models.Model):
    """A question of a meeting and what it is about; a proposal that waits for a meeting has none yet.

    `key` names the source inside one meeting («overdue:70»): filling the agenda again finds the item, also a removed
    one. `executions` and `figures` are what the source held when the item was made. `region` and `association` are what
    it is about, and of a proposal who proposes. `carries_on` is the item of an earlier meeting that it continues.
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, null=True, blank=True, related_name="agenda", verbose_name=_("meeting")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(pgettext_lazy("agenda item", "question"), max_length=300)
    text = models.TextField(pgettext_lazy("agenda item", "explanation"), blank=True)
    source = models.CharField(
        _("source"), max_length=12, choices=AgendaSource.choices, default=AgendaSource.MANUAL
    )
    key = models.CharField(max_length=100, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=AgendaState.choices, default=AgendaState.ON_AGENDA
    )
    speaker = models.CharField(_("speaker"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(pgettext_lazy("agenda", "minutes"), default=5)
    spent_seconds = models.PositiveIntegerField(_("time spent, seconds"), default=0)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("region"),
    )  # fmt: skip
    association = models.ForeignKey(
        "clusters.Association", models.PROTECT, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("association"),
    )  # fmt: skip
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    assignment = models.ForeignKey(
        "assignments.Assignment", models.PROTECT, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("protocol item"),
    )  # fmt: skip
    request = models.ForeignKey(
        "assignments.ExecutionRequest", models.PROTECT, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("request of a region"),
    )  # fmt: skip
    slice = models.ForeignKey(
        "rating.Slice", models.PROTECT, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("slice"),
    )  # fmt: skip
    executions = models.ManyToManyField(
        "assignments.Execution", blank=True, related_name="agenda_items", verbose_name=_("executions")
    )
    carries_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_on_by",
        verbose_name=_("earlier item"),
    )  # fmt: skip
    figures = models.JSONField(default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who proposed"),
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    decline_reason = models.TextField(_("why it was declined"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "position", "id"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "key"], condition=~Q(key=""), name="agenda_item_one_per_source"
            ),
            models.UniqueConstraint(
                fields=["meeting", "carries_on"],
                condition=Q(carries_on__isnull=False),
                name="agenda_item_carried_once",
            ),
            models.CheckConstraint(
                condition=Q(meeting__isnull=False) | Q(source="proposal", state__in=["proposed", "declined"]),
                name="agenda_item_waits_as_a_proposal_only",
            ),
            models.CheckConstraint(
                condition=Q(source="proposal", proposed_at__isnull=False)
                | ~Q(source="proposal") & Q(proposed_at=None, state__in=["on_agenda", "removed"]),
                name="agenda_item_proposal_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(source="proposal")
                | Q(region__isnull=False, association=None)
                | Q(region=None, association__isnull=False),
                name="agenda_item_proposed_by_one_place",
            ),
            models.CheckConstraint(
                condition=Q(state="declined") & ~Q(decline_reason="")
                | ~Q(state="declined") & Q(decline_reason=""),
                name="agenda_item_declined_has_reason",
            ),
            models.CheckConstraint(condition=Q(minutes__lte=LONGEST_MINUTES), name="agenda_item_minutes"),
        ]
        indexes = [
            models.Index(fields=["meeting", "position"], name="agenda_order"),
            models.Index(fields=["proposed_at"], condition=Q(state="proposed"), name="agenda_proposals"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page; of a proposal that waits without a meeting, the list of proposals."""
        if self.meeting_id is None:
            return reverse("meetings:proposals")
        return reverse("meetings:item", args=[self.meeting_id, self.pk])

    @property
    def is_proposal(self) -> bool:
        """Whether it waits for the centre to take it or decline it."""
        return self.state == AgendaState.PROPOSED


class AgendaNote(models.Model):
    """What one person writes down on an item: each has a row of his own, so that nobody overwrites another."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="notes", verbose_name=_("agenda item"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(pgettext_lazy("minutes", "note"), blank=True)
    changed_at = models.DateTimeField(_("changed"))
    version = models.PositiveIntegerField(default=1)

    objects = AgendaNoteQuerySet.as_manager()

    class Meta:
        ordering = ["item", "id"]
        verbose_name = _("note on an agenda item")
        verbose_name_plural = _("notes on agenda items")
        constraints = [
            models.UniqueConstraint(fields=["item", "author"], name="agenda_note_one_per_author"),
        ]

    def __str__(self) -> str:
        return self.text


class Decision(models.Model):
    """What the meeting decides on an item. The fields of an assignment are those of `item_save`, for it makes one.

    `assignment` is the item of the protocol that was made of it; it is gone when its draft is thrown away, and the
    protocol of the meeting can be made again.
    """

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="decisions", verbose_name=_("agenda item")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=DecisionKind.choices)
    text = models.TextField(pgettext_lazy("decision", "words of the decision"))
    answer = models.TextField(_("answer"), blank=True)
    title = models.CharField(_("short title"), max_length=120, blank=True)
    expected_result = models.CharField(_("expected result"), max_length=300, blank=True)
    process = models.ForeignKey(
        "clusters.Process", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("process of the cyclogram"),
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MinValueValidator(1)])
    due_on = models.DateField(_("due date"), null=True, blank=True)
    addressee = models.CharField(
        _("addressee"), max_length=10, choices=AddresseeKind.choices, default=AddresseeKind.CLUSTERS
    )
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    assignment = models.OneToOneField(
        "assignments.Assignment", models.SET_NULL, null=True, blank=True, related_name="decision",
        verbose_name=_("protocol item"),
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    version = models.PositiveIntegerField(default=1)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["item", "position", "id"]
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="assignment", due_on__isnull=False)
                | ~Q(kind="assignment") & Q(due_on=None, assignment=None),
                name="decision_assignment_has_due_date",
            ),
            models.CheckConstraint(
                condition=Q(kind="question") | Q(answer=""), name="decision_answer_of_a_question"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="decision_weight_from_one"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_assignment(self) -> bool:
        return self.kind == DecisionKind.ASSIGNMENT

    @property
    def waits_for_answer(self) -> bool:
        return self.kind == DecisionKind.QUESTION and not self.answer
