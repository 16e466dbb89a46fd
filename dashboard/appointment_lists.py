"""The tracker of an appointment campaign as a list: a row for every region as its page is filtered."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.duty import Charge
from accounts.models import Membership
from accounts.selectors.appointments import campaign_fetch
from assignments.selectors.appointments import AskRow, Tracker, tracker
from common import clock
from common.lists import Found, PortalList, conditions_of, object_in
from common.scope import Scope
from common.sheets import Column
from dashboard.appointment_forms import TrackerFilterForm
from dashboard.selectors.places import district_choices


def tracker_narrowed(whole: Tracker, form: TrackerFilterForm) -> list[AskRow]:
    """The regions that a valid form asks for."""
    return whole.narrowed(state=form.text("state"), words=form.text("q"), district=form.text("district"))


def _tracker_found(scope: Scope, query: QueryDict) -> Found:
    whole = tracker(scope, campaign_fetch(scope, object_in(query, "campaign")))
    form = TrackerFilterForm(query, district_choices())
    conditions = conditions_of(form)
    return Found(tracker_narrowed(whole, form), [str(whole.campaign), *conditions])


def _tracker_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row.region.name, 28),
        Column(_("Federal district"), lambda row: row.region.district.name, 26),
        Column(_("State"), lambda row: str(row.state.label), 18),
        Column(_("Head of the authority"), lambda row: str(row.head or ""), 28),
        Column(_("E-mail"), lambda row: ", ".join(row.addresses), 28),
        Column(_("Asked on"), lambda row: _day(row.ask.asked_at), 13),
        Column(_("Reminded"), lambda row: _day(row.ask.reminded_at), 15),
        Column(_("Reminders"), lambda row: row.ask.reminders, 15),
        Column(_("Answered"), lambda row: _day(row.ask.answered_at), 13),
        Column(_("Coordinator named"), _named(lambda held: held.user.get_full_name()), 30),
        Column(_("Position"), _named(lambda held: str(held.get_position_display())), 14),
        Column(_("From"), _named(lambda held: held.starts_on), 14),
        Column(_("Order or letter of appointment"), _named(lambda held: held.document), 26),
        Column(_("Date of the order"), _named(lambda held: held.document_on), 14),
        Column(_("In charge today"), lambda row: ", ".join(map(charge_words, row.today)), 28),
        Column(_("Item of the protocol"), _execution, 20, on_paper=False),
    ]


def _named(value: Callable[[Membership], Any]) -> Callable[[AskRow], Any]:
    """A fact of the appointment that was named; nothing where there is none."""

    def of(row: AskRow) -> Any:
        return value(row.ask.membership) if row.ask.membership else None

    return of


def _day(instant: Any) -> date | None:
    return clock.day_of(instant) if instant else None


def _execution(row: AskRow) -> str:
    return str(row.execution.get_state_display()) if row.execution else ""


def charge_words(charge: Charge) -> str:
    """«Томина В. О. (замещает: Щёкин И. П.)»"""
    if charge.instead_of:
        return _("%(person)s (for %(other)s)") % {"person": charge.name, "other": charge.instead_of}
    return charge.name


LISTS = (
    PortalList(
        "appointments",
        gettext_lazy("Appointment of coordinators"),
        "dashboard:appointment",
        _tracker_found,
        _tracker_columns,
        of="campaign",
    ),
)
