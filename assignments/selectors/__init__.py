"""Read models of the assignments room; here, what acts and pages have in common."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assignments.enums import EventKind, RequestState
from assignments.fold import FoldRules, later
from assignments.models import ControlRules, ExecutionEvent, ExecutionRequest
from common import clock
from common.calendar import Overrides, is_working_day, preceding_working_day
from common.errors import ImpossibleStep
from common.formatting import date_short
from common.scope import Scope
from regions.models import Region


def rules_in_force() -> ControlRules | None:
    """The version of the control rules that holds today; before the first one began, the first; None without any."""
    rows = ControlRules.objects.order_by("-effective_from")
    return rows.filter(effective_from__lte=clock.today()).first() or rows.last()


def required_rules() -> ControlRules:
    """The version of the control rules that holds today. ImpossibleStep when there is none."""
    rules = rules_in_force()
    if rules is None:
        raise ImpossibleStep(_("The portal has no control rules yet: load the reference data first."))
    return rules


def fold_rules() -> FoldRules:
    """What new events are folded with today. ImpossibleStep when there are no rules."""
    return as_fold_rules(required_rules())


def as_fold_rules(rules: ControlRules) -> FoldRules:
    """The row as the fold takes it."""
    return FoldRules(
        tz_offset_minutes=rules.tz_offset_minutes,
        min_lead_days=rules.min_lead_days,
        max_request_extensions=rules.max_request_extensions,
    )


def lead_days() -> int:
    """Least days between issue and due date, for warnings; 0 while no rules are loaded."""
    rules = rules_in_force()
    return rules.min_lead_days if rules else 0


@dataclass(frozen=True, slots=True)
class DueWarning:
    """A due date that is allowed but should be looked at; `offered` is the day that would be better."""

    text: str
    offered: date | None = None


def due_warnings(
    due_on: date, day: date, lead_days: int, overrides: Overrides | None = None
) -> list[DueWarning]:
    """Warnings about a due date if the item were issued on `day` (methodology §2: the date is used literally)."""
    found = []
    if not is_working_day(due_on, overrides):
        before = preceding_working_day(due_on, overrides)
        if before > day:
            text = _("%(due)s is a day off. The preceding working day is %(before)s.")
            found.append(DueWarning(text % {"due": date_short(due_on), "before": date_short(before)}, before))
        else:
            found.append(DueWarning(_("%(due)s is a day off.") % {"due": date_short(due_on)}))
    first = later(day, lead_days)
    if due_on < first:
        text = _("On issue the term becomes %(first)s: nobody is overdue on the day of issue.")
        found.append(DueWarning(text % {"first": date_short(first)}))
    return found


def is_act_of_centre(event: ExecutionEvent) -> bool:
    """Whether the centre did it: everything but a report that the region itself handed in."""
    return event.kind != EventKind.SUBMITTED or bool(event.late_reason)


def may_know_author(scope: Scope, event: ExecutionEvent) -> bool:
    """The centre's staff is one office to the regions: they are told no person behind an act of it."""
    return scope.is_centre or not is_act_of_centre(event)


def may_know_who_ended(scope: Scope, request: ExecutionRequest) -> bool:
    """The same of the end of a request: the region itself withdraws, everything else is an act of the centre."""
    return scope.is_centre or (request.state == RequestState.WITHDRAWN and not request.is_of_centre)


def event_author(scope: Scope, region: Region, event: ExecutionEvent) -> str:
    """Who is behind an event of an execution of the region, as far as the reader may know."""
    if event.actor is None:
        return _("scheduled job")
    if is_act_of_centre(event):
        office = _("the centre")
        return f"{office}, {_people_of_centre(event)}" if scope.is_centre else office
    return f"{region.brief}, {event.actor.get_short_name()}"


def _people_of_centre(event: ExecutionEvent) -> str:
    """Who decided; of the centre's own decision both who proposed and who confirmed it."""
    actor, proposal = event.actor, proposal_behind(event)
    name = actor.get_short_name() if actor else ""
    if proposal is None or proposal.asked_by is None:
        return name
    return _("proposed by %(first)s, confirmed by %(second)s") % {
        "first": proposal.asked_by.get_short_name(),
        "second": name,
    }


def proposal_behind(event: ExecutionEvent) -> ExecutionRequest | None:
    """The proposal of the centre that this event confirms; None for every other event."""
    if event.kind not in (EventKind.EXTENDED, EventKind.CANCELLED):
        return None
    found: ExecutionRequest | None = getattr(event, "granted_request", None)
    return found if found and found.is_of_centre else None
