"""Moving a stage for all or some clusters: what would change, then the move."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.errors import NotAllowed
from common.forms import attempt
from common.scope import Scope, scope_of
from cyclogram.move_forms import MoveForm
from cyclogram.policies import can_move
from cyclogram.selectors.moves import Preview, move_preview
from cyclogram.services.moving import stages_move

SHOWN = 200
"""Rows of a preview on the page; all of them move."""


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest) -> HttpResponse:
    """First what would change; the second press makes the move that was shown."""
    scope = scope_of(request)
    if not can_move(scope):
        raise NotAllowed(_("Stages are moved by methodologists and administrators."))
    if request.method != "POST":
        return _page(request, MoveForm.of(request.GET.dict(), scope))
    form = MoveForm(request.POST, scope=scope)
    found = attempt(form, lambda **_said: move_preview(scope, form.rule))
    if found.status != 200:
        return _page(request, form, None, found.status)
    if "move" not in request.POST or form.cleaned_data["seen"] != found.result.digest:
        return _page(request, form.shown(found.result.digest), found.result)
    return _moved(request, scope, form, found.result)


def _moved(request: HttpRequest, scope: Scope, form: MoveForm, preview: Preview) -> HttpResponse:
    done = attempt(
        form,
        lambda **said: stages_move(actor=scope, rule=form.rule, reason=said["reason"], seen=said["seen"]),
    )
    if done.status != 200:
        return _page(request, form, preview, done.status)
    text = ngettext("%(count)s stage is moved.", "%(count)s stages are moved.", done.result)
    messages.success(request, text % {"count": done.result})
    rule = form.rule
    query = urlencode({"process": rule.process, "cohort": str(rule.cohort), "region": rule.region})
    return HttpResponseRedirect(f"{reverse('cyclogram:stages')}?{query}")


def _page(
    request: HttpRequest, form: MoveForm, preview: Preview | None = None, status: int = 200
) -> HttpResponse:
    rows = preview.rows[:SHOWN] if preview else []
    context = {"form": form, "preview": preview, "rows": rows, "shown": SHOWN}
    return render(request, "cyclogram/move.html", context, status=status)
