"""Who gets what by mail on a day: one answer for the task that sends and for the page that shows it beforehand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, Subquery

from common.calendar import Calendars
from common.scope import Scope
from notifications.digests import (
    Group,
    Line,
    Reader,
    calendars,
    computed_lines,
    groups_in_order,
    kind_of,
    readers_on,
    said_once,
)
from notifications.enums import MailState, StaffTaskKind, Topic, WebhookState
from notifications.messages import ascii_address
from notifications.models import (
    DigestLine,
    EscalationStep,
    MailSettings,
    OutboundMail,
    WebhookDelivery,
    WebhookEndpoint,
)

LINE_DAYS = 7
"""A line that no mail has told for so long is old: it stays under the bell only."""
SHOWN_LINES = 30
TAKEN = (MailState.ACCEPTED, MailState.DELIVERED)
REFUSED = (MailState.FAILED, MailState.BOUNCED)


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """A part of a digest with the lines that it shows and the number of those that it does not."""

    group: Group
    lines: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True)
class PlannedDigest:
    """The mail of one reader on one day; `rows` are the waiting rows that it tells by id, each with its lines.

    `hindrance` is why it cannot be sent: the reader has no address, or the address takes no letters.
    """

    reader: Reader
    day: date
    lines: Sequence[Line]
    rows: Mapping[int, Sequence[Line]] = field(default_factory=dict)
    hindrance: StaffTaskKind | None = None

    @property
    def opens_at(self) -> datetime:
        return self.reader.opens_at(self.day)

    def groups(self) -> list[DigestGroup]:
        """The lines by the parts of a digest, in their order; at most SHOWN_LINES in each."""
        return grouped(self.lines)


def grouped(lines: Iterable[Line]) -> list[DigestGroup]:
    """Lines by the parts of a digest, in their order; at most SHOWN_LINES in each."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.group].append(line)
    return [
        DigestGroup(group, found[group.key][:SHOWN_LINES], max(0, len(found[group.key]) - SHOWN_LINES))
        for group in groups_in_order()
        if found[group.key]
    ]


def digests_planned(
    day: date,
    *,
    kept: Calendars | None = None,
    opens_at: datetime | None = None,
    sent_on: Iterable[date] = (),
) -> list[PlannedDigest]:
    """The digests of a day, by name of the reader; none for whoever has a day off by the calendar of his region.

    `opens_at` narrows them to the readers for whom it is nine o'clock then; `sent_on` are the days before whose digests
    they were sent, when mornings may have been missed. A fixed number of queries.
    """
    kept = calendars() if kept is None else kept
    working = kept.working_on(day)
    if not working:
        return []
    readers = readers_on(day)
    at_work = {pk: reader for pk, reader in readers.items() if kept.key_of(reader.regions) in working}
    found: dict[str, list[Line]] = defaultdict(list)
    for line in computed_lines(day, readers, kept, sent_on):
        found[line.reader.key].append(line)
    rows: dict[str, dict[int, list[Line]]] = defaultdict(dict)
    for row, lines in waiting_lines(day, at_work):
        found[readers[row.person_id].key] += lines
        rows[readers[row.person_id].key][row.pk] = lines
    settings = {row.person_id: row for row in MailSettings.objects.all()}
    wanted = {key: said_once(_wanted(lines, settings, day)) for key, lines in found.items()}
    chosen = [
        (lines[0].reader, lines)
        for lines in wanted.values()
        if lines and (opens_at is None or lines[0].reader.opens_at(day) == opens_at)
    ]
    bad = bad_addresses(reader.address for reader, _lines in chosen)
    planned = [
        PlannedDigest(
            reader,
            day,
            lines,
            rows[reader.key] if any(line.topic == Topic.NEWS for line in lines) else {},
            reader.lack or (StaffTaskKind.ADDRESS_BAD if outbox_address(reader.address) in bad else None),
        )
        for reader, lines in chosen
    ]
    return sorted(planned, key=lambda digest: (digest.reader.name, digest.reader.key))


def _wanted(lines: Iterable[Line], settings: Mapping[int, MailSettings], day: date) -> list[Line]:
    """The lines that a reader wants on the day; formal ones nobody can switch off."""
    return [
        line
        for line in lines
        if line.topic == Topic.FORMAL or wants(settings.get(line.reader.person_id or 0), line.topic, day)
    ]


def wants(settings: MailSettings | None, topic: Topic, day: date) -> bool:
    """Whether a person with these settings wants lines of this topic on the day; without settings, all of them."""
    if settings is None:
        return True
    if not settings.digest or is_quiet(settings, day):
        return False
    return topic == Topic.NEWS or bool(getattr(settings, topic.value))


