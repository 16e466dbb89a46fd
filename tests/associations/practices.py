"""A practice of Tomsk on its course, for the tests of the library."""

from datetime import date
from typing import Any

from accounts.models import Membership, User
from associations.enums import Criterion
from associations.models import Practice, Replication
from associations.services import review
from associations.services.practices import practice_save
from associations.services.replications import replication_start
from common.scope import Role
from tests.cast import SINCE, Cast

CARD = {
    "title": "Наставник с предприятия ведёт группу с первого дня",
    "problem": "Половина первокурсников не доходит до практики.",
    "steps": "1. Назначить наставника. 2. Составить план. 3. Встречаться раз в неделю.",
    "resources": "Один наставник на десять студентов, четыре часа в неделю.",
    "results": "До практики доходят 92 % вместо 51 %.",
}


def written(cast: Cast, **changes: Any) -> Practice:
    """A draft of the cluster of mechanical engineering in Tomsk."""
    said = {
        **CARD, "practice_id": None, "version": None, "region": "70", "association": cast.machine_builders.pk,
        "cluster": cast.tomsk_machines.pk, "process": cast.headcount.pk, **changes,
    }  # fmt: skip
    return practice_save(actor=cast.scope(said.pop("who", "tomsk_coordinator")), **said)


def act(cast: Cast, who: str, name: str, practice: Practice, **said: Any) -> Practice:
    """An act by a person of the cast on the newest version of a practice."""
    practice.refresh_from_db()
    version = said.pop("version", practice.version)
    service = getattr(review, f"practice_{name}")
    done: Practice = service(actor=cast.scope(who), practice_id=practice.pk, version=version, **said)
    return done


def points(each: int) -> dict[str, int]:
    """The same for every criterion."""
    return dict.fromkeys(Criterion.values, each)


def scored(cast: Cast, *each: int, title: str = CARD["title"]) -> Practice:
    """A practice that experts have scored: the methodologist, then the coordinator of Omsk."""
    practice = act(cast, "tomsk_coordinator", "submit", written(cast, title=title))
    for who, given in zip(("methodologist", "omsk_coordinator"), each, strict=False):
        act(cast, "chair", "appoint", practice, expert=getattr(cast, who).pk)
        act(cast, who, "score", practice, points=points(given), comment="Можно повторить.")
    practice.refresh_from_db()
    return practice


def published(cast: Cast) -> Practice:
    """A practice in the library until the end of 2030."""
    return act(cast, "chair", "publish", scored(cast, 8, 7), valid_until=date(2030, 12, 31))


def repeated(cast: Cast, practice: Practice) -> Replication:
    """The cluster of mechanical engineering in Omsk is at it."""
    return replication_start(
        actor=cast.scope("omsk_coordinator"), practice_id=practice.pk, cluster=cast.omsk_machines.pk,
        starts_on=date(2026, 4, 1),
    )  # fmt: skip


def farmer(cast: Cast) -> User:
    """The chair of the other association."""
    person = User.objects.create_user("farmer@example.org", "x", last_name="Полевой", first_name="Пётр")
    Membership.objects.create(
        user=person, role=Role.ASSOCIATION, association=cast.farmers, position="chair", starts_on=SINCE
    )
    return person
