"""Meetings of the last weeks as people held them, and the next one as the clock has opened it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Membership, User
from accounts.selectors import scope_for
from assignments.enums import AddresseeKind
from common import clock
from common.scope import Role, Scope
from meetings.enums import ApprovalState, DecisionKind, MeetingState
from meetings.models import Meeting, MeetingSeries, ProtocolApproval
from meetings.services.approvals import approval_agree, minutes_send
from meetings.services.issuing import minutes_issue, minutes_sign
from meetings.services.life import (
    RecordContent,
    meeting_cancel,
    meeting_close,
    meeting_create,
    meeting_record,
    meeting_start,
)
from meetings.services.marks import Mark, all_of_region, marks_set
from meetings.services.minutes import minutes_make
from meetings.services.occurrences import meetings_make
from meetings.services.proposals import proposal_make
from meetings.services.running import DecisionContent, decision_save, item_show, note_write
from meetings.services.terms import Terms

WEEKS = 2
"""Meetings that lie behind."""
DECIDED = (
    (DecisionKind.NOTED, "Принять информацию к сведению."),
    (DecisionKind.CARRIED_OVER, "Вернуться к вопросу на следующем совещании: регионы уточняют сведения."),
    (DecisionKind.QUESTION, "Когда будет готов перечень оборудования по новым кластерам?"),
)
NOTE = "Докладчик привёл цифры по округам; просят дать пример заполнения формы."
QUESTION = "О типовых ошибках в отчётах о закупке оборудования"
COHORT = 2024
ASIDE = "Разбор первых месяцев с кластерами отбора 2024 года"
VIDEO = "https://video.example/cur/cohort-2024"
CALLED_OFF = "Вопрос решён в рабочем порядке."
BEFORE = "Совещание с победителями отбора 2022 года"
PRESENT = "Руководители базовых колледжей кластеров отбора 2022 года"
CHAIR, SECRETARY = "Руководитель Центра", "Методист Центра"
COME = 0.85
"""Share of the regions that take part."""
WHY = "В отчётах повторяются одни и те же замечания: просим разобрать два примера."


class Meetings:
    """The acts of the weekly meetings before now, each with its instant."""

    def __init__(self, actor: Scope, now: datetime) -> None:
        self.actor, self.now = actor, now

    def acts(self) -> list[tuple[datetime, Callable[[], None]]]:
        """The series from some weeks ago, its meetings as they were held."""
        today = clock.day_of(self.now)
        last = today - timedelta(days=(today.isoweekday() - 3) % 7)
        days = [last - timedelta(weeks=n) for n in range(WEEKS, -1, -1)]
        days = [day for day in days if _at(day, 12) < self.now][-WEEKS:]
        acts: list[tuple[datetime, Callable[[], None]]] = []
        if days:
            acts.append((_at(days[0] - timedelta(days=7), 10), lambda: self._begin(days[0])))
            acts.append((_at(days[0], 9), self._record))
        for day in days:
            acts.append((_at(day - timedelta(days=6), 10), _rung))
            acts.append((_at(day, 12), self._hold))
            acts.append((_at(day + timedelta(days=1), 11), self._write_protocol))
            acts.append((_at(day + timedelta(days=2), 11), self._issue_protocol))
        return [(at, act) for at, act in acts if at < self.now]

    def finish(self) -> None:
        """What waits now: a proposal of a region, and the meeting that the clock has made."""
        held = Membership.objects.in_force(clock.today()).filter(role=Role.COORDINATOR)
        member = held.order_by("region", "pk").select_related("user").first()
        if member is not None and member.region_id:
            proposal_make(actor=scope_for(member.user), title=QUESTION, text=WHY, region=member.region_id)
        meetings_make()
        self._prepare()

    def _prepare(self) -> None:
        """A meeting of some regions that is still a draft: nobody has heard of it; and one that was called off."""
        today = clock.today()
        thursday = today + timedelta(days=7 + (4 - today.isoweekday()) % 7)
        terms = Terms(
            ASIDE,
            audience={"cohorts": [COHORT]},
            addressee=AddresseeKind.CLUSTERS,
            video_link=VIDEO,
        )
        meeting_create(actor=self.actor, terms=terms, starts_at=_at(thursday, 15))
        off = meeting_create(actor=self.actor, terms=terms, starts_at=_at(thursday, 17))
        meeting_cancel(actor=self.actor, meeting_id=off.pk, version=off.version, reason=CALLED_OFF)

    def _begin(self, day: date) -> None:
        chair, secretary = _of_the_centre(Role.ADMINISTRATOR), _of_the_centre(Role.METHODOLOGIST)
        for series in MeetingSeries.objects.filter(starts_on__gt=day):
            series.starts_on = day
            series.chair, series.chair_name, series.chair_post = chair, chair.get_full_name(), CHAIR
            series.secretary, series.secretary_name = secretary, secretary.get_full_name()
            series.secretary_post = SECRETARY
            series.save()

    def _record(self) -> None:
        """A meeting of the time before the weekly one."""
        terms = Terms(BEFORE, video_link=VIDEO, duration_minutes=60, limit_minutes=60)
        content = RecordContent(terms, 2022, _at(date(2023, 9, 13), 11), PRESENT)
        meeting_record(actor=self.actor, content=content)

    def _hold(self) -> None:
        meeting = Meeting.objects.filter(state=MeetingState.OPEN).order_by("starts_at").first()
        if meeting is None:
            return
        with clock.at(meeting.starts_at):
            meeting = meeting_start(actor=self.actor, meeting_id=meeting.pk, version=meeting.version)
        items = list(meeting.agenda.on_agenda()[: len(DECIDED)])
        for number, (item, (kind, text)) in enumerate(zip(items, DECIDED, strict=False)):
            with clock.at(meeting.starts_at + timedelta(minutes=7 * number)):
                item_show(actor=self.actor, meeting_id=meeting.pk, item_id=item.pk)
                note_write(actor=self.actor, item_id=item.pk, version=0, text=NOTE)
                decision_save(actor=self.actor, item_id=item.pk, content=DecisionContent(kind, text))
        with clock.at(meeting.starts_at + timedelta(minutes=5)):
            marks_set(actor=self.actor, meeting_id=meeting.pk, marks=_who_came(meeting))
        with clock.at(meeting.ends_at):
            meeting_close(actor=self.actor, meeting_id=meeting.pk, version=meeting.version)

    def _write_protocol(self) -> None:
        """The protocol of the newest meeting goes to the head of the centre."""
        meeting = Meeting.objects.filter(state=MeetingState.CLOSED, series__isnull=False).latest("starts_at")
        minutes = minutes_make(actor=self.actor, meeting_id=meeting.pk, version=meeting.version)
        minutes_send(
            actor=self.actor,
            meeting_id=meeting.pk,
            version=minutes.version,
            approvers=[_of_the_centre(Role.ADMINISTRATOR).pk],
        )

    def _issue_protocol(self) -> None:
        """The head agrees and signs, the centre issues."""
        approval = ProtocolApproval.objects.filter(state=ApprovalState.WAITING).latest("pk")
        minutes = approval.minutes
        approval_agree(actor=scope_for(approval.approver), approval_id=approval.pk, version=minutes.version)
        minutes.refresh_from_db()
        signed = minutes_sign(
            actor=self.actor,
            meeting_id=minutes.meeting_id,
            version=minutes.version,
            signed_on=clock.today(),
        )
        minutes_issue(actor=self.actor, meeting_id=minutes.meeting_id, version=signed.version)


def _of_the_centre(role: Role) -> User:
    member = Membership.objects.in_force(clock.today()).filter(role=role).order_by("pk").first()
    if member is None:
        raise LookupError(role)
    return member.user


def _who_came(meeting: Meeting) -> list[Mark]:
    """Most regions, each with all its clusters or none of them."""
    rng = Random(meeting.pk)  # noqa: S311  invented attendance, not a secret
    marks: list[Mark] = []
    for code in meeting.invitations.order_by("region").values_list("region", flat=True):
        came = rng.random() < COME
        marks += [mark for mark in all_of_region(meeting, code, came) if not mark.cluster or came]
    return marks


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.MOSCOW)


def _rung() -> None:
    meetings_make()
