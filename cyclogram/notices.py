"""What the bell says about stages of clusters, in the language of the reader."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.selectors import people_of_regions
from common.formatting import date_short
from common.scope import Role, Scope
from cyclogram.enums import StageEventKind, ValueState
from cyclogram.laying import Window
from cyclogram.models import ClusterStage, IndicatorValue, PlanStage, StageEvent
from notifications.notices import Data, NoticeKind, register_kinds
from notifications.services import Word, notices_write

DECIDED, MOVED, RETURNED = "stage_decided", "stages_moved", "values_returned"
TOLD = (
    StageEventKind.RETURNED,
    StageEventKind.CLOSED,
    StageEventKind.CLOSED_WITH_REMARKS,
    StageEventKind.SETTLED,
    StageEventKind.SKIPPED,
    StageEventKind.RESTORED,
    StageEventKind.REOPENED,
)
"""Decisions of the centre, of which the region is told."""


def stage_tell(*, actor: Scope, stage: ClusterStage, event: StageEvent) -> int:
    """Tell the coordinators of the region of a decision of the centre, in its transaction; how many people."""
    if event.kind not in TOLD:
        return 0
    data = {
        "event": event.pk, "kind": event.kind, "cluster": stage.cluster.display_name,
        "stage": _names(stage.stage),
    }  # fmt: skip
    people = people_of_regions([Role.COORDINATOR], [stage.cluster.region_id])
    return notices_write(
        actor=actor,
        kind=DECIDED,
        words=[Word(person, stage.get_absolute_url(), data) for person in people],
    )


def move_tell(*, actor: Scope, stage: PlanStage, planned: Window, moved: Iterable[ClusterStage]) -> int:
    """Tell the coordinators of each region once how many of its clusters have new days; how many people."""
    told = 0
    for region, count in Counter(row.cluster.region_id for row in moved).items():
        data = {"stage": _names(stage), "count": count, "days": [day.isoformat() for day in planned]}
        query = urlencode({"region": region, "process": stage.process_id})
        address = f"{reverse('cyclogram:stages')}?{query}"
        people = people_of_regions([Role.COORDINATOR], [region])
        words = [Word(person, address, data) for person in people]
        told += notices_write(actor=actor, kind=MOVED, words=words)
    return told


def values_tell(*, actor: Scope, act: str, rows: Iterable[IndicatorValue]) -> int:
    """Tell the coordinators of each region once how many values came back and why; how many people."""
    if act != "return":
        return 0
    told = 0
    by_region = Counter((row.region_code, row.remark) for row in rows)
    for (region, remark), count in by_region.items():
        address = (
            f"{reverse('cyclogram:values')}?{urlencode({'region': region, 'state': ValueState.RETURNED})}"
        )
        people = people_of_regions([Role.COORDINATOR], [region])
        words = [Word(person, address, {"count": count, "remark": remark}) for person in people]
        told += notices_write(actor=actor, kind=RETURNED, words=words)
    return told


def _names(stage: PlanStage) -> dict[str, str]:
    return {"ru": stage.name_ru, "en": stage.name_en}


def _name(data: Data) -> str:
    return str(data["stage"]["en" if get_language() == "en" else "ru"])


def _moved(data: Data) -> str:
    first, last = (date_short(date.fromisoformat(day)) for day in data["days"])
    words = ngettext(
        "Stage “%(stage)s” of %(count)s cluster is moved: %(first)s – %(last)s.",
        "Stage “%(stage)s” of %(count)s clusters is moved: %(first)s – %(last)s.",
        data["count"],
    )
    return words % {"stage": _name(data), "count": data["count"], "first": first, "last": last}


def _returned(data: Data) -> str:
    words = ngettext(
        "%(count)s value of an indicator is returned: %(remark)s",
        "%(count)s values of indicators are returned: %(remark)s",
        data["count"],
    )
    return words % {"count": data["count"], "remark": data["remark"]}


def _decided(data: Data) -> str:
    return _("Stage “%(stage)s” of %(cluster)s: %(what)s.") % {
        "stage": _name(data),
        "cluster": data["cluster"],
        "what": StageEventKind(data["kind"]).label,
    }


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(NoticeKind(DECIDED, _decided), NoticeKind(MOVED, _moved), NoticeKind(RETURNED, _returned))
