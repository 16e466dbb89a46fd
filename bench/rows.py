"""The measured rows of the budget. Each floor is the least that Django or SQL needs for the same answer."""

import io
import itertools
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Context, Engine
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assignments.models import Execution, ExecutionEvent
from assignments.services.executions import execution_accept
from assignments.services.protocols import protocol_issue
from bench.measure import Pair, alternate, milliseconds
from bench.world import CROWD_YEAR, END, ISSUED, MONTH, World
from clusters.models import Process
from common import clock
from common.scope import SYSTEM
from cyclogram.models import ClusterStage, PlanStage
from cyclogram.services.laying import clusters_lay
from rating.models import RegionScore, Slice
from rating.services import slice_close, slice_publish

PAST = "2026-10-20"
"""A day in the middle of the month that the executions live."""
PAGES = (
    "/assignments/registry/",
    "/assignments/review/",
    "/protocols/",
    "/clusters/",
    "/regions/",
    "/letters/",
)
TABLE = Engine().from_string(
    "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def client_of(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def opened(client: Client, address: str) -> Callable[[], None]:
    """An act that opens a page and insists on a good answer."""

    def act() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return act


def queries_of(client: Client, address: str) -> int:
    opened(client, address)()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        opened(client, address)()
    return len(captured)


def rating_page(world: World) -> Pair:
    """Row 1: the rating page, signed in, against ORM plus a bare template table of the same rows."""

    def floor() -> None:
        rows = (
            RegionScore.objects.filter(slice__period=MONTH)
            .select_related("region__district")
            .order_by("position")
        )
        cells = [
            (r.rank, r.region.name_ru, r.region.district.name_ru, r.score, r.zone, r.interval_low, r.interval_high,
             r.rank_low, r.rank_high, r.delta, r.on_time, r.executions)
            for r in rows
        ]  # fmt: skip
        TABLE.render(Context({"rows": cells}))

    page = opened(client_of("controller@centre.example"), f"/rating/{MONTH}/")
    return Pair(1, "rating page / ORM + template table", *alternate(page, floor, runs=30), goal=1.0)


def execution_list(world: World) -> Pair:
    """Row 3: the registry, 50 a page, against select_related plus a bare template."""

    def floor() -> None:
        rows = Execution.objects.select_related("assignment__protocol", "cluster", "region").order_by(
            "due_on", "id"
        )
        cells = [
            (e.assignment.title, e.assignment.number, e.assignment.protocol.number, str(e.cluster_id),
             e.region.name_ru, e.due_on, e.state, e.weight)
            for e in rows[:50]
        ]  # fmt: skip
        TABLE.render(Context({"rows": cells}))

    page = opened(client_of("controller@centre.example"), "/assignments/registry/")
    return Pair(3, "execution list / ORM + template", *alternate(page, floor, runs=30), goal=3.0)


def past_list(world: World) -> Pair:
    """Row 21: the registry as of a past day against the same page as of today, the first page and a narrowed one."""
    client = client_of("controller@centre.example")
    addresses = (
        "/assignments/registry/?",
        "/assignments/registry/?term=late&",
        "/assignments/registry/?q=форме&",
    )
    today = [opened(client, address) for address in addresses]
    past = [opened(client, f"{address}as_of={PAST}") for address in addresses]

    def ours() -> None:
        for act in past:
            act()

    def floor() -> None:
        for act in today:
            act()

    return Pair(21, "registry of a past day / of today", *alternate(ours, floor, runs=15), goal=4.0)


def stage_matrix(world: World) -> Pair:
    """The matrix of the cyclogram, 21 stages of all clusters ÷ the same cells read as values and joined."""
    clusters_lay(actor=SYSTEM)
    return _matrix("matrix of 21 stages / values + joined cells")


def wide_matrix(world: World) -> Pair:
    """The same at the size of the budget, 50 stages: 29 more are invented and hold the days of the last one."""
    last = Process.objects.get(slug="final_report")
    for number in range(29):
        process = Process.objects.get(pk=last.pk)
        process.pk, process.order = f"invented-{number}", last.order + 1 + number
        process.save(force_insert=True)
        for stage in PlanStage.objects.filter(process=last):
            laid = list(ClusterStage.objects.filter(stage=stage))
            stage.pk, stage.process = None, process
            stage.save()
            for row in laid:
                row.pk, row.process, row.stage = None, process, stage
            ClusterStage.objects.bulk_create(laid)
    return _matrix("matrix of 50 stages / values + joined cells")


def _matrix(name: str) -> Pair:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    page = opened(client_of("controller@centre.example"), "/cyclogram/")

    def floor() -> None:
        rows = ClusterStage.objects.all().on_plan().order_by("cluster__region", "cluster", "process")
        values = rows.values_list("cluster__name", "cluster__region__name_ru", "pk", "state")
        lines = (
            f"<tr><th>{name} {region}{''.join(f'<td><a href=/{pk}/>{state}</a>' for _n, _r, pk, state in cells)}"
            for (name, region), cells in itertools.groupby(values, key=lambda row: row[:2])
        )
        HttpResponse(f"<table>{''.join(lines)}</table>")

    return Pair(10, name, *alternate(page, floor, runs=15), goal=2.0)


def status_update(world: World) -> Pair:
    """Row 6: an acceptance with rights, event and audit against a bare UPDATE and INSERT."""
    waiting = iter(Execution.objects.in_review().order_by("pk").values_list("pk", "version")[:200])
    others = itertools.cycle(Execution.objects.order_by("-pk").values_list("pk", flat=True)[:200])

    def ours() -> None:
        pk, version = next(waiting)
        execution_accept(actor=world.controller, execution_id=pk, version=version)

    def floor() -> None:
        pk = next(others)
        now = clock.now()
        with transaction.atomic():
            Execution.objects.filter(pk=pk).update(weight=2)
            ExecutionEvent.objects.create(execution_id=pk, kind="submitted", at=now, recorded_at=now)

    return Pair(6, "acceptance / UPDATE + INSERT", *alternate(ours, floor, runs=40), goal=8.0)


RAW_AGGREGATE = """
SELECT region_id, count(*), sum(weight), sum(weight * CASE
    WHEN reported_on IS NULL THEN 0
    WHEN reported_on <= due_on THEN 100 WHEN reported_on <= due_on + 3 THEN 80
    WHEN reported_on <= due_on + 10 THEN 60 WHEN reported_on <= due_on + 30 THEN 40 ELSE 20 END)
FROM assignments_execution
WHERE cluster_id IS NOT NULL AND state <> 'cancelled' AND due_on BETWEEN '2026-10-01' AND '2026-10-31'
GROUP BY region_id
"""


def month_closing(world: World) -> Pair:
    """Row 11: closing a month with stored results against the raw SQL aggregate of the month."""

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(RAW_AGGREGATE)
            cursor.fetchall()

    _ours, raw = alternate(floor, floor, runs=10)
    with clock.at(END):
        ours = milliseconds(lambda: slice_close(actor=world.methodologist, period=MONTH))
        slice_publish(actor=world.methodologist, slice_id=Slice.objects.get(period=MONTH).pk)
    return Pair(11, "closing a month / raw SQL aggregate", ours, raw, goal=3.0, allowance=3_000)


def _copy(table: str, columns: str, rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(rows))


def fan_out(world: World) -> Pair:
    """Row 13: one item to 5,000 clusters against COPY of the same rows into the same tables."""
    numbers = itertools.count(1)
    world.issue(world.draft("образец", 1, {"cohorts": [CROWD_YEAR]}))
    sample = Execution.objects.filter(assignment__protocol__number="образец").order_by("pk")
    first = (ExecutionEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 10_000_000
    execution_columns = "id, code, assignment_id, region_id, cluster_id, weight, state, first_due_on, due_on, " \
        "issued_at, returns, extensions, version"  # fmt: skip
    event_columns = "id, execution_id, kind, at, recorded_at, text, late_reason, empty, corrects"

    def copied(shift: int, item: int) -> None:
        executions, events = [], []
        for n, e in enumerate(sample.iterator(), shift):
            executions.append(
                f"{n}\tcopy-{n}\t{item}\t{e.region_id}\t{e.cluster_id}\t{e.weight}\tissued\t{e.first_due_on}\t"
                f"{e.due_on}\t{e.issued_at}\t0\t0\t1\n"
            )
            events.append(f"{n}\t{n}\tissued\t{e.issued_at}\t{e.issued_at}\t\t\tf\t\n")
        texts.append(("".join(executions), "".join(events)))

    texts: list[tuple[str, str]] = []
    runs = 5
    drafts = [world.draft(f"обзвон {next(numbers)}", 1, {"cohorts": [CROWD_YEAR]}) for _ in range(runs)]
    targets = [world.draft(f"копия {next(numbers)}", 1, {"cohorts": [CROWD_YEAR]}) for _ in range(runs)]
    for index, target in enumerate(targets):
        copied(first + index * 100_000, target.assignments.get().pk)
    waiting, copies = iter(drafts), iter(texts)

    def ours() -> None:
        protocol = next(waiting)
        with clock.at(ISSUED):
            protocol_issue(actor=world.controller, protocol_id=protocol.pk, version=protocol.version)

    def floor() -> None:
        executions, events = next(copies)
        with transaction.atomic():
            _copy("assignments_execution", execution_columns, executions)
            _copy("assignments_executionevent", event_columns, events)

    return Pair(13, "fan-out to 5,000 / COPY", *alternate(ours, floor, runs=runs, warmup=0), goal=1.5)


def query_counts(client: Client) -> dict[str, int]:
    """Row 19: queries per page."""
    return {address: queries_of(client, address) for address in PAGES}
