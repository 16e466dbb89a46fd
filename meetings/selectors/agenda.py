"""The agenda of a meeting as its pages show it, and where a thing was discussed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.formatting import date_short
from common.scope import Scope
from meetings.enums import AgendaSource, AgendaState, DecisionKind
from meetings.models import AgendaItem, AgendaNote, Decision, Meeting
from meetings.querysets import AgendaItemQuerySet

MOST_DISCUSSED = 20
"""Meetings that the page of a source names, the newest ones."""


class SourceLink(NamedTuple):
    """The way back from an item to what it is about."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An item with its number on the agenda, where it comes from and how far it is."""

    item: AgendaItem
    number: int
    link: SourceLink | None
    figures: str
    decisions: Sequence[Decision] = ()

    @property
    def spent_minutes(self) -> int:
        return round(self.item.spent_seconds / 60)

    @property
    def is_settled(self) -> bool:
        """Whether the source holds nothing any more, as a later filling has found."""
        return self.item.figures.get("count") == 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of a meeting: what is on it, what is proposed for it, what was removed."""

    meeting: Meeting
    rows: Sequence[AgendaRow]
    proposed: Sequence[AgendaRow] = ()
    removed: Sequence[AgendaRow] = ()
    minutes: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes", sum(row.item.minutes for row in self.rows))

    @property
    def over(self) -> int:
        """Minutes over the limit; 0 when the questions fit."""
        return max(0, self.minutes - self.meeting.limit_minutes)

    @property
    def spent_seconds(self) -> int:
        return sum(row.item.spent_seconds for row in self.rows)

    @property
    def sources(self) -> Sequence[tuple[str, str, int]]:
        """Sources that brought several questions: key, name, how many can be taken off together."""
        return _several(row for row in self.rows if not row.decisions)

    @property
    def removed_sources(self) -> Sequence[tuple[str, str, int]]:
        """Sources of which several questions were taken off."""
        return _several(self.removed)

    @property
    def undecided(self) -> Sequence[AgendaRow]:
        """Questions on which nothing is decided."""
        return [row for row in self.rows if not row.decisions]

    def row_of(self, item_id: int | None) -> AgendaRow | None:
        return next((row for row in self.rows if row.item.pk == item_id), None)

    def beside(self, item_id: int | None) -> tuple[AgendaRow | None, AgendaRow | None]:
        """The items before and behind one; without one nothing, and the first."""
        place = next((n for n, row in enumerate(self.rows) if row.item.pk == item_id), None)
        if place is None:
            return None, self.rows[0] if self.rows else None
        behind = self.rows[place + 1] if place + 1 < len(self.rows) else None
        return (self.rows[place - 1] if place else None), behind


def _several(rows: Iterable[AgendaRow]) -> list[tuple[str, str, int]]:
    counts = Counter(row.item.source for row in rows)
    named = AgendaSource.choices
    return [(key, str(name), counts[key]) for key, name in named if counts[key] > 1]


def agenda_of(scope: Scope, meeting: Meeting) -> Agenda:
    """The whole agenda in a fixed number of queries."""
    decisions = Decision.objects.visible_to(scope).select_related("process", "assignment__protocol")
    items = AgendaItem.objects.visible_to(scope).filter(meeting=meeting)
    items = with_sources(items).prefetch_related(
        Prefetch("decisions", decisions.order_by("position", "pk"), to_attr="shown_decisions")
    )
    by_state: dict[str, list[AgendaItem]] = {}
    for item in items.order_by("position", "pk"):
        by_state.setdefault(item.state, []).append(item)

    def rows(state: AgendaState) -> list[AgendaRow]:
        return [agenda_row(scope, item, n) for n, item in enumerate(by_state.get(state, []), start=1)]

    return Agenda(meeting, rows(AgendaState.ON_AGENDA), rows(AgendaState.PROPOSED), rows(AgendaState.REMOVED))


def with_sources(items: AgendaItemQuerySet) -> AgendaItemQuerySet:
    """With everything that names the source of an item."""
    return items.select_related(
        "region", "association", "process", "assignment__protocol", "request__execution", "slice",
        "carries_on__meeting", "proposed_by", "meeting",
    )  # fmt: skip


def agenda_row(scope: Scope, item: AgendaItem, number: int) -> AgendaRow:
    """An item as a row; `shown_decisions` are those that were fetched with it."""
    return AgendaRow(
        item, number, source_link(scope, item), figures_in_words(item), getattr(item, "shown_decisions", ())
    )


def source_link(scope: Scope, item: AgendaItem) -> SourceLink | None:
    """Where an item leads back to, for whoever may go there."""
    earlier = item.carries_on.meeting if item.carries_on else None
    if item.carries_on and earlier:
        label = _("carried over from the meeting of %(day)s") % {"day": date_short(earlier.day)}
        return SourceLink(label, item.carries_on.get_absolute_url())
    if item.source == AgendaSource.RATING and item.slice:
        return SourceLink(_("the month in the rating"), item.slice.get_absolute_url())
    if item.region_id and not (scope.is_centre or item.region_id in scope.regions):
        return None
    if item.source == AgendaSource.REQUEST and item.request:
        return SourceLink(_("the execution with its request"), item.request.execution.get_absolute_url())
    return _list_of_executions(scope, item)


TERMS = {AgendaSource.OVERDUE: ("term", "late"), AgendaSource.RETURNED: ("state", "returned")}


def _list_of_executions(scope: Scope, item: AgendaItem) -> SourceLink | None:
    registry = reverse("dashboard:registry")
    if item.source in TERMS and item.region_id:
        name, value = TERMS[AgendaSource(item.source)]
        region = f"region={item.region_id}&" if scope.is_centre else ""
        return SourceLink(_("executions of the region"), f"{registry}?{region}{name}={value}")
    if item.source == AgendaSource.MILESTONE:
        return SourceLink(_("roadmap"), _roadmap(item))
    if item.source == AgendaSource.STAGE:
        stages = reverse("cyclogram:stages")
        return SourceLink(_("stages of the clusters"), f"{stages}?process={item.process_id}&sign=late")
    if item.process and (scope.is_centre or scope.regions):
        return SourceLink(_("executions of the process"), f"{registry}?process={item.process_id}")
    return None


def _roadmap(item: AgendaItem) -> str:
    if item.association_id:
        return reverse("associations:own-roadmap", args=[item.association_id])
    return reverse("associations:roadmap")


def figures_in_words(item: AgendaItem) -> str:
    """What the source held when the agenda was filled, in one line."""
    held = item.figures
    if "count" in held:
        if not held["count"]:
            return _("none is left")
        if item.source == AgendaSource.MILESTONE:
            words = ngettext("%(count)s milestone", "%(count)s milestones", held["count"])
            day = date_short(date.fromisoformat(held["oldest"]))
            return _("%(milestones)s, the oldest until %(day)s") % {
                "milestones": words % {"count": held["count"]},
                "day": day,
            }
        if "late" in held:
            return _("clusters late: %(late)s, to end soon: %(soon)s") % held
        words = ngettext("%(count)s execution", "%(count)s executions", held["count"])
        told = words % {"count": held["count"]}
        if "oldest" in held and item.source == AgendaSource.OVERDUE:
            day = date_short(date.fromisoformat(held["oldest"]))
            return _("%(executions)s, the oldest due on %(day)s") % {"executions": told, "day": day}
        return told
    if "open" in held:
        return _("on control %(open)s, overdue %(overdue)s") % held
    if "due" in held:
        return _("term %(day)s") % {"day": date_short(date.fromisoformat(held["due"]))}
    return ""


# One item


@dataclass(frozen=True, slots=True)
class ItemCard:
    """The page of one item: its row, its neighbours, notes of the others and one's own, earlier meetings about it."""

    row: AgendaRow
    before: AgendaRow | None
    behind: AgendaRow | None
    own: AgendaNote | None
    others: Sequence[AgendaNote]
    earlier: Sequence[AgendaItem]


