"""What the bell says about stages of clusters, in the language of the reader."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.selectors import people_of_regions
from common.scope import Role, Scope
from cyclogram.enums import StageEventKind
from cyclogram.models import ClusterStage, StageEvent
from notifications.notices import Data, NoticeKind, register_kinds
from notifications.services import Word, notices_write

DECIDED = "stage_decided"
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
        "stage": {"ru": stage.stage.name_ru, "en": stage.stage.name_en},
    }  # fmt: skip
    people = people_of_regions([Role.COORDINATOR], [stage.cluster.region_id])
    return notices_write(
        actor=actor,
        kind=DECIDED,
        words=[Word(person, stage.get_absolute_url(), data) for person in people],
    )


def _decided(data: Data) -> str:
    return _("Stage “%(stage)s” of %(cluster)s: %(what)s.") % {
        "stage": data["stage"]["en" if get_language() == "en" else "ru"],
        "cluster": data["cluster"],
        "what": StageEventKind(data["kind"]).label,
    }


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(NoticeKind(DECIDED, _decided))
