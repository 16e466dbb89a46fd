"""Kinds of clusters, organisations and processes."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClusterKind(TextChoices):
    OPC = "opc", _("education and production cluster")
    EDUCATIONAL = "educational", _("educational cluster")


KIND_SHORT = {ClusterKind.OPC: _("OPC"), ClusterKind.EDUCATIONAL: _("educational")}
"""Kinds in the cells of tables; their full names stand on the page of a cluster."""


class OrganisationKind(TextChoices):
    COLLEGE = "college", _("college")
    EMPLOYER = "employer", _("employer")


class Wave(TextChoices):
    """Which associations were founded together: the eight of 2023, the sixteen of January–March 2024."""

    FIRST = "first", pgettext_lazy("wave of associations", "first eight")
    NEXT = "next", pgettext_lazy("wave of associations", "next sixteen")


class ProcessKind(TextChoices):
    CROSS_CUTTING = "cross_cutting", _("cross-cutting process")
    FIRST_YEAR = "first_year", _("first-year step")
