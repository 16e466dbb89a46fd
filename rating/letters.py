"""The monthly letter to the head of a regional authority: from the stored rows of a slice to subject, text and HTML.

The letter is an official Russian form, whatever language the publisher reads; its sentences stand in
`templates/emails/rating_letter*`. Nothing here asks the database or the clock, so the same source gives the same
letter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation

from common import formatting
from common.charts import ChartPoint, line_chart
from common.charts.picture import line_png
from common.names import clean_name, tidy_letter
from notifications.messages import Attachment, InlinePicture
from rating.enums import RegionStatus
from rating.formula.periods import shift_period
from rating.letter_words import DEFAULT_WORDS, LetterWords, filled
from rating.models import RegionScore, ScoreAtStake, ScoreLoss, ScoreWindow, Slice
from rating.selectors.tables import HistoryPoint
from regions.models import AuthorityHead

LANGUAGE = "ru"
PARTS = "emails/rating_letter_parts.txt"
SHOWN_LOSSES = 3
SHOWN_ACTIONS = 3
OBJECTION_DAYS = 20
"""Appeals are taken for so many days after publication (methodology §8)."""
DIGEST_ENDS = 8
HISTORY_PICTURE = "history@profportal"
HISTORY_PICTURE_NARROW = "history-narrow@profportal"
HISTORY_HEIGHT = 170
NARROW_WIDTH = 250
"""Pixels of the drawing for a telephone: in the width of its letter the figures keep their size."""


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What is said about the month of a region, in the letter and on the first page of its head.

    `losses` are the largest ones in the order of the slice, of `loss_count`; `stakes` the open obligations of the
    outlook that nobody has handed in by `written_on`; `overdue` counts obligations overdue on that day; `replaced`
    is the region's score in the published revision that this one corrects; `history` its twelve months.
    """

    slice: Slice
    score: RegionScore
    losses: Sequence[ScoreLoss]
    loss_count: int
    stakes: Sequence[ScoreAtStake]
    overdue: int
    three_months: ScoreWindow | None
    replaced: RegionScore | None
    written_on: date
    history: Sequence[HistoryPoint] = ()


class Outgoing(NamedTuple):
    """The requisites by which the centre has registered a letter before it goes."""

    number: str
    day: date


@dataclass(frozen=True, slots=True)
class LetterSource:
    """All that one letter says: the facts, to whom, and the words that the centre edits.

    Without `outgoing` the number is left blank for a pen. `link` is the personal one of the head; without it, as before
    sending and in copies, mail, paper and QR code lead to the permanent page of the region.
    """

    facts: MonthFacts
    head: AuthorityHead
    words: LetterWords = DEFAULT_WORDS
    link: str = ""
    outgoing: Outgoing | None = None

    @property
    def address(self) -> str:
        return self.link or scorecard_url(self.score)

    @property
    def slice(self) -> Slice:
        return self.facts.slice

    @property
    def score(self) -> RegionScore:
        return self.facts.score


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into the mail. Text and HTML carry the same facts; the pictures belong to the HTML."""

    subject: str
    text: str
    html: str
    pictures: Sequence[InlinePicture] = ()
    attachments: Sequence[Attachment] = ()


@dataclass(slots=True)
class Action:
    """One item of a protocol that still can be done, for one or several clusters of the region."""

    stake: ScoreAtStake
    clusters: int
    at_stake: int
    overdue: bool


def compose_letter(source: LetterSource) -> Letter:
    """The letter in Russian. Scores are hundredths, dates calendar days of Moscow."""
    with translation.override(LANGUAGE):
        values = letter_values(source)
        text = tidy_letter(render_to_string("emails/rating_letter.txt", values))
        html = render_to_string("emails/rating_letter.html", values)
        return Letter(subject=_subject(source), text=text, html=html, pictures=_pictures(source))


def _pictures(source: LetterSource) -> tuple[InlinePicture, ...]:
    """The twelve months as pictures for a desk and a telephone; none without a second month to draw a line to."""
    if not has_line(source.facts):
        return ()
    chart = line_chart(history_points(source.facts), height=HISTORY_HEIGHT)
    return (
        InlinePicture(HISTORY_PICTURE, "image/png", line_png(chart)),
        InlinePicture(HISTORY_PICTURE_NARROW, "image/png", line_png(chart, width=NARROW_WIDTH)),
    )


def history_points(facts: MonthFacts) -> list[ChartPoint]:
    """The twelve months as the drawings of mail and paper take them."""
    return [
        ChartPoint(formatting.month_short(point.period), "", point.score, *(point.interval or (None, None)))
        for point in facts.history
    ]


def has_line(facts: MonthFacts) -> bool:
    """Whether there is a second month to draw a line to."""
    return sum(point.score is not None for point in facts.history) > 1


def changed(score: RegionScore, before: RegionScore | None) -> bool:
    """Whether a corrected revision concerns this region: its score, zone or place is another one (§8)."""
    if before is None:
        return True
    return (score.score, score.zone, score.rank) != (before.score, before.zone, before.rank)


def actions_of(stakes: Sequence[ScoreAtStake], written_on: date) -> list[Action]:
    """The items that hold most points of the next month, the same item of several clusters as one action.

    Order: points at stake, then due date, then item.
    """
    actions: dict[tuple[int, date], Action] = {}
    for stake in stakes:
        key = (stake.execution.assignment_id, stake.due_on)
        if key in actions:
            actions[key].clusters += 1
            actions[key].at_stake += stake.at_stake
        else:
            actions[key] = Action(stake, 1, stake.at_stake, stake.due_on < written_on)
    ordered = sorted(
        actions.values(),
        key=lambda action: (-action.at_stake, action.stake.due_on, action.stake.execution.code),
    )
    return ordered[:SHOWN_ACTIONS]


def scorecard_url(score: RegionScore) -> str:
    """The permanent address of the region's page in this revision, for people who read mail elsewhere."""
    path = reverse(
        "rating:scorecard-revision", args=[score.slice.period, score.slice.revision, score.region_id]
    )
    return f"{settings.PORTAL_BASE_URL.rstrip('/')}{path}"


