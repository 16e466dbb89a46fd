"""Pages of protocols: list, draft, builder of the audience, issue, late clusters."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.drafting_forms import ItemTableForm, KeepAudienceForm
from assignments.forms import (
    ItemForm,
    LateClusterForm,
    ProtocolFilterForm,
    ProtocolForm,
    SearchForm,
    VersionForm,
)
from assignments.item_table import next_number
from assignments.lists import protocols_narrowed, require_drafter
from assignments.models import Assignment, Protocol, SavedAudience
from assignments.policies import can_draft, can_issue, can_recall
from assignments.selectors.addressees import AudiencePreview, audience_preview, late_candidates
from assignments.selectors.copies import due_in
from assignments.selectors.protocols import issue_preview, item_rows, protocol_rows
from assignments.selectors.schedules import schedule_shown
from assignments.selectors.series import series_rows
from assignments.services import protocols as services
from assignments.services.late import late_cluster_add, require_open_for_clusters
from assignments.services.saved_audiences import saved_audience_add
from common import clock
from common.errors import ImpossibleStep, InvalidInput, StaleVersion
from common.formatting import number
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from regions.selectors import calendar_overrides

PAGE_SIZE = 25
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def drafter(request: HttpRequest) -> Scope:
    """The scope of somebody who drafts protocols; NotAllowed for all others."""
    scope = scope_of(request)
    require_drafter(scope)
    return scope


def open_draft(request: HttpRequest, pk: int) -> tuple[Scope, Protocol]:
    """The draft for writing: 404 for a stranger, 403 for a reader, 409 when it is issued."""
    protocol = Protocol.objects.fetch(scope_of(request), pk=pk)
    scope = drafter(request)
    if not protocol.is_draft:
        raise ImpossibleStep(_("An issued protocol is not changed: its items are on control."))
    return scope, protocol


def attempt(form: forms.Form, write: Callable[[], Any]) -> tuple[Any, int]:
    """What a service made of a valid form, or None and the status with the reasons put on the form.

    After a stale version the form keeps what was typed and carries the version in force, so that the person can
    look at what changed and press again.
    """
    if not form.is_valid():
        return None, 400
    try:
        return write(), 302
    except InvalidInput as error:
        add_refusal(form, error)
    except StaleVersion as error:
        form.add_error(None, str(error))
        typed: Any = form.data.copy()  # type: ignore[attr-defined]
        typed["version"] = str(error.current)
        form.data = typed
        return None, error.status
    return None, 400


# List and page


@require_safe
def protocols(request: HttpRequest) -> HttpResponse:
    """Protocols by year, status and words, newest first."""
    scope = scope_of(request)
    form = ProtocolFilterForm(request.GET, scope=scope)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(protocols_narrowed(scope, form), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": any(chosen.values()),
        "page": page,
        "rows": protocol_rows(scope, page.object_list, clock.today()),
        "may_draft": can_draft(scope),
    }
    return page_or_part(request, "assignments/protocols.html", "protocols", context)


@require_safe
def protocol(request: HttpRequest, pk: int) -> HttpResponse:
    """A protocol with its items: a draft as it will be issued, an issued one with its course."""
    scope = scope_of(request)
    found = Protocol.objects.select_related("issued_by").fetch(scope, pk=pk)
    today = clock.today()
    rows = item_rows(scope, found, today)
    series = series_rows(scope, found, {row.item.pk: row for row in rows}, today)
    of_periods = {row.item.pk for each in series for _period, row in each.periods if row}
    may_write = can_draft(scope) and found.is_draft
    context = {
        "protocol": found,
        "rows": [row for row in rows if row.item.pk not in of_periods],
        "series": series,
        "schedule": schedule_shown(scope, found),
        "may_write": may_write,
        "may_copy": can_draft(scope),
        "table_form": ItemTableForm.of(found, 0) if may_write and not (rows or series) else None,
        "may_issue": can_issue(scope) and found.is_draft and not found.is_template,
        "may_add": can_issue(scope) and not found.is_draft,
        "may_recall": can_recall(scope) and not found.is_draft,
    }
    return render(request, "assignments/protocol.html", context)


@read_or_write
def protocol_create(request: HttpRequest) -> HttpResponse:
    """Open a draft."""
    scope = drafter(request)
    status, form = 200, ProtocolForm(initial={"held_on": clock.today()})
    if request.method == "POST":
        form = ProtocolForm(request.POST)

        def create() -> Protocol:
            data = form.cleaned_data
            return services.protocol_create(
                actor=scope,
                number=data["number"],
                held_on=data["held_on"],
                meeting_title=data["meeting_title"],
            )

        made, status = attempt(form, create)
        if made:
            return redirect(made)
    return render(request, "assignments/protocol_form.html", {"form": form}, status=status)


@read_or_write
def protocol_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change number, date or meeting of a draft."""
    scope, draft = open_draft(request, pk)
    status, form = 200, ProtocolForm.of(draft)
    if request.method == "POST":
        form = ProtocolForm(request.POST)
        saved, status = attempt(
            form,
            lambda: services.protocol_update(actor=scope, protocol_id=draft.pk, **form.cleaned_data),
        )
        if saved:
            return redirect(saved)
    return render(request, "assignments/protocol_form.html", {"form": form, "protocol": draft}, status=status)


