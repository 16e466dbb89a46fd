"""Clusters as the API shows them."""

from typing import Any

from rest_framework import serializers

from clusters.enums import ClusterKind
from clusters.models import Cluster


class UnknownChoiceField(serializers.ChoiceField):
    """A choice that may be unknown: null instead of an empty text."""

    def to_representation(self, value: Any) -> Any:
        return value or None


class SourceField(serializers.URLField):
    """An address that may be unknown: null instead of an empty text."""

    def to_representation(self, value: Any) -> Any:
        return value or None


class ClusterSerializer(serializers.ModelSerializer):
    """A cluster; `code` is permanent. What nobody knows yet is null."""

    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    display_name = serializers.CharField(
        help_text="Own name, else base college, else industry and anchor employer, else the code."
    )
    kind = UnknownChoiceField(choices=ClusterKind.choices, allow_null=True)
    industry = serializers.CharField(source="industry_id", allow_null=True, help_text="Key of the industry.")
    base_college = serializers.CharField(source="base_college.name", default=None, allow_null=True)
    anchor_employer = serializers.CharField(source="anchor_employer.name", default=None, allow_null=True)
    network_colleges: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "name", many=True, read_only=True
    )
    employers: serializers.SlugRelatedField = serializers.SlugRelatedField("name", many=True, read_only=True)

    source_url = SourceField(allow_null=True, help_text="Where the facts come from.")

    class Meta:
        model = Cluster
        fields = [
            "code", "region", "name", "display_name", "kind", "cohort_year", "industry", "base_college",
            "anchor_employer", "network_colleges", "employers", "source_url", "closed_on",
        ]  # fmt: skip
        read_only_fields = fields
