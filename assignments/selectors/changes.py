"""Who changed executions last, and when: said to a coordinator whose copy has grown old."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assignments.enums import EventKind
from assignments.models import ExecutionEvent, ExecutionNote
from common import clock
from common.formatting import date_short

CHUNK = 1_000


def last_changes(ids: Sequence[int]) -> dict[int, str]:
    """«строку изменили: Щёкин И. П., 10.03.2026, 12:40 МСК» by execution; the centre's staff is one office."""
    found: dict[int, tuple[datetime, str]] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        events = ExecutionEvent.objects.filter(execution__in=part).select_related("actor").order_by("pk")
        for event in events:
            own = event.kind == EventKind.SUBMITTED and not event.late_reason
            who = event.actor.get_short_name() if event.actor and own else _("the centre")
            found[event.execution_id] = (event.recorded_at, who)
        for note in ExecutionNote.objects.filter(execution__in=part).select_related("author").order_by("pk"):
            known = found.get(note.execution_id)
            if known is None or note.at >= known[0]:
                who = note.author.get_short_name() if note.author else _("the portal")
                found[note.execution_id] = (note.at, who)
    return {pk: _words(at, who) for pk, (at, who) in found.items()}


def _words(at: datetime, who: str) -> str:
    local = at.astimezone(clock.MOSCOW)
    words = _("somebody has changed this row since the download: %(who)s, %(day)s, %(time)s MSK")
    return words % {"who": who, "day": date_short(at), "time": f"{local:%H:%M}"}
