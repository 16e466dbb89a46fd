"""The rating in the API: revisions of months, their results, one region of one, the frozen inputs.

While the rating is public nobody needs to sign in. Losses, longer windows and what-if are for the region itself and
for the centre; who gets the audit file is the rule of its queryset.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import (
    AuditTokenAuthentication,
    PortalSessionAuthentication,
    ScopedTokenAuthentication,
)
from common.api import FileNegotiation, PortalListView, PortalView, tagged
from common.errors import Missing
from rating.api.filters import PATTERN, SliceFilter
from rating.api.serializers import (
    RegionResultSerializer,
    RevisionQuery,
    SliceResultSerializer,
    SliceSerializer,
)
from rating.enums import SliceStatus
from rating.models import AuditFile, Slice
from rating.presentation.design import design_fingerprint
from rating.selectors import audit_json, checked_period, region_result, slice_for, slice_result

NOT_MODIFIED = OpenApiResponse(description="The reader has these very bytes (If-None-Match).")

MONTH_PARAMETER = OpenApiParameter(
    "period", str, OpenApiParameter.PATH, description="The month, YYYY-MM.", pattern=PATTERN
)
REGION_PARAMETER = OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the region.")


class RatingIsOpen(IsAuthenticated):
    """Everybody while the rating is public, else people who have signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return settings.RATING_IS_PUBLIC or super().has_permission(request, view)


class AuditFileIsOpen(IsAuthenticated):
    """Everybody by a setting, else people who have signed in and holders of an audit token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return settings.AUDIT_FILE_IS_PUBLIC or super().has_permission(request, view)


@extend_schema(tags=["rating"], summary="List the slices")
class SliceList(PortalListView):
    """Revisions of months, the newest month first; drafts for the centre, in preview for the coordinators too."""

    permission_classes = [RatingIsOpen]
    is_open = True
    serializer_class = SliceSerializer
    filterset_class = SliceFilter
    orderings = {"period": "period"}
    default_ordering = "-period"

    def get_queryset(self) -> QuerySet[Slice]:
        scope = self.scope
        is_region = bool(scope.coordinated) and not scope.is_centre
        rows = Slice.objects.objectable_by(scope) if is_region else Slice.objects.visible_to(scope)
        return rows.select_related("methodology", "preview")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "scope": self.scope}


class RevisionView(PortalView):
    """A view of one revision of a month."""

    query_parameters = ("revision",)

    def revision(self) -> int | None:
        """The revision that the address asks for; raises a validation error for what is no number."""
        query = RevisionQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        number: int | None = query.validated_data.get("revision")
        return number


class ResultView(RevisionView):
    """The stored result of a revision, or of one region in it."""

    permission_classes = [RatingIsOpen]
    is_open = True

    def answer(self, period: str, make: Callable[[Slice], Any], *parts: str) -> HttpResponseBase:
        """The result with its tag; `parts` tells apart what has different bytes in one slice."""
        revision = self.revision()
        slice_ = slice_for(self.scope, checked_period(period), revision)
        readable = "all" if self.scope.is_centre else sorted(self.scope.regions)
        known = (slice_.pk, slice_.input_sha256, readable, design_fingerprint(), *parts)
        tag = "" if slice_.is_draft else sha256(repr(known).encode()).hexdigest()[:32]
        response = tagged(
            self.request,
            tag,
            lambda: Response(make(slice_)),
            slice_.published_at,
            lasting=revision is not None,
        )
        response["Content-Location"] = f"{self.request.path}?revision={slice_.revision}"
        return response


@extend_schema(tags=["rating"], summary="Show a slice", parameters=[RevisionQuery, MONTH_PARAMETER])
class SliceResult(ResultView):
    """The result of a month in the format of the audit file, from the stored rows."""

    @extend_schema(responses={200: SliceResultSerializer, 304: NOT_MODIFIED})
    def get(self, request: Request, period: str) -> HttpResponseBase:
        return self.answer(period, lambda slice_: slice_result(slice_, self.scope))


@extend_schema(
    tags=["rating"],
    summary="Show a region of a slice",
    parameters=[RevisionQuery, MONTH_PARAMETER, REGION_PARAMETER],
)
class RegionResult(ResultView):
    """One region of the result of a month."""

    @extend_schema(responses={200: RegionResultSerializer, 304: NOT_MODIFIED})
    def get(self, request: Request, period: str, code: str) -> HttpResponseBase:
        return self.answer(period, lambda slice_: region_result(slice_, code, self.scope), code)


@extend_schema(
    tags=["rating"],
    summary="Download the audit file",
    parameters=[RevisionQuery, MONTH_PARAMETER],
)
class SliceAudit(RevisionView):
    """The frozen inputs of a slice, byte for byte: everything needed to recompute it."""

    operation_id = "rating_slices_audit_retrieve"
    permission_classes = [AuditFileIsOpen]
    authentication_classes = [
        ScopedTokenAuthentication,
        AuditTokenAuthentication,
        PortalSessionAuthentication,
    ]
    content_negotiation_class = FileNegotiation
    is_open = True

    @extend_schema(
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, "The audit file."), 304: NOT_MODIFIED}
    )
    def get(self, request: Request, period: str) -> HttpResponseBase:
        frozen = self._frozen(checked_period(period))
        slice_ = frozen.slice

        def download() -> HttpResponse:
            name = f"audit-{slice_.period}-r{slice_.revision}.json"
            disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(audit_json(frozen), content_type="application/json", headers=disposition)

        tag = "" if slice_.is_draft else f"{slice_.pk}-{slice_.input_sha256}"
        return tagged(request, tag, download, slice_.published_at, lasting=self.revision() is not None)

    def _frozen(self, period: str) -> AuditFile:
        """The file of the revision asked for, without one of the published, else of the newest draft."""
        files = AuditFile.objects.visible_to(self.scope).filter(slice__period=period)
        number = self.revision()
        if number is not None:
            files = files.filter(slice__revision=number)
        found = list(files.select_related("slice").defer("payload").order_by("-slice__revision"))
        if not found:
            raise Missing(_("There is no such audit file, or it is not open to you."))
        return next((file for file in found if file.slice.status == SliceStatus.PUBLISHED), found[0])
