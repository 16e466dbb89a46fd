"""The tracker of an appointment campaign as an XLSX workbook."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.duty import Charge
from accounts.models import AppointmentCampaign, Membership
from assignments.selectors.appointments import AskRow
from common import clock
from common.lists import about
from common.sheets import Column, made_workbook, write_table


def tracker_workbook(
    campaign: AppointmentCampaign, rows: Sequence[AskRow], conditions: Sequence[str]
) -> IO[bytes]:
    """A temporary file with a row for every region as filtered; `conditions` say the filter in words."""

    def fill(book: Any) -> None:
        words = about(str(campaign), conditions, len(rows))
        write_table(book, book.add_worksheet(_("Regions")), _columns(), rows, about=words, frozen=1)

    return made_workbook(fill)


def _columns() -> list[Column]:
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
        Column(_("Item of the protocol"), _execution, 20),
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
