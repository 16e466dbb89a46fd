"""A decision over many rows: the exact list first, then the decision, which the same form makes once only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments.models import Execution
from common.errors import InvalidInput
from common.forms import add_refusal


def decide_on_many(
    request: HttpRequest,
    *,
    form_of: Callable[[Any], forms.Form],
    chosen: Callable[[], dict[str, Any]],
    confirmation: Callable[[forms.Form, int], HttpResponse],
    decide: Callable[[dict[str, Any]], dict[str, Any]],
    kept_as: str,
    result: str,
    long_work: Callable[[dict[str, Any]], HttpResponse | None] | None = None,
) -> HttpResponse:
    """Show the confirmation (form, status), or decide and lead to the page `result`.

    `form_of` makes the form with `action`, `ids` and `key`; `chosen` gives its first data; what `decide` answers, the
    key included, is kept in the session as `kept_as`. `long_work` may take the confirmed decision over and answers with
    where to watch it. Raises InvalidInput for a damaged list or action.
    """
    form = form_of(request.POST)
    if not form.is_valid() and ("action" in form.errors or "ids" in form.errors):
        raise InvalidInput(str(next(iter(form.errors.values()))[0]))
    if "confirmed" not in request.POST:
        return confirmation(form_of(chosen()), 200)
    if not form.is_valid():
        return confirmation(form, 400)
    kept = request.session.get(kept_as)
    if not (kept and kept["key"] and kept["key"] == form.cleaned_data["key"]):
        try:
            if long_work and (watched := long_work(form.cleaned_data)):
                return watched
            request.session[kept_as] = decide(form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
            return confirmation(form, 400)
    return redirect(result)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page of a result says: the list behind it with its name and address, the heading, the words on the way
    back and on a full success; `undo` holds how many decisions one press takes back, `task` the work that made them."""

    list_name: str
    list_url: str
    back: str
    heading: str
    all_done: str
    undo: int = 0
    task: str = ""


def result_of_many(
    request: HttpRequest,
    outcome: Outcome,
    reasons: Mapping[int, str],
    found: Mapping[int, tuple[Execution, str]],
) -> HttpResponse:
    """The result of a decision over many rows: what was refused stands with its reason.

    `found` holds the execution and the address of each refused row that the reader still sees.
    """
    refused = [(*found[pk], reason) for pk, reason in reasons.items() if pk in found]
    context = {"outcome": outcome, "refused": refused, "unseen": len(reasons) - len(refused)}
    return render(request, "dashboard/bulk_result.html", context)
