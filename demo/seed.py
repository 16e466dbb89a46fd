"""Lives the invented months again: protocols, reports, decisions, closings, publications, letters, in order of time.

Each act happens at its own instant of the portal's clock and through the service that people and the schedule
call; only the reports and decisions of a week are appended to the log together.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import scope_for
from assignments.enums import AddresseeKind
from assignments.models import Execution, ExecutionEvent, Protocol
from assignments.services.protocols import item_save, protocol_create, protocol_issue
from assignments.services.schedules import issue_schedule
from clusters.models import Cluster
from common import clock
from common.calendar import is_working_day, preceding_working_day
from common.errors import ImpossibleStep, InvalidInput
from common.scope import Scope
from cyclogram.services.following import stages_follow
from demo import consultations, drafting
from demo.appointments import Campaign, stand_in_and_take_over
from demo.associations import follow_the_roadmap
from demo.cyclogram import enter_the_past, live_on
from demo.history import History
from demo.lanes import run_the_lanes
from demo.ledger import WAIT as LETTERS_WAIT
from demo.ledger import live_with_letters
from demo.meetings import Meetings
from demo.objections import WAIT, answer_objections, file_objections
from demo.outside import prepare_the_next_version
from demo.people import Population
from demo.practices import work_of_associations
from demo.progress import Progress
from notifications.enums import JobState
from notifications.models import JobRun, Notice
from notifications.services import (
    digest_lines_sweep,
    digests_send,
    job_run,
    long_tasks_drain,
    mails_drain,
    notices_sweep,
    prompts_send,
)
from rating.models import RatingLetter, Slice
from rating.services.slices import slice_publish
from rating.tasks import close_due_months
from regions.models import Region

DEFAULT_SEED, DEFAULT_MONTHS, MAX_MONTHS = 2026, 13, 36
FIRST_MONTH = date(2023, 10, 1)
"""Of the rating, by methodology 1.0."""
JOB, ONCE = "seed-demo", "once"
ITEMS = Path(__file__).parent / "data" / "protocol_items.csv"
WEDNESDAY = 2
MEETING, ISSUE = time(10, 0), time(16, 0)
REVIEW_DAYS = 5
"""Of methodology 1.0: the month before is complete on this day of the next one."""
PUBLICATION_DAY = 10
TERMS = (7, 9, 12, 14, 16, 21, 28)
EXECUTIONS_A_WEEK = 170
WIDE = ("all", "kind:opc", "kind:educational")
"""Audiences that take turns, so that not every meeting speaks to everybody."""
MOST_ITEMS = 5
TO_COORDINATORS_EVERY = 4
NEWS = timedelta(days=7)
"""How long a notice of the demonstration stays unread."""
MEETING_TITLE = "Единое еженедельное совещание с участниками федерального проекта"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What a seeding made."""

    protocols: int
    executions: int
    events: int
    slices: int
    letters: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens at an instant; of several at once the earlier rank goes first."""

    at: datetime
    rank: int
    act: Callable[[], object]


def first_of_month(day: date, months: int = 0) -> date:
    """The first day of the month `months` after (before, if negative) that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def moscow(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, clock.MOSCOW)


def seed_demo(*, seed: int, months: int, today: date, progress: Progress) -> SeedReport:
    """Fill an empty portal: people, then `months` closed months and the running one up to `today` 09:00 Moscow.

    Raises InvalidInput for a day on which no month of the rating could be closed yet, ImpossibleStep when the portal
    already has people or protocols, lacks reference data, or is being filled by somebody else. Breaking off half-way
    leaves a portal that `is_seeded` tells from a finished one.
    """
    if last_complete(today) < FIRST_MONTH:
        raise InvalidInput(
            {"today": _("No month of the rating was over on this day: it begins in October 2023.")}
        )
    if User.objects.exists() or Protocol.objects.exists():
        raise ImpossibleStep(_("Demonstration data goes into an empty portal only."))
    if not Cluster.objects.exists():
        raise ImpossibleStep(_("Load the reference data first."))
    report = job_run(job=JOB, period=ONCE, work=lambda: _seed(seed, months, today, progress))
    if report is None:
        raise ImpossibleStep(_("Demonstration data is being loaded by another command."))
    return report


def is_seeded() -> bool:
    """Whether a seeding of this portal came to its end."""
    return JobRun.objects.filter(job=JOB, period=ONCE, state=JobState.DONE).exists()


def last_complete(today: date) -> date:
    """The first day of the last month that is closed on this day."""
    return first_of_month(today, -1 if today.day > REVIEW_DAYS else -2)


def _seed(seed: int, months: int, today: date, progress: Progress) -> SeedReport:
    _hurry()
    seeding = Seeding(Random(seed), months, today)  # noqa: S311  invented data, not a secret
    with clock.at(moscow(seeding.start, time(8, 0))), transaction.atomic():
        seeding.people()
    steps = sorted(seeding.steps(), key=lambda step: (step.at, step.rank))
    for step in progress.over(steps, _("Living the months again")):
        seeding.take(step)
    seeding.finish()
    return SeedReport(
        protocols=Protocol.objects.count(),
        executions=Execution.objects.count(),
        events=ExecutionEvent.objects.count(),
        slices=Slice.objects.published().count(),
        letters=RatingLetter.objects.originals().count(),
    )


