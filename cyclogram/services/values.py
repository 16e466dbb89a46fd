"""Values of indicators: the region counts, whoever makes the plans sets the plan, the centre accepts or returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from audit.services import audit_record, audited
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.locks import hold
from common.scope import Scope
from cyclogram.enums import VALUE_STEPS, Level
from cyclogram.models import Indicator, IndicatorValue, IndicatorValueEvent
from cyclogram.notices import values_tell
from cyclogram.policies import can_do_value, can_enter_for, can_plan_for
from cyclogram.rules import clean_amount
from cyclogram.selectors.values import place_key, row_key
from regions.models import Region

SOURCE_LENGTH = 300
FIRST_YEAR = 2022
MOST = 2_000
"""Values of one act."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of an indicator (by key) for a region or a cluster (by code) on a day.

    `seen` is the version of the row that the person saw, 0 where he saw none.
    """

    indicator: str
    place: str
    amount: Decimal
    source: str = ""
    seen: int = 0

    @property
    def key(self) -> str:
        return row_key(self.indicator, self.place)


@audited
@transaction.atomic
def values_enter(*, actor: Scope, day: date, entries: Sequence[Entry]) -> int:
    """Write what a region has counted as of a day, all or nothing; how many values are new or changed.

    An accepted value that is entered anew waits again. What stands there already is left alone. Raises InvalidInput by
    the key of each refused row (`day` for the day), NotAllowed for a place of another region.
    """
    if day > clock.today():
        raise InvalidInput({"day": _("This day has not come yet.")})
    return _Writing(actor, "enter", day, entries).run()


@audited
@transaction.atomic
def values_plan(*, actor: Scope, day: date, entries: Sequence[Entry]) -> int:
    """Set the planned values of a day, which may lie ahead. Raises as `values_enter` does."""
    if not can_plan_for(actor):
        raise NotAllowed(_("Plans are set by methodologists and administrators."))
    return _Writing(actor, "plan", day, entries).run()


class _Writing:
    """One act on many values: places and rows are read once, every refusal is told, then all is written."""

    def __init__(self, actor: Scope, act: str, day: date, entries: Sequence[Entry]) -> None:
        self.actor, self.act, self.day = actor, act, day
        self.entries = {entry.key: entry for entry in entries}
        self.refused: dict[str, str] = {}
        if day.year < FIRST_YEAR:
            raise InvalidInput({"day": _("The project began in %(year)s.") % {"year": FIRST_YEAR}})
        if len(entries) > MOST:
            raise InvalidInput({"day": _("At most %(limit)s values at once.") % {"limit": MOST}})

    def run(self) -> int:
        """Write; how many rows are new or changed."""
        hold(f"cyclogram-values-{self.day}")
        indicators = self._indicators()
        regions, clusters = self._places()
        known = self._known(indicators)
        changed = []
        for key, entry in self.entries.items():
            try:
                row = self._row(entry, indicators, regions, clusters, known)
            except InvalidInput as error:
                self.refused[key] = str(error)
                continue
            if row is not None:
                changed.append(row)
        if self.refused:
            raise InvalidInput(self.refused)
        for row in changed:
            row.save()
            _event(self.actor, row, self.act)
        return len(changed)

    def _indicators(self) -> dict[str, Indicator]:
        keys = {entry.indicator for entry in self.entries.values()}
        return {row.key: row for row in Indicator.objects.all().kept().filter(key__in=keys)}

    def _places(self) -> tuple[set[str], dict[str, Cluster]]:
        codes = {entry.place for entry in self.entries.values()}
        regions = Region.objects.filter(code__in=codes).values_list("code", flat=True)
        clusters = Cluster.objects.filter(code__in=codes).active()
        return set(regions), {row.code: row for row in clusters}

    def _known(self, indicators: Mapping[str, Indicator]) -> dict[tuple[int, str], IndicatorValue]:
        rows = IndicatorValue.objects.select_for_update(of=("self",)).filter(
            indicator__in=indicators.values(), counted_on=self.day
        )
        return {place_key(row): row for row in rows.select_related("cluster", "indicator").order_by("pk")}

    def _row(
        self,
        entry: Entry,
        indicators: Mapping[str, Indicator],
        regions: set[str],
        clusters: Mapping[str, Cluster],
        known: Mapping[tuple[int, str], IndicatorValue],
    ) -> IndicatorValue | None:
        """The row as it becomes; None when it says nothing new."""
        indicator = indicators.get(entry.indicator)
        if indicator is None:
            raise InvalidInput(_("There is no such indicator: %(key)s.") % {"key": entry.indicator})
        place = self._place(entry, indicator, regions, clusters)
        amount = clean_amount(indicator.unit, entry.amount, field="amount")
        source = clean_text(entry.source, field="source", limit=SOURCE_LENGTH)
        found = known.get((indicator.pk, entry.place))
        row = found or IndicatorValue(
            indicator=indicator, counted_on=self.day, entered_at=clock.now(), version=0, **place
        )
        if self._stands(row, amount, source):
            return None
        if entry.seen != row.version:
            raise InvalidInput(self._changed_meanwhile(row))
        return self._written(row, amount, source)

    def _place(
        self, entry: Entry, indicator: Indicator, regions: set[str], clusters: Mapping[str, Cluster]
    ) -> dict[str, object]:
        """The place as fields of a row. Refuses a place of another kind and a foreign one."""
        cluster = clusters.get(entry.place)
        if indicator.level == Level.REGION and entry.place not in regions:
            raise InvalidInput(_("“%(name)s” is counted for regions.") % {"name": indicator.name})
        if indicator.level == Level.CLUSTER and cluster is None:
            raise InvalidInput(
                _("“%(name)s” is counted for clusters of the project.") % {"name": indicator.name}
            )
        region = str(cluster.region_id if cluster else entry.place)
        if self.act == "enter" and not can_enter_for(self.actor, region):
            raise NotAllowed(_("Values are entered by the coordinators of the region."))
        return {"cluster": cluster} if cluster else {"region_id": region}

    def _stands(self, row: IndicatorValue, amount: Decimal, source: str) -> bool:
        if self.act == "plan":
            return row.planned == amount
        return row.actual == amount and row.source == source and row.remark == ""

    def _changed_meanwhile(self, row: IndicatorValue) -> str:
        now = row.planned if self.act == "plan" else row.actual
        return _("Somebody has changed this value meanwhile: %(value)s stands there now.") % {
            "value": "–" if now is None else now
        }

    def _written(self, row: IndicatorValue, amount: Decimal, source: str) -> IndicatorValue:
        if self.act == "plan":
            row.planned = amount
        else:
            row.actual, row.source = amount, source
            row.state = str(VALUE_STEPS["enter"].target)
            row.entered_by_id, row.entered_at = self.actor.user_id, clock.now()
            row.decided_by, row.decided_at, row.remark = None, None, ""
        row.version += 1
        return row


@audited
@transaction.atomic
def values_accept(*, actor: Scope, chosen: Mapping[int, int]) -> int:
    """Accept values by id and version seen; a second press changes nothing. How many were accepted.

    Raises Missing, NotAllowed, ImpossibleStep when one of them no longer waits or was entered anew.
    """
    return _decided(actor, "accept", chosen, lambda row: None)


@audited
@transaction.atomic
def values_return(*, actor: Scope, chosen: Mapping[int, int], remark: str) -> int:
    """Send values back to their regions with what is wrong. Raises as `values_accept` does, InvalidInput (`remark`)."""
    told = clean_text(
        remark, field="remark", limit=MAX_REMARK_LENGTH, required=_("Say what is wrong with the value.")
    )

    def remarked(row: IndicatorValue) -> None:
        row.remark = told

    return _decided(actor, "return", chosen, remarked)


def _decided(
    actor: Scope, act: str, chosen: Mapping[int, int], fill: Callable[[IndicatorValue], None]
) -> int:
    if not chosen:
        raise InvalidInput({"chosen": _("Choose at least one value.")})
    if len(chosen) > MOST:
        raise InvalidInput({"chosen": _("At most %(limit)s values at once.") % {"limit": MOST}})
    rows = IndicatorValue.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk__in=chosen)
    found = list(rows.select_related("indicator", "region", "cluster__region").order_by("pk"))
    if len(found) != len(chosen):
        raise Missing(_("Not found: %(what)s.") % {"what": IndicatorValue._meta.verbose_name})
    if not all(can_do_value(actor, act, row) for row in found):
        raise NotAllowed(
            _("Values are decided by the centre, and by nobody for the region that he coordinates.")
        )
    step = VALUE_STEPS[act]
    fresh = [row for row in found if row.state != step.target or row.version != chosen[row.pk] + 1]
    stale = [
        row for row in fresh if row.version != chosen[row.pk] or not row.can_be(act) or row.actual is None
    ]
    if stale:
        message = _("“%(value)s” was changed or decided meanwhile: look at the list once more.")
        raise ImpossibleStep(message % {"value": stale[0]})
    for row in fresh:
        row.state, row.version = str(step.target), row.version + 1
        row.decided_by_id, row.decided_at = actor.user_id, clock.now()
        fill(row)
        row.save()
        _event(actor, row, act)
    if fresh:
        audit_record(actor=actor, action=f"values_{act}", obj=IndicatorValue, count=len(fresh))
        values_tell(actor=actor, act=act, rows=fresh)
    return len(fresh)


def _event(actor: Scope, row: IndicatorValue, act: str) -> None:
    """What was done to the value, and what it says after that."""
    IndicatorValueEvent.objects.create(
        value=row, kind=VALUE_STEPS[act].event, at=clock.now(), actor_id=actor.user_id, planned=row.planned,
        actual=row.actual, source=row.source, text=row.remark,
    )  # fmt: skip
