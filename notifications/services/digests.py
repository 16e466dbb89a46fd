"""Sending the digests: at nine in the morning of each reader, once a day, and urgent lines at once.

What a digest says is computed when it is nine o'clock somewhere (`selectors.digests_planned`). A job row makes each
nine o'clock happen once; the row of the digest, written together with its mail, makes every reader's day unique even
when a job is taken over from a process that died in the middle. After an outage a morning is caught up until EVENING;
one that was skipped leaves its steps of the ladder to the next.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from common.calendar import Calendars
from common.errors import InvalidInput
from common.formatting import date_long
from common.locks import hold
from common.scope import Scope
from notifications.digests import (
    LONGEST_GAP,
    NINE,
    Line,
    Prompt,
    Reader,
    calendars,
    kind_of,
    nine_of,
    readers_on,
    said_once,
    zones_in_use,
)
from notifications.enums import JobState, StaffTaskKind
from notifications.models import Digest, DigestLine, JobRun, OutboundMail
from notifications.selectors import (
    PlannedDigest,
    bad_addresses,
    digests_planned,
    grouped,
    in_words,
    outbox_address,
    quiet_people,
)
from notifications.services.doorbell import PROMPTS, ring_on_commit
from notifications.services.jobs import job_run
from notifications.services.outbox import KEY_LENGTH, mail_queue
from notifications.services.staff_tasks import staff_task_open

log = structlog.get_logger(__name__)

JOB, SKIPPED = "digests", "digests-skipped"
SETTINGS_PAGE = "/accounts/profile/letters/"
EVENING = time(20, 0)
"""A morning that was missed is caught up until then; later it is skipped."""
URGENT = timedelta(hours=24)
"""An urgent line that has waited longer goes with the next digest instead."""
KEPT_DAYS = 30
WITHDRAWN = timedelta(days=1)
"""Lines about an act that is taken back are not older: it is taken back within minutes."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class LineToWrite:
    """What one person is to read: ids for the words of its kind; `is_urgent` when it cannot wait for the morning."""

    person_id: int
    data: dict[str, Any] = field(default_factory=dict)
    is_urgent: bool = False


def digest_lines_write(*, actor: Scope, kind: str, lines: Iterable[LineToWrite]) -> int:
    """Leave lines for the next mails of people, never of the actor himself; how many were left.

    Belongs into the transaction of the act. A thousand lines are a few statements.
    """
    now = clock.now()
    rows = [
        DigestLine(
            person_id=line.person_id, kind=kind, data=line.data, is_urgent=line.is_urgent, created_at=now
        )
        for line in lines
        if line.person_id != actor.user_id
    ]
    DigestLine.objects.bulk_create(rows, batch_size=BATCH)
    if any(row.is_urgent for row in rows):
        ring_on_commit(PROMPTS)
    return len(rows)


