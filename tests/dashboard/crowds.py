"""Very many executions, written as rows and not through the services: for pages that must carry them."""

from datetime import datetime, timedelta

from assignments.models import Execution
from clusters.models import Cluster
from common import clock
from tests.cast import Cast
from tests.dashboard.office import item


def crowd(cast: Cast, clusters: int, items: int) -> None:
    """So many clusters of Tomsk, each addressed by so many items, written as rows."""
    rows = [
        Cluster(code=f"C-{n:03}", region=cast.tomsk, name=f"Кластер {n}", title=f"Кластер технологий {n}",
                name_key=f"кластер {n:03}")
        for n in range(clusters)
    ]  # fmt: skip
    Cluster.objects.bulk_create(rows)
    own = list(Cluster.objects.filter(code__startswith="C-"))
    today, executions, states = clock.today(), [], ("issued", "in_review", "returned", "executed")
    for number in range(1, items + 1):
        column = item(number, today + timedelta(days=number - 20))
        for place, cluster in enumerate(own):
            state = states[(place * 7 + number * 3) % 4]
            at = datetime(2026, 1, 12, 9, tzinfo=clock.MOSCOW)
            executions.append(Execution(
                code=f"{column.code}@{cluster.code}", assignment=column, cluster=cluster, region=cast.tomsk, weight=1,
                state=state, first_due_on=column.due_on, due_on=column.due_on, issued_at=at,
                in_review_since=at if state == "in_review" else None,
                reported_on=today - timedelta(days=place % 30) if state == "executed" else None,
                closed_at=at if state == "executed" else None,
            ))  # fmt: skip
    Execution.objects.bulk_create(executions, batch_size=2_000)
