"""Whom the bell tells of protocols and decisions: coordinators in office, once per act, and never the actor."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.enums import Position
from accounts.models import Membership, User
from assignments.services.executions import executions_decide
from assignments.services.late import late_cluster_add
from assignments.services.protocols import protocol_issue
from clusters.models import Cluster
from common import clock
from common.scope import Role
from notifications.models import Notice
from notifications.notices import words_of_notice
from tests.assignments import drafts
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast


def told(kind: str = "") -> dict[str, dict]:
    """The data of the notices by the address of the person, each person once."""
    rows = Notice.objects.select_related("person").order_by("pk")
    found = [(row.person.email.split("@")[0], row.data) for row in rows if kind in ("", row.kind)]
    assert len(dict(found)) == len(found), "told twice"
    return dict(found)


def words(notice: Notice, language: str = "ru") -> str:
    with translation.override(language):
        return words_of_notice(notice.kind, notice.data).replace("\u00a0", " ")


COORDINATORS = {"tomsk", "tomsk-deputy", "omsk"}


@pytest.fixture
def emails(cast: Cast) -> dict[str, str]:
    """Names of the cast by the local part of their address."""
    people = ("tomsk_coordinator", "tomsk_deputy", "omsk_coordinator")
    return {getattr(cast, name).email.split("@")[0]: name for name in people}


# Issue


@pytest.mark.usefixtures("wednesday")
class TestIssue:
    def test_each_coordinator_is_told_once_with_the_count_of_his_region(
        self, cast: Cast, emails: dict[str, str]
    ) -> None:
        drafts.load_rules()
        protocol = drafts.issued(cast.scope("controller"), {"audience": {"cohorts": [2023]}}, {})
        counts = {emails[who]: data["count"] for who, data in told().items()}

        assert counts == {"tomsk_coordinator": 3, "tomsk_deputy": 3, "omsk_coordinator": 3}
        notice = Notice.objects.first()
        assert notice is not None
        assert notice.link == protocol.get_absolute_url()
        assert notice.created_at == drafts.NOW
        assert "на контроль поставлено 3 поручения" in words(notice)
        assert "3 executions are put on control" in words(notice, "en")

    def test_who_coordinates_two_regions_is_told_once_of_both(
        self, cast: Cast, emails: dict[str, str]
    ) -> None:
        Membership.objects.create(
            user=cast.omsk_coordinator, role=Role.COORDINATOR, region=cast.tomsk, position=Position.DEPUTY,
            starts_on=date(2024, 1, 1),
        )  # fmt: skip
        drafts.load_rules()
        drafts.issued(cast.scope("controller"), {})
        assert {emails[who]: data["count"] for who, data in told().items()} == {
            "tomsk_coordinator": 2, "tomsk_deputy": 2, "omsk_coordinator": 4,
        }  # fmt: skip

    def test_nobody_is_told_whose_appointment_is_over_or_who_is_blocked(
        self, cast: Cast, emails: dict[str, str]
    ) -> None:
        cast.omsk_coordinator.memberships.update(ends_on=date(2026, 4, 14))
        User.objects.filter(pk=cast.tomsk_deputy.pk).update(is_active=False)
        drafts.load_rules()
        drafts.issued(cast.scope("controller"), {})
        assert {emails[who] for who in told()} == {"tomsk_coordinator"}

    def test_a_second_press_tells_nobody_again(self, cast: Cast) -> None:
        drafts.load_rules()
        actor = cast.scope("controller")
        protocol = drafts.issued(actor, {})
        before = Notice.objects.count()
        protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version - 1)
        assert Notice.objects.count() == before == 3

    def test_the_actor_is_not_told_of_his_own_act(self, cast: Cast, emails: dict[str, str]) -> None:
        Membership.objects.create(user=cast.tomsk_deputy, role=Role.CONTROLLER, starts_on=date(2024, 1, 1))
        drafts.load_rules()
        drafts.issued(cast.scope("tomsk_deputy"), {})
        assert {emails[who] for who in told()} == {"tomsk_coordinator", "omsk_coordinator"}

    def test_a_late_cluster_is_told_of_to_its_region(self, cast: Cast, emails: dict[str, str]) -> None:
        drafts.load_rules()
        actor = cast.scope("controller")
        protocol = drafts.issued(actor, {"audience": {"cohorts": [2023]}})
        Notice.objects.all().delete()
        item = protocol.assignments.get()
        late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=cast.nameless.pk)
        assert {emails[who]: data["count"] for who, data in told().items()} == {"omsk_coordinator": 1}

    def test_thousands_of_executions_are_a_handful_of_statements(self, cast: Cast) -> None:
        drafts.load_rules()
        actor = cast.scope("controller")

        def statements(clusters: int) -> int:
            start = Cluster.objects.count()
            Cluster.objects.bulk_create(
                Cluster(code=f"70-{number + 100}", region=cast.tomsk, name=f"{number}", name_key=f"{number}")
                for number in range(start, start + clusters)
            )
            draft = drafts.draft(actor, number=f"{start}-пр")
            drafts.add_item(actor, draft)
            draft.refresh_from_db()
            with CaptureQueriesContext(
                connection,
            ) as captured:
                protocol_issue(actor=actor, protocol_id=draft.pk, version=draft.version)
            return len(captured)

        statements(3)  # fills the caches of the process
        few = statements(3)
        assert statements(300) == few
        assert Notice.objects.count() == 3 * 3


# Decisions


@pytest.mark.usefixtures("march")
class TestDecisions:
    def test_the_region_is_told_of_each_decision_with_its_reference(
        self, cast: Cast, desk: Desk, emails: dict[str, str]
    ) -> None:
        protocol = "п. 1 протокола № 7 от 02.03.2026, кластер 70-001"
        steps = {
            "return": f"Отчёт возвращён на доработку с замечанием: {protocol}.",
            "extend": f"Срок продлён, не позднее 01.04.2026 включительно: {protocol}.",
            "accept": f"Отчёт принят: {protocol}.",
        }
        for action, sentence in steps.items():
            desk.do("submit")
            assert told() == {}, "a report of the region itself is no news to it"
            desk.do(action)
            assert {emails[who] for who in told()} == {"tomsk_coordinator", "tomsk_deputy"}
            notice = Notice.objects.first()
            assert notice is not None
            assert words(notice) == sentence
            assert notice.link == desk.row.get_absolute_url()
            Notice.objects.all().delete()

    def test_a_cancelled_execution_of_the_coordinator_names_no_cluster(self, cast: Cast) -> None:
        item = issued_item("5", addressee="regions")
        execution = put_on_control([cast.tomsk], item)[0]
        Desk(cast, execution).do("cancel")
        notice = Notice.objects.first()
        assert notice is not None
        assert words(notice) == "Поручение снято с контроля без исполнения: п. 5 протокола № 7 от 02.03.2026."

    def test_a_notice_holds_no_text_of_people(self, desk: Desk) -> None:
        desk.do("submit", text="Тайна отчёта.")
        desk.do("return", remark="Тайна замечания.")
        assert {key for row in Notice.objects.all() for key in row.data} == {
            "protocol", "held_on", "item", "cluster", "event",
        }  # fmt: skip

    def test_the_same_form_sent_twice_tells_once(self, desk: Desk) -> None:
        desk.do("submit")
        for _press in range(2):
            desk.do("accept", submission_key="a" * 32, version=2)
        assert len(told()) == Notice.objects.count() == 2

    def test_a_decision_on_many_is_one_notice_for_a_person(self, cast: Cast, emails: dict[str, str]) -> None:
        executions = [
            put_on_control([place], issued_item(str(number)))[0]
            for number, place in enumerate([cast.tomsk_machines] * 3 + [cast.omsk_machines], start=1)
        ]
        for execution in executions:
            who = "omsk_coordinator" if execution.region_id == "55" else "tomsk_coordinator"
            Desk(cast, execution).do("submit", who)
        with clock.at(NOW):
            executions_decide(
                actor=cast.scope("controller"), action="return", remark="Приложите приказ.",
                execution_ids=[execution.pk for execution in executions],
            )  # fmt: skip
        data = {emails[who]: found for who, found in told("report_returned").items()}
        assert data["tomsk_coordinator"] == data["tomsk_deputy"] == {"count": 3}
        assert data["omsk_coordinator"]["item"] == "4"
        of_many = Notice.objects.get(person=cast.tomsk_coordinator)
        assert of_many.link == "/assignments/registry/?state=returned"
        assert words(of_many) == "Центр вернул на доработку с замечанием 3 отчёта."
        of_one = Notice.objects.get(person=cast.omsk_coordinator)
        assert of_one.link == executions[3].get_absolute_url()

    def test_a_refused_decision_tells_nobody(self, cast: Cast, desk: Desk) -> None:
        executions_decide(actor=cast.scope("controller"), action="accept", execution_ids=[desk.pk])
        assert told() == {}
