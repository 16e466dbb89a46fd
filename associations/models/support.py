"""How an association is organised and helps: directions, working groups, curators of clusters, what was done for them,
requests for expert support, questions between clusters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from associations.enums import HelpKind, Outcome, SupportState
from associations.querysets import (
    HelpRecordQuerySet,
    KeptQuerySet,
    LastingQuerySet,
    PeerQuestionQuerySet,
    SupportRequestQuerySet,
)
from audit.append_only import AppendOnlyModel
from clusters.models import Association, Cluster
from cyclogram.models.names import Named

USER = settings.AUTH_USER_MODEL


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name=f"{name}_ends_after_start"
    )


class Direction(Named):
    """What an association works on."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="directions", verbose_name=_("association")
    )
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["association", "id"]
        verbose_name = _("direction of work")
        verbose_name_plural = _("directions of work")


class WorkingGroup(models.Model):
    """People who work on a direction together; its lead and members are in it from a day to a day."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="groups", verbose_name=_("association")
    )
    direction = models.ForeignKey(
        Direction, models.PROTECT, null=True, blank=True, related_name="groups",
        verbose_name=_("direction of work"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=200)
    aim = models.TextField(_("what it is for"), blank=True)
    starts_on = models.DateField(_("works from"))
    ends_on = models.DateField(_("works until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LastingQuerySet.as_manager()

    class Meta:
        ordering = ["association", "name", "id"]
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        constraints = [_ends_after_start("working_group")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A person in a working group; a group has one lead at a time."""

    group = models.ForeignKey(
        WorkingGroup, models.PROTECT, related_name="members", verbose_name=_("working group")
    )
    name = models.CharField(_("name of the member"), max_length=200)
    post = models.CharField(_("post"), max_length=200, blank=True)
    is_lead = models.BooleanField(_("leads the group"), default=False)
    starts_on = models.DateField(_("member from"))
    ends_on = models.DateField(_("member until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LastingQuerySet.as_manager()

    class Meta:
        ordering = ["group", "-is_lead", "name", "id"]
        verbose_name = _("member of a working group")
        verbose_name_plural = _("members of working groups")
        constraints = [
            _ends_after_start("group_member"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(is_lead=True, ends_on=None), name="group_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupTask(models.Model):
    """What a working group has taken on; done with a day and a result."""

    group = models.ForeignKey(
        WorkingGroup, models.PROTECT, related_name="tasks", verbose_name=_("working group")
    )
    text = models.TextField(pgettext_lazy("group", "task"))
    responsible = models.CharField(_("who answers for it"), max_length=200, blank=True)
    due_on = models.DateField(_("due date"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.TextField(_("result"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["group", "due_on", "id"]
        verbose_name = _("task of a working group")
        verbose_name_plural = _("tasks of working groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result=""), name="group_task_done_has_its_result"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Curatorship(models.Model):
    """Who supports a cluster for an association, from a day to a day; one person at a time."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="curatorships", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, related_name="curatorships", verbose_name=_("cluster")
    )
    curator = models.ForeignKey(USER, models.PROTECT, related_name="curatorships", verbose_name=_("curator"))
    starts_on = models.DateField(_("supports from"))
    ends_on = models.DateField(_("supports until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LastingQuerySet.as_manager()

    class Meta:
        ordering = ["association", "cluster", "starts_on"]
        verbose_name = _("curator of a cluster")
        verbose_name_plural = _("curators of clusters")
        constraints = [
            _ends_after_start("curatorship"),
            models.UniqueConstraint(
                fields=["association", "cluster"], condition=Q(ends_on=None), name="curatorship_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.curator}: {self.cluster}"


class HelpRecord(AppendOnlyModel):
    """What the association did for a cluster, written once."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="help_records", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, related_name="help_records", verbose_name=_("cluster")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=HelpKind.choices)
    helped_on = models.DateField(_("day"))
    text = models.TextField(_("what was done"))
    author = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written"))

    objects = HelpRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-helped_on", "-id"]
        verbose_name = _("help to a cluster")
        verbose_name_plural = _("help to clusters")

    def __str__(self) -> str:
        return self.text


class SupportRequest(models.Model):
    """A cluster asks for an expert: who answers, what he said, how many hours it took, what came of it."""

    association = models.ForeignKey(
        Association, models.PROTECT, related_name="support_requests", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, related_name="support_requests", verbose_name=_("cluster")
    )
    text = models.TextField(_("what is asked for"))
    state = models.CharField(
        _("state"), max_length=10, choices=SupportState.choices, default=SupportState.ASKED
    )
    asked_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    expert = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="support_requests", verbose_name=_("expert")
    )
    answer = models.TextField(_("answer"), blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    outcome_text = models.TextField(_("what came of it"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("request for expert support")
        verbose_name_plural = _("requests for expert support")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", expert=None) | Q(state="cancelled") | Q(expert__isnull=False),
                name="support_with_an_expert_names_him",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "closed"]) | (~Q(answer="") & Q(hours__gte=0)),
                name="support_answered_has_answer_and_hours",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(outcome=""), name="support_closed_has_outcome"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("associations:support", args=[self.pk])


class PeerQuestion(models.Model):
    """A question of one cluster to another of the same industry, and its answer."""

    cluster = models.ForeignKey(
        Cluster, models.PROTECT, related_name="questions_asked", verbose_name=_("cluster that asks")
    )
    peer = models.ForeignKey(
        Cluster, models.PROTECT, related_name="questions_got", verbose_name=_("cluster that is asked")
    )
    text = models.TextField(pgettext_lazy("peer", "question"))
    asked_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PeerQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("question to a peer")
        verbose_name_plural = _("questions to peers")
        constraints = [
            models.CheckConstraint(condition=~Q(peer=F("cluster")), name="peer_question_to_another"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="peer_question_answered_has_its_words",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("associations:peer", args=[self.pk])