def short_digest(slice_: Slice) -> str:
    """The digest of the inputs as it is printed: both its ends."""
    return f"{slice_.input_sha256[:DIGEST_ENDS]}…{slice_.input_sha256[-DIGEST_ENDS:]}"


def letter_values(source: LetterSource) -> dict[str, Any]:
    """All that a letter says, under the names that the templates of mail and paper use."""
    score, day = source.score, source.facts.written_on
    until = day + timedelta(days=OBJECTION_DAYS)
    places = {
        "месяц": f"{formatting.month_name(source.slice.period)} года",
        "регион": score.region.genitive_ru,
        "возражения_до": formatting.date_long(until),
    }
    return {
        **facts_values(source.facts),
        "is_demo": settings.IS_DEMO,
        "head": source.head,
        "objections_until": until,
        "digest": short_digest(source.slice),
        "url": source.address,
        "words": source.words,
        "outgoing": source.outgoing,
        "own_name": " ".join(source.words.own_name.split()),
        "opening": filled(source.words.opening(score.status), places),
        "closing": filled(source.words.closing, places),
    }


def part_text(name: str, values: Mapping[str, Any]) -> str:
    """One of the letter's sentences (`emails/rating_letter_parts.txt`) as plain text."""
    template: Any = get_template(f"{PARTS}#{name}")
    return clean_name(template.template.render(Context(dict(values), autoescape=False)))


def reason_words(loss: ScoreLoss) -> str:
    """Why an execution lost points, as the letter says it."""
    return part_text("reason", {"loss": loss})


def facts_values(facts: MonthFacts) -> dict[str, object]:
    """The facts under the names that the templates of the letter and of the first page use."""
    score, slice_ = facts.score, facts.slice
    shown = sum(loss.lost for loss in facts.losses)
    return {
        "slice": slice_,
        "score": score,
        "region": score.region,
        "rated": score.score is not None,
        "ranked": score.status == RegionStatus.RANKED,
        "few": score.status == RegionStatus.FEW,
        "no_clusters": score.status == RegionStatus.NO_CLUSTERS,
        "previous_period": shift_period(slice_.period, -1),
        "next_period": shift_period(slice_.period, 1),
        "range_is_wide": score.rank_low != score.rank_high,
        "three_months": facts.three_months,
        "months": facts.history if has_line(facts) else (),
        "history_picture": HISTORY_PICTURE,
        "narrow_picture": HISTORY_PICTURE_NARROW,
        "losses": facts.losses,
        "other_losses": facts.loss_count - len(facts.losses),
        "other_lost": (score.lost_total or 0) - shown,
        "lost_total": score.lost_total,
        "actions": actions_of(facts.stakes, facts.written_on),
        "overdue": facts.overdue,
        "replaced": facts.replaced,
        "written_on": facts.written_on,
    }


def _subject(source: LetterSource) -> str:
    values = {
        "month": formatting.month_name(source.slice.period),
        "region": source.score.region.name_ru,
        "replaced": source.facts.replaced,
        "revision": source.slice.revision,
    }
    return clean_name(render_to_string("emails/rating_letter_subject.txt", values))
