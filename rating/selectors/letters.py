"""What the letters of a slice are made of: a fixed number of queries, whatever the number of regions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, TextChoices, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from assignments.enums import ExecutionState
from assignments.models import Execution
from common.errors import Missing
from notifications.enums import ACTIVE
from notifications.models import LongTask
from rating.enums import SliceStatus, WindowKind
from rating.letter_paper import NationalTable, national_table
from rating.letter_words import DEFAULT_WORDS, LetterWords
from rating.letters import SHOWN_LOSSES, LetterSource, MonthFacts, Outgoing, changed
from rating.models import LetterTemplate, RegionScore, ScoreAtStake, ScoreLoss, ScoreWindow, Slice
from rating.selectors.letter_numbers import numbers_of
from rating.selectors.tables import region_histories
from regions.models import AuthorityHead
from regions.selectors import heads_in_office

WAITING = (ExecutionState.ISSUED, ExecutionState.RETURNED)


def replaced_scores(slice_: Slice) -> dict[str, RegionScore] | None:
    """By region code, the scores of the published revision that this one corrects; None when there is none."""
    before = (
        Slice.objects.filter(period=slice_.period, revision__lt=slice_.revision)
        .exclude(status=SliceStatus.DRAFT)
        .order_by("-revision")
        .first()
    )
    if before is None:
        return None
    return {score.region_id: score for score in before.scores.select_related("slice")}


def letter_sources(
    slice_: Slice,
    heads: dict[str, AuthorityHead],
    replaced: dict[str, RegionScore] | None,
    day: date,
    words: LetterWords | None = None,
    numbers: Mapping[str, Outgoing] | None = None,
) -> Iterable[LetterSource]:
    """The sources of the letters to these heads, in the order of the table.

    `words` (the default ones) are edited; `numbers` has the requisites of a region's letter by its code.
    """
    for facts in month_facts(slice_, heads, replaced, day):
        code = facts.score.region_id
        yield LetterSource(facts, heads[code], words or DEFAULT_WORDS, outgoing=(numbers or {}).get(code))


def template_in_force() -> LetterTemplate | None:
    """The newest version of the words; None while the portal's own ones hold."""
    return LetterTemplate.objects.order_by("-number").first()


def words_of(template: LetterTemplate | None) -> LetterWords:
    """The words of a version."""
    return LetterWords(**template.texts()) if template else DEFAULT_WORDS


def printed_table(slice_: Slice) -> NationalTable:
    """The appendix of every letter about a slice, in two queries."""
    windows = ScoreWindow.objects.filter(region_score__slice=slice_, kind=WindowKind.THREE_MONTHS)
    scores = slice_.scores.select_related("region").order_by("position")
    return national_table(list(scores), dict(windows.order_by().values_list("region_score", "score")))


def all_losses(slice_: Slice, codes: Iterable[str]) -> dict[str, list[ScoreLoss]]:
    """Every loss of these regions by region code, in the order of the slice."""
    rows = (
        ScoreLoss.objects.filter(region_score__slice=slice_, region_score__region__in=list(codes))
        .select_related("execution__assignment__protocol", "execution__cluster", "region_score")
        .order_by("region_score", "position")
    )
    found: dict[str, list[ScoreLoss]] = defaultdict(list)
    for loss in rows:
        found[loss.region_score.region_id].append(loss)
    return found


def concerned_scores(
    slice_: Slice, replaced: Mapping[str, RegionScore] | None
) -> tuple[list[RegionScore], list[RegionScore]]:
    """The scores of the regions that get a letter about this revision, and of those it changed nothing for (§8)."""
    concerned: list[RegionScore] = []
    unchanged: list[RegionScore] = []
    for score in slice_.scores.select_related("region").order_by("position"):
        is_concerned = replaced is None or changed(score, replaced.get(score.region_id))
        (concerned if is_concerned else unchanged).append(score)
    return concerned, unchanged


COMPOSE = "rating.letters"
"""The kind of the long work that writes the letters of a month."""


def compose_key(slice_: Slice) -> str:
    """What that work is filed under."""
    return f"{slice_.period}:r{slice_.revision}"


def letters_are_composed(slice_: Slice) -> bool:
    """Whether the worker has the letters of a revision still to write."""
    return LongTask.objects.filter(kind=COMPOSE, key=compose_key(slice_), state__in=ACTIVE).exists()


def lacks_forms(head: AuthorityHead) -> bool:
    """Whether the forms of an official letter are missing: post and name in the dative, the salutation."""
    return not all(form.strip() for form in (head.post_title_dative, head.name_dative, head.salutation))


class Readiness(TextChoices):
    """Whether the letter to a region can go."""

    READY = "ready", _("ready")
    NO_HEAD = "no_head", _("no head in office")
    NO_ADDRESS = "no_address", _("no e-mail address")
    NO_FORMS = "no_forms", _("no post or name in the dative")
    UNCHANGED = "unchanged", _("nothing changed: no letter")