@read_or_write
def protocol_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then throw a draft away."""
    scope, draft = open_draft(request, pk)
    status, form = 200, VersionForm(initial={"version": draft.version})
    if request.method == "POST":
        form = VersionForm(request.POST)

        def delete() -> bool:
            services.protocol_delete(actor=scope, protocol_id=pk, version=form.cleaned_data["version"])
            return True

        done, status = attempt(form, delete)
        if done:
            messages.success(request, _("The draft has been deleted."))
            return redirect("assignments:protocols")
    context = {"form": form, "protocol": draft, "items": draft.assignments.count() + draft.series.count()}
    context["schedule"] = schedule_shown(scope, draft)
    return render(request, "assignments/protocol_delete.html", context, status=status)


@read_or_write
def protocol_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that the issue will do, then do it once."""
    scope = scope_of(request)
    found = Protocol.objects.fetch(scope, pk=pk)
    drafter(request)
    status, form = 200, VersionForm(initial={"version": found.version})
    if request.method == "POST":
        form = VersionForm(request.POST)
        result, status = attempt(
            form,
            lambda: services.protocol_issue(
                actor=scope, protocol_id=pk, version=form.cleaned_data["version"]
            ),
        )
        if result:
            text = ngettext(
                "The protocol is issued: %(count)s execution.", "The protocol is issued: %(count)s executions.",
                result.executions,
            )  # fmt: skip
            messages.success(request, text % {"count": number(result.executions)})
            return redirect(found)
    elif not found.is_draft:
        raise ImpossibleStep(_("This protocol has been issued already."))
    elif found.is_template:
        raise ImpossibleStep(_("A template is not issued: make a protocol of it."))
    today = clock.today()
    context = {"form": form, "protocol": found, "preview": issue_preview(scope, found, today)}
    context["series"] = series_rows(scope, found, {}, today)
    context["schedule"] = schedule_shown(scope, found)
    return render(request, "assignments/issue.html", context, status=status)


# Items


def shown_audience(form: ItemForm) -> tuple[AudiencePreview | None, str]:
    """The addressees of what is ticked now, or why there are none to show."""
    try:
        rule = form.audience()
        if rule.is_empty:
            return None, _("Tick at least one condition or find clusters by name.")
        typed = form["due_on"].value() if "due_on" in form.fields else None
        due = form.fields["due_on"].clean(typed) if typed else None
    except InvalidInput as error:
        return None, str(error)
    except forms.ValidationError:
        due = None
    return audience_preview(rule, form.addressee_kind, due, clock.today()), ""


def _item_page(
    request: HttpRequest,
    form: ItemForm,
    draft: Protocol,
    item: Assignment | None,
    status: int,
    keep: KeepAudienceForm | None = None,
) -> HttpResponse:
    preview, refusal = shown_audience(form)
    context = {"form": form, "protocol": draft, "item": item, "preview": preview, "refusal": refusal}
    context["keep"] = keep or KeepAudienceForm()
    return render(request, "assignments/item_form.html", context, status=status)


def _refilled(data: QueryDict, scope: Scope) -> ItemForm:
    """The form as typed so far; a button of a term puts its day into the due date, another takes a saved audience."""
    typed = ItemForm.initial_of_post(data)
    if data.get("due"):
        typed["due_on"] = data["due"]
    if "take" in data:
        kept = {str(row.pk): row for row in SavedAudience.objects.visible_to(scope)}
        saved = kept.get(data.get("saved", ""))
        typed |= ItemForm.initial_of_saved(saved) if saved else {}
    return ItemForm(initial=typed, scope=scope)


def numbers_of(draft: Protocol) -> list[str]:
    """Numbers that are taken in a draft, those of its items last: the numbering goes on after them."""
    items = draft.assignments.order_by("position").values_list("number", flat=True)
    return [*draft.series.values_list("number", flat=True), *items]


def _new_item(scope: Scope, draft: Protocol, source: str) -> dict[str, Any]:
    """What the form of a new item holds: the next number and, if asked for, everything of an earlier item."""
    number = next_number(numbers_of(draft))
    if not source:
        return ItemForm.initial_of_new(number)
    item = Assignment.objects.select_related("protocol").fetch(scope, pk=source)
    due = due_in(draft, item, calendar_overrides())
    changed = {"number": number, "due_on": due if due >= clock.today() else None, "version": None}
    return ItemForm.initial_of(item) | changed


