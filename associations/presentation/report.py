"""The annual report of an association in words: the same parts on its page, as DOCX and as PDF."""

from collections.abc import Callable, Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from associations.enums import MilestoneState
from associations.models import AnnualReport
from associations.selectors.leaders import leaders
from associations.selectors.year import AssociationYear, association_year
from common import clock
from common.documents import RIGHT, Document, Table, TableColumn
from common.documents.sections import Section, blocks_of, restored
from common.errors import StrOrPromise
from common.formatting import NO_VALUE, date_short, date_time, number
from common.scope import SYSTEM

PARTS: Mapping[str, StrOrPromise] = {
    "summary": gettext_lazy("The year in short"),
    "members": gettext_lazy("Members"),
    "groups": gettext_lazy("Working groups"),
    "meetings": gettext_lazy("Meetings"),
    "practices": gettext_lazy("Best practices"),
    "replications": gettext_lazy("Practices carried out by others"),
    "leaders": gettext_lazy("Leaders of the industry"),
    "events": gettext_lazy("Events and publicity"),
    "roadmap": gettext_lazy("Roadmap"),
    "figures": gettext_lazy("Clusters of the industry"),
    "plans": gettext_lazy("Plans for the next year"),
}
"""Parts of a report in their order; each may begin with a paragraph of its own."""


def sections_of(report: AnnualReport) -> list[Section]:
    """What an approved report said when it was approved; of a draft, what the portal knows now."""
    if report.is_approved:
        language = "en" if translation.get_language() == "en" else "ru"
        return restored(report.figures[language])
    return report_sections(report)


def report_sections(report: AnnualReport) -> list[Section]:
    """The parts with the paragraphs of people first."""
    year = association_year(report.association, report.year)
    writers: Mapping[str, Callable[[AssociationYear], Section]] = {
        "members": _members, "groups": _groups, "meetings": _meetings, "practices": _practices,
        "replications": _replications, "events": _events, "roadmap": _roadmap, "figures": _figures,
    }  # fmt: skip
    sections = []
    for part, title in PARTS.items():
        if part == "leaders":
            written = _leaders(report)
        elif part in writers:
            written = writers[part](year)
        else:
            written = Section(str(title))
        own = report.words.get(part, "")
        sentences = [*([own] if own else []), *written.sentences]
        if sentences or written.table:
            sections.append(Section(str(title), sentences, written.table))
    return sections


def report_document(report: AnnualReport) -> Document:
    """The report as a paper; an approved one is dated by its approval and never changes."""
    title = _("Annual report, %(year)s. %(association)s") % {
        "association": report.association.name, "year": report.year,
    }  # fmt: skip
    instant = (report.approved_at or clock.now()).replace(second=0, microsecond=0)
    about = [_("Draft: figures as of %(instant)s") % {"instant": date_time(instant)}]
    if report.approved_by and report.approved_at:
        about = [
            _("Approved on %(day)s: %(name)s")
            % {"day": date_short(clock.day_of(instant)), "name": report.approved_by.get_full_name()}
        ]
    return Document(
        title=title,
        about=about,
        blocks=blocks_of(sections_of(report)),
        portal=_("Profportal"),
        as_of=_("As of %(instant)s") % {"instant": date_time(instant)},
        mark=_("Annual report, %(year)s") % {"year": report.year},
        made_at=instant,
        language=(translation.get_language() or "ru")[:2],
    )


def _table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> Table | None:
    return Table(columns, rows) if rows else None


