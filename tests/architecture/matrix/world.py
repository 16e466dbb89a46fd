"""One database for the whole walk: something of every kind for Tomsk, the same for Omsk, drafts of the centre."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AppointmentCampaign, AuditToken, Leave, Membership, User
from accounts.services import api_token_create, audit_token_create
from assignments.models import (
    Assignment,
    CannedRemark,
    Evidence,
    Execution,
    ExecutionEvent,
    ExecutionRequest,
    ItemQuestion,
    ItemRecall,
    ItemSeries,
    Protocol,
    SavedAudience,
    SavedView,
)
from assignments.services.questions import question_ask, questions_answer
from assignments.services.recalls import recall_propose
from assignments.services.remarks import remark_add
from associations.models import Milestone
from clusters.models import Cluster, ClusterImport
from clusters.services.uploads import import_upload
from common import clock
from common.scope import SYSTEM
from dashboard.long_work import EXPORT
from files.enums import Accepted
from files.services import file_made
from meetings.models import Invitation, Meeting, MeetingSeries
from notifications.enums import LongTaskState, MailState, Rung, StaffTaskKind, WebhookState
from notifications.models import (
    EscalationStep,
    LongTask,
    Notice,
    OutboundMail,
    StaffTask,
    WebhookDelivery,
    WebhookEndpoint,
)
from notifications.services import Word, notices_write, staff_task_open
from rating.letter_words import LetterWords
from rating.models import (
    LetterTemplate,
    Methodology,
    MethodologyDraft,
    MethodologyTrial,
    Objection,
    RatingLetter,
    Slice,
)
from rating.services import objection_file, slice_close, slice_preview_open, slice_publish
from regions.models import AuthorityHead, CalendarDay, Region
from regions.services import sharing_agree
from tests.architecture.matrix.duty import campaign_under_way, coming_leave, draft_campaign
from tests.architecture.matrix.lanes import Board, Lanes, board_of, lanes_of_centre
from tests.architecture.matrix.minutes import Papers, Pen, papers_of_centre
from tests.architecture.matrix.participation import gathering_of, invitation_of
from tests.architecture.matrix.practices import Practices, practices_of
from tests.architecture.matrix.rooms import Room, draft_meeting, room_of, series_of_meetings
from tests.architecture.matrix.stages import Stages, stages_of
from tests.architecture.matrix.supporting import Supporting, supporting_of
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.counter import Counter
from tests.assignments.desk import Desk
from tests.assignments.drafts import add_item, draft
from tests.assignments.pair import Pair
from tests.assignments.planned import add_series, begun, recalled
from tests.assignments.sheets import downloaded, edited, uploaded
from tests.cast import Cast, build_cast
from tests.dashboard.office import methodology
from tests.files.samples import PDF
from tests.rating.mailroom import appoint

NOW = datetime(2026, 4, 15, 7, 0, tzinfo=UTC)
"""A Wednesday morning in Moscow: January is published, February a draft, March in preview."""
ISSUED_AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PUBLISHED, DRAFT, PREVIEWED, UNKNOWN_MONTH = "2026-01", "2026-02", "2026-03", "2019-01"
LATE_TOMORROW = (date(2026, 4, 16) - date(2026, 2, 20)).days
"""What is overdue in the world (`growth`) is reminded of on the day after NOW."""
NOBODY = 999_999
"""An id that no row has."""
PEOPLE = (
    "newcomer", "administrator", "controller", "methodologist", "tomsk_coordinator", "tomsk_deputy",
    "omsk_coordinator", "chair", "tomsk_minister",
)  # fmt: skip
PRINCIPALS = ("public", *PEOPLE, "auditor")
"""Everybody who knocks: the public, one person per role, and the holder of an audit token."""
HEAD = "code,region,cohort_year,name,kind,industry,base_college,network_colleges,anchor_employers\n"
IMPORT = (HEAD + "70-010,70,2025,Новый,,,,,\n").encode()

Address = Mapping[str, Any]


@dataclass
class Place:
    """The things of one region."""

    protocol: Protocol
    item: Assignment
    waiting: Execution
    reported: Execution
    missed: Execution
    objection: Objection
    evidence: Evidence
    asked: ExecutionRequest
    proposed: ExecutionRequest
    question: ItemQuestion
    answered: ItemQuestion
    series: ItemSeries
    recall: ItemRecall
    uncertain: RatingLetter
    accepted: RatingLetter
    late: Execution
    example: Evidence
    head: AuthorityHead
    cluster: Cluster
    closed_meeting: Meeting
    minuted: Meeting
    membership: Membership
    leave: Leave
    room: Room
    invitation: Invitation
    stages: Stages
    board: Board

    @property
    def code(self) -> str:
        return self.cluster.region_id

    @property
    def report(self) -> ExecutionEvent:
        return self.evidence.event


@dataclass
class World:
    """The cast, its things, and a client for everybody."""

    cast: Cast
    tomsk: Place
    omsk: Place
    draft: Protocol
    draft_item: Assignment
    draft_series: ItemSeries
    recall: ItemRecall
    imported: ClusterImport
    calendar_day: CalendarDay
    papers: Papers
    saved_audience: SavedAudience
    task: StaffTask
    remark: CannedRemark
    step: EscalationStep
    webhook: WebhookEndpoint
    version: MethodologyDraft
    audit_token: AuditToken
    audit_key: str
    campaign: AppointmentCampaign
    campaign_draft: AppointmentCampaign
    meeting: Meeting
    meetings: MeetingSeries
    gathering: Meeting
    lanes: Lanes
    milestone: Milestone
    library: Practices
    supporting: Supporting
    notices: dict[str, int] = field(default_factory=dict)
    exports: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, int] = field(default_factory=dict)
    views: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def home(self, principal: str) -> Place:
        """The place that `own` means; for people without a region it is Tomsk."""
        return self.omsk if principal == "omsk_coordinator" else self.tomsk

    def away(self, principal: str) -> Place:
        """The place that `foreign` means."""
        return self.tomsk if principal == "omsk_coordinator" else self.omsk


def _protocol(number: str) -> Protocol:
    return Protocol.objects.create(
        number=number, held_on=date(2026, 1, 12), meeting_title="Заседание", status="issued",
        created_at=ISSUED_AT, issued_at=ISSUED_AT,
    )  # fmt: skip


def _put(cluster: Cluster, protocol: Protocol, number: int, due: date) -> Execution:
    item = issued_item(str(number), protocol=protocol, due=due, at=ISSUED_AT)
    return put_on_control([cluster], item, at=ISSUED_AT)[0]


def _work(cast: Cast, cluster: Cluster, number: str, coordinator: str) -> dict[str, Any]:
    """A protocol with a report due in January, one in review, one that waits, and two that were never handed in."""
    protocol = _protocol(number)
    done = _put(cluster, protocol, 1, date(2026, 1, 20))
    reported = _put(cluster, protocol, 2, date(2026, 5, 20))
    waiting = _put(cluster, protocol, 3, date(2026, 5, 28))
    missed, appealed = (_put(cluster, protocol, number, date(2026, 1, 27)) for number in (4, 5))
    Assignment.objects.filter(pk=waiting.assignment_id).update(audience={"everyone": True})
    with clock.at(datetime(2026, 1, 19, 9, tzinfo=UTC)):
        Desk(cast, done).do("submit", coordinator)
    with clock.at(datetime(2026, 3, 9, 9, tzinfo=UTC)):
        files = [SimpleUploadedFile("report.pdf", PDF, "application/pdf")]
        event = Desk(cast, reported).do("submit", coordinator, files=files)
        asked = Counter(cast, reported).ask(proposed_due=date(2026, 5, 27))
        proposed = Pair(cast, reported).cancel()
        question, answered = (_asked(cast, row, coordinator) for row in (waiting, reported))
        answerer = cast.scope("controller")
        questions_answer(actor=answerer, question_ids=[answered.pk], text="Да, достаточно.")
    return {
        "protocol": protocol,
        "item": waiting.assignment,
        "waiting": waiting,
        "reported": Execution.objects.get(pk=reported.pk),
        "missed": missed,
        "objection": appealed,
        "asked": asked,
        "proposed": proposed,
        "question": question,
        "answered": answered,
        "series": begun(protocol, cluster.region_id),
        "recall": _recalled(cast, _put(cluster, protocol, 6, date(2026, 5, 29))),
        "evidence": Evidence.objects.select_related("event").get(event=event),
    }


def _recalled(cast: Cast, execution: Execution) -> ItemRecall:
    """The item of an execution, recalled just now."""
    with clock.at(NOW):
        return recalled(execution.assignment_id, cast.scope("controller"), cast.scope("administrator"))


def _examples(cast: Cast) -> dict[str, dict[str, Any]]:
    """By region an execution that is late and a file of the other one, which has done the same item and agrees."""
    protocol = _protocol("3")
    own = {"70": (cast.tomsk_machines, "tomsk_coordinator"), "55": (cast.omsk_machines, "omsk_coordinator")}
    found = {}
    for number, (code, other) in enumerate((("70", "55"), ("55", "70")), 1):
        item = issued_item(str(number), protocol=protocol, due=date(2026, 4, 10), at=ISSUED_AT)
        late, done = put_on_control([own[code][0], own[other][0]], item, at=ISSUED_AT)
        with clock.at(datetime(2026, 4, 8, 9, tzinfo=UTC)):
            files = [SimpleUploadedFile("report.pdf", PDF, "application/pdf")]
            event = Desk(cast, done).do("submit", own[other][1], files=files)
            Desk(cast, done).do("accept")
        sharing_agree(actor=SYSTEM, region_code=other)
        found[code] = {
            "late": late,
            "example": Evidence.objects.select_related("event").get(event=event),
        }
    return found


def _asked(cast: Cast, execution: Execution, coordinator: str) -> ItemQuestion:
    return question_ask(actor=cast.scope(coordinator), execution_id=execution.pk, text="Достаточно ли скана?")


def _months() -> None:
    """A month that is published, one that is a draft, one in preview."""
    slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=PUBLISHED).pk)
    slice_close(actor=SYSTEM, period=DRAFT)
    _preview()


def _preview() -> None:
    """March is shown to the coordinators until Tuesday of the next week."""
    slice_ = slice_close(actor=SYSTEM, period=PREVIEWED)
    publishes_at = datetime(2026, 4, 21, 7, 0, tzinfo=UTC)
    slice_preview_open(actor=SYSTEM, slice_id=slice_.pk, publishes_at=publishes_at)


def _objection(cast: Cast, execution: Execution, coordinator: str) -> Objection:
    """An objection with a paper to what January says of the execution."""
    return objection_file(
        actor=cast.scope(coordinator),
        slice_id=Slice.objects.get(period=PUBLISHED).pk,
        execution_id=execution.pk,
        reason="Отчёт сдан в срок.",
        file=SimpleUploadedFile("receipt.pdf", PDF, "application/pdf"),
    )


def _letters(code: str) -> dict[str, RatingLetter]:
    """Two letters of the region: of unknown fate, and taken by the server."""
    letters = RatingLetter.objects.originals().select_related("mail")
    uncertain, accepted = letters.filter(region=code).order_by("pk")
    OutboundMail.objects.filter(pk=uncertain.mail_id).update(state=MailState.UNCERTAIN)
    OutboundMail.objects.filter(pk=accepted.mail_id).update(state=MailState.ACCEPTED, accepted_at=NOW)
    return {"uncertain": uncertain, "accepted": accepted}


def _heads(region: Region) -> AuthorityHead:
    """A head with two addresses."""
    emails = [f"head@{region.code}.example", f"office@{region.code}.example"]
    head = AuthorityHead.objects.filter(authority__region=region).first()
    if head is None:
        return appoint(region.code, *emails)
    head.emails = emails
    head.save()
    return head


def _drafted(cast: Cast) -> tuple[Protocol, Assignment, ItemSeries]:
    """A draft with two items, the first due on a Saturday, and a recurring one."""
    actor = cast.scope("controller")
    with clock.at(NOW):
        protocol = draft(actor)
        item = add_item(actor, protocol, due_on=date(2026, 5, 30))
        add_item(actor, protocol)
        series = add_series(actor, protocol, number="3", audience={"cohorts": [2023]})
    protocol.refresh_from_db()
    item.refresh_from_db()
    return protocol, item, series


def _proposed_recall(cast: Cast, item: Assignment) -> ItemRecall:
    """A recall of an item that the administrator may confirm."""
    return recall_propose(actor=cast.scope("controller"), assignment_id=item.pk, reason="Решение отменено.")


def _tokens(cast: Cast) -> dict[str, str]:
    """A key of the API for everybody who may hold one: what a form sends to revoke it."""
    people = (name for name in PEOPLE if name != "newcomer")
    return {name: api_token_create(actor=cast.scope(name), days=30)[0].token_key for name in people}


def _notices(cast: Cast) -> dict[str, int]:
    """A notice for everybody, by the name of the person."""
    people = {name: getattr(cast, name).pk for name in PEOPLE}
    words = [Word(person, "/rating/", {"period": PUBLISHED, "revision": 1}) for person in people.values()]
    notices_write(actor=SYSTEM, kind="month_published", words=words)
    latest = dict(Notice.objects.order_by("pk").values_list("person", "pk"))
    return {name: latest[person] for name, person in people.items()}


def _views(cast: Cast) -> dict[str, int]:
    """A saved view of everybody: the id by the name of the person."""
    made = (
        SavedView.objects.create(person=getattr(cast, name), page="registry", name="Свои", query="state=open")
        for name in PEOPLE
    )
    return dict(zip(PEOPLE, (view.pk for view in made), strict=True))


def _exports(cast: Cast) -> dict[str, int]:
    """An export of the registry for everybody, made and still kept: the id of the work."""
    found = {}
    for name in PEOPLE:
        person: User = getattr(cast, name)
        made = file_made(
            owner_id=person.pk, name="executions.xlsx", content=BytesIO(b"PK"), kind=Accepted.XLSX
        )
        task = LongTask.objects.create(
            kind=EXPORT, key=name, person=person, arguments={"query": ""}, state=LongTaskState.DONE,
            result={"file": made.pk}, created_at=NOW, finished_at=NOW,
        )  # fmt: skip
        task.people.add(person)
        found[name] = task.pk
    return found


def _uploads(cast: Cast) -> dict[str, int]:
    """A register of every coordinator with one note written into it, checked and not applied: the id."""
    found = {}
    for name in ("tomsk_coordinator", "tomsk_deputy", "omsk_coordinator"):
        scope = cast.scope(name)
        content = downloaded(scope)
        open_one = Execution.objects.filter(region__in=scope.coordinated).open().earliest("pk")
        upload = uploaded(scope, edited(content, {open_one.pk: {"note": "Идёт работа."}}))
        found[name] = upload.pk
    return found


def _sign_in(cast: Cast) -> dict[str, dict[str, str]]:
    """The cookies of everybody who signed in."""
    found: dict[str, dict[str, str]] = {"public": {}, "auditor": {}}
    for name in PEOPLE:
        client = Client()
        client.force_login(getattr(cast, name), backend="allauth.account.auth_backends.AuthenticationBackend")
        found[name] = {key: morsel.value for key, morsel in client.cookies.items()}
    return found


def _works(cast: Cast) -> dict[str, dict[str, Any]]:
    """What each of the two regions has to do, by its code."""
    return {
        "70": _work(cast, cast.tomsk_machines, "1", "tomsk_coordinator"),
        "55": _work(cast, cast.omsk_machines, "2", "omsk_coordinator"),
    }


def build_world() -> World:
    """Write everything into the database and sign everybody in; the clock must stand at `NOW`."""
    cast = build_cast()
    methodology()
    LetterTemplate.objects.create(**asdict(LetterWords()), number=1, note="первая", created_at=NOW)
    works = _works(cast)
    examples = _examples(cast)
    heads = {region.code: _heads(region) for region in (cast.tomsk, cast.omsk)}
    _months()
    for code, coordinator in (("70", "tomsk_coordinator"), ("55", "omsk_coordinator")):
        works[code]["objection"] = _objection(cast, works[code]["objection"], coordinator)
        works[code]["board"] = board_of(cast, code, coordinator)
        works[code]["stages"] = stages_of(cast, works[code]["waiting"].cluster, coordinator)
    gathering = gathering_of(cast, NOW)
    places = {
        code: Place(
            **works[code], **examples[code], **_letters(code), **_meetings(cast, cluster, gathering),
            head=heads[code], cluster=cluster, membership=Membership.objects.get(user=coordinator),
            leave=coming_leave(cast, code, coordinator),
        )
        for code, cluster, coordinator in (
            ("70", cast.tomsk_machines, cast.tomsk_coordinator), ("55", cast.omsk_machines, cast.omsk_coordinator),
        )
    }  # fmt: skip
    protocol, item, series = _drafted(cast)
    token, key = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=30)
    return World(
        cast=cast,
        tomsk=places["70"],
        omsk=places["55"],
        draft=protocol,
        draft_item=item,
        draft_series=series,
        recall=_proposed_recall(cast, places["70"].reported.assignment),
        imported=import_upload(actor=cast.scope("administrator"), name="new.csv", content=IMPORT),
        papers=papers_of_centre(cast),
        saved_audience=_saved_audience(cast),
        calendar_day=_moved_day(),
        task=staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:87", title="Чукотка"),
        remark=remark_add(actor=cast.scope("controller"), text="Приложите приказ."),
        step=EscalationStep.objects.create(days=LATE_TOMORROW, rung=Rung.COORDINATORS),
        webhook=_webhook(cast),
        version=_version(cast),
        audit_token=token,
        audit_key=key,
        campaign=campaign_under_way(cast, NOW.date()),
        meeting=draft_meeting(cast),
        meetings=series_of_meetings(cast),
        campaign_draft=draft_campaign(cast, "Вторая", NOW.date()),
        gathering=gathering,
        lanes=lanes_of_centre(),
        **_of_associations(cast),
        notices=_notices(cast),
        exports=_exports(cast),
        uploads=_uploads(cast),
        views=_views(cast),
        tokens=_tokens(cast),
        cookies=_sign_in(cast),
    )


def _of_associations(cast: Cast) -> dict[str, Any]:
    return {
        "milestone": Milestone.objects.create(name_ru="Веха", name_en="Milestone", due_on=NOW.date()),
        "library": practices_of(cast),
        "supporting": supporting_of(cast),
    }


def _moved_day() -> CalendarDay:
    day = date(2026, 12, 26)
    return CalendarDay.objects.create(day=day, is_working=True, reason="Постановление", recorded_at=NOW)


def _meetings(cast: Cast, cluster: Cluster, gathering: Meeting) -> dict[str, Any]:
    """What the region of a cluster has to do with meetings."""
    code = cluster.region_id
    return {
        "closed_meeting": Pen(cast).closed(cluster.region),
        "minuted": Pen(cast).issued(cluster.region),
        "room": room_of(cast, code, f"{'tomsk' if code == '70' else 'omsk'}_coordinator"),
        "invitation": invitation_of(gathering, code),
    }


def _webhook(cast: Cast) -> WebhookEndpoint:
    """An address of a network that leads nowhere (RFC 5737), with a notice that was given up."""
    endpoint = WebhookEndpoint.objects.create(
        url="https://192.0.2.1/notices",
        note="Платформа мониторинга",
        created_at=NOW,
        created_by=cast.administrator,
    )
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id="ping.1",
        payload=b"{}",
        state=WebhookState.FAILED,
        created_at=NOW,
        next_attempt_at=NOW,
    )
    return endpoint


def _saved_audience(cast: Cast) -> SavedAudience:
    return SavedAudience.objects.create(
        name="Все кластеры страны",
        rule={"everyone": True},
        owner=cast.controller,
        shared=True,
        created_at=NOW,
    )


def _version(cast: Cast) -> MethodologyDraft:
    """A draft that neither of the two keepers wrote, tried on the last published month."""
    newest = Methodology.objects.get()
    draft = MethodologyDraft.objects.create(
        version="2.0", params={**newest.to_params(), "version": "2.0", "effective_from": "2027-01"},
        reason="Версия следующего года.", created_at=NOW, changed_at=NOW,
        author=cast.newcomer, changed_by=cast.newcomer,
    )  # fmt: skip
    for slice_ in Slice.objects.published():
        cells = [{"score": 9_000, "zone": "green", "rank": 1}, {"score": 8_000, "zone": "yellow", "rank": 2}]
        rows = [{"region": "70", "executions": 5, "before": cells[0], "after": cells[1]}]
        MethodologyTrial.objects.create(
            draft=draft, slice=slice_, digest=draft.digest, rows=rows, national=[9_000, 8_000], at=NOW
        )
    return draft
