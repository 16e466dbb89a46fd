"""The roadmap, and the form of one milestone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from associations.forms import MilestoneForm
from associations.models import Milestone
from associations.policies import can_keep
from associations.selectors.roadmap import bars, common_roadmap
from associations.services.roadmap import milestone_save, require_keeper
from clusters.models import Association
from common import clock
from common.forms import attempt
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
    status, form = 200, MilestoneForm.of(row) if row else MilestoneForm()
    back = association.get_absolute_url() if association else "associations:roadmap"
    if request.method == "POST":
        form = MilestoneForm(request.POST)
        status = attempt(
            form,
            lambda **said: milestone_save(
                actor=scope, milestone_id=row.pk if row else None, association_id=whose, **said
            ),
        ).status
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect(back)
    context = {"form": form, "association": association, "title": row or gettext_lazy("New milestone")}
    return render(request, "associations/milestone_form.html", context, status=status)
