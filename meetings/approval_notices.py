"""What the bell says about the approval of protocols, in the language of the reader."""

from datetime import date

from django.utils.translation import gettext as _

from common.formatting import date_short
from notifications.notices import Data, NoticeKind, register_kinds

APPROVAL_ASKED = "minutes_approval_asked"
MINUTES_REMARKED = "minutes_remarked"
MINUTES_AGREED = "minutes_agreed"


def _what(data: Data) -> dict[str, str]:
    return {"number": data["number"], "date": date_short(date.fromisoformat(data["day"]))}


def _asked(data: Data) -> str:
    return _("Protocol No. %(number)s of the meeting of %(date)s waits for your approval.") % _what(data)


def _remarked(data: Data) -> str:
    words = _("Protocol No. %(number)s of the meeting of %(date)s came back with remarks.")
    return words % _what(data)


def _agreed(data: Data) -> str:
    return _("Protocol No. %(number)s of the meeting of %(date)s is agreed by everybody.") % _what(data)


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(
        NoticeKind(APPROVAL_ASKED, _asked),
        NoticeKind(MINUTES_REMARKED, _remarked),
        NoticeKind(MINUTES_AGREED, _agreed),
    )
