"""Handing a region over: rights at once, work with them, once, one row of the trail; or on its day."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from accounts.models import Handover, Leave, Membership, User
from accounts.selectors import scope_for
from accounts.selectors.duty import duties
from accounts.services import user_block
from accounts.services.appointing import Appointee
from assignments.models import Execution, ReportDraft, SavedView
from assignments.selectors.handover import work_of
from assignments.services.executions import execution_submit
from assignments.services.handover import handovers_complete, region_hand_over
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError, StaleVersion
from notifications.models import DigestLine, Notice, OutboundMail
from tests.accounts.appointing import NEW, NO_ORDER, NOW, TODAY, away, post
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.refusals import refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOW):
        yield


def hand_over(cast: Cast, on: date = TODAY, who: str = "controller", **changes: Any) -> Handover:
    """The coordinator of Tomsk is relieved by somebody new."""
    values: dict[str, Any] = {
        "actor": cast.scope(who),
        "membership_id": post(cast.tomsk_coordinator).pk,
        "version": 1,
        "appointee": NEW,
        "on": on,
        "order": NO_ORDER,
    }
    return region_hand_over(**{**values, **changes})


def busy(cast: Cast) -> list[Execution]:
    """Three executions of Tomsk, two of them in the hands of its coordinator, with a draft, a view and a line."""
    rows = put_on_control([cast.tomsk_machines, cast.tomsk_farming], issued_item("1"))
    rows += put_on_control([cast.tomsk_machines], issued_item("2"))
    for row in rows[:2]:
        Execution.objects.filter(pk=row.pk).update(assignee=cast.tomsk_coordinator)
    foreign = put_on_control([cast.omsk_machines], issued_item("3"))[0]
    person = cast.tomsk_coordinator
    ReportDraft.objects.create(person=person, execution=rows[0], text="Начато.", updated_at=NOW)
    SavedView.objects.create(person=person, page="registry", name="Горит", query="term=late")
    for execution in (rows[0], foreign):
        DigestLine.objects.create(
            person=person, kind="report_returned", data={"execution": execution.pk}, created_at=NOW - DAY
        )
    return rows


def newcomer() -> User:
    return User.objects.get(email=NEW.email)


@pytest.mark.parametrize("who", ["controller", "administrator"])
def test_the_rights_change_at_once(cast: Cast, who: str) -> None:
    hand_over(cast, who=who)
    assert scope_for(cast.tomsk_coordinator).coordinated == frozenset()
    assert scope_for(newcomer()).coordinated == {"70"}


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("methodologist", NotAllowed),
        ("tomsk_coordinator", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("chair", Missing),
        ("public", Missing),
    ],
)
def test_nobody_else_hands_over(cast: Cast, who: str, error: type[PortalError]) -> None:
    refused(error, lambda: hand_over(cast, who=who))
    assert not Handover.objects.exists()
    assert not User.objects.filter(email=NEW.email).exists()


def test_an_open_session_of_the_old_one_is_without_the_region_with_the_next_request(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    row = busy(cast)[0]
    client = as_person("tomsk_coordinator")
    assert client.get(row.get_absolute_url()).status_code == 200
    hand_over(cast)
    assert client.get(row.get_absolute_url()).status_code == 404


def test_the_work_follows_in_the_same_act_as_it_was_counted_before(cast: Cast) -> None:
    rows = busy(cast)
    before = work_of(cast.tomsk_coordinator.pk, "70")
    done = hand_over(cast)
    assert done.moved == before.counts() == {"open": 3, "assigned": 2, "drafts": 1, "views": 1, "lines": 1}
    new = newcomer()
    assert set(Execution.objects.filter(assignee=new).values_list("pk", flat=True)) == {
        rows[0].pk,
        rows[1].pk,
    }
    assert ReportDraft.objects.get().person == new
    assert SavedView.objects.filter(name="Горит").count() == 2
    mine = DigestLine.objects.filter(person=new, kind="report_returned")
    assert [line.data for line in mine] == [{"execution": rows[0].pk}]
    assert DigestLine.objects.filter(person=cast.tomsk_coordinator, kind="report_returned").count() == 1


def test_the_new_one_hands_in_at_once_and_the_old_one_no_more(cast: Cast) -> None:
    row = busy(cast)[0]
    hand_over(cast)
    with pytest.raises(Missing):
        execution_submit(
            actor=scope_for(cast.tomsk_coordinator), execution_id=row.pk, version=row.version, text="Сдано."
        )
    event = execution_submit(
        actor=scope_for(newcomer()), execution_id=row.pk, version=row.version, text="Сдано."
    )
    assert event.actor == newcomer()


def test_what_the_new_one_has_begun_himself_stays_his(cast: Cast) -> None:
    rows = busy(cast)
    own = ReportDraft.objects.create(
        person=cast.tomsk_deputy, execution=rows[0], text="Мой текст.", updated_at=NOW
    )
    SavedView.objects.create(person=cast.tomsk_deputy, page="registry", name="Горит", query="state=open")
    done = hand_over(cast, appointee=Appointee(cast.tomsk_deputy.email))
    assert (done.moved["drafts"], done.moved["views"]) == (0, 0)
    own.refresh_from_db()
    assert (own.person, own.text) == (cast.tomsk_deputy, "Мой текст.")


def test_a_deputy_who_takes_over_is_no_deputy_any_more(cast: Cast) -> None:
    hand_over(cast, appointee=Appointee(cast.tomsk_deputy.email))
    held = Membership.objects.filter(user=cast.tomsk_deputy).order_by("starts_on")
    assert [(row.position, row.starts_on, row.ends_on) for row in held][1:] == [("main", TODAY, None)]
    assert held[0].ends_on == TODAY - DAY


def test_lines_about_several_regions_are_split(cast: Cast) -> None:
    data = {"protocol": 5, "regions": ["55", "70"]}
    person = cast.tomsk_coordinator
    DigestLine.objects.create(person=person, kind="protocol_issued", data=data, created_at=NOW - DAY)
    hand_over(cast)
    moved = DigestLine.objects.get(person=newcomer(), kind="protocol_issued")
    assert moved.data == {"protocol": 5, "regions": ["70"]}
    assert DigestLine.objects.get(person=cast.tomsk_coordinator, kind="protocol_issued").data == data


def test_one_row_of_the_trail_says_the_whole_act(cast: Cast) -> None:
    busy(cast)
    hand_over(cast)
    row = LogEntry.objects.get(additional_data__action="coordinator_handover")
    assert (row.object_pk, row.actor_id, row.additional_data["count"]) == ("70", cast.controller.pk, 2)
    assert row.changes["coordinator"] == ["Щёкин Иван Петрович", "Новикова Нина Ниловна"]
    assert row.changes["drafts"] == ["", "1"]


def test_sent_twice_it_is_one_and_everybody_is_told_once(cast: Cast) -> None:
    busy(cast)
    assert hand_over(cast) == hand_over(cast)
    assert OutboundMail.objects.filter(kind="invitation").count() == 1
    assert Notice.objects.filter(person=newcomer()).count() == 1
    assert Notice.objects.filter(person=cast.tomsk_coordinator).count() == 1
    assert DigestLine.objects.filter(person=newcomer(), kind="region_taken_over").count() == 1


def test_a_second_handover_of_the_same_post_is_refused_with_the_name(cast: Cast) -> None:
    hand_over(cast)
    words = refused(
        ImpossibleStep, lambda: hand_over(cast, appointee=Appointee(cast.tomsk_deputy.email), version=2)
    )
    assert "Новикова Н. Н." in words


def test_who_was_in_charge_on_a_day_keeps_standing(cast: Cast) -> None:
    hand_over(cast)
    duty = duties(cast.scope("controller"), ["70"])["70"]
    assert [one.name for one in duty.on(TODAY - DAY)] == ["Щёкин И. П."]
    assert [one.name for one in duty.on(TODAY)] == ["Новикова Н. Н."]


# A day ahead


def test_a_handover_ahead_happens_on_its_day(cast: Cast) -> None:
    busy(cast)
    on = TODAY + timedelta(days=5)
    done = hand_over(cast, on)
    assert (done.moved_at, done.moved) == (None, {})
    assert handovers_complete() == 0
    assert scope_for(cast.tomsk_coordinator).coordinated == {"70"}
    assert scope_for(newcomer()).coordinated == frozenset()
    with clock.at(clock.start_of(on)):
        assert scope_for(cast.tomsk_coordinator).coordinated == frozenset()
        assert scope_for(newcomer()).coordinated == {"70"}
        assert (handovers_complete(), handovers_complete()) == (1, 0)
    done.refresh_from_db()
    assert done.moved["assigned"] == Execution.objects.filter(assignee=newcomer()).count() == 2
    assert LogEntry.objects.filter(additional_data__action="coordinator_work_moved").count() == 1


def test_the_work_of_the_day_before_is_counted_on_the_day(cast: Cast) -> None:
    done = hand_over(cast, TODAY + DAY)
    busy(cast)
    with clock.at(NOW + DAY):
        handovers_complete()
    done.refresh_from_db()
    assert done.moved["assigned"] == 2


# Refusals


@pytest.mark.parametrize(
    ("on", "changes", "field", "words"),
    [
        (date(2023, 9, 1), {}, "on", "31"),
        (date(2030, 1, 1), {}, "on", "год"),
        (TODAY, {"appointee": Appointee("tomsk@example.org")}, "email", "тому же"),
        (TODAY, {"appointee": Appointee("nobody@tomsk.example")}, "last_name", "фамилию"),
        (TODAY, {"appointee": Appointee("nobody@tomsk.example", "Ничей")}, "first_name", "имя"),
        (TODAY, {"appointee": Appointee("deputy@example.org", "Другая")}, "last_name", "Томина Вера"),
        (TODAY, {"appointee": Appointee("nowhere", "Ни", "Где")}, "email", "адрес"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    cast: Cast, on: date, changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        hand_over(cast, on, **changes)
    assert list(caught.value.errors) == [field]
    assert words in str(caught.value)
    assert not Handover.objects.exists()


def test_the_successor_begins_after_the_first_day_of_the_old_one(cast: Cast) -> None:
    Membership.objects.filter(user=cast.tomsk_coordinator).update(starts_on=TODAY)
    assert "10.03.2026" in refused(InvalidInput, lambda: hand_over(cast))


def test_a_term_that_is_set_leaves_no_gap(cast: Cast) -> None:
    Membership.objects.filter(user=cast.tomsk_coordinator).update(ends_on=TODAY + DAY)
    assert "11.03.2026" in refused(InvalidInput, lambda: hand_over(cast, TODAY + 3 * DAY))
    assert hand_over(cast, TODAY + 2 * DAY).old.ends_on == TODAY + DAY


def test_an_appointment_that_is_over_is_not_handed_over(cast: Cast) -> None:
    Membership.objects.filter(user=cast.tomsk_coordinator).update(ends_on=TODAY - DAY)
    refused(ImpossibleStep, lambda: hand_over(cast))


def test_a_stale_version_changes_nothing(cast: Cast) -> None:
    refused(StaleVersion, lambda: hand_over(cast, version=9))
    assert post(cast.tomsk_coordinator).ends_on is None


def test_a_blocked_person_takes_nothing_over(cast: Cast) -> None:
    user_block(actor=cast.scope("administrator"), user_id=cast.newcomer.pk, version=1)
    refused(InvalidInput, lambda: hand_over(cast, appointee=Appointee(cast.newcomer.email)))


def test_leaves_of_the_old_one_end_with_him(cast: Cast) -> None:
    away(cast, TODAY - DAY, TODAY + DAY)
    away(cast, TODAY + 9 * DAY, TODAY + 12 * DAY)
    hand_over(cast, TODAY + DAY)
    cut, back = Leave.objects.order_by("starts_on")
    assert (cut.ends_on, cut.cancelled_at) == (TODAY, None)
    assert back.cancelled_at == NOW


def test_whoever_stands_in_is_not_relieved_meanwhile(cast: Cast) -> None:
    away(cast, TODAY, TODAY + 5 * DAY)
    words = refused(ImpossibleStep, lambda: hand_over(cast, membership_id=post(cast.tomsk_deputy).pk))
    assert "Томина В. О." in words
    assert "15.03.2026" in words
