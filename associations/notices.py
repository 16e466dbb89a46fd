"""What the bell says about practices, in the language of the reader."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors import people_of_association, people_of_regions
from associations.enums import PracticeEventKind, ReplicationState
from associations.models import Practice, PracticeEvent, Replication
from common.scope import Role, Scope
from notifications.notices import Data, NoticeKind, register_kinds
from notifications.services import Word, notices_write

COURSE, REPEATED = "practice_course", "practice_repeated"
TO_ASSOCIATION = (PracticeEventKind.SUBMITTED, PracticeEventKind.RECALLED, PracticeEventKind.SCORED)
TO_EXPERTS = (PracticeEventKind.APPOINTED,)
TO_AUTHOR = (
    PracticeEventKind.SELECTED,
    PracticeEventKind.RETURNED,
    PracticeEventKind.REJECTED,
    PracticeEventKind.PUBLISHED,
    PracticeEventKind.WITHDRAWN,
)


def practice_tell(*, actor: Scope, practice: Practice, event: PracticeEvent) -> int:
    """Tell whom it concerns, in the transaction of the act; how many people."""
    data = {"event": event.pk, "kind": event.kind, "practice": practice.title}
    return _written(actor, COURSE, _concerned(practice, event), practice, data)


def _concerned(practice: Practice, event: PracticeEvent) -> set[int]:
    people: set[int] = set()
    if event.kind in TO_ASSOCIATION:
        people.update(people_of_association(practice.association_id))
    if event.kind in TO_EXPERTS:
        people.update(practice.expertises.order_by("-pk").values_list("expert", flat=True)[:1])
    if event.kind in TO_AUTHOR:
        people.update(people_of_regions([Role.COORDINATOR], [practice.region_id]))
    if event.kind == PracticeEventKind.WITHDRAWN:
        regions = practice.replications.values_list("cluster__region", flat=True)
        people.update(people_of_regions([Role.COORDINATOR], regions))
    return people


def replication_tell(*, actor: Scope, replication: Replication) -> int:
    """Tell the author's region and the association that a cluster repeats a practice, or how that ended."""
    practice = replication.practice
    people = {
        *people_of_regions([Role.COORDINATOR], [practice.region_id]),
        *people_of_association(practice.association_id),
    }
    data = {
        "replication": replication.pk, "version": replication.version, "state": replication.state,
        "practice": practice.title, "cluster": replication.cluster.display_name,
    }  # fmt: skip
    return _written(actor, REPEATED, people, practice, data)


def _written(actor: Scope, kind: str, people: Iterable[int], practice: Practice, data: dict[str, Any]) -> int:
    words = [Word(person, practice.get_absolute_url(), data) for person in sorted(people)]
    return notices_write(actor=actor, kind=kind, words=words)


def _course(data: Data) -> str:
    return _("Practice “%(practice)s”: %(what)s.") % {
        "practice": data["practice"],
        "what": PracticeEventKind(data["kind"]).label,
    }


def _repeated(data: Data) -> str:
    return _("%(cluster)s and the practice “%(practice)s”: %(what)s.") % {
        "cluster": data["cluster"],
        "practice": data["practice"],
        "what": ReplicationState(data["state"]).label,
    }


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(NoticeKind(COURSE, _course), NoticeKind(REPEATED, _repeated))
