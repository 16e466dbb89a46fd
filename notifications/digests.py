"""What digests are made of. This room batches lines and sends them; it knows neither people nor work.

`accounts` says who may be written to and where it is nine o'clock for whom; higher rooms register the groups of a
digest, the kinds of lines that acts leave behind (`DigestLine`), and sources of lines that are computed for a day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from common.calendar import Calendars
from common.errors import StrOrPromise
from notifications.enums import StaffTaskKind, Topic
from notifications.models import DigestLine

NINE = time(9, 0)
CENTRE_ZONE = "Europe/Moscow"
LONGEST_GAP = 40
"""Days. The longest row of days off is shorter, and after a longer outage the reminders begin anew."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets mails. `zone` is the one of his places where nine o'clock comes first.

    `regions` are codes of his own places, `page` is where the staff mends his address, `task_key` how a task names
    him, `lack` what is missing when there is no address at all.
    """

    key: str
    name: str
    address: str
    language: str
    zone: str = CENTRE_ZONE
    person_id: int | None = None
    regions: frozenset[str] = frozenset()
    page: str = ""
    task_key: str = ""
    lack: StaffTaskKind | None = None

    def opens_at(self, day: date) -> datetime:
        """Nine in the morning of the day where he is."""
        return nine_of(day, self.zone)


def nine_of(day: date, zone: str) -> datetime:
    """9:00 of a day in a zone, in UTC."""
    return datetime.combine(day, NINE, ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Words:
    """A line in the language of the moment: what, where from, and until when; `link` is a path of the portal."""

    title: str
    facts: str
    note: str
    link: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line for one reader. `region` is the code of the place it is about, if it is about one.

    `about` names the thing that it is about, when other lines may be about the same, and `kind` the kind of an act's
    line: see `said_once`.
    """

    reader: Reader
    group: str
    topic: Topic
    words: Callable[[], Words]
    region: str = ""
    about: str = ""
    kind: str = ""


def said_once(lines: Iterable[Line]) -> list[Line]:
    """Of lines about one thing those that say more: news tell the term too, so no reminder stands beside them.

    Of news of one kind about one thing the newest stays.
    """
    lines = list(lines)
    newest = {(line.about, line.kind): line for line in lines if line.about and line.topic == Topic.NEWS}
    with_news = {about for about, _kind in newest}
    return [
        line
        for line in lines
        if not line.about
        or (
            newest[line.about, line.kind] is line if line.topic == Topic.NEWS else line.about not in with_news
        )
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a digest; `more` is the page that shows all of it."""

    key: str
    title: StrOrPromise
    more: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The mail that urgent lines of a kind do not wait for the morning in.

    `kind` names the mail, `minutes` is the least time between two of them for one person. `one_each` makes a mail of
    every line. `subject` makes the subject of the lines.
    """

    kind: str
    subject: Callable[[Sequence[DigestLine], Sequence[Words]], str]
    minutes: int = 0
    one_each: bool = False


@dataclass(frozen=True, slots=True)
class LineKind:
    """A kind of lines that acts leave behind.

    `words` puts rows of several people into words, in a fixed number of queries: for each row what it says now. A row
    that it leaves out has become untrue, or concerns a place that the person has left. `about` names what a row is
    about, as the lines of other kinds and sources name it.
    """

    key: str
    group: str
    words: Callable[[Sequence[DigestLine], Mapping[int, Reader]], Mapping[int, Sequence[Callable[[], Words]]]]
    prompt: Prompt | None = None
    about: Callable[[DigestLine], str] = lambda _row: ""


Source = Callable[[date, Mapping[int, Reader], Calendars, Iterable[date]], Iterable[Line]]
"""`source(day, readers, calendars, sent_on)`: the lines of a day, for readers of the map and for others that it makes
itself. `sent_on` are earlier days whose digests were sent; none: count from the working day before."""

_groups: dict[str, Group] = {}
_kinds: dict[str, LineKind] = {}
_sources: dict[str, Source] = {}
_calendars: list[Callable[[], Calendars]] = []
_people: list[tuple[Callable[[date], Mapping[int, Reader]], Callable[[], Iterable[str]]]] = []


def register_groups(*groups: Group) -> None:
    """Make the parts of a digest known, in their order."""
    _groups.update({group.key: group for group in groups})


def register_lines(*kinds: LineKind) -> None:
    """Make kinds of lines known."""
    _kinds.update({kind.key: kind for kind in kinds})


def register_source(key: str, source: Source) -> None:
    """Make a source of computed lines known."""
    _sources[key] = source


def register_calendars(kept: Callable[[], Calendars]) -> None:
    """Say where the days are kept that were made working or off."""
    _calendars[:] = [kept]


def calendars() -> Calendars:
    """The calendars by which digests are sent."""
    return next((kept() for kept in _calendars), Calendars())


def register_readers(
    readers: Callable[[date], Mapping[int, Reader]], zones: Callable[[], Iterable[str]]
) -> None:
    """Say who may be written to on a day, by id of the person, and in which time zones places are."""
    _people[:] = [(readers, zones)]


def readers_on(day: date) -> dict[int, Reader]:
    """Everybody with an account who may be written to on the day."""
    return {pk: reader for readers, _zones in _people for pk, reader in readers(day).items()}


def zones_in_use() -> list[str]:
    """Every time zone in which somebody may live, each once."""
    return sorted({CENTRE_ZONE, *(zone for _readers, zones in _people for zone in zones())})


def groups_in_order() -> Sequence[Group]:
    """The parts of a digest."""
    return tuple(_groups.values())


def kind_of(key: str) -> LineKind | None:
    """A kind of lines; None for one that the portal no longer writes."""
    return _kinds.get(key)


def computed_lines(
    day: date, readers: Mapping[int, Reader], kept: Calendars, sent_on: Iterable[date]
) -> Iterable[Line]:
    """The lines of all sources."""
    for source in _sources.values():
        yield from source(day, readers, kept, sent_on)
