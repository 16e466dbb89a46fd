"""Notices as the API shows them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api import StrictSerializer
from notifications.models import Notice
from notifications.notices import known_kinds, words_of_notice


class NoticeSerializer(serializers.ModelSerializer):
    """One notice of the person who asks."""

    text = serializers.SerializerMethodField(help_text="The sentence, in the language of the request.")
    link = serializers.CharField(read_only=True, help_text="Path of the page where it leads.")

    class Meta:
        model = Notice
        fields = ["id", "kind", "text", "link", "created_at", "read_at"]
        read_only_fields = fields
        extra_kwargs = {"kind": {"help_text": f"One of {', '.join(known_kinds())}; more may come."}}

    @extend_schema_field(str)
    def get_text(self, notice: Notice) -> str:
        return words_of_notice(notice.kind, notice.data)


class NothingSerializer(StrictSerializer):
    """A body without fields: an empty one, or an empty object."""
