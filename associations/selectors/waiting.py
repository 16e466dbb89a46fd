"""What waits for a person in the room of the associations, for his first page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from associations.enums import JoiningKind, PracticeState, SupportState
from associations.models import Joining, Milestone, PeerQuestion, Practice, SupportRequest
from associations.selectors.practices import reviews_open
from common import clock
from common.formatting import date_short
from common.scope import Scope


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: what it is, where it is done, about whom or since when."""

    title: str
    url: str
    note: str


def waiting(scope: Scope) -> list[Waiting]:
    """Everything by kind; a number of queries that depends on the roles alone."""
    if scope.user_id is None or scope.is_public:
        return []
    found = [
        *_to_score(scope),
        *_to_answer_as_expert(scope),
    ]
    if scope.associations:
        found += [*_overdue(scope), *_to_select(scope), *_applications(scope), *_to_assign(scope)]
    if scope.coordinated:
        found += [*_invitations(scope), *_questions(scope), *_to_close(scope)]
    return found


def _to_score(scope: Scope) -> Iterator[Waiting]:
    for row in reviews_open(scope):
        yield Waiting(
            _("Score the practice “%(title)s”") % {"title": row.practice.title},
            row.practice.get_absolute_url(), row.practice.association.name,
        )  # fmt: skip


def _requests(rows: "list[SupportRequest]", title: str) -> Iterator[Waiting]:
    for row in rows:
        yield Waiting(title, row.get_absolute_url(), row.cluster.display_name)


def _support(scope: Scope, state: SupportState, **of: object) -> list[SupportRequest]:
    rows = SupportRequest.objects.visible_to(scope).filter(state=state, **of)
    return list(rows.select_related("cluster").order_by("asked_at"))


def _to_answer_as_expert(scope: Scope) -> Iterator[Waiting]:
    rows = _support(scope, SupportState.ASSIGNED, expert=scope.user_id)
    return _requests(rows, _("Answer a request for expert support"))


def _to_assign(scope: Scope) -> Iterator[Waiting]:
    rows = _support(scope, SupportState.ASKED, association__in=scope.associations)
    return _requests(rows, _("Give a request to an expert"))


def _to_close(scope: Scope) -> Iterator[Waiting]:
    rows = _support(scope, SupportState.ANSWERED, cluster__region__in=scope.coordinated)
    return _requests(rows, _("Say what came of expert support"))


def _overdue(scope: Scope) -> Iterator[Waiting]:
    today = clock.today()
    rows = Milestone.objects.visible_to(scope).filter(association__in=scope.associations)
    for row in rows.order_by("due_on", "starts_on", "pk"):
        if row.is_overdue(today):
            words = _("Milestone is overdue: %(name)s") % {"name": row.name}
            yield Waiting(words, row.get_absolute_url(), date_short(row.planned.last))


def _to_select(scope: Scope) -> Iterator[Waiting]:
    states = (PracticeState.SUBMITTED, PracticeState.SELECTION)
    rows = Practice.objects.visible_to(scope).filter(association__in=scope.associations, state__in=states)
    for row in rows.select_related("region").order_by("submitted_at"):
        words = _("Decide on the practice “%(title)s”") % {"title": row.title}
        yield Waiting(words, row.get_absolute_url(), row.region.name)


def _joinings(scope: Scope, kind: JoiningKind, **of: object) -> Iterator[Waiting]:
    rows = Joining.objects.visible_to(scope).waiting().filter(kind=kind, **of)
    for row in rows.select_related("association", "cluster").order_by("asked_at"):
        note = f"{row.cluster.display_name}, {row.association.name}"
        yield Waiting(capfirst(str(row.get_kind_display())), row.get_absolute_url(), note)


def _applications(scope: Scope) -> Iterator[Waiting]:
    return _joinings(scope, JoiningKind.APPLICATION, association__in=scope.associations)


def _invitations(scope: Scope) -> Iterator[Waiting]:
    return _joinings(scope, JoiningKind.INVITATION, cluster__region__in=scope.coordinated)


def _questions(scope: Scope) -> Iterator[Waiting]:
    rows = PeerQuestion.objects.visible_to(scope).filter(peer__region__in=scope.coordinated, answered_at=None)
    for row in rows.select_related("cluster", "peer").order_by("asked_at"):
        words = _("Answer the question of a cluster")
        yield Waiting(words, row.get_absolute_url(), f"{row.cluster.display_name} → {row.peer.display_name}")
