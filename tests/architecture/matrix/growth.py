"""More of everything: rows for every list and table of the portal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Position
from accounts.models import Leave, Membership, User
from accounts.services import audit_token_create
from accounts.services.appointments import campaign_send
from assignments.models import Execution, IssueSchedule, Protocol, SavedAudience
from assignments.services.notes import execution_note_write
from assignments.services.occurrences import series_catch_up
from assignments.services.questions import answer_rewrite, question_ask, questions_answer
from assignments.services.remarks import remark_add
from clusters.models import Association, AssociationMember, Cluster
from clusters.services.uploads import import_upload
from common import clock
from common.scope import SYSTEM, Role
from notifications.enums import StaffTaskKind
from notifications.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from notifications.services import Word, notices_write, staff_task_open
from rating.models import Objection
from rating.services import letters_queue, slice_close, slice_publish
from regions.models import AuthorityHead, CalendarDay, Region
from tests.architecture.matrix.associations import more_milestones
from tests.architecture.matrix.duty import draft_campaign
from tests.architecture.matrix.lanes import more_lanes
from tests.architecture.matrix.minutes import more_papers
from tests.architecture.matrix.participation import more_participation
from tests.architecture.matrix.practices import more_practices
from tests.architecture.matrix.stages import more_stages
from tests.architecture.matrix.supporting import more_support
from tests.architecture.matrix.world import IMPORT, ISSUED_AT, NOW, World
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.counter import Counter
from tests.assignments.desk import Desk
from tests.assignments.drafts import add_item
from tests.assignments.pair import Pair
from tests.assignments.planned import add_series, begun, recalled
from tests.assignments.sheets import saved, uploaded
from tests.files.samples import PDF
from tests.rating.mailroom import appoint

FIRST_MONTH = 2023 * 12 + 9
"""October 2023, counted in months."""
MONTHS = 27
"""Until January 2026, which the world has published."""


class Growth:
    """Adds `n` of everything that a page may list, to the places of the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made = 0

    def add(self, count: int) -> None:
        for number in range(self.made + 1, self.made + count + 1):
            self._month(number)
        for number in range(self.made + 1, self.made + count + 1):
            self._place(number)
            self._people(number)
            self._centre(number)
            self._work(number)
            self._plan(number)
            more_participation(self.world.cast, self.world.gathering, number)
            more_papers(self.world.cast, self.world.papers, number)
            more_lanes(self.world.cast, self.world.lanes, self.world.tomsk.board, number)
            more_milestones(self.world.cast, number)
            more_practices(self.world.cast, self.world.library, number)
            more_support(self.world.cast, self.world.supporting, number)
            more_stages(self.world.tomsk.stages, Cluster.objects.get(code=f"70-1{number:02}"))
        self.made += count
        letters_queue(slice=self.world.tomsk.uncertain.slice, actor=SYSTEM)  # to the heads found since

    def _place(self, number: int) -> None:
        """A region with an authority, a head and a cluster, and one more cluster and a past head of Tomsk.

        The cluster of the region joins the association of the cast, and one more association is founded.
        """
        cast = self.world.cast
        name = f"Область {number:02}"
        region = Region.objects.create(
            code=f"R{number}", name_ru=name, name_en=name, short_ru=name[:5], brief_ru=name, brief_en=name,
            genitive_ru=name, district=cast.tomsk.district, timezone="Asia/Tomsk",
        )  # fmt: skip
        appoint(region.code, f"head@r{number}.example")
        for place in (region, cast.tomsk):
            Cluster.objects.create(
                code=f"{place.code}-1{number:02}", region=place, name=f"Кластер {number}", industry=cast.machines,
                kind="opc", cohort_year=2024,
            )  # fmt: skip
        joined = Cluster.objects.get(code=f"{region.code}-1{number:02}")
        AssociationMember.objects.create(
            association=cast.machine_builders, cluster=joined, starts_on=date(2024, 1, 1)
        )
        more = Association.objects.create(slug=f"more-{number}", name_ru=name, name_en=name)
        more.industries.add(cast.farming)
        ended = date(2020, 1, 1) + timedelta(days=40 * number)
        AuthorityHead.objects.create(
            authority=cast.tomsk.authority, post_title="Министр", post_title_dative="Министру", last_name="Бывший",
            first_name="Иван", name_dative="Бывшему И.", salutation="Уважаемый Иван!",
            starts_on=ended - timedelta(days=39), ends_on=ended,
        )  # fmt: skip

    def _people(self, number: int) -> None:
        """A deputy coordinator of Tomsk, and a past role of the coordinator."""
        cast = self.world.cast
        user = User.objects.create_user(
            f"more{number}@example.org", last_name=f"Ещё{number}", first_name="Анна"
        )
        deputy = Membership.objects.create(
            user=user,
            role=Role.COORDINATOR,
            region=cast.tomsk,
            position=Position.DEPUTY,
            starts_on=date(2024, 1, 1),
        )
        self._duty(number, deputy)
        day = date(2020, 1, 1) + timedelta(days=number)
        Membership.objects.create(
            user=cast.tomsk_coordinator, role=Role.METHODOLOGIST, starts_on=day, ends_on=day
        )

    def _duty(self, number: int, deputy: Membership) -> None:
        """A past coordinator of Tomsk with a leave, one more campaign, and letters to the regions found since."""
        cast, controller = self.world.cast, self.world.cast.scope("controller")
        first = date(2015, 1, 1) + timedelta(days=60 * number)
        past = Membership.objects.create(
            user=deputy.user, role=Role.COORDINATOR, region=cast.tomsk, position=Position.MAIN,
            starts_on=first, ends_on=first + timedelta(days=59),
        )  # fmt: skip
        Leave.objects.create(
            membership=past, stand_in=deputy, starts_on=first, ends_on=first + timedelta(days=7),
            recorded_at=ISSUED_AT,
        )  # fmt: skip
        draft_campaign(cast, f"Кампания {number}", NOW.date())
        campaign_send(actor=controller, campaign_id=self.world.campaign.pk, version=None)

    def _centre(self, number: int) -> None:
        """A task, notices, an import, a key of an auditor, an item of the draft, one more draft."""
        administrator = self.world.cast.scope("administrator")
        staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key=f"region:R{number}", title=f"Задача {number}")
        told = (self.world.cast.administrator, self.world.cast.tomsk_coordinator)
        words = [Word(person.pk, "/rating/", {"period": "2026-01", "revision": 1}) for person in told]
        notices_write(actor=SYSTEM, kind="month_published", words=words)
        remark_add(actor=administrator, text=f"Замечание {number}")
        WebhookEndpoint.objects.create(
            url=f"https://192.0.2.2/{number}", note=f"Система {number}", created_at=ISSUED_AT,
            created_by=self.world.cast.administrator,
        )  # fmt: skip
        delivery = WebhookDelivery.objects.create(
            endpoint=self.world.webhook, event_id=f"rating.published.r{number}", payload=b"{}",
            created_at=ISSUED_AT, next_attempt_at=ISSUED_AT,
        )  # fmt: skip
        WebhookAttempt.objects.create(delivery=delivery, at=ISSUED_AT, status=503, text="Занято")
        import_upload(actor=administrator, name=f"new{number}.csv", content=IMPORT)
        audit_token_create(actor=SYSTEM, holder=f"Аудитор {number}", days=30)
        CalendarDay.objects.create(
            day=date(2027, 1, 9) + timedelta(days=7 * number), is_working=True, reason="Постановление",
            region=self.world.cast.tomsk if number % 2 else None, recorded_at=ISSUED_AT,
        )  # fmt: skip
        SavedAudience.objects.create(
            name=f"Аудитория {number}", rule={"cohorts": [2023]}, owner=self.world.cast.administrator, shared=True,
            created_at=ISSUED_AT,
        )  # fmt: skip
        add_item(administrator, self.world.draft, number=f"1{number:02}")
        Protocol.objects.create(
            number=f"Ч{number}", held_on=date(2026, 4, 1), meeting_title="Черновик", created_at=ISSUED_AT
        )

    def _work(self, number: int) -> None:
        """Executions of Tomsk: waiting and in review, in the protocol of the world and in one more; one more event."""
        world, cast = self.world, self.world.cast
        own = world.tomsk.protocol
        other = Protocol.objects.create(
            number=f"П{number}", held_on=date(2026, 1, 12), meeting_title="Заседание", status="issued",
            created_at=ISSUED_AT, issued_at=ISSUED_AT,
        )  # fmt: skip
        for protocol, state in ((own, "waiting"), (other, "waiting"), (own, "reported"), (other, "late")):
            due = date(2026, 2, 20) if state == "late" else date(2026, 5, 20)
            position = protocol.assignments.count() + 1
            item = issued_item(str(position), protocol=protocol, due=due, at=ISSUED_AT)
            execution = put_on_control([cast.tomsk_machines], item, at=ISSUED_AT)[0]
            if state == "reported":
                self._report(execution)
            elif state == "waiting":
                with clock.at(datetime(2026, 3, 11, 9, tzinfo=UTC)):
                    Counter(cast, execution).ask(proposed_due=date(2026, 5, 27))
                    Pair(cast, execution).cancel()
            Objection.objects.create(
                slice=world.tomsk.objection.slice, region=cast.tomsk, execution=execution, reason="Сдано в срок.",
                filed_by=cast.tomsk_coordinator, filed_at=ISSUED_AT,
            )  # fmt: skip
        self._ask(number)
        late = Cluster.objects.get(code=f"70-1{number:02}")
        put_on_control([late], world.tomsk.item, at=ISSUED_AT)
        self._report(world.tomsk.reported, text=f"Дополнение {number}")
        coordinator = cast.scope("tomsk_coordinator")
        for execution in (world.tomsk.waiting, world.tomsk.reported):
            version = execution.notes.count()
            execution_note_write(
                actor=coordinator, execution_id=execution.pk, version=version, text=f"Ход {number}"
            )
        uploaded(coordinator, saved([["Id"], ["x"]]), name=f"register{number}.xlsx")

    def _plan(self, number: int) -> None:
        """A period of the recurring item of Tomsk, one more recurring item there, a draft with its hour, a recall."""
        world, cast = self.world, self.world.cast
        protocol = world.tomsk.protocol
        with clock.at(datetime(2026, 4, 19, 7, tzinfo=UTC) + timedelta(weeks=number)):
            series_catch_up(actor=SYSTEM, series_id=world.tomsk.series.pk)
        begun(protocol, cast.tomsk.code, f"S{number}")
        add_series(cast.scope("controller"), world.draft, number=f"R{number}")
        waiting = Protocol.objects.create(
            number=f"Т{number}", held_on=date(2026, 4, 2), meeting_title="Ждёт", created_at=ISSUED_AT
        )
        IssueSchedule.objects.create(protocol=waiting, at=NOW, set_by=cast.controller, set_at=ISSUED_AT)
        item = issued_item(f"5{number:02}", protocol=protocol, at=ISSUED_AT)
        put_on_control([cast.tomsk_machines], item, at=ISSUED_AT)
        recall = recalled(item.pk, cast.scope("controller"), cast.scope("administrator"))
        world.tomsk.recall.refused = [[pk, "Занято."] for pk in item.executions.values_list("pk", flat=True)]
        world.tomsk.recall.save()
        assert recall.state == "done"

    def _ask(self, number: int) -> None:
        """Two questions about the item of the world, one of them answered and mended."""
        world, cast = self.world, self.world.cast
        with clock.at(datetime(2026, 3, 11, 9, tzinfo=UTC)):
            scope = cast.scope("tomsk_coordinator")
            asked = [
                question_ask(actor=scope, execution_id=execution.pk, text=f"Вопрос {number}?")
                for execution in (world.tomsk.waiting, world.tomsk.waiting, world.tomsk.reported)
            ]
            for question in asked[1:]:
                found = questions_answer(
                    actor=cast.scope("controller"), question_ids=[question.pk], text="Да."
                )
                answer_rewrite(actor=cast.scope("administrator"), answer_id=found.pk, version=1, text="Нет.")

    def _report(self, execution: Execution, **changes: Any) -> None:
        files = [SimpleUploadedFile("report.pdf", PDF, "application/pdf")]
        moment = datetime(2026, 3, 10, 9, tzinfo=UTC) + timedelta(minutes=execution.events.count())
        with clock.at(moment):
            Desk(self.world.cast, execution).do("submit", "tomsk_coordinator", files=files, **changes)

    def _month(self, number: int) -> None:
        """One more month before January 2026, closed and published, with its letters; there are 27 of them."""
        if number > MONTHS:
            return
        year, month = divmod(FIRST_MONTH + number - 1, 12)
        slice_ = slice_close(actor=SYSTEM, period=f"{year}-{month + 1:02}")
        slice_publish(actor=SYSTEM, slice_id=slice_.pk)
