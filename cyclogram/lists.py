"""The lists of this room as files: stages of clusters, bottlenecks, values of indicators."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.lists import Found, PortalList, conditions_of, portions, register_lists
from common.scope import Scope
from common.sheets import Column
from cyclogram.selectors.bottlenecks import Delay, bottlenecks
from cyclogram.selectors.gantt import cohorts_in_force
from cyclogram.selectors.stages import StageRow, stage_rows, stages_found
from cyclogram.selectors.values import values_found
from cyclogram.stage_forms import PlaceForm, StageFilterForm
from cyclogram.value_forms import ValueFilterForm


def _found(scope: Scope, query: QueryDict) -> Found:
    form = StageFilterForm(query, scope=scope)
    conditions = conditions_of(form)
    return Found(stages_found(scope, form.narrowed()), conditions)


def _lines(scope: Scope, rows: Any) -> Iterator[StageRow]:
    for portion in portions(rows):
        yield from stage_rows(scope, portion)


def _columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row.stage.cluster.region.name, 28),
        Column(_("Cluster"), lambda row: row.stage.cluster.display_name, 44),
        Column(_("Code"), lambda row: row.stage.cluster.code, 9),
        Column(_("Cohort"), lambda row: row.stage.cluster.cohort_year, 10),
        Column(_("Stage"), lambda row: row.stage.stage.name, 44),
        Column(_("Kind"), lambda row: str(row.stage.stage.get_kind_display()), 20),
        Column(_("State"), lambda row: str(row.sign.label), 20),
        Column(_("Planned beginning"), lambda row: row.stage.planned_from, 12),
        Column(_("Planned end"), lambda row: row.stage.planned_to, 12),
        Column(_("Actual beginning"), lambda row: row.stage.actual_from, 12),
        Column(_("Actual end"), lambda row: row.stage.actual_to, 12),
        Column(_("Days late"), lambda row: row.days_late, 10),
        Column(_("Assignments executed"), lambda row: row.work.executed, 12),
        Column(_("Assignments"), lambda row: row.work.total, 12),
    ]


def _bottlenecks_found(scope: Scope, query: QueryDict) -> Found:
    form = PlaceForm(query, scope=scope)
    conditions = conditions_of(form)
    return Found(bottlenecks(scope, form.cleaned_data["region"]), conditions)


def _bottlenecks_columns(scope: Scope) -> list[Column]:
    years = cohorts_in_force(scope)
    return [
        Column(_("Stage"), lambda row: row.process.name, 44),
        *_of_delay("", lambda row: row.whole),
        *_of_delay(_("of the region"), lambda row: row.region),
        *chain.from_iterable(_of_delay(str(year), _of_cohort(year)) for year in years),
    ]


def _of_cohort(year: int) -> Callable[[Any], Delay | None]:
    return lambda row: row.cohorts.get(year)


def _of_delay(whose: str, delay_of: Callable[[Any], Delay | None]) -> list[Column]:
    """Three columns for the same figures of the country, of the region, of a cohort."""

    def column(title: str, figure: str) -> Column:
        return Column(
            f"{title}, {whose}" if whose else title,
            lambda row: getattr(found, figure) if (found := delay_of(row)) else None,
            14,
        )

    return [
        column(_("Clusters"), "total"),
        column(_("Share of late ones, percent"), "share"),
        column(_("Median delay, days"), "median"),
    ]


def _values_found(scope: Scope, query: QueryDict) -> Found:
    form = ValueFilterForm(query, scope=scope)
    conditions = conditions_of(form)
    return Found(values_found(scope, form.narrowed()), conditions)


def _values_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: (row.region or row.cluster.region).name, 28),
        Column(_("Cluster"), lambda row: row.cluster.display_name if row.cluster else "", 44),
        Column(_("Code"), lambda row: row.cluster.code if row.cluster else row.region_id, 9),
        Column(_("Indicator"), lambda row: row.indicator.name, 44),
        Column(_("Unit"), lambda row: str(row.indicator.get_unit_display()), 12),
        Column(_("As of"), lambda row: row.counted_on, 12),
        Column(_("Plan"), lambda row: row.planned, 12),
        Column(_("Fact"), lambda row: row.actual, 12),
        Column(_("Source"), lambda row: row.source, 40),
        Column(_("State"), lambda row: str(row.get_state_display()), 14),
        Column(_("Remark"), lambda row: row.remark, 40),
    ]


LISTS = (
    PortalList(
        "stages", gettext_lazy("Stages of clusters"), "cyclogram:stages", _found, _columns, lines=_lines
    ),
    PortalList(
        "bottlenecks", gettext_lazy("Bottlenecks"), "cyclogram:bottlenecks", _bottlenecks_found,
        _bottlenecks_columns,
    ),
    PortalList(
        "indicator-values", gettext_lazy("Values of indicators"), "cyclogram:values", _values_found,
        _values_columns,
    ),
)  # fmt: skip


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*LISTS)
