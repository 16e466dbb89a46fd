"""Regional supervisory boards (РНС): composition by dates, sessions, decisions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cyclogram.enums import BoardRole, BoardSide
from cyclogram.querysets import (
    BoardDecisionQuerySet,
    BoardMemberQuerySet,
    BoardSessionQuerySet,
    SupervisoryBoardQuerySet,
)


class SupervisoryBoard(models.Model):
    """The board of a region and the act that created it."""

    region = models.OneToOneField(
        "regions.Region", models.PROTECT, related_name="supervisory_board", verbose_name=_("region")
    )
    name = models.CharField(_("name"), max_length=300)
    founded_on = models.DateField(_("created on"), null=True, blank=True)
    founded_by = models.CharField(_("act that created it"), max_length=300, blank=True)
    act = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("text of the act"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = SupervisoryBoardQuerySet.as_manager()

    class Meta:
        ordering = ["region"]
        verbose_name = _("regional supervisory board")
        verbose_name_plural = _("regional supervisory boards")

    def __str__(self) -> str:
        return self.name


class BoardMember(models.Model):
    """A person in the board, from a day to a day."""

    board = models.ForeignKey(
        SupervisoryBoard, models.PROTECT, related_name="members",
        verbose_name=_("regional supervisory board"),
    )  # fmt: skip
    name = models.CharField(_("name of the member"), max_length=200)
    post = models.CharField(_("post"), max_length=300, blank=True)
    role = models.CharField(
        _("role in the board"), max_length=10, choices=BoardRole.choices, default=BoardRole.MEMBER
    )
    side = models.CharField(
        _("whom he represents"), max_length=10, choices=BoardSide.choices, default=BoardSide.OTHER
    )
    starts_on = models.DateField(_("member from"))
    ends_on = models.DateField(_("member until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BoardMemberQuerySet.as_manager()

    class Meta:
        ordering = ["board", "name", "starts_on"]
        verbose_name = _("member of a supervisory board")
        verbose_name_plural = _("members of supervisory boards")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="board_member_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["board"], condition=Q(role="chair", ends_on=None), name="board_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardSession(models.Model):
    """A session of the board: day, what it was about, the number and the file of its protocol."""

    board = models.ForeignKey(
        SupervisoryBoard, models.PROTECT, related_name="sessions",
        verbose_name=_("regional supervisory board"),
    )  # fmt: skip
    held_on = models.DateField(pgettext_lazy("session", "held on"))
    subject = models.CharField(pgettext_lazy("session", "what it was about"), max_length=500)
    protocol_number = models.CharField(_("number of the protocol"), max_length=40, blank=True)
    protocol = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("file of the protocol"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = BoardSessionQuerySet.as_manager()

    class Meta:
        ordering = ["board", "-held_on", "-id"]
        verbose_name = _("session of a supervisory board")
        verbose_name_plural = _("sessions of supervisory boards")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "held_on", "protocol_number"], name="board_session_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("session of %(date)s") % {"date": f"{self.held_on:%d.%m.%Y}"}


class BoardDecision(models.Model):
    """A decision of a session; with a term it is watched until it is carried out."""

    session = models.ForeignKey(
        BoardSession, models.CASCADE, related_name="decisions",
        verbose_name=_("session of a supervisory board"),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.TextField(pgettext_lazy("decision", "words of the decision"))
    responsible = models.CharField(_("who answers for it"), max_length=300, blank=True)
    due_on = models.DateField(_("due date"), null=True, blank=True)
    done_on = models.DateField(_("carried out on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BoardDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["session", "position", "id"]
        verbose_name = _("decision of a supervisory board")
        verbose_name_plural = _("decisions of supervisory boards")

    def __str__(self) -> str:
        return self.text
