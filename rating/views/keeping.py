"""The desk of the methodologist: close a month, correct it, publish it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.step_up import step_up_required
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.formatting import month_full, month_name
from common.forms import add_refusal
from common.scope import Scope, scope_of
from rating import policies
from rating.forms import CloseForm, RevisionForm
from rating.long_work import close_start, is_long, revise_start
from rating.models import RatingLetter, Slice
from rating.presentation.words import joined
from rating.selectors import closes_at, current_period, earlier_unpublished
from rating.selectors.gathering import next_gathering, recorded_corrections, waiting_in
from rating.selectors.letters import letters_are_composed
from rating.selectors.month_steps import month_steps
from rating.selectors.objections import (
    announced_publication,
    open_objections,
    unpublished_periods,
    upheld_outside,
)
from rating.selectors.pages import SliceEntry, SliceIndex, kept_months, letter_forecast, slice_index
from rating.services import due_periods, slice_close, slice_publish, slice_revise
from rating.services.gathering import gathered_words
from rating.services.publication import publication_refusal

WAYS = 3
"""For how many unpublished months the desk shows the steps."""


def _require_keeper(request: HttpRequest) -> None:
    if not policies.can_close(scope_of(request)):
        raise NotAllowed(_("Only methodologists and administrators close, correct and publish a month."))


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def close(request: HttpRequest) -> HttpResponse:
    """Months that wait for closing, and all closed ones; a POST closes one."""
    _require_keeper(request)
    form = CloseForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _closed(request, form.cleaned_data["period"])
        except InvalidInput as error:
            add_refusal(form, error)
        except ImpossibleStep as error:
            form.add_error(None, str(error))
            status = error.status
    running = current_period()
    context = {
        "form": form,
        "due": due_periods(clock.now()),
        "months": kept_months(),
        "ways": [(period, month_steps(scope_of(request), period)) for period in unpublished_periods()[:WAYS]],
        "running": running,
        "running_closes": closes_at(running) if running else None,
        "next_gathering": next_gathering(clock.today()),
    }
    return render(
        request, "rating/close.html", context, status=400 if form.errors and status == 200 else status
    )


def _closed(request: HttpRequest, period: str) -> HttpResponse:
    """Close at once what is small; what takes seconds is done by the worker and watched."""
    scope = scope_of(request)
    if is_long(settings.LONG_CLOSE_EXECUTIONS):
        return redirect(close_start(actor=scope, period=period))
    slice_ = slice_close(actor=scope, period=period)
    messages.success(request, _("%(month)s is closed.") % {"month": month_name(slice_.period)})
    return redirect(slice_)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def revise(request: HttpRequest, period: str) -> HttpResponse:
    """The next revision of a closed month after decided appeals."""
    _require_keeper(request)
    index = slice_index(scope_of(request))
    newest = index.newest(index.find(period).period)
    latest = Slice.objects.fetch(scope_of(request), pk=newest.id)
    now = clock.now()
    initial = {"corrections_as_of": now, "reason": gathered_words(latest, now)}
    form = RevisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _revised(request, period, form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
    context = {
        "form": form,
        "period": period,
        "newest": latest,
        "waiting": waiting_in(latest, recorded_corrections()),
        "next_gathering": next_gathering(clock.today()),
    }
    return render(request, "rating/revise.html", context, status=400 if form.errors else 200)


def _revised(request: HttpRequest, period: str, correction: dict[str, Any]) -> HttpResponse:
    """Compute a small correction at once; a large one is done by the worker and watched."""
    scope = scope_of(request)
    if is_long(settings.LONG_CLOSE_EXECUTIONS):
        return redirect(revise_start(actor=scope, period=period, **correction))
    slice_ = slice_revise(actor=scope, period=period, **correction)
    words = _("Revision %(number)s is computed and waits for publication.")
    messages.success(request, words % {"number": slice_.revision})
    return redirect(slice_)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def publish(request: HttpRequest, period: str, revision: int) -> HttpResponse:
    """Asks once more, saying how many letters will go; a POST publishes the revision."""
    scope = scope_of(request)
    index = slice_index(scope)
    entry = _to_publish(scope, index, period, revision)
    _require_keeper(request)
    slice_ = Slice.objects.select_related("methodology", "author").fetch(scope, pk=entry.id)
    if request.method == "POST":
        published = slice_publish(actor=scope, slice_id=slice_.pk)
        messages.success(request, _published_words(scope, published))
        return redirect(reverse("rating:month", args=[published.period]))
    forecast = letter_forecast(slice_)
    context = {
        "slice": slice_,
        "forecast": forecast,
        "without_address": joined(forecast.without_address),
        "earlier": earlier_unpublished(period),
        "refusal": publication_refusal(scope, slice_) if slice_.is_draft else None,
        "announced": announced_publication(period),
        "unanswered": open_objections(period),
        "upheld_outside": upheld_outside(slice_),
        "overtaken": index.newest(period) != entry,
    }
    return render(request, "rating/publish.html", context)


def _to_publish(scope: Scope, index: SliceIndex, period: str, revision: int) -> SliceEntry:
    """The revision to publish; to those who publish, a missing one says what comes first. Raises Missing."""
    try:
        return index.find(period, revision)
    except Missing:
        if not policies.can_publish(scope):
            raise
        raise Missing(_("There is no such draft to publish. Close the month first.")) from None


def _published_words(scope: Scope, slice_: Slice) -> str:
    published = _("The rating of %(month)s is published.") % {"month": month_full(slice_.period)}
    if letters_are_composed(slice_):
        composed = _("Letters are being written and go by themselves.")
        return f"{published} {composed}"
    letters = RatingLetter.objects.visible_to(scope).originals().filter(slice=slice_).count()
    sent = ngettext("%(count)s letter is on its way.", "%(count)s letters are on their way.", letters)
    return f"{published} {sent % {'count': letters}}"
