"""The one way in which a page answers htmx: the same template, and of it the part that is to be replaced.

A view renders its page by `page_or_part`. The part is a `{% partialdef NAME inline %}` of the page's own template, its
outermost element has the id NAME. It is drawn from the same context, so it cannot differ from the page;
`tests/architecture/test_parts.py` holds every page to that. What the person is told meanwhile (Django's messages)
travels with the part and becomes a toast.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

PART = "X-Part"
"""Marks an answer that is a part: the page puts it in its place even when it refuses something."""


def wants_part(request: HttpRequest, part: str) -> bool:
    """Whether htmx asks for the element with this id; a page brought back from history is wanted whole."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == part and not htmx.history_restore_request


def page_or_part(
    request: HttpRequest,
    template: str,
    part: str,
    context: Mapping[str, Any],
    status: int = 200,
    *,
    beside: str = "",
) -> HttpResponse:
    """The page, or for htmx its part with the id `part` and what is to be said as toasts.

    `beside` names another partial of the template, which stands elsewhere on the page and changes with the part: it
    travels with it out of band, and marks its element so when `is_beside`.
    """
    if wants_part(request, part):
        response = render(request, f"{template}#{part}", dict(context), status=status)
        if beside:
            html = render_to_string(f"{template}#{beside}", {**context, "is_beside": True}, request).strip()
            response.content += f"<template>{html}</template>".encode() if html else b""
        as_part(request, response)
    else:
        response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def as_part(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark an answer as a part and add the waiting messages as toasts (out of band)."""
    response[PART] = "1"
    if len(messages.get_messages(request)):
        response.content += render_to_string("components/toasts.html", {"is_part": True}, request).encode()
    return response
