"""Pages of recurring items: drafting, the page of one with its periods, changing, stopping."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments.forms import VersionForm
from assignments.item_table import next_number
from assignments.models import ItemSeries, Protocol, SavedAudience
from assignments.planning_forms import SeriesForm, StopForm
from assignments.policies import can_draft
from assignments.selectors.series import change_words, series_card
from assignments.services.series import series_change, series_delete, series_save, series_stop
from assignments.views import attempt, drafter, numbers_of, open_draft, read_or_write, shown_audience
from common.errors import ImpossibleStep
from common.scope import Scope, scope_of


@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """A recurring item: its rule in words, the days to come, the periods that are items, who changed what."""
    scope = scope_of(request)
    found: ItemSeries = ItemSeries.objects.select_related("protocol").fetch(scope, pk=pk)
    card = series_card(scope, found)
    context = {
        "card": card,
        "row": card.row,
        "series": found,
        "steps": [(step, change_words(step.changes)) for step in card.steps],
        "may_write": can_draft(scope) and (found.counts_from is None or found.is_running),
    }
    return render(request, "assignments/series.html", context)


@read_or_write
def series_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a recurring item to a draft; `recur` brings what was typed as an ordinary item whose work repeats."""
    scope, draft = open_draft(request, pk)
    number = next_number(numbers_of(draft))
    if request.method != "POST":
        initial = SeriesForm.initial_of_new(number) | SeriesForm.initial_of_days()
        return _page(request, SeriesForm(initial=initial, scope=scope), draft, None, 200)
    if "recur" in request.POST:
        initial = SeriesForm.initial_of_repeating(request.POST, number)
        return _page(request, SeriesForm(initial=initial, scope=scope), draft, None, 200)
    if {"show", "take"} & set(request.POST):
        return _page(request, _refilled(request.POST, scope), draft, None, 200)
    form = SeriesForm(request.POST, scope=scope)
    made, status = attempt(
        form, lambda: series_save(actor=scope, protocol_id=draft.pk, content=form.content())
    )
    return redirect(made.protocol) if made else _page(request, form, draft, None, status)


@read_or_write
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a recurring item: of a draft as a whole, of an issued protocol for the periods to come."""
    scope = scope_of(request)
    found: ItemSeries = ItemSeries.objects.select_related("protocol").fetch(scope, pk=pk)
    drafter(request)
    if found.counts_from is not None and not found.is_running:
        raise ImpossibleStep(_("This recurring item has ended: nothing is left to change."))
    if request.method != "POST":
        initial = SeriesForm.initial_of_series(found)
        return _page(request, SeriesForm(initial=initial, scope=scope), found.protocol, found, 200)
    if {"show", "take"} & set(request.POST):
        return _page(request, _refilled(request.POST, scope), found.protocol, found, 200)
    form = SeriesForm(request.POST, scope=scope)
    saved, status = attempt(form, lambda: _saved(scope, found, form))
    if not saved:
        return _page(request, form, found.protocol, found, status)
    messages.success(request, _("The changes are saved."))
    return redirect(saved if saved.counts_from else saved.protocol)


def _saved(scope: Scope, found: ItemSeries, form: SeriesForm) -> ItemSeries:
    said: dict[str, Any] = {
        "actor": scope,
        "series_id": found.pk,
        "version": form.cleaned_data["version"],
        "content": form.content(),
    }
    if found.counts_from is None:
        return series_save(protocol_id=found.protocol_id, **said)
    return series_change(**said)


def _refilled(data: QueryDict, scope: Scope) -> SeriesForm:
    """The form as typed so far, with a saved audience where one was taken."""
    typed = SeriesForm.initial_of_post(data)
    if "take" in data:
        kept = {str(row.pk): row for row in SavedAudience.objects.visible_to(scope)}
        saved = kept.get(data.get("saved", ""))
        typed |= SeriesForm.initial_of_saved(saved) if saved else {}
    return SeriesForm(initial=typed, scope=scope)


def _page(
    request: HttpRequest, form: SeriesForm, protocol: Protocol, found: ItemSeries | None, status: int
) -> HttpResponse:
    preview, refusal = shown_audience(form)
    context = {
        "form": form,
        "protocol": protocol,
        "series": found,
        "preview": preview,
        "refusal": refusal,
        "coming": form.coming(found),
    }
    return render(request, "assignments/series_form.html", context, status=status)


@read_or_write
def series_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a recurring item out of a draft."""
    scope = scope_of(request)
    found: ItemSeries = ItemSeries.objects.select_related("protocol").fetch(scope, pk=pk)
    open_draft(request, found.protocol_id)
    status, form = 200, VersionForm(initial={"version": found.version})
    if request.method == "POST":
        form = VersionForm(request.POST)
        left, status = attempt(
            form,
            lambda: series_delete(actor=scope, series_id=pk, version=form.cleaned_data["version"]),
        )
        if left:
            messages.success(request, _("Item %(number)s has been deleted.") % {"number": found.number})
            return redirect(left)
    context = {"form": form, "series": found, "protocol": found.protocol}
    return render(request, "assignments/series_delete.html", context, status=status)


@read_or_write
def series_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then stop a recurring item."""
    scope = scope_of(request)
    found: ItemSeries = ItemSeries.objects.select_related("protocol").fetch(scope, pk=pk)
    drafter(request)
    status, form = 200, StopForm(initial={"version": found.version})
    if request.method == "POST":
        form = StopForm(request.POST)
        stopped, status = attempt(form, lambda: series_stop(actor=scope, series_id=pk, **form.cleaned_data))
        if stopped:
            messages.success(request, _("The recurring item is stopped: no further period begins."))
            return redirect(stopped)
    elif not found.is_running:
        raise ImpossibleStep(_("Only a recurring item that runs is stopped."))
    context = {"form": form, "series": found, "made": found.occurrences.count()}
    return render(request, "assignments/series_stop.html", context, status=status)
