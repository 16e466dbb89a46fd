"""An audit file put into an empty portal, so that the whole portal can be replayed on a given case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from assignments.enums import AddresseeKind, ProtocolStatus
from assignments.fold import Event, FoldRules, fold
from assignments.models import Assignment, ControlRules, Execution, ExecutionEvent, Protocol
from assignments.services.bulk import pasts_keep
from assignments.services.log import columns_of
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.names import name_key
from common.scope import Scope
from rating.formula import Case, CaseError, parse_case
from rating.models import Methodology
from rating.services.methodologies import methodologies_create
from regions.models import FederalDistrict, Region

BATCH = 2_000
MUST_BE_EMPTY = (
    Region,
    FederalDistrict,
    Cluster,
    Protocol,
    Execution,
    ExecutionEvent,
    Methodology,
    ControlRules,
)
WITH_SEQUENCES = (ControlRules, Methodology, Cluster, Protocol, Assignment, Execution, ExecutionEvent)
TITLE_LENGTH = 120
PARAMETER_COLUMNS: tuple[tuple[type[models.Model], str], ...] = (
    (Methodology, "version"),
    (ControlRules, "min_lead_days"),
    (ControlRules, "max_request_extensions"),
    (Methodology, "review_days"),
    (Methodology, "grace_days"),
    (Methodology, "return_penalty"),
    (Methodology, "min_executed_points"),
    (Methodology, "n_min"),
)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What was loaded."""

    regions: int
    clusters: int
    items: int
    executions: int
    events: int


def case_load(*, actor: Scope, case: Any) -> CaseReport:
    """Load an audit file; ids of regions, clusters, items, executions and events are kept as written.

    The parameters come from the file. Raises InvalidInput for a file that breaks a rule of the format or does not
    fit the tables, ImpossibleStep unless the portal is freshly migrated. Nothing is changed then.
    """
    try:
        parsed = parse_case(case)
    except CaseError as error:
        raise InvalidInput({"case": str(error)}) from error
    _require_fit(case, parsed)
    with transaction.atomic():
        for model in MUST_BE_EMPTY:
            if model._default_manager.exists():
                raise ImpossibleStep(
                    _(
                        "A case is loaded into a freshly migrated database only; this one already holds: %(what)s."
                    )
                    % {"what": model._meta.verbose_name_plural}
                )
        methodologies_create(case["params"])
        _create_places(parsed)
        items = _create_items(parsed, actor, clock.now())
        _create_executions(parsed, items)
        _reset_sequences(parsed)
    return CaseReport(
        regions=len(parsed.regions),
        clusters=len(parsed.clusters),
        items=len(parsed.items),
        executions=len(parsed.executions),
        events=sum(len(execution.events) for execution in parsed.executions),
    )


