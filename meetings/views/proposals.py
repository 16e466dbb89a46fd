"""Questions proposed for an agenda: the list, a new one, taken back, declined."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.forms import VersionForm
from assignments.views import attempt, read_or_write
from clusters.models import Association
from common.errors import NotAllowed
from common.scope import Scope, scope_of
from meetings.agenda_forms import DeclineForm, ProposalForm
from meetings.enums import AgendaSource
from meetings.lists import require_reader
from meetings.models import AgendaItem
from meetings.policies import can_keep
from meetings.selectors.proposals import proposals_of
from meetings.services import proposals as services
from meetings.views.doors import keeper
from regions.models import Region

SHOWN = 200
"""Proposals on one page, the newest; all of them are in the file."""


def places_of(scope: Scope) -> list[tuple[str, str]]:
    """The places for which this person may propose."""
    regions = Region.objects.visible_to(scope).filter(code__in=scope.coordinated).by_name()
    associations = Association.objects.visible_to(scope).filter(pk__in=scope.associations)
    found = [(f"region:{row.code}", row.name) for row in regions] if scope.coordinated else []
    return found + [(f"association:{row.pk}", row.name) for row in associations if scope.associations]


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals and what became of them: the centre sees all, a place its own."""
    scope = scope_of(request)
    require_reader(scope)
    context = {
        "rows": proposals_of(scope)[:SHOWN],
        "may_keep": can_keep(scope),
        "may_propose": bool(scope.coordinated or scope.associations),
    }
    return render(request, "meetings/proposals.html", context)


@read_or_write
def proposal_create(request: HttpRequest) -> HttpResponse:
    """Propose a question for the next meeting."""
    scope = scope_of(request)
    if not (scope.coordinated or scope.associations):
        raise NotAllowed(
            _("Questions are proposed by coordinators and by people of associations, for their own.")
        )
    places = places_of(scope)
    status, form = 200, ProposalForm(places=places)
    if request.method == "POST":
        form = ProposalForm(request.POST, places=places)
        made, status = attempt(form, lambda: services.proposal_make(actor=scope, **form.values()))
        if made:
            messages.success(request, _("The question is proposed: the secretary takes it or declines it."))
            return redirect("meetings:proposals")
    return render(request, "meetings/proposal_form.html", {"form": form}, status=status)


@require_POST
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back."""
    scope = scope_of(request)
    AgendaItem.objects.fetch(scope, pk=pk, source=AgendaSource.PROPOSAL)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    services.proposal_withdraw(actor=scope, item_id=pk, version=version)
    messages.success(request, _("The proposal is taken back."))
    return redirect("meetings:proposals")


@read_or_write
def proposal_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then decline a proposal."""
    found: AgendaItem = AgendaItem.objects.select_related("region", "association", "meeting").fetch(
        scope_of(request), pk=pk, source=AgendaSource.PROPOSAL
    )
    scope = keeper(request)
    status, form = 200, DeclineForm(initial={"version": found.version})
    if request.method == "POST":
        form = DeclineForm(request.POST)
        done, status = attempt(
            form, lambda: services.proposal_decline(actor=scope, item_id=pk, **form.cleaned_data)
        )
        if done:
            messages.success(request, _("The proposal is declined; its place reads the reason."))
            return redirect(found.meeting or "meetings:proposals")
    return render(request, "meetings/decline.html", {"form": form, "item": found}, status=status)
