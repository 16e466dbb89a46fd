"""The coordinating work of an association: what it keeps, help, expert support, questions between clusters."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from associations import work_forms as forms
from associations.enums import SUPPORT_STEPS
from associations.meetings_held import meetings_held
from associations.models import PeerQuestion, SupportRequest
from associations.policies import can_do_support, can_keep, can_speak_for
from associations.selectors.joining import FIRST_DAY
from associations.selectors.support import clusters_spoken_for, peer_questions, work_page
from associations.services import support as services
from associations.services.keeping import kept_row, kept_save, require_keeper
from associations.views.editing import edited, typed
from clusters.models import Association
from common import clock
from common.errors import NotAllowed
from common.forms import attempt
from common.scope import Scope, scope_of

TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "direction": (gettext_lazy("New direction of work"), gettext_lazy("Direction of work")),
    "group": (gettext_lazy("New working group"), gettext_lazy("Working group")),
    "member": (gettext_lazy("New member of a group"), gettext_lazy("Member of a group")),
    "task": (gettext_lazy("New task of a group"), gettext_lazy("Task of a group")),
    "curator": (gettext_lazy("New curator of a cluster"), gettext_lazy("Curator of a cluster")),
    "publicity": (gettext_lazy("New publication"), gettext_lazy("Publication")),
}
"""What the form of each kind is called, new and known."""
ON_EVENTS = ("publicity",)
"""Kinds that stand on the page of events; the others stand on that of the work."""


@require_safe
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """Directions, groups, curators, who needs help and what was done."""
    scope = scope_of(request)
    context = {
        "work": work_page(scope, pk),
        "can_keep": can_keep(scope, pk),
        "can_ask": bool(scope.coordinated),
        "meetings": meetings_held(scope, pk, FIRST_DAY, clock.today())[::-1],
        "tab": "work",
    }
    return render(request, "associations/work_page.html", context)


def _fetched(scope: Scope, pk: int) -> Association:
    found: Association = Association.objects.fetch(scope, pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, association: int, kind: str, pk: int | None = None) -> HttpResponse:
    """Enter a thing of an association, or change one."""
    scope = scope_of(request)
    whose = _fetched(scope, association)
    require_keeper(scope, whose.pk)
    row = kept_row(scope, kind, whose.pk, pk) if pk else None
    form_type = forms.KEPT_FORMS[kind]
    if request.method == "POST":
        form = form_type(request.POST, association=whose.pk)
    elif row:
        form = form_type.of(row, whose.pk)
    else:
        form = form_type(association=whose.pk, initial={"group": request.GET.get("group", "")})
    page = "associations:events" if kind in ON_EVENTS else "associations:work"
    return edited(
        request, whose, form, TITLES[kind][row is not None],
        lambda **said: kept_save(actor=scope, kind=kind, association_id=whose.pk, pk=pk, **said),
        back=reverse(page, args=[whose.pk]), done=_("The changes are saved."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def help_create(request: HttpRequest, association: int) -> HttpResponse:
    """Write down what was done for a member."""
    scope = scope_of(request)
    whose = _fetched(scope, association)
    require_keeper(scope, whose.pk)
    initial = {"cluster": request.GET.get("cluster", ""), "helped_on": clock.today()}
    form = forms.HelpForm(typed(request), association=whose.pk, initial=initial)
    return edited(
        request, whose, form, gettext_lazy("Help to a cluster"),
        lambda **said: services.help_record(actor=scope, association_id=whose.pk, **said),
        back=reverse("associations:work", args=[whose.pk]), done=_("It is written down."),
        lead=gettext_lazy("It is read by the region, the association and the centre, and is not changed afterwards."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def support_create(request: HttpRequest, association: int) -> HttpResponse:
    """Ask an association for an expert."""
    scope = scope_of(request)
    whose = _fetched(scope, association)
    if not scope.coordinated:
        raise NotAllowed(_("For a cluster speak the coordinators of its region."))
    form = forms.SupportForm(typed(request), association=whose.pk, scope=scope)
    return edited(
        request, whose, form, gettext_lazy("Request for expert support"),
        lambda **said: services.support_ask(actor=scope, association_id=whose.pk, **said),
        back=reverse("associations:work", args=[whose.pk]),
        done=_("The request is with the association: it names an expert."),
    )  # fmt: skip


class SupportAct(NamedTuple):
    """An act on a request: the form, the service, the words of its button."""

    form: type[forms.SupportActForm]
    service: Callable[..., SupportRequest]
    label: str | Promise


SUPPORT_ACTS = {
    "answer": SupportAct(forms.AnswerForm, services.support_answer, gettext_lazy("Answer")),
    "assign": SupportAct(forms.AssignForm, services.support_assign, gettext_lazy("Give it to an expert")),
    "close": SupportAct(forms.CloseForm, services.support_close, gettext_lazy("Say what came of it")),
    "cancel": SupportAct(forms.CancelForm, services.support_cancel, gettext_lazy("Take the request back")),
}


@require_safe
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """One request for expert support."""
    return _support_page(request, pk)


@require_POST
def support_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something to a request; what was refused comes back in its form."""
    scope, chosen = scope_of(request), SUPPORT_ACTS[act]
    SupportRequest.objects.fetch(scope, pk=pk)
    form = chosen.form(request.POST)
    status = attempt(form, lambda **said: chosen.service(actor=scope, request_id=pk, **said)).status
    if status != 200:
        return _support_page(request, pk, form, status)
    messages.success(request, _("The changes are saved."))
    return redirect("associations:support", pk)


