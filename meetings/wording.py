"""Answers and marks of attendance in words, the same on pages, in files and on paper."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetings.models.participation import Attendance
from meetings.selectors.attendance import ATTENDED, EXCUSED, MISSED, PARTLY


def answer_words(row: Attendance | Any) -> str:
    """«будет», «не будет: болезнь», «вместо него: Иванова А. А., заместитель»; empty without an answer."""
    if not row.is_answered:
        return ""
    if row.answer_reason:
        return _("excused: %(reason)s") % {"reason": row.answer_reason}
    if row.substitute_name:
        return _("instead: %(name)s") % {"name": row.substitute_name}
    return str(row.get_answer_display())


def mark_words(row: Attendance | Any) -> str:
    """«был», «не был»; empty without a mark."""
    if row.present is None:
        return ""
    return pgettext("attendance", "attended") if row.present else pgettext("attendance", "did not attend")


def presence_words(kind: str) -> str:
    """What became of a region at a meeting, by the kinds of `selectors.attendance`."""
    return {
        ATTENDED: pgettext("attendance", "attended in full"),
        PARTLY: pgettext("attendance", "attended without some clusters"),
        MISSED: pgettext("attendance", "did not attend"),
        EXCUSED: pgettext("attendance", "excused"),
    }.get(kind, pgettext("attendance", "not marked"))