def digest_lines_withdraw(*, kinds: Iterable[str], event_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Take back the lines about these events that no mail has told; who was told of which, as (person, event).

    `event` is what the data of such a line names. Belongs into the transaction of the act.
    """
    rows = DigestLine.objects.filter(
        created_at__gte=clock.now() - WITHDRAWN, kind__in=list(kinds), data__event__in=list(event_ids)
    )
    rows.filter(digest=None).delete()
    return list(rows.values_list("person", "data__event"))


@transaction.atomic
def digest_lines_sweep() -> int:
    """Delete the lines that were written more than 30 days ago; how many there were."""
    until = clock.now() - timedelta(days=KEPT_DAYS)
    deleted, _by_model = DigestLine.objects.filter(created_at__lt=until).delete()
    return deleted


# The daily digest


def digests_send() -> int:
    """Send the digests of every place where nine o'clock has come today; how many were queued now.

    Must not be called in a transaction. The failure of one morning is logged and tried again, and stops no other.
    """
    kept, sent = calendars(), 0
    for opens_at, (day, is_late) in _mornings(clock.now(), kept).items():
        job, act = (SKIPPED, _skip) if is_late else (JOB, _send)
        try:
            work = partial(act, day, opens_at, kept)
            sent += job_run(job=job, period=_period(opens_at), work=work) or 0
        except Exception:
            log.exception("digests_failed", day=str(day), nine=opens_at.isoformat())
    return sent


def _mornings(now: datetime, kept: Calendars) -> dict[datetime, tuple[date, bool]]:
    """The nine o'clocks that have come of a day on which somebody works, with the local day and whether it is evening
    there."""
    found: dict[datetime, tuple[date, bool]] = {}
    for zone in zones_in_use():
        local = now.astimezone(ZoneInfo(zone))
        if local.time() >= NINE and kept.working_on(local.date()):
            found[nine_of(local.date(), zone)] = (local.date(), local.time() >= EVENING)
    return dict(sorted(found.items()))


def _period(opens_at: datetime) -> str:
    return f"{opens_at:%Y-%m-%dT%H:%M}"


def _sent_on(day: date, opens_at: datetime) -> list[date]:
    """The days before whose digests went out at this nine o'clock; none when there is none to count from."""
    days = {_period(opens_at - timedelta(days=n)): day - timedelta(days=n) for n in range(1, LONGEST_GAP + 1)}
    done = JobRun.objects.filter(job=JOB, state=JobState.DONE, period__in=list(days))
    return [days[period] for period in done.values_list("period", flat=True)]


def _skip(day: date, opens_at: datetime, _kept: Calendars) -> int:
    log.warning("digests_skipped", day=str(day), nine=opens_at.isoformat())
    return 0


def _send(day: date, opens_at: datetime, kept: Calendars) -> int:
    """The digests of one nine o'clock; a reader whose digest fails does not keep it from the others."""
    sent, failed = 0, 0
    sent_on = _sent_on(day, opens_at)
    for planned in digests_planned(day, kept=kept, opens_at=opens_at, sent_on=sent_on):
        try:
            sent += digest_queue(planned=planned)
        except Exception:
            log.exception("digest_failed", reader=planned.reader.key, day=str(day))
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} digests could not be written")
    if sent:
        log.info("digests_queued", count=sent, day=str(day), nine=opens_at.isoformat())
    return sent


@transaction.atomic
def digest_queue(*, planned: PlannedDigest) -> bool:
    """Put one digest into the outbox; False when the reader has had that of the day, or cannot be written to.

    A reader without a working address becomes a task of the staff.
    """
    reader = planned.reader
    if planned.hindrance is not None:
        _report(reader, planned.hindrance)
        return False
    hold(f"digest:{reader.key}")
    if Digest.objects.filter(reader=reader.key, day=planned.day, kind=Digest.DAILY).exists():
        return False
    planned = _untold(planned)
    if not planned.lines:
        return False
    with translation.override(reader.language):
        subject = _subject(planned)
        mail = _mail(reader, Digest.DAILY, str(planned.day), subject, planned.lines)
    if mail is None:
        return False
    digest = _digest(reader, Digest.DAILY, planned.day, mail)
    DigestLine.objects.filter(pk__in=planned.rows, digest=None).update(digest=digest)
    return True


def _untold(planned: PlannedDigest) -> PlannedDigest:
    """Without what an urgent mail has told since the digest was planned."""
    waiting = set(DigestLine.objects.filter(pk__in=planned.rows, digest=None).values_list("pk", flat=True))
    told = {id(line) for pk, lines in planned.rows.items() if pk not in waiting for line in lines}
    return (
        replace(planned, lines=[line for line in planned.lines if id(line) not in told]) if told else planned
    )


def _subject(planned: PlannedDigest) -> str:
    words = _("Digest of assignments on %(day)s: %(count)s")
    return words % {"day": date_long(planned.day), "count": len(planned.lines)}


# Urgent lines


