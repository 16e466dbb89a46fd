"""Where the things of the world stand: the parts of an address by the kind of its object, whose it is, who asks."""

from collections.abc import Mapping

from allauth.account.utils import user_pk_to_url_str

from accounts.links import LinkTokens
from accounts.models import User
from tests.architecture.matrix.practices import practice_addresses
from tests.architecture.matrix.supporting import supporting_addresses
from tests.architecture.matrix.world import (
    DRAFT,
    NOBODY,
    PREVIEWED,
    PUBLISHED,
    UNKNOWN_MONTH,
    Address,
    Place,
    World,
)


def _spoken(place: Place) -> Address:
    return {"pk": place.room.running.pk, "item": place.room.spoken.pk}


def _of_meetings(place: Place) -> dict[str, Address]:
    """Things of meetings that a region comes to."""
    return {
        "closed meeting": {"pk": place.closed_meeting.pk},
        "issued minutes": {"pk": place.minuted.pk},
        "open meeting": {"pk": place.room.meeting.pk},
        "question of a meeting": {"pk": place.room.meeting.pk, "item": place.room.item.pk},
        "proposal at a meeting": {"pk": place.room.meeting.pk, "item": place.room.brought.pk},
        "running meeting": {"pk": place.room.running.pk},
        "question under discussion": _spoken(place),
        "decision": {**_spoken(place), "decision": place.room.decision.pk},
        "proposal for an agenda": {"pk": place.room.proposal.pk},
        "agenda item": {"pk": place.room.item.pk},
        "invitation": {"pk": place.invitation.meeting_id, "code": place.code},
    }


def _of_stages(place: Place) -> dict[str, Address]:
    """Stages of the cluster of a region."""
    stages = place.stages
    return {
        "open stage": {"pk": stages.open.pk},
        "waiting stage": {"pk": stages.waiting.pk},
        "remarked stage": {"pk": stages.remarked.pk},
        "skipped stage": {"pk": stages.skipped.pk},
        "evidence of a stage": {"pk": stages.waiting.pk, "evidence": stages.evidence.pk},
    }


def _of_boards(place: Place) -> dict[str, Address]:
    """What a region keeps of its supervisory board."""
    board, region = place.board, place.code
    return {
        "board": {"region": region},
        "board member": {"region": region, "pk": board.member.pk},
        "board session": {"region": region, "pk": board.session.pk},
        "session of a board": {"region": region, "session": board.session.pk},
        "board decision": {"region": region, "session": board.session.pk, "pk": board.decision.pk},
    }


def of_place(name: str, place: Place) -> Address:
    """Parts of an address that name a thing of a region."""
    return {
        **_of_meetings(place),
        **_of_stages(place),
        **_of_boards(place),
        "issued protocol": {"pk": place.protocol.pk},
        "issued item": {"pk": place.protocol.pk, "item": place.item.pk},
        "item": {"pk": place.item.pk},
        "waiting execution": {"pk": place.waiting.pk},
        "report in review": {"pk": place.reported.pk},
        "evidence": {"pk": place.reported.pk, "evidence_id": place.evidence.pk},
        "example": {
            "pk": place.late.pk,
            "peer": place.example.event.execution_id,
            "evidence_id": place.example.pk,
        },
        "request": {"pk": place.asked.pk},
        "proposal": {"pk": place.proposed.pk},
        "question": {"pk": place.question.pk},
        "answered question": {"pk": place.answered.pk},
        "region": {"code": place.code},
        "leave": {"pk": place.leave.pk},
        "card of an execution": {"pk": place.reported.pk, "form": "pdf"},
        "brief of a region": {"code": place.code, "form": "docx"},
        "head": {"code": place.code, "pk": place.head.pk},
        "cluster": {"code": place.cluster.code},
        "letter": {"pk": place.uncertain.pk},
        "accepted letter": {"pk": place.accepted.pk},
        "scorecard": {"period": PUBLISHED, "code": place.code},
        "draft scorecard": {"period": DRAFT, "code": place.code},
        "scorecard of a revision": {"period": PUBLISHED, "revision": 1, "code": place.code},
        "executions of a month": {"period": PUBLISHED, "code": place.code},
        "executions of a revision": {"period": PUBLISHED, "revision": 1, "code": place.code},
        "executions of a draft": {"period": DRAFT, "code": place.code},
        "execution of a month": {"period": PUBLISHED, "code": place.code, "execution": place.missed.code},
        "execution of a revision": {
            "period": PUBLISHED,
            "revision": 1,
            "code": place.code,
            "execution": place.missed.code,
        },
        "clusters of a slice": {"period": PUBLISHED, "code": place.code, "form": "csv"},
        "clusters of a revision": {"period": PUBLISHED, "revision": 1, "code": place.code, "form": "json"},
        "item of a slice": {"period": PUBLISHED, "pk": place.missed.assignment_id},
        "item of a revision": {"period": PUBLISHED, "revision": 1, "pk": place.missed.assignment_id},
        "membership": {"pk": place.membership.pk},
        "objection": {"pk": place.objection.pk},
        "recurring item": {"pk": place.series.pk},
        "finished recall": {"pk": place.recall.pk},
        "loss": {"period": PUBLISHED, "revision": 1, "execution": place.missed.pk},
        "preview": {"period": PREVIEWED, "revision": 1, "code": place.code},
    }[name]


