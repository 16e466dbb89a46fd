"""Pages around the drafting of a protocol: tables of items, copies, templates, saved audiences, the dry run."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assignments.drafting_exports import addressees_csv, addressees_workbook, item_template
from assignments.drafting_forms import AudienceForm, ItemTableForm, ProtocolCopyForm, TemplateForm
from assignments.forms import SearchForm, VersionForm
from assignments.item_table import DUE, MEANINGS, TEXT, heading
from assignments.models import Protocol, SavedAudience
from assignments.policies import can_keep_audience
from assignments.rules import no_day_problem
from assignments.selectors.copies import due_in, items_to_copy
from assignments.selectors.protocols import issue_preview
from assignments.selectors.saved_audiences import saved_rows
from assignments.services.copies import protocol_copy as copy_protocol
from assignments.services.copies import protocol_template_mark
from assignments.services.item_table import CheckedTable, item_table_add, item_table_check
from assignments.services.saved_audiences import saved_audience_delete, saved_audience_rename
from assignments.views import attempt, drafter, open_draft, read_or_write
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.http import CSV, XLSX, download
from common.scope import Scope, scope_of
from common.tabular import BadRows
from regions.selectors import calendar_overrides

# Tables of items


def _numbers(draft: Protocol, seen: int | None) -> list[str]:
    """Numbers of the items that the person saw, in their order."""
    numbers = list(draft.assignments.order_by("position").values_list("number", flat=True))
    return numbers if seen is None else numbers[:seen]


@read_or_write
def item_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a table of items, show what it would add and all its errors, then add it once."""
    scope, draft = open_draft(request, pk)
    if request.method != "POST":
        form = ItemTableForm.of(draft, draft.assignments.count())
        return _table_page(request, form, draft, None, 200)
    form = ItemTableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _table_page(request, form, draft, None, 400)
    status = 200
    if "add" in request.POST and form.is_as_checked:
        made, status = attempt(form, lambda: _table_added(scope, draft, form))
        if made:
            text = ngettext("%(count)s item has been added.", "%(count)s items have been added.", len(made))
            messages.success(request, text % {"count": len(made)})
            return redirect(draft)
    draft.refresh_from_db()
    numbers = _numbers(draft, None)
    checked = item_table_check(actor=scope, protocol=draft, rows=form.rows, taken=numbers)
    refused = status if form.errors else 400
    form = form.shown(draft, len(numbers))
    return _table_page(request, form, draft, checked, refused if form.errors or checked.errors else 200)


def _table_added(scope: Scope, draft: Protocol, form: ItemTableForm) -> list[Any]:
    """The items, or nothing when rows that were right have become wrong: the check shows which."""
    data = form.cleaned_data
    try:
        return item_table_add(
            actor=scope,
            protocol_id=draft.pk,
            version=data["version"],
            rows=form.rows,
            taken=_numbers(draft, data["seen"]),
        )
    except BadRows:
        return []


def _table_page(
    request: HttpRequest, form: ItemTableForm, draft: Protocol, checked: CheckedTable | None, status: int
) -> HttpResponse:
    found = checked.errors if checked else ()
    errors = [(error.row, heading(error.column), error.reason) for error in found]
    without_day = {error.row for error in found if error.column == DUE}
    repeated = [
        row for row in form.rows if row.row in without_day and no_day_problem(row.text(DUE), row.text(TEXT))
    ]
    context = {"form": form, "protocol": draft, "checked": checked, "errors": errors, "meanings": MEANINGS}
    context["repeated"] = repeated
    return render(request, "assignments/item_table.html", context, status=status)


@require_safe
def item_table_template(request: HttpRequest) -> HttpResponse:
    """The empty table of items."""
    drafter(request)
    return download(item_template(), XLSX, "items.xlsx")


# Copies and templates


