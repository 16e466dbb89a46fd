"""Regions as the API shows them."""

from rest_framework import serializers

from regions.models import FederalDistrict, Region


class DistrictSerializer(serializers.ModelSerializer):
    """A federal district."""

    class Meta:
        model = FederalDistrict
        fields = ["code", "name_ru", "name_en", "short_ru"]
        read_only_fields = fields


class RegionSerializer(serializers.ModelSerializer):
    """A region; `code` is its key everywhere, also in the audit file."""

    district = DistrictSerializer(read_only=True)

    class Meta:
        model = Region
        fields = [
            "code", "iso", "name_ru", "name_en", "brief_ru", "brief_en", "short_ru", "genitive_ru", "district",
            "timezone", "tile_column", "tile_row",
        ]  # fmt: skip
        read_only_fields = fields
