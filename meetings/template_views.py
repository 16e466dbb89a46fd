"""The template of the protocol: what holds, how it is changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments.views import read_or_write
from common.errors import NotAllowed
from common.forms import attempt
from common.http import DOCX, download
from common.scope import Scope, scope_of
from files.http import file_response
from meetings.minutes_forms import TemplateForm
from meetings.models import ProtocolTemplate
from meetings.papers.shipped import shipped_template
from meetings.policies import can_keep_template
from meetings.presentation.minutes import TAGS
from meetings.selectors.minutes import template_rows
from meetings.services.templates import template_upload


def _reader(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not scope.is_centre:
        raise NotAllowed(_("The template of the protocol belongs to the centre."))
    return scope


@read_or_write
def template(request: HttpRequest) -> HttpResponse:
    """The versions of the template, and a new one."""
    scope = _reader(request)
    rows = list(template_rows(scope))
    newest = rows[0] if rows else None
    form, status = TemplateForm.after(newest), 200
    if request.method == "POST":
        form = TemplateForm(request.POST, request.FILES)

        def act(file: Any, **fields: Any) -> ProtocolTemplate:
            return template_upload(actor=scope, upload=file, **fields)

        done = attempt(form, act)
        if done.status == 200:
            words = _("Version %(number)s of the template holds from now on.")
            messages.success(request, words % {"number": done.result.number})
            return redirect("meetings:protocol-template")
        status = done.status
    context = {
        "form": form,
        "rows": rows,
        "newest": newest,
        "may_keep": can_keep_template(scope),
        "tags": TAGS,
    }
    return render(request, "meetings/protocol/template.html", context, status=status)


@require_safe
def template_shipped(request: HttpRequest) -> HttpResponse:
    """The template that the portal ships."""
    _reader(request)
    return download(shipped_template(), DOCX, "protocol-template.docx")


@require_safe
def template_file(request: HttpRequest, number: int) -> HttpResponse:
    """One version of the template."""
    row: ProtocolTemplate = ProtocolTemplate.objects.select_related("file").fetch(
        scope_of(request), number=number
    )
    return file_response(row.file)
