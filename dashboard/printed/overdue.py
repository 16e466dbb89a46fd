"""The list of what is not executed in time, by region."""

from itertools import groupby

from django.http import QueryDict
from django.utils.translation import gettext as _

from common import clock
from common.documents import Block, Document, Heading, Paragraph
from common.errors import InvalidInput
from common.formatting import number
from common.scope import Scope
from dashboard.printed import filter_words, framed, nothing
from dashboard.printed.tables import overdue_table, rows_of_paper
from dashboard.selectors.groups import LATE, in_group
from dashboard.selectors.places import coordinators_in_words
from dashboard.work_lists import registry_found
from regions.querysets import by_region_name


def overdue_document(scope: Scope, query: QueryDict) -> Document:
    """What of the filter of the registry is overdue today. Raises as the registry; TooLarge for too many rows."""
    found = registry_found(scope, query)
    if found.instant is not None:
        raise InvalidInput(
            _("What is not executed is printed as of today: take the date away from the filter.")
        )
    late = found.rows.filter(in_group(LATE, clock.today()))  # type: ignore[union-attr]
    rows = rows_of_paper(late.order_by(by_region_name("region__"), "region", "due_on", "pk"))
    coordinators = coordinators_in_words(scope)
    blocks: list[Block] = []
    regions = 0
    for region, of_region in groupby(rows, key=lambda row: row.region):
        own = list(of_region)
        regions += 1
        blocks += [
            Heading(_("%(region)s: %(count)s") % {"region": region.name, "count": number(len(own))}),
            Paragraph(_coordinators(coordinators.get(region.code, "")), quiet=True),
            overdue_table(own),
        ]
    about = [
        filter_words(found.conditions),
        _("Not executed in time: %(count)s; regions: %(regions)s")
        % {"count": number(len(rows)), "regions": number(regions)},
    ]
    return framed(_("List of what is not executed"), about, blocks or [_all_in_time()], landscape=True)


def _coordinators(names: str) -> str:
    if not names:
        return _("No coordinator is appointed today.")
    return _("Coordinators: %(names)s") % {"names": names}


def _all_in_time() -> Paragraph:
    return nothing(_("Nothing that fits the filter is overdue today."))
