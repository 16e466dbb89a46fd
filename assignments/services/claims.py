"""Sharing out the review queue: whoever opens a report has it before him for a while, and others are led past it.

A claim forbids nothing. It ends by itself, with the decision, or when its holder passes the report over.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from assignments.models import Execution, ReviewClaim
from assignments.querysets import ExecutionQuerySet
from assignments.services.executions import require_reviewer
from common import clock
from common.scope import Scope

MAX_CLAIMED = 50


def _require_reviewer(actor: Scope) -> int:
    require_reviewer(actor)
    return actor.user_id or 0


def _until(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.REVIEW_CLAIM_MINUTES)


@transaction.atomic
def claims_take(*, actor: Scope, queue: ExecutionQuerySet, count: int = 1) -> list[int]:
    """Claim the first reports of an ordered queue that nobody else has before him; their ids, in its order.

    Two people who ask at once get different reports. What the person had claimed before is renewed. Raises NotAllowed
    for who does not review.
    """
    person_id, now = _require_reviewer(actor), clock.now()
    # Whoever coordinates a region as well decides on none of its reports: they are left to others.
    free = queue.exclude(region__in=actor.coordinated).free_for(person_id, now)
    free = free.select_for_update(skip_locked=True, of=("self",))
    while True:
        ids = [row.pk for row in free.only("pk")[: min(count, MAX_CLAIMED)]]
        if not _held_by_others(ids, person_id, now):
            break
        # A claim was committed between the reading of the queue and its lock: what is read now knows of it.
    _write(ids, person_id, now)
    _renew_own(person_id, now)
    return ids


def _renew_own(person_id: int, now: datetime) -> None:
    """Everything that the person has, except what a decision is just ending: nobody waits for that, or for ever."""
    own = ReviewClaim.objects.filter(person=person_id).in_force(now).select_for_update(skip_locked=True)
    ReviewClaim.objects.filter(pk__in=[claim.pk for claim in own.only("pk")]).update(until=_until(now))


def _held_by_others(ids: Collection[int], person_id: int, now: datetime) -> bool:
    held = ReviewClaim.objects.filter(execution__in=ids).in_force(now).exclude(person=person_id)
    return bool(ids) and held.exists()


def _write(ids: Collection[int], person_id: int, now: datetime) -> None:
    ReviewClaim.objects.bulk_create(
        [ReviewClaim(execution_id=pk, person_id=person_id, until=_until(now)) for pk in ids],
        update_conflicts=True,
        unique_fields=["execution"],
        update_fields=["person", "until"],
    )


@transaction.atomic
def claim_renew(*, actor: Scope, execution_id: int, take_over: bool = False) -> bool:
    """Claim one report, or go on having it; with it everything else that the person has claimed.

    What somebody else has before him is left to him (False) unless the person says to take it over. Nothing is claimed
    that is not in review. Raises Missing and NotAllowed.
    """
    person_id, now = _require_reviewer(actor), clock.now()
    execution: Execution = Execution.objects.select_for_update(of=("self",)).fetch(actor, pk=execution_id)
    is_waiting = Execution.objects.in_review().filter(pk=execution.pk).exists()
    if not is_waiting or (_held_by_others([execution.pk], person_id, now) and not take_over):
        return False
    _write([execution.pk], person_id, now)
    _renew_own(person_id, now)
    return True


def claim_release(*, actor: Scope, execution_id: int) -> None:
    """Leave a report to others; nothing happens where the person has not claimed it."""
    person_id = _require_reviewer(actor)
    ReviewClaim.objects.filter(execution=execution_id, person=person_id).delete()
