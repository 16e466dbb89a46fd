"""Slices as the API shows them. The result objects describe what the selectors build (format of the audit file)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rating.enums import CellStatus, LossReason, RegionStatus, Signal, Zone
from rating.formula import hundredths_to_str
from rating.models import Slice, SlicePreview

DECIMAL = {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,3}\.[0-9]{2}$", "example": "91.25"}


@extend_schema_field(DECIMAL)
class DecimalTextField(serializers.CharField):
    """A number of points as text with two places."""


@extend_schema_field(DECIMAL)
class HundredthsField(serializers.Field):
    """Hundredths as text with two places."""

    def to_representation(self, value: int) -> str:
        return hundredths_to_str(value)


def decimal_text(about: str = "", **options: Any) -> DecimalTextField:
    """A field of a result object that is a decimal."""
    return DecimalTextField(help_text=about, **options)


class PreviewSerializer(serializers.ModelSerializer):
    """The preview of a draft for the coordinators."""

    class Meta:
        model = SlicePreview
        fields = ["opened_at", "publishes_at"]
        read_only_fields = fields


NUMBERS = ("ranked_regions", "executions", "weight_sum", "points_sum", "score")
"""What a coordinator does not learn of a month in preview."""


class SliceSerializer(serializers.ModelSerializer):
    """One revision of a month: what it is, not its numbers by region.

    Coordinators see a draft in preview without its numbers.
    """

    params_version = serializers.CharField(
        source="methodology.version", help_text="Version of the methodology."
    )
    score = HundredthsField(
        read_only=True, allow_null=True, help_text="National score; null when nothing was due anywhere."
    )

    ranked_regions = serializers.IntegerField(read_only=True, allow_null=True)
    preview = PreviewSerializer(
        read_only=True, allow_null=True, help_text="For the centre and the coordinators; null without one."
    )

    class Meta:
        model = Slice
        fields = [
            "period", "revision", "status", "as_of", "corrections_as_of", "params_version", "input_sha256",
            "ranked_regions", "executions", "weight_sum", "points_sum", "score", "reason", "created_at",
            "published_at", "preview",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Slice) -> dict[str, Any]:
        scope = self.context["scope"]
        found: dict[str, Any] = super().to_representation(instance)
        found.setdefault("preview", None)
        if instance.is_draft and not scope.is_centre:
            found |= dict.fromkeys(NUMBERS)
        if not (scope.is_centre or scope.coordinated):
            found["preview"] = None
        return found


class PoolSerializer(serializers.Serializer):
    """Sums of a set of executions."""

    executions = serializers.IntegerField()
    weight_sum = serializers.IntegerField()
    points_sum = serializers.IntegerField(help_text="Sum of weight × points.")
    score = decimal_text("points_sum ÷ weight_sum.")


class IntervalField(serializers.ListField):
    """Lower and upper end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=decimal_text(), min_length=2, max_length=2, **options)


class RankIntervalField(serializers.ListField):
    """Best and worst place that chance cannot tell from this one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.IntegerField(), min_length=2, max_length=2, **options)


class CountsSerializer(serializers.Serializer):
    """Executions in scope; on_time + late + not_executed is their number."""

    on_time = serializers.IntegerField()
    late = serializers.IntegerField()
    not_executed = serializers.IntegerField()
    in_review = serializers.IntegerField()
    returned = serializers.IntegerField()
    extended = serializers.IntegerField()
    carried_over = serializers.IntegerField()


class PreviousSerializer(serializers.Serializer):
    """The month before and the movement since."""

    score = decimal_text()
    rank = serializers.IntegerField(allow_null=True)
    delta = decimal_text("Change of the score.")
    rank_delta = serializers.IntegerField(allow_null=True, help_text="Above zero: moved up.")
    distinguishable = serializers.BooleanField(help_text="The change is more than chance.")


class WindowSerializer(serializers.Serializer):
    """A longer window, each obligation once."""

    n = serializers.IntegerField()
    score = decimal_text()
    interval = IntervalField()


WindowsSerializer = type(
    "WindowsSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "Longer windows of a region; null where nothing was in scope.",
        **{name: WindowSerializer(allow_null=True) for name in ("3m", "12m", "ytd")},
    },
)


class LossSerializer(serializers.Serializer):
    """Points lost by one execution."""

    execution = serializers.CharField(help_text="Code of the execution.")
    cluster = serializers.CharField(help_text="Code of the cluster.")
    item = serializers.CharField(help_text="Code of the protocol item.")
    weight = serializers.IntegerField()
    points = serializers.IntegerField()
    status = serializers.ChoiceField(choices=CellStatus.choices)
    due = serializers.DateField()
    completed = serializers.DateField(allow_null=True)
    days_late = serializers.IntegerField()
    returns = serializers.IntegerField()
    carried_over = serializers.BooleanField()
    in_review = serializers.BooleanField()
    lost = decimal_text()
    lost_by_reason = serializers.DictField(
        child=decimal_text(), help_text=f"By reason: {', '.join(LossReason.values)}."
    )
    lost_weighted_points = serializers.IntegerField()


class GainSerializer(serializers.Serializer):
    """What handing in one open execution would give."""

    cluster = serializers.CharField()
    item = serializers.CharField()
    gain_weighted_points = serializers.IntegerField()
    score_if_alone = decimal_text()
    rank_if_alone = serializers.IntegerField(allow_null=True)
    score_cumulative = decimal_text("Together with all before it.")
    rank_cumulative = serializers.IntegerField(allow_null=True)


class RegionResultSerializer(serializers.Serializer):
    """A region in a slice. A missing key means the same as null.

    A region with nothing due has only region, status and executions (0). Windows, losses, lost_* and what_if are
    there for the region itself and for the centre.
    """

    region = serializers.CharField(help_text="Code of the region.")
    status = serializers.ChoiceField(choices=RegionStatus.choices)
    executions = serializers.IntegerField()
    clusters = serializers.IntegerField(required=False)
    weight_sum = serializers.IntegerField(required=False)
    points_sum = serializers.IntegerField(required=False)
    score = decimal_text(required=False)
    rank = serializers.IntegerField(required=False, allow_null=True)
    rank_interval = RankIntervalField(required=False, allow_null=True)
    zone = serializers.ChoiceField(choices=Zone.choices, required=False)
    zone_certain = serializers.BooleanField(required=False)
    interval = IntervalField(required=False)
    signal = serializers.ChoiceField(choices=Signal.choices, required=False)
    counts = CountsSerializer(required=False)
    previous = PreviousSerializer(required=False, allow_null=True)
    windows = WindowsSerializer(required=False)
    losses = LossSerializer(many=True, required=False)
    lost_by_cluster = serializers.DictField(child=decimal_text(), required=False)
    lost_by_reason = serializers.DictField(child=decimal_text(), required=False)
    lost_total = decimal_text(required=False)
    what_if = GainSerializer(many=True, required=False)


class SliceResultSerializer(serializers.Serializer):
    """A slice with its regions in the published order: by place, unranked last."""

    period = serializers.CharField()
    as_of = serializers.DateTimeField()
    corrections_as_of = serializers.DateTimeField(allow_null=True)
    params_version = serializers.CharField()
    input_sha256 = serializers.CharField()
    ranked_regions = serializers.IntegerField()
    national = PoolSerializer(allow_null=True)
    regions = RegionResultSerializer(many=True)


class RevisionQuery(serializers.Serializer):
    """Which revision of the month."""

    revision = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=32767,
        help_text="Without it the published one, for the centre else the newest draft.",
    )
