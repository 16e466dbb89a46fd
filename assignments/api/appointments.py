"""Appointment campaigns in the API: the list, the tracker of one, reminding the silent."""

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AppointmentCampaign
from accounts.policies import can_appoint
from accounts.selectors.appointments import campaign_fetch
from accounts.services.appointments import campaign_remind
from assignments.selectors.appointments import AskState, tracker
from common.api import PortalDetailView, PortalListView, StrictSerializer, TextField

MOST_REGIONS = 200


class CampaignSerializer(serializers.ModelSerializer):
    """A campaign with the number of its regions, of those that answered and of the silent ones."""

    regions = serializers.IntegerField(read_only=True)
    answered = serializers.IntegerField(read_only=True)
    silent = serializers.IntegerField(read_only=True, help_text="Asked, and not answered.")

    class Meta:
        model = AppointmentCampaign
        fields = [
            "id", "title", "status", "outgoing_number", "outgoing_on", "answer_by", "sent_at", "closed_at", "outcome",
            "version", "regions", "answered", "silent",
        ]  # fmt: skip
        read_only_fields = fields


class AskSerializer(serializers.Serializer):
    """One region of a campaign."""

    region = serializers.CharField(source="ask.region_id", help_text="Code of the region.")
    state = serializers.ChoiceField(choices=AskState.choices)
    asked_at = serializers.DateTimeField(source="ask.asked_at", allow_null=True)
    reminded_at = serializers.DateTimeField(source="ask.reminded_at", allow_null=True)
    reminders = serializers.IntegerField(source="ask.reminders")
    answered_at = serializers.DateTimeField(source="ask.answered_at", allow_null=True)
    coordinator = serializers.IntegerField(
        source="ask.membership_id", allow_null=True, help_text="Id of the appointment that was named."
    )
    in_charge_today = serializers.ListField(
        child=serializers.CharField(), source="names_today", help_text="Short names; empty for nobody."
    )  # fmt: skip
    execution = serializers.IntegerField(
        source="execution_id", allow_null=True, help_text="Execution of the item that repeats the letter."
    )


class TrackerSerializer(serializers.Serializer):
    """A campaign with all its regions."""

    campaign = serializers.IntegerField(source="campaign.pk")
    item = serializers.IntegerField(source="item_id", allow_null=True, help_text="Item of a protocol.")
    regions = AskSerializer(source="rows", many=True)


class RemindSerializer(StrictSerializer):
    """The regions to remind; without them, all that are silent."""

    regions = serializers.ListField(
        child=TextField(max_length=16), required=False, allow_empty=False, max_length=MOST_REGIONS
    )


class SentSerializer(serializers.Serializer):
    """What a sending did."""

    regions = serializers.IntegerField(help_text="Regions written to.")
    mails = serializers.IntegerField(help_text="Mails queued.")
    unreached = serializers.IntegerField(help_text="Regions with nobody to write to.")


@extend_schema(tags=["appointments"], summary="List the appointment campaigns")
class CampaignList(PortalListView):
    """The campaigns that asked the authorities to name their coordinators; for the centre alone."""

    serializer_class = CampaignSerializer
    orderings = {"id": "pk", "created_at": "created_at"}
    default_ordering = "-created_at"

    def get_queryset(self) -> QuerySet[AppointmentCampaign]:
        silent = Q(asks__asked_at__isnull=False, asks__answered_at=None)
        return AppointmentCampaign.objects.visible_to(self.scope).annotate(
            regions=Count("asks"), answered=Count("asks__answered_at"), silent=Count("asks", filter=silent)
        )


@extend_schema(tags=["appointments"], summary="Show the tracker of a campaign")
class CampaignTracker(PortalDetailView):
    """Every region of a campaign: asked, reminded, answered, and who is in charge today."""

    serializer_class = TrackerSerializer

    def get(self, request: Request, pk: int) -> Response:
        found = tracker(self.scope, campaign_fetch(self.scope, pk))
        return Response(self.get_serializer(found).data)


class RemindRegions(PortalDetailView):
    """Writes once more to the silent regions; each is reminded once a day at most."""

    serializer_class = SentSerializer
    operation_id = "appointments_remind"

    @extend_schema(
        tags=["appointments"],
        summary="Remind the silent regions",
        request=RemindSerializer,
        responses={200: SentSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        campaign_fetch(self.scope, pk)
        if not can_appoint(self.scope):
            raise PermissionDenied
        body = RemindSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = campaign_remind(actor=self.scope, campaign_id=pk, codes=body.validated_data.get("regions"))
        return Response(SentSerializer(sent).data)
