"""What the bell says about meetings, in the language of the reader."""

from datetime import datetime

from django.utils.translation import gettext as _

from common.formatting import date_time
from notifications.notices import Data, NoticeKind, register_kinds

OPENED = "meeting_opened"
MOVED = "meeting_moved"
CANCELLED = "meeting_cancelled"
AGENDA_CHANGED = "meeting_agenda_changed"
PROTOCOL_ISSUED = "meeting_protocol_issued"


def _words(data: Data) -> dict[str, str]:
    return {"title": data["title"], "at": date_time(datetime.fromisoformat(data["starts_at"]))}


def _opened(data: Data) -> str:
    return _("You are invited: %(title)s, %(at)s.") % _words(data)


def _moved(data: Data) -> str:
    return _("The meeting is changed: %(title)s, now %(at)s.") % _words(data)


def _cancelled(data: Data) -> str:
    return _("The meeting is cancelled: %(title)s, %(at)s.") % _words(data)


def _agenda_changed(data: Data) -> str:
    return _("The agenda is changed: %(title)s, %(at)s.") % _words(data)


def _protocol_issued(data: Data) -> str:
    return _("The protocol is issued: %(title)s, %(at)s.") % _words(data)


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(
        NoticeKind(OPENED, _opened),
        NoticeKind(MOVED, _moved),
        NoticeKind(CANCELLED, _cancelled),
        NoticeKind(AGENDA_CHANGED, _agenda_changed),
        NoticeKind(PROTOCOL_ISSUED, _protocol_issued),
    )
