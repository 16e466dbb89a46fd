"""Who is reminded of which execution on a day: the marks of the day, and the people whom each of them reaches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from accounts.enums import Position
from accounts.selectors import posts_on
from assignments.models import Execution
from assignments.reminders import Mark, Step
from assignments.selectors.reminders import executions_reminded
from common.calendar import Calendars
from common.scope import Role
from dashboard.selectors.groups import group_of
from dashboard.wording import addressee, distance_words, due_words, reference, soon_until
from notifications.digests import Line, Reader, Words
from notifications.enums import Rung, StaffTaskKind, Topic
from notifications.selectors import ladder, outbox_address, quiet_people
from regions.models import AuthorityHead, Region


@dataclass(slots=True)
class Offices:
    """Who can be reminded on a day: coordinators by region and position, heads by region, controllers."""

    readers: Mapping[int, Reader]
    posts: Mapping[str, Mapping[str, list[int]]]
    heads: Mapping[str, AuthorityHead]
    controllers: Sequence[int]
    quiet: set[int]
    by_address: Mapping[str, Reader] = field(default_factory=dict)

    def of_rung(self, rung: Rung, region: Region) -> Iterator[Reader]:
        """The readers whom a step reaches in a region."""
        if rung == Rung.HEAD:
            yield from self._head(region)
            return
        for person in self._people(rung, region.code):
            if person in self.readers:
                yield self.readers[person]

    def _people(self, rung: Rung, code: str) -> Iterable[int]:
        posts = self.posts.get(code, {})
        main, deputies = posts.get(Position.MAIN, []), posts.get(Position.DEPUTY, [])
        if rung == Rung.CONTROLLERS:
            return self.controllers
        if rung == Rung.COORDINATORS:
            return [*main, *deputies]
        if rung == Rung.DEPUTY:
            return deputies
        return self._on_duty(main, deputies)

    def _on_duty(self, main: Sequence[int], deputies: Sequence[int]) -> Sequence[int]:
        """The main coordinators; the deputies in the place of one who has quiet days, and where there is no other."""
        if not main or self.quiet.issuperset(main):
            present = [person for person in deputies if person not in self.quiet]
            return present or main or deputies
        return main

    def _head(self, region: Region) -> Iterator[Reader]:
        head = self.heads.get(region.code)
        addresses = [str(address).strip() for address in head.emails] if head else []
        written = list(dict.fromkeys(filter(None, addresses)))
        for address in written:
            yield self.by_address.get(outbox_address(address).lower()) or self._head_reader(
                region, head, address
            )
        if not written:
            yield self._head_reader(region, head, "")

    @staticmethod
    def _head_reader(region: Region, head: AuthorityHead | None, address: str) -> Reader:
        lack = None
        if not address:
            lack = StaffTaskKind.NO_HEAD if head is None else StaffTaskKind.HEAD_WITHOUT_ADDRESS
        return Reader(
            key=f"head:{region.code}:{address.lower()}"[:200],
            name=str(head) if address else region.name_ru,
            address=address,
            language="ru",
            zone=region.timezone,
            regions=frozenset([region.code]),
            page=region.get_absolute_url(),
            task_key=region.task_key,
            lack=lack,
        )


def offices_on(day: date, readers: Mapping[int, Reader]) -> Offices:
    """Everybody who can be reminded on the day, in four queries."""
    posts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for person, code, position in posts_on(day, Role.COORDINATOR):
        posts[code][position].append(person)
    heads = AuthorityHead.objects.in_office(day).select_related("authority")
    return Offices(
        readers=readers,
        posts=posts,
        heads={head.authority.region_id: head for head in heads},
        controllers=[person for person, _code, _position in posts_on(day, Role.CONTROLLER)],
        quiet=quiet_people(day),
        by_address={outbox_address(reader.address).lower(): reader for reader in readers.values()},
    )


def reminder_lines(
    day: date, readers: Mapping[int, Reader], kept: Calendars, sent_on: Iterable[date] = ()
) -> Iterator[Line]:
    """The reminders of a day and of what was missed since the last of `sent_on`.

    For each reader an execution once, and formally if one of its steps is formal. A reader is reminded by his own
    calendar: what falls on a day off of his region comes on the next working day.
    What was put on control after nine o'clock of the reader is left to the next day.
    """
    steps = [Step(step.days, Rung(step.rung)) for step in ladder()]
    reminded = executions_reminded(day, steps, kept, sent_on)
    if not reminded:
        return
    offices = offices_on(day, readers)
    soon = {key: soon_until(day, overrides) for key, overrides in kept.by_key().items()}
    for execution, marks in reminded:
        for reader, topic in _readers(offices, execution, marks, kept).values():
            if execution.issued_at and execution.issued_at >= reader.opens_at(day):
                continue
            yield Line(
                reader=reader,
                group=group_of(execution.state, execution.due_on, day, soon[kept.key_of(reader.regions)]),
                topic=topic,
                words=ReminderWords(execution, reader, day),
                region=execution.region_id,
                about=str(execution.pk),
            )


def _readers(
    offices: Offices, execution: Execution, marks: Mapping[str, Iterable[Mark]], kept: Calendars
) -> dict[str, tuple[Reader, Topic]]:
    found: dict[str, tuple[Reader, Topic]] = {}
    for key, mark in ((key, mark) for key, of_key in marks.items() for mark in of_key):
        for reader in offices.of_rung(mark.rung, execution.region):
            if kept.key_of(reader.regions) != key:
                continue
            if mark.topic == Topic.FORMAL or reader.key not in found:
                found[reader.key] = (reader, mark.topic)
    return found


@dataclass(frozen=True, slots=True)
class ReminderWords:
    """An execution in the words of a digest of a day; it comes with its joins (`for_list`)."""

    execution: Execution
    reader: Reader
    day: date

    def __call__(self) -> Words:
        execution = self.execution
        return Words(
            title=execution.assignment.title,
            facts=" · ".join(facts_of(execution, self.reader)),
            note=f"{due_words(execution.due_on, self.day)} · {distance_words(execution.due_on, self.day)}",
            link=f"{execution.get_absolute_url()}#submit",
        )


def facts_of(execution: Execution, reader: Reader) -> Iterator[str]:
    """The reference and the cluster, and the region for whoever has more than this one."""
    yield reference(execution.assignment)
    yield addressee(execution)
    if reader.regions != {execution.region_id}:
        yield execution.region.brief


def more_of(term: str) -> str:
    """The registry narrowed to a group of the inbox."""
    return f"{reverse('dashboard:registry')}?term={term}"
