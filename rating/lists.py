"""The lists of this room as files: the ledger of letters, the objections. The table of a month has its own export."""

from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.cells import zone_name
from common.errors import Missing, NotAllowed
from common.formatting import in_line, month_title
from common.lists import Found, PortalList, conditions_of, object_in, portions, register_lists, yes_or_no
from common.scope import Scope
from common.sheets import Column
from notifications.enums import MailState
from rating import policies
from rating.enums import LetterKind, Zone
from rating.execution_forms import DistrictForm, ExecutionFilterForm
from rating.formula import hundredths_to_str
from rating.letter_forms import ALL_KINDS, ForeseenForm, LetterFilterForm
from rating.models import MethodologyDraft, Objection, RegionScore, Slice
from rating.objection_forms import ObjectionFilterForm
from rating.presentation.executions import executions_address, rows_of, sums_of
from rating.presentation.words import places_words
from rating.querysets import ObjectionQuerySet, RatingLetterQuerySet
from rating.selectors.executions import (
    CountedExecution,
    RegionExecutions,
    explained_score,
    region_executions,
)
from rating.selectors.ledger import letter_months, letters_of, regions_of
from rating.selectors.letters import foreseen_letters
from rating.selectors.lifts import LiftsPage, distances, lifts_of, lifts_page, named
from rating.selectors.methodologies import checked_period
from rating.selectors.objections import objection_months, objection_regions
from rating.selectors.running import running_month
from rating.selectors.versions import trials_of

READ_FIELDS = {
    "opened": ("opened_at", False),
    "not_opened": ("opened_at", True),
    "confirmed": ("confirmed_at", False),
    "not_confirmed": ("confirmed_at", True),
}
TAKEN = (MailState.ACCEPTED, MailState.DELIVERED)
"""States in which the answer of the server says nothing new."""


def require_reader_of_letters(scope: Scope) -> None:
    """Raises NotAllowed for whoever has neither a region nor an office of the centre."""
    if not policies.can_read_letters(scope):
        raise NotAllowed(_("Letters are read by the centre and by the region that they are about."))


def month_of_ledger(asked: str, months: list[str]) -> str:
    """The month that an address asks for, the newest by default; empty while there are no letters."""
    return checked_period(asked or months[0]) if months else ""


def letters_narrowed(letters: RatingLetterQuerySet, form: LetterFilterForm) -> RatingLetterQuerySet:
    """The letters of a month that a valid form asks for."""
    chosen = form.cleaned_data
    if chosen["state"]:
        letters = letters.filter(mail__state=chosen["state"])
    if chosen["kind"] != ALL_KINDS:
        letters = letters.filter(kind=chosen["kind"] or LetterKind.LETTER)
    if chosen["reading"]:
        what, is_missing = READ_FIELDS[chosen["reading"]]
        letters = letters.exclude(kind=LetterKind.COPY).filter(**{f"{what}__isnull": is_missing})
    return letters.filter(region=chosen["region"]) if chosen["region"] else letters


def _letters_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_letters(scope)
    period = month_of_ledger(query.get("month", ""), letter_months(scope))
    letters = letters_of(scope, period)
    form = LetterFilterForm(query, regions=regions_of(letters))
    conditions = conditions_of(form)
    if period:
        conditions.insert(0, _("Month: %(month)s") % {"month": month_title(period)})
    return Found(letters_narrowed(letters, form), conditions)


def _letters_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row.region.name, 28),
        Column(_("Revision"), lambda row: row.slice.revision, 10),
        Column(_("Outgoing number"), lambda row: row.outgoing_number, 18),
        Column(_("Outgoing date"), lambda row: row.outgoing_on, 14),
        Column(_("Addressee"), lambda row: row.mail.recipient_name if row.is_copy else str(row.head), 30),
        Column(_("Post"), lambda row: "" if row.is_copy else row.head.post_title, 40),
        Column(_("Address"), lambda row: row.mail.recipient_email, 30),
        Column(_("State"), lambda row: str(row.mail.get_state_display()), 20),
        Column(_("Queued"), lambda row: row.mail.created_at, 17),
        Column(_("Taken by the server"), lambda row: row.mail.accepted_at, 17),
        Column(_("Delivered"), lambda row: row.mail.delivered_at, 17),
        Column(_("First opened by the link"), lambda row: None if row.is_copy else row.opened_at, 17),
        Column(_("Openings"), lambda row: None if row.is_copy else row.openings, 10),
        Column(_("Receipt confirmed"), lambda row: None if row.is_copy else row.confirmed_at, 17),
        Column(_("What it is"), lambda row: str(row.get_kind_display()), 20),
        Column(_("Answer of the server"), lambda row: _reply(row.mail), 40),
    ]


