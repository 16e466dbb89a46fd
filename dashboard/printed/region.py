"""The brief on a region: its score, its work, its people, what it is late with."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Execution
from common import clock
from common.cells import zone_name
from common.documents import Block, Document, Facts, Heading, Paragraph
from common.formatting import date_short, interval, month_title, number, score
from common.scope import Scope
from dashboard.printed import framed
from dashboard.printed.tables import overdue_table, rows_of_paper
from dashboard.selectors.groups import LATE, in_group
from dashboard.selectors.places import RegionPage, coordinators_in_words, region_page


def region_document(scope: Scope, code: str) -> Document:
    """Raises Missing for no such region. Work, people and what is late are told to the region and the centre."""
    page = region_page(scope, code)
    blocks: list[Block] = [Heading(_("Rating")), Facts(_rating(page))]
    if page.is_insider:
        blocks += _inside(scope, page)
    else:
        blocks += [
            Heading(_("Clusters")),
            Facts([_clusters(page)]),
            Paragraph(
                _("The course of the assignments is seen by the region itself and by the centre."), quiet=True
            ),
        ]
    title = _("Brief on the region: %(region)s") % {"region": page.region.name}
    return framed(title, [page.region.district.name], blocks)


def _rating(page: RegionPage) -> list[tuple[str, str]]:
    if page.latest is None:
        return [(_("Score"), _("no month is published yet"))]
    month = (_("Month"), month_title(page.latest.period))
    own = page.score
    if own is None or own.score is None:
        return [month, (_("Score"), _("not rated"))]
    sure = "" if own.zone_certain else _(", on the border")
    facts = [
        month,
        (_("Score"), f"{score(own.score)}, {zone_name(own.zone)}{sure}"),
        (_("Interval at 90 percent"), interval(own.interval_low, own.interval_high)),
    ]
    if own.rank:
        words = _("%(place)s of %(ranked)s") % {"place": own.rank, "ranked": page.latest.ranked_regions}
        if own.rank_low and own.rank_high and own.rank_low != own.rank_high:
            chance = _("by chance from %(best)s to %(worst)s")
            words += ", " + chance % {"best": own.rank_low, "worst": own.rank_high}
        facts.append((_("Place"), words))
    else:
        facts.append((_("Place"), str(own.get_status_display())))
    return facts


def _clusters(page: RegionPage) -> tuple[str, str]:
    active = sum(cluster.closed_on is None for cluster in page.clusters)
    words = ngettext("%(count)s cluster", "%(count)s clusters", active) % {"count": number(active)}
    return _("In the project"), words


def _inside(scope: Scope, page: RegionPage) -> list[Block]:
    work = page.work
    late = Execution.objects.visible_to(scope).filter(in_group(LATE, clock.today()), region=page.region)
    rows = rows_of_paper(late.order_by("due_on", "pk"))
    counts = [
        (_("On control"), number(work.open if work else 0)),
        (_("Overdue"), number(work.late if work else 0)),
        (_("In review at the centre"), number(work.in_review if work else 0)),
        _clusters(page),
    ]
    return [
        Heading(_("Assignments")),
        Facts(counts),
        Heading(_("Who is responsible")),
        Facts(_people(scope, page)),
        Heading(_("Overdue assignments")),
        overdue_table(rows) if rows else Paragraph(_("Nothing is overdue.")),
    ]


def _people(scope: Scope, page: RegionPage) -> list[tuple[str, str]]:
    names = coordinators_in_words(scope).get(page.region.code, "")
    people = [(_("Coordinators"), names or _("No coordinator is appointed today."))]
    if page.authority is not None:
        people.append((_("Authority"), page.authority.name))
    if page.head is not None:
        since = _("from %(day)s") % {"day": date_short(page.head.starts_on)}
        people.append((_("Head"), f"{page.head}, {page.head.post_title}, {since}"))
    return people