def prompts_send() -> int:
    """Write the mails that do not wait for the morning; how many were queued now.

    One mail gathers what waits for a person, at most one in the minutes of its kind, or every line makes its own.
    People who have quiet days are left to their deputies. Must not be called in a transaction.
    """
    now = clock.now()
    readers = readers_on(clock.today())
    waiting: dict[tuple[int, str], list[int]] = defaultdict(list)
    rows = DigestLine.objects.waiting(since=now - URGENT, until=now).filter(is_urgent=True).order_by("id")
    for pk, person, kind in rows.values_list("pk", "person", "kind"):
        waiting[person, kind].append(pk)
    people = {person for person, _kind in waiting if person in readers} - quiet_people(clock.today())
    bad = bad_addresses(readers[person].address for person in people)
    sent = 0
    for (person, kind), pks in waiting.items():
        known = kind_of(kind)
        if person not in people or known is None or known.prompt is None:
            continue
        if outbox_address(readers[person].address) in bad:
            _report(readers[person], StaffTaskKind.ADDRESS_BAD)
            continue
        for batch in [[pk] for pk in pks] if known.prompt.one_each else [pks]:
            sent += _prompt_queue(readers[person], known.prompt, batch)
    return sent


@transaction.atomic
def _prompt_queue(reader: Reader, prompt: Prompt, pks: Sequence[int]) -> bool:
    """One urgent mail of the lines that still wait and still hold."""
    hold(f"digest:{reader.key}")
    now = clock.now()
    if prompt.minutes:
        pause = now - timedelta(minutes=prompt.minutes)
        if Digest.objects.filter(reader=reader.key, kind=prompt.kind, created_at__gt=pause).exists():
            return False
    rows = list(DigestLine.objects.filter(pk__in=list(pks), digest=None).order_by("id"))
    with translation.override(reader.language):
        told = in_words(rows, {row.person_id: reader for row in rows})
        if not told:
            return False
        lines = said_once(line for _row, made in told for line in made)
        rows = [row for row, _made in told]
        subject = prompt.subject(rows, [line.words() for line in lines])
        mail = _mail(reader, prompt.kind, str(rows[0].pk), subject, lines)
    if mail is None:
        return False
    digest = _digest(reader, prompt.kind, clock.today(), mail)
    DigestLine.objects.filter(pk__in=[row.pk for row in rows]).update(digest=digest)
    return True


# The mail


def _digest(reader: Reader, kind: str, day: date, mail: OutboundMail) -> Digest:
    return Digest.objects.create(reader=reader.key, kind=kind, day=day, mail=mail, created_at=clock.now())


def _mail(reader: Reader, kind: str, cause: str, subject: str, lines: Sequence[Line]) -> OutboundMail | None:
    """The mail in the outbox, in the active language; none, and a task of the staff, when there is no such address."""
    base = settings.PORTAL_BASE_URL.rstrip("/")
    groups = [
        {
            "title": part.group.title,
            "count": len(part.lines) + part.more,
            "lines": [line.words() for line in part.lines],
            "more": part.more,
            "more_url": f"{base}{part.group.more()}",
        }
        for part in grouped(lines)
    ]
    context = {
        "subject": subject,
        "groups": groups,
        "base": base,
        "settings_url": f"{base}{SETTINGS_PAGE}" if reader.person_id else "",
        "is_demo": settings.IS_DEMO,
    }
    try:
        return mail_queue(
            key=_key(kind, cause, reader),
            kind=kind,
            recipient_name=reader.name,
            recipient_email=reader.address,
            subject=subject,
            text=render_to_string("emails/digest.txt", context),
            html=render_to_string("emails/digest.html", context),
            link=reader.page,
        )
    except InvalidInput:
        _report(reader, StaffTaskKind.ADDRESS_BAD)
        return None


def _key(kind: str, cause: str, reader: Reader) -> str:
    """The cause and the reader; the address too where it fits, so that a folder of mails can be read."""
    key = f"{kind}:{cause}:{reader.key}"
    named = f"{key}:{reader.address.lower()}"
    return named if len(named) <= KEY_LENGTH and reader.address.lower() not in key else key


def _report(reader: Reader, kind: StaffTaskKind) -> None:
    """Ask the staff to find an address that takes letters."""
    with translation.override(settings.LANGUAGE_CODE):
        staff_task_open(
            kind=kind,
            object_key=reader.task_key,
            title=f"{reader.name}: {kind.label}",
            reason=reader.address or _("The reminder about overdue executions has nobody to go to."),
            link=reader.page,
        )