def foreseen_slice(scope: Scope, slice_: Slice) -> Slice:
    """The slice whose letters are looked at before they go. Raises NotAllowed outside the centre."""
    if not policies.can_preview_letters(scope):
        raise NotAllowed(_("Only the centre looks at letters before they are sent."))
    return slice_


def _foreseen_found(scope: Scope, query: QueryDict) -> Found:
    slices = Slice.objects.select_related("methodology")
    slice_ = foreseen_slice(scope, slices.fetch(scope, pk=object_in(query, "slice")))
    form = ForeseenForm(query)
    named = [month_title(slice_.period), _("Revision: %(number)s") % {"number": slice_.revision}]
    conditions = [*named, *conditions_of(form)]
    return Found(form.narrowed(foreseen_letters(slice_, clock.today())), conditions)


def _foreseen_address(pk: int) -> str:
    slice_ = Slice.objects.get(pk=pk)
    return reverse("rating:letters-preview", args=[slice_.period, slice_.revision])


def _foreseen_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Place"), lambda row: row.score.rank, 8),
        Column(_("Region"), lambda row: row.score.region.name, 28),
        Column(_("Score"), lambda row: _points(row.score.score), 10),
        Column(_("Zone"), lambda row: zone_name(row.score.zone), 16),
        Column(_("Outgoing number"), lambda row: row.outgoing.number if row.outgoing else "", 18),
        Column(_("Outgoing date"), lambda row: row.outgoing.day if row.outgoing else None, 14),
        Column(_("Addressee"), lambda row: row.head.name_dative if row.head else "", 30),
        Column(_("Post"), lambda row: row.head.post_title_dative if row.head else "", 40),
        Column(_("Address"), lambda row: row.addresses, 34),
        Column(_("State"), lambda row: str(row.state.label), 26),
    ]


def _reply(mail: Any) -> str:
    return "" if mail.state in TAKEN else str(mail.server_reply)


def require_reader_of_objections(scope: Scope) -> None:
    """Raises NotAllowed for whoever has neither a region nor an office of the centre."""
    if not policies.can_read_objections(scope):
        raise NotAllowed(_("Objections are read by the centre and by the region that filed them."))


def objection_filter(scope: Scope, query: QueryDict) -> ObjectionFilterForm:
    """The filter of the objections as an address asks for it."""
    return ObjectionFilterForm(query, objection_months(scope), objection_regions(scope))


def objections_narrowed(scope: Scope, form: ObjectionFilterForm) -> ObjectionQuerySet:
    """The objections that a valid form asks for, oldest first."""
    names = {"month": "slice__period", "region": "region", "state": "state"}
    wanted = {names[name]: value for name, value in form.cleaned_data.items() if value}
    found: ObjectionQuerySet = Objection.objects.visible_to(scope).for_list().filter(**wanted)
    return found


def _objections_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_objections(scope)
    form = objection_filter(scope, query)
    conditions = conditions_of(form)
    return Found(objections_narrowed(scope, form), conditions)


def _objections_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Protocol No."), lambda row: row.execution.assignment.protocol.number, 14),
        Column(_("Item"), lambda row: row.execution.assignment.number, 8),
        Column(_("Title"), lambda row: row.execution.assignment.title, 34),
        Column(
            _("Cluster"), lambda row: row.execution.cluster.display_name if row.execution.cluster else "", 30
        ),
        Column(_("Region"), lambda row: row.region.name, 24),
        Column(_("Month"), lambda row: month_title(row.slice.period), 16),
        Column(_("Revision"), lambda row: row.slice.revision, 10),
        Column(_("Filed"), lambda row: row.filed_at, 17),
        Column(_("Reason"), lambda row: row.reason, 44),
        Column(_("State"), lambda row: str(row.get_state_display()), 16),
        Column(_("Answered"), lambda row: row.decided_at, 17),
        Column(_("Answer"), lambda row: row.answer, 44),
    ]


