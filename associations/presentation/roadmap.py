"""The roadmap of an association on paper."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from associations.selectors.roadmap import MilestoneRow
from clusters.models import Association
from common import clock
from common.documents import Document, Paragraph, Table, TableColumn
from common.formatting import NO_VALUE, date_short, date_time


def roadmap_document(association: Association, rows: Sequence[MilestoneRow]) -> Document:
    """The milestones with their days, states and proofs, as of this minute."""
    now = clock.now().replace(second=0, microsecond=0)
    columns = [
        TableColumn(_("Milestone"), 28), TableColumn(_("First day"), 10), TableColumn(_("Last day"), 10),
        TableColumn(_("Comes after"), 14), TableColumn(_("Who answers for it"), 14), TableColumn(_("State"), 12),
        TableColumn(_("What proves it"), 12),
    ]  # fmt: skip
    table = Table(columns, [_line(row) for row in rows])
    title = _("Roadmap. %(association)s") % {"association": association.name}
    return Document(
        title=title,
        about=[],
        blocks=[table] if rows else [Paragraph(_("No milestone of its own yet"))],
        portal=_("Profportal"),
        as_of=_("As of %(instant)s") % {"instant": date_time(now)},
        mark=_("Roadmap"),
        made_at=now,
        language=(translation.get_language() or "ru")[:2],
        landscape=True,
    )


def _line(row: MilestoneRow) -> tuple[str, ...]:
    found = row.milestone
    state = pgettext("milestone", "overdue") if row.is_overdue else str(found.get_state_display())
    return (
        found.name,
        date_short(found.starts_on) if found.starts_on else NO_VALUE,
        date_short(found.due_on) if found.due_on else NO_VALUE,
        found.after.name if found.after else NO_VALUE,
        found.responsible or NO_VALUE,
        state,
        found.evidence or NO_VALUE,
    )
