"""Drafts that issue themselves: at their hour, once, under every check of an issue by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Membership
from assignments.models import Assignment, Execution, IssueSchedule, Protocol
from assignments.services import protocols
from assignments.services.copies import protocol_template_mark
from assignments.services.schedules import issue_schedule, issue_unschedule, issues_due
from assignments.tasks import issue_scheduled
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.formatting import date_time
from common.scope import Scope
from notifications.models import DigestLine, Notice, StaffTask
from tests.assignments import drafts
from tests.assignments.planned import HOUR
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def protocol(actor: Scope) -> Protocol:
    found = drafts.draft(actor)
    drafts.add_item(actor, found)
    found.refresh_from_db()
    return found


def schedule(actor: Scope, protocol: Protocol, at: datetime = HOUR) -> IssueSchedule:
    protocol.refresh_from_db()
    return issue_schedule(actor=actor, protocol_id=protocol.pk, version=protocol.version, at=at)


def at_the_hour(later: timedelta = timedelta()) -> int:
    with clock.at(HOUR + later):
        return issues_due()


def test_a_draft_issues_itself_when_its_hour_has_come_and_once(actor: Scope, protocol: Protocol) -> None:
    row = schedule(actor, protocol)
    assert issues_due() == 0
    assert at_the_hour(-timedelta(seconds=1)) == 0
    assert at_the_hour() == 1
    assert at_the_hour(timedelta(minutes=1)) == 0
    protocol.refresh_from_db()
    row.refresh_from_db()
    assert (protocol.status, protocol.issued_at, protocol.issued_by_id) == ("issued", HOUR, actor.user_id)
    assert (row.state, row.closed_at) == ("done", HOUR)
    assert Execution.objects.count() == 4


def test_after_an_outage_the_issue_is_made_up_for(actor: Scope, protocol: Protocol) -> None:
    schedule(actor, protocol)
    assert at_the_hour(timedelta(days=2)) == 1
    protocol.refresh_from_db()
    assert protocol.issued_at == HOUR + timedelta(days=2)


def test_the_hour_is_moved_and_taken_back(actor: Scope, protocol: Protocol) -> None:
    row = schedule(actor, protocol)
    moved = schedule(actor, protocol, HOUR + timedelta(days=1))
    assert (moved.pk, IssueSchedule.objects.count()) == (row.pk, 1)
    assert at_the_hour() == 0
    protocol.refresh_from_db()
    ended = issue_unschedule(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    assert (ended.state, ended.closed_by_id) == ("withdrawn", actor.user_id)
    assert at_the_hour(timedelta(days=2)) == 0
    with pytest.raises(ImpossibleStep):
        issue_unschedule(actor=actor, protocol_id=protocol.pk, version=None)


def test_the_same_hour_set_twice_is_set_once(actor: Scope, protocol: Protocol) -> None:
    version = protocol.version
    first = issue_schedule(actor=actor, protocol_id=protocol.pk, version=version, at=HOUR)
    assert issue_schedule(actor=actor, protocol_id=protocol.pk, version=version, at=HOUR) == first
    with pytest.raises(StaleVersion):
        issue_schedule(actor=actor, protocol_id=protocol.pk, version=version, at=HOUR + timedelta(hours=1))


@pytest.mark.parametrize(
    ("at", "field"),
    [
        (drafts.NOW, "at"),
        (drafts.NOW + timedelta(days=200), "at"),
        (HOUR.replace(tzinfo=None), "at"),
        (datetime(2026, 6, 1, 7, 0, tzinfo=UTC), "__all__"),  # the item is due in May
    ],
)
def test_an_hour_that_cannot_be_is_refused_by_name(
    actor: Scope, protocol: Protocol, at: datetime, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        schedule(actor, protocol, at)
    assert list(caught.value.errors) == [field]
    assert not IssueSchedule.objects.exists()


def test_readers_of_the_centre_set_no_hour(cast: Cast, protocol: Protocol) -> None:
    with pytest.raises(NotAllowed):
        schedule(cast.scope("methodologist"), protocol)


def test_a_template_has_no_hour_and_what_waits_becomes_no_template(actor: Scope, protocol: Protocol) -> None:
    schedule(actor, protocol)
    protocol.refresh_from_db()
    with pytest.raises(ImpossibleStep):
        protocol_template_mark(
            actor=actor, protocol_id=protocol.pk, version=protocol.version, is_template=True
        )
    Protocol.objects.filter(pk=protocol.pk).update(is_template=True)
    with pytest.raises(ImpossibleStep):
        schedule(actor, protocol)


def test_what_is_changed_before_the_hour_is_issued(actor: Scope, protocol: Protocol) -> None:
    schedule(actor, protocol)
    drafts.add_item(actor, protocol, audience={"cohorts": [2023]})
    assert at_the_hour() == 1
    assert Execution.objects.count() == 6


def test_issued_by_hand_it_waits_no_more(actor: Scope, protocol: Protocol) -> None:
    row = schedule(actor, protocol)
    protocol.refresh_from_db()
    protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    row.refresh_from_db()
    assert (row.state, row.closed_by_id) == ("done", actor.user_id)
    assert at_the_hour() == 0


def nothing_happened(protocol: Protocol, row: IssueSchedule) -> str:
    """The draft is as it was; the reason in words."""
    protocol.refresh_from_db()
    row.refresh_from_db()
    assert (protocol.status, row.state, row.closed_at) == ("draft", "failed", HOUR)
    assert not Execution.objects.exists()
    assert not Assignment.objects.exclude(code=None).exists()
    return row.reason


def test_an_author_whose_role_has_ended_issues_nothing_and_everybody_concerned_is_told(
    cast: Cast, actor: Scope, protocol: Protocol
) -> None:
    row = schedule(actor, protocol)
    Membership.objects.filter(user=cast.controller).update(ends_on=date(2026, 4, 19))
    assert at_the_hour() == 0
    assert cast.controller.get_short_name() in nothing_happened(protocol, row)
    task = StaffTask.objects.get()
    assert (task.kind, task.link) == ("not_issued", protocol.get_absolute_url())
    told = set(Notice.objects.values_list("person", "kind"))
    assert (cast.administrator.pk, "staff_task_opened") in told
    assert not Notice.objects.filter(person=cast.controller).exists()


def test_an_author_who_became_a_reader_or_was_blocked_issues_nothing(
    cast: Cast, actor: Scope, protocol: Protocol
) -> None:
    row = schedule(actor, protocol)
    Membership.objects.filter(user=cast.controller).update(role="methodologist")
    assert at_the_hour() == 0
    nothing_happened(protocol, row)
    Membership.objects.filter(user=cast.controller).update(role="controller")
    again = schedule(actor, protocol)
    cast.controller.is_active = False
    cast.controller.save()
    assert at_the_hour() == 0
    again.refresh_from_db()
    assert again.state == "failed"


def test_an_audience_that_became_empty_issues_nothing(actor: Scope, protocol: Protocol) -> None:
    row = schedule(actor, protocol)
    Cluster.objects.update(closed_on=date(2026, 4, 16))
    assert at_the_hour() == 0
    assert "1" in nothing_happened(protocol, row)
    notice = Notice.objects.get(kind="issue_failed")
    assert (notice.person_id, notice.link) == (actor.user_id, protocol.get_absolute_url())
    assert DigestLine.objects.get(kind="issue_failed").is_urgent


def test_a_term_that_passed_during_an_outage_issues_nothing(actor: Scope, protocol: Protocol) -> None:
    row = schedule(actor, protocol)
    with clock.at(datetime(2026, 6, 1, 7, tzinfo=UTC)):
        assert issues_due() == 0
    row.refresh_from_db()
    assert row.state == "failed"


def test_a_new_hour_after_a_failure_settles_the_task(actor: Scope, protocol: Protocol) -> None:
    schedule(actor, protocol)
    Cluster.objects.update(closed_on=date(2026, 4, 16))
    at_the_hour()
    Cluster.objects.update(closed_on=None)
    with clock.at(HOUR):
        schedule(actor, protocol, HOUR + timedelta(hours=1))
    assert at_the_hour(timedelta(hours=1)) == 1
    assert StaffTask.objects.get().closed_at is not None


def test_issued_by_hand_after_a_failure_the_task_is_settled(actor: Scope, protocol: Protocol) -> None:
    schedule(actor, protocol)
    Cluster.objects.update(closed_on=date(2026, 4, 16))
    at_the_hour()
    Cluster.objects.update(closed_on=None)
    protocol.refresh_from_db()
    with clock.at(HOUR + timedelta(hours=1)):
        protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    task = StaffTask.objects.get()
    assert (task.closed_by_id, task.closed_at) == (actor.user_id, HOUR + timedelta(hours=1))


def test_a_fault_of_the_portal_is_tried_again(
    actor: Scope, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = schedule(actor, protocol)

    def broken(**_said: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr("assignments.services.schedules.protocol_issue", broken)
        assert at_the_hour() == 0
    row.refresh_from_db()
    assert (row.state, StaffTask.objects.get().reason) == ("waiting", "OSError")
    assert at_the_hour(timedelta(minutes=1)) == 1
    assert StaffTask.objects.get().closed_at is not None


def test_the_clock_rings_for_it(actor: Scope, protocol: Protocol) -> None:
    schedule(actor, protocol)
    assert settings.CELERY_BEAT_SCHEDULE["issue-scheduled"]["task"] == issue_scheduled.name
    with clock.at(HOUR):
        issue_scheduled()
    protocol.refresh_from_db()
    assert protocol.status == "issued"


def test_the_pages_say_when_and_why_not(
    as_person: Callable[[str], Client], actor: Scope, protocol: Protocol
) -> None:
    client = as_person("controller")
    page = f"/protocols/{protocol.pk}/"
    sent = {"at": "20.04.2026 10:00", "version": protocol.version}
    assert client.get(f"{page}schedule/").status_code == 200
    assert client.post(f"{page}schedule/", sent).status_code == 302
    assert date_time(HOUR) in client.get(page).content.decode()
    assert date_time(HOUR) in client.get("/protocols/").content.decode()
    assert date_time(HOUR) in client.get(f"{page}issue/").content.decode()
    assert client.post(f"{page}schedule/", {**sent, "at": "21.04.2026 10:00"}).status_code == 409
    assert client.post(f"{page}schedule/", {**sent, "at": "завтра"}).status_code == 400
    Cluster.objects.update(closed_on=date(2026, 4, 16))
    at_the_hour()
    shown = client.get(page).content.decode()
    assert IssueSchedule.objects.get().reason in shown


def test_the_hour_is_taken_back_on_the_page(
    as_person: Callable[[str], Client], actor: Scope, protocol: Protocol
) -> None:
    schedule(actor, protocol)
    protocol.refresh_from_db()
    client = as_person("administrator")
    back = f"/protocols/{protocol.pk}/unschedule/"
    assert client.post(back, {"version": protocol.version - 1}).status_code == 409
    assert client.post(back, {"version": protocol.version}).status_code == 302
    assert client.post(back, {"version": protocol.version}).status_code == 409
