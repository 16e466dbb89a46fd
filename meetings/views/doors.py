"""What the pages of this room begin with: the thing of the address, and whether this person may change it."""

from django.http import HttpRequest

from common.scope import Scope, scope_of
from meetings.enums import HELD_STATES
from meetings.models import AgendaItem, Meeting
from meetings.policies import can_keep, can_note, can_run
from meetings.services.steps import require_keeper, require_runner, require_step

JOINED = ("series", "association", "chair", "secretary", "current_item")


def meeting_of(request: HttpRequest, pk: int) -> tuple[Scope, Meeting]:
    """The meeting that this person sees; 404 for others."""
    scope = scope_of(request)
    found: Meeting = Meeting.objects.select_related(*JOINED).fetch(scope, pk=pk)
    return scope, found


def keeper(request: HttpRequest) -> Scope:
    """The scope of somebody who keeps meetings; NotAllowed for all others."""
    scope = scope_of(request)
    require_keeper(scope)
    return scope


def kept_meeting(request: HttpRequest, pk: int, act: str) -> tuple[Scope, Meeting]:
    """The meeting for an act of whoever keeps it: 404 for a stranger, 403 for a reader, 409 in a wrong state."""
    scope, found = meeting_of(request, pk)
    require_keeper(scope)
    if request.method != "POST":
        require_step(found, act)
    return scope, found


def run_meeting(request: HttpRequest, pk: int, act: str = "") -> tuple[Scope, Meeting]:
    """The same for whoever runs it; without an act its state is judged by the service."""
    scope, found = meeting_of(request, pk)
    require_runner(scope, found)
    if act and request.method != "POST":
        require_step(found, act)
    return scope, found


def item_of(scope: Scope, meeting: Meeting, item: int) -> AgendaItem:
    """An item of this meeting that the person sees."""
    found: AgendaItem = AgendaItem.objects.select_related("meeting").fetch(scope, pk=item, meeting=meeting)
    return found


def run_item(request: HttpRequest, pk: int, item: int) -> tuple[Scope, Meeting, AgendaItem]:
    """An item for an act of whoever runs its meeting: 404 before 403."""
    scope, meeting = meeting_of(request, pk)
    found = item_of(scope, meeting, item)
    require_runner(scope, meeting)
    return scope, meeting, found


def mends(meeting: Meeting) -> bool:
    """Whether what is written now mends a closed meeting and takes a reason."""
    return meeting.state in HELD_STATES


def rights(scope: Scope, meeting: Meeting) -> dict[str, bool]:
    """What this person may do on the pages of a meeting."""
    return {
        "may_keep": can_keep(scope),
        "may_run": can_run(scope, meeting),
        "may_note": can_note(scope),
        "mends": mends(meeting),
    }
