"""Writing notices in the caller's transaction, reading them, and clearing away the old ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from common import clock
from common.scope import Scope
from notifications.models import Notice

KEPT_DAYS = 180
"""Days that a notice stays after it was read."""
WITHDRAWN = timedelta(days=1)
"""Notices of an act that is taken back are not older: it is taken back within minutes."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Word:
    """What one person is told: the data of the notice and the page where it leads."""

    person_id: int
    link: str
    data: dict[str, Any] = field(default_factory=dict)


def notices_write(*, actor: Scope, kind: str, words: Iterable[Word]) -> int:
    """Tell people of an act, never the actor himself; how many were told.

    Belongs into the transaction of the act. A thousand people are told in a few statements.
    """
    now = clock.now()
    rows = [
        Notice(person_id=word.person_id, kind=kind, data=word.data, link=word.link, created_at=now)
        for word in words
        if word.person_id != actor.user_id
    ]
    Notice.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def notices_withdraw(*, kinds: Iterable[str], event_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Delete the unread notices about these events alone; whose they were, as (person, event).

    `event` is what the data of such a notice names. Belongs into the transaction of the act.
    """
    rows = Notice.objects.unread().filter(
        created_at__gte=clock.now() - WITHDRAWN, kind__in=list(kinds), data__event__in=list(event_ids)
    )
    found = list(rows.values_list("person", "data__event"))
    rows.delete()
    return found


@transaction.atomic
def notice_read(*, actor: Scope, notice_id: int) -> Notice:
    """Note that the person has read a notice of his own; reading twice changes nothing. Raises Missing."""
    notice: Notice = Notice.objects.select_for_update().fetch(actor, pk=notice_id)
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def notices_read_all(*, actor: Scope) -> int:
    """Note that the person has read everything; how many notices that concerned."""
    return Notice.objects.visible_to(actor).unread().update(read_at=clock.now())


@transaction.atomic
def notices_sweep() -> int:
    """Delete notices that were read more than 180 days ago; how many there were. Unread ones stay."""
    until = clock.now() - timedelta(days=KEPT_DAYS)
    deleted, _by_model = Notice.objects.filter(read_at__lt=until).delete()
    return deleted
