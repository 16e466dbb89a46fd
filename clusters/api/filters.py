"""Filters of the clusters."""

from django.db.models import Exists, OuterRef, QuerySet
from django_filters import rest_framework as filters

from clusters.enums import ClusterKind
from clusters.models import AssociationMember
from common import clock
from common.filtering import CodeFilter, FlagFilter, NumberFilter, OneOfFilter


class ClusterFilter(filters.FilterSet):
    """By place, kind, cohort, industry, association and whether the cluster is still in the project."""

    region = CodeFilter("region", "Code of the region.")
    kind = OneOfFilter("kind", "Kind of the cluster.", ClusterKind.choices)
    cohort_year = NumberFilter("cohort_year", "Year of the cohort.", most=9999)
    industry = CodeFilter("industry", "Key of the industry.")
    association = CodeFilter(
        "associations", "Key of an association that the cluster belongs to today.", method="of_association"
    )
    active = FlagFilter("closed_on", "Still in the project.", lookup_expr="isnull")

    def of_association(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        members = AssociationMember.objects.in_force(clock.today()).filter(association__slug=value)
        return rows.filter(Exists(members.filter(cluster=OuterRef("pk"))))