def _hurry() -> None:
    """Do not wait for the disk after each of thousands of commits: a broken seeding is simply begun anew."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


class Seeding:
    """The state of one seeding."""

    def __init__(self, rng: Random, months: int, today: date) -> None:
        self.rng = rng
        self.start = max(first_of_month(last_complete(today), 1 - months), FIRST_MONTH)
        self.now = moscow(today, time(9, 0))
        with ITEMS.open(encoding="utf-8", newline="") as file:
            self.items = list(csv.DictReader(file))
        self.numbers: dict[int, int] = {}
        self.recent: list[str] = []
        self.discipline = {
            code: min(0.995, max(0.5, rng.betavariate(13, 1.1)))
            for code in Region.objects.order_by("code").values_list("code", flat=True)
        }
        self.history: History
        self.controller: Scope
        self.methodologist: Scope

    def people(self) -> None:
        """The staff, the regions' people, the associations."""
        population = Population(self.rng, self.start)
        population.staff()
        population.regions()
        population.associations()
        self.controller = scope_for(User.objects.get(email="controller@centre.example"))
        self.methodologist = scope_for(User.objects.get(email="methodologist@centre.example"))
        self.history = History(self.rng, self.discipline, told_from=self.now - NEWS)

    def steps(self) -> list[Step]:
        """Everything that happens before now: weekly protocols, monthly closings and publications."""
        steps: list[Step] = []
        # The first protocols come three weeks early, so that the first month has its full load of due dates.
        day = self.start - timedelta(days=21)
        day += timedelta(days=(WEDNESDAY - day.weekday()) % 7)
        number = 0
        while moscow(day, ISSUE) < self.now:
            if is_working_day(day):
                number += 1
                steps.append(Step(moscow(day, ISSUE), 0, self._protocol(day, number)))
            day += timedelta(days=7)
        published = self.now
        month = first_of_month(self.start, 1)
        while moscow(month + timedelta(days=REVIEW_DAYS), time(0, 10)) < self.now:
            closing = moscow(month + timedelta(days=REVIEW_DAYS), time(0, 10))
            steps.append(Step(closing, 1, close_due_months))
            day = month + timedelta(days=PUBLICATION_DAY - 1)
            while not is_working_day(day):
                day += timedelta(days=1)
            published = min(moscow(day, MEETING), self.now)
            steps.append(Step(published, 2, self._publish))
            month = first_of_month(month, 1)
        if published + LETTERS_WAIT < self.now:
            steps += [
                Step(published + LETTERS_WAIT, 3, live_with_letters),
                Step(published + LETTERS_WAIT, 4, prepare_the_next_version),
            ]
        meetings = [Step(at, 3, act) for at, act in Meetings(self.controller, self.now).acts()]
        past = Step(
            moscow(self.start - timedelta(days=21), time(9, 0)),
            0,
            lambda: enter_the_past(self.controller),
        )
        return [
            past,
            *steps,
            *meetings,
            *self._objections(published),
            *self._appointments(),
            *self._mornings(),
        ]

    def _appointments(self) -> list[Step]:
        """The campaign of the first weeks; a leave and a handover of these days."""
        campaign = Campaign(self.controller, self.start)
        steps = [Step(at, 3, act) for at, act in campaign.acts() if at < self.now]
        day = preceding_working_day(self.now.date() - timedelta(days=1))
        return [*steps, Step(moscow(day, MEETING), 3, lambda: stand_in_and_take_over(self.controller))]

    def _mornings(self) -> list[Step]:
        """The digests of the last working day; those of the days before would only be many."""
        day = preceding_working_day(self.now.date())
        return [Step(moscow(day, time(9, 0)), 4, self._remind)]

    def _remind(self) -> None:
        """Send what goes out by now: those east of Moscow have had their nine o'clock before."""
        digests_send()
        self._deliver()

    def _deliver(self) -> None:
        while mails_drain(limit=1_000).accepted:
            pass

    def _objections(self, published: datetime) -> list[Step]:
        """Regions object to the newest month and are answered, each a day later, as far as that lies behind."""
        acts = ((published + WAIT, file_objections), (published + 2 * WAIT, answer_objections))
        return [Step(at, 3, act) for at, act in acts if at < self.now]

    def take(self, step: Step) -> None:
        """Let the log run up to the step, then take it at its own instant."""
        self.history.flush(step.at)
        with clock.at(step.at):
            step.act()

    def finish(self) -> None:
        """Let the log run up to now, with what was asked and waits; old notices are read on the next day."""
        self.history.flush(self.now)
        self.history.ask(self.now)
        told = Notice.objects.filter(created_at__lt=self.now - NEWS)
        told.update(read_at=F("created_at") + timedelta(days=1))
        with clock.at(self.now):
            stages_follow()
            live_on(self.controller)
            run_the_lanes(self.methodologist, self.controller)
            follow_the_roadmap(self.methodologist, clock.today())
            work_of_associations(self.methodologist, self.now)
            consultations.propose()
            consultations.ask()
            Meetings(self.controller, self.now).finish()
            self._prepare_next()
            notices_sweep()
            digest_lines_sweep()

    def _publish(self) -> None:
        for draft in Slice.objects.filter(status="draft").order_by("period", "revision"):
            slice_publish(actor=self.methodologist, slice_id=draft.pk)
        long_tasks_drain()
        self._deliver()

    def _protocol(self, day: date, week: int) -> Callable[[], None]:
        def act() -> None:
            with transaction.atomic():
                self._issue(day, week)
            if clock.now() >= self.now - NEWS:
                prompts_send()
                self._deliver()

        return act

    def _issue(self, day: date, week: int) -> None:
        protocol = self._draft(day, week)
        protocol_issue(actor=self.controller, protocol_id=protocol.pk, version=protocol.version)
        self.history.invent(protocol)

    def _draft(self, day: date, week: int) -> Protocol:
        number = self.numbers.get(day.year, 0) + 1
        self.numbers[day.year] = number
        protocol = protocol_create(
            actor=self.controller, number=str(number), held_on=day, meeting_title=MEETING_TITLE
        )
        for position, row in enumerate(self._choose(day, week), 1):
            audience, addressee = self._audience(row["audience"], day)
            item_save(
                actor=self.controller,
                protocol_id=protocol.pk,
                number=f"2.{position}",
                text=row["text"],
                title=row["short_title"],
                expected_result=row["expected_result"],
                process=row["process"] or None,
                weight=int(row["weight"]),
                due_on=self._term(day),
                addressee=addressee,
                audience=audience,
            )
        protocol.refresh_from_db()
        return protocol

    def _prepare_next(self) -> None:
        """The draft of the next meeting: it issues itself on that afternoon, one of its items every month anew."""
        day = self.now.date() + timedelta(days=1)
        while day.weekday() != WEDNESDAY or not is_working_day(day):
            day += timedelta(days=1)
        protocol = self._draft(day, sum(self.numbers.values()) + 1)
        drafting.add_monthly(self.controller, protocol)
        protocol.refresh_from_db()
        issue_schedule(
            actor=self.controller, protocol_id=protocol.pk, version=protocol.version, at=moscow(day, ISSUE)
        )

    def _term(self, day: date) -> date:
        """A due date on a working day; the protocols before the first month have theirs inside it."""
        due = day + timedelta(days=self.rng.choice(TERMS))
        if due < self.start:
            due = self.start + timedelta(days=self.rng.randint(8, 20))
        return preceding_working_day(due)

    def _choose(self, day: date, week: int) -> list[dict[str, str]]:
        """Items of a meeting: those in season, unused ones first, until the week's load is reached."""
        fitting = [
            row
            for row in self.items
            if (not row["months"] or str(day.month) in row["months"].split(";"))
            and (row["audience"] != "regions" or week % TO_COORDINATORS_EVERY == 0)
            and (row["audience"] not in WIDE or row["audience"] == WIDE[week % len(WIDE)])
        ]
        self.rng.shuffle(fitting)
        fitting.sort(key=lambda row: (row["audience"] != "regions", row["text"] in self.recent))
        chosen: list[dict[str, str]] = []
        load = 0
        for row in fitting:
            size = self._size(row["audience"], day)
            to_coordinators = row["audience"] == "regions"
            if to_coordinators and any(other["audience"] == "regions" for other in chosen):
                continue
            if size and load + size <= EXECUTIONS_A_WEEK * 2 and len(chosen) < MOST_ITEMS:
                chosen.append(row)
                load += 0 if to_coordinators else size
            if load >= EXECUTIONS_A_WEEK:
                break
        self.recent = [*self.recent, *(row["text"] for row in chosen)][-40:]
        return chosen

    def _audience(self, rule: str, day: date) -> tuple[dict[str, object], AddresseeKind]:
        dimension, _separator, value = rule.partition(":")
        if dimension == "regions":
            return {"everyone": True}, AddresseeKind.REGIONS
        if dimension == "cohort":
            year = first_of_month(day, 4).year if value == "opening" else int(value)
            return {"cohorts": [year]}, AddresseeKind.CLUSTERS
        if dimension in ("kind", "industry"):
            plural = {"kind": "kinds", "industry": "industries"}[dimension]
            return {plural: [value]}, AddresseeKind.CLUSTERS
        return {"everyone": True}, AddresseeKind.CLUSTERS

    def _size(self, rule: str, day: date) -> int:
        audience, addressee = self._audience(rule, day)
        if addressee == AddresseeKind.REGIONS:
            return Region.objects.count()
        clusters = Cluster.objects.active()
        for key, column in (("cohorts", "cohort_year"), ("kinds", "kind"), ("industries", "industry")):
            if key in audience:
                clusters = clusters.filter(**{f"{column}__in": audience[key]})
        return clusters.count()
