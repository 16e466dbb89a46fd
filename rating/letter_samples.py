"""Invented letters of every kind with the longest words there are: a template is proved on them before it is stored.

Nothing here is in the database; the regions and people do not exist.
"""

from dataclasses import replace
from datetime import date

from assignments.models import Assignment, Execution, Protocol
from clusters.models import Cluster
from rating.enums import CellStatus, RegionStatus, Zone
from rating.letter_words import LetterWords
from rating.letters import SHOWN_ACTIONS, SHOWN_LOSSES, LetterSource, MonthFacts
from rating.models import Methodology, RegionScore, ScoreAtStake, ScoreLoss, Slice
from rating.selectors.tables import HistoryPoint
from regions.models import AuthorityHead, Region, RegionalAuthority

DAY = date(2026, 11, 10)
LONG_REGION = "Ханты-Мансийский автономный округ — Югра и все его сельскохозяйственные районы"
LONG_POST = (
    "Заместителю председателя правительства — министру образования, науки и молодёжной политики "
    "Ханты-Мансийского автономного округа — Югры"
)
LONG_TITLE = (
    "Представить согласованное с работодателями соглашение о создании образовательно-производственного центра "
    * 3
)
LONG_CLUSTER = (
    "Кластер агропромышленного комплекса и пищевой перерабатывающей промышленности северных районов"
)
LONG_REASON = ("Удовлетворено возражение региона по исполнению поручения. " * 35).strip()
MONTHS = (
    "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08",
    "2026-09", "2026-10",
)  # fmt: skip


def sample_letters(words: LetterWords) -> dict[str, LetterSource]:
    """One letter of each kind by its name: correction, red, few, green (nothing lost), no_due, no_clusters."""
    return {
        "correction": _correction(words),
        "red": _source(words, RegionStatus.RANKED, 4218, Zone.RED, lost=5782),
        "few": _source(words, RegionStatus.FEW, 7100, Zone.YELLOW, lost=2900),
        "green": _source(words, RegionStatus.RANKED, 10000, Zone.GREEN, lost=0),
        "no_due": _source(words, RegionStatus.NO_DUE, None, "", lost=None),
        "no_clusters": _source(words, RegionStatus.NO_CLUSTERS, None, "", lost=None),
    }


def _correction(words: LetterWords) -> LetterSource:
    """The letter about a second revision, with the longest reason."""
    source = _source(words, RegionStatus.RANKED, 4218, Zone.RED, lost=5782)
    before = _source(words, RegionStatus.RANKED, 4000, Zone.RED, lost=6000)
    source.slice.revision, source.slice.reason = 2, LONG_REASON
    return replace(source, facts=replace(source.facts, replaced=before.score))


def _source(
    words: LetterWords, status: str, points: int | None, zone: str, *, lost: int | None
) -> LetterSource:
    region = Region(code="00", name_ru=LONG_REGION, genitive_ru=LONG_REGION)
    slice_ = Slice(
        period=MONTHS[-1], revision=1, methodology=Methodology(version="1.0", n_min=10), input_sha256="0f" * 32,
        score=8000, ranked_regions=83,
    )  # fmt: skip
    score = RegionScore(
        slice=slice_, region=region, status=status, executions=24, score=points, zone=zone, zone_certain=False,
        rank=52 if status == RegionStatus.RANKED else None, rank_low=20, rank_high=70, lost_total=lost,
        delta=None if points is None else -733, distinguishable=False,
        signal="below" if zone == Zone.RED else "",
    )  # fmt: skip
    head = AuthorityHead(
        authority=RegionalAuthority(region=region, name=LONG_POST),
        post_title_dative=LONG_POST,
        name_dative="Константинопольскому К. К.",
        salutation="Уважаемый Константин Константинович!",
    )
    has_work = status not in (RegionStatus.NO_DUE, RegionStatus.NO_CLUSTERS) and bool(lost)
    facts = MonthFacts(
        slice=slice_,
        score=score,
        losses=[_loss(score, number) for number in range(SHOWN_LOSSES)] if has_work else [],
        loss_count=24 if has_work else 0,
        stakes=[_stake(score, number) for number in range(SHOWN_ACTIONS)] if has_work else [],
        overdue=17 if has_work else 0,
        three_months=None,
        replaced=None,
        written_on=DAY,
        history=[HistoryPoint(month, points, None, zone, None) for month in MONTHS],
    )
    return LetterSource(facts, head, words)


def _execution(number: int) -> Execution:
    protocol = Protocol(number="16-ДСП/1", held_on=date(2026, 10, 7))
    assignment = Assignment(
        pk=number + 1, protocol=protocol, number=f"{number + 1}.2", title=LONG_TITLE[:300].strip()
    )
    return Execution(assignment=assignment, cluster=Cluster(name=LONG_CLUSTER, title=LONG_CLUSTER))


def _loss(score: RegionScore, number: int) -> ScoreLoss:
    return ScoreLoss(
        region_score=score, position=number, execution=_execution(number), status=CellStatus.LATE, days_late=124,
        returns=2, lost=800 - number,
    )  # fmt: skip


def _stake(score: RegionScore, number: int) -> ScoreAtStake:
    return ScoreAtStake(
        region_score=score, position=number, execution=_execution(number), due_on=date(2026, 10, 20 + number),
        at_stake=430 - number,
    )  # fmt: skip
