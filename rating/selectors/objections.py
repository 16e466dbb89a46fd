"""Previews and objections as pages, services and the API read them, and where a month stands on its way (§8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.enums import TRANSITIONS, EventKind
from assignments.models import Execution, ExecutionEvent
from common import clock
from common.calendar import is_working_day
from common.errors import Missing
from common.scope import Scope
from rating import policies
from rating.enums import ObjectionState, Remedy, SliceStatus
from rating.models import Objection, PreviewReading, ScoreLoss, Slice, SlicePreview
from rating.selectors.gathering import seen_until
from rating.selectors.pages import SliceEntry
from regions.models import Region
from regions.selectors import calendar_overrides

REVIEWS = (EventKind.ACCEPTED, EventKind.RETURNED)
LONGEST_PREVIEW = timedelta(days=60)
"""An announced publication further away than this is a slip of the pen."""


# Days


def earliest_publication(period: str) -> date:
    """The first day on which the month may be published when its preview is opened today.

    RATING_PREVIEW_WORKING_DAYS whole working days lie between, counted from the first preview of the month: a
    revision made during the preview does not begin them again.
    """
    first = SlicePreview.objects.filter(slice__period=period).aggregate(at=Min("opened_at"))["at"]
    day = clock.day_of(first) if first else clock.today()
    left, overrides = settings.RATING_PREVIEW_WORKING_DAYS, calendar_overrides()
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, overrides)
    if settings.RATING_PREVIEW_WORKING_DAYS > 0:
        day += timedelta(days=1)
    return max(day, clock.today())


def announced_publication(period: str) -> datetime | None:
    """When the month will be published, as announced; None before a preview and after the publication."""
    open_previews = SlicePreview.objects.open().filter(slice__period=period)
    return open_previews.values_list("publishes_at", flat=True).first()


def objectable_slice(scope: Scope, period: str, revision: int) -> Slice | None:
    """The revision when this person may read it or, as a coordinator, reads it in preview."""
    return Slice.objects.objectable_by(scope).filter(period=period, revision=revision).first()


def objections_end_on(published_at: datetime) -> date:
    """The last day on which a region may object to a revision published then."""
    return clock.day_of(published_at) + timedelta(days=settings.RATING_OBJECTION_DAYS)


def may_be_objected(slice_: Slice) -> bool:
    """Whether regions may object to this revision now: in preview, or in force and not longer than the term."""
    if slice_.status == SliceStatus.PUBLISHED and slice_.published_at is not None:
        return clock.today() <= objections_end_on(slice_.published_at)
    return slice_.is_draft and SlicePreview.objects.open().filter(slice=slice_).exists()


def deadline_has_passed(period: str) -> bool:
    """Whether open objections no longer hold up the publication of the month (RATING_PUBLISH_ANYWAY_DAYS)."""
    announced = announced_publication(period)
    days = settings.RATING_PUBLISH_ANYWAY_DAYS
    return announced is not None and days > 0 and clock.now() >= announced + timedelta(days=days)


def open_objections(period: str) -> int:
    """Objections to any revision of the month that wait for an answer."""
    return Objection.objects.open().filter(slice__period=period).count()


def upheld_outside(slice_: Slice) -> int:
    """Upheld objections of the month whose corrections this revision has not seen."""
    upheld = Objection.objects.filter(slice__period=slice_.period, state=ObjectionState.UPHELD)
    return upheld.filter(event__recorded_at__gte=seen_until(slice_)).count()


# The preview, for a coordinator


@dataclass(frozen=True, slots=True)
class PreviewNotice:
    """The line about an open preview on the pages of a coordinator."""

    preview: SlicePreview
    region: Region
    url: str
    is_read: bool

    @property
    def period(self) -> str:
        return self.preview.slice.period


def preview_notices(scope: Scope, code: str | None = None) -> list[PreviewNotice]:
    """One notice for each open preview and region that the person coordinates; `code` narrows it to one region.

    No query for people who coordinate nothing, one while no preview is open, three otherwise.
    """
    codes = scope.coordinated if code is None else scope.coordinated & {code}
    if not codes:
        return []
    previews = list(SlicePreview.objects.open().select_related("slice").order_by("slice__period"))
    if not previews:
        return []
    read = set(
        PreviewReading.objects.filter(preview__in=previews, person=scope.user_id).values_list(
            "preview", "region"
        )
    )
    regions = list(Region.objects.filter(code__in=codes).by_name())
    return [
        PreviewNotice(preview, region, preview_url(preview, region.code), (preview.pk, region.code) in read)
        for preview in previews
        for region in regions
    ]


def preview_url(preview: SlicePreview, code: str) -> str:
    """Where a coordinator reads his region before the publication."""
    return reverse("rating:preview", args=[preview.slice.period, preview.slice.revision, code])


def open_preview(scope: Scope, period: str, revision: int, code: str) -> SlicePreview:
    """The open preview of this revision for a coordinator of the region; raises Missing for everybody else."""
    previews = SlicePreview.objects.open().select_related("slice")
    found = previews.filter(slice__period=period, slice__revision=revision).first()
    if found is None or code not in scope.coordinated:
        raise Missing(_("There is no such month in the rating."))
    return found


def has_read(scope: Scope, preview: SlicePreview, code: str) -> bool:
    """Whether this person has opened his region in the preview before."""
    return PreviewReading.objects.filter(preview=preview, region=code, person=scope.user_id).exists()


def entry_of(slice_: Slice) -> SliceEntry:
    """A slice as the pages of the rating name it, also one that the index of the person does not hold."""
    return SliceEntry(
        slice_.pk,
        slice_.period,
        slice_.revision,
        slice_.status,
        slice_.methodology_id,
        slice_.score,
        slice_.created_at,
        slice_.published_at,
    )


# Objections on a scorecard and in lists


@dataclass(frozen=True, slots=True)
class CardObjections:
    """Objections of a region about a month, for its scorecard; `may_file` while this revision takes new ones."""

    slice_id: int | None = None
    may_file: bool = False
    rows: Sequence[Objection] = ()
    by_execution: Mapping[int, Objection] = field(default_factory=dict)

    @property
    def open(self) -> list[Objection]:
        return [row for row in self.rows if row.is_open]

    @property
    def answered(self) -> list[Objection]:
        """Decided ones, whose answers stand on the page."""
        return [row for row in self.rows if row.answer]


NO_OBJECTIONS = CardObjections()


def card_objections(scope: Scope, entry: SliceEntry, code: str) -> CardObjections:
    """What a scorecard says about objections to those who may read them: two queries, for others none."""
    if not (scope.is_centre or code in scope.regions):
        return NO_OBJECTIONS
    slice_ = Slice.objects.get(pk=entry.id)
    rows = list(
        Objection.objects.visible_to(scope).filter(slice__period=entry.period, region=code).for_list()
    )
    own = {row.execution_id: row for row in rows if row.slice_id == entry.id}
    may_file = policies.can_object(scope, code) and may_be_objected(slice_)
    return CardObjections(entry.id, may_file, rows, own)


def objections_mark(scope: Scope, entry: SliceEntry, code: str) -> str:
    """Changes whenever `card_objections` may: part of the tag of a scorecard. One query at most."""
    if not (scope.is_centre or code in scope.regions):
        return ""
    rows = Objection.objects.visible_to(scope).filter(slice__period=entry.period, region=code)
    return repr(list(rows.order_by("id").values_list("id", "state")))


def scorecard_url(scope: Scope, slice_: Slice, code: str) -> str:
    """The scorecard of a region in a slice as this person may open it; empty when he may not."""
    if not slice_.is_draft or scope.is_centre:
        return reverse("rating:scorecard-revision", args=[slice_.period, slice_.revision, code])
    preview = SlicePreview.objects.open().select_related("slice").filter(slice=slice_).first()
    return preview_url(preview, code) if preview and code in scope.coordinated else ""


def objection_months(scope: Scope) -> list[str]:
    """Months about which this person may read objections, newest first."""
    rows = Objection.objects.visible_to(scope).order_by("-slice__period")
    return list(rows.values_list("slice__period", flat=True).distinct())


def objection_regions(scope: Scope) -> list[tuple[str, str]]:
    """Code and name of the regions whose objections this person may read, by name."""
    codes = Objection.objects.visible_to(scope).order_by().values("region")
    return [(region.code, region.name) for region in Region.objects.filter(code__in=codes).by_name()]


def objection_counts(scope: Scope) -> dict[str, int]:
    """How many objections that this person may read are in each state."""
    rows = Objection.objects.visible_to(scope).order_by().values_list("state").annotate(count=Count("id"))
    return dict(rows)


def reviewers_of(execution: Execution) -> frozenset[int | None]:
    """The people who accepted or returned a report of the execution."""
    rows = ExecutionEvent.objects.filter(execution=execution, kind__in=REVIEWS)
    return frozenset(rows.order_by().values_list("actor", flat=True))


def log_of(execution: Execution) -> list[ExecutionEvent]:
    """The events of an execution in their order, with the people and the files behind them."""
    events = ExecutionEvent.objects.filter(execution=execution).select_related("actor", "target")
    return list(events.prefetch_related("evidence__file").order_by("id"))


def possible_remedies(execution: Execution) -> list[Remedy]:
    """What the present state of the execution lets an upheld objection append to its log."""
    return [remedy for remedy in Remedy if execution.state in TRANSITIONS[remedy.value].sources]


def loss_of(slice_: Slice, execution: Execution) -> ScoreLoss | None:
    """What the slice says that the execution lost; None when it lost nothing or was not counted."""
    rows = ScoreLoss.objects.filter(region_score__slice=slice_, execution=execution)
    return rows.select_related("region_score").first()


def unpublished_periods() -> list[str]:
    """Months that are closed and have no published revision yet, newest first."""
    rows = Slice.objects.order_by().values("period").annotate(at=Max("published_at"))
    return [row["period"] for row in rows.filter(at=None).order_by("-period")]
