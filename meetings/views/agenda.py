"""The builder of an agenda: filling, questions, order, what is taken off and put back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assignments.views import attempt, read_or_write
from common.errors import InvalidInput
from common.parts import wants_part
from meetings.agenda_forms import QuestionForm, ReasonForm
from meetings.enums import AgendaSource
from meetings.models import AgendaItem, Meeting
from meetings.services import agenda as services
from meetings.services import filling
from meetings.services.proposals import proposal_take
from meetings.views.doors import mends, run_item, run_meeting
from meetings.views.meetings import meeting_page


def agenda_shown(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The agenda after an act: its part for htmx, else the way back to it."""
    if wants_part(request, "agenda"):
        return meeting_page(request, meeting.pk)
    return redirect(f"{meeting.get_absolute_url()}#agenda")


@require_POST
def agenda_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the agenda from the work."""
    scope, meeting = run_meeting(request, pk)
    made = filling.agenda_fill(actor=scope, meeting_id=pk)
    text = ngettext("%(count)s question is added.", "%(count)s questions are added.", made)
    messages.success(request, text % {"count": made} if made else _("Nothing new: the figures are of today."))
    return agenda_shown(request, meeting)


@require_POST
def agenda_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell whoever is invited that the agenda has changed."""
    scope, meeting = run_meeting(request, pk)
    services.agenda_tell(actor=scope, meeting_id=pk)
    messages.success(request, _("Whoever is invited is told of the new agenda."))
    return agenda_shown(request, meeting)


class SourceForm(forms.Form):
    """A source all of whose questions go or come back."""

    source = forms.ChoiceField(choices=AgendaSource.choices)


@require_POST
def source_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take everything of a source off the agenda."""
    return _source_moved(
        request, pk, services.source_remove,
        lambda n: ngettext("%(count)s question is taken off.", "%(count)s questions are taken off.", n),
    )  # fmt: skip


@require_POST
def source_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put everything that was taken off of a source back."""
    return _source_moved(
        request, pk, services.source_restore,
        lambda n: ngettext("%(count)s question is put back.", "%(count)s questions are put back.", n),
    )  # fmt: skip


def _source_moved(
    request: HttpRequest, pk: int, act: Callable[..., int], words: Callable[[int], str]
) -> HttpResponse:
    scope, meeting = run_meeting(request, pk)
    count = act(actor=scope, meeting_id=pk, source=_source(request))
    messages.success(request, words(count) % {"count": count})
    return agenda_shown(request, meeting)


def _source(request: HttpRequest) -> str:
    form = SourceForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"source": _("Choose a source of the agenda.")})
    return str(form.cleaned_data["source"])


class OrderForm(forms.Form):
    """Ids of items in their order, parted by commas: what dragging sends."""

    order = forms.RegexField(r"^\d{1,18}(,\d{1,18})*$", max_length=6000)

    def ids(self) -> list[int]:
        return [int(part) for part in self.cleaned_data["order"].split(",")]


@require_POST
def agenda_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the items in an order."""
    scope, meeting = run_meeting(request, pk)
    form = OrderForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"order": _("Say the order of the questions.")})
    services.agenda_order(actor=scope, meeting_id=pk, order=form.ids())
    return agenda_shown(request, meeting)


@read_or_write
def item_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a question on the agenda."""
    scope, meeting = run_meeting(request, pk)
    status, form = 200, QuestionForm(initial={"minutes": 5}, mends=mends(meeting))
    if request.method == "POST":
        form = QuestionForm(request.POST, mends=mends(meeting))
        made, status = attempt(form, lambda: services.item_add(actor=scope, meeting_id=pk, **form.values()))
        if made:
            return agenda_shown(request, meeting)
    context = {"form": form, "meeting": meeting, "item": None}
    return render(request, "meetings/item_form.html", context, status=status)


@read_or_write
def item_edit(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Change what an item says, its speaker, its minutes."""
    scope, meeting, found = run_item(request, pk, item)
    status, form = 200, QuestionForm(initial=QuestionForm.initial_of(found), mends=mends(meeting))
    if request.method == "POST":
        form = QuestionForm(request.POST, mends=mends(meeting))

        def change() -> AgendaItem:
            version = form.cleaned_data["version"]
            return services.item_change(actor=scope, item_id=item, version=version, **form.values())

        saved, status = attempt(form, change)
        if saved:
            return redirect(f"{meeting.get_absolute_url()}#item-{item}")
        found.refresh_from_db()
    context = {"form": form, "meeting": meeting, "item": found}
    return render(request, "meetings/item_form.html", context, status=status)


@read_or_write
def item_remove(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take an item off the agenda; of a closed meeting with a reason."""
    return _pressed(
        request, pk, item, services.item_remove, title=_("Take the question off the agenda?"),
        label=_("Take it off"), name="meetings:item-remove",
    )  # fmt: skip


@read_or_write
def item_restore(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put a removed item back; of a closed meeting with a reason."""
    return _pressed(
        request, pk, item, services.item_restore, title=_("Put the question back on the agenda?"),
        label=_("Put it back"), name="meetings:item-restore",
    )  # fmt: skip


def _pressed(
    request: HttpRequest, pk: int, item: int, act: Callable[..., Any], *, title: str, label: str, name: str
) -> HttpResponse:
    """An act of one press, asked on a page where it takes a reason."""
    scope, meeting, found = run_item(request, pk, item)
    status, form = 200, ReasonForm(mends=mends(meeting))
    if request.method == "POST":
        form = ReasonForm(request.POST, mends=mends(meeting))
        done, status = attempt(form, lambda: act(actor=scope, item_id=item, **form.mending))
        if done:
            return agenda_shown(request, meeting)
    context = {"form": form, "meeting": meeting, "item": found, "title": title, "label": label}
    context["action"] = reverse(name, args=[pk, item])
    return render(request, "meetings/press.html", context, status=status)


@require_POST
def item_take(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take a proposal that came to this meeting on its agenda."""
    scope, meeting, _found = run_item(request, pk, item)
    proposal_take(actor=scope, item_id=item, meeting_id=pk)
    return agenda_shown(request, meeting)


class PlaceForm(forms.Form):
    """The place of an item, counted from 1."""

    position = forms.IntegerField(min_value=0, max_value=9999)


@require_POST
def item_move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put an item at a place of the agenda."""
    scope, meeting, _found = run_item(request, pk, item)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"position": _("Say the place of the question, from 1.")})
    services.item_move(actor=scope, item_id=item, position=form.cleaned_data["position"])
    return agenda_shown(request, meeting)