OF_PLACES: dict[str, Address] = {
    "issued protocol": {"pk": NOBODY},
    "issued item": {"pk": NOBODY, "item": NOBODY},
    "item": {"pk": NOBODY},
    "waiting execution": {"pk": NOBODY},
    "report in review": {"pk": NOBODY},
    "evidence": {"pk": NOBODY, "evidence_id": NOBODY},
    "example": {"pk": NOBODY, "peer": NOBODY, "evidence_id": NOBODY},
    "request": {"pk": NOBODY},
    "proposal": {"pk": NOBODY},
    "question": {"pk": NOBODY},
    "answered question": {"pk": NOBODY},
    "region": {"code": "99"},
    "leave": {"pk": NOBODY},
    "card of an execution": {"pk": NOBODY, "form": "pdf"},
    "brief of a region": {"code": "99", "form": "docx"},
    "head": {"code": "99", "pk": NOBODY},
    "cluster": {"code": "99-001"},
    "letter": {"pk": NOBODY},
    "accepted letter": {"pk": NOBODY},
    "scorecard": {"period": PUBLISHED, "code": "99"},
    "draft scorecard": {"period": DRAFT, "code": "99"},
    "scorecard of a revision": {"period": PUBLISHED, "revision": 1, "code": "99"},
    "executions of a month": {"period": PUBLISHED, "code": "99"},
    "executions of a revision": {"period": PUBLISHED, "revision": 1, "code": "99"},
    "executions of a draft": {"period": DRAFT, "code": "99"},
    "execution of a month": {"period": PUBLISHED, "code": "99", "execution": "none"},
    "execution of a revision": {"period": PUBLISHED, "revision": 1, "code": "99", "execution": "none"},
    "clusters of a slice": {"period": PUBLISHED, "code": "99", "form": "csv"},
    "clusters of a revision": {"period": PUBLISHED, "revision": 1, "code": "99", "form": "json"},
    "item of a slice": {"period": PUBLISHED, "pk": NOBODY},
    "item of a revision": {"period": PUBLISHED, "revision": 1, "pk": NOBODY},
    "membership": {"pk": NOBODY},
    "closed meeting": {"pk": NOBODY},
    "issued minutes": {"pk": NOBODY},
    "objection": {"pk": NOBODY},
    "recurring item": {"pk": NOBODY},
    "finished recall": {"pk": NOBODY},
    "loss": {"period": PUBLISHED, "revision": 1, "execution": NOBODY},
    "open meeting": {"pk": NOBODY},
    "question of a meeting": {"pk": NOBODY, "item": NOBODY},
    "proposal at a meeting": {"pk": NOBODY, "item": NOBODY},
    "running meeting": {"pk": NOBODY},
    "question under discussion": {"pk": NOBODY, "item": NOBODY},
    "decision": {"pk": NOBODY, "item": NOBODY, "decision": NOBODY},
    "proposal for an agenda": {"pk": NOBODY},
    "agenda item": {"pk": NOBODY},
    "preview": {"period": PREVIEWED, "revision": 1, "code": "99"},
    "invitation": {"pk": NOBODY, "code": "99"},
    "open stage": {"pk": NOBODY},
    "waiting stage": {"pk": NOBODY},
    "remarked stage": {"pk": NOBODY},
    "skipped stage": {"pk": NOBODY},
    "evidence of a stage": {"pk": NOBODY, "evidence": NOBODY},
    "board": {"region": "99"},
    "board member": {"region": "99", "pk": NOBODY},
    "board session": {"region": "99", "pk": NOBODY},
    "session of a board": {"region": "99", "session": NOBODY},
    "board decision": {"region": "99", "session": NOBODY, "pk": NOBODY},
}
"""Kinds of things that belong to a region; the address of one that does not exist."""