def _executions_found(scope: Scope, query: QueryDict) -> Found:
    score = explained_score(scope, object_in(query, "score"))
    page = region_executions(score.slice, score.region_id)
    form = ExecutionFilterForm(query, page.rows)
    conditions = [score.region.name, month_title(score.slice.period), *conditions_of(form)]
    found = executions_narrowed(page, form)
    sums = sums_of(found)
    foot = _(
        "Counted: %(executions)s; sum of weights: %(weight)s; of weighted points: %(points)s; lost: %(lost)s"
    )
    notes = [
        foot
        % {
            "executions": sums.executions, "weight": sums.weight, "points": sums.points,
            "lost": hundredths_to_str(sums.lost),
        }
    ]  # fmt: skip
    return Found(rows_of(page, found), conditions, notes)


def executions_narrowed(page: RegionExecutions, form: ExecutionFilterForm) -> list[CountedExecution]:
    """The executions of a slice that a valid form asks for, in the order of the page."""
    return [one for one in page.rows if form.takes(one)]


def _executions_address(pk: int) -> str:
    score = RegionScore.objects.select_related("slice").get(pk=pk)
    return executions_address(score.slice, score.region_id)


def _executions_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Code"), lambda row: row.one.code, 24),
        Column(_("Item"), lambda row: row.title, 44),
        Column(_("Cluster"), lambda row: row.note, 34),
        Column(_("Counted"), lambda row: yes_or_no(row.one.cell is not None), 10),
        Column(_("Why"), lambda row: row.why, 48),
        Column(_("Due"), lambda row: row.one.row.due, 12),
        Column(_("Handed in"), lambda row: row.one.row.completed, 12),
        Column(_("Days late"), lambda row: row.one.cell and row.one.days_late, 10),
        Column(_("Returns"), lambda row: row.one.row.returns, 10),
        Column(_("Weight"), lambda row: row.one.row.weight, 10),
        Column(_("Points"), lambda row: row.one.cell and row.one.cell.points, 10),
        Column(_("Weighted points"), lambda row: row.one.cell and row.one.weighted_points, 12),
        Column(_("Loss"), lambda row: row.one.cell and Decimal(row.one.lost).scaleb(-2), 10),
    ]


def require_reader_of_lifts(scope: Scope) -> None:
    """Raises NotAllowed outside the centre: other regions' open work is not shown to a region."""
    if not scope.is_centre:
        raise NotAllowed(_("What lifts a district or the country is a page of the centre."))


def lifts_asked(scope: Scope, form: DistrictForm) -> LiftsPage:
    """The running month of the district that a valid form asks for. Raises Missing while no methodology is in force."""
    require_reader_of_lifts(scope)
    month = running_month()
    if month is None:
        raise Missing(_("No methodology has come into force yet."))
    return lifts_page(month, form.cleaned_data["district"])


def _lifts_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_lifts(scope)
    form = DistrictForm(query)
    conditions = conditions_of(form)
    return Found(lifts_of(lifts_asked(scope, form)), conditions)


def _lifts_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row.lift.region.name, 28),
        Column(_("Protocol No."), lambda row: row.execution.assignment.protocol.number, 14),
        Column(_("Item"), lambda row: row.execution.assignment.number, 8),
        Column(_("Title"), lambda row: row.execution.assignment.title, 44),
        Column(_("Cluster"), lambda row: row.execution.cluster.display_name, 34),
        Column(_("Due"), lambda row: row.execution.due_on, 12),
        Column(_("Weighted points gained"), lambda row: row.lift.gain, 14),
        Column(_("Region's score with it"), lambda row: Decimal(row.lift.score_alone).scaleb(-2), 14),
        Column(_("Region's place with it"), lambda row: row.lift.rank_alone, 14),
        Column(
            _("Common score with it and all above"),
            lambda row: Decimal(row.lift.score_together).scaleb(-2),
            18,
        ),
    ]


