"""What the protocol of a meeting says: read once from the rows, in Russian, the language of official papers.

The page, the DOCX and the PDF are drawn from the same `Paper`, and its digest is what approvers agree to. The text of
an assignment is that of the draft that will be issued, not of the decision behind it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import translation

from assignments.audience import NAMED_IN_FULL, Audience, AudienceNames, describe
from assignments.models import Assignment
from assignments.selectors.addressees import audience_names, audience_of
from clusters.models import Cluster
from common.documents import printable
from common.formatting import date_long, date_short, not_later
from common.names import bind_initials, name_key
from meetings.enums import AttendanceAnswer, DecisionKind, MeetingForm, MeetingKind
from meetings.models import AgendaItem, AgendaNote, Decision, Invitation, Meeting, MeetingProtocol
from meetings.selectors.agenda import figures_in_words
from rating.letter_words import LetterWords
from rating.selectors.letters import template_in_force, words_of
from rating.templatetags.russian import forms
from regions.querysets import by_region_name

LANGUAGE = "ru"
LISTED = 15
"""So many who attended are named in the text; more stand in an annex, and so do the regions of the distribution."""
NOT_MARKED = "Присутствие не отмечалось."
NO_DECISION = "Решение по вопросу не принималось."
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
KINDS = {
    MeetingKind.WEEKLY: "еженедельного совещания",
    MeetingKind.AD_HOC: "внеочередного совещания",
    MeetingKind.ASSOCIATION: "совещания отраслевой ассоциации",
    MeetingKind.HISTORIC: "совещания победителей отбора",
}
FORMS = {
    MeetingForm.VIDEO: "видео-конференц-связь",
    MeetingForm.IN_PERSON: "очно",
    MeetingForm.MIXED: "очно и по видео-конференц-связи",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: post and printed name, either may be empty."""

    post: str
    name: str

    @property
    def words(self) -> str:
        return ", ".join(filter(None, (self.name, self.post)))


