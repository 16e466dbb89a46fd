"""Pages of joining: the founding of an association, invitations, applications and their answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from associations import work_forms as forms
from associations.models import Joining
from associations.policies import can_keep
from associations.selectors.joining import joining_page, joining_row
from associations.services import joining as services
from associations.services.keeping import require_keeper
from associations.views.editing import edited, typed, version_of
from clusters.models import Association
from common import clock
from common.errors import NotAllowed
from common.forms import attempt
from common.scope import scope_of


@require_safe
def joinings(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist of the founding, invitations and applications."""
    scope = scope_of(request)
    context = {"joining": joining_page(scope, pk), "can_keep": can_keep(scope, pk), "tab": "joining"}
    return render(request, "associations/joining_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def joining_create(request: HttpRequest, association: int) -> HttpResponse:
    """Invite a cluster, or apply for one."""
    scope = scope_of(request)
    page = joining_page(scope, association)
    keeps = can_keep(scope, association)
    if not keeps and not scope.coordinated:
        raise NotAllowed(_("The association invites, and the coordinators of the region apply."))
    offered = [(one.pk, f"{one.display_name}, {one.region.name}") for one in page.offered]
    form = forms.JoiningForm(typed(request), offered=offered)
    return edited(
        request, page.page.association, form,
        gettext_lazy("Invite a cluster") if keeps else gettext_lazy("Apply for membership"),
        lambda **said: services.joining_ask(actor=scope, association_id=association, **said),
        back=reverse("associations:joinings", args=[association]),
        done=_("It is sent; the other side answers."),
    )  # fmt: skip


@require_POST
def invite_all(request: HttpRequest, association: int) -> HttpResponse:
    """Invite all free clusters of the industry."""
    form = forms.InviteAllForm(request.POST)
    tried = attempt(
        form,
        lambda **said: services.invite_all(actor=scope_of(request), association_id=association, **said),
    )
    if tried.status == 200:
        words = ngettext("%(n)s cluster is invited.", "%(n)s clusters are invited.", tried.result)
        messages.success(request, words % {"n": tried.result})
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("associations:joinings", association)


@require_http_methods(["GET", "HEAD", "POST"])
def joining(request: HttpRequest, pk: int) -> HttpResponse:
    """One invitation or application, answered by the other side."""
    scope = scope_of(request)
    rows = Joining.objects.select_related("association", "cluster__region", "asked_by", "answered_by")
    row: Joining = rows.fetch(scope, pk=pk)
    may = joining_row(scope, row)
    initial = {"version": row.version, "starts_on": clock.today()}
    form = forms.JoiningAnswerForm(typed(request), initial=initial)
    status = 200
    if request.method == "POST":
        status = attempt(
            form, lambda **said: services.joining_answer(actor=scope, joining_id=pk, **said)
        ).status
        if status == 200:
            messages.success(request, _("The answer is kept, and the other side is told."))
            return redirect("associations:joinings", row.association_id)
    context = {"row": row, "may": may, "form": form}
    return render(request, "associations/joining.html", context, status=status)


@require_POST
def joining_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the own side has asked."""
    scope = scope_of(request)
    row = services.joining_withdraw(actor=scope, joining_id=pk, version=version_of(request))
    messages.success(request, _("It is taken back."))
    return redirect("associations:joinings", row.association_id)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: HttpRequest, association: int) -> HttpResponse:
    """Say that a member leaves."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=association)
    require_keeper(scope, whose.pk)
    form = forms.MembershipEndForm(typed(request), association=whose.pk)
    return edited(
        request, whose, form, gettext_lazy("A member leaves"),
        lambda **said: services.membership_end(actor=scope, association_id=whose.pk, **said),
        back=reverse("associations:joinings", args=[whose.pk]), done=_("The membership has its last day."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def founding(request: HttpRequest, association: int) -> HttpResponse:
    """Mark a step of the founding."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=association)
    require_keeper(scope, whose.pk)
    form = forms.FoundingForm(typed(request))
    return edited(
        request, whose, form, gettext_lazy("A step of the founding"),
        lambda **said: services.founding_mark(actor=scope, association_id=whose.pk, **said),
        back=reverse("associations:joinings", args=[whose.pk]), done=_("The step is marked."),
    )  # fmt: skip
