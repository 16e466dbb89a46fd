"""Versions of the methodology: all of them, drafts, trials on past months, approval."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.step_up import step_up_required
from common.errors import InvalidInput, NotAllowed
from common.formatting import month_genitive
from common.scope import Scope, scope_of
from rating import policies
from rating.long_work import is_long, trial_start
from rating.models import MethodologyDraft
from rating.presentation.method import compared
from rating.selectors.versions import (
    earliest_month,
    fresh_trial_of_last_month,
    month_choices,
    newest_version,
    trial_months,
    trials_of,
    versions_with_drafts,
)
from rating.services import (
    draft_approve,
    draft_begin,
    draft_save,
    draft_withdraw,
    trial_run,
)
from rating.version_forms import DraftForm, TrialForm, initial_of


def _drafter(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not policies.can_draft_versions(scope):
        raise NotAllowed(_("Only methodologists and administrators work on versions of the methodology."))
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def versions(request: HttpRequest) -> HttpResponse:
    """All versions and drafts; a POST begins a draft with the parameters of the newest version changed."""
    scope, newest = _drafter(request), newest_version()
    form = DraftForm(
        request.POST or None,
        months=month_choices(),
        initial={**initial_of(newest.to_params()), "version": "", "effective_from": earliest_month()},
    )
    if form.is_bound and form.is_valid():
        try:
            draft = draft_begin(actor=scope, params=form.params(newest), reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(
                request, _("The draft is begun. Try it on past months before another person approves it.")
            )
            return redirect(draft)
    context = {
        "form": form,
        "versions": versions_with_drafts(),
        "drafts": MethodologyDraft.objects.visible_to(scope).select_related("author", "changed_by"),
    }
    return render(request, "rating/versions.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def version_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: what it changes, its trials, its approval; a POST saves it."""
    scope = _drafter(request)
    draft = MethodologyDraft.objects.select_related("author", "changed_by", "closed_by").fetch(scope, pk=pk)
    months = sorted({*month_choices(), draft.params["effective_from"]})
    initial = {**initial_of(draft.params), "reason": draft.reason, "saves": draft.saves}
    form = DraftForm(request.POST or None, months=months, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            _saved(scope, draft, form)
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The draft is saved. Trials of other parameters are marked as such."))
            return redirect(draft)
    context = _draft_context(scope, draft, form)
    return render(request, "rating/version_draft.html", context, status=400 if form.errors else 200)


def _saved(scope: Scope, draft: MethodologyDraft, form: DraftForm) -> None:
    chosen = form.cleaned_data
    draft_save(
        actor=scope,
        draft_id=draft.pk,
        saves=chosen["saves"] or 0,
        params=form.params(newest_version()),
        reason=chosen["reason"],
    )


def _draft_context(scope: Scope, draft: MethodologyDraft, form: DraftForm) -> dict[str, Any]:
    return {
        "draft": draft,
        "form": form,
        "differences": compared(newest_version().to_params(), draft.params),
        "trials": trials_of(scope, draft),
        "trial_form": TrialForm(None, trial_months(scope)),
        "is_tried": fresh_trial_of_last_month(draft),
        "is_second_person": policies.can_approve_version(scope, draft.makers),
    }


@require_POST
@step_up_required
def version_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Recompute the chosen months: a few at once, many by the worker while the person watches."""
    scope = _drafter(request)
    form = TrialForm(request.POST, trial_months(scope))
    if not form.is_valid():
        raise InvalidInput({"months": _("Choose at least one month.")})
    months = form.cleaned_data["months"]
    if is_long(settings.LONG_CLOSE_EXECUTIONS):
        return redirect(trial_start(actor=scope, draft_id=pk, periods=months))
    trial_run(actor=scope, draft_id=pk, periods=months)
    messages.success(request, _("The months are recomputed; nothing that is published has changed."))
    return redirect("rating:version-draft", pk=pk)


@require_POST
@step_up_required
def version_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a version of the draft."""
    saves = request.POST.get("saves", "")
    methodology = draft_approve(
        actor=_drafter(request), draft_id=pk, saves=int(saves) if saves.isascii() and saves.isdigit() else 0
    )
    words = _("Version %(version)s is approved and announced: it counts from %(month)s.")
    month = month_genitive(methodology.effective_from)
    messages.success(request, words % {"version": methodology.version, "month": month})
    return redirect("rating:versions")


@require_POST
@step_up_required
def version_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the draft up."""
    draft_withdraw(actor=_drafter(request), draft_id=pk)
    messages.success(request, _("The draft is withdrawn; it stays readable."))
    return redirect("rating:versions")
