"""Who is in charge of a region on a day: the rule itself, over plain rows and without a table.

In charge is the main coordinator; while he is away, whoever stands in for him; where there is neither, the deputies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.enums import Position

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Post:
    """A coordinator in office from a day until a day (None for ever); `id` is that of the membership."""

    id: int
    person_id: int
    name: str
    position: str
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Whether he is in office on the day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which the holder of one post is away and that of another stands in; both are ids of posts."""

    post: int
    stand_in: int
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Whether he is away on the day."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Charge:
    """Somebody in charge, and for whom he stands in, if for anybody; `deputises` where there is no main coordinator."""

    person_id: int
    name: str
    instead_of: str = ""
    deputises: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """Days in a row with the same people in charge; none of them is a gap. `until` is None while it goes on."""

    since: date
    until: date | None
    people: Sequence[Charge]


def in_charge(posts: Iterable[Post], absences: Iterable[Absence], day: date) -> list[Charge]:
    """Who is in charge on the day, by name; nobody is an empty list. An absence without its stand-in does not hold."""
    held = {post.id: post for post in posts if post.holds(day)}
    away = {
        absence.post: held[absence.stand_in]
        for absence in absences
        if absence.holds(day) and absence.post in held and absence.stand_in in held
    }
    main = [post for post in held.values() if post.position == Position.MAIN]
    found: dict[int, Charge] = {}
    for post in main:
        other = away.get(post.id)
        if other is None:
            found[post.person_id] = Charge(post.person_id, post.name)
        else:
            found.setdefault(other.person_id, Charge(other.person_id, other.name, instead_of=post.name))
    if not main:
        deputies = [post for post in held.values() if post.id not in away] or list(held.values())
        found = {post.person_id: Charge(post.person_id, post.name, deputises=True) for post in deputies}
    return sorted(found.values(), key=lambda charge: (charge.name, charge.person_id))


def spells(
    posts: Sequence[Post], absences: Sequence[Absence], first: date, last: date | None = None
) -> list[Spell]:
    """Who was in charge from `first` until `last` (None: and further on), the latest spell first."""
    rows: list[Post | Absence] = [*posts, *absences]
    turns = {first} | {row.starts_on for row in rows}
    turns |= {row.ends_on + DAY for row in rows if row.ends_on is not None}
    days = sorted(day for day in turns if first <= day and (last is None or day <= last))
    found: list[Spell] = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        until = last if following is None else following - DAY
        people = in_charge(posts, absences, day)
        if found and found[-1].people == people:
            found[-1] = Spell(found[-1].since, until, people)
        else:
            found.append(Spell(day, until, people))
    return found[::-1]
