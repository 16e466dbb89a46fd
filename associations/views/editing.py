"""How a form of this room is shown, kept and answered: one way for all of them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from clusters.models import Association
from common.errors import StrOrPromise
from common.forms import attempt


def edited(
    request: HttpRequest,
    association: Association,
    form: forms.Form,
    title: StrOrPromise,
    save: Callable[..., Any],
    *,
    back: str,
    done: StrOrPromise,
    here: StrOrPromise = "",
    lead: StrOrPromise = "",
) -> HttpResponse:
    """The form of an association; saved, it leads back, refused, it stands as it was typed.

    A form that came with what was typed is bound. `here` names the page that `back` leads to; `lead` says in a sentence
    what the form is for.
    """
    status = 200
    if form.is_bound:
        status = attempt(form, save).status
        if status == 200:
            messages.success(request, str(done))
            return redirect(back)
    context = {
        "form": form, "association": association, "title": title, "back": back, "here": here, "lead": lead,
    }  # fmt: skip
    return render(request, "associations/form.html", context, status=status)


def version_of(request: HttpRequest) -> int | None:
    """The version that a button without a form was pressed on; None where it is missing or no number."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() else None


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, or nothing."""
    return request.POST if request.method == "POST" else None
