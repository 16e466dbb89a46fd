"""What the pages of the rating read: which revision to show, its table, one region of it, what waits for a keeper."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common import clock
from common.errors import Missing
from common.names import name_column, name_key
from common.scope import Scope
from rating.enums import SliceStatus
from rating.formula import shift_period
from rating.letters import changed
from rating.models import (
    AuditFile,
    ItemShare,
    RegionScore,
    ScoreAtStake,
    ScoreGain,
    ScoreLoss,
    ScoreWindow,
    Slice,
)
from rating.selectors.gathering import recorded_corrections, waiting_in
from rating.selectors.letters import replaced_scores
from rating.selectors.methodologies import months_since
from rating.selectors.running import RunningMonth
from rating.selectors.tables import LINE_MONTHS
from regions.models import Region
from regions.selectors import heads_in_office


class SliceEntry(NamedTuple):
    """One revision as the index of slices knows it; `score` is the national one in hundredths."""

    id: int
    period: str
    revision: int
    status: str
    methodology: int
    score: int | None
    created_at: datetime
    published_at: datetime | None

    @property
    def is_draft(self) -> bool:
        return self.status == SliceStatus.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == SliceStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class SliceIndex:
    """All revisions that a person may open, newest first: read in one query, it answers every «which one»."""

    entries: tuple[SliceEntry, ...]

    def find(self, period: str, revision: int | None = None) -> SliceEntry:
        """A revision of a month; without a number the published one, else the newest draft.

        Raises Missing for a month or revision that does not exist for this person, also for what is no month.
        """
        found = [entry for entry in self.entries if entry.period == period]
        if not found:
            raise Missing(_("There is no such month in the rating."))
        if revision is None:
            return next((entry for entry in found if entry.is_published), found[0])
        for entry in found:
            if entry.revision == revision:
                return entry
        raise Missing(_("This month has no such revision."))

    def latest(self) -> SliceEntry | None:
        """The published slice of the newest month."""
        return next((entry for entry in self.entries if entry.is_published), None)

    def periods(self) -> dict[str, bool]:
        """The months that have a slice, newest first, and whether one of their revisions is published."""
        found: dict[str, bool] = {}
        for entry in self.entries:
            found[entry.period] = found.get(entry.period, False) or not entry.is_draft
        return found

    def newest(self, period: str) -> SliceEntry:
        """The highest revision of a month that is in the index."""
        return next(entry for entry in self.entries if entry.period == period)

    def published(self, period: str) -> SliceEntry | None:
        """The revision of a month in force."""
        same = (entry for entry in self.entries if entry.period == period)
        return next((entry for entry in same if entry.is_published), None)

    def before(self, entry: SliceEntry) -> SliceEntry | None:
        """The last published revision of the same month before this one."""
        earlier = (
            other
            for other in self.entries
            if other.period == entry.period and other.revision < entry.revision and not other.is_draft
        )
        return next(earlier, None)

    def line(self, period: str, own: SliceEntry | None) -> dict[str, SliceEntry | None]:
        """The revisions behind the line of twelve months up to `period`, oldest first; `own` replaces its month."""
        found = {entry.period: entry for entry in self.entries if entry.is_published}
        if own is not None:
            found[own.period] = own
        months = months_since(shift_period(period, 1 - LINE_MONTHS), period)
        return {month: found.get(month) for month in months}

    def changed_at(self) -> datetime | None:
        """When a month or a correction was published last: all that changes a page about a published revision."""
        return max((entry.published_at for entry in self.entries if entry.published_at), default=None)

    def fingerprint(self, own: SliceEntry | None) -> str:
        """Changes whenever something that a page about `own` shows of any slice may have changed."""
        shown = [tuple(entry) for entry in self.entries if entry == own or not entry.is_draft]
        return sha256(repr(shown).encode()).hexdigest()


def slice_index(scope: Scope) -> SliceIndex:
    """The index of the slices of a person: always one query."""
    rows = (
        Slice.objects.visible_to(scope)
        .newest_first()
        .values_list(
            "id", "period", "revision", "status", "methodology_id", "score", "created_at", "published_at"
        )
    )
    return SliceIndex(tuple(SliceEntry(*row) for row in rows))


class TableRow(NamedTuple):
    """A region of the rating table. Hundredths where it says points; `months` are the scores of its line, `breaks` the
    indexes of those from which another version of the methodology counts."""

    code: str
    name: str
    short: str
    key: str
    district: str
    district_name: str
    column: int | None
    row: int | None
    status: str
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    score: int | None
    low: int | None
    high: int | None
    zone: str
    certain: bool
    delta: int | None
    distinguishable: bool
    on_time: int
    executions: int
    months: tuple[int | None, ...] = ()
    signal: str = ""
    breaks: tuple[int, ...] = ()


def version_breaks(versions: Iterable[int | None]) -> tuple[int, ...]:
    """Indexes of the months from which another version of the methodology counts; None where there is no slice."""
    found = []
    last: int | None = None
    for place, version in enumerate(versions):
        if version is None:
            continue
        if last is not None and version != last:
            found.append(place)
        last = version
    return tuple(found)


def _breaks_of(line: Mapping[str, SliceEntry | None]) -> tuple[int, ...]:
    return version_breaks(entry and entry.methodology for entry in line.values())


def table_rows(index: SliceIndex, entry: SliceEntry) -> list[TableRow]:
    """The table of a revision in its published order, with the line of twelve months of each region: two queries."""
    line = index.line(entry.period, entry)
    lines, breaks = _lines(line), _breaks_of(line)
    rows = (
        RegionScore.objects.filter(slice_id=entry.id)
        .order_by("position")
        .values_list(
            "region_id", name_column("region__"), "region__short_ru", "region__district_id",
            name_column("region__district__"), "region__tile_column", "region__tile_row", "status", "rank", "rank_low",
            "rank_high", "score", "interval_low", "interval_high", "zone", "zone_certain", "delta",
            "distinguishable", "on_time", "executions", "signal",
        )
    )  # fmt: skip
    return [_table_row(row, lines, breaks) for row in rows]


def _table_row(
    row: Sequence[Any], lines: Mapping[str, tuple[int | None, ...]], breaks: tuple[int, ...]
) -> TableRow:
    code, name, short, district, district_name, column, tile_row, status, *figures = row
    rank, rank_low, rank_high, score, low, high, zone, certain, delta, distinguishable, on_time, n, signal = (
        figures
    )
    return TableRow(
        code=code, name=name, short=short, key=name_key(name), district=district, district_name=district_name,
        column=column, row=tile_row, status=status, rank=rank, rank_low=rank_low, rank_high=rank_high, score=score,
        low=low, high=high, zone=zone, certain=certain is not False, delta=delta,
        distinguishable=bool(distinguishable), on_time=on_time or 0, executions=n,
        months=lines.get(code, ()), signal=signal, breaks=breaks,
    )  # fmt: skip


def _lines(line: Mapping[str, SliceEntry | None]) -> dict[str, tuple[int | None, ...]]:
    """The scores of every region along a line of months."""
    places = {entry.id: number for number, entry in enumerate(line.values()) if entry is not None}
    found: defaultdict[str, list[int | None]] = defaultdict(lambda: [None] * len(line))
    rows = RegionScore.objects.filter(slice_id__in=places).order_by()
    for region, slice_id, score in rows.values_list("region_id", "slice_id", "score"):
        found[region][places[slice_id]] = score
    return {region: tuple(scores) for region, scores in found.items()}


def running_rows(
    month: RunningMonth, index: SliceIndex, codes: Collection[str] | None = None
) -> list[TableRow]:
    """The table of the running month in the order of its places; `codes` narrows it to some regions."""
    line = index.line(month.period, None)
    lines = _lines(line)
    breaks = _breaks_of(line)
    if month.scores.params.effective_from == month.period and any(line.values()):
        breaks = (*breaks, LINE_MONTHS - 1)
    regions = Region.objects.select_related("district").order_by("code")
    if codes is not None:
        regions = regions.filter(code__in=codes)
    places = {region.code: region for region in regions}
    found = []
    for code, score in month.scores.regions.items():
        if code not in places:
            continue
        region, reading = places[code], score.reading
        low, high = score.rank_range or (None, None)
        counts = score.counts
        found.append(
            TableRow(
                code=code, name=region.name, short=region.short_ru, key=name_key(region.name),
                district=region.district_id, district_name=region.district.name, column=region.tile_column,
                row=region.tile_row, status=score.status, rank=score.rank, rank_low=low, rank_high=high,
                score=score.score, low=reading.low if reading else None, high=reading.high if reading else None,
                zone=score.zone or "", certain=score.zone_certain is not False, delta=None, distinguishable=False,
                on_time=counts["on_time"], executions=score.executions,
                months=(*lines.get(code, (None,) * LINE_MONTHS)[:-1], score.score), breaks=breaks,
                signal=score.signal or "",
            )
        )  # fmt: skip
    return found


class FieldRow(NamedTuple):
    """A region among all others, as charts and the search for similar ones need it. The score is in hundredths."""

    code: str
    name: str
    executions: int
    clusters: int
    score: int | None
    zone: str
    certain: bool
    signal: str


def field_rows(entry: SliceEntry) -> list[FieldRow]:
    """All regions of a revision in its published order: one query."""
    rows = (
        RegionScore.objects.filter(slice_id=entry.id)
        .order_by("position")
        .values_list(
            "region_id",
            name_column("region__"),
            "executions",
            "clusters",
            "score",
            "zone",
            "zone_certain",
            "signal",
        )
    )
    return [
        FieldRow(code, label, executions, clusters or 0, score, zone, certain is not False, signal)
        for code, label, executions, clusters, score, zone, certain, signal in rows
    ]


class ScoreChange(NamedTuple):
    """A region whose score a correction changed; scores in hundredths."""

    name: str
    code: str
    score_before: int | None
    score_after: int | None
    rank_before: int | None
    range_before: tuple[int | None, int | None]
    rank_after: int | None
    range_after: tuple[int | None, int | None]


def revision_changes(before: SliceEntry, rows: Sequence[TableRow]) -> list[ScoreChange]:
    """What a correction changed against an earlier revision, in the order of the table: one query."""
    earlier = {
        region: (score, rank, (low, high))
        for region, score, rank, low, high in RegionScore.objects.filter(slice_id=before.id)
        .order_by()
        .values_list("region_id", "score", "rank", "rank_low", "rank_high")
    }
    found = []
    for row in rows:
        score, rank, places = earlier.get(row.code, (None, None, (None, None)))
        if score != row.score:
            now = (row.rank_low, row.rank_high)
            found.append(ScoreChange(row.name, row.code, score, row.score, rank, places, row.rank, now))
    return found


class HistoryMonth(NamedTuple):
    """A month of the line chart of a region; nothing but the month where it has no score."""

    period: str
    score: int | None = None
    low: int | None = None
    high: int | None = None
    methodology: int | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One region in one revision. The explanations are empty for people who may not read them."""

    slice: Slice
    score: RegionScore
    previous: RegionScore | None
    following: RegionScore | None
    history: Sequence[HistoryMonth]
    field: Sequence[FieldRow]
    is_full: bool
    windows: Sequence[ScoreWindow] = ()
    losses: Sequence[ScoreLoss] = ()
    gains: Sequence[ScoreGain] = ()
    stakes: Sequence[ScoreAtStake] = ()
    shares: Mapping[int, ItemShare] = dataclass_field(default_factory=dict)


