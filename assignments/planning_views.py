"""Pages of what is planned and taken back around protocols: the hour of an issue, late addressees, recalls of items."""

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assignments.enums import RecallState
from assignments.forms import VersionForm
from assignments.holding import holding_problems
from assignments.lists import require_reader_of_recalls
from assignments.long_work import recall_decided, recall_work_start
from assignments.models import Assignment, ItemRecall
from assignments.planning_forms import LateClustersForm, RecallForm, RecallRefusalForm, ScheduleForm
from assignments.policies import can_recall
from assignments.selectors.late import late_card
from assignments.selectors.protocols import issue_problems
from assignments.selectors.recalls import TO_CONFIRM, recall_card, recall_count, recall_rows
from assignments.selectors.schedules import schedule_shown
from assignments.services import recalls as services
from assignments.services.late import late_clusters_add, require_open_for_clusters
from assignments.services.proposals import needs_second_person
from assignments.services.schedules import issue_schedule, issue_unschedule
from assignments.views import attempt, drafter, open_draft, read_or_write
from common import clock
from common.errors import ImpossibleStep, NotAllowed
from common.formatting import date_time, number
from common.scope import Scope, scope_of

PAGE_SIZE = 25

# The hour of an issue


@read_or_write
def protocol_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Set or move the hour at which a draft issues itself."""
    scope, draft = open_draft(request, pk)
    if draft.is_template:
        raise ImpossibleStep(_("A template is not issued: make a protocol of it."))
    shown = schedule_shown(scope, draft)
    waiting = shown.row if shown and shown.waits else None
    status, form = 200, ScheduleForm(initial={"at": waiting and waiting.at, "version": draft.version})
    if request.method == "POST":
        form = ScheduleForm(request.POST)
        row, status = attempt(form, lambda: issue_schedule(actor=scope, protocol_id=pk, **form.cleaned_data))
        if row:
            text = _("The protocol issues itself on %(at)s.") % {"at": date_time(row.at)}
            messages.success(request, text)
            return redirect(draft)
    context = {
        "form": form,
        "protocol": draft,
        "schedule": shown,
        "problems": [*holding_problems(draft), *issue_problems(draft, clock.today())],
    }
    return render(request, "assignments/schedule.html", context, status=status)


@require_POST
def protocol_unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the hour back."""
    scope, draft = open_draft(request, pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    issue_unschedule(actor=scope, protocol_id=pk, version=version)
    messages.success(
        request, _("The hour is taken back: the protocol stays a draft until somebody issues it.")
    )
    return redirect(draft)


# Late addressees


@read_or_write
def late_addressees(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Who fits the rule of an issued item by now and has no execution; those ticked are put on control in one act."""
    scope = scope_of(request)
    found: Assignment = Assignment.objects.select_related("protocol").fetch(scope, pk=item, protocol=pk)
    drafter(request)
    require_open_for_clusters(found)
    card = late_card(found, clock.today())
    status, form = 200, LateClustersForm(candidates=card.clusters)
    if request.method == "POST":
        form = LateClustersForm(request.POST, candidates=card.clusters)

        def add() -> object:
            chosen, due = form.cleaned_data["clusters"], form.cleaned_data["due"]
            return late_clusters_add(actor=scope, assignment_id=item, cluster_ids=chosen, due=due)

        result, status = attempt(form, add)
        if result:
            words = ngettext(
                "%(count)s cluster is put on control.", "%(count)s clusters are put on control.", result.added
            )
            messages.success(request, words % {"count": number(result.added)})
            return redirect(found)
    context = {"form": form, "item": found, "card": card}
    return render(request, "assignments/late_addressees.html", context, status=status)


# Recalls


@read_or_write
def item_recall(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Show exactly what a recall of the item would do, then propose it, or do it where the centre is one person."""
    scope = scope_of(request)
    found: Assignment = Assignment.objects.select_related("protocol").fetch(scope, pk=item, protocol=pk)
    if not can_recall(scope):
        raise NotAllowed(_("Items are recalled by controllers and administrators of the centre."))
    count = recall_count(found)
    status, form = 200, RecallForm(initial={"submission_key": uuid.uuid4().hex})
    if request.method == "POST":
        form = RecallForm(request.POST)
        decide = partial(services.recall_propose, actor=scope, assignment_id=item)
        made, status = attempt(
            form, lambda: recall_decided(actor=scope, decide=lambda: decide(**form.cleaned_data))
        )
        if made:
            return redirect(made[1] or made[0])
    elif found.protocol.is_draft:
        raise ImpossibleStep(_("The protocol is a draft: delete the item instead."))
    context = {"form": form, "item": found, "count": count, "needs_second": needs_second_person()}
    context["active"] = ItemRecall.objects.active().filter(assignment=found).first()
    return render(request, "assignments/item_recall.html", context, status=status)


def _reader(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_reader_of_recalls(scope)
    return scope


@require_safe
def recalls(request: HttpRequest) -> HttpResponse:
    """All recalls, those that wait for a second person first; `?show=to_confirm` leaves what waits for the reader."""
    scope, shown = _reader(request), request.GET.get("show", "")
    page = Paginator(recall_rows(scope, shown), PAGE_SIZE).get_page(request.GET.get("page"))
    to_confirm = recall_rows(scope, TO_CONFIRM).count()
    context = {"page": page, "only_to_confirm": shown == TO_CONFIRM, "to_confirm": to_confirm}
    return render(request, "assignments/recalls.html", context)


@require_safe
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """One recall: what it is about, what became of each execution, what the reader may do now."""
    return _recall_page(request, _fetch(request, pk), None, 200)


def _fetch(request: HttpRequest, pk: int) -> ItemRecall:
    found: ItemRecall = ItemRecall.objects.for_list().fetch(scope_of(request), pk=pk)
    _reader(request)
    return found


def _recall_page(
    request: HttpRequest, found: ItemRecall, refusal: RecallRefusalForm | None, status: int
) -> HttpResponse:
    card = recall_card(scope_of(request), found, services.undo_until(found))
    refusal = refusal or RecallRefusalForm(initial={"version": found.version})
    context = {"card": card, "recall": found, "refusal": refusal}
    return render(request, "assignments/recall.html", context, status=status)


@require_POST
def recall_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms: the executions leave control, at once or as long work."""
    scope, found, version = scope_of(request), _fetch(request, pk), _version(request)
    return _set_going(
        request, found, lambda: services.recall_confirm(actor=scope, recall_id=pk, version=version)
    )


@require_POST
def recall_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Within minutes the whole recall is undone."""
    scope, found = scope_of(request), _fetch(request, pk)
    return _set_going(request, found, lambda: services.recall_undo(actor=scope, recall_id=pk))


def _version(request: HttpRequest) -> int | None:
    form = VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else None


def _set_going(request: HttpRequest, found: ItemRecall, decide: Callable[[], ItemRecall]) -> HttpResponse:
    done, task = recall_decided(actor=scope_of(request), decide=decide)
    if task:
        return redirect(task)
    words = {
        RecallState.DONE: _("The item is recalled."),
        RecallState.UNDONE: _("The recall is undone."),
    }
    messages.success(request, words.get(RecallState(done.state), _("Done.")))
    return redirect(found)


@require_POST
def recall_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the worker go on with a recall that was broken off."""
    scope, found = scope_of(request), _fetch(request, pk)
    if not can_recall(scope):
        raise NotAllowed(_("Items are recalled by controllers and administrators of the centre."))
    if found.state not in (RecallState.UNDER_WAY, RecallState.GOING_BACK):
        raise ImpossibleStep(_("Nothing of this recall is left to be done."))
    return redirect(recall_work_start(actor=scope, recall=found))


@require_POST
def recall_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person refuses, with the reason."""
    scope, found = scope_of(request), _fetch(request, pk)
    form = RecallRefusalForm(request.POST)
    done, status = attempt(
        form, lambda: services.recall_refuse(actor=scope, recall_id=pk, **form.cleaned_data)
    )
    if not done:
        return _recall_page(request, found, form, status)
    messages.success(request, _("The proposal is refused."))
    return redirect(found)


@require_POST
def recall_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever proposed takes it back."""
    scope, found = scope_of(request), _fetch(request, pk)
    services.recall_withdraw(actor=scope, recall_id=pk, version=_version(request))
    messages.success(request, _("The proposal is withdrawn."))
    return redirect(found)


ENDINGS: dict[str, Callable[..., HttpResponse]] = {
    "confirm": recall_confirm,
    "refuse": recall_refuse,
    "withdraw": recall_withdraw,
    "undo": recall_undo,
    "go-on": recall_go_on,
}
"""What a press on the page of a recall does."""
