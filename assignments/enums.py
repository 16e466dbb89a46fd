"""States, events and the one transition table of an execution."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.scope import Role


class ProtocolStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("protocol", "draft")
    ISSUED = "issued", pgettext_lazy("protocol", "issued")


class AddresseeKind(TextChoices):
    """Who an item is addressed to: clusters are rated, the coordinator himself is only controlled."""

    CLUSTERS = "clusters", _("clusters")
    REGIONS = "regions", _("regional coordinators")


class ExecutionState(TextChoices):
    """State of an execution: always the fold of its events (methodology §1–2)."""

    NOT_ISSUED = "not_issued", _("not on control")
    ISSUED = "issued", _("in progress")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned for rework")
    EXECUTED = "executed", _("executed")
    CANCELLED = "cancelled", _("cancelled without execution")


OPEN_STATES = (ExecutionState.ISSUED, ExecutionState.IN_REVIEW, ExecutionState.RETURNED)
UNREPORTED_STATES = (ExecutionState.ISSUED, ExecutionState.RETURNED)
FINAL_STATES = (ExecutionState.EXECUTED, ExecutionState.CANCELLED)


class EventKind(TextChoices):
    """Kinds of log events (methodology §2)."""

    ISSUED = "issued", _("put on control")
    SUBMITTED = "submitted", _("report handed in")
    RETURNED = "returned", _("returned for rework")
    ACCEPTED = "accepted", _("accepted")
    EXTENDED = "extended", _("term extended")
    CANCELLED = "cancelled", _("cancelled")
    ANNULLED = "annulled", _("decision annulled")


class RequestKind(TextChoices):
    """What a region asks the centre for, or what the centre proposes by its own decision."""

    EXTENSION = "extension", _("extension of the term")
    NOT_APPLICABLE = "not_applicable", _("not applicable to the cluster")
    CANCELLATION = "cancellation", _("cancellation by the centre")


class RequestOrigin(TextChoices):
    """Whose wish it is: a region's, or the centre's own, which a second person confirms (methodology §10)."""

    REGION = "region", _("asked by the region")
    CENTRE = "centre", _("proposed by the centre")


class RequestState(TextChoices):
    """Where a request stands. It lapses when its execution leaves control before the centre has answered."""

    OPEN = "open", pgettext_lazy("request", "waits for an answer")
    GRANTED = "granted", pgettext_lazy("request", "granted")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")
    LAPSED = "lapsed", pgettext_lazy("request", "lapsed")


class ListPage(TextChoices):
    """A list of executions whose filters a person may keep under a name."""

    INBOX = "inbox", _("assignments")
    REGISTRY = "registry", _("registry of assignments")


@dataclass(frozen=True, slots=True)
class Transition:
    """An act on an execution: from which states, by which roles, and the event that it appends."""

    event: EventKind
    sources: tuple[ExecutionState, ...]
    roles: frozenset[Role]


REVIEWERS = frozenset({Role.CONTROLLER, Role.ADMINISTRATOR})

TRANSITIONS: dict[str, Transition] = {
    "submit": Transition(EventKind.SUBMITTED, OPEN_STATES, frozenset({Role.COORDINATOR})),
    "record": Transition(EventKind.SUBMITTED, (*OPEN_STATES, ExecutionState.EXECUTED), REVIEWERS),
    "accept": Transition(EventKind.ACCEPTED, OPEN_STATES, REVIEWERS),
    "return": Transition(EventKind.RETURNED, (ExecutionState.IN_REVIEW,), REVIEWERS),
    "extend": Transition(EventKind.EXTENDED, OPEN_STATES, REVIEWERS),
    "cancel": Transition(EventKind.CANCELLED, OPEN_STATES, REVIEWERS),
    "annul": Transition(EventKind.ANNULLED, OPEN_STATES + FINAL_STATES, REVIEWERS),
}
"""The only place that says what may be done to an execution, when and by whom.

"record" is the centre entering a report that came another way, dated by the day it came; after acceptance too,
because an appeal may prove an earlier report (methodology §2 and §8).
"""

GRANTING: dict[str, str] = {
    RequestKind.EXTENSION: "extend",
    RequestKind.NOT_APPLICABLE: "cancel",
    RequestKind.CANCELLATION: "cancel",
}
"""The act that grants a request of each kind; whoever may do the act may answer the request."""

ASKED_BY_REGIONS = (RequestKind.EXTENSION, RequestKind.NOT_APPLICABLE)
PROPOSED_BY_CENTRE = (RequestKind.EXTENSION, RequestKind.CANCELLATION)
"""The kinds of each origin."""


class ScheduleState(TextChoices):
    """Where the appointment of a draft to issue itself stands."""

    WAITING = "waiting", pgettext_lazy("schedule", "waits for its hour")
    DONE = "done", pgettext_lazy("schedule", "issued")
    WITHDRAWN = "withdrawn", pgettext_lazy("schedule", "taken back")
    FAILED = "failed", pgettext_lazy("schedule", "not issued")


class Frequency(TextChoices):
    """How often a recurring item asks for a result."""

    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


class SeriesStepKind(TextChoices):
    """What a person did to a recurring item after its issue."""

    CHANGED = "changed", pgettext_lazy("recurring item", "changed")
    STOPPED = "stopped", pgettext_lazy("recurring item", "stopped")


class RecallState(TextChoices):
    """Where the recall of an item stands. While it is under way or goes back, executions are decided one by one."""

    PROPOSED = "proposed", pgettext_lazy("recall", "waits for a second person")
    UNDER_WAY = "under_way", pgettext_lazy("recall", "under way")
    DONE = "done", pgettext_lazy("recall", "recalled")
    REFUSED = "refused", pgettext_lazy("recall", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("recall", "withdrawn")
    GOING_BACK = "going_back", pgettext_lazy("recall", "is being undone")
    UNDONE = "undone", pgettext_lazy("recall", "undone")


RECALL_ACTIVE = (RecallState.PROPOSED, RecallState.UNDER_WAY, RecallState.GOING_BACK)
"""States of which an item has one at a time."""
RECALL_IN_FORCE = (RecallState.UNDER_WAY, RecallState.DONE)
"""States in which the item counts as recalled."""
