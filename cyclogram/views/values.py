"""Values of indicators: the table of a day to fill in, by hand or from a workbook, the list and its decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.http import XLSX
from common.parts import page_or_part
from common.scope import Scope, scope_of
from common.tabular import RowError
from cyclogram.policies import can_enter_values, can_plan_for
from cyclogram.selectors.values import MOST_ROWS, ValueFilter, entry_rows, value_rows, values_found
from cyclogram.services.values import values_accept, values_enter, values_plan, values_return
from cyclogram.value_forms import DecisionForm, EntryForm, UploadForm, ValueFilterForm
from cyclogram.value_table import Table, typed_in_workbook, typed_on_page, values_workbook

PAGE_SIZE = 50


def _entry_form(request: HttpRequest) -> tuple[Scope, EntryForm]:
    scope = scope_of(request)
    if not (can_enter_values(scope) or can_plan_for(scope)):
        raise NotAllowed(_("Values are entered by coordinators, plans by methodologists and administrators."))
    asked = request.GET.copy()
    asked.setdefault("day", f"{clock.today():%d.%m.%Y}")
    return scope, EntryForm(asked, scope=scope)


def _table(scope: Scope, form: EntryForm) -> Table:
    """The rows of the table that was asked for; none when there are too many of them."""
    if not form.is_valid():
        return Table([], plans=False)
    rows = entry_rows(scope, form.cleaned_data["day"], form.regions, form.indicators())
    return Table(rows, plans=form.plans)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The table of a day. A POST saves what is typed; with a file it shows what the file says, and saves nothing."""
    scope, form = _entry_form(request)
    table = _table(scope, form)
    if request.method != "POST":
        return _enter_page(request, form, table, 200 if form.is_valid() else 400)
    if not form.is_valid():
        return _enter_page(request, form, table, 400)
    if "check" in request.POST:
        return _checked(request, form, table)
    table.typed = typed_on_page(request.POST, table.rows)
    service = values_plan if table.plans else values_enter
    try:
        count = service(actor=scope, day=form.cleaned_data["day"], entries=table.entries())
    except InvalidInput as error:
        table.errors = error.errors
        return _enter_page(request, form, table, error.status)
    words = ngettext("%(count)s value is saved.", "%(count)s values are saved.", count)
    messages.success(request, words % {"count": count})
    return HttpResponseRedirect(f"{reverse('cyclogram:values-enter')}?{request.GET.urlencode()}")


def _checked(request: HttpRequest, form: EntryForm, table: Table) -> HttpResponse:
    """What an uploaded table says, typed into the rows of the page."""
    upload = UploadForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _enter_page(request, form, table, 400, upload=upload)
    try:
        table.typed, wrong = typed_in_workbook(upload.rows, table.rows, form.indicators())
    except InvalidInput as error:
        upload.add_error("file", str(error))
        return _enter_page(request, form, table, error.status, upload=upload)
    if wrong:
        table.typed = {}
        return _enter_page(request, form, table, 400, wrong=wrong)
    return _enter_page(request, form, table, 200, is_checked=True)


def _enter_page(
    request: HttpRequest,
    form: EntryForm,
    table: Table,
    status: int,
    *,
    upload: UploadForm | None = None,
    wrong: Sequence[RowError] = (),
    is_checked: bool = False,
) -> HttpResponse:
    lines = table.lines()
    context = {
        "form": form,
        "upload": upload or UploadForm(),
        "table": table,
        "lines": lines if len(lines) <= MOST_ROWS else [],
        "is_too_wide": len(lines) > MOST_ROWS,
        "wrong": wrong,
        "is_checked": is_checked,
        "changed": sum(line.is_changed for line in lines),
        "errors": _told(table.errors),
        "query": request.GET.urlencode(),
    }
    return render(request, "cyclogram/values_enter.html", context, status=status)


def _told(errors: Mapping[str, Sequence[Any]]) -> list[str]:
    """Refusals that belong to no row of the table."""
    return [str(message) for key, told in errors.items() if ":" not in key for message in told]


@require_safe
def values_form(request: HttpRequest) -> FileResponse:
    """The same table as a workbook to fill in."""
    scope, form = _entry_form(request)
    table = _table(scope, form)
    if not form.is_valid():
        raise InvalidInput(dict(form.errors))
    name = f"values-{form.cleaned_data['day']:%Y-%m-%d}.xlsx"
    return FileResponse(values_workbook(table), as_attachment=True, filename=name, content_type=XLSX)


@require_safe
def values(request: HttpRequest) -> HttpResponse:
    """Values that were entered, narrowed by the filter, with the decisions that this person may take."""
    return _list(request, scope_of(request))


def _list(
    request: HttpRequest, scope: Scope, decision: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    form = ValueFilterForm(request.GET, scope=scope)
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else ValueFilter()
    found = values_found(scope, narrowed)
    page = Paginator(found if is_valid else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = value_rows(scope, page)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "decision": decision or DecisionForm(),
        "can_decide": any(row.can_decide for row in rows),
        "can_enter": can_enter_values(scope) or can_plan_for(scope),
        "is_narrowed": narrowed != ValueFilter(),
        "query": request.GET.urlencode(),
    }
    status = status if is_valid else 400
    return page_or_part(request, "cyclogram/values.html", "values", context, status)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Accept the chosen values, or send them back with a remark."""
    scope, form = scope_of(request), DecisionForm(request.POST)
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("Values are decided by the centre."))
    if not form.is_valid():
        raise InvalidInput(dict(form.errors))
    accepts = "return" not in request.POST
    try:
        if accepts:
            count = values_accept(actor=scope, chosen=form.versions())
        else:
            count = values_return(actor=scope, chosen=form.versions(), remark=form.cleaned_data["remark"])
    except (InvalidInput, ImpossibleStep) as error:
        form.add_error(None, str(error))
        return _list(request, scope, form, error.status)
    words = (
        ngettext("%(count)s value is accepted.", "%(count)s values are accepted.", count)
        if accepts
        else ngettext("%(count)s value is returned.", "%(count)s values are returned.", count)
    )
    messages.success(request, words % {"count": count})
    return HttpResponseRedirect(f"{reverse('cyclogram:values')}?{request.GET.urlencode()}")
