"""Notices: written in the caller's transaction, read by their person alone, cleared away when they are old."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Membership
from common import clock
from common.errors import Missing
from common.scope import PUBLIC, SYSTEM
from notifications.enums import StaffTaskKind
from notifications.models import Notice
from notifications.notices import NoticeKind, known_kinds, register_kinds, staff_of_centre, words_of_notice
from notifications.services import (
    Word,
    notice_read,
    notices_read_all,
    notices_sweep,
    notices_write,
    staff_task_open,
)
from notifications.tasks import sweep_notices
from tests.assignments.desk import NOW
from tests.cast import Cast

STAFF = ("administrator", "controller", "methodologist")


def write(cast: Cast, *people: str, actor: str = "") -> list[Notice]:
    """One notice of an open task for each of them."""
    scope = cast.scope(actor) if actor else SYSTEM
    words = [Word(getattr(cast, name).pk, "/staff-tasks/", {"task": "no_head"}) for name in people]
    notices_write(actor=scope, kind="staff_task_opened", words=words)
    return list(Notice.objects.order_by("pk"))


def test_nobody_is_told_of_his_own_act(cast: Cast) -> None:
    write(cast, "controller", "methodologist", actor="controller")
    assert [row.person for row in Notice.objects.all()] == [cast.methodologist]


def test_a_thousand_people_are_told_in_a_few_statements(cast: Cast) -> None:
    words = [Word(cast.controller.pk, "/", {"task": "no_head"})] * 1000
    with CaptureQueriesContext(connection) as captured:
        assert notices_write(actor=SYSTEM, kind="staff_task_opened", words=words) == 1000
    inserts = [query for query in captured.captured_queries if query["sql"].startswith("INSERT")]
    assert len(inserts) <= 8


@pytest.mark.parametrize("who", [*STAFF, "tomsk_coordinator", "newcomer"])
def test_everybody_sees_his_own_notices_alone(cast: Cast, who: str) -> None:
    write(cast, *STAFF, "tomsk_coordinator", "newcomer")
    assert [row.person for row in Notice.objects.visible_to(cast.scope(who))] == [getattr(cast, who)]
    assert not Notice.objects.visible_to(PUBLIC).exists()
    assert not Notice.objects.visible_to(SYSTEM).exists()


def test_reading_is_noted_once(cast: Cast) -> None:
    (notice,) = write(cast, "controller")
    with clock.at(NOW):
        notice_read(actor=cast.scope("controller"), notice_id=notice.pk)
    with clock.at(NOW + timedelta(hours=1)):
        notice_read(actor=cast.scope("controller"), notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.read_at == NOW


def test_nobody_reads_the_notice_of_another(cast: Cast) -> None:
    (notice,) = write(cast, "controller")
    for who in ("administrator", "tomsk_coordinator"):
        with pytest.raises(Missing):
            notice_read(actor=cast.scope(who), notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_reading_all_reads_ones_own(cast: Cast) -> None:
    write(cast, "controller", "controller", "administrator")
    assert notices_read_all(actor=cast.scope("controller")) == 2
    assert [row.person for row in Notice.objects.unread()] == [cast.administrator]
    assert notices_read_all(actor=cast.scope("controller")) == 0


def test_what_was_read_long_ago_is_cleared_away_at_night(cast: Cast) -> None:
    fresh, old, unread = write(cast, "controller", "controller", "controller")
    Notice.objects.filter(pk=fresh.pk).update(read_at=NOW - timedelta(days=180))
    Notice.objects.filter(pk=old.pk).update(read_at=NOW - timedelta(days=180, seconds=1))
    Notice.objects.filter(pk=unread.pk).update(created_at=NOW - timedelta(days=900))
    with clock.at(NOW):
        sweep_notices()
        assert notices_sweep() == 0
    assert set(Notice.objects.values_list("pk", flat=True)) == {fresh.pk, unread.pk}
    assert settings.CELERY_BEAT_SCHEDULE["sweep-notices"]["task"] == sweep_notices.name


# The staff of the centre


def test_the_staff_in_office_is_told_of_a_task_once(cast: Cast) -> None:
    Membership.objects.filter(user=cast.methodologist).update(ends_on=clock.today() - timedelta(days=1))
    for _try in range(2):
        staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:70", title="Томск")
    assert staff_of_centre() == [cast.administrator.pk, cast.controller.pk]
    assert sorted(Notice.objects.values_list("person", flat=True)) == staff_of_centre()


def test_a_task_that_was_open_already_is_no_news(cast: Cast) -> None:
    staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:70", title="Томск")
    with CaptureQueriesContext(connection) as captured:
        staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:70", title="Томск")
    assert not [query for query in captured.captured_queries if "INSERT" in query["sql"]]
    assert Notice.objects.count() == 3


# Words


def test_words_are_made_in_the_language_of_the_reader() -> None:
    said = []
    for language in ("ru", "en"):
        with translation.override(language):
            said.append(words_of_notice("staff_task_opened", {"task": "no_head"}))
    assert said == [
        "Задача сотрудникам центра: в регионе нет действующего руководителя органа.",
        "A task for the staff of the centre: the region has no head in office.",
    ]


def test_a_kind_that_is_written_no_more_is_told_of_in_general_words() -> None:
    with translation.override("en"):
        assert words_of_notice("of_old", {}) == "Something that concerns you has changed."


def test_a_key_belongs_to_one_kind() -> None:
    with pytest.raises(ValueError, match="staff_task_opened"):
        register_kinds(NoticeKind("staff_task_opened", lambda _data: ""))


def test_every_kind_that_is_written_can_be_read() -> None:
    assert known_kinds() == [
        "association_event", "decision_undone", "execution_cancelled", "issue_failed", "item_issued",
        "item_recalled", "joining_course", "leave_begins", "leave_ended", "meeting_agenda_changed",
        "meeting_cancelled", "meeting_moved", "meeting_opened", "meeting_protocol_issued", "minutes_agreed",
        "minutes_approval_asked", "minutes_remarked", "month_published", "peer_question", "practice_course",
        "practice_repeated", "proposal_confirmed", "proposal_refused", "proposal_waits", "protocol_issued",
        "question_answered", "recall_confirmed", "recall_refused", "recall_undone", "recall_waits",
        "region_handed_over", "region_taken_over", "report_accepted", "report_returned", "request_refused",
        "rules_changed", "staff_task_opened", "stage_decided", "stages_moved", "support_course",
        "term_extended", "values_returned", "version_announced",
    ]  # fmt: skip
