"""What a decision of the centre corrects in months already published (methodology §3 and §8).

Which months are published is known in the rating, above this room; it registers its answer when the portal starts.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from assignments.enums import EventKind
from assignments.rules import clean_corrects
from assignments.services.log import Log
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.scope import Scope

PublishedMonth = Callable[[datetime, date | None], str]
"""The published month that an event of an instant, for a due date, would have counted in; empty for none."""

_known_by: list[PublishedMonth] = []


def published_month_known_by(answer: PublishedMonth) -> None:
    """Called once by the room that publishes months."""
    _known_by[:] = [answer]


def with_corrects(
    fields: dict[str, Any], *, actor: Scope, log: Log, corrects: str | None, reason: str, reason_field: str
) -> dict[str, Any]:
    """The fields of an event with the month that it corrects.

    `corrects` None: as the methodology prescribes (§3); "": nothing, for the reason given; else the month of a
    decided appeal, which is never decided by whoever reviewed the report (§14). A correction always says why.
    """
    if corrects is None:
        return {**fields, "corrects": _prescribed(fields, log)}
    month = clean_corrects(corrects)
    if month and not reason:
        raise InvalidInput({reason_field: _("Say why an earlier month is corrected.")})
    if month and month != _prescribed(fields, log) and _has_reviewed(actor, log):
        raise NotAllowed(
            _(
                "An earlier month is corrected by another person of the centre than the one who reviewed the report."
            )
        )
    return {**fields, "corrects": month}


def _prescribed(fields: dict[str, Any], log: Log) -> str:
    """An empty return of a credited report, and a report recorded late, correct the month they belong to (§3).

    What annuls a correction corrects the same month: annulled is as never made (§2), there too.
    """
    if fields.get("target") is not None:
        return str(fields["target"].corrects)
    if log.execution.cluster_id is None or not _known_by:
        return ""
    if fields.get("empty") and log.folded.completed is not None:
        return _known_by[0](clock.start_of(log.folded.completed), log.folded.due)
    return _known_by[0](fields["at"], log.folded.due) if "at" in fields else ""


def _has_reviewed(actor: Scope, log: Log) -> bool:
    reviews = (EventKind.ACCEPTED, EventKind.RETURNED)
    return actor.user_id is not None and any(
        event.kind in reviews and event.actor_id == actor.user_id for event in log.events
    )