def is_quiet(settings: MailSettings | None, day: date) -> bool:
    """Whether the day is one of the quiet days of a person."""
    if settings is None or settings.quiet_from is None or settings.quiet_until is None:
        return False
    return settings.quiet_from <= day <= settings.quiet_until


def quiet_people(day: date) -> set[int]:
    """Ids of the people who have quiet days then."""
    return set(MailSettings.objects.quiet_on(day).values_list("person", flat=True))


def waiting_lines(day: date, readers: Mapping[int, Reader]) -> list[tuple[DigestLine, list[Line]]]:
    """The rows that acts left behind before nine o'clock of the day, with the lines that they make today."""
    opens = {pk: reader.opens_at(day) for pk, reader in readers.items()}
    if not opens:
        return []
    first = min(opens.values()) - timedelta(days=LINE_DAYS)
    rows = DigestLine.objects.waiting(since=first, until=max(opens.values())).order_by("id")
    told = [row for row in rows if row.person_id in opens and row.created_at < opens[row.person_id]]
    return in_words(told, readers)


def in_words(
    rows: Sequence[DigestLine], readers: Mapping[int, Reader]
) -> list[tuple[DigestLine, list[Line]]]:
    """Rows with their lines; a row that has become untrue is left out."""
    by_kind: dict[str, list[DigestLine]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    found: dict[int, list[Line]] = {}
    for key, of_kind in by_kind.items():
        kind = kind_of(key)
        if kind is None:
            continue
        said = kind.words(of_kind, readers)
        for row in of_kind:
            reader = readers[row.person_id]
            found[row.pk] = [
                Line(reader, kind.group, Topic.NEWS, words, about=kind.about(row), kind=key)
                for words in said.get(row.pk, ())
            ]
    return [(row, found[row.pk]) for row in rows if found.get(row.pk)]


def bad_addresses(addresses: Iterable[str]) -> set[str]:
    """Of these addresses those that take no letters: the last letter that came to an end was refused or came back.

    An address is good again as soon as a letter to it is taken, or a person settles the refused one.
    """
    asked = {outbox_address(address) for address in addresses if address}
    refused = dict(
        OutboundMail.objects.filter(state__in=REFUSED, recipient_email__in=asked)
        .order_by("id")
        .values_list("recipient_email", "id")
    )
    if not refused:
        return set()
    later = Q()
    for address, pk in refused.items():
        later |= Q(recipient_email=address, pk__gt=pk)
    taken = OutboundMail.objects.filter(later, state__in=TAKEN).values_list("recipient_email", flat=True)
    return set(refused) - set(taken)


def is_bad_address(address: str) -> bool:
    """Whether letters to this address are refused."""
    return bool(bad_addresses([address]))


def outbox_address(address: str) -> str:
    """An address as the outbox holds it; what is no address stays as it is."""
    try:
        return ascii_address(address)
    except ValidationError:
        return address


def settings_of(scope: Scope) -> MailSettings:
    """A person's own settings of letters; the usual ones, unsaved, while nothing was changed."""
    found = MailSettings.objects.visible_to(scope).first()
    return found or MailSettings(person_id=scope.user_id or 0)


def ladder() -> Collection[EscalationStep]:
    """The ladder of reminders, the earliest step first."""
    return list(EscalationStep.objects.order_by("days", "id"))


SHOWN_DELIVERIES = 50


def webhook_endpoints(scope: Scope) -> Collection[WebhookEndpoint]:
    """Addresses that other systems gave, each with state and instant of its newest notice (`last`, `last_at`)."""
    newest = WebhookDelivery.objects.filter(endpoint=OuterRef("pk")).order_by("-id")
    rows = WebhookEndpoint.objects.visible_to(scope).select_related("created_by")
    return list(
        rows.annotate(
            last=Subquery(newest.values("state")[:1]), last_at=Subquery(newest.values("created_at")[:1])
        )
    )


def waiting_notices(scope: Scope, endpoint: WebhookEndpoint) -> int:
    """How many notices wait for an address to be switched on, or for their turn."""
    rows = WebhookDelivery.objects.visible_to(scope).filter(endpoint=endpoint, state=WebhookState.QUEUED)
    return int(rows.count())


def newest_deliveries(scope: Scope, endpoint: WebhookEndpoint) -> Sequence[WebhookDelivery]:
    """The newest notices of an address with all their attempts: two queries."""
    rows = WebhookDelivery.objects.visible_to(scope).filter(endpoint=endpoint)
    return list(rows.prefetch_related("tries")[:SHOWN_DELIVERIES])
