"""What the bell says about leaves and handovers, in the language of the reader."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Leave
from common.formatting import date_short
from notifications.notices import Data, NoticeKind, register_kinds
from regions.models import Region

LEAVE_BEGINS = "leave_begins"
LEAVE_ENDED = "leave_ended"
REGION_TAKEN = "region_taken_over"
REGION_GIVEN = "region_handed_over"


def region_data(region: Region) -> dict[str, str]:
    """The names of a region, for sentences that are made when they are read."""
    return {"region_ru": region.name_ru, "region_en": region.name_en}


def leave_data(leave: Leave, *, stands_in: bool) -> dict[str, Any]:
    """What the sentences about a leave are made of; `stands_in` for the one who is in charge meanwhile."""
    region = leave.membership.region
    return {
        **(region_data(region) if region else {}),
        "first": leave.starts_on.isoformat(),
        "last": leave.ends_on.isoformat(),
        "stands_in": stands_in,
    }


def _values(data: Data) -> dict[str, str]:
    days = {
        name: date_short(date.fromisoformat(data[name])) for name in ("first", "last", "on") if name in data
    }
    return {"region": data["region_en" if get_language() == "en" else "region_ru"], **days}


def leave_words(data: Data) -> str:
    """«С 01.12.2025 по 14.12.2025 вы замещаете координатора: Томская область.»"""
    if data["stands_in"]:
        text = _("From %(first)s to %(last)s you stand in for the coordinator: %(region)s.")
    else:
        text = _("From %(first)s to %(last)s another coordinator stands in for you: %(region)s.")
    return text % _values(data)


def _ended(data: Data) -> str:
    if data["stands_in"]:
        return _("You no longer stand in for the coordinator: %(region)s.") % _values(data)
    return _("Your leave is ended, you are in charge again: %(region)s.") % _values(data)


def _taken(data: Data) -> str:
    text = _("From %(on)s you are a coordinator: %(region)s. Assigned executions taken over: %(count)s.")
    return text % {**_values(data), "count": data["count"]}


def _given(data: Data) -> str:
    return _("From %(on)s another coordinator answers in your place: %(region)s.") % _values(data)


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(
        NoticeKind(LEAVE_BEGINS, leave_words),
        NoticeKind(LEAVE_ENDED, _ended),
        NoticeKind(REGION_TAKEN, _taken),
        NoticeKind(REGION_GIVEN, _given),
    )
