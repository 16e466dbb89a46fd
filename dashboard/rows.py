"""Rows of the tables of executions as ready HTML: a list has fifty, and a template costs more than their query."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.enums import ExecutionState
from assignments.models import Execution, ReviewClaim
from assignments.policies import can_accept, can_review
from assignments.rules import MAX_REMARK_LENGTH
from common import clock
from common.formatting import date_short, days
from common.scope import Scope
from dashboard import wording
from dashboard.selectors.execution import STATE_TONES
from dashboard.selectors.review import offered_remarks

CANNED_LIST = "canned-remarks"
"""The id of the list of canned remarks that is offered to the remarks in rows."""
WAITING_LONG = 5
"""Days in review after which the number stands out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Boxes before the rows of a table: the id of their form (empty inside it), which rows have one, which is ticked.

    `versions` are those in which the rows were read, where that was on an earlier page.
    """

    form: str
    may: Callable[[Execution], bool]
    ticked: Collection[int] = ()
    versions: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decisions in the rows of a list: which reports this person decides on, and the remarks offered."""

    may: Callable[[Execution], bool]
    remarks: Sequence[str]

    def on(self, row: Execution) -> bool:
        """Whether the row is accepted or returned where it stands."""
        return row.state == ExecutionState.IN_REVIEW and self.may(row)


def deciding(scope: Scope) -> Deciding | None:
    """Of whoever reviews; on the reports of a region that he coordinates himself he does not decide."""
    if not can_review(scope):
        return None
    return Deciding(lambda row: can_accept(scope, row), [remark.text for remark in offered_remarks(scope)])


def is_late(execution: Execution, today: date) -> bool:
    """Waiting for the region after the due day."""
    waits = execution.state in (ExecutionState.ISSUED, ExecutionState.RETURNED)
    return waits and execution.due_on < today


def days_late(execution: Execution, today: date) -> int:
    """Days after the due date, of an open execution or of the report handed in; 0 of everything else."""
    handed_in = execution.reported_on or (today if is_late(execution, today) else None)
    if handed_in is None or execution.state == ExecutionState.CANCELLED:
        return 0
    return max(0, (handed_in - execution.due_on).days)


def late_note(late: int) -> SafeString:
    """The line under a due date: «10 дней опоздания»; nothing when in time."""
    if not late:
        return SafeString("")
    return format_html('<span class="table__note">{}</span>', _("%(days)s late") % {"days": days(late)})


def state_tag(state: str, late: bool) -> SafeString:
    """The state as a tag; what is late and waits for the region says so beside."""
    known = ExecutionState(state)
    tag = format_html('<span class="tag tag--{}">{}</span>', STATE_TONES.get(known, "neutral"), known.label)
    if not late:
        return tag
    own = tag if known == ExecutionState.RETURNED else ""
    return format_html('<span class="tag tag--danger">{}</span> {}', _("overdue"), own)


def execution_rows(
    rows: Iterable[Execution],
    *,
    with_region: bool,
    with_cluster: bool,
    deciding: Deciding | None = None,
    choice: Choice | None = None,
    query: str = "",
) -> SafeString:
    """The body of a table of executions with their joins: item, region, cluster, due, state, weight, decisions.

    `query` follows the address of each execution: it keeps them at a past moment.
    """
    today, words, due, tag = clock.today(), _labels(), _due_cells(), cache(state_tag)
    drawn = []
    for row in rows:
        places = _place(words["region"], row.region.brief) if with_region else ""
        if with_cluster:
            places += _place(words["cluster"], wording.addressee(row))
        drawn.append(
            f'<tr id="row-{row.pk}">{_box(row, choice, words["choose"])}{_item(row, query)}{places}'
            f'<td data-label="{words["due"]}">{due(row.due_on, row.first_due_on, days_late(row, today))}</td>'
            f'<td data-label="{words["state"]}"><span>{tag(row.state, is_late(row, today))}</span></td>'
            f'<td class="num" data-label="{words["weight"]}">{row.weight}</td>'
            f"{_acts(row, deciding)}</tr>"
        )
    return mark_safe("".join(drawn))  # noqa: S308 -- joined from escaped parts


def queue_rows(
    rows: Iterable[tuple[Execution, int, ReviewClaim | None]], *, query: str, deciding: Deciding | None
) -> SafeString:
    """The body of the review queue: reports with the days they wait and who has them; `query` leads on through it."""
    today, words, due = clock.today(), _labels(), _due_cells()
    choice = Choice("", deciding.on) if deciding else None
    drawn = []
    for row, waited, claim in rows:
        drawn.append(
            f'<tr id="row-{row.pk}">'
            f"{_box(row, choice, words['choose'])}{_item(row, f'?{query}', claim)}"
            f"{_place(words['region'], row.region.brief)}{_place(words['cluster'], wording.addressee(row))}"
            f'<td data-label="{words["handed_in"]}">{_handed_in(row)}</td>'
            f'<td class="num" data-label="{words["waits"]}">{_waits(waited)}</td>'
            f'<td data-label="{words["due"]}">{due(row.due_on, row.first_due_on, days_late(row, today))}</td>'
            f"{_acts(row, deciding)}</tr>"
        )
    return mark_safe("".join(drawn))  # noqa: S308 -- joined from escaped parts


def decided_row(row: Execution, *, columns: int, with_choice: bool) -> SafeString:
    """The row in the place of a report that was just decided: what it was and what it is now."""
    return format_html(
        '<tr id="row-{}" tabindex="-1">{}{}<td colspan="{}">{} {}</td></tr>',
        row.pk,
        mark_safe('<td class="pick"></td>' if with_choice else ""),  # noqa: S308 -- a constant
        mark_safe(_item(row)),  # noqa: S308 -- escaped where it is written
        columns,
        row.region.brief,
        state_tag(row.state, is_late(row, clock.today())),
    )


