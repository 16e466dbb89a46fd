"""The log of one execution told step by step: what each event did to the terms, as a slice sees it (methodology §2).

No rule stands here: an event did what the fold of the log with it says and the fold without it does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from assignments.fold import (
    ACCEPTED,
    ANNULLED,
    CANCELLED,
    EXTENDED,
    ISSUED,
    RETURNED,
    SUBMITTED,
    Event,
    Folded,
    FoldRules,
    extension_refusal,
    fold,
    known_events,
)

NOT_SEEN, WITHDRAWN, ANNULS, IGNORED = "not_seen", "withdrawn", "annuls", "ignored"
SUPPLEMENT, EMPTY_RETURN = "supplement", "empty_return"
DONE = (ISSUED, SUBMITTED, RETURNED, ACCEPTED, EXTENDED, CANCELLED)
EFFECTS = (*DONE, EMPTY_RETURN, SUPPLEMENT, ANNULS, WITHDRAWN, IGNORED, NOT_SEEN)
"""What an event did. Beside its own kind: a return without substance, a supplement, an annulment, an event that was
annulled, one that does not fit the state, one that the slice does not see."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event and what it did. `refusal` says why an extension moved nothing; `held` are the days that a returned
    report had lain with the centre; `before` and `after` are the folds around the event."""

    event: Event
    effect: str
    before: Folded
    after: Folded
    refusal: str = ""
    held: int = 0

    @property
    def moved_due(self) -> tuple[date, date] | None:
        """The due before and after, when the event moved it."""
        return (self.before.due, self.after.due) if self.before.due != self.after.due else None


def told(
    events: Iterable[Event],
    *,
    as_of: datetime,
    corrections_as_of: datetime | None,
    period: str,
    item_due: date,
    rules: FoldRules,
) -> tuple[Step, ...]:
    """The whole log in the order of time. The last `after` is what the slice counts."""
    log = sorted(events, key=attrgetter("at", "id"))
    known = {event.id for event in known_events(log, as_of, corrections_as_of, period)}
    annulled = {event.target for event in log if event.id in known and event.kind == ANNULLED}
    counted: list[Event] = []
    now = fold(counted, item_due, rules)
    steps = []
    for event in log:
        if event.id not in known:
            steps.append(Step(event, NOT_SEEN, now, now))
        elif event.kind == ANNULLED:
            steps.append(Step(event, ANNULS, now, now))
        elif event.id in annulled:
            steps.append(Step(event, WITHDRAWN, now, now))
        else:
            counted.append(event)
            then = fold(counted, item_due, rules)
            steps.append(_step(event, now, then, rules))
            now = then
    return tuple(steps)


def _step(event: Event, before: Folded, after: Folded, rules: FoldRules) -> Step:
    if before != after:
        effect = EMPTY_RETURN if event.kind == RETURNED and event.empty else event.kind
        return Step(event, effect, before, after, held=_held(before, after))
    if event.kind == SUBMITTED and before.in_review:
        return Step(event, SUPPLEMENT, before, after)
    is_open = before.issued and before.closed_at is None
    refusal = ""
    if event.kind == EXTENDED and is_open:
        refusal = extension_refusal(event, before.due, before.request_extensions, rules)
    return Step(event, IGNORED, before, after, refusal)


def _held(before: Folded, after: Folded) -> int:
    """Days between the report and the decision that ended its review."""
    if len(after.reviews) == len(before.reviews):
        return 0
    handed_in_on, decided_on = after.reviews[-1]
    return (decided_on - handed_in_on).days
