"""What an issue adds to what the clusters already carry, and whether the same was asked a short while ago."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from django.conf import settings
from django.db.models import Count

from assignments.enums import ProtocolStatus
from assignments.models import Assignment, Execution
from assignments.selectors.addressees import Addressee
from common import clock
from common.scope import Scope
from common.similarity import overlap, stems

SIMILAR_DAYS = 90
SIMILAR_SHOWN = 5
LOADED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Load:
    """An addressed cluster with its open executions now and after the issue."""

    name: str
    region: str
    code: str
    now: int
    after: int


@dataclass(frozen=True, slots=True)
class Burden:
    """Open executions per addressed cluster, now and with this protocol on top; the most loaded by name."""

    least: int
    median: int
    most: int
    least_after: int
    median_after: int
    most_after: int
    loaded: Sequence[Load]


def burden_of(scope: Scope, lines: Sequence[Addressee]) -> Burden | None:
    """The burden of the clusters in these lists; None when no cluster is addressed. One query."""
    clusters = {line.cluster_id: line for line in lines if line.cluster_id is not None}
    if not clusters:
        return None
    added: dict[int, int] = dict.fromkeys(clusters, 0)
    for line in lines:
        if line.cluster_id is not None:
            added[line.cluster_id] += 1
    open_now = _open_by_cluster(scope)
    loads = [
        Load(line.name, line.region, line.code, open_now.get(pk, 0), open_now.get(pk, 0) + added[pk])
        for pk, line in clusters.items()
    ]
    now, after = [load.now for load in loads], [load.after for load in loads]
    loads.sort(key=lambda load: (-load.after, -load.now, load.code))
    return Burden(
        min(now), median_low(now), max(now), min(after), median_low(after), max(after), loads[:LOADED_SHOWN]
    )


def _open_by_cluster(scope: Scope) -> Mapping[int, int]:
    rows = Execution.objects.visible_to(scope).rated().open().order_by().values_list("cluster")
    return dict(rows.annotate(n=Count("pk")))


@dataclass(frozen=True, slots=True)
class SimilarItem:
    """An item issued lately that says much the same, with the part of it in percent."""

    item: Assignment
    percent: int


def similar_items(scope: Scope, items: Iterable[Assignment], day: date) -> dict[int, list[SimilarItem]]:
    """By item the most similar ones of the last 90 days, from SIMILAR_TEXT_FROM on. One query.

    Recognised by the words of their texts (`common.similarity`): people ask for the same in other words of order.
    """
    since = clock.start_of(day - timedelta(days=SIMILAR_DAYS))
    rows = Assignment.objects.visible_to(scope).filter(
        protocol__status=ProtocolStatus.ISSUED, protocol__issued_at__gte=since
    )
    known = [(row, stems(row.text)) for row in rows.select_related("protocol")]
    return {item.pk: _most_similar(stems(item.text), known) for item in items}


def _most_similar(
    own: frozenset[str], known: Iterable[tuple[Assignment, frozenset[str]]]
) -> list[SimilarItem]:
    alike = [(overlap(own, words), row) for row, words in known]
    found = [(share, row) for share, row in alike if share >= settings.SIMILAR_TEXT_FROM]
    found.sort(key=lambda pair: (-pair[0], -pair[1].pk))
    return [SimilarItem(row, int(share * 100)) for share, row in found[:SIMILAR_SHOWN]]
