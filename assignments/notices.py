"""What the bell says about executions, in the language of the reader."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.formatting import date_long, date_short, not_later
from notifications.notices import Data, NoticeKind, register_kinds

PROTOCOL_ISSUED = "protocol_issued"
REQUEST_REFUSED = "request_refused"
PROPOSAL_WAITS = "proposal_waits"
PROPOSAL_CONFIRMED = "proposal_confirmed"
PROPOSAL_REFUSED = "proposal_refused"
QUESTION_ANSWERED = "question_answered"
ITEM_ISSUED = "item_issued"
ISSUE_FAILED = "issue_failed"
RECALL_WAITS = "recall_waits"
RECALL_CONFIRMED = "recall_confirmed"
RECALL_REFUSED = "recall_refused"
RECALL_UNDONE = "recall_undone"
ITEM_RECALLED = "item_recalled"
DECISION_UNDONE = "decision_undone"
RULES_CHANGED = "rules_changed"
DECIDED = {
    "accept": "report_accepted",
    "return": "report_returned",
    "extend": "term_extended",
    "cancel": "execution_cancelled",
}
"""Kinds of notices by the decision of the centre that the region is told of."""


def _day(data: Data, name: str) -> date:
    return date.fromisoformat(data[name])


def _what(data: Data) -> str:
    """«п. 2.1 протокола № 14 от 04.10.2023, кластер 74-001»; without a cluster when the coordinator is addressed."""
    item = _("item %(item)s of protocol No. %(number)s of %(date)s") % {
        "item": data["item"],
        "number": data["protocol"],
        "date": date_short(_day(data, "held_on")),
    }
    if not data["cluster"]:
        return item
    return _("%(item)s, cluster %(code)s") % {"item": item, "code": data["cluster"]}


def _issued(data: Data) -> str:
    words = ngettext(
        "Protocol No. %(number)s of %(date)s: %(count)s execution is put on control.",
        "Protocol No. %(number)s of %(date)s: %(count)s executions are put on control.",
        data["count"],
    )
    date = date_short(_day(data, "held_on"))
    return words % {"number": data["protocol"], "date": date, "count": data["count"]}


def _accepted(data: Data) -> str:
    if "item" in data:
        return _("Report accepted: %(what)s.") % {"what": _what(data)}
    words = ngettext(
        "The centre accepted %(count)s report.", "The centre accepted %(count)s reports.", data["count"]
    )
    return words % {"count": data["count"]}


def _returned(data: Data) -> str:
    if "item" in data:
        return _("Report returned for rework with a remark: %(what)s.") % {"what": _what(data)}
    words = ngettext(
        "The centre returned %(count)s report for rework with a remark.",
        "The centre returned %(count)s reports for rework with a remark.",
        data["count"],
    )
    return words % {"count": data["count"]}


def _extended(data: Data) -> str:
    words = _("Term extended, %(term)s: %(what)s.")
    return words % {"term": not_later(_day(data, "due")), "what": _what(data)}


def _cancelled(data: Data) -> str:
    return _("Execution cancelled: %(what)s.") % {"what": _what(data)}


def _undone(data: Data) -> str:
    if "item" in data:
        return _("The centre took its decision on the report back: %(what)s.") % {"what": _what(data)}
    words = ngettext(
        "The centre took its decision on %(count)s report back.",
        "The centre took its decisions on %(count)s reports back.",
        data["count"],
    )
    return words % {"count": data["count"]}


def _refused(data: Data) -> str:
    if "item" in data:
        return _("The centre refused the request: %(what)s.") % {"what": _what(data)}
    words = ngettext(
        "The centre refused %(count)s request.", "The centre refused %(count)s requests.", data["count"]
    )
    return words % {"count": data["count"]}


def _proposed(data: Data) -> str:
    """What is proposed: «продлить срок до 1 апреля 2026 г.», or to cancel."""
    if "due" in data:
        return _("to extend the term until %(due)s") % {"due": date_long(_day(data, "due"))}
    return _("to cancel the execution")


def _proposal_waits(data: Data) -> str:
    words = _("Confirm or refuse: it is proposed %(proposed)s: %(what)s.")
    return words % {"proposed": _proposed(data), "what": _what(data)}


def _proposal_confirmed(data: Data) -> str:
    words = _("Your proposal %(proposed)s is confirmed: %(what)s.")
    return words % {"proposed": _proposed(data), "what": _what(data)}


def _proposal_refused(data: Data) -> str:
    words = _("Your proposal %(proposed)s is refused, with a reason: %(what)s.")
    return words % {"proposed": _proposed(data), "what": _what(data)}


def _answered(data: Data) -> str:
    if data["is_new"]:
        return _("The centre answered a question: %(what)s.") % {"what": _what(data)}
    return _("The centre changed its answer to a question: %(what)s.") % {"what": _what(data)}


def _item_issued(data: Data) -> str:
    words = ngettext(
        "The next period of a recurring item has begun, %(count)s execution: %(what)s.",
        "The next period of a recurring item has begun, %(count)s executions: %(what)s.",
        data["count"],
    )
    return words % {"count": data["count"], "what": _what(data)}


def _issue_failed(data: Data) -> str:
    words = _("Protocol No. %(number)s of %(date)s did not issue itself at its hour: look at the reason.")
    return words % {"number": data["protocol"], "date": date_short(_day(data, "held_on"))}


def _recall_waits(data: Data) -> str:
    return _("Confirm or refuse: it is proposed to recall the item: %(what)s.") % {"what": _what(data)}


def _recall_confirmed(data: Data) -> str:
    return _("Your proposal to recall the item is confirmed: %(what)s.") % {"what": _what(data)}


def _recall_refused(data: Data) -> str:
    return _("Your proposal to recall the item is refused, with a reason: %(what)s.") % {"what": _what(data)}


def _item_recalled(data: Data) -> str:
    words = ngettext(
        "The centre recalled the item, %(count)s execution is off control: %(what)s.",
        "The centre recalled the item, %(count)s executions are off control: %(what)s.",
        data["count"],
    )
    return words % {"count": data["count"], "what": _what(data)}


def _recall_undone(data: Data) -> str:
    words = ngettext(
        "The recall of the item is undone, %(count)s execution is on control again: %(what)s.",
        "The recall of the item is undone, %(count)s executions are on control again: %(what)s.",
        data["count"],
    )
    return words % {"count": data["count"], "what": _what(data)}


def _rules_changed(data: Data) -> str:
    words = ngettext(
        "New rules of control (version %(version)s): the due date of %(count)s execution has moved.",
        "New rules of control (version %(version)s): the due dates of %(count)s executions have moved.",
        data["count"],
    )
    return words % data


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(
        NoticeKind(PROTOCOL_ISSUED, _issued),
        NoticeKind(DECIDED["accept"], _accepted),
        NoticeKind(DECIDED["return"], _returned),
        NoticeKind(DECIDED["extend"], _extended),
        NoticeKind(DECIDED["cancel"], _cancelled),
        NoticeKind(DECISION_UNDONE, _undone),
        NoticeKind(REQUEST_REFUSED, _refused),
        NoticeKind(PROPOSAL_WAITS, _proposal_waits),
        NoticeKind(PROPOSAL_CONFIRMED, _proposal_confirmed),
        NoticeKind(PROPOSAL_REFUSED, _proposal_refused),
        NoticeKind(QUESTION_ANSWERED, _answered),
        NoticeKind(ITEM_ISSUED, _item_issued),
        NoticeKind(ISSUE_FAILED, _issue_failed),
        NoticeKind(RECALL_WAITS, _recall_waits),
        NoticeKind(RECALL_CONFIRMED, _recall_confirmed),
        NoticeKind(RECALL_REFUSED, _recall_refused),
        NoticeKind(ITEM_RECALLED, _item_recalled),
        NoticeKind(RECALL_UNDONE, _recall_undone),
        NoticeKind(RULES_CHANGED, _rules_changed),
    )
