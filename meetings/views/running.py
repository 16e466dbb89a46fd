"""While a meeting runs: the screen that all see, the page of an item with its notes and decisions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.forms import VersionForm
from assignments.models import SavedAudience
from assignments.views import attempt, read_or_write, shown_audience
from common import clock
from common.errors import InvalidInput, Missing, NotAllowed
from common.forms import MAX_ID
from common.parts import page_or_part, wants_part
from common.scope import Scope
from meetings.agenda_forms import (
    AnswerForm,
    AssignmentForm,
    MendForm,
    NoteForm,
    QuickDecisionForm,
)
from meetings.enums import DecisionKind, MeetingState
from meetings.models import AgendaItem, Decision, Meeting
from meetings.policies import can_note
from meetings.selectors.agenda import agenda_of, item_card
from meetings.services import running as services
from meetings.services.running import NOTED_STATES, StaleNote
from meetings.views.doors import item_of, meeting_of, mends, rights, run_item, run_meeting

FOLLOWED = (MeetingState.OPEN, MeetingState.IN_PROGRESS)
"""States of a meeting whose screen renews itself."""

# The screen


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What all screens show: the item under discussion, its clock, what is decided; it follows by itself."""
    return _screen(request, *meeting_of(request, pk))


def _screen(request: HttpRequest, scope: Scope, meeting: Meeting) -> HttpResponse:
    agenda = agenda_of(scope, meeting)
    before, behind = agenda.beside(meeting.current_item_id)
    now = clock.now()
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "row": agenda.row_of(meeting.current_item_id),
        "before": before,
        "behind": behind,
        "spent": _seconds_of_item(meeting, now),
        "is_paused": "paused" in request.GET,
        "follows": meeting.state in FOLLOWED and "paused" not in request.GET,
        "total": int((now - meeting.started_at).total_seconds()) if meeting.started_at else 0,
        **rights(scope, meeting),
    }
    return page_or_part(request, "meetings/screen.html", "screen", context)


def _seconds_of_item(meeting: Meeting, now: Any) -> int:
    """Seconds that the item under discussion has taken so far, earlier spells counted."""
    item, since = meeting.current_item, meeting.current_since
    if item is None or since is None:
        return 0
    return int(item.spent_seconds + (now - since).total_seconds())


class ShowForm(forms.Form):
    """The item to be shown; none shows the whole agenda."""

    item = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    to = forms.ChoiceField(required=False, choices=[("screen", ""), ("item", "")])


@require_POST
def item_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an item on all screens."""
    scope, _found = run_meeting(request, pk)
    form = ShowForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"item": _("Say which question is to be shown.")})
    shown = form.cleaned_data["item"]
    done = services.item_show(actor=scope, meeting_id=pk, item_id=shown)
    if wants_part(request, "screen"):
        return _screen(request, *meeting_of(request, pk))
    if form.cleaned_data["to"] == "item" and shown:
        return redirect("meetings:item", pk, shown)
    return redirect("meetings:screen", pk) if form.cleaned_data["to"] else redirect(done)


# The page of an item


@require_safe
def item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """An item of the agenda: what it is about, notes, decisions, earlier meetings about the same."""
    scope, meeting = meeting_of(request, pk)
    item_of(scope, meeting, item)
    return _item_page(request, scope, meeting, item)


def _item_page(
    request: HttpRequest, scope: Scope, meeting: Meeting, item: int, status: int = 200, **more: Any
) -> HttpResponse:
    card = item_card(scope, meeting, item)
    if card is None:
        raise Missing(_("The question is not on the agenda."))
    may = rights(scope, meeting)
    takes_notes = can_note(scope) and meeting.state in NOTED_STATES
    own = {"text": card.own.text, "version": card.own.version} if card.own else {"version": 0}
    decides = may["may_run"] and (
        meeting.can_be("mend") or meeting.can_be("close") or meeting.can_be("start")
    )
    context = {
        "meeting": meeting,
        "tab": "agenda",
        "card": card,
        "item": card.row.item,
        "note_form": NoteForm(initial=own) if takes_notes else None,
        "decision_form": QuickDecisionForm(mends=mends(meeting)) if decides else None,
        "decides": decides,
        "is_current": meeting.current_item_id == item,
        "spent": _seconds_of_item(meeting, clock.now()) or card.row.item.spent_seconds,
        **may,
        **more,
    }
    return render(request, "meetings/item.html", context, status=status)


@require_POST
def note(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Save one's own note; a text saved meanwhile in another window is shown beside it."""
    scope, meeting = meeting_of(request, pk)
    item_of(scope, meeting, item)
    if not can_note(scope):
        raise NotAllowed(_("Notes are taken by the staff of the centre."))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _item_page(request, scope, meeting, item, 400, note_form=form)
    data = form.cleaned_data
    try:
        services.note_write(actor=scope, item_id=item, version=data["version"] or 0, text=data["text"])
    except StaleNote as error:
        kept = NoteForm(initial={"text": data["text"], "version": error.current})
        stale = {"note_form": kept, "other_text": error.text, "stale": str(error)}
        return _item_page(request, scope, meeting, item, error.status, **stale)
    except InvalidInput as error:
        form.add_error("text", str(error))
        return _item_page(request, scope, meeting, item, 400, note_form=form)
    messages.success(request, _("The note is saved."))
    return redirect("meetings:item", pk, item)


# Decisions