def act_forms(rows: Iterable[Execution], deciding: Deciding, *, back: str, token: str) -> SafeString:
    """The forms behind the buttons of the rows, with the remarks that they offer.

    They stand after the table, which may lie in a form of its own.
    """
    rows = [row for row in rows if deciding.on(row)]
    if not rows:
        return SafeString("")
    offered = format_html_join("", '<option value="{}"></option>', ((text,) for text in deciding.remarks))
    drawn = [
        format_html(
            '<form id="{act}-{pk}" method="post" action="{url}" hx-post="{url}" hx-target="#row-{pk}" '
            'hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            '<input type="hidden" name="version" value="{version}">'
            '<input type="hidden" name="submission_key" value="{key}">'
            '<input type="hidden" name="back" value="{back}"></form>',
            act=act,
            pk=row.pk,
            url=reverse(f"dashboard:execution-{act}", args=[row.pk]),
            token=token,
            version=row.version,
            key=uuid.uuid4().hex,
            back=back,
        )
        for row in rows
        for act in ("accept", "return")
    ]
    drawn.append(format_html('<datalist id="{}">{}</datalist>', CANNED_LIST, offered))
    return mark_safe("".join(drawn))  # noqa: S308 -- joined from escaped parts


def _acts(row: Execution, deciding: Deciding | None) -> str:
    """Accept at once, or return with a remark that is written under the button."""
    if deciding is None:
        return ""
    if not deciding.on(row):
        return "<td></td>"
    about = f'<span class="sr">: {escape(f"{row.assignment.title}, {row.region.brief}")}</span>'
    accept, unfold, give_back = escape(_("Accept")), escape(_("Return…")), escape(_("Return for rework"))
    remark, empty = escape(_("What must be changed")), escape(_("Empty report"))
    return (
        f'<td class="row-acts"><button class="button button--small" type="submit" '
        f'form="accept-{row.pk}">{accept}{about}</button> '
        f'<details class="row-return"><summary class="button button--link button--small">{unfold}{about}</summary>'
        f'<label>{remark}<input type="text" name="remark" form="return-{row.pk}" '
        f'list="{CANNED_LIST}" maxlength="{MAX_REMARK_LENGTH}" required></label>'
        f'<label class="whole"><input type="checkbox" name="empty" form="return-{row.pk}">'
        f"<span>{empty}</span></label>"
        f'<button class="button button--small" type="submit" form="return-{row.pk}">'
        f"{give_back}{about}</button></details></td>"
    )


def _labels() -> dict[str, str]:
    """The names of the columns, said again in each cell where a phone shows a row as a card."""
    names = {
        "region": _("Region"),
        "cluster": _("Cluster"),
        "due": _("Due, inclusive"),
        "state": _("State"),
        "weight": _("Weight"),
        "handed_in": _("Handed in"),
        "waits": _("Waits"),
        "choose": _("Choose"),
    }
    return {name: escape(word) for name, word in names.items()}


def _due_cells() -> Callable[[date, date, int], str]:
    """What a due cell says for the days and the delay; the rows of one table repeat them."""

    @cache
    def drawn(due_on: date, first_due_on: date, late: int) -> str:
        words = escape(wording.first_due_words(due_on, first_due_on))
        first = f'<span class="table__note">{words}</span>' if words else ""
        return f'<span class="nowrap">{date_short(due_on)}{first}{late_note(late)}</span>'

    return drawn


def _item(row: Execution, query: str = "", claim: ReviewClaim | None = None) -> str:
    """Title and reference; under them the note of the region where the list was read with it (`with_note`)."""
    address = escape(row.get_absolute_url() + query)
    title, reference = escape(row.assignment.title), escape(wording.reference(row.assignment))
    note, says = escape(wording.shortened(getattr(row, "note", ""))), escape(_("How the work goes"))
    about = f'<span class="table__note">{says}: {note}</span>' if note else ""
    held = f'<span class="table__note">{escape(str(claim))}</span>' if claim else ""
    said = f'<span class="table__note">{reference}</span>{about}{held}'
    return f'<th scope="row"><a href="{address}">{title}</a>{said}</th>'


def _place(column: str, name: str) -> str:
    return f'<td data-label="{column}">{escape(name)}</td>'


def _box(row: Execution, choice: Choice | None, choose: str) -> str:
    """The first cell of a row where rows are chosen; empty where this one cannot be."""
    if choice is None:
        return ""
    if not choice.may(row):
        return '<td class="pick"></td>'
    version = choice.versions.get(row.pk, row.version)
    return _choice(row, choose, version, choice.form, row.pk in choice.ticked)


def _choice(
    row: Execution, choose: str, version: int | None = None, form: str = "", ticked: bool = False
) -> str:
    what = escape(f"{row.assignment.title}, {wording.addressee(row) if form else row.region.brief}")
    more = f' form="{form}"' if form else ""
    more += " checked" if ticked else ""
    return (
        f'<td class="pick"><label><input type="checkbox" name="pick" value="{row.pk}:{version or row.version}"{more}>'
        f'<span class="pick__word">{choose}</span><span class="sr">{choose}: {what}</span></label></td>'
    )


def _handed_in(row: Execution) -> str:
    note = ""
    if row.returns:
        times = ngettext("returned %(counter)s time", "returned %(counter)s times", row.returns)
        note = f'<span class="table__note">{escape(times % {"counter": row.returns})}</span>'
    return f'<span class="nowrap">{date_short(row.reported_on)}{note}</span>'


def _waits(waited: int) -> str:
    words = escape(days(waited))
    return f'<strong class="loss">{words}</strong>' if waited > WAITING_LONG else words
