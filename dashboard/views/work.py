"""Lists of executions: the inbox of a region, the registry and its filters."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments.enums import OPEN_STATES, ListPage
from assignments.models import SavedView
from assignments.policies import can_submit
from common import clock
from common.errors import NotAllowed
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.focus import chosen_region
from dashboard.forms import InboxFilterForm
from dashboard.paging import capped_count, keyset_page
from dashboard.rows import Choice, deciding
from dashboard.selectors.assignees import assignee_choices
from dashboard.selectors.inbox import BY_CLUSTER, BY_ITEM, InboxFilter, inbox_choices
from dashboard.selectors.inbox import inbox as inbox_of
from dashboard.selectors.registry import RegistryFilter, item_named, registry_rows
from dashboard.work_lists import registry_form, require_registry

PAGING = frozenset({"after", "before"})


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The open work of the reader's regions; a minister reads it, the centre has the registry instead."""
    scope = scope_of(request)
    if not scope.regions:
        if scope.is_centre:
            return redirect("dashboard:registry")
        raise NotAllowed(_("Assignments are a page of the regions and of the centre."))
    region = chosen_region(request)
    asked = _with_default_region(request.GET, region)
    form = InboxFilterForm(asked, inbox_choices(scope))
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else InboxFilter(region=region)
    context = {
        "form": form,
        "inbox": inbox_of(scope, narrowed),
        "query": _without_empty(asked),
        "is_narrowed": replace(narrowed, by="") != InboxFilter(region=region),
        "is_reader": not scope.coordinated,
        "ways": _ways(request.GET, narrowed.by),
        "assignees": assignee_choices(scope),
        **_views_of(scope, ListPage.INBOX, request.GET),
    }
    status = 200 if is_valid else 400
    return page_or_part(request, "dashboard/inbox.html", "inbox", context, status, beside="views")


def _ways(query: QueryDict, by: str) -> list[dict[str, Any]]:
    """The groupings of the same work, each an address that keeps the filters."""
    labels = (("", _("by term")), (BY_CLUSTER, _("by cluster")), (BY_ITEM, _("by item")))
    ways = []
    for value, label in labels:
        changed = query.copy()
        changed["by"] = value
        url = f"?{_without_empty(changed)}"
        ways.append({"label": label, "url": url, "is_current": value == by})
    return ways


def _without_empty(query: QueryDict) -> str:
    """The filters that say something, as an address holds them: an empty region asks for all, turning pages is none."""
    kept = [
        (name, value) for name, value in query.items() if (value or name == "region") and name not in PAGING
    ]
    return urlencode(kept)


def _views_of(scope: Scope, page: str, query: QueryDict) -> dict[str, Any]:
    """The reader's saved views of a list, and what a view saved now would hold."""
    saved = SavedView.objects.visible_to(scope).filter(page=page).order_by("name", "pk")
    return {"saved": saved, "view_query": _without_empty(query)}


def _with_default_region(query: QueryDict, region: str) -> QueryDict:
    """The parameters with the chosen region where the address names none; an empty one asks for all of them."""
    if not region or "region" in query:
        return query
    filled = query.copy()
    filled["region"] = region
    return filled


def _choice_of(scope: Scope) -> Choice | None:
    """Boxes of the form «together» before the open executions of whoever hands in reports."""
    if not scope.coordinated:
        return None
    return Choice("together", lambda row: row.state in OPEN_STATES and can_submit(scope, row))


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """All executions that the reader may see, by filter, 50 a page."""
    scope = scope_of(request)
    require_registry(scope)
    form = registry_form(scope, request.GET)
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else RegistryFilter()
    rows = registry_rows(scope, narrowed) if is_valid else registry_rows(scope, narrowed).none()
    count, has_more = capped_count(rows, settings.LONG_EXPORT_ROWS)
    page = keyset_page(
        rows.for_table().with_note(), field="due_on", query=request.GET, descending=not narrowed.oldest_first
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
        "past": narrowed.as_of,
        "today_url": _today_of(request),
        "deciding": deciding(scope) if narrowed.as_of is None else None,
        "choice": _choice_of(scope) if narrowed.as_of is None else None,
        **_views_of(scope, ListPage.REGISTRY, request.GET),
        "query": request.GET.urlencode(),
    }
    status = 200 if is_valid else 400
    return page_or_part(request, "dashboard/registry.html", "registry", context, status, beside="views")


def _today_of(request: HttpRequest) -> str:
    """The same list as of today, from its first page."""
    query = request.GET.copy()
    for name in ("as_of", *PAGING):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}"
