"""The rating on other sites: a frame and a badge. Always what the public sees, without session and cookies."""

from collections.abc import Callable, Iterable
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
from common.scope import PUBLIC
from rating.forms import EmbedForm
from rating.models import RegionScore, Slice
from rating.presentation.badge import badge_svg
from rating.presentation.design import design_fingerprint
from rating.presentation.rows import ABSENT
from rating.presentation.table import card_addresses, month_address
from rating.selectors.pages import SliceEntry, SliceIndex, TableRow, slice_index, table_rows

SVG = "image/svg+xml"
LANGUAGES = ("ru", "en")


def answered_to_all(request: HttpRequest, fingerprint: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The same answer for everybody, with its tag; 304 for whoever has it."""
    parts = (fingerprint, design_fingerprint(), request.get_full_path(), settings.RATING_EMBED_ANCESTORS)
    tag = f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=tag) or make()
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    return response


def _entry_of(index: SliceIndex, period: str, revision: int | None) -> SliceEntry:
    entry = index.find(period, revision) if period else index.latest()
    if entry is None:
        raise Missing(_("No month is published yet."))
    return entry


def language_of(request: HttpRequest) -> str:
    """The language of the address, Russian without one; raises InvalidInput for another."""
    asked = request.GET.get("lang") or settings.LANGUAGE_CODE
    if asked not in LANGUAGES:
        raise InvalidInput({"lang": _("lang: the languages are ru and en.")})
    return asked


@require_safe
@login_not_required
def embed(request: HttpRequest, period: str = "", revision: int | None = None) -> HttpResponseBase:
    """The compact table for a frame of another site; only the sites of RATING_EMBED_ANCESTORS may show it."""
    with translation.override(language_of(request)):
        index = slice_index(PUBLIC)
        entry = _entry_of(index, period, revision)
        response = answered_to_all(
            request, index.fingerprint(entry), lambda: _embedded(request, index, entry)
        )
    return framed(request, response)


def framed(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with leave for the named sites to frame it; without any it stays as every other page."""
    ancestors = list(settings.RATING_EMBED_ANCESTORS)
    if not ancestors:
        return response
    response.xframe_options_exempt = True
    return csp_replace({"frame-ancestors": ancestors})(lambda _request: response)(request)


def _embedded(request: HttpRequest, index: SliceIndex, entry: SliceEntry) -> HttpResponse:
    rows = table_rows(index, entry)
    form = EmbedForm(request.GET, (row.district for row in rows), [row.code for row in rows])
    address = card_addresses(entry)
    context = {
        "entry": entry,
        "period": entry.period,
        "slice": Slice.objects.visible_to(PUBLIC).select_related("methodology").get(pk=entry.id),
        "rows": [{"row": row, "url": address(row.code)} for row in _wanted(rows, form)],
        "month_url": month_address(entry),
    }
    return render(request, "rating/embed.html", context)


def _wanted(rows: Iterable[TableRow], form: EmbedForm) -> list[TableRow]:
    wanted = form.wanted()
    zone = "" if wanted["zone"] == ABSENT else wanted["zone"]
    return [
        row
        for row in rows
        if (not wanted["district"] or row.district == wanted["district"])
        and (not wanted["zone"] or row.zone == zone)
        and (not wanted["region"] or row.code in wanted["region"])
    ]


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

        return answered_to_all(request, index.fingerprint(entry), made)