@dataclass(frozen=True, slots=True)
class ForeseenLetter:
    """A region in the preview of the letters of a slice, with its addressee if there is one."""

    score: RegionScore
    head: AuthorityHead | None
    state: Readiness
    outgoing: Outgoing | None = None

    @property
    def can_be_read(self) -> bool:
        return self.head is not None and self.state != Readiness.NO_FORMS

    @property
    def addresses(self) -> str:
        return ", ".join(self.head.emails) if self.head else ""


def foreseen_letters(slice_: Slice, day: date) -> list[ForeseenLetter]:
    """All regions of a slice with what would become of their letters on a day, in the order of the table."""
    concerned, unchanged = concerned_scores(slice_, replaced_scores(slice_))
    heads = heads_in_office(day)
    numbers = numbers_of(slice_, concerned, heads)
    same = {score.pk for score in unchanged}
    return [
        ForeseenLetter(
            score,
            heads.get(score.region_id),
            Readiness.UNCHANGED if score.pk in same else _readiness(heads.get(score.region_id)),
            numbers.get(score.region_id),
        )
        for score in sorted([*concerned, *unchanged], key=lambda score: score.position)
    ]


def _readiness(head: AuthorityHead | None) -> Readiness:
    if head is None:
        return Readiness.NO_HEAD
    if lacks_forms(head):
        return Readiness.NO_FORMS
    if not any(str(address).strip() for address in head.emails):
        return Readiness.NO_ADDRESS
    return Readiness.READY


def foreseen_source(slice_: Slice, code: str, day: date, words: LetterWords) -> LetterSource:
    """What the letter to one region would be made of on a day. Raises Missing where it cannot be written."""
    head = heads_in_office(day).get(code)
    if head is None or lacks_forms(head):
        raise Missing(_("The region has no head in office with the forms that a letter needs."))
    replaced = replaced_scores(slice_)
    concerned, _unchanged = concerned_scores(slice_, replaced)
    numbers = numbers_of(slice_, concerned, {code: head})
    for source in letter_sources(slice_, {code: head}, replaced, day, words, numbers):
        return source
    raise Missing(_("There is no such region in this month."))


def month_facts(
    slice_: Slice, regions: Iterable[str], replaced: dict[str, RegionScore] | None, day: date
) -> Iterable[MonthFacts]:
    """What is to be said about the month of these regions (codes) on a day, in the order of the table."""
    codes = list(regions)
    scores = list(
        slice_.scores.filter(region__in=codes)
        .select_related("region", "slice__methodology")
        .order_by("position")
    )
    own = Q(region_score__slice=slice_, region_score__region__in=codes)
    losses, stakes, counts = _losses(own), _stakes(own), _loss_counts(own)
    windows = {
        window.region_score_id: window
        for window in ScoreWindow.objects.filter(own, kind=WindowKind.THREE_MONTHS)
    }
    overdue = _overdue(day, codes)
    histories = region_histories(codes, slice_.period, own=slice_)
    for score in scores:
        yield MonthFacts(
            slice=score.slice,
            score=score,
            losses=losses[score.pk],
            loss_count=counts.get(score.pk, 0),
            stakes=stakes[score.pk],
            overdue=overdue.get(score.region_id, 0),
            three_months=windows.get(score.pk),
            replaced=(replaced or {}).get(score.region_id),
            written_on=day,
            history=histories.get(score.region_id, ()),
        )


def _losses(own: Q) -> dict[int, list[ScoreLoss]]:
    """The largest losses of each score, with everything that names them."""
    ordered = Window(RowNumber(), partition_by=F("region_score"), order_by=F("position").asc())
    rows = (
        ScoreLoss.objects.filter(own)
        .annotate(place=ordered)
        .filter(place__lte=SHOWN_LOSSES)
        .select_related("execution__assignment__protocol", "execution__cluster", "region_score__slice")
        .order_by("region_score", "position")
    )
    found: dict[int, list[ScoreLoss]] = defaultdict(list)
    for loss in rows:
        found[loss.region_score_id].append(loss)
    return found


def _loss_counts(own: Q) -> dict[int, int]:
    rows = ScoreLoss.objects.filter(own).order_by().values("region_score")
    return dict(rows.annotate(count=Count("pk")).values_list("region_score", "count"))


def _stakes(own: Q) -> dict[int, list[ScoreAtStake]]:
    """The outlook of each score without what was handed in since the slice was computed."""
    rows = (
        ScoreAtStake.objects.filter(own, execution__state__in=WAITING)
        .select_related("execution__assignment__protocol", "execution__cluster", "region_score__slice")
        .order_by("region_score", "position")
    )
    found: dict[int, list[ScoreAtStake]] = defaultdict(list)
    for stake in rows:
        found[stake.region_score_id].append(stake)
    return found


def _overdue(day: date, codes: Sequence[str]) -> dict[str, int]:
    rows = Execution.objects.rated().overdue(day).filter(region__in=codes).order_by().values("region")
    return dict(rows.annotate(count=Count("pk")).values_list("region", "count"))