@dataclass(frozen=True, slots=True)
class PaperDecision:
    """A decision under its number; executors and term belong to an assignment, `annex` lists many executors."""

    number: str
    text: str
    executors: str = ""
    term: str = ""
    result: str = ""
    assignment: int | None = None


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A question of the agenda: what was heard, what was decided. `pk` is the row, 0 in a sample."""

    pk: int
    number: str
    title: str
    speaker: str
    text: str
    notes: tuple[str, ...]
    decisions: tuple[PaperDecision, ...]


@dataclass(frozen=True, slots=True)
class Attendee:
    """A region that attended: who came for it, which of its clusters."""

    number: int
    region: str
    person: str
    clusters: str


@dataclass(frozen=True, slots=True)
class ExecutorList:
    """The annex of an assignment to many clusters by hand: (number, cluster, region)."""

    annex: int
    assignment: int
    item: str
    rows: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole protocol. `attendance_annex` is the number of the annex with the attendance; 0: it is in the text."""

    body: tuple[str, ...]
    kind: str
    title: str
    number: str
    date: str
    place: str
    form: str
    chair: Signature
    secretary: Signature
    attendance: str
    attendees: tuple[Attendee, ...]
    also_present: tuple[str, ...]
    absent: tuple[str, ...]
    attendance_annex: int
    items: tuple[PaperItem, ...]
    control: str
    distribution: tuple[str, ...]
    lists: tuple[ExecutorList, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is printed: a changed word is another text."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def day_words(self) -> str:
        return f"{self.date} № {self.number}"


def paper_of(minutes: MeetingProtocol) -> Paper:
    """The protocol as it stands now, in a fixed number of queries."""
    with translation.override(LANGUAGE):
        return _cleaned(_composed(minutes))


def roman(number: int) -> str:
    """1 → I, 14 → XIV; agendas have fewer than ninety questions."""
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """The questions of the meeting with their decisions, in the order in which the protocol numbers them."""
    rows = AgendaItem.objects.filter(meeting=meeting).on_agenda()
    return list(rows.prefetch_related("decisions__assignment"))


def decision_numbers(agenda: Sequence[AgendaItem]) -> dict[int, str]:
    """«2.1» by decision: the question, and the decision within it."""
    return {
        decision.pk: f"{place}.{index}"
        for place, item in enumerate(agenda, 1)
        for index, decision in enumerate(item.decisions.all(), 1)
    }


def _composed(minutes: MeetingProtocol) -> Paper:
    meeting, words = minutes.meeting, words_of(template_in_force())
    agenda = agenda_of(meeting)
    invitations = list(
        Invitation.objects.filter(meeting=meeting)
        .select_related("region")
        .prefetch_related("clusters__cluster")
        .order_by(by_region_name("region__"))
    )
    attendees = tuple(_attendees(invitations))
    guests = tuple(line for line in map(str.strip, meeting.also_present.splitlines()) if line)
    people = len(guests) + sum(_people_of(row) for row in invitations)
    annex = 1 if people > LISTED else 0
    assigned = [row.assignment for item in agenda for row in item.decisions.all() if row.assignment]
    rules = {row.pk: audience_of(row) for row in assigned}
    names = audience_names(list(rules.values()))
    lists = tuple(_lists(assigned, rules, first=annex + 1))
    annexes = {row.assignment: row.annex for row in lists}
    return Paper(
        body=_body(words),
        kind=_kind(meeting),
        title="" if _says_the_kind(meeting) else meeting.title,
        number=minutes.number_words,
        date=date_long(meeting.day),
        place=meeting.place,
        form=FORMS[MeetingForm(meeting.form)],
        chair=Signature(meeting.chair_post, bind_initials(meeting.chair_name)),
        secretary=Signature(meeting.secretary_post, bind_initials(meeting.secretary_name)),
        attendance=_attendance(invitations, guests, annex),
        attendees=attendees,
        also_present=guests,
        absent=tuple(_absent(invitations)),
        attendance_annex=annex,
        items=tuple(_items(agenda, minutes.with_notes, rules, names, annexes)),
        control=minutes.control_clause,
        distribution=tuple(_distribution(invitations, words)),
        lists=lists,
    )


def _body(words: LetterWords) -> tuple[str, ...]:
    lines = (*words.letterhead.split("\n"), *words.own_name.split("\n"))
    return tuple(line for line in lines if line.strip())


def _kind(meeting: Meeting) -> str:
    words = KINDS[MeetingKind(meeting.kind)]
    if meeting.kind == MeetingKind.ASSOCIATION and meeting.association:
        return f"{words} «{meeting.association.name}»"
    return f"{words} {meeting.cohort_year} года" if meeting.cohort_year else words


def _says_the_kind(meeting: Meeting) -> bool:
    """«Еженедельное совещание» under «еженедельного совещания» would say the same twice."""
    return meeting.kind == MeetingKind.WEEKLY and name_key(meeting.title) == "еженедельное совещание"


# Attendance


def _people_of(row: Invitation) -> int:
    return int(row.present is True) + sum(one.present is True for one in row.clusters.all())


def _attendees(invitations: Iterable[Invitation]) -> Iterable[Attendee]:
    present = [row for row in invitations if _people_of(row)]
    for number, row in enumerate(present, 1):
        clusters = [_named(str(one.cluster), one) for one in row.clusters.all() if one.present]
        person = (row.attendee or row.substitute_name or "региональный координатор") if row.present else ""
        yield Attendee(number, row.region.name, bind_initials(person), "; ".join(sorted(clusters)))


def _named(name: str, row: Any) -> str:
    who = row.attendee or row.substitute_name
    return f"{name} ({bind_initials(who)})" if who else name


def _absent(invitations: Iterable[Invitation]) -> Iterable[str]:
    for row in invitations:
        if row.present is False and not _people_of(row):
            excused = row.answer == AttendanceAnswer.EXCUSED
            yield f"{row.region.name} (по уважительной причине)" if excused else row.region.name


def _attendance(invitations: Sequence[Invitation], guests: Sequence[str], annex: int) -> str:
    """The sentence of the protocol on who attended."""
    regions = sum(_people_of(row) > 0 for row in invitations)
    clusters = sum(bool(one.present) for row in invitations for one in row.clusters.all())
    if not regions and not guests:
        return NOT_MARKED
    if not annex:
        return ""
    counted = [
        f"{regions} {forms(regions, 'регион,региона,регионов')}" if regions else "",
        f"{clusters} {forms(clusters, 'кластер,кластера,кластеров')}" if clusters else "",
        f"приглашённых: {len(guests)}" if guests else "",
    ]
    return f"{', '.join(filter(None, counted))}; список прилагается (приложение {annex})."


def _distribution(invitations: Sequence[Invitation], words: LetterWords) -> Iterable[str]:
    """Who gets the protocol: the regions that were invited, and the file of the centre."""
    if invitations:
        names = ", ".join(row.region.name for row in invitations)
        many = f"{len(invitations)} {forms(len(invitations), 'региона,регионов,регионов')}"
        yield f"региональным координаторам: {names if len(invitations) <= LISTED else many}"
    yield f"в дело: {' '.join(words.own_name.split())}"


# Questions and decisions


def _items(
    agenda: Sequence[AgendaItem],
    with_notes: bool,
    rules: dict[int, Audience],
    names: AudienceNames,
    annexes: dict[int, int],
) -> Iterable[PaperItem]:
    notes: dict[int, list[str]] = {}
    if with_notes:
        for note in AgendaNote.objects.filter(item__in=[item.pk for item in agenda]).exclude(text=""):
            notes.setdefault(note.item_id, []).append(note.text)
    numbers = decision_numbers(agenda)
    for place, item in enumerate(agenda, 1):
        decisions = [_decision(row, numbers[row.pk], rules, names, annexes) for row in item.decisions.all()]
        yield PaperItem(
            pk=item.pk,
            number=roman(place),
            title=item.title,
            speaker=bind_initials(item.speaker),
            text=_told(item, with_notes),
            notes=tuple(notes.get(item.pk, ())),
            decisions=tuple(decisions) or (PaperDecision("", NO_DECISION),),
        )


def _told(item: AgendaItem, with_notes: bool) -> str:
    """What was reported; with the notes also the figures that the agenda was filled with."""
    figures = figures_in_words(item) if with_notes else ""
    return "\n".join(filter(None, (item.text, figures and f"Показатели: {figures}.")))


def _decision(
    row: Decision,
    number: str,
    rules: dict[int, Audience],
    names: AudienceNames,
    annexes: dict[int, int],
) -> PaperDecision:
    if row.kind == DecisionKind.CARRIED_OVER:
        return PaperDecision(number, f"Перенести на следующее совещание: {row.text}")
    if row.kind == DecisionKind.QUESTION:
        answer = f"Ответ: {row.answer}" if row.answer else "Ответ будет дан дополнительно."
        return PaperDecision(number, f"Вопрос: {row.text}\n{answer}")
    item = row.assignment
    if row.kind != DecisionKind.ASSIGNMENT or item is None:
        return PaperDecision(number, row.text)
    executors = describe(rules[item.pk], item.addressee, names)
    if item.pk in annexes:
        executors += f" (приложение {annexes[item.pk]})"
    return PaperDecision(
        number, item.text, executors, not_later(item.due_on), item.expected_result.rstrip("."), item.pk
    )


def _lists(
    assigned: Sequence[Assignment], rules: dict[int, Audience], *, first: int
) -> Iterable[ExecutorList]:
    """Clusters chosen by hand that the wording of the rule only counts, by name."""
    long = [item for item in assigned if len(rules[item.pk].clusters) > NAMED_IN_FULL]
    codes = {code for item in long for code in rules[item.pk].clusters}
    rows = Cluster.objects.filter(code__in=codes).select_related("region") if codes else ()
    ordered = sorted(rows, key=lambda row: (name_key(row.region.name), row.name_key, row.code))
    for annex, item in enumerate(long, first):
        chosen = [row for row in ordered if row.code in rules[item.pk].clusters]
        lines = [(place, str(row), row.region.name) for place, row in enumerate(chosen, 1)]
        yield ExecutorList(annex, item.pk, item.number, tuple(lines))


def _cleaned(paper: Paper) -> Paper:
    """The same with nothing in it that neither fonts nor XML know."""
    return _printable(paper)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple):
        return tuple(map(_printable, value))
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(*(_printable(getattr(value, name)) for name in value.__dataclass_fields__))
    return value


def file_name(minutes: MeetingProtocol, ending: str) -> str:
    """The name under which the document is taken away."""
    number = minutes.number_words.replace("/", "-").replace("\\", "-")
    return f"Протокол № {number} от {date_short(minutes.meeting.day)}.{ending}"
