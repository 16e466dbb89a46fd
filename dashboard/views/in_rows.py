"""Decisions taken in the row of a list: the row alone is answered, and a toast says what happened."""

import re
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from assignments.models import Execution, ExecutionEvent
from common.errors import PortalError
from common.parts import as_part
from common.scope import scope_of
from dashboard.rows import decided_row

LISTS = re.compile(r"/assignments/(?:(?:review/(?:[0-9]{1,18}/)?|registry/))?(?:\?[^\s#]{0,2000})?")
COLUMNS = 6
"""Columns behind the name of the item: the same number in the registry of the centre and in the queue."""


def row_of(pk: int) -> str:
    """The id of the row of an execution in a list."""
    return f"row-{pk}"


def list_address(address: str) -> str:
    """The list to which a decision without scripts leads back; empty for any other address."""
    return address if LISTS.fullmatch(address) else ""


def decided_in_its_row(request: HttpRequest, pk: int, refused: PortalError | None = None) -> HttpResponse:
    """The row as it is now; what was refused is said with its status and changes nothing."""
    if refused is not None:
        messages.error(request, str(refused))
    scope = scope_of(request)
    execution = Execution.objects.for_list().with_note().fetch(scope, pk=pk)
    with_choice = "/review/" in request.POST.get("back", "") or bool(scope.coordinated)
    row = decided_row(execution, columns=COLUMNS, with_choice=with_choice)
    return as_part(request, HttpResponse(row, status=refused.status if refused else 200))


def refused_in_its_row(request: HttpRequest, words: str) -> HttpResponse:
    """What was typed in the row is wrong: the row stays as it is with everything in it, a toast says why."""
    messages.error(request, words)
    answer = as_part(request, HttpResponse(status=400))
    answer["HX-Reswap"] = "none"
    return answer


def done_with_a_way_back(request: HttpRequest, event: ExecutionEvent, words: str, *, back: str = "") -> str:
    """What was done, with a button that undoes it for some minutes and the way to the page where it is annulled."""
    execution = event.execution
    undo = render_to_string(
        "dashboard/parts/undo.html",
        {
            "event": event,
            "submission_key": uuid.uuid4().hex,
            "back": back,
            "csrf_token": get_token(request),
        },
    )
    return format_html(
        '{} {} <a href="{}#decisions">{}</a>',
        words,
        undo,
        execution.get_absolute_url(),
        _("Open the execution"),
    )