def _support_page(
    request: HttpRequest, pk: int, refused: forms.SupportActForm | None = None, status: int = 200
) -> HttpResponse:
    scope = scope_of(request)
    rows = SupportRequest.objects.select_related("association", "cluster__region", "expert")
    row: SupportRequest = rows.fetch(scope, pk=pk)
    acts = [
        (name, act, refused if isinstance(refused, act.form) else act.form.of(row))
        for name, act in SUPPORT_ACTS.items()
        if row.state in SUPPORT_STEPS[name].sources and can_do_support(scope, name, row)
    ]
    lost = refused if refused and refused.act not in {name for name, _act, _form in acts} else None
    context = {"row": row, "acts": acts, "lost": lost}
    return render(request, "associations/support.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def peers(request: HttpRequest) -> HttpResponse:
    """Questions between clusters of one industry, and the form of a new one."""
    scope = scope_of(request)
    status, form = 200, None
    if clusters_spoken_for(scope):
        form = forms.PeerForm(typed(request), scope=scope, initial=request.GET.dict())
    if request.method == "POST":
        if form is None:
            raise NotAllowed(_("For a cluster speak the coordinators of its region."))
        status = attempt(form, lambda **said: services.peer_ask(actor=scope, **said)).status
        if status == 200:
            messages.success(request, _("The question is sent to the coordinators of the other cluster."))
            return redirect("associations:peers")
    context = {"rows": peer_questions(scope), "form": form, "scope_regions": scope.coordinated}
    return render(request, "associations/peers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def peer(request: HttpRequest, pk: int) -> HttpResponse:
    """One question between clusters, answered by the region that is asked."""
    scope = scope_of(request)
    rows = PeerQuestion.objects.select_related("cluster__region", "peer__region", "answered_by", "asked_by")
    row: PeerQuestion = rows.fetch(scope, pk=pk)
    form, status = None, 200
    if can_speak_for(scope, row.peer.region_id):
        form = forms.PeerAnswerForm(typed(request), initial={"version": row.version, "answer": row.answer})
    if request.method == "POST":
        if form is None:
            raise NotAllowed(_("For a cluster speak the coordinators of its region."))
        status = attempt(
            form, lambda **said: services.peer_answer(actor=scope, question_id=pk, **said)
        ).status
        if status == 200:
            messages.success(request, _("The answer is sent."))
            return redirect("associations:peer", pk)
    return render(request, "associations/peer.html", {"row": row, "form": form}, status=status)
