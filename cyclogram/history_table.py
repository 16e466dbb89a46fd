"""The past of stages as a table: code of the cluster, stage, first and last day; read, checked, shown, then entered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.tables import Column as Heading
from clusters.tables import heading_in, rows_by_column
from common import clock
from common.errors import InvalidInput
from common.forms import typed_day
from common.names import name_key
from common.scope import Scope
from common.sheets import CODE, Column, made_workbook, write_table
from common.tabular import HEADER_ROW, Row, RowError, pasted_lines, pasted_text
from cyclogram.models import ClusterStage
from cyclogram.policies import can_do
from cyclogram.querysets import ClusterStageQuerySet
from cyclogram.rules import clean_actual
from cyclogram.services.history import Closing

CLUSTER, STAGE, FIRST, LAST = "cluster", "stage", "actual_from", "actual_to"
HEADINGS = (
    Heading(CLUSTER, gettext_lazy("code of the cluster")),
    Heading("cluster_name", gettext_lazy("cluster")),
    Heading(STAGE, gettext_lazy("stage")),
    Heading(FIRST, gettext_lazy("actual beginning")),
    Heading(LAST, gettext_lazy("actual end")),
)
REQUIRED = (CLUSTER, STAGE, FIRST, LAST)
MOST_ROWS = 6_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table says: the stages that it would close, and what is wrong with which row."""

    found: Sequence[tuple[ClusterStage, Closing]]
    errors: Sequence[RowError]


def heading(key: str) -> str:
    """The heading of a column on the screen."""
    return heading_in(HEADINGS, key)


def read_table(rows: Sequence[Row], field: str) -> list[Row]:
    """The same rows by the keys of the columns. Raises InvalidInput (`field`) for a table without the columns."""
    return rows_by_column(HEADINGS, REQUIRED, rows, field=field)


def read_pasted(text: str) -> list[Row]:
    """Rows of the clipboard with their headings. Raises InvalidInput (`text`)."""
    lines = [(number, cells) for number, cells in enumerate(pasted_lines(text), 1) if any(cells)]
    if len(lines) < 2 or len(lines) > MOST_ROWS + 1:
        message = _("Paste the headings and from 1 to %(limit)s rows.")
        raise InvalidInput({"text": message % {"limit": MOST_ROWS}})
    head = lines[0][1]
    rows = [Row(number, dict(zip(head, cells, strict=False))) for number, cells in lines[1:]]
    return read_table(rows, "text")


def as_pasted(rows: Iterable[Row]) -> str:
    """The rows with headings as text of the clipboard: what was uploaded can be corrected on the page."""
    lines = [[row.values.get(key, "") for key in REQUIRED] for row in rows]
    return pasted_text([[heading(key) for key in REQUIRED], *lines])


def checked(scope: Scope, rows: Sequence[Row]) -> Checked:
    """Find the stages of the rows; every row that cannot be taken has its reason. Rows without any day say nothing."""
    errors: list[RowError] = []
    stages = _stages(scope, {row.values.get(CLUSTER, "") for row in rows})
    found: dict[int, tuple[ClusterStage, Closing]] = {}
    for row in (row for row in rows if row.values.get(FIRST) or row.values.get(LAST)):
        stage = _stage(row, stages, errors)
        if stage is None:
            continue
        if stage.pk in found:
            errors.append(RowError(row.number, heading(STAGE), _("this row stands twice")))
            continue
        problem = _problem(scope, stage)
        if problem:
            errors.append(RowError(row.number, heading(STAGE), problem))
            continue
        closing = _closing(row, stage, errors)
        if closing:
            found[stage.pk] = (stage, closing)
    if not found and not errors:
        errors.append(RowError(HEADER_ROW, heading(LAST), _("no row has its days filled in")))
    return Checked(list(found.values()), errors)


def _stages(scope: Scope, codes: Iterable[str]) -> Mapping[tuple[str, str], ClusterStage]:
    """By code of the cluster and name or key of the stage, in the words of both languages."""
    rows: ClusterStageQuerySet = ClusterStage.objects.visible_to(scope).on_plan()
    found = {}
    for stage in rows.filter(cluster__code__in=codes).for_list():
        for name in (stage.process_id, stage.stage.name_ru, stage.stage.name_en):
            found[stage.cluster.code, name_key(name)] = stage
    return found


def _stage(
    row: Row, stages: Mapping[tuple[str, str], ClusterStage], errors: list[RowError]
) -> ClusterStage | None:
    code, name = row.values.get(CLUSTER, ""), row.values.get(STAGE, "")
    found = stages.get((code, name_key(name)))
    if found is None:
        is_known = any(known == code for known, _name in stages)
        column = STAGE if is_known else CLUSTER
        reason = (
            _("the cluster has no such stage: %(name)s")
            if is_known
            else _("no cluster with this code is on a plan: %(name)s")
        )
        errors.append(RowError(row.number, heading(column), reason % {"name": name if is_known else code}))
    return found


def _problem(scope: Scope, stage: ClusterStage) -> str:
    """Why this person cannot close the stage now; empty when he can."""
    if not can_do(scope, "close", stage):
        return _("stages of this region are closed by somebody else of the centre")
    if not stage.can_be("close"):
        return _("the stage is not open: %(state)s") % {"state": stage.get_state_display()}
    return ""


def _closing(row: Row, stage: ClusterStage, errors: list[RowError]) -> Closing | None:
    days = [_day(row, key, errors) for key in (FIRST, LAST)]
    first, last = days
    if first is None or last is None:
        return None
    try:
        clean_actual(first, last, clock.today())
    except InvalidInput as error:
        for field, told in error.errors.items():
            errors.append(RowError(row.number, heading(field), str(told[0])))
        return None
    return Closing(stage.pk, first, last)


def _day(row: Row, key: str, errors: list[RowError]) -> date | None:
    typed = row.values.get(key, "")
    problem = _("Write the date like this: 28.05.2026.")
    try:
        day = typed_day(typed)
    except ValidationError as error:
        day, problem = None, " ".join(error.messages)
    if day is None:
        errors.append(RowError(row.number, heading(key), problem))
    return day


def history_workbook(stages: ClusterStageQuerySet) -> IO[bytes]:
    """The open stages as a table to fill in."""
    open_stages = stages.open().for_list()
    columns = [
        Column(heading(CLUSTER), lambda row: row.cluster.code, 16, CODE),
        Column(heading("cluster_name"), lambda row: row.cluster.display_name, 44),
        Column(heading(STAGE), lambda row: row.stage.name, 54),
        Column(heading(FIRST), lambda row: row.actual_from, 16),
        Column(heading(LAST), lambda _row: None, 16),
    ]

    def fill(book: Any) -> None:
        rows = open_stages.order_by("cluster__code", "stage__order", "pk")[:MOST_ROWS]
        write_table(book, book.add_worksheet(_("Stages")), columns, rows, frozen=3)

    return made_workbook(fill)