@require_POST
def decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Record a decision that is a kind and a text."""
    scope, meeting, _found = run_item(request, pk, item)
    form = QuickDecisionForm(request.POST, mends=mends(meeting))
    made, status = attempt(
        form,
        lambda: _saved(scope, item, None, form),
    )
    if not made:
        return _item_page(request, scope, meeting, item, status, decision_form=form)
    messages.success(request, _("The decision is recorded."))
    return redirect("meetings:item", pk, item)


@read_or_write
def assign(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Record an assignment: the form and the rules of an item of a protocol."""
    scope, meeting, found = run_item(request, pk, item)
    return _assignment(request, scope, meeting, found, None)


@read_or_write
def decision_edit(request: HttpRequest, pk: int, item: int, decision: int) -> HttpResponse:
    """Change a decision; nobody overwrites what another secretary has written meanwhile."""
    scope, meeting, found = run_item(request, pk, item)
    kept: Decision = Decision.objects.fetch(scope, pk=decision, item=item)
    if kept.is_assignment:
        return _assignment(request, scope, meeting, found, kept)
    initial = {"kind": kept.kind, "text": kept.text, "version": kept.version}
    status, form = 200, QuickDecisionForm(initial=initial, mends=mends(meeting))
    if request.method == "POST":
        form = QuickDecisionForm(request.POST, mends=mends(meeting))
        saved, status = attempt(form, lambda: _saved(scope, item, kept, form))
        if saved:
            messages.success(request, _("The decision is saved."))
            return redirect("meetings:item", pk, item)
    kept.refresh_from_db()
    context = {"form": form, "meeting": meeting, "item": found, "decision": kept}
    context["is_stale"] = status == StaleNote.status
    return render(request, "meetings/decision_form.html", context, status=status)


def _saved(scope: Scope, item: int, kept: Decision | None, form: Any) -> Decision:
    known: dict[str, Any] = {}
    if kept is not None:
        known = {"decision_id": kept.pk, "version": form.cleaned_data["version"]}
    return services.decision_save(actor=scope, item_id=item, content=form.content(), **known, **form.mending)


def _assignment(
    request: HttpRequest, scope: Scope, meeting: Meeting, found: AgendaItem, kept: Decision | None
) -> HttpResponse:
    options: dict[str, Any] = {"scope": scope, "mends": mends(meeting)}
    initial = AssignmentForm.initial_of_decision(kept) if kept else AssignmentForm.initial_of_item(found)
    status, form = 200, AssignmentForm(initial=initial, **options)
    if {"show", "take", "due"} & set(request.POST):
        form = AssignmentForm(initial=_typed(request, scope), **options)
    elif request.method == "POST":
        form = AssignmentForm(request.POST, **options)
        saved, status = attempt(form, lambda: _saved(scope, found.pk, kept, form))
        if saved:
            messages.success(request, _("The assignment is recorded."))
            return redirect("meetings:item", meeting.pk, found.pk)
    preview, refused = shown_audience(form)
    if kept is not None:
        kept.refresh_from_db()
    context = {"form": form, "meeting": meeting, "item": found, "decision": kept, "preview": preview}
    context |= {"refusal": refused, "is_stale": status == StaleNote.status}
    return render(request, "meetings/assignment_form.html", context, status=status)


def _typed(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """What was typed so far, with a saved audience or a usual term where one was taken."""
    typed = AssignmentForm.initial_of_post(request.POST)
    if "take" in request.POST:
        kept = {str(row.pk): row for row in SavedAudience.objects.visible_to(scope)}
        saved = kept.get(request.POST.get("saved", ""))
        typed |= AssignmentForm.initial_of_saved(saved) if saved else {}
    if "due" in request.POST:
        typed["due_on"] = request.POST["due"]
    return typed


class DeleteForm(MendForm, VersionForm):
    """The version of a decision, and a reason in a closed meeting."""


@read_or_write
def decision_delete(request: HttpRequest, pk: int, item: int, decision: int) -> HttpResponse:
    """Ask, then take a decision back."""
    scope, meeting, found = run_item(request, pk, item)
    kept: Decision = Decision.objects.fetch(scope, pk=decision, item=item)
    status, form = 200, DeleteForm(initial={"version": kept.version}, mends=mends(meeting))
    if request.method == "POST":
        form = DeleteForm(request.POST, mends=mends(meeting))
        done, status = attempt(
            form,
            lambda: services.decision_delete(actor=scope, decision_id=decision, **form.cleaned_data),
        )
        if done:
            messages.success(request, _("The decision is deleted."))
            return redirect("meetings:item", pk, item)
    context = {"form": form, "meeting": meeting, "item": found, "decision": kept}
    return render(request, "meetings/decision_delete.html", context, status=status)


@read_or_write
def decision_answer(request: HttpRequest, pk: int, item: int, decision: int) -> HttpResponse:
    """Write the answer to a question, also after the meeting."""
    scope, meeting, found = run_item(request, pk, item)
    kept: Decision = Decision.objects.fetch(scope, pk=decision, item=item, kind=DecisionKind.QUESTION)
    status, form = 200, AnswerForm(initial={"version": kept.version, "answer": kept.answer})
    if request.method == "POST":
        form = AnswerForm(request.POST)
        saved, status = attempt(
            form,
            lambda: services.question_answer(actor=scope, decision_id=decision, **form.cleaned_data),
        )
        if saved:
            messages.success(request, _("The answer is saved."))
            return redirect("meetings:item", pk, item)
    kept.refresh_from_db()
    context = {"form": form, "meeting": meeting, "item": found, "decision": kept}
    context["is_stale"] = status == StaleNote.status
    return render(request, "meetings/answer.html", context, status=status)
