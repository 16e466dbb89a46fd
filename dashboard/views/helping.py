"""Files of the examples that are shown to who is late with an item."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from assignments.selectors.peers import shared_evidence
from common import clock
from common.scope import scope_of
from dashboard.selectors.execution import execution_fetch
from files.http import file_response


@require_safe
def peer_evidence(request: HttpRequest, pk: int, peer: int, evidence_id: int) -> HttpResponse:
    """A file of the accepted report of another region, while it agrees and the reader's own execution is late."""
    scope = scope_of(request)
    found = shared_evidence(scope, execution_fetch(scope, pk), peer, evidence_id, clock.today())
    return file_response(found.file, inline="inline" in request.GET)
