"""The roadmap, and the form of one milestone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from associations.forms import MilestoneForm
from associations.models import Milestone
from associations.policies import can_keep
from associations.presentation.roadmap import roadmap_document
from associations.selectors.roadmap import bars, common_roadmap, own_roadmap
from associations.services.keeping import require_keeper
from associations.services.roadmap import milestone_save, roadmap_copy
from associations.views.editing import edited, typed
from associations.work_forms import CopyYearForm
from clusters.models import Association
from common import clock
from common.documents.docx import docx_of
from common.documents.pdf import pdf_of
from common.forms import attempt
from common.http import DOCX, PDF, download
from common.scope import scope_of
from cyclogram.presentation.gantt import gantt


@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """The milestones of the transition and of all associations, as bars and as a table."""
    scope = scope_of(request)
    found = common_roadmap(scope)
    today = clock.today()
    context = {
        "roadmap": found,
        "chart": gantt(bars(found.rows, today), today, _("Roadmap")),
        "can_keep": can_keep(scope, None),
    }
    return render(request, "associations/roadmap.html", context)


@require_safe
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The milestones that an association planned for itself, as bars and as a table."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=pk)
    rows = own_roadmap(scope, pk)
    today = clock.today()
    context = {
        "association": whose,
        "rows": rows,
        "chart": gantt(bars(rows, today), today, _("Roadmap of the association")) if rows else "",
        "can_keep": can_keep(scope, pk),
        "tab": "roadmap",
    }
    return render(request, "associations/own_roadmap.html", context)


@require_safe
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The milestones of an association to take along."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=pk)
    document = roadmap_document(whose, own_roadmap(scope, pk))
    name = f"roadmap-{whose.slug}.{form}"
    if form == "pdf":
        return download(pdf_of(document), PDF, name)
    return download(docx_of(document), DOCX, name)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, association: int) -> HttpResponse:
    """Copy the milestones of a year to the next."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=association)
    require_keeper(scope, whose.pk)
    form = CopyYearForm(typed(request), initial={"year": clock.today().year})
    return edited(
        request, whose, form, gettext_lazy("Copy a year to the next"),
        lambda **said: roadmap_copy(actor=scope, association_id=whose.pk, **said),
        back=reverse("associations:own-roadmap", args=[whose.pk]),
        done=_("The milestones are copied as planned."),
        lead=gettext_lazy("Days move by a year; what is cancelled stays behind, what is there already is not copied."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a milestone."""
    row: Milestone = Milestone.objects.select_related("association").fetch(scope_of(request), pk=pk)
    return _edited(request, row, row.association)


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_create(request: HttpRequest, association: int | None = None) -> HttpResponse:
    """Enter a milestone of all associations, or of one."""
    whose = Association.objects.fetch(scope_of(request), pk=association) if association else None
    return _edited(request, None, whose)


def _edited(request: HttpRequest, row: Milestone | None, association: Association | None) -> HttpResponse:
    """The form; saved, it leads back to where the milestone stands."""
    scope = scope_of(request)
    whose = association.pk if association else None
    require_keeper(scope, whose)
    status, form = 200, MilestoneForm.of(row, whose) if row else MilestoneForm(association=whose)
    back = reverse("associations:own-roadmap", args=[whose]) if whose else reverse("associations:roadmap")
    if request.method == "POST":
        form = MilestoneForm(request.POST, association=whose)
        status = attempt(
            form,
            lambda **said: milestone_save(
                actor=scope, milestone_id=row.pk if row else None, association_id=whose, **said
            ),
        ).status
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect(back)
    context = {
        "form": form,
        "association": association,
        "back": back,
        "title": row or gettext_lazy("New milestone"),
    }
    return render(request, "associations/milestone_form.html", context, status=status)