def scorecard(scope: Scope, index: SliceIndex, entry: SliceEntry, code: str) -> Scorecard:
    """A region of a revision with its neighbours by place, its twelve months and, for the region itself and the
    centre, what explains the score. The number of queries does not depend on the number of losses.

    Raises Missing for an unknown region.
    """
    slice_ = Slice.objects.select_related("methodology__control_rules").get(pk=entry.id)
    scores = RegionScore.objects.filter(slice_id=entry.id).select_related("region")
    score = scores.filter(region_id=code).first()
    if score is None:
        raise Missing(_("There is no such region in the rating."))
    positions = (score.position - 1, score.position + 1)
    is_preview = entry.is_draft and not scope.is_centre
    near = {} if is_preview else {row.position: row for row in scores.filter(position__in=positions)}
    card = Scorecard(
        slice=slice_,
        score=score,
        previous=near.get(score.position - 1),
        following=near.get(score.position + 1),
        history=region_lines(index, entry, [code])[code],
        field=() if is_preview else field_rows(entry),
        is_full=scope.is_centre or code in scope.regions,
    )
    return _explained(scope, card) if card.is_full else card


def region_lines(
    index: SliceIndex, entry: SliceEntry, codes: Collection[str]
) -> dict[str, list[HistoryMonth]]:
    """Twelve months of some regions up to a revision, oldest first, gaps kept: one query."""
    line = index.line(entry.period, entry)
    ids = [found.id for found in line.values() if found is not None]
    rows = RegionScore.objects.filter(slice_id__in=ids, region_id__in=codes).order_by()
    points = {
        row[:2]: row[2:]
        for row in rows.values_list("region_id", "slice_id", "score", "interval_low", "interval_high")
    }
    return {
        code: [
            HistoryMonth(month)
            if found is None
            else HistoryMonth(month, *points.get((code, found.id), (None, None, None)), found.methodology)
            for month, found in line.items()
        ]
        for code in codes
    }


