"""The rating on other sites: a frame and a badge. Always what the public sees, without session and cookies."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import InvalidInput, Missing
from common.http import LASTING_PUBLIC
from common.scope import PUBLIC
from rating.forms import LANGUAGES
from rating.models import RegionScore
from rating.presentation.badge import badge_svg
from rating.presentation.design import design_fingerprint
from rating.presentation.frame import frame_context
from rating.selectors.pages import SliceEntry, SliceIndex, slice_index
from rating.views.public import is_permanent, seconds_of, stamp

SVG = "image/svg+xml"


def answered_to_all(
    request: HttpRequest,
    fingerprint: str,
    make: Callable[[], HttpResponse],
    changed_at: datetime | None,
    *,
    lasting: bool = False,
) -> HttpResponse:
    """The same answer for everybody, with its tag; 304 for whoever has it. A `lasting` one is asked for once."""
    parts = (fingerprint, design_fingerprint(), request.get_full_path(), settings.RATING_EMBED_ANCESTORS)
    tag = f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'
    known = get_conditional_response(request, etag=tag, last_modified=seconds_of(changed_at))
    response = known or make()
    response["ETag"] = tag
    stamp(response, changed_at)
    response["Cache-Control"] = LASTING_PUBLIC if lasting else "public, no-cache"
    return response


def _entry_of(index: SliceIndex, period: str, revision: int | None) -> SliceEntry:
    entry = index.find(period, revision) if period else index.latest()
    if entry is None:
        raise Missing(_("No month is published yet."))
    return entry


def language_of(request: HttpRequest) -> str:
    """The language of the address, Russian without one; raises InvalidInput for another."""
    asked = request.GET.get("lang") or settings.LANGUAGE_CODE
    if asked not in dict(LANGUAGES):
        raise InvalidInput({"lang": _("lang: the languages are ru and en.")})
    return asked


@require_safe
@login_not_required
def embed(request: HttpRequest, period: str = "", revision: int | None = None) -> HttpResponseBase:
    """The compact table for a frame of another site; only the sites of RATING_EMBED_ANCESTORS may show it.

    Also that of a revision is asked for each time: it names style sheets, which a new version of the portal replaces.
    """
    with translation.override(language_of(request)):
        index = slice_index(PUBLIC)
        entry = _entry_of(index, period, revision)
        response = answered_to_all(
            request,
            index.fingerprint(entry),
            lambda: render(request, "rating/embed.html", frame_context(index, entry, request.GET)),
            entry.published_at,
        )
    return framed(request, response)


def framed(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with leave for the named sites to frame it; without any it stays as every other page."""
    ancestors = list(settings.RATING_EMBED_ANCESTORS)
    if not ancestors:
        return response
    response.xframe_options_exempt = True
    return csp_replace({"frame-ancestors": ancestors})(lambda _request: response)(request)


@require_safe
@login_not_required
def badge(request: HttpRequest, code: str, period: str = "", revision: int | None = None) -> HttpResponse:
    """The badge of a region: of the newest month, of a month in force, or of one revision for ever."""
    with translation.override(language_of(request)):
        index = slice_index(PUBLIC)
        entry = _entry_of(index, period, revision)
        scores = RegionScore.objects.visible_to(PUBLIC).select_related("region")
        row = scores.filter(slice=entry.id, region=code).first()
        if row is None:
            raise Missing(_("There is no such region in the rating."))

        def made() -> HttpResponse:
            return HttpResponse(badge_svg(row, entry.period), content_type=SVG)

        lasting = is_permanent(request)
        return answered_to_all(request, index.fingerprint(entry), made, entry.published_at, lasting=lasting)
