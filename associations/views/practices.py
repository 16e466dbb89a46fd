"""Pages of the practice library: the list, the card, one practice with its course, replications and comments."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from associations import practice_forms as forms
from associations.models import Practice, Replication
from associations.policies import can_speak_for
from associations.selectors.practices import (
    PracticeFilter,
    practice_file,
    practice_page,
    practices_found,
    reviews_open,
)
from associations.services import review
from associations.services.practices import (
    comment_add,
    practice_file_remove,
    practice_save,
    require_writer,
)
from associations.services.replications import replication_end, replication_start
from common import clock
from common.errors import NotAllowed
from common.forms import attempt
from common.parts import page_or_part
from common.scope import scope_of
from files.http import file_response

PAGE_SIZE = 30


class Act(NamedTuple):
    """An act as the page offers it: the form, the service, the words of the button and of its success."""

    form: type[forms.PracticeActForm]
    service: Callable[..., Practice]
    label: str | Promise
    done: str | Promise


ACTS = {
    act.form.act: act
    for act in (
        Act(
            forms.SubmitForm, review.practice_submit, gettext_lazy("Hand in to the association"),
            gettext_lazy("The practice is handed in: the association takes it into selection."),
        ),
        Act(
            forms.ScoreForm, review.practice_score, gettext_lazy("Give the points"),
            gettext_lazy("Your points and your conclusion are kept. Thank you."),
        ),
        Act(
            forms.SelectForm, review.practice_select, gettext_lazy("Take into selection"),
            gettext_lazy("The practice is in selection: appoint experts."),
        ),
        Act(
            forms.AppointForm, review.practice_appoint, gettext_lazy("Appoint an expert"),
            gettext_lazy("The expert is appointed and told."),
        ),
        Act(
            forms.PublishForm, review.practice_publish, gettext_lazy("Publish"),
            gettext_lazy("The practice is published in the library."),
        ),
        Act(
            forms.RelieveForm, review.practice_relieve, gettext_lazy("Relieve an expert"),
            gettext_lazy("The expert is relieved."),
        ),
        Act(
            forms.ReturnForm, review.practice_return, gettext_lazy("Return for rework"),
            gettext_lazy("The practice is sent back to its author."),
        ),
        Act(
            forms.RejectForm, review.practice_reject, gettext_lazy("Reject"),
            gettext_lazy("The practice is rejected."),
        ),
        Act(
            forms.ProlongForm, review.practice_prolong, gettext_lazy("Give a new last day"),
            gettext_lazy("The practice has a new last day."),
        ),
        Act(
            forms.RecallForm, review.practice_recall, gettext_lazy("Take it back"),
            gettext_lazy("The practice is a draft again."),
        ),
        Act(
            forms.WithdrawForm, review.practice_withdraw, gettext_lazy("Withdraw"),
            gettext_lazy("The practice is withdrawn; it stays readable."),
        ),
    )
}  # fmt: skip
FIRST = ("submit", "score", "select", "appoint", "publish")
"""Acts that stand open on the page; the others are folded."""


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """The library, narrowed by the filter."""
    scope = scope_of(request)
    form = forms.PracticeFilterForm(request.GET, scope=scope)
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else PracticeFilter()
    found = practices_found(scope, narrowed)
    page = Paginator(found if is_valid else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "is_narrowed": narrowed != PracticeFilter(),
        "reviews": reviews_open(scope),
        "can_write": bool(scope.coordinated),
        "today": clock.today(),
    }
    return page_or_part(
        request, "associations/practices.html", "practices", context, 200 if is_valid else 400
    )


@require_safe
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """One practice."""
    return _page(request, pk)


@require_POST
def practice_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something to a practice; what was refused comes back in its form."""
    scope, chosen = scope_of(request), ACTS[act]
    practice_page(scope, pk)
    form = chosen.form(request.POST)
    tried = attempt(form, lambda **said: chosen.service(actor=scope, practice_id=pk, **said))
    if tried.status != 200:
        return _page(request, pk, form, tried.status)
    messages.success(request, str(chosen.done))
    is_seen = Practice.objects.visible_to(scope).filter(pk=pk).exists()
    return redirect(tried.result if is_seen else "associations:practices")


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about a practice."""
    form = forms.CommentForm(request.POST)
    status = attempt(form, lambda **said: comment_add(actor=scope_of(request), practice_id=pk, **said)).status
    return redirect("associations:practice", pk) if status == 200 else _page(request, pk, form, status)


@require_POST
def replicate(request: HttpRequest, pk: int) -> HttpResponse:
    """«We carry it out»."""
    scope = scope_of(request)
    form = forms.ReplicationForm(request.POST, page=practice_page(scope, pk))
    if not scope.coordinated:
        raise NotAllowed(_("This is said by the coordinators of the region of the cluster."))
    status = attempt(form, lambda **said: replication_start(actor=scope, practice_id=pk, **said)).status
    if status != 200:
        return _page(request, pk, form, status)
    messages.success(request, _("The cluster carries out the practice. Say here what comes of it."))
    return redirect("associations:practice", pk)


def _page(
    request: HttpRequest, pk: int, typed: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    page = practice_page(scope_of(request), pk)
    offered = [act for name, act in ACTS.items() if name in page.acts]
    refused = getattr(typed, "act", None)
    shown = [
        (act, typed.shown(page) if isinstance(typed, act.form) else act.form.of(page)) for act in offered
    ]
    context = {
        "page": page,
        "open_acts": [row for row in shown if row[0].form.act in FIRST],
        "folded_acts": [row for row in shown if row[0].form.act not in FIRST],
        "typed": typed,
        "lost": typed if refused and refused not in page.acts else None,
        "comment_form": typed if isinstance(typed, forms.CommentForm) else forms.CommentForm(),
        "replication_form": _replication_form(page, typed),
    }
    return render(request, "associations/practice.html", context, status=status)


def _replication_form(page: Any, typed: django_forms.Form | None) -> django_forms.Form | None:
    if isinstance(typed, forms.ReplicationForm):
        return typed
    if not page.replicators:
        return None
    return forms.ReplicationForm(page=page, initial={"starts_on": page.today})


@require_http_methods(["GET", "HEAD", "POST"])
def practice_create(request: HttpRequest) -> HttpResponse:
    """Write a practice."""
    scope = scope_of(request)
    if not scope.coordinated:
        raise NotAllowed(_("Practices of a region are written by its coordinators."))
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def practice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a practice that is a draft or was returned."""
    scope = scope_of(request)
    row: Practice = Practice.objects.fetch(scope, pk=pk)
    require_writer(scope, row)
    return _edited(request, row)