LISTS = {
    "list of the regions and the centre": ("registry", "xlsx"),
    "list of a region": ("inbox", "csv"),
    "list of the centre": ("review", "xlsx"),
    "list of reviewers": ("audiences", "csv"),
    "list of the administrator": ("people", "xlsx"),
    "list of all people": ("clusters", "csv"),
}
"""Kinds of lists, each with one of them and a format; `tests/dashboard/test_lists.py` walks them all."""

OF_CENTRE: dict[str, Address] = {
    "draft protocol": {"pk": NOBODY},
    "item of a draft": {"pk": NOBODY, "item": NOBODY},
    "published month": {"period": UNKNOWN_MONTH},
    "draft month": {"period": UNKNOWN_MONTH},
    "published revision": {"period": PUBLISHED, "revision": 9},
    "draft revision": {"period": DRAFT, "revision": 9},
    "table": {"period": UNKNOWN_MONTH, "form": "csv"},
    "draft table": {"period": UNKNOWN_MONTH, "form": "xlsx"},
    "table of a revision": {"period": PUBLISHED, "revision": 9, "form": "csv"},
    "digest as a paper": {"period": PUBLISHED, "revision": 9, "form": "docx"},
    "district": {"period": PUBLISHED, "code": "nowhere"},
    "district of a revision": {"period": PUBLISHED, "revision": 1, "code": "nowhere"},
    "draft item": {"pk": NOBODY},
    "draft meeting": {"pk": NOBODY},
    "series of meetings": {"pk": NOBODY},
    "draft recurring item": {"pk": NOBODY},
    "proposed recall": {"pk": NOBODY},
    "paper": {"form": "docx"},
    **{key: {"name": "nothing", "form": "csv"} for key in LISTS},
    "import": {"pk": NOBODY},
    "calendar day": {"pk": NOBODY},
    "saved audience": {"pk": NOBODY},
    "staff task": {"pk": NOBODY},
    "campaign": {"pk": NOBODY},
    "draft campaign": {"pk": NOBODY},
    "region of a campaign": {"pk": NOBODY, "code": "99"},
    "canned remark": {"pk": NOBODY},
    "version of the letter": {"number": 9},
    "draft of minutes": {"pk": NOBODY},
    "sent minutes": {"pk": NOBODY},
    "agreed minutes": {"pk": NOBODY},
    "signed minutes": {"pk": NOBODY},
    "approval of minutes": {"pk": NOBODY},
    "template of minutes": {"number": 999},
    "step": {"pk": NOBODY},
    "webhook": {"pk": NOBODY},
    "draft of a version": {"pk": NOBODY},
    "given up delivery": {"pk": NOBODY},
    "audit token": {"pk": NOBODY},
    "password link": {"uidb36": "zz", "key": "wrong-key"},
    "meeting that begins": {"pk": NOBODY},
    "attendance sheet": {"pk": NOBODY, "form": "docx"},
    "draft of a plan": {"pk": NOBODY},
    "plan in force": {"pk": NOBODY},
    "stage of a draft": {"pk": NOBODY},
    "stage of a plan in force": {"pk": NOBODY},
    "archived stage": {"pk": NOBODY},
    "day of a draft": {"pk": NOBODY, "mark": NOBODY},
    "association": {"pk": NOBODY},
    "milestone": {"pk": NOBODY},
    "milestone of an association": {"association": NOBODY},
    "day of a lane": {"pk": NOBODY},
    "cancelled day of a lane": {"pk": NOBODY},
    "draft of a practice": {"pk": NOBODY},
    "file of a practice": {"pk": NOBODY, "file": NOBODY},
    "submitted practice": {"pk": NOBODY},
    "practice with the experts": {"pk": NOBODY},
    "scored practice": {"pk": NOBODY},
    "published practice": {"pk": NOBODY},
    "replication": {"pk": NOBODY},
    "something of an association": {"association": NOBODY},
    "new thing of an association": {"association": NOBODY, "kind": "direction"},
    "thing of an association": {"association": NOBODY, "kind": "direction", "pk": NOBODY},
    "paper of an association": {"pk": NOBODY, "form": "docx"},
    "public association": {"slug": "nobody"},
    "event": {"pk": NOBODY},
    "event of an association": {"association": NOBODY, "pk": NOBODY},
    "material of an event": {"pk": NOBODY, "file": NOBODY},
    "annual report": {"pk": NOBODY},
    "annual report on paper": {"pk": NOBODY, "form": "docx"},
    "joining": {"pk": NOBODY},
    "support request": {"pk": NOBODY},
    "answered support request": {"pk": NOBODY},
    "peer question": {"pk": NOBODY},
}
"""Kinds of things that belong to no region."""


