"""The ledger of letters in the API, for the centre alone: where each mail is, whether it was opened and confirmed."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PortalListView
from common.filtering import CodeFilter, FlagFilter, OneOfFilter
from notifications.enums import MailState
from rating.api.filters import MonthFilter
from rating.enums import LetterKind
from rating.models import RatingLetter
from rating.selectors.ledger import with_readings


class LetterFilter(filters.FilterSet):
    """By month, region, kind, state of the mail, and whether it was opened and confirmed."""

    period = MonthFilter("slice__period", "The month.")
    region = CodeFilter("region", "Code of the region.")
    kind = OneOfFilter("kind", "What the mail is to its recipient.", LetterKind.choices)
    state = OneOfFilter("mail__state", "State of the mail.", MailState.choices)
    opened = FlagFilter("opened_at", "Opened by its link, or not.", method="is_there")
    confirmed = FlagFilter("confirmed_at", "Receipt confirmed, or not.", method="is_there")

    def is_there(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(**{f"{name}__isnull": not value})


class LetterSerializer(serializers.ModelSerializer):
    """One mail about the rating of a month; without its text and without the link of the head."""

    period = serializers.CharField(source="slice.period", help_text="The month.")
    revision = serializers.IntegerField(source="slice.revision", help_text="The revision that it is about.")
    region = serializers.CharField(source="region_id", help_text="Code of the region.")
    recipient = serializers.EmailField(source="mail.recipient_email", help_text="The address.")
    state = serializers.ChoiceField(
        source="mail.state", choices=MailState.choices, help_text="State of the mail."
    )
    created_at = serializers.DateTimeField(source="mail.created_at", help_text="When it was queued.")
    accepted_at = serializers.DateTimeField(
        source="mail.accepted_at", allow_null=True, help_text="When a server took it."
    )
    delivered_at = serializers.DateTimeField(
        source="mail.delivered_at",
        allow_null=True,
        help_text="When a server said that it reached its address.",
    )
    message_id = serializers.CharField(
        source="mail.message_id", help_text="Its identifier in the logs of servers."
    )
    server_reply = serializers.CharField(source="mail.server_reply", help_text="What the server said last.")
    opened_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When the link of the head was first opened: not that anybody read it.",
    )
    openings = serializers.IntegerField(help_text="How often the link was opened.")
    confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="When the receipt of the revision was confirmed."
    )

    class Meta:
        model = RatingLetter
        fields = [
            "id", "period", "revision", "region", "kind", "outgoing_number", "outgoing_on", "recipient", "state",
            "created_at", "accepted_at", "delivered_at", "message_id", "server_reply", "opened_at", "openings",
            "confirmed_at",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema(tags=["rating"], summary="List the letters")
class LetterList(PortalListView):
    """The letters of the months to the heads of the regions and their copies, the newest first; for the centre."""

    serializer_class = LetterSerializer
    filterset_class = LetterFilter
    orderings = {"id": "id"}
    default_ordering = "-id"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not self.scope.is_centre:
            raise PermissionDenied(_("The ledger of letters is read by the centre."))
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[RatingLetter]:
        return with_readings(RatingLetter.objects.visible_to(self.scope).for_list())
