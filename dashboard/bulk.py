"""A decision over many rows: the exact list first, then the decision, which the same form makes once only."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

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
) -> HttpResponse:
    """Show the confirmation (form, status), or decide and lead to the page `result`.

    `form_of` makes the form with `action`, `ids` and `key`; `chosen` gives its first data; what `decide` answers, the
    key included, is kept in the session as `kept_as`. Raises InvalidInput for a damaged list or action.
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
            request.session[kept_as] = decide(form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
            return confirmation(form, 400)
    return redirect(result)
