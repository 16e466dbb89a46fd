"""Who is invited, what the regions answer, who attended."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import AttendanceAnswer, MarkWay
from meetings.models.meetings import Meeting
from meetings.querysets import ClusterAttendanceQuerySet, InvitationQuerySet


class Attendance(models.Model):
    """The answer before a meeting and the mark at it: of a coordinator, or of one of his clusters.

    Without a mark nobody knows; `attendee` is who was there, as the protocol names him.
    """

    answer = models.CharField(_("answer"), max_length=12, choices=AttendanceAnswer.choices, blank=True)
    answer_reason = models.TextField(_("reason"), blank=True)
    substitute_name = models.CharField(_("name and post of the substitute"), max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who answered"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    present = models.BooleanField(_("attended"), null=True, blank=True)
    attendee = models.CharField(_("who attended"), max_length=300, blank=True)
    marked_way = models.CharField(_("how it was marked"), max_length=10, choices=MarkWay.choices, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who marked"),
    )  # fmt: skip
    marked_at = models.DateTimeField(_("marked"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_excused(self) -> bool:
        return self.answer == AttendanceAnswer.EXCUSED


def attendance_constraints(prefix: str) -> list[models.CheckConstraint]:
    """An answer has its instant, its reason, its substitute; a mark has its instant and its way."""
    return [
        models.CheckConstraint(
            condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
            name=f"{prefix}_answered_has_instant",
        ),
        models.CheckConstraint(
            condition=~Q(answer="excused", answer_reason=""), name=f"{prefix}_excused_has_reason"
        ),
        models.CheckConstraint(
            condition=Q(answer="substitute") & ~Q(substitute_name="")
            | ~Q(answer="substitute") & Q(substitute_name=""),
            name=f"{prefix}_substitute_has_name",
        ),
        models.CheckConstraint(
            condition=Q(present=None, marked_at=None, marked_way="")
            | Q(present__isnull=False, marked_at__isnull=False) & ~Q(marked_way=""),
            name=f"{prefix}_marked_has_instant",
        ),
    ]


class Invitation(Attendance):
    """A region at a meeting: its coordinators are invited, answer for it, and check in.

    `turn` is a part of the links of the mails and of the personal codes (`meetings.keys`): the next one takes all of
    them back. `code_tries` counts wrong codes of the turn.
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="invitations", verbose_name=_("meeting")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="invitations", verbose_name=_("region")
    )
    invited_at = models.DateTimeField(_("invited at"))
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "region"]
        verbose_name = _("invitation to a meeting")
        verbose_name_plural = _("invitations to meetings")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "region"], name="invitation_one_per_region"),
            *attendance_constraints("invitation"),
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.meeting}"


class ClusterAttendance(Attendance):
    """A cluster that a region must bring: frozen at the opening of the meeting, in the region of that day."""

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="clusters", verbose_name=_("invitation to a meeting")
    )
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, related_name="attendances", verbose_name=_("cluster")
    )

    objects = ClusterAttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["invitation", "cluster"]
        verbose_name = _("cluster at a meeting")
        verbose_name_plural = _("clusters at meetings")
        constraints = [
            models.UniqueConstraint(fields=["invitation", "cluster"], name="attendance_one_per_cluster"),
            *attendance_constraints("attendance"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}, {self.invitation.meeting}"
