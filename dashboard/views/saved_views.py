"""Filters of lists kept under a name, and the sharing out of work among the coordinators of a region."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assignments.models import SavedView
from assignments.services.assigning import executions_assign
from assignments.services.saved_views import saved_view_delete, saved_view_rename, saved_view_save
from common.errors import InvalidInput, NotAllowed
from common.forms import add_refusal
from common.scope import Scope, scope_of
from dashboard.handing_forms import AssignForm, RenameForm, SavedViewForm
from dashboard.views.in_rows import list_address


def _scope_of_lists(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("Lists of executions are pages of the regions and of the centre."))
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: HttpRequest) -> HttpResponse:
    """The reader's views, to be renamed and deleted; a POST keeps one more and leads back to its list."""
    scope = _scope_of_lists(request)
    if request.method != "POST":
        return _page(request, scope)
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        return _page(request, scope, form=form, status=400)
    try:
        view = saved_view_save(actor=scope, **form.cleaned_data)
    except InvalidInput as error:
        add_refusal(form, error)
        return _page(request, scope, form=form, status=400)
    messages.success(request, _("The view «%(name)s» is saved.") % {"name": view.name})
    return redirect(view.get_absolute_url())


def _page(
    request: HttpRequest,
    scope: Scope,
    form: Any = None,
    renaming: tuple[int, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = SavedView.objects.visible_to(scope).order_by("page", "name")
    pk, typed = renaming or (0, None)
    views = [(row, typed if row.pk == pk else RenameForm.of(row)) for row in rows]
    context = {"views": views, "form": form}
    return render(request, "dashboard/saved_views.html", context, status=status)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for an own view."""
    scope = scope_of(request)
    view: SavedView = SavedView.objects.fetch(scope, pk=pk)
    form = RenameForm.of(view, request.POST)
    if form.is_valid():
        try:
            saved_view_rename(actor=scope, view_id=pk, name=form.cleaned_data["name"])
            return redirect("dashboard:saved-views")
        except InvalidInput as error:
            add_refusal(form, error)
    return _page(request, scope, renaming=(pk, form), status=400)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """An own view goes; the list stays as it is."""
    saved_view_delete(actor=scope_of(request), view_id=pk)
    messages.success(request, _("The view is deleted."))
    return redirect("dashboard:saved-views")


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the ticked executions to a coordinator of the region, or to nobody, and go back to the list."""
    scope = scope_of(request)
    if not scope.coordinated:
        raise NotAllowed(_("Only the coordinators of a region share out its work."))
    form = AssignForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(str(next(iter(form.errors.values()))[0]))
    chosen = form.cleaned_data
    result = executions_assign(actor=scope, execution_ids=chosen["ids"], assignee_id=chosen["assignee"])
    done = len(result.done)
    if done:
        words = ngettext("%(count)s execution is assigned.", "%(count)s executions are assigned.", done)
        messages.success(request, words % {"count": done})
    for reason in dict.fromkeys(reason for _pk, reason in result.refused):
        messages.warning(request, reason)
    return redirect(list_address(request.POST.get("back", "")) or "dashboard:inbox")
