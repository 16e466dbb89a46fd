"""Mails that do not wait for the morning, and what acts of the centre leave for it."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Membership
from assignments.models import Execution, ExecutionEvent
from assignments.services.executions import executions_decide
from assignments.services.late import late_cluster_add
from assignments.services.protocols import protocol_issue
from assignments.services.requests import request_grant, request_open, request_refuse
from assignments.services.undoing import decision_undo
from clusters.models import Cluster
from common import clock
from common.scope import Role
from notifications.models import Digest, DigestLine, MailSettings, Notice, OutboundMail
from notifications.selectors import digests_planned
from notifications.services import digest_lines_sweep
from notifications.services.digests import digest_queue
from regions.models import Region
from tests.assignments import drafts
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast, _member, _user
from tests.dashboard.mailbag import TOMSK, local, mails, part_of, recipients, ring, tick
from tests.dashboard.office import TODAY, work

pytestmark = pytest.mark.django_db

ISSUED, RETURNED = "new-items", "returned-report"
TOMORROW = TODAY + timedelta(days=1)
FAR = TODAY + timedelta(days=40)


def returned(cast: Cast, *executions: Execution, at: Any = NOW) -> None:
    for execution in executions:
        with clock.at(at - timedelta(hours=1)):
            Desk(cast, execution).do("submit", text=f"Отчёт {at}")
        with clock.at(at):
            Desk(cast, execution).do("return")


def undo_last(cast: Cast, execution: Execution) -> None:
    event = ExecutionEvent.objects.filter(execution=execution).latest("pk")
    decision_undo(actor=cast.scope("controller"), execution_id=execution.pk, event_id=event.pk)


def ring_at(instant: Any) -> int:
    with clock.at(instant):
        return ring()


# A protocol is issued


def test_six_hundred_executions_are_one_mail_per_coordinator(cast: Cast) -> None:
    district = cast.tomsk.district
    for number in range(86):
        region = Region.objects.create(
            code=f"S{number}", name_ru=f"Область {number}", name_en=f"Region {number}", short_ru="О", brief_ru="О",
            brief_en="R", genitive_ru="О", district=district, timezone="Asia/Omsk",
        )  # fmt: skip
        person = _user(f"c{number}", "Координатор", f"И{number}", "")
        _member(person, Role.COORDINATOR, region=region, position="main")
        Cluster.objects.bulk_create(
            Cluster(code=f"S{number}-{n}", region=region, name=f"К{n}", name_key=f"к{n}") for n in range(7)
        )
    with clock.at(drafts.NOW):
        drafts.issued(cast.scope("controller"), {}, number="14")
        assert OutboundMail.objects.count() == 0
        ring()
        ring()

    assert Execution.objects.count() >= 600
    people = Membership.objects.filter(role=Role.COORDINATOR).values("user").distinct().count()
    assert len(mails(ISSUED)) == people == 89
    assert len(set(recipients(ISSUED))) == 89


def test_the_mail_of_a_protocol_names_its_items_with_the_executions_of_the_region(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        drafts.issued(
            cast.scope("controller"),
            {"title": "Сведения о наборе"},
            {"title": "План", "audience": {"regions": ["70"]}},
            number="14",
        )  # fmt: skip
        ring()
    omsk, tomsk = (mail for mail in mails(ISSUED) if mail.recipient_email.startswith(("omsk", "tomsk")))

    assert tomsk.subject.replace("\u00a0", " ") == "Новые поручения протокола № 14 от 15.04.2026: 2"
    assert "п. 1 протокола № 14 от 15.04.2026 · кластеров: 2" in part_of(tomsk)
    assert "План" not in part_of(omsk)
    assert omsk.subject.endswith(": 1")


def test_two_protocols_are_two_mails_and_a_second_press_is_none(cast: Cast) -> None:
    actor = cast.scope("controller")
    with clock.at(drafts.NOW):
        first = drafts.issued(actor, {}, number="14")
        drafts.issued(actor, {}, number="15")
        ring()
        protocol_issue(actor=actor, protocol_id=first.pk, version=first.version - 1)
        ring()

    assert sorted(recipients(ISSUED)) == ["deputy", "deputy", "omsk", "omsk", "tomsk", "tomsk"]


def test_who_has_left_the_region_before_the_mail_is_written_gets_none(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        drafts.issued(cast.scope("controller"), {})
        cast.omsk_coordinator.memberships.update(ends_on=drafts.TODAY - timedelta(days=1))
        ring()

    assert recipients(ISSUED) == ["deputy", "tomsk"]


def test_what_could_not_be_sent_within_a_day_goes_with_the_digest(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        drafts.issued(cast.scope("controller"), {})
    assert ring_at(drafts.NOW + timedelta(hours=25)) == 0
    day = drafts.TODAY + timedelta(days=2)
    tick(day)

    assert recipients() == ["deputy", "tomsk"]
    assert "НОВЫЕ ПОРУЧЕНИЯ · 1" in part_of(mails()[0])


def test_a_late_cluster_is_a_line_of_the_next_digest(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        actor = cast.scope("controller")
        protocol = drafts.issued(actor, {"audience": {"cohorts": [2023]}})
        ring()
        late_cluster_add(
            actor=actor, assignment_id=protocol.assignments.get().pk, cluster_id=cast.nameless.pk
        )
        assert ring() == 0
    tick(drafts.TODAY + timedelta(days=1), "09:00", "Asia/Omsk")

    assert recipients() == ["omsk"]
    assert "поставлено на контроль" in part_of(mails()[0]).lower()


# Returned reports


def test_a_report_returned_close_to_its_term_is_told_at_once_and_not_again_in_the_morning(
    cast: Cast,
) -> None:
    returned(cast, work([cast.tomsk_machines], TODAY + timedelta(days=3))[0])
    assert ring_at(NOW) == 2
    tick(TOMORROW, "09:10")

    assert recipients(RETURNED) == ["deputy", "tomsk"]
    assert "возвращён на доработку с замечанием" in part_of(mails(RETURNED)[0])
    assert recipients() == []


def test_what_an_urgent_mail_tells_while_the_digest_is_written_is_not_told_in_it(cast: Cast) -> None:
    returned(cast, work([cast.tomsk_machines], TODAY + timedelta(days=3))[0])
    with clock.at(local(TOMORROW, "09:00", TOMSK)):
        planned = digests_planned(TOMORROW)
        assert sorted(len(digest.lines) for digest in planned) == [1, 1]
        assert ring() == 2
        assert [digest_queue(planned=digest) for digest in planned] == [False, False]
    assert recipients() == []


def test_a_return_that_was_undone_before_its_mail_is_never_told(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], TODAY)[0]
    returned(cast, execution)
    with clock.at(NOW):
        undo_last(cast, execution)
        assert ring() == 0
        Desk(cast, execution).do("return", remark="Нет подписи.")
        assert ring() == 2
    assert "РЕШЕНИЯ ЦЕНТРА · 1" in part_of(mails(RETURNED)[0])


def test_a_return_that_was_undone_after_its_mail_is_set_right_at_once(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], TODAY)[0]
    returned(cast, execution)
    with clock.at(NOW):
        assert ring() == 2
        undo_last(cast, execution)
        assert ring() == 2
        assert ring() == 0
    assert recipients("undone-return") == ["deputy", "tomsk"]
    assert mails("undone-return")[0].subject == "Отменён возврат 1 отчёта на доработку"
    assert "возврат на доработку отменён" in part_of(mails("undone-return")[0])


def test_a_report_returned_long_before_its_term_waits_for_the_morning(cast: Cast) -> None:
    returned(cast, work([cast.tomsk_machines], FAR)[0])
    assert ring_at(NOW) == 0
    tick(TOMORROW)

    assert recipients() == ["deputy", "tomsk"]
    assert "РЕШЕНИЯ ЦЕНТРА · 1" in part_of(mails()[0])
    assert Notice.objects.filter(kind="report_returned").count() == 2


def test_an_hour_brings_one_urgent_mail_at_most_and_the_rest_comes_together_after_it(cast: Cast) -> None:
    first, second, third = work(
        [cast.tomsk_machines, cast.tomsk_farming], TODAY
    ) + work([cast.tomsk_machines], TODAY)  # fmt: skip
    returned(cast, first)
    assert ring_at(NOW) == 2
    for minutes, execution in ((10, second), (20, third)):
        returned(cast, execution, at=NOW + timedelta(minutes=minutes))
        assert ring_at(NOW + timedelta(minutes=minutes)) == 0
    assert ring_at(NOW + timedelta(minutes=59)) == 0
    assert ring_at(NOW + timedelta(minutes=61)) == 2

    subjects = [mail.subject for mail in mails(RETURNED) if mail.recipient_email.startswith("tomsk")]
    assert subjects == ["Возвращён 1 отчёт, срок близко", "Возвращены 2 отчёта, срок близко"]


def test_many_reports_returned_at_once_are_one_mail_per_coordinator(cast: Cast) -> None:
    clusters = [
        Cluster.objects.create(code=f"70-9{n:02}", region=cast.tomsk, name=f"К{n}") for n in range(40)
    ]
    rows = work(clusters, TODAY)
    with clock.at(NOW - timedelta(hours=1)):
        for row in rows:
            Desk(cast, row).do("submit")
    with clock.at(NOW):
        executions_decide(
            actor=cast.scope("controller"), action="return", execution_ids=[row.pk for row in rows],
            remark="Нет приказа.",
        )  # fmt: skip
        ring()

    assert recipients(RETURNED) == ["deputy", "tomsk"]
    assert "и ещё 10" in part_of(mails(RETURNED)[0])


def test_what_was_handed_in_again_before_the_mail_is_written_is_not_told(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], FAR)[0]
    returned(cast, execution)
    with clock.at(NOW + timedelta(hours=2)):
        Desk(cast, execution).do("submit", text="Исправлено.")

    assert tick(TOMORROW) == 0


def test_a_line_from_after_nine_waits_for_the_next_morning_even_when_the_first_was_missed(cast: Cast) -> None:
    returned(cast, work([cast.tomsk_machines], FAR)[0])

    assert tick(TODAY, "19:00") == 0
    assert tick(TOMORROW) == 2


def test_who_has_quiet_days_is_left_to_the_deputy(cast: Cast) -> None:
    MailSettings.objects.create(person=cast.tomsk_coordinator, quiet_from=TODAY, quiet_until=TOMORROW)
    returned(cast, work([cast.tomsk_machines], TODAY)[0])
    ring_at(NOW)

    assert recipients(RETURNED) == ["deputy"]


# Answers to requests


def ask(cast: Cast) -> Any:
    execution = work([cast.tomsk_machines], FAR)[0]
    with clock.at(NOW - timedelta(hours=1)):
        return request_open(
            actor=cast.scope("tomsk_coordinator"), execution_id=execution.pk, version=execution.version,
            kind="extension", reason="Каникулы.", proposed_due=FAR + timedelta(days=7),
        )  # fmt: skip


def test_a_refused_request_rings_the_bell_and_stands_in_the_next_digest(cast: Cast) -> None:
    request = ask(cast)
    with clock.at(NOW):
        request_refuse(
            actor=cast.scope("controller"), request_id=request.pk, version=request.version, answer="Срок достаточен."
        )  # fmt: skip
    tick(TOMORROW)

    assert Notice.objects.filter(kind="request_refused").count() == 2
    assert recipients() == ["deputy", "tomsk"]
    assert "просьба отклонена" in part_of(mails()[0])


def test_a_granted_extension_stands_in_the_next_digest_with_the_new_day(cast: Cast) -> None:
    request = ask(cast)
    with clock.at(NOW):
        request_grant(actor=cast.scope("controller"), request_id=request.pk, version=request.version)
    tick(TOMORROW)

    text = part_of(mails()[0])
    assert "срок продлён" in text
    assert "не позднее 26 апреля включительно" in text


# Keeping


def test_lines_are_kept_for_a_month(cast: Cast) -> None:
    returned(cast, work([cast.tomsk_machines], FAR)[0])
    tick(TOMORROW)
    with clock.at(NOW + timedelta(days=30)):
        assert digest_lines_sweep() == 0
    with clock.at(NOW + timedelta(days=31)):
        assert digest_lines_sweep() == 2
    assert Digest.objects.count() == 2
    assert not DigestLine.objects.exists()


def test_a_line_that_nobody_told_for_a_week_is_old(cast: Cast) -> None:
    returned(cast, work([cast.tomsk_machines], FAR)[0])

    assert tick(date(2026, 3, 18)) == 0
    assert local(TODAY, "09:00", "Asia/Tomsk") < NOW


# One thing once


def test_a_decision_leaves_no_reminder_of_the_same_execution_beside_it(cast: Cast) -> None:
    first, second = work([cast.tomsk_machines, cast.tomsk_farming], TODAY + timedelta(days=10))
    returned(cast, first)
    tick(TOMORROW)
    text = part_of(mails()[1])

    assert text.count(first.get_absolute_url()) == text.count(second.get_absolute_url()) == 1
    assert mails()[1].subject.endswith(": 2")
    assert "возвращён на доработку с замечанием · не позднее 20 марта" in text


def test_what_was_returned_twice_before_the_mail_is_told_once_and_not_on_the_next_day(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], FAR)[0]
    returned(cast, execution, at=NOW - timedelta(hours=4))
    returned(cast, execution)
    tick(TOMORROW)
    tick(TOMORROW + timedelta(days=1))

    assert recipients() == ["deputy", "tomsk"]
    assert "РЕШЕНИЯ ЦЕНТРА · 1" in part_of(mails()[0])


def test_who_wants_no_reminders_beside_the_news_still_has_the_news(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], TODAY + timedelta(days=10))[0]
    MailSettings.objects.create(person=cast.tomsk_coordinator, before_7=False)
    returned(cast, execution)
    tick(TOMORROW)
    assert "РЕШЕНИЯ ЦЕНТРА · 1" in part_of(mails()[1])