def _create_places(case: Case) -> None:
    district = FederalDistrict.objects.create(
        code="none", name_ru="Без федерального округа", name_en="No federal district", short_ru="–", order=1
    )
    Region.objects.bulk_create(
        [
            Region(
                code=code, name_ru=code, name_en=code, short_ru=code, brief_ru=code, brief_en=code,
                genitive_ru=code, district=district, timezone="Europe/Moscow", name_key=name_key(code),
            )
            for code in sorted(case.regions)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    Cluster.objects.bulk_create(
        [
            Cluster(code=code, region_id=region, name_key=name_key(code))
            for code, region in sorted(case.clusters.items())
        ],
        batch_size=BATCH,
    )


def _create_items(case: Case, actor: Scope, now: datetime) -> dict[str, Assignment]:
    """All items in one issued protocol; the file knows neither protocols nor texts."""
    protocol = Protocol.objects.create(
        number="1",
        held_on=min((item.due for item in case.items.values()), default=clock.day_of(now)),
        meeting_title=_("Items of an audit file"),
        status=ProtocolStatus.ISSUED,
        created_by_id=actor.user_id,
        created_at=now,
        issued_by_id=actor.user_id,
        issued_at=now,
    )
    items = [
        Assignment(
            protocol=protocol,
            code=item.id,
            number=str(position),
            position=position,
            title=item.id[:TITLE_LENGTH],
            text=item.id,
            weight=item.weight,
            due_on=item.due,
            addressee=AddresseeKind.CLUSTERS,
        )
        for position, (_id, item) in enumerate(sorted(case.items.items()), start=1)
    ]
    return {str(item.code): item for item in Assignment.objects.bulk_create(items, batch_size=BATCH)}


def _create_executions(case: Case, items: Mapping[str, Assignment]) -> None:
    """Executions with the columns of their folded logs, then all events in the order of the log."""
    clusters = dict(Cluster.objects.values_list("code", "pk"))
    latest = max(case.versions, key=lambda version: version.effective_from)
    rows = [
        _execution(source, items[source.item], clusters[source.cluster], case, latest.fold_rules)
        for source in sorted(case.executions, key=lambda source: source.id)
    ]
    keys = {row.code: row.pk for row in Execution.objects.bulk_create(rows, batch_size=BATCH)}
    events = sorted(
        ((event, keys[source.id]) for source in case.executions for event in source.events),
        key=lambda pair: pair[0].id,
    )
    ExecutionEvent.objects.bulk_create((_event(event, key) for event, key in events), batch_size=BATCH)
    logs = {
        keys[source.id]: (items[source.item].due_on, source.events)
        for source in case.executions
        if len(source.events) > 1
    }
    pasts_keep(logs, latest.fold_rules)


def _execution(source: Any, item: Assignment, cluster: int, case: Case, rules: FoldRules) -> Execution:
    return Execution(
        code=source.id,
        assignment=item,
        region_id=case.clusters[source.cluster],
        cluster_id=cluster,
        weight=item.weight,
        **columns_of(fold(source.events, item.due_on, rules)),
    )


def _event(event: Event, execution: int) -> ExecutionEvent:
    return ExecutionEvent(
        id=event.id,
        execution_id=execution,
        kind=event.kind,
        at=event.at,
        recorded_at=event.recorded_at,
        corrects=event.corrects or "",
        due=event.due,
        empty=event.empty,
        new_due=event.new_due,
        requested_at=event.requested_at,
        target_id=event.target,
    )


def _reset_sequences(case: Case) -> None:
    """Let the next rows of people come after those of the file."""
    tables: list[type[models.Model]] = list(WITH_SEQUENCES)
    if max((event.id for source in case.executions for event in source.events), default=1) < 1:
        tables.remove(ExecutionEvent)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _require_fit(case: Mapping[str, Any], parsed: Case) -> None:
    """Refuse what the format allows but the tables cannot hold, naming the place and the limit."""
    problems = list(_misfits(case, parsed))
    if problems:
        raise InvalidInput({"case": problems[:20]})


def _misfits(case: Mapping[str, Any], parsed: Case) -> Iterator[str]:
    for number, row in enumerate(case["params"]):
        for model, name in PARAMETER_COLUMNS:
            yield from _misfit(model, name, row[name], f"params[{number}].{name}")
    lists: tuple[tuple[str, type[models.Model], str], ...] = (
        ("regions", Region, "code"),
        ("clusters", Cluster, "code"),
        ("items", Assignment, "code"),
        ("executions", Execution, "code"),
    )
    for key, model, field in lists:
        for number, row in enumerate(case[key]):
            yield from _misfit(model, field, row["id"], f"{key}[{number}].id")
    for item in parsed.items.values():
        yield from _misfit(Assignment, "weight", item.weight, f"items: {item.id}")
    if len(parsed.items) > _largest(Assignment, "position"):
        yield _("items: too many for one protocol")
    largest = _largest(ExecutionEvent, "id")
    for source in parsed.executions:
        for event in source.events:
            if abs(event.id) > largest:
                yield _("%(place)s: at most %(limit)s") % {
                    "place": f"executions: {source.id}",
                    "limit": largest,
                }


def _largest(model: type[models.Model], field: str) -> int:
    """The greatest number that the column holds on every engine (what PostgreSQL holds)."""
    kind = model._meta.get_field(field).get_internal_type()
    return {"PositiveSmallIntegerField": 2**15 - 1, "PositiveIntegerField": 2**31 - 1}.get(kind, 2**63 - 1)


def _misfit(model: type[models.Model], field: str, value: Any, place: str) -> Iterator[str]:
    limit = getattr(model._meta.get_field(field), "max_length", None)
    if isinstance(value, str) and limit and len(value) > limit:
        yield _("%(place)s: at most %(limit)s characters") % {"place": place, "limit": limit}
    if isinstance(value, int) and value > _largest(model, field):
        yield _("%(place)s: at most %(limit)s") % {"place": place, "limit": _largest(model, field)}