def item_card(scope: Scope, meeting: Meeting, item_id: int) -> ItemCard | None:
    """Everything of one item on the agenda; None when it is not on it."""
    agenda = agenda_of(scope, meeting)
    row = agenda.row_of(item_id)
    if row is None:
        return None
    before, behind = agenda.beside(item_id)
    notes = AgendaNote.objects.visible_to(scope).filter(item=item_id).select_related("author").order_by("pk")
    found = list(notes)
    return ItemCard(
        row=row,
        before=before,
        behind=behind,
        own=next((note for note in found if note.author_id == scope.user_id), None),
        others=[note for note in found if note.author_id != scope.user_id and note.text],
        earlier=_earlier(scope, row.item),
    )


def _earlier(scope: Scope, item: AgendaItem) -> list[AgendaItem]:
    """Where the same was discussed at other meetings."""
    about = {
        "region": item.region_id, "process": item.process_id, "slice": item.slice_id, "request": item.request_id,
        "association": item.association_id,
    }  # fmt: skip
    given = {name: value for name, value in about.items() if value is not None}
    if item.source not in (AgendaSource.OVERDUE, AgendaSource.RETURNED, AgendaSource.PROPOSAL):
        given.pop("region", None)
    rows = AgendaItem.objects.visible_to(scope).discussed(**given)
    same = Q(source=item.source) | Q(pk=item.carries_on_id)
    return list(rows.filter(same).exclude(meeting=item.meeting_id)[:MOST_DISCUSSED])


def discussed_at(scope: Scope, **about: Any) -> list[AgendaItem]:
    """The items of meetings at which a thing was discussed, for its own page; the newest meetings first."""
    return list(AgendaItem.objects.visible_to(scope).discussed(**about)[:MOST_DISCUSSED])


# Closing


@dataclass(frozen=True, slots=True)
class Missing:
    """What a meeting lacks at its end; it may be closed without."""

    unmarked: int
    invited: int
    undecided: Sequence[AgendaRow]
    questions: int

    @property
    def has_any(self) -> bool:
        return bool(self.unmarked or self.undecided)


def missing_at_end(scope: Scope, meeting: Meeting) -> Missing:
    """Attendance that nobody marked, questions without a decision, questions left to answer."""
    counted = meeting.invitations.aggregate(n=Count("pk"), unmarked=Count("pk", filter=Q(present=None)))
    agenda = agenda_of(scope, meeting)
    waiting = sum(
        decision.kind == DecisionKind.QUESTION and not decision.answer
        for row in agenda.rows
        for decision in row.decisions
    )
    return Missing(counted["unmarked"], counted["n"], agenda.undecided, waiting)
