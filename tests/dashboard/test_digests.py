"""Who gets what by mail, and when: nine o'clock of the region, once a day, each line where it belongs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Position
from accounts.models import Membership, User
from accounts.selectors import readers
from accounts.services import user_update
from assignments.models import Execution
from clusters.models import Cluster
from common import clock
from common.scope import Role
from notifications.digests import nine_of
from notifications.enums import JobState, MailState, Rung, StaffTaskKind
from notifications.models import Digest, JobRun, MailSettings, OutboundMail, StaffTask
from notifications.selectors import digests_planned
from notifications.services import digests as service
from notifications.services import digests_send, mail_queue, mails_drain
from notifications.services.digests import SETTINGS_PAGE, digest_queue
from regions.models import CalendarDay, Region
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.mailbag import MOSCOW, OMSK, TOMSK, local, mails, part_of, recipients, steps, tick
from tests.dashboard.office import TODAY, work

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)
"""Wednesday, 11 March 2026: one working day after TODAY."""
SATURDAY = date(2026, 3, 14)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_FOLDER = tmp_path


def settle(cast: Cast, who: str = "tomsk_coordinator", **chosen: Any) -> None:
    MailSettings.objects.update_or_create(person=getattr(cast, who), defaults=chosen)


def day_made(day: date, *, is_working: bool, region: Region | None = None) -> None:
    CalendarDay.objects.create(
        day=day, is_working=is_working, reason="Указ", region=region, recorded_at=local(day, "00:00", TOMSK)
    )


# When


def test_nobody_is_woken_before_nine_and_everybody_is_told_at_nine(cast: Cast) -> None:
    work([cast.tomsk_machines], TOMORROW)

    assert tick(TODAY, "08:59") == 0
    assert tick(TODAY, "09:00") == 1
    assert recipients() == ["tomsk"]


def test_each_region_has_its_own_nine_o_clock(cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TOMORROW)

    assert tick(TODAY, "09:00", TOMSK) == 1
    assert tick(TODAY, "08:50", OMSK) == 0
    assert tick(TODAY, "09:00", OMSK) == 1
    assert recipients() == ["omsk", "tomsk"]


@pytest.mark.parametrize(("zone", "utc"), [("Asia/Kamchatka", 21), ("Europe/Kaliningrad", 7)])
def test_the_day_is_the_day_of_the_region_at_both_ends_of_the_country(
    cast: Cast, zone: str, utc: int
) -> None:
    Region.objects.filter(pk=cast.tomsk.pk).update(timezone=zone)
    work([cast.tomsk_machines], TOMORROW)
    nine = datetime(2026, 3, 9 if utc == 21 else 10, utc, tzinfo=UTC)

    assert nine_of(TODAY, zone) == nine
    for shift, count in ((-1, 0), (0, 1)):
        with clock.at(nine + timedelta(seconds=shift)):
            assert digests_send() == count
    assert Digest.objects.get().day == TODAY
    assert "не позднее 11 марта включительно" in part_of(mails()[0])


def test_who_has_regions_in_two_zones_gets_one_mail_at_the_earliest_nine_o_clock(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.omsk_coordinator, role=Role.COORDINATOR, region=cast.tomsk, position=Position.MAIN,
        starts_on=date(2024, 1, 1),
    )  # fmt: skip
    work([cast.tomsk_machines, cast.omsk_machines], TOMORROW)

    assert readers(TODAY)[cast.omsk_coordinator.pk].zone == TOMSK
    tick(TODAY, "09:00", TOMSK)
    tick(TODAY, "09:00", OMSK)
    assert recipients() == ["omsk", "tomsk"]
    text = part_of(mails()[0])
    assert "Томская область" in text
    assert "Омская область" in text


def test_however_often_the_clock_rings_a_day_brings_one_mail_each(cast: Cast) -> None:
    work([cast.tomsk_machines], TOMORROW)
    for minute in range(0, 60, 10):
        tick(TODAY, f"09:{minute:02}")
        tick(TODAY, f"15:{minute:02}")

    assert recipients() == ["tomsk"]


def test_a_morning_that_was_missed_is_caught_up_until_eight_in_the_evening(cast: Cast) -> None:
    work([cast.tomsk_machines], TOMORROW)

    assert tick(TODAY, "19:59") == 1


def test_later_a_missed_morning_is_skipped_once_and_for_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(service.log, "warning", lambda event, **_named: said.append(event))
    work([cast.tomsk_machines], TOMORROW)

    assert tick(TODAY, "20:00") == tick(TODAY, "20:10") == 0
    nine = f"{nine_of(TODAY, TOMSK):%Y-%m-%dT%H:%M}"
    assert JobRun.objects.get(period=nine).state == JobState.DONE
    assert said == ["digests_skipped"]
    assert mails() == []


@pytest.mark.parametrize("silent", ["skipped in the evening", "nobody rang at all"])
def test_a_step_of_the_ladder_that_fell_on_a_missed_morning_is_taken_on_the_next(
    cast: Cast, silent: str
) -> None:
    steps(d1=Rung.HEAD)
    work([cast.tomsk_machines], TODAY)
    assert tick(TODAY) == 1
    if silent == "skipped in the evening":
        assert tick(TOMORROW, "20:00") == 0

    assert tick(TOMORROW + timedelta(days=1)) == 1
    assert tick(TOMORROW + timedelta(days=2)) == 0
    assert recipients() == ["minister", "tomsk"]


def test_on_a_day_off_nothing_is_sent_and_the_step_waits_for_monday(cast: Cast) -> None:
    steps(d1=Rung.COORDINATOR)
    work([cast.tomsk_machines], SATURDAY - timedelta(days=1))

    assert tick(SATURDAY) == 0
    assert tick(SATURDAY + timedelta(days=2)) == 1


def test_a_day_that_a_decree_made_a_working_day_has_its_digest(cast: Cast) -> None:
    work([cast.tomsk_machines], SATURDAY)
    day_made(SATURDAY, is_working=True)
    assert tick(SATURDAY) == 1


def test_a_day_off_of_a_region_is_one_for_its_people_alone_and_its_reminders_wait(cast: Cast) -> None:
    steps(d1=Rung.COORDINATOR)
    work([cast.tomsk_machines, cast.omsk_machines], TODAY - timedelta(days=1))
    day_made(TODAY, is_working=False, region=cast.tomsk)
    with clock.at(local(TODAY - timedelta(days=1), "12:00", TOMSK)):
        assert [digest.reader.regions for digest in digests_planned(TODAY)] == [frozenset({"55"})]

    assert tick(TODAY, "09:00", TOMSK) == 0
    assert tick(TODAY, "09:00", OMSK) == 1
    assert tick(TOMORROW, "09:00", TOMSK) == 1
    assert recipients() == ["omsk", "tomsk"]


def test_a_day_that_a_region_works_on_has_its_digest_there_alone(cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], SATURDAY)
    day_made(SATURDAY, is_working=True, region=cast.tomsk)

    assert tick(SATURDAY, "09:00", TOMSK) == 1
    assert tick(SATURDAY, "09:00", OMSK) == 0


def test_who_works_for_two_regions_lives_by_the_calendar_of_the_country(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.omsk_coordinator, role=Role.COORDINATOR, region=cast.tomsk, position=Position.MAIN,
        starts_on=date(2024, 1, 1),
    )  # fmt: skip
    work([cast.tomsk_machines], TOMORROW)
    day_made(TODAY, is_working=False, region=cast.tomsk)
    tick(TODAY)

    assert recipients() == ["omsk"]


def test_calendars_of_many_regions_ask_nothing_more_of_the_database(cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TOMORROW)
    counts = []
    for region in (None, cast.tomsk, cast.omsk):
        if region:
            day_made(TODAY - timedelta(days=1), is_working=False, region=region)
        with CaptureQueriesContext(connection) as queries:
            digests_planned(TODAY)
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_what_is_put_on_control_after_nine_waits_for_the_next_morning(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], TOMORROW)[0]
    Execution.objects.filter(pk=execution.pk).update(issued_at=local(TODAY, "09:05", TOMSK))

    assert tick(TODAY, "10:00") == 0
    assert tick(TOMORROW) == 1


# Who


def test_the_ladder_reaches_everybody_in_turn_up_to_the_head_and_the_centre(cast: Cast) -> None:
    steps(
        d1=Rung.COORDINATOR, d2=Rung.DEPUTY, d3=Rung.COORDINATORS, d6=Rung.HEAD, d7=Rung.CONTROLLERS
    )  # fmt: skip
    work([cast.tomsk_machines], TODAY)
    reached: dict[int, list[str]] = {}
    for late in range(1, 9):
        before = OutboundMail.objects.count()
        day = TODAY + timedelta(days=late)
        tick(day, "12:00", MOSCOW)
        reached[late] = sorted(
            mail.recipient_email.split("@")[0] for mail in OutboundMail.objects.order_by("pk")[before:]
        )

    # four and five days late are a Saturday and a Sunday
    assert reached == {
        1: ["tomsk"], 2: ["deputy"], 3: ["deputy", "tomsk"], 4: [], 5: [], 6: ["minister"],
        7: ["controller"], 8: [],
    }  # fmt: skip


def test_the_head_is_written_to_at_his_address_without_an_account(cast: Cast) -> None:
    steps(d1=Rung.HEAD)
    work([cast.tomsk_machines], TODAY - timedelta(days=1))
    tick(TODAY)
    mail = mails()[0]

    assert mail.recipient_email == "minister@tomsk.example"
    assert mail.recipient_name == "Верховская Анна Сергеевна"
    assert "Настроить напоминания" not in part_of(mail)


def test_a_head_who_has_an_account_gets_one_mail_in_both_roles(cast: Cast) -> None:
    steps(d1=Rung.COORDINATORS, d1_=Rung.HEAD)
    User.objects.filter(pk=cast.tomsk_deputy.pk).update(email="minister@tomsk.example")
    work([cast.tomsk_machines], TODAY - timedelta(days=1))
    tick(TODAY)

    assert recipients() == ["minister", "tomsk"]


def test_a_region_without_a_head_or_address_becomes_a_task_of_the_staff(cast: Cast) -> None:
    steps(d1=Rung.HEAD)
    cast.tomsk.authority.heads.update(emails=[])
    work([cast.tomsk_machines, cast.omsk_machines], TODAY - timedelta(days=1))
    tick(TODAY, "12:00", MOSCOW)
    tick(TODAY, "12:10", MOSCOW)

    assert mails() == []
    assert {(task.kind, task.object_key) for task in StaffTask.objects.all()} == {
        (StaffTaskKind.HEAD_WITHOUT_ADDRESS, "region:70"), (StaffTaskKind.NO_HEAD, "region:55"),
    }  # fmt: skip


def test_a_region_with_a_deputy_alone_is_reminded_through_him(cast: Cast) -> None:
    cast.tomsk_coordinator.memberships.update(ends_on=TODAY - timedelta(days=1))
    work([cast.tomsk_machines], TOMORROW)
    tick(TODAY)

    assert recipients() == ["deputy"]


def test_what_is_in_review_waits_for_the_centre_and_nobody_is_reminded(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], TOMORROW)[0]
    Desk(cast, execution).at(9, "submit")

    assert tick(TODAY) == 0


# Settings and quiet days


def test_a_reminder_that_was_switched_off_does_not_come_and_the_others_do(cast: Cast) -> None:
    settle(cast, before_1=False)
    work([cast.tomsk_machines], TOMORROW)
    assert tick(TODAY) == 0
    assert tick(TOMORROW) == 1


def test_who_wants_no_digest_still_gets_formal_notices_and_they_alone(cast: Cast) -> None:
    settle(cast, digest=False)
    steps(d1=Rung.COORDINATORS)
    work([cast.tomsk_machines], TODAY - timedelta(days=1))
    work([cast.tomsk_machines], TOMORROW)
    tick(TODAY)

    assert recipients() == ["deputy", "tomsk"]
    assert Digest.objects.count() == 2
    text = part_of(mails()[1])
    assert "ПРОСРОЧЕНО · 1" in text
    assert "СРОК" not in text


def test_on_quiet_days_the_deputy_gets_the_reminders(cast: Cast) -> None:
    settle(cast, quiet_from=TODAY, quiet_until=TODAY)
    work([cast.tomsk_machines], TOMORROW)
    tick(TODAY)
    tick(TOMORROW)

    assert recipients() == ["deputy", "tomsk"]
    assert [mail.digest.day for mail in mails()] == [TODAY, TOMORROW]


def test_on_quiet_days_without_a_deputy_only_formal_notices_come(cast: Cast) -> None:
    cast.tomsk_deputy.memberships.update(ends_on=TODAY - timedelta(days=1))
    settle(cast, quiet_from=TODAY, quiet_until=TODAY)
    work([cast.tomsk_machines], TOMORROW)
    assert tick(TODAY) == 0
    steps(d1=Rung.COORDINATORS)
    work([cast.tomsk_machines], TODAY - timedelta(days=1))
    JobRun.objects.all().delete()
    assert tick(TODAY) == 1
    assert recipients() == ["tomsk"]


# Addresses


def refuse(address: str, state: MailState) -> OutboundMail:
    mail = mail_queue(
        key=f"letter:{address}", kind="letter", recipient_name="", recipient_email=address, subject="О", text="О"
    )  # fmt: skip
    accepted = clock.now() if state == MailState.BOUNCED else None
    OutboundMail.objects.filter(pk=mail.pk).update(state=state, accepted_at=accepted)
    return mail


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.BOUNCED])
def test_an_address_that_takes_no_letters_gets_none_until_it_is_changed(cast: Cast, state: MailState) -> None:
    refuse(cast.tomsk_coordinator.email, state)
    work([cast.tomsk_machines], TOMORROW)

    assert tick(TODAY) == 0
    task = StaffTask.objects.get()
    assert (task.kind, task.object_key) == (
        StaffTaskKind.ADDRESS_BAD,
        f"person:{cast.tomsk_coordinator.pk}",
    )
    assert task.link == reverse("accounts:person", args=[cast.tomsk_coordinator.pk])
    User.objects.filter(pk=cast.tomsk_coordinator.pk).update(email="new@example.org")
    assert tick(TOMORROW) == 1
    assert recipients() == ["new"]


def test_an_address_is_good_again_when_a_later_letter_is_taken(cast: Cast) -> None:
    refuse(cast.tomsk_coordinator.email, MailState.FAILED)
    mail_queue(
        key="later", kind="letter", recipient_name="", recipient_email=cast.tomsk_coordinator.email,
        subject="О", text="О",
    )  # fmt: skip
    mails_drain()
    work([cast.tomsk_machines], TOMORROW)

    assert tick(TODAY) == 1


def test_a_new_address_closes_the_task_and_the_note_on_the_page(cast: Cast, as_person: Any) -> None:
    refuse(cast.tomsk_coordinator.email, MailState.FAILED)
    work([cast.tomsk_machines], TOMORROW)
    tick(TODAY)
    page = reverse("accounts:person", args=[cast.tomsk_coordinator.pk])
    note = "Письма на этот адрес не доставляются"
    assert note in as_person("administrator").get(page).content.decode()
    user = User.objects.get(pk=cast.tomsk_coordinator.pk)
    user_update(
        actor=cast.scope("administrator"), user_id=user.pk, version=user.version, email="new@example.org",
        last_name=user.last_name, first_name=user.first_name, patronymic=user.patronymic, phone="",
    )  # fmt: skip

    assert StaffTask.objects.get().outcome == "new@example.org"
    assert note not in as_person("administrator").get(page).content.decode()


# What it says


def test_a_digest_is_grouped_as_the_inbox_and_every_line_leads_to_its_execution(cast: Cast) -> None:
    steps(d1=Rung.COORDINATOR, d40=Rung.COORDINATOR)
    rows = {
        "КРИТИЧЕСКАЯ ПРОСРОЧКА · 1": work([cast.tomsk_machines], TODAY - timedelta(days=40))[0],
        "ПРОСРОЧЕНО · 1": work([cast.tomsk_machines], TODAY - timedelta(days=1))[0],
        "СРОК В БЛИЖАЙШИЕ 3 РАБОЧИХ ДНЯ · 2": work([cast.tomsk_machines], TODAY)[0],
        "": work([cast.tomsk_farming], TOMORROW)[0],
        "ПОЗЖЕ · 1": work([cast.tomsk_machines], date(2026, 3, 19))[0],
    }
    tick(TODAY)
    text, html = part_of(mails()[0]), part_of(mails()[0], "html")

    places = [text.index(title) for title in rows if title]
    assert places == sorted(places)
    for execution in rows.values():
        assert f"https://portal.example/executions/{execution.pk}/#submit" in text
        assert f'href="https://portal.example/executions/{execution.pk}/#submit"' in html
    assert "п. 2 протокола № 7 от 12.01.2026 · ПроЛом" in text
    assert "9 марта · просрочено на 1 день" in text
    assert f"https://portal.example{SETTINGS_PAGE}" in text
    assert reverse("accounts:mail-settings") == SETTINGS_PAGE


def test_thirty_lines_of_a_group_are_shown_and_the_rest_is_counted(cast: Cast) -> None:
    clusters = [
        Cluster.objects.create(code=f"70-9{n:02}", region=cast.tomsk, name=f"К{n}") for n in range(35)
    ]
    work(clusters, TOMORROW)
    tick(TODAY)
    text = part_of(mails()[0])

    assert text.count("#submit") == 30
    assert "и ещё 5: https://portal.example/assignments/registry/?term=soon" in text
    assert mails()[0].subject.endswith(": 35")


def test_a_person_is_written_to_in_his_own_language(cast: Cast) -> None:
    User.objects.filter(pk=cast.omsk_coordinator.pk).update(language="en")
    work([cast.tomsk_machines, cast.omsk_machines], TOMORROW)
    tick(TODAY, "09:00", OMSK)
    english, russian = mails()

    assert english.subject == "Digest of assignments on 10 March 2026: 1"
    assert "DUE WITHIN 3 WORKING DAYS" in part_of(english)
    assert "Choose which reminders you get" in part_of(english, "html")
    assert russian.subject.startswith("Сводка по поручениям на 10 марта 2026")


def test_nothing_is_lost_to_a_title_that_looks_like_a_page(cast: Cast) -> None:
    execution = work([cast.tomsk_machines], TOMORROW)[0]
    execution.assignment.title = "<b>Отчёт</b> & «план»"
    execution.assignment.save()
    tick(TODAY)

    assert "<b>Отчёт</b> & «план»" in part_of(mails()[0])
    assert "&lt;b&gt;Отчёт&lt;/b&gt; &amp; «план»" in part_of(mails()[0], "html")


# Once, whatever happens


def test_a_digest_that_was_written_is_not_written_again_by_another_run(cast: Cast) -> None:
    work([cast.tomsk_machines], TOMORROW)
    with clock.at(local(TODAY, "09:00", TOMSK)):
        planned = digests_planned(TODAY)
        assert [digest_queue(planned=digest) for digest in planned] == [True]
        assert [digest_queue(planned=digest) for digest in planned] == [False]
    JobRun.objects.all().delete()

    assert tick(TODAY, "09:10") == 0
    assert len(mails()) == 1


def test_one_digest_that_fails_stops_no_other_and_is_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Region.objects.filter(pk=cast.omsk.pk).update(timezone=TOMSK)
    work([cast.tomsk_machines, cast.omsk_machines], TOMORROW)
    with monkeypatch.context() as broken:

        def render(_template: str, _context: Any) -> str:
            if not hasattr(render, "done"):
                render.done = True  # type: ignore[attr-defined]
                raise ValueError("no template")
            return "текст"

        broken.setattr(service, "render_to_string", render)
        tick(TODAY, "09:00")
    assert len(mails()) == 1
    tick(TODAY, "09:10")
    assert sorted(recipients()) == ["omsk", "tomsk"]


def test_a_day_of_many_executions_takes_the_queries_of_a_day_of_few(cast: Cast) -> None:
    steps(d1=Rung.COORDINATORS, d1_=Rung.HEAD)

    def statements(count: int) -> int:
        clusters = [
            Cluster.objects.create(code=f"70-{count}{n:02}", region=cast.tomsk, name=f"К{n}")
            for n in range(count)
        ]
        work(clusters, TOMORROW)
        work(clusters, TODAY - timedelta(days=1))
        with CaptureQueriesContext(connection) as seen:
            for digest in digests_planned(TODAY):
                for line in digest.lines:
                    line.words()
        return len(seen)

    with clock.at(local(TODAY, "08:00", TOMSK)):
        assert statements(2) == statements(30)
