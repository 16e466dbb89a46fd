"""Leading regions, colleges and enterprises of an industry: computed from what they gave to others, explained, dated.

Points of a practice go to all whom its card names as the author. Nobody leads without a practice that is in force.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from associations.models import Practice
from associations.selectors.work import Work, work_by_cluster
from clusters.models import Association, Cluster, Organisation
from common import clock
from common.scope import SYSTEM, Scope
from rating.models import RegionScore
from rating.selectors import latest_published
from regions.models import Region

FOR_PRACTICE, FOR_DONE, FOR_GOING = 10, 5, 2
"""Points of a practice in force, of a cluster that has carried one out, of a cluster that is at it."""
PER_PERCENT = Decimal("0.1")
"""Points of a percent in time."""
PER_HUNDREDTH = Decimal("0.001")
"""Points of a hundredth of a point of the rating; it gives at most ten, as the share in time does."""
SHOWN = 10
"""Places of a list of leaders."""


@dataclass(frozen=True, slots=True)
class Leader:
    """A place in the list with what it is made of: `share` in percent, `score` in hundredths of a point; None where
    there is nothing to count."""

    name: str
    url: str
    practices: int
    done: int
    going: int
    share: int | None
    score: int | None

    @property
    def points(self) -> Decimal:
        """The sum of the criteria."""
        given = FOR_PRACTICE * self.practices + FOR_DONE * self.done + FOR_GOING * self.going
        return Decimal(given) + PER_PERCENT * (self.share or 0) + PER_HUNDREDTH * (self.score or 0)


@dataclass(frozen=True, slots=True)
class Leaders:
    """The leaders of one association on a day; the rating is that of the newest published month, None before it."""

    association: Association
    day: date
    period: str | None
    regions: Sequence[Leader]
    colleges: Sequence[Leader]
    enterprises: Sequence[Leader]

    @property
    def groups(self) -> list[tuple[str, Sequence[Leader]]]:
        """The lists by their names."""
        return [
            (gettext("Leading regions"), self.regions),
            (gettext("Leading colleges"), self.colleges),
            (gettext("Leading enterprises"), self.enterprises),
        ]


def leaders(scope: Scope, association_id: int) -> Leaders:
    """Of one association, in a fixed number of queries; Missing for none.

    The share in time is counted over all clusters of the industry, whoever asks: numbers alone, the same for all.
    """
    association: Association = Association.objects.prefetch_related("industries").fetch(
        scope, pk=association_id
    )
    day = clock.today()
    practices = list(
        Practice.objects.visible_to(SYSTEM).in_force(day).filter(association=association).for_list()
    )
    industries = [one.pk for one in association.industries.all()]
    clusters = list(Cluster.objects.visible_to(SYSTEM).active().filter(industry__in=industries))
    work = work_by_cluster(SYSTEM, day)
    period, scores = _scores()

    def share_of(pick: Callable[[Cluster], object]) -> Mapping[object, int | None]:
        sums: dict[object, Work] = {}
        for cluster in clusters:
            key = pick(cluster)
            sums[key] = sums.get(key, Work()) + work.get(cluster.pk, Work())
        return {key: one.share for key, one in sums.items()}

    return Leaders(
        association=association,
        day=day,
        period=period,
        regions=_ranked(practices, lambda row: row.region, share_of(lambda one: one.region_id), scores),
        colleges=_ranked(practices, lambda row: row.college, share_of(lambda one: one.base_college_id), {}),
        enterprises=_ranked(
            practices, lambda row: row.enterprise, share_of(lambda one: one.anchor_employer_id), {}
        ),
    )


def _scores() -> tuple[str | None, Mapping[str, int]]:
    """Scores of the newest published month by region, in hundredths; none before the first month."""
    newest = latest_published(SYSTEM)
    if newest is None:
        return None, {}
    rows = RegionScore.objects.filter(slice=newest).values_list("region", "score")
    return newest.period, {region: score for region, score in rows if score is not None}


def _ranked(
    practices: Iterable[Practice],
    author: Callable[[Practice], Region | Organisation | None],
    shares: Mapping[object, int | None],
    scores: Mapping[str, int],
) -> list[Leader]:
    """Authors by their points, then by name."""
    authors: dict[object, Region | Organisation] = {}
    counts: Counter[object] = Counter()
    done: Counter[object] = Counter()
    going: Counter[object] = Counter()
    for row in practices:
        who = author(row)
        if who is None:
            continue
        authors[who.pk] = who
        counts[who.pk] += 1
        done[who.pk] += row.carried_out  # type: ignore[attr-defined]
        going[who.pk] += row.going  # type: ignore[attr-defined]
    rows = [
        Leader(
            name=who.name,
            url=who.get_absolute_url() if isinstance(who, Region) else "",
            practices=counts[key],
            done=done[key],
            going=going[key],
            share=shares.get(key),
            score=scores.get(str(key)),
        )
        for key, who in authors.items()
    ]
    return sorted(rows, key=lambda row: (-row.points, row.name))[:SHOWN]
