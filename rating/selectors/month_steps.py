"""Where a month stands on its way: running, closing, draft, preview, objections, publication (methodology §8)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.scope import Scope
from rating.enums import ObjectionState
from rating.formula.periods import period_bounds
from rating.models import Objection, Slice, SlicePreview
from rating.selectors.methodologies import closes_at


@dataclass(frozen=True, slots=True)
class MonthStep:
    """One step of a month on its way to publication.

    `state` is done, current or ahead; `at` is when it was done, for a step ahead when it is due (None: not known);
    `count` is what waits in it, for the objections those still open; `url` is empty where there is nothing to open.
    """

    key: str
    label: str
    state: str
    at: datetime | None
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class _Way:
    """What is known about a month: its newest revision, the preview, the first publication."""

    newest: Slice | None
    preview: SlicePreview | None
    published_at: datetime | None
    counts: Counter[str]


def month_steps(scope: Scope, period: str) -> list[MonthStep]:
    """The way of a month from its running to its publication, for the centre: a fixed number of queries.

    Empty for people outside the centre.
    """
    if not scope.is_centre:
        return []
    return _steps(period, _way(period))


def _way(period: str) -> _Way:
    slices = Slice.objects.filter(period=period)
    return _Way(
        newest=slices.order_by("-revision").first(),
        preview=SlicePreview.objects.filter(slice__period=period).order_by("-slice__revision").first(),
        published_at=slices.aggregate(at=Min("published_at"))["at"],
        counts=Counter(dict(_counts_by_month([period])[period])),
    )


def _counts_by_month(periods: Sequence[str]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = Objection.objects.filter(slice__period__in=periods).order_by()
    for period, state, count in rows.values_list("slice__period", "state").annotate(count=Count("id")):
        found[period][state] = count
    return found


def _steps(period: str, way: _Way) -> list[MonthStep]:
    newest, preview, published = way.newest, way.preview, way.published_at
    unanswered = way.counts[ObjectionState.OPEN]
    close, objections = reverse("rating:close"), f"{reverse('rating:objections')}?month={period}"
    revision = reverse("rating:revision", args=[period, newest.revision]) if newest else close
    announced = preview.publishes_at if preview and not published else None
    is_over = bool(published) or bool(announced and clock.now() >= announced)
    publish = (
        reverse("rating:publish", args=[period, newest.revision]) if newest and not published else revision
    )
    can_open = newest is not None and preview is None and not published
    opening = (
        reverse("rating:preview-open", args=[period, newest.revision]) if newest and can_open else revision
    )
    return [
        *_before_the_draft(period, newest),
        MonthStep(
            "draft", _("Draft"), "done" if newest else "ahead", newest.created_at if newest else None, 0, revision
        ),
        MonthStep(
            "preview", _("Preview for the regions"),
            "done" if preview or published else ("current" if newest else "ahead"),
            preview.opened_at if preview else None, 0, opening,
        ),
        MonthStep(
            "objections", _("Objections"),
            _objections_state(opened=preview is not None or bool(published), over=is_over, open_=unanswered),
            announced, unanswered, objections,
        ),
        MonthStep(
            "publication", _("Publication"),
            "done" if published else ("current" if is_over and newest else "ahead"),
            published or announced, 0, publish,
        ),
    ]  # fmt: skip


def _before_the_draft(period: str, newest: Slice | None) -> list[MonthStep]:
    """The month runs to its end and is closed by itself after the days of the review."""
    closing, last_day = closes_at(period), period_bounds(period)[1]
    is_over = clock.today() > last_day
    closed = "done" if newest else "current" if is_over else "ahead"
    return [
        MonthStep(
            "running",
            _("Running"),
            "done" if is_over or newest else "current",
            clock.start_of(last_day),
            0,
            "",
        ),
        MonthStep(
            "closing", _("Closing"), closed, newest.as_of if newest else closing, 0, reverse("rating:close")
        ),
    ]


def _objections_state(*, opened: bool, over: bool, open_: int) -> str:
    if not opened:
        return "ahead"
    return "done" if over and not open_ else "current"
