"""Questions about items, their answers and every wording of these."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.querysets import AnswerWordingQuerySet, ItemAnswerQuerySet, ItemQuestionQuerySet
from audit.append_only import AppendOnlyModel
from common import clock


class ItemAnswer(models.Model):
    """What the centre answers to one or several questions about an item; every wording is kept, the last one counts."""

    assignment = models.ForeignKey(
        "assignments.Assignment", models.PROTECT, related_name="answers", verbose_name=_("protocol item")
    )
    version = models.PositiveIntegerField(default=1)

    objects = ItemAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("answer about an item")
        verbose_name_plural = _("answers about items")

    def __str__(self) -> str:
        return gettext("answer about %(item)s") % {"item": self.assignment}


class AnswerWording(AppendOnlyModel):
    """One wording of an answer. Appended, never changed."""

    answer = models.ForeignKey(
        ItemAnswer, models.PROTECT, related_name="wordings", verbose_name=_("answer about an item")
    )
    text = models.TextField(_("text"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who answered")
    )
    written_at = models.DateTimeField(_("answered"))
    submission_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    objects = AnswerWordingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("wording of an answer")
        verbose_name_plural = _("wordings of answers")

    def __str__(self) -> str:
        return f"{clock.day_of(self.written_at):%d.%m.%Y}"


class ItemQuestion(models.Model):
    """What a coordinator wants to be clear about an item. All addressees of the item read it, without his name."""

    execution = models.ForeignKey(
        "assignments.Execution", models.PROTECT, related_name="questions", verbose_name=_("execution")
    )
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who asked")
    )
    asked_at = models.DateTimeField(_("asked"))
    answer = models.ForeignKey(
        ItemAnswer, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("answer")
    )
    submission_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    objects = ItemQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        verbose_name = _("question about an item")
        verbose_name_plural = _("questions about items")
        indexes = [
            models.Index(fields=["asked_at", "id"], name="question_list"),
            models.Index(fields=["asked_at"], condition=Q(answer=None), name="question_queue"),
        ]

    def __str__(self) -> str:
        return gettext("question of %(date)s") % {"date": f"{clock.day_of(self.asked_at):%d.%m.%Y}"}

    def get_absolute_url(self) -> str:
        return reverse("dashboard:question", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answer_id is None