def _distances_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_lifts(scope)
    form = DistrictForm(query)
    conditions = conditions_of(form)
    return Found(distances(scope, lifts_asked(scope, form)), conditions)


def _distances_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row.region.name, 28),
        Column(_("Federal district"), lambda row: row.region.district.name, 30),
        Column(_("Score today"), lambda row: Decimal(row.score.score).scaleb(-2), 10),
        Column(_("Zone"), lambda row: zone_name(row.score.zone), 16),
        Column(_("Open executions"), lambda row: row.open, 10),
        Column(_("Next zone"), lambda row: zone_name(row.next_zone) if row.next_zone else "", 16),
        Column(_("Needed for it"), lambda row: row.needed, 10),
        Column(
            _("Score then"),
            lambda row: None if row.score_then is None else Decimal(row.score_then).scaleb(-2), 10,
        ),
        Column(_("Score with all of them"), lambda row: Decimal(row.best).scaleb(-2), 12),
        Column(
            _("Whom to call"),
            lambda row: "; ".join(in_line(str(one.user), one.user.phone, one.user.email) for one in row.coordinators),
            50,
        ),
    ]  # fmt: skip


def _trial_found(scope: Scope, query: QueryDict) -> Found:
    """The newest trial of a draft (`draft`), of another month when the address names one."""
    if not policies.can_draft_versions(scope):
        raise NotAllowed(_("Only methodologists and administrators work on versions of the methodology."))
    draft = MethodologyDraft.objects.fetch(scope, pk=object_in(query, "draft"))
    trials = trials_of(scope, draft)
    month = query.get("month", "")
    trial = next((one for one in trials if month in ("", one.row.slice.period)), None)
    if trial is None:
        return Found([])
    words = _("Version %(version)s, month %(month)s")
    named = words % {"version": draft.version, "month": month_title(trial.row.slice.period)}
    return Found(list(trial.shifts), [named])


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _trial_columns(_scope: Scope) -> list[Column]:
    zones = dict(Zone.choices)
    return [
        Column(_("Region"), lambda row: row.region.name, 28),
        Column(_("Executions"), lambda row: row.executions, 12),
        Column(_("Score before"), lambda row: _points(row.before.score), 12),
        Column(_("Score then"), lambda row: _points(row.after.score), 12),
        Column(_("Shift"), lambda row: _points(row.moved), 12),
        Column(_("Zone before"), lambda row: str(zones.get(row.before.zone, "")), 16),
        Column(_("Zone then"), lambda row: str(zones.get(row.after.zone, "")), 16),
        Column(_("Place before"), lambda row: row.before.place, 12),
        Column(_("Range before"), lambda row: places_words(row.before.low, row.before.high), 12),
        Column(_("Place then"), lambda row: row.after.place, 12),
        Column(_("Range then"), lambda row: places_words(row.after.low, row.after.high), 12),
    ]


LISTS = (
    PortalList(
        "version-trial",
        gettext_lazy("Trial of a version of the methodology"),
        "rating:version-draft",
        _trial_found,
        _trial_columns,
        of="draft",
    ),
    PortalList(
        "lifts-regions",
        gettext_lazy("Regions by distance to the next zone"),
        "rating:lifts",
        _distances_found,
        _distances_columns,
    ),
    PortalList(
        "lifts",
        gettext_lazy("Open executions by gain"),
        "rating:lifts-executions",
        _lifts_found,
        _lifts_columns,
        lambda _scope, rows: chain.from_iterable(map(named, portions(rows))),
    ),
    PortalList(
        "rated-executions",
        gettext_lazy("Executions of a month"),
        "rating:executions-revision",
        _executions_found,
        _executions_columns,
        of="score",
        address=_executions_address,
    ),
    PortalList(
        "letters",
        gettext_lazy("Letters about the rating"),
        "rating:letters",
        _letters_found,
        _letters_columns,
    ),
    PortalList(
        "letters-foreseen",
        gettext_lazy("Letters before sending"),
        "rating:letters-preview",
        _foreseen_found,
        _foreseen_columns,
        of="slice",
        address=_foreseen_address,
    ),
    PortalList(
        "objections", gettext_lazy("Objections"), "rating:objections", _objections_found, _objections_columns
    ),
)


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*LISTS)