def _of_lanes(world: World) -> dict[str, Address]:
    """Plans and days of the lanes."""
    lanes = world.lanes
    return {
        "draft of a plan": {"pk": lanes.draft.pk},
        "plan in force": {"pk": lanes.in_force.pk},
        "stage of a draft": {"pk": lanes.draft_stage.pk},
        "stage of a plan in force": {"pk": lanes.stage_in_force.pk},
        "archived stage": {"pk": lanes.archived.pk},
        "day of a draft": {"pk": lanes.draft_stage.pk, "mark": lanes.draft_mark.pk},
        "day of a lane": {"pk": lanes.day.pk},
        "cancelled day of a lane": {"pk": lanes.cancelled.pk},
    }


def of_centre(name: str, world: World) -> Address:
    """Parts of an address that name a thing of no region."""
    return {
        **_of_lanes(world),
        **practice_addresses(world.library),
        **supporting_addresses(world.cast, world.supporting),
        "association": {"pk": world.cast.machine_builders.pk},
        "milestone": {"pk": world.milestone.pk},
        "milestone of an association": {"association": world.cast.machine_builders.pk},
        "draft protocol": {"pk": world.draft.pk},
        "item of a draft": {"pk": world.draft.pk, "item": world.draft_item.pk},
        "published month": {"period": PUBLISHED},
        "draft month": {"period": DRAFT},
        "published revision": {"period": PUBLISHED, "revision": 1},
        "draft revision": {"period": DRAFT, "revision": 1},
        "table": {"period": PUBLISHED, "form": "csv"},
        "draft table": {"period": DRAFT, "form": "xlsx"},
        "table of a revision": {"period": PUBLISHED, "revision": 1, "form": "csv"},
        "digest as a paper": {"period": PUBLISHED, "revision": 1, "form": "docx"},
        "district": {"period": PUBLISHED, "code": world.tomsk.cluster.region.district_id},
        "district of a revision": {
            "period": PUBLISHED,
            "revision": 1,
            "code": world.tomsk.cluster.region.district_id,
        },
        "draft item": {"pk": world.draft_item.pk},
        "draft meeting": {"pk": world.meeting.pk},
        "series of meetings": {"pk": world.meetings.pk},
        "draft recurring item": {"pk": world.draft_series.pk},
        "proposed recall": {"pk": world.recall.pk},
        "paper": {"form": "pdf"},
        **{kind: {"name": listed, "form": form} for kind, (listed, form) in LISTS.items()},
        "import": {"pk": world.imported.pk},
        "calendar day": {"pk": world.calendar_day.pk},
        "saved audience": {"pk": world.saved_audience.pk},
        "staff task": {"pk": world.task.pk},
        "campaign": {"pk": world.campaign.pk},
        "draft campaign": {"pk": world.campaign_draft.pk},
        "region of a campaign": {"pk": world.campaign.pk, "code": "70"},
        "canned remark": {"pk": world.remark.pk},
        "version of the letter": {"number": 1},
        "draft of minutes": {"pk": world.papers.drafted.pk},
        "sent minutes": {"pk": world.papers.sent.pk},
        "agreed minutes": {"pk": world.papers.agreed.pk},
        "signed minutes": {"pk": world.papers.signed.pk},
        "approval of minutes": {"pk": world.papers.approval.pk},
        "template of minutes": {"number": 1},
        "step": {"pk": world.step.pk},
        "webhook": {"pk": world.webhook.pk},
        "draft of a version": {"pk": world.version.pk},
        "given up delivery": {"pk": world.webhook.deliveries.get(state="failed").pk},
        "audit token": {"pk": world.audit_token.pk},
        "meeting that begins": {"pk": world.gathering.pk},
        "attendance sheet": {"pk": world.gathering.pk, "form": "pdf"},
        "password link": {
            "uidb36": user_pk_to_url_str(world.cast.newcomer),
            "key": LinkTokens().make_token(world.cast.newcomer),
        },
    }[name]


