"""The preview of a month: the methodologist opens it, each coordinator reads his region in it."""

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import step_up_required
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.formatting import date_time, month_name
from common.forms import add_refusal
from common.scope import scope_of
from rating import policies
from rating.models import Slice
from rating.objection_forms import PreviewForm
from rating.selectors.objections import earliest_publication, entry_of, has_read, open_preview
from rating.selectors.pages import slice_index
from rating.services import preview_read, slice_preview_open
from rating.views.scorecards import scorecard_page

HOUR = time(10)
"""The hour of publication that the form proposes."""


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def preview_open(request: HttpRequest, period: str, revision: int) -> HttpResponse:
    """Asks when the month will be published; a POST shows the draft to the coordinators and announces the time."""
    scope = scope_of(request)
    entry = slice_index(scope).find(period, revision)
    if not policies.can_open_preview(scope):
        raise NotAllowed(_("Only methodologists and administrators open a preview."))
    slice_ = Slice.objects.select_related("methodology").fetch(scope, pk=entry.id)
    earliest = earliest_publication(period)
    proposed = datetime.combine(earliest, HOUR, clock.MOSCOW)
    form = PreviewForm(request.POST or None, initial={"publishes_at": proposed})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            preview = slice_preview_open(actor=scope, slice_id=slice_.pk, **form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
        except ImpossibleStep as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _opened_words(preview.slice.period, date_time(preview.publishes_at)))
            return redirect(slice_)
    context = {"form": form, "slice": slice_, "earliest": earliest}
    return render(
        request,
        "rating/objections/preview_open.html",
        context,
        status=400 if form.errors and status == 200 else status,
    )


def _opened_words(period: str, instant: str) -> str:
    message = _("The preview of %(month)s is open; the publication is announced for %(instant)s.")
    return message % {"month": month_name(period), "instant": instant}


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, period: str, revision: int, code: str) -> HttpResponse:
    """The scorecard of a region before the publication; who opens it for the first time says so by a POST."""
    scope = scope_of(request)
    opened = open_preview(scope, period, revision, code)
    if request.method == "POST":
        preview_read(actor=scope, preview_id=opened.pk, region=code)
        return redirect(request.path)
    if not has_read(scope, opened, code):
        context = {"preview": opened, "code": code, "period": period}
        return render(request, "rating/objections/preview_gate.html", context)
    return scorecard_page(request, slice_index(scope), entry_of(opened.slice), code)