def _audience_keep(
    request: HttpRequest, scope: Scope, draft: Protocol, item: Assignment | None
) -> HttpResponse:
    """Keep the rule of the builder under a name; the rest of the form stays as typed and is not judged."""
    form, keep = _refilled(request.POST, scope), KeepAudienceForm(request.POST)

    def save() -> SavedAudience:
        rule, named = form.audience(), keep.cleaned_data
        return saved_audience_add(actor=scope, addressee=form.addressee_kind, rule=rule, **named)

    saved, status = attempt(keep, save)
    if saved:
        text = _("The audience is kept as “%(name)s”.") % {"name": saved.name}
        messages.success(request, text)
        return _item_page(request, _refilled(request.POST, scope), draft, item, 200)
    return _item_page(request, form, draft, item, status, keep)


def _item_save(request: HttpRequest, pk: int, item_pk: int | None) -> HttpResponse:
    scope, draft = open_draft(request, pk)
    item = Assignment.objects.fetch(scope, pk=item_pk, protocol=draft) if item_pk else None
    if request.method != "POST":
        initial = ItemForm.initial_of(item) if item else _new_item(scope, draft, request.GET.get("from", ""))
        return _item_page(request, ItemForm(initial=initial, scope=scope), draft, item, 200)
    if "keep" in request.POST:
        return _audience_keep(request, scope, draft, item)
    if {"show", "due", "take"} & set(request.POST):
        return _item_page(request, _refilled(request.POST, scope), draft, item, 200)
    form = ItemForm(request.POST, scope=scope)
    saved, status = attempt(
        form,
        lambda: services.item_save(actor=scope, protocol_id=draft.pk, item_id=item_pk, **form.values()),
    )
    return redirect(saved) if saved else _item_page(request, form, draft, item, status)


@read_or_write
def item_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an item to a draft."""
    return _item_save(request, pk, None)


@read_or_write
def item_edit(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Change an item of a draft."""
    return _item_save(request, pk, item)


@read_or_write
def item_delete(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Ask, then take an item out of a draft."""
    scope, draft = open_draft(request, pk)
    found = Assignment.objects.fetch(scope, pk=item, protocol=draft)
    status, form = 200, VersionForm(initial={"version": found.version})
    if request.method == "POST":
        form = VersionForm(request.POST)
        left, status = attempt(
            form,
            lambda: services.item_delete(actor=scope, item_id=found.pk, version=form.cleaned_data["version"]),
        )
        if left:
            messages.success(request, _("Item %(number)s has been deleted.") % {"number": found.number})
            return redirect(left)
    context = {"form": form, "protocol": draft, "item": found}
    return render(request, "assignments/item_delete.html", context, status=status)


@require_POST
def item_move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put an item at another place of the draft."""
    scope, draft = open_draft(request, pk)
    found = Assignment.objects.fetch(scope, pk=item, protocol=draft)
    place = request.POST.get("position", "")
    if not (place.isdecimal() and len(place) < 4):
        raise InvalidInput({"position": _("Say the new place of the item as a number.")})
    services.item_move(actor=scope, item_id=found.pk, position=int(place))
    return redirect(found)


@require_POST
def item_due(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Move a due date from a day off to the preceding working day."""
    scope, draft = open_draft(request, pk)
    found = Assignment.objects.fetch(scope, pk=item, protocol=draft)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    services.item_due_precede(actor=scope, item_id=found.pk, version=version)
    return redirect(found)


PICKS = {"pick-clusters": "clusters", "pick-except": "except_clusters"}


@require_POST
def audience_preview_part(request: HttpRequest) -> HttpResponse:
    """The addressees of a form that is being filled in, or the clusters found by its words."""
    scope = drafter(request)
    form = ItemForm(initial=ItemForm.initial_of_post(request.POST), scope=scope)
    target = request.headers.get("HX-Target", "")
    if target in PICKS:
        return render(request, "assignments/_picks.html", {"field": form[PICKS[target]], "id": target})
    preview, refusal = shown_audience(form)
    return render(request, "assignments/_addressees.html", {"preview": preview, "refusal": refusal})


# After issue


@read_or_write
def late_cluster(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Find a cluster that the issued item is not addressed to yet, and add it."""
    scope = scope_of(request)
    found = Assignment.objects.select_related("protocol").fetch(scope, pk=item, protocol=pk)
    drafter(request)
    require_open_for_clusters(found)
    search = SearchForm(request.GET)
    words = search.cleaned_data["find"] if search.is_valid() else ""
    candidates = late_candidates(scope, found, words)
    status, form = 200, LateClusterForm(candidates=candidates)
    if request.method == "POST":
        form = LateClusterForm(request.POST, candidates=candidates)

        def add() -> Any:
            chosen, due = form.cleaned_data["cluster"], form.cleaned_data["due"]
            return late_cluster_add(actor=scope, assignment_id=item, cluster_id=chosen, due=due)

        execution, status = attempt(form, add)
        if execution:
            messages.success(request, _("Put on control: %(name)s.") % {"name": execution.addressee})
            return redirect(found)
    context = {"form": form, "search": search, "item": found, "candidates": candidates, "words": words}
    context["here"] = reverse("assignments:late-cluster", args=[pk, item])
    return render(request, "assignments/late_cluster.html", context, status=status)
