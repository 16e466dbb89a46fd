"""The registry of assignments on paper: the executions of the filter of its page."""

from collections.abc import Sequence
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from assignments.models import Execution
from common import clock
from common.documents import RIGHT, Document, Table, TableColumn
from common.formatting import date_short, number
from common.scope import Scope
from dashboard.printed import filter_words, framed, nothing
from dashboard.printed.tables import addressee_words, due_words, item_words, rows_of_paper
from dashboard.rows import days_late
from dashboard.work_lists import registry_found


def registry_document(scope: Scope, query: QueryDict) -> Document:
    """Raises NotAllowed, InvalidInput as the page; TooLarge for more rows than a paper takes."""
    found = registry_found(scope, query)
    rows = rows_of_paper(found.rows)
    day = clock.day_of(found.instant) if found.instant else clock.today()
    about = [
        filter_words(found.conditions),
        _("Executions: %(count)s") % {"count": number(len(rows))},
    ]
    blocks = [_table(rows, day) if rows else nothing()]
    return framed(_("Registry of assignments"), about, blocks, landscape=True, instant=found.instant)


def _table(rows: Sequence[Execution], day: date) -> Table:
    columns = (
        TableColumn(_("No."), 4, RIGHT),
        TableColumn(_("Assignment"), 30),
        TableColumn(_("Region"), 18),
        TableColumn(_("Cluster"), 26),
        TableColumn(_("Due, not later than, inclusive"), 16),
        TableColumn(_("State"), 13),
        TableColumn(_("Handed in"), 11),
        TableColumn(_("Days late"), 11, RIGHT),
        TableColumn(_("Weight"), 7, RIGHT),
    )
    return Table(
        columns,
        [
            (
                number(place),
                item_words(row),
                row.region.name,
                addressee_words(row),
                due_words(row),
                str(row.get_state_display()),
                date_short(row.reported_on) if row.reported_on else "",
                str(days_late(row, day) or ""),
                str(row.weight),
            )
            for place, row in enumerate(rows, 1)
        ],
    )
