"""Who may do what to protocols and executions. Pure questions; services turn a "no" into a refusal."""

from collections.abc import Iterable
from datetime import date

from assignments.enums import (
    ASKED_BY_REGIONS,
    GRANTING,
    OPEN_STATES,
    REVIEWERS,
    TRANSITIONS,
    UNREPORTED_STATES,
    RequestKind,
)
from assignments.models import Execution, ExecutionRequest, ItemQuestion, ItemRecall, SavedAudience
from common.scope import CENTRE_ROLES, Role, Scope


def can_draft(scope: Scope) -> bool:
    """Protocols are drafted by controllers and administrators; a methodologist only reads."""
    return scope.has(*REVIEWERS)


def can_issue(scope: Scope) -> bool:
    """Whoever drafts protocols may issue them and add a late cluster to an issued one."""
    return can_draft(scope)


def can_recall(scope: Scope) -> bool:
    """Controllers and administrators propose to recall an item; the executions of a region that they coordinate are
    left to others (`can_act`)."""
    return scope.has(*REVIEWERS)


def can_decide_recall(scope: Scope, recall: ItemRecall) -> bool:
    """The recall of an item is confirmed or refused by another person than the one who proposed it (§10)."""
    return can_recall(scope) and scope.user_id != recall.asked_by_id


def can_withdraw_recall(scope: Scope, recall: ItemRecall) -> bool:
    """A proposal is withdrawn by whoever made it."""
    return can_recall(scope) and scope.user_id == recall.asked_by_id


def can_review(scope: Scope) -> bool:
    """Controllers and administrators work through the queue of the centre and keep its canned remarks."""
    return scope.has(*REVIEWERS)


def can_keep_audience(scope: Scope, row: SavedAudience) -> bool:
    """A saved audience is renamed and deleted by its owner; a shared one by administrators too."""
    own = row.owner_id == scope.user_id
    return can_draft(scope) and (own or (row.shared and scope.has(Role.ADMINISTRATOR)))


def can_act(scope: Scope, action: str, execution: Execution) -> bool:
    """The roles of the transition table, and the place.

    A region acts on its own executions only. Whoever coordinates a region never decides on its reports, even with
    a role in the centre. Ministers, methodologists, auditors and associations act on nothing.
    """
    roles = TRANSITIONS[action].roles
    of_centre = roles & CENTRE_ROLES
    own = execution.region_id in scope.coordinated
    if of_centre:
        return scope.has(*of_centre) and not own
    return own


def can_submit(scope: Scope, execution: Execution) -> bool:
    """A coordinator hands in and supplements reports of his own region, also those addressed to himself."""
    return can_act(scope, "submit", execution)


def can_be_helped(scope: Scope, execution: Execution, day: date) -> bool:
    """Whoever sees a late execution of a cluster is shown who has done the same item, until it is handed in.

    Only clusters of the same industry are an example, so one of unknown industry has none.
    """
    own = scope.is_centre or execution.region_id in scope.regions
    cluster = execution.cluster
    waits = execution.state in UNREPORTED_STATES and execution.due_on < day
    return own and waits and cluster is not None and cluster.industry_id is not None


def can_assign(scope: Scope, execution: Execution) -> bool:
    """The coordinators of a region share out its work among themselves."""
    return execution.region_id in scope.coordinated


def can_record(scope: Scope, execution: Execution) -> bool:
    """The centre's controllers and administrators enter a report that came another way."""
    return can_act(scope, "record", execution)


def can_accept(scope: Scope, execution: Execution) -> bool:
    """Controllers and administrators take an execution off control."""
    return can_act(scope, "accept", execution)


def can_return(scope: Scope, execution: Execution) -> bool:
    """Controllers and administrators return a report for rework."""
    return can_act(scope, "return", execution)


def can_extend(scope: Scope, execution: Execution) -> bool:
    """Controllers and administrators move a term; a region only asks."""
    return can_act(scope, "extend", execution)


def can_cancel(scope: Scope, execution: Execution) -> bool:
    """Controllers and administrators cancel an execution."""
    return can_act(scope, "cancel", execution)


def can_annul(scope: Scope, execution: Execution) -> bool:
    """Controllers and administrators annul an event, their own or another's."""
    return can_act(scope, "annul", execution)


def can_ask(scope: Scope, execution: Execution) -> bool:
    """A coordinator asks the centre about executions of his own region, and about their items."""
    return execution.region_id in scope.coordinated


def can_note(scope: Scope, execution: Execution) -> bool:
    """A coordinator writes how the work goes on executions of his own region; the centre only reads it."""
    return execution.region_id in scope.coordinated


def can_edit_workbook(scope: Scope) -> bool:
    """The register is edited in a spreadsheet by coordinators, who write notes and reports."""
    return bool(scope.coordinated)


def can_answer(scope: Scope, request: ExecutionRequest) -> bool:
    """Whoever may do what the request asks for may grant or refuse it, but nobody his own proposal (§10)."""
    is_own = request.is_of_centre and request.asked_by_id == scope.user_id
    return not is_own and can_act(scope, GRANTING[request.kind], request.execution)


def can_withdraw(scope: Scope, request: ExecutionRequest) -> bool:
    """Any coordinator of the region takes its request back; a proposal of the centre only whoever made it."""
    if request.is_of_centre:
        return request.asked_by_id == scope.user_id and can_act(
            scope, GRANTING[request.kind], request.execution
        )
    return can_ask(scope, request.execution)


def can_answer_questions(scope: Scope) -> bool:
    """Controllers and administrators answer questions about items, and mend their answers."""
    return scope.has(*REVIEWERS)


def can_answer_requests(scope: Scope) -> bool:
    """Controllers and administrators answer requests and proposals; which of them, `can_answer` says."""
    return scope.has(*REVIEWERS)


def can_know_asker(scope: Scope, question: ItemQuestion) -> bool:
    """Who asked from where is known to the centre and to the own region; to the others it is another region."""
    return scope.is_centre or question.execution.region_id in scope.regions


def kinds_to_ask(
    scope: Scope, execution: Execution, requests: Iterable[ExecutionRequest]
) -> list[RequestKind]:
    """What this person may ask for now: of each kind one request at a time, while the execution is on control."""
    if not can_ask(scope, execution) or execution.state not in OPEN_STATES:
        return []
    waiting = {request.kind for request in requests if request.is_open and not request.is_of_centre}
    return [kind for kind in ASKED_BY_REGIONS if kind not in waiting]


def allowed_actions(scope: Scope, execution: Execution) -> list[str]:
    """Keys of the transition table that this person may do now, in the order of the table."""
    return [
        action
        for action, transition in TRANSITIONS.items()
        if execution.state in transition.sources and can_act(scope, action, execution)
    ]


def allowed_answers(scope: Scope, request: ExecutionRequest) -> list[str]:
    """What this person may do with a request now: answer it, or withdraw it."""
    if not request.is_open:
        return []
    if can_answer(scope, request):
        return ["grant", "refuse"]
    return ["withdraw"] if can_withdraw(scope, request) else []
