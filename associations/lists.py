"""The lists of this room as files: associations, where both lines of the project cross, the roadmap, practices."""

from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from associations.practice_forms import PracticeFilterForm
from associations.selectors.associations import association_rows
from associations.selectors.leaders import leaders
from associations.selectors.lines import both_lines
from associations.selectors.practices import practices_found
from associations.selectors.roadmap import common_roadmap
from common.lists import Found, PortalList, conditions_of, object_in, register_lists, yes_or_no
from common.scope import Scope
from common.sheets import Column


def _found(scope: Scope, _query: QueryDict) -> Found:
    return Found(association_rows(scope))


def _columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Association"), lambda row: row.association.name, 50),
        Column(
            _("Industries"), lambda row: ", ".join(one.name for one in row.association.industries.all()), 40
        ),
        Column(_("Wave"), lambda row: str(row.association.get_wave_display()), 14),
        Column(_("Founded on"), lambda row: row.association.founded_on, 12),
        Column(_("Chair"), lambda row: ", ".join(one.user.get_full_name() for one in row.chairs), 34),
        Column(_("Members"), lambda row: row.members, 10),
        Column(_("Clusters of the industry"), lambda row: row.coverage.clusters, 12),
        Column(_("Coverage, percent"), lambda row: row.coverage.share, 12),
        Column(_("Open"), lambda row: row.work.open if row.work else None, 10),
        Column(_("Overdue"), lambda row: row.work.late if row.work else None, 12),
        Column(_("In time, percent"), lambda row: row.work.share if row.work else None, 12),
    ]


def _lines_found(scope: Scope, _query: QueryDict) -> Found:
    lines = both_lines(scope)
    rows = [
        (row.region, industry, crossing) for row in lines.rows for industry, crossing in row.cells if crossing
    ]
    return Found(rows)


def _lines_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row[0].name, 28),
        Column(_("Industry"), lambda row: row[1].name, 40),
        Column(_("Clusters"), lambda row: row[2].clusters, 10),
        Column(_("Open"), lambda row: row[2].work.open if row[2].counted else None, 10),
        Column(_("Overdue"), lambda row: row[2].work.late if row[2].counted else None, 12),
        Column(_("In time, percent"), lambda row: row[2].work.share, 12),
    ]


def _milestones_found(scope: Scope, _query: QueryDict) -> Found:
    return Found(common_roadmap(scope).rows)


def milestone_columns(_scope: Scope) -> list[Column]:
    """What the files say of milestones, those of all and those of one association."""
    return [
        Column(_("Track"), lambda row: str(row.milestone.get_track_display()), 30),
        Column(_("Milestone"), lambda row: row.milestone.name, 60),
        Column(_("Part of"), lambda row: row.milestone.parent.name if row.milestone.parent else "", 40),
        Column(_("Comes after"), lambda row: row.milestone.after.name if row.milestone.after else "", 40),
        Column(_("First day"), lambda row: row.milestone.starts_on, 12),
        Column(_("Last day"), lambda row: row.milestone.due_on, 12),
        Column(_("What the days mean"), lambda row: str(row.milestone.get_date_kind_display()), 24),
        Column(_("State"), lambda row: str(row.milestone.get_state_display()), 14),
        Column(_("Overdue"), lambda row: yes_or_no(row.is_overdue), 12),
        Column(_("Done on"), lambda row: row.milestone.done_on, 12),
        Column(_("What proves it"), lambda row: row.milestone.evidence, 40),
        Column(_("Who answers for it"), lambda row: row.milestone.responsible, 30),
    ]


def _practices_found(scope: Scope, query: QueryDict) -> Found:
    form = PracticeFilterForm(query, scope=scope)
    conditions = conditions_of(form)
    return Found(practices_found(scope, form.narrowed()), conditions)


def _practices_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Practice"), lambda row: row.title, 50),
        Column(_("Association"), lambda row: row.association.name, 40),
        Column(_("Process"), lambda row: row.process.name if row.process else "", 30),
        Column(_("Region"), lambda row: row.region.name, 28),
        Column(_("Cluster"), lambda row: row.cluster.display_name if row.cluster else "", 30),
        Column(_("College"), lambda row: row.college.name if row.college else "", 40),
        Column(_("Enterprise"), lambda row: row.enterprise.name if row.enterprise else "", 40),
        Column(_("State"), lambda row: str(row.get_state_display()), 22),
        Column(_("Published on"), lambda row: row.published_on, 12),
        Column(_("Up to date until"), lambda row: row.valid_until, 12),
        Column(_("Carried out"), lambda row: row.carried_out, 10),
        Column(_("At it"), lambda row: row.going, 10),
        Column(_("Results in numbers"), lambda row: row.results, 60),
    ]


def _leaders_found(scope: Scope, query: QueryDict) -> Found:
    found = leaders(scope, object_in(query, "association"))
    rows = [(title, place, row) for title, group in found.groups for place, row in enumerate(group, 1)]
    return Found(rows)


def _leaders_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("List"), lambda row: row[0], 24),
        Column(_("Place"), lambda row: row[1], 8),
        Column(_("Leader"), lambda row: row[2].name, 50),
        Column(_("Practices"), lambda row: row[2].practices, 10),
        Column(_("Carried out"), lambda row: row[2].done, 10),
        Column(_("At it"), lambda row: row[2].going, 10),
        Column(_("In time, percent"), lambda row: row[2].share, 12),
        Column(
            _("Rating"), lambda row: Decimal(row[2].score) / 100 if row[2].score is not None else None, 10
        ),
        Column(_("Points"), lambda row: row[2].points, 10),
    ]


LISTS = (
    PortalList(
        "associations", gettext_lazy("Industry associations"), "associations:associations", _found, _columns
    ),
    PortalList(
        "lines", gettext_lazy("Regions and industries"), "associations:lines", _lines_found, _lines_columns
    ),
    PortalList(
        "milestones", gettext_lazy("Roadmap"), "associations:roadmap", _milestones_found, milestone_columns
    ),
    PortalList(
        "practices", gettext_lazy("Library of practices"), "associations:practices", _practices_found,
        _practices_columns,
    ),
    PortalList(
        "leaders", gettext_lazy("Leaders of the industry"), "associations:leaders", _leaders_found,
        _leaders_columns, of="association",
    ),
)  # fmt: skip


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*LISTS)
