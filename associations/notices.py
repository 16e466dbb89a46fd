"""What the bell says about the work of the associations, in the language of the reader."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.selectors import people_of_association, people_of_regions
from associations.enums import (
    EventState,
    JoiningKind,
    JoiningState,
    PracticeEventKind,
    ReplicationState,
    SupportState,
)
from associations.models import (
    AssociationEvent,
    Joining,
    PeerQuestion,
    Practice,
    PracticeEvent,
    Replication,
    SupportRequest,
)
from clusters.models import AssociationMember
from common import clock
from common.formatting import date_short
from common.scope import Role, Scope
from notifications.notices import Data, NoticeKind, register_kinds
from notifications.services import Word, notices_write

COURSE, REPEATED = "practice_course", "practice_repeated"
SUPPORT, PEER, JOINING, EVENT = "support_course", "peer_question", "joining_course", "association_event"
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


def support_tell(*, actor: Scope, request: SupportRequest) -> int:
    """Tell whose turn it is: the association of a new request, the expert, the region of the answer."""
    people = {*people_of_association(request.association_id)}
    if request.state == SupportState.ANSWERED:
        people.update(people_of_regions([Role.COORDINATOR], [request.cluster.region_id]))
    if request.expert_id:
        people.add(request.expert_id)
    data = {
        "request": request.pk, "version": request.version, "state": request.state,
        "cluster": request.cluster.display_name,
    }  # fmt: skip
    return _written(actor, SUPPORT, people, request, data)


def peer_tell(*, actor: Scope, question: PeerQuestion) -> int:
    """Tell the region that is asked, or the one that gets its answer."""
    is_answer = question.answered_at is not None
    place = question.cluster if is_answer else question.peer
    data = {
        "question": question.pk, "version": question.version, "answered": is_answer,
        "cluster": question.cluster.display_name, "peer": question.peer.display_name,
    }  # fmt: skip
    return _written(actor, PEER, people_of_regions([Role.COORDINATOR], [place.region_id]), question, data)


def joining_tell(*, actor: Scope, joining: Joining) -> int:
    """Tell the other side of an invitation or an application, and of its answer."""
    people = {
        *people_of_regions([Role.COORDINATOR], [joining.cluster.region_id]),
        *people_of_association(joining.association_id),
    }
    association = joining.association
    data = {
        "joining": joining.pk, "version": joining.version, "state": joining.state, "kind": joining.kind,
        "cluster": joining.cluster.display_name,
        "association": {"ru": association.name_ru, "en": association.name_en},
    }  # fmt: skip
    return _written(actor, JOINING, people, joining, data)


def event_tell(*, actor: Scope, event: AssociationEvent) -> int:
    """Tell the regions of the members that an event is announced, or cancelled after it was."""
    if event.announced_at is None or event.state not in (EventState.ANNOUNCED, EventState.CANCELLED):
        return 0
    members = AssociationMember.objects.in_force(clock.today()).filter(association=event.association_id)
    regions = members.values_list("cluster__region", flat=True)
    data = {
        "version": event.version, "state": event.state, "name": event.name,
        "day": clock.day_of(event.starts_at).isoformat(),
    }  # fmt: skip
    return _written(actor, EVENT, people_of_regions([Role.COORDINATOR], regions), event, data)


class _Linked(Protocol):
    def get_absolute_url(self) -> str: ...


def _written(actor: Scope, kind: str, people: Iterable[int], about: _Linked, data: dict[str, Any]) -> int:
    words = [Word(person, about.get_absolute_url(), data) for person in sorted(people)]
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


def _support(data: Data) -> str:
    return _("Request for expert support, %(cluster)s: %(what)s.") % {
        "cluster": data["cluster"],
        "what": SupportState(data["state"]).label,
    }


def _peer(data: Data) -> str:
    if data["answered"]:
        return _("%(peer)s has answered your question.") % {"peer": data["peer"]}
    return _("%(cluster)s asks %(peer)s.") % {"cluster": data["cluster"], "peer": data["peer"]}


def _joining(data: Data) -> str:
    return _("%(kind)s, %(cluster)s, “%(association)s”: %(what)s.") % {
        "kind": capfirst(str(JoiningKind(data["kind"]).label)),
        "cluster": data["cluster"],
        "association": data["association"]["en" if get_language() == "en" else "ru"],
        "what": JoiningState(data["state"]).label,
    }


def _event(data: Data) -> str:
    return _("Event “%(name)s”, %(day)s: %(what)s.") % {
        "name": data["name"],
        "day": date_short(date.fromisoformat(data["day"])),
        "what": EventState(data["state"]).label,
    }


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(
        NoticeKind(COURSE, _course),
        NoticeKind(REPEATED, _repeated),
        NoticeKind(SUPPORT, _support),
        NoticeKind(PEER, _peer),
        NoticeKind(JOINING, _joining),
        NoticeKind(EVENT, _event),
    )
