"""Lists of executions: the inbox of a region, the registry and its export."""

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import InvalidInput, NotAllowed
from common.scope import scope_of
from dashboard.exports import registry_workbook
from dashboard.focus import chosen_region
from dashboard.forms import InboxFilterForm, RegistryFilterForm
from dashboard.paging import capped_count, keyset_page
from dashboard.selectors.inbox import InboxFilter, inbox_choices
from dashboard.selectors.inbox import inbox as inbox_of
from dashboard.selectors.registry import RegistryFilter, item_named, registry_choices, registry_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The open work of the reader's regions; a minister reads it, the centre has the registry instead."""
    scope = scope_of(request)
    if not scope.regions:
        if scope.is_centre:
            return redirect("dashboard:registry")
        raise NotAllowed(_("Assignments are a page of the regions and of the centre."))
    region = chosen_region(request)
    form = InboxFilterForm(_with_default_region(request.GET, region), inbox_choices(scope))
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else InboxFilter(region=region)
    context = {
        "form": form,
        "inbox": inbox_of(scope, narrowed),
        "is_narrowed": narrowed != InboxFilter(region=region),
        "is_reader": not scope.coordinated,
    }
    return render(request, "dashboard/inbox.html", context, status=200 if is_valid else 400)


def _with_default_region(query: QueryDict, region: str) -> QueryDict:
    """The parameters with the chosen region where the address names none; an empty one asks for all of them."""
    if not region or "region" in query:
        return query
    filled = query.copy()
    filled["region"] = region
    return filled


def _registry_form(request: HttpRequest) -> RegistryFilterForm:
    scope = scope_of(request)
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("The registry is a page of the regions and of the centre."))
    protocol = request.GET.get("protocol", "")
    choices = registry_choices(
        scope,
        region=request.GET.get("region", ""),
        cluster=request.GET.get("cluster", ""),
        protocol=int(protocol) if protocol.isascii() and protocol.isdigit() and len(protocol) < 19 else None,
    )
    return RegistryFilterForm(request.GET, choices)


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """All executions that the reader may see, by filter, 50 a page."""
    scope, form = scope_of(request), _registry_form(request)
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else RegistryFilter()
    rows = registry_rows(scope, narrowed) if is_valid else registry_rows(scope, narrowed).none()
    count, has_more = capped_count(rows)
    page = keyset_page(
        rows.for_table(), field="due_on", query=request.GET, descending=not narrowed.oldest_first
    )
    context = {
        "form": form,
        "page": page,
        "count": count,
        "has_more": has_more,
        "is_narrowed": not narrowed.is_empty,
        "corrects": narrowed.corrects,
        "item": item_named(scope, narrowed.item),
        "today": clock.today(),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "dashboard/registry.html", context, status=200 if is_valid else 400)


@require_safe
def registry_export(request: HttpRequest) -> FileResponse:
    """The filtered list as XLSX."""
    form = _registry_form(request)
    if not form.is_valid():
        raise InvalidInput(_("The filter of this export is damaged. Open the registry and export again."))
    narrowed = form.narrowed()
    sign = "" if narrowed.oldest_first else "-"
    rows = registry_rows(scope_of(request), narrowed).order_by(f"{sign}due_on", f"{sign}pk")
    name = f"executions-{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(registry_workbook(rows), as_attachment=True, filename=name, content_type=XLSX)
