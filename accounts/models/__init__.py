"""People, their dated memberships, and the tokens of auditors."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import ASSOCIATION_POSITIONS, COORDINATOR_POSITIONS, Position
from accounts.models.appointments import AppointmentAsk, AppointmentCampaign, AppointmentLetter
from accounts.models.duty import Handover, Leave
from accounts.querysets import AuditTokenQuerySet, MembershipQuerySet, UserQuerySet
from common import clock
from common.names import name_key
from common.scope import CENTRE_ROLES, MEMBERSHIP_ROLES, Role

__all__ = [
    "AppointmentAsk",
    "AppointmentCampaign",
    "AppointmentLetter",
    "AuditToken",
    "Handover",
    "Leave",
    "Membership",
    "User",
]


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates users with normalised addresses."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    last_name = models.CharField(_("last name"), max_length=100)
    first_name = models.CharField(_("first name"), max_length=100)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="ru")
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    name_key = models.CharField(max_length=320, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["last_name", "first_name"]

    class Meta:
        ordering = ["name_key"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        self.name_key = name_key(self.get_full_name())
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password; one that was kept by an older rule is kept by the newest from now on.

        The person changed nothing then, so the trail is not told: `update()` is invisible to it.
        """

        def keep_anew(raw: str) -> None:
            self.password = make_password(raw)
            type(self).objects.filter(pk=self.pk).update(password=self.password)

        return check_password(raw_password, self.password, keep_anew)

    def get_full_name(self) -> str:
        return f"{self.last_name} {self.first_name} {self.patronymic}".strip()

    def get_short_name(self) -> str:
        """«Петрова А. С.»"""
        initials = " ".join(f"{part[0]}." for part in (self.first_name, self.patronymic) if part)
        return f"{self.last_name} {initials}".strip()


class Membership(models.Model):
    """A role of a person, for a region or an association where the role needs one, from a day until a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(
        _("role"), max_length=20, choices=[choice for choice in Role.choices if choice[0] in MEMBERSHIP_ROLES]
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("region"),
    )
    association = models.ForeignKey(
        "clusters.Association", models.PROTECT, null=True, blank=True, related_name="memberships",
        verbose_name=_("association"),
    )  # fmt: skip
    position = models.CharField(_("position"), max_length=20, choices=Position.choices, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    document = models.CharField(_("order or letter of appointment"), max_length=300, blank=True)
    document_on = models.DateField(_("date of the order"), null=True, blank=True)
    document_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("file of the order"),
    )  # fmt: skip
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    version = models.PositiveIntegerField(default=1)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "-starts_on"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role__in=sorted(CENTRE_ROLES), region=None, association=None, position="")
                    | Q(role=Role.COORDINATOR, region__isnull=False, association=None)
                    & Q(position__in=COORDINATOR_POSITIONS)
                    | Q(role=Role.MINISTER, region__isnull=False, association=None, position="")
                    | Q(role=Role.ASSOCIATION, region=None, association__isnull=False)
                    & Q(position__in=ASSOCIATION_POSITIONS)
                ),
                name="membership_place_fits_role",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ends_on=None, region=None, association=None),
                name="membership_open_once_centre",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(ends_on=None, region__isnull=False),
                name="membership_open_once_region",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "association"],
                condition=Q(ends_on=None, association__isnull=False),
                name="membership_open_once_association",
            ),
        ]

    def __str__(self) -> str:
        place = self.region or self.association
        return f"{self.user}, {self.get_role_display()}" + (f", {place}" if place else "")

    @property
    def words(self) -> str:
        """The role as lists write it: of an association the position, else the role with a position in brackets."""
        if self.role == Role.ASSOCIATION:
            is_chair = self.position == Position.CHAIR
            return gettext("chair of an association") if is_chair else gettext("curator of an association")
        role = str(self.get_role_display())
        return f"{role} ({self.get_position_display()})" if self.position else role

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < clock.today()

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > clock.today()


class AuditToken(models.Model):
    """A key that lets an auditor download audit files of published slices, and nothing else."""

    holder = models.CharField(_("holder"), max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = AuditTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("audit token")
        verbose_name_plural = _("audit tokens")

    def __str__(self) -> str:
        return self.holder

    @property
    def is_working(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.now()