@require_safe
def item_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Find an earlier item to begin with."""
    scope, draft = open_draft(request, pk)
    search = SearchForm(request.GET)
    search.fields["find"].label = _("Words, number of the protocol or of the item")
    words = search.cleaned_data["find"] if search.is_valid() else ""
    overrides = calendar_overrides()
    found = [(item, due_in(draft, item, overrides)) for item in items_to_copy(scope, words)]
    context = {"protocol": draft, "search": search, "found": found, "words": words}
    return render(request, "assignments/item_copy.html", context)


@read_or_write
def protocol_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the items of this protocol, its terms counted from the new meeting."""
    scope = scope_of(request)
    source = Protocol.objects.fetch(scope, pk=pk)
    drafter(request)
    initial = {"held_on": clock.today(), "meeting_title": source.meeting_title}
    status, form = 200, ProtocolCopyForm(initial=initial)
    if request.method == "POST":
        form = ProtocolCopyForm(request.POST)
        result, status = attempt(
            form, lambda: copy_protocol(actor=scope, source_id=source.pk, **form.cleaned_data)
        )
        if result:
            _tell_moved(request, result.moved)
            return redirect(result.protocol)
    context = {
        "form": form,
        "protocol": source,
        "items": source.assignments.filter(occurrence=None).count() + source.series.count(),
    }
    return render(request, "assignments/protocol_copy.html", context, status=status)


def _tell_moved(request: HttpRequest, moved: Any) -> None:
    messages.success(request, _("The draft is made. Check the terms: they are counted from the new meeting."))
    if moved:
        text = ngettext(
            "The term of item %(numbers)s fell on a day off and was moved to the working day before.",
            "The terms of items %(numbers)s fell on days off and were moved to the working day before.",
            len(moved),
        )
        messages.warning(request, text % {"numbers": ", ".join(moved)})


@require_POST
def protocol_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a draft as a template, or make a plain draft of it again."""
    scope, draft = open_draft(request, pk)
    form = TemplateForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"is_template": _("Say whether the draft is a template.")})
    protocol_template_mark(actor=scope, protocol_id=draft.pk, **form.cleaned_data)
    return redirect(draft)


# Saved audiences


@require_safe
def audiences(request: HttpRequest) -> HttpResponse:
    """Audiences kept under a name, with whom each addresses today."""
    scope = drafter(request)
    context = {"rows": saved_rows(scope, clock.today())}
    return render(request, "assignments/audiences.html", context)


def _kept(request: HttpRequest, pk: int) -> tuple[Scope, SavedAudience]:
    scope = scope_of(request)
    saved = SavedAudience.objects.select_related("owner").fetch(scope, pk=pk)
    if not can_keep_audience(scope, saved):
        raise NotAllowed(_("A saved audience is changed by its owner; a shared one by administrators too."))
    return scope, saved


@read_or_write
def audience_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a saved audience, or share it."""
    scope, saved = _kept(request, pk)
    status, form = 200, AudienceForm.of(saved)
    if request.method == "POST":
        form = AudienceForm(request.POST)
        done, status = attempt(
            form, lambda: saved_audience_rename(actor=scope, saved_id=pk, **form.cleaned_data)
        )
        if done:
            messages.success(request, _("The changes are saved."))
            return redirect("assignments:audiences")
    return render(request, "assignments/audience_edit.html", {"form": form, "saved": saved}, status=status)


@read_or_write
def audience_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then forget a saved audience."""
    scope, saved = _kept(request, pk)
    status, form = 200, VersionForm(initial={"version": saved.version})
    if request.method == "POST":
        form = VersionForm(request.POST)

        def delete() -> bool:
            saved_audience_delete(actor=scope, saved_id=pk, version=form.cleaned_data["version"])
            return True

        done, status = attempt(form, delete)
        if done:
            messages.success(request, _("The audience is no longer kept."))
            return redirect("assignments:audiences")
    return render(request, "assignments/audience_delete.html", {"form": form, "saved": saved}, status=status)


# Dry run


@require_safe
def issue_list(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The exact list of executions that the issue would make now, as XLSX or CSV."""
    scope, draft = open_draft(request, pk)
    if draft.is_template:
        raise ImpossibleStep(_("A template is not issued: make a protocol of it."))
    preview = issue_preview(scope, draft, clock.today())
    if form == "csv":
        return download(addressees_csv(preview), CSV, "addressees.csv")
    return download(addressees_workbook(draft, preview), XLSX, "addressees.xlsx")
