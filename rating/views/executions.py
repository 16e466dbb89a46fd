"""The executions of a region in a slice, and one of them: from the score to its last hundredth."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.parts import page_or_part
from common.scope import Scope, scope_of
from rating.execution_forms import ExecutionFilterForm
from rating.lists import executions_narrowed
from rating.models import RegionScore
from rating.presentation import executions as words
from rating.selectors.executions import explained_month, region_executions
from rating.selectors.objections import scorecard_url
from rating.views.public import kept_private

PAGE_SIZE = 50


@require_safe
def executions(request: HttpRequest, period: str, code: str, revision: int | None = None) -> HttpResponse:
    """What is counted in the month and what is not, with sums at the foot."""
    scope = scope_of(request)
    score = explained_month(scope, period, revision, code)
    page = region_executions(score.slice, code)
    form = ExecutionFilterForm(request.GET, page.rows)
    is_valid = form.is_valid()
    found = executions_narrowed(page, form) if is_valid else []
    portion = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **_frame(scope, score),
        "form": form,
        "page": portion,
        "rows": words.rows_of(page, list(portion.object_list)),
        "sums": words.sums_of(found),
        "whole": words.sums_of(page.rows),
        "is_narrowed": not is_valid or any(form.cleaned_data.values()),
        "here": words.executions_address(score.slice, code),
    }
    answer = page_or_part(
        request, "rating/executions/list.html", "executions", context, 200 if is_valid else 400
    )
    return kept_private(request, answer)


@require_safe
def execution(
    request: HttpRequest, period: str, code: str, execution: str, revision: int | None = None
) -> HttpResponse:
    """One execution as this slice sees it: its log, the rule that applied, what it cost."""
    scope = scope_of(request)
    score = explained_month(scope, period, revision, code)
    page = region_executions(score.slice, code)
    one = page.find(execution)
    context = {
        **_frame(scope, score),
        "one": one,
        "title": words.title_of(one),
        "cluster": words.cluster_of(one),
        "why": words.why_of(one, page),
        "arithmetic": words.arithmetic(one, page),
        "history": words.step_entries(page.steps(one)),
        "list_url": words.executions_address(score.slice, code),
        "live_url": reverse("dashboard:execution", args=[one.named.pk]) if one.named else "",
    }
    return kept_private(request, render(request, "rating/executions/execution.html", context))


def _frame(scope: Scope, score: RegionScore) -> dict[str, object]:
    """What both pages say of the slice."""
    slice_ = score.slice
    return {
        "score": score,
        "slice": slice_,
        "period": slice_.period,
        "card_url": scorecard_url(scope, slice_, score.region_id),
    }
