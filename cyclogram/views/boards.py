"""Regional supervisory boards: the list of the regions, one board, and the forms of what is kept of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assignments.forms import VersionForm
from common.errors import Missing, NotAllowed
from common.forms import attempt
from common.scope import Scope, scope_of
from cyclogram.board_forms import BoardForm, DecisionForm, MemberForm, SessionForm, form_of
from cyclogram.models import BoardDecision, BoardMember, BoardSession
from cyclogram.policies import can_keep_board
from cyclogram.selectors.boards import board_file, board_page, session_file
from cyclogram.selectors.boards import boards as found_boards
from cyclogram.services.boards import board_save, decision_save, member_save, session_save
from files.http import file_response


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """The boards of the regions that this person reads; a coordinator of one region comes to it at once."""
    scope = scope_of(request)
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("Boards are read by the centre and by the regions themselves."))
    rows = found_boards(scope)
    if len(rows) == 1:
        return redirect("cyclogram:board", rows[0].region.code)
    return render(request, "cyclogram/boards.html", {"rows": rows})


@require_safe
def board(request: HttpRequest, region: str) -> HttpResponse:
    """One board: composition, sessions, decisions."""
    scope = scope_of(request)
    page = board_page(scope, region)
    context = {"page": page, "can_keep": can_keep_board(scope, region), "is_alone": not scope.is_centre}
    return render(request, "cyclogram/board.html", context)


@require_safe
def act(request: HttpRequest, region: str) -> HttpResponse:
    """The act that created the board."""
    return file_response(board_file(scope_of(request), region), inline="inline" in request.GET)


@require_safe
def session_protocol(request: HttpRequest, region: str, pk: int) -> HttpResponse:
    """The protocol of a session."""
    found = session_file(scope_of(request), region, pk)
    return file_response(found, inline="inline" in request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, region: str) -> HttpResponse:
    """Enter the board of a region, or change what is known of it."""
    scope = _keeper(request, region)
    row = board_page(scope, region).board
    title = gettext_lazy("The board") if row else gettext_lazy("New board")
    return _edited(
        request, region, BoardForm, row, title, lambda **said: board_save(actor=scope, region=region, **said)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, region: str, pk: int | None = None) -> HttpResponse:
    """Enter a member, or change one."""
    scope = _keeper(request, region, with_board=True)
    row = BoardMember.objects.fetch(scope, pk=pk, board__region=region) if pk else None
    title = row or gettext_lazy("New member")

    def save(**said: Any) -> BoardMember:
        return member_save(actor=scope, region=region, member_id=pk, **said)

    return _edited(request, region, MemberForm, row, title, save)


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, region: str, pk: int | None = None) -> HttpResponse:
    """Enter a session, or change one."""
    scope = _keeper(request, region, with_board=True)
    row = BoardSession.objects.fetch(scope, pk=pk, board__region=region) if pk else None
    title = row or gettext_lazy("New session")

    def save(**said: Any) -> BoardSession:
        return session_save(actor=scope, region=region, session_id=pk, **said)

    return _edited(request, region, SessionForm, row, title, save)


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, region: str, session: int, pk: int | None = None) -> HttpResponse:
    """Enter a decision of a session, or change one."""
    scope = _keeper(request, region, with_board=True)
    BoardSession.objects.fetch(scope, pk=session, board__region=region)
    row = BoardDecision.objects.fetch(scope, pk=pk, session=session) if pk else None
    title = gettext_lazy("Decision") if row else gettext_lazy("New decision")

    def save(**said: Any) -> BoardDecision:
        return decision_save(actor=scope, region=region, session_id=session, decision_id=pk, **said)

    return _edited(request, region, DecisionForm, row, title, save)


def _keeper(request: HttpRequest, region: str, *, with_board: bool = False) -> Scope:
    scope = scope_of(request)
    page = board_page(scope, region)
    if not can_keep_board(scope, region):
        raise NotAllowed(_("The board is kept by the coordinators of the region and by administrators."))
    if with_board and page.board is None:
        raise Missing(_("Enter the board of the region first."))
    return scope


def _edited(
    request: HttpRequest,
    region: str,
    kind: type[VersionForm],
    row: Any,
    title: str | Promise,
    save: Callable[..., Any],
) -> HttpResponse:
    """The form of a thing of the board; saved, it leads back to the board."""
    status, form = 200, form_of(kind, row) if row else kind()
    if request.method == "POST":
        form = kind(request.POST, request.FILES)
        status = attempt(form, save).status
        if status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect("cyclogram:board", region)
    page = board_page(scope_of(request), region)
    context = {"form": form, "page": page, "title": title}
    return render(request, "cyclogram/board_form.html", context, status=status)