def _explained(scope: Scope, card: Scorecard) -> Scorecard:
    """The same card with windows, losses, gains, stakes and the national shares of its items: five queries."""
    own = {"region_score": card.score}
    joins = ("execution__assignment__protocol", "execution__cluster__industry")
    losses = list(_explanations(ScoreLoss, scope).filter(**own).select_related(*joins))
    items = {loss.execution.assignment_id for loss in losses}
    shares = ItemShare.objects.visible_to(scope).filter(slice=card.slice, assignment__in=items)
    return replace(
        card,
        windows=list(ScoreWindow.objects.visible_to(scope).filter(**own)),
        losses=losses,
        shares={share.assignment_id: share for share in shares},
        gains=list(_explanations(ScoreGain, scope).filter(**own).select_related(*joins)),
        stakes=list(_explanations(ScoreAtStake, scope).filter(**own).select_related(*joins)),
    )


def _explanations(model: Any, scope: Scope) -> Any:
    return model.objects.visible_to(scope).order_by("position")


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """A closed month as its keeper sees it: the newest revision, the one in force, and on how many executions appeals
    were decided that are not yet in it."""

    newest: Slice
    published: Slice | None
    corrections: int


def kept_months() -> list[KeptMonth]:
    """All closed months, newest first. Two queries whatever their number."""
    by_period: defaultdict[str, list[Slice]] = defaultdict(list)
    for slice_ in Slice.objects.select_related("methodology", "author").newest_first():
        by_period[slice_.period].append(slice_)
    corrections = recorded_corrections()
    return [
        KeptMonth(
            newest=revisions[0],
            published=next((one for one in revisions if one.status == SliceStatus.PUBLISHED), None),
            corrections=waiting_in(revisions[0], corrections),
        )
        for revisions in by_period.values()
    ]