def cases_of(kind: str) -> tuple[str, ...]:
    """The cases that a declaration must name for an address with such an object."""
    if kind == "no object":
        return ("any",)
    if kind in OF_PLACES or kind in ("person", "notice", "long work", "uploaded register", "saved view"):
        return ("own", "foreign", "none")
    return ("any", "none")


def address_of(world: World, kind: str, case: str, principal: str) -> Address:
    """The parts of the address for one cell."""
    if kind == "no object":
        return {}
    if kind == "person":
        return {"pk": _person(world, case, principal)}
    if kind == "notice":
        return {"pk": _notice(world, case, principal)}
    if kind == "long work":
        return {"pk": _kept(world.exports, case, principal)}
    if kind == "uploaded register":
        return {"pk": _upload(world, case, principal)}
    if kind == "saved view":
        return {"pk": _kept(world.views, case, principal)}
    if case == "none":
        return OF_PLACES.get(kind) or OF_CENTRE[kind]
    if kind in OF_PLACES:
        return of_place(kind, world.home(principal) if case == "own" else world.away(principal))
    return of_centre(kind, world)


def _person(world: World, case: str, principal: str) -> int:
    """Oneself, somebody else, nobody."""
    if case == "none":
        return NOBODY
    foreign: User = (
        world.cast.omsk_coordinator if principal != "omsk_coordinator" else world.cast.tomsk_deputy
    )
    own: User = getattr(world.cast, principal, world.cast.newcomer)
    return own.pk if case == "own" else foreign.pk


def _notice(world: World, case: str, principal: str) -> int:
    """A notice of oneself, of somebody else, of nobody."""
    if case == "none":
        return NOBODY
    foreign = "controller" if principal != "controller" else "tomsk_coordinator"
    own = principal if principal in world.notices else "newcomer"
    return world.notices[own if case == "own" else foreign]


def _kept(kept: Mapping[str, int], case: str, principal: str) -> int:
    """One's own (of people without one, that of the newcomer), that of somebody else, none."""
    foreign = "omsk_coordinator" if principal != "omsk_coordinator" else "tomsk_deputy"
    own = principal if principal in kept else "newcomer"
    return NOBODY if case == "none" else kept[own if case == "own" else foreign]


def _upload(world: World, case: str, principal: str) -> int:
    """One's own uploaded register (for people without one, that of a coordinator), that of somebody else, none."""
    foreign = "omsk_coordinator" if principal != "omsk_coordinator" else "tomsk_coordinator"
    own = principal if principal in world.uploads else "tomsk_coordinator"
    return NOBODY if case == "none" else world.uploads[own if case == "own" else foreign]