def _part(sentence: str, columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> Section:
    return Section("", [sentence], _table(columns, rows))


def _members(year: AssociationYear) -> Section:
    words = _(
        "Members at the end of the year: %(members)s; clusters of the industry: %(clusters)s; joined in the year: "
        "%(joined)s."
    )
    columns = [TableColumn(_("Cluster"), 45), TableColumn(_("Region"), 35), TableColumn(_("Member from"), 20)]
    rows = [
        (row.cluster.display_name, row.cluster.region.name, date_short(row.starts_on)) for row in year.joined
    ]
    said = {"members": year.now.members, "clusters": year.clusters, "joined": len(year.joined)}
    return _part(words % said, columns, rows)


def _groups(year: AssociationYear) -> Section:
    words = _(
        "Working groups: %(groups)s; records of help to clusters: %(helped)s; requests that experts answered: "
        "%(supported)s, hours that it took: %(hours)s."
    )
    columns = [
        TableColumn(_("Group"), 40), TableColumn(_("Lead"), 30), TableColumn(_("Members"), 14, RIGHT),
        TableColumn(_("Tasks done"), 16, RIGHT),
    ]  # fmt: skip
    rows = [
        (row.group.name, row.lead or NO_VALUE, number(row.members), f"{row.done}/{row.tasks}")
        for row in year.groups
    ]
    said = {
        "groups": len(year.groups), "helped": year.helped, "supported": year.supported,
        "hours": number(year.hours, 1),
    }  # fmt: skip
    return _part(words % said, columns, rows)


def _meetings(year: AssociationYear) -> Section:
    columns = [TableColumn(_("Day"), 20), TableColumn(_("Meeting"), 80)]
    rows = [(date_short(row.day), row.title) for row in year.meetings]
    return _part(_("Meetings held: %(count)s.") % {"count": len(rows)}, columns, rows)


def _practices(year: AssociationYear) -> Section:
    columns = [
        TableColumn(_("Practice"), 46), TableColumn(_("Region"), 24), TableColumn(_("Published on"), 17),
        TableColumn(_("Carried out"), 13, RIGHT),
    ]  # fmt: skip
    rows = [
        (row.title, row.region.name, date_short(row.published_on), number(row.carried_out))  # type: ignore[attr-defined]
        for row in year.practices
    ]
    return _part(_("Practices published: %(count)s.") % {"count": len(rows)}, columns, rows)


def _replications(year: AssociationYear) -> Section:
    columns = [
        TableColumn(_("Practice"), 34), TableColumn(_("Cluster"), 24), TableColumn(_("State"), 12),
        TableColumn(_("Result"), 30),
    ]  # fmt: skip
    rows = [
        (
            row.practice.title, f"{row.cluster.display_name}, {row.cluster.region.name}",
            str(row.get_state_display()), row.result or NO_VALUE,
        )
        for row in year.replications
    ]  # fmt: skip
    words = _("Clusters that carried out practices of others or are at it: %(count)s.")
    return _part(words % {"count": len(rows)}, columns, rows)


def _leaders(report: AnnualReport) -> Section:
    found = leaders(SYSTEM, report.association_id)
    columns = [
        TableColumn(_("List"), 23), TableColumn(_("Leader"), 40), TableColumn(_("Practices"), 13, RIGHT),
        TableColumn(_("Carried out"), 13, RIGHT), TableColumn(_("Points"), 11, RIGHT),
    ]  # fmt: skip
    rows = [
        (title, row.name, number(row.practices), number(row.done), number(row.points, 1))
        for title, group in found.groups
        for row in group
    ]
    words = _(
        "Computed on %(day)s from published practices, their replications, assignments in time and the rating."
    )
    return _part(words % {"day": date_short(found.day)}, columns, rows)


def _events(year: AssociationYear) -> Section:
    columns = [
        TableColumn(_("Day"), 14), TableColumn(_("Event or material"), 40), TableColumn(_("Outcome"), 32),
        TableColumn(_("People reached"), 14, RIGHT),
    ]  # fmt: skip
    held = [(clock.day_of(row.starts_at), row.name, row.outcome, row.reach) for row in year.events]
    told = [
        (row.done_on, row.subject, str(row.get_channel_display()), row.reach)
        for row in year.publicity
        if row.done_on
    ]
    rows = [
        (date_short(day), name, outcome, number(reach) if reach is not None else NO_VALUE)
        for day, name, outcome, reach in sorted([*held, *told], key=lambda row: (row[0], row[1]))
    ]
    words = _("Events held: %(events)s; publications: %(told)s; people reached: %(reach)s.")
    reach = sum(row[3] or 0 for row in [*held, *told])
    return _part(words % {"events": len(held), "told": len(told), "reach": number(reach)}, columns, rows)


def _roadmap(year: AssociationYear) -> Section:
    done = [row for row in year.milestones if row.state == MilestoneState.DONE]
    columns = [
        TableColumn(_("Milestone"), 44), TableColumn(_("Last day"), 16), TableColumn(_("State"), 16),
        TableColumn(_("What proves it"), 24),
    ]  # fmt: skip
    rows = [
        (
            row.name, date_short(row.planned.last), str(row.get_state_display()), row.evidence or NO_VALUE,
        )
        for row in year.milestones
    ]  # fmt: skip
    words = _("Milestones of the year: %(all)s, done: %(done)s, not done: %(left)s.")
    said = {"all": len(rows), "done": len(done), "left": len(rows) - len(done)}
    return _part(words % said, columns, rows)


def _figures(year: AssociationYear) -> Section:
    before, now = year.before, year.now

    def percents(share: int | None) -> str:
        return NO_VALUE if share is None else f"{share} %"

    lines: list[tuple[str, str, str]] = [
        (_("Members at the end of the year"), number(before.members), number(now.members)),
        (_("Executions that came due"), number(before.due), number(now.due)),
        (_("of them in time"), number(before.in_time), number(now.in_time)),
        (_("In time, percent"), percents(before.share), percents(now.share)),
        (_("Stages closed"), number(before.stages), number(now.stages)),
    ]
    columns = [
        TableColumn(_("Figure"), 56), TableColumn(str(before.year), 22, RIGHT),
        TableColumn(str(now.year), 22, RIGHT),
    ]  # fmt: skip
    return _part(_("All clusters of the industry, members or not."), columns, lines)
