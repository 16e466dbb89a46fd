"""Kinds of clusters, organisations and processes."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClusterKind(TextChoices):
    OPC = "opc", _("education and production cluster")
    EDUCATIONAL = "educational", _("educational cluster")


class OrganisationKind(TextChoices):
    COLLEGE = "college", _("college")
    EMPLOYER = "employer", _("employer")


class ProcessKind(TextChoices):
    CROSS_CUTTING = "cross_cutting", _("cross-cutting process")
    FIRST_YEAR = "first_year", _("first-year step")
