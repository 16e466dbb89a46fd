"""Who gets what tomorrow, and the ladder that decides it: seen by controllers and administrators."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import InvalidInput, NotAllowed
from notifications.enums import Rung, StaffTaskKind
from notifications.models import EscalationStep
from notifications.services import ladder_load, step_add
from tests.cast import Cast
from tests.dashboard.mailbag import mails, part_of, steps, tick
from tests.dashboard.office import NOW, TODAY, work

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)
PAGE = "/digests/"


def shown(client: Client, **asked: str) -> str:
    with clock.at(NOW):
        answer = client.get(PAGE, asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode().replace("\u00a0", " ")


def test_tomorrow_shows_the_lines_that_the_morning_then_sends(cast: Cast, as_person: Any) -> None:
    steps(d1=Rung.COORDINATORS)
    work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    work([cast.tomsk_farming], TOMORROW + timedelta(days=1))
    page = shown(as_person("controller"))

    assert "3 письма, 4 строки" in page
    assert "05:00 МСК" in page
    assert "06:00 МСК" in page
    tick(TOMORROW, "12:00", "Europe/Moscow")
    assert len(mails()) == 3
    for mail in mails():
        assert mail.recipient_email in page
        for line in part_of(mail).split("\r\n"):
            if "протокола" in line:
                assert line in page


def test_a_region_shows_only_what_is_about_it(cast: Cast, as_person: Any) -> None:
    steps(d1=Rung.CONTROLLERS)
    work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    page = shown(as_person("administrator"), region="55")

    assert "1 письмо, 1 строка" in page
    assert cast.controller.email in page
    assert "ПроЛом" not in page


def test_a_day_off_says_so(cast: Cast, as_person: Any) -> None:
    work([cast.tomsk_machines], TODAY)

    assert "14 марта 2026 г. сводки не отправляются" in shown(as_person("controller"), day="14.03.2026")


@pytest.mark.parametrize("day", ["10.03.2026", "25.03.2026", "вчера", "32.01.2026"])
def test_a_day_out_of_reach_is_refused_at_its_field(cast: Cast, as_person: Any, day: str) -> None:
    with clock.at(NOW):
        answer = as_person("controller").get(PAGE, {"day": day})

    assert answer.status_code == 400
    assert day in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_who_cannot_be_written_to_is_marked(cast: Cast, as_person: Any) -> None:
    steps(d1=Rung.HEAD)
    work([cast.omsk_machines], TODAY)
    page = shown(as_person("controller"))

    assert str(StaffTaskKind.NO_HEAD.label) in page


@pytest.mark.parametrize("who", ["methodologist", "tomsk_coordinator", "tomsk_minister", "chair"])
@pytest.mark.parametrize("page", [PAGE, "/digests/ladder/"])
def test_others_do_not_see_what_is_sent_to_whom(as_person: Any, who: str, page: str) -> None:
    assert as_person(who).get(page).status_code == 403


# The ladder


def test_a_portal_begins_with_the_ladder_that_it_ships_with_and_keeps_a_changed_one(cast: Cast) -> None:
    assert ladder_load().created == EscalationStep.objects.count() == 10
    EscalationStep.objects.exclude(rung=Rung.HEAD).delete()
    assert ladder_load().created == 0
    assert set(EscalationStep.objects.values_list("rung", flat=True)) == {Rung.HEAD}


def test_a_step_is_added_and_taken_out_on_the_page(cast: Cast, as_person: Any) -> None:
    client = as_person("controller")
    for _press in range(2):
        answer = client.post("/digests/ladder/", {"days": "21", "rung": "head"})
        assert answer.status_code == 302
    step = EscalationStep.objects.get()
    assert (step.days, step.rung) == (21, Rung.HEAD)
    assert "руководителю органа" in client.get("/digests/ladder/").content.decode().lower()
    client.post(reverse("dashboard:ladder-remove", args=[step.pk]))

    assert not EscalationStep.objects.exists()
    assert client.post(reverse("dashboard:ladder-remove", args=[step.pk])).status_code == 404


@pytest.mark.parametrize(
    ("days", "rung"), [("0", "head"), ("366", "head"), ("many", "head"), ("3", ""), ("3", "everybody")]
)
def test_a_step_that_makes_no_sense_is_refused_and_stays_typed(
    cast: Cast, as_person: Any, days: str, rung: str
) -> None:
    answer = as_person("controller").post("/digests/ladder/", {"days": days, "rung": rung})

    assert answer.status_code == 400
    assert f'value="{days}"' in answer.content.decode()
    assert not EscalationStep.objects.exists()


def test_the_service_itself_keeps_the_rules(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        step_add(actor=cast.scope("methodologist"), days=3, rung="head")
    for days, rung in ((0, "head"), (366, "head"), (3, "everybody")):
        with pytest.raises(InvalidInput):
            step_add(actor=cast.scope("controller"), days=days, rung=rung)
    assert not EscalationStep.objects.exists()
