"""Coordinators and their leaves as the API shows them."""

from rest_framework import serializers

from accounts.enums import COORDINATOR_POSITIONS, Position
from accounts.models import Leave, Membership
from common.api import StrictSerializer, TextField, WholeNumberField


class CoordinatorSerializer(serializers.ModelSerializer):
    """An appointment of a coordinator; `ends_on` is null while it goes on."""

    region = serializers.CharField(source="region_id", read_only=True, help_text="Code of the region.")
    person = serializers.CharField(source="user.get_full_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    position = serializers.ChoiceField(
        choices=[(value, Position(value).label) for value in COORDINATOR_POSITIONS], read_only=True
    )

    class Meta:
        model = Membership
        fields = [
            "id", "region", "person", "email", "position", "starts_on", "ends_on", "document", "document_on", "version",
        ]  # fmt: skip
        read_only_fields = fields


class LeaveSerializer(serializers.ModelSerializer):
    """Days on which a coordinator is away and another one of the region is in charge."""

    region = serializers.CharField(
        source="membership.region_id", read_only=True, help_text="Code of the region."
    )
    coordinator = serializers.IntegerField(
        source="membership_id", read_only=True, help_text="Id of the appointment of the one who is away."
    )
    stand_in = serializers.IntegerField(
        source="stand_in_id", read_only=True, help_text="Id of the appointment of the one who stands in."
    )

    class Meta:
        model = Leave
        fields = [
            "id", "region", "coordinator", "stand_in", "starts_on", "ends_on", "document", "recorded_at",
            "cancelled_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class LeaveBodySerializer(StrictSerializer):
    """A leave to be announced."""

    starts_on = serializers.DateField(help_text="First day.")
    ends_on = serializers.DateField(help_text="Last day.")
    stand_in = WholeNumberField(min_value=1, help_text="Id of the appointment of the one who stands in.")
    document = TextField(required=False, allow_blank=True, max_length=300, help_text="Order.")


class LeaveEndSerializer(StrictSerializer):
    """The version of the leave that was seen."""

    version = WholeNumberField(min_value=1)