def _edited(request: HttpRequest, row: Practice | None) -> HttpResponse:
    scope = scope_of(request)
    status = 200
    form = forms.PracticeForm.of(row, scope) if row else forms.PracticeForm(scope=scope)
    if request.method == "POST":
        form = forms.PracticeForm(request.POST, request.FILES, scope=scope)
        tried = attempt(
            form,
            lambda **said: practice_save(actor=scope, practice_id=row.pk if row else None, **said),
        )
        status = tried.status
        if status == 200:
            messages.success(request, _("The card is saved. Hand it in when it is ready."))
            return redirect(tried.result)
    files = row.files.select_related("file") if row else []
    context = {"form": form, "practice": row, "files": files}
    return render(request, "associations/practice_form.html", context, status=status)


@require_POST
def file_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file off a card."""
    practice_file_remove(actor=scope_of(request), practice_id=pk, file_id=file)
    messages.success(request, _("The file is removed from the card."))
    return redirect("associations:practice-edit", pk)


@require_safe
def file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file of a practice."""
    found = practice_file(scope_of(request), pk, file)
    return file_response(found.file, inline="inline" in request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def replication(request: HttpRequest, pk: int) -> HttpResponse:
    """How a replication goes, or how it ended."""
    scope = scope_of(request)
    row: Replication = Replication.objects.select_related("practice", "cluster").fetch(scope, pk=pk)
    if not can_speak_for(scope, row.cluster.region_id):
        raise NotAllowed(_("This is said by the coordinators of the region of the cluster."))
    status, form = 200, forms.ReplicationEndForm.of(row)
    if request.method == "POST":
        form = forms.ReplicationEndForm(request.POST)
        status = attempt(form, lambda **said: replication_end(actor=scope, replication_id=pk, **said)).status
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect(row.practice)
    return render(request, "associations/replication.html", {"form": form, "replication": row}, status=status)