@dataclass(frozen=True, slots=True)
class LetterForecast:
    """How many letters a publication will send, to how many regions, and the regions that get none, with the reason."""

    letters: int
    regions: int
    unchanged: int
    without_address: Sequence[str]


def letter_forecast(slice_: Slice) -> LetterForecast:
    """What publishing this revision will send: every region at first, afterwards those whose score, zone or place
    changed (§8); a region whose head has no e-mail gets a staff task instead of a letter."""
    replaced = replaced_scores(slice_)
    scores = list(slice_.scores.select_related("region", "slice").order_by("position"))
    concerned = [
        score for score in scores if replaced is None or changed(score, replaced.get(score.region_id))
    ]
    heads = heads_in_office(clock.today())
    addresses = {code: {str(email).strip() for email in head.emails} - {""} for code, head in heads.items()}
    without = [score.region.name for score in concerned if not addresses.get(score.region_id)]
    return LetterForecast(
        letters=sum(len(addresses.get(score.region_id, ())) for score in concerned),
        regions=len(concerned) - len(without),
        unchanged=len(scores) - len(concerned),
        without_address=without,
    )


def audit_is_open(scope: Scope, entry: SliceEntry) -> bool:
    """Whether this person may download the audit file of a revision."""
    return AuditFile.objects.visible_to(scope).filter(slice_id=entry.id).exists()
