"""Pages of the coordinators: the campaign with its letter and tracker, appointing, handing over, leaves, orders."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AppointmentCampaign, Handover, Leave, Membership
from accounts.services.appointments import campaign_send
from assignments.models import AppointmentItem, Execution
from assignments.services.assigning import executions_assign
from assignments.services.handover import region_hand_over
from common import clock
from dashboard.selectors.assignees import ME, assigned_to, coordinators_of
from notifications.models import OutboundMail
from tests.accounts.appointing import NEW, NO_ORDER, NOW, TODAY, away, campaign, letter, post
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.dashboard.mailbag import recipients, tick
from tests.dashboard.office import list_url, table_in, work
from tests.files.samples import PDF

pytestmark = pytest.mark.django_db

SignIn = Callable[[str], Client]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = settings.MAIL_FOLDER = tmp_path
    with clock.at(NOW):
        yield


@pytest.fixture
def under_way(cast: Cast) -> AppointmentCampaign:
    made = campaign(cast)
    campaign_send(actor=cast.scope("controller"), campaign_id=made.pk, version=1)
    return made


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"dashboard:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def typed(**changes: object) -> dict[str, object]:
    return {
        "email": NEW.email, "last_name": NEW.last_name, "first_name": NEW.first_name, "patronymic": "", "phone": "",
        "order_number": "приказ № 5", "order_on": "09.03.2026", **changes,
    }  # fmt: skip


def test_a_campaign_is_written_seen_and_sent(cast: Cast, as_person: SignIn) -> None:
    client = as_person("controller")
    answer = client.post(reverse("dashboard:appointment-add"), letter(), follow=True)
    shown = answer.content.decode().replace("\u00a0", " ")
    assert "Уважаемая Анна Сергеевна!" in shown
    assert "Омская область" in shown
    made = AppointmentCampaign.objects.get()
    client.post(reverse("dashboard:appointment-send", args=[made.pk]), {"version": made.version})
    mail = OutboundMail.objects.get(kind="appointment-letter")
    assert mail.link == made.get_absolute_url()


def test_a_field_typed_wrong_keeps_everything_typed(cast: Cast, as_person: SignIn) -> None:
    answer = as_person("controller").post(
        reverse("dashboard:appointment-add"), letter(answer_by="01.03.2026", text="Длинный текст.")
    )
    assert answer.status_code == 400
    assert "Длинный текст." in answer.content.decode()


def test_a_stale_draft_is_refused_with_what_was_typed(cast: Cast, as_person: SignIn) -> None:
    made = campaign(cast)
    answer = as_person("controller").post(
        reverse("dashboard:appointment-edit", args=[made.pk]), letter(text="Мой текст.", version=7)
    )
    assert answer.status_code == 409
    assert "Мой текст." in answer.content.decode()


def test_the_tracker_is_filtered_and_taken_away_as_a_workbook(
    under_way: AppointmentCampaign, as_person: SignIn
) -> None:
    client = as_person("methodologist")
    whole = page(client, "appointment", under_way.pk)
    assert "Томская область" in whole
    assert "Напомнить" not in whole
    vacant = page(client, "appointment", under_way.pk, state="vacant")
    assert "Чукотский автономный округ" in vacant
    assert "Омский О. Ю." not in vacant
    query = f"campaign={under_way.pk}&state="
    rows = table_in(client.get(list_url("appointments", query=f"{query}asked")).content)
    assert [row[0] for row in rows] == ["Регион", "Томская область"]
    assert rows[1][5] == TODAY
    assert client.get(list_url("appointments", query=f"{query}x")).status_code == 400


def test_a_reminder_is_one_click_and_says_when_there_was_nothing_to_do(
    under_way: AppointmentCampaign, as_person: SignIn
) -> None:
    client = as_person("controller")
    address = reverse("dashboard:appointment-remind", args=[under_way.pk])
    client.post(address, {"region": "70"})
    assert OutboundMail.objects.filter(kind="appointment-reminder").count() == 1
    answer = client.post(address, follow=True)
    assert "дважды ничего не отправлено" in answer.content.decode()


def test_the_answer_of_a_region_is_recorded_with_its_order(
    cast: Cast, under_way: AppointmentCampaign, as_person: SignIn
) -> None:
    client = as_person("controller")
    address = reverse("dashboard:appointment-answer", args=[under_way.pk, "87"])
    body = typed(position="main", starts_on="10.03.2026", ends_on="")
    body["order_file"] = SimpleUploadedFile("order.pdf", PDF, "application/pdf")
    assert client.post(address, body).status_code == 302
    held = Membership.objects.get(region="87")
    assert (held.document, held.document_on) == ("приказ № 5", TODAY - DAY)
    file = reverse("dashboard:coordinator-order-file", args=[held.pk])
    assert client.get(file).content == PDF
    assert as_person("tomsk_coordinator").get(file).status_code == 404
    assert "Новикова" in page(client, "appointment", under_way.pk, state="answered")


def test_relieving_in_answer_hands_the_region_over(
    cast: Cast, under_way: AppointmentCampaign, as_person: SignIn
) -> None:
    held = post(cast.tomsk_coordinator)
    address = reverse("dashboard:appointment-answer", args=[under_way.pk, "70"])
    body = typed(
        position="main",
        starts_on="10.03.2026",
        ends_on="",
        replaces=held.pk,
        seen=f"{held.pk}:{held.version}",
    )
    client = as_person("controller")
    assert client.post(address, body | {"seen": f"{held.pk}:9"}).status_code == 409
    assert client.post(address, body).status_code == 302
    assert Handover.objects.get().old == held


def test_a_second_main_coordinator_is_refused_on_the_form(cast: Cast, as_person: SignIn) -> None:
    body = typed(position="main", starts_on="10.03.2026", ends_on="")
    answer = as_person("controller").post(reverse("dashboard:coordinator-appoint", args=["70"]), body)
    assert answer.status_code == 400
    assert "Щёкин И. П." in answer.content.decode().replace("\u00a0", " ")
    assert NEW.email in answer.content.decode()


def test_the_item_for_all_regions_is_drafted_from_the_campaign(
    under_way: AppointmentCampaign, as_person: SignIn
) -> None:
    client = as_person("controller")
    body = {"protocol": "", "number": "15", "held_on": "10.03.2026", "meeting_title": "Совещание"}
    client.post(reverse("dashboard:appointment-item", args=[under_way.pk]), body)
    item = AppointmentItem.objects.get().assignment
    assert "протокола № 15 от 10.03.2026" in page(client, "appointment", under_way.pk)
    assert item.protocol.is_draft


def test_what_moves_is_counted_before_and_shown_after(cast: Cast, as_person: SignIn) -> None:
    row = put_on_control([cast.tomsk_machines], issued_item())[0]
    Execution.objects.filter(pk=row.pk).update(assignee=cast.tomsk_coordinator)
    held = post(cast.tomsk_coordinator)
    client = as_person("controller")
    before = page(client, "coordinator-hand-over", held.pk)
    assert "Закреплено лично" in before
    body = typed(on="10.03.2026", version=held.version)
    answer = client.post(reverse("dashboard:coordinator-hand-over", args=[held.pk]), body, follow=True)
    shown = answer.content.decode().replace("\u00a0", " ")
    assert "Закреплённых поручений: 1, черновиков: 0." in shown
    assert "С 10.03.2026 передано: Новикова Нина." in shown


def test_the_page_says_who_answered_on_a_day(cast: Cast, as_person: SignIn) -> None:
    region_hand_over(
        actor=cast.scope("controller"), membership_id=post(cast.tomsk_coordinator).pk, version=1,
        appointee=NEW, on=TODAY, order=NO_ORDER,
    )  # fmt: skip
    asked = page(as_person("tomsk_minister"), "coordinators", "70", day="09.03.2026")
    assert "<strong>9 марта 2026" in asked
    assert asked.count("Щёкин И. П.") == 2
    assert as_person("tomsk_minister").get("/regions/70/coordinators/?day=вчера").status_code == 400


def test_the_execution_shows_who_answered_while_it_was_on_control(cast: Cast, as_person: SignIn) -> None:
    row = put_on_control([cast.tomsk_machines], issued_item())[0]
    away(cast, TODAY, TODAY + DAY)
    shown = as_person("controller").get(row.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "Кто отвечал, пока поручение на контроле" in shown
    assert "замещает: Щёкин И. П." in shown
    assert "02.03.2026 – 09.03.2026" in shown


def test_a_coordinator_announces_his_leave_and_comes_back(cast: Cast, as_person: SignIn) -> None:
    client, held = as_person("tomsk_coordinator"), post(cast.tomsk_coordinator)
    body = {
        "starts_on": "10.03.2026", "ends_on": "20.03.2026", "stand_in": post(cast.tomsk_deputy).pk, "document": "",
    }  # fmt: skip
    answer = client.post(reverse("dashboard:coordinator-leave", args=[held.pk]), body, follow=True)
    assert "В эти дни отвечает Томина Вера Олеговна" in answer.content.decode()
    assert "замещает: Щёкин И. П." in page(client, "region", "70")
    leave = Leave.objects.get()
    client.post(reverse("dashboard:leave-end", args=[leave.pk]), {"version": leave.version})
    assert "замещает: Щёкин И. П." not in page(client, "region", "70")


def test_where_there_is_no_deputy_the_page_says_so(cast: Cast, as_person: SignIn) -> None:
    shown = page(as_person("omsk_coordinator"), "coordinator-leave", post(cast.omsk_coordinator).pk)
    assert "Замещать некому" in shown
    assert "Назначить заместителя" not in shown


def test_the_work_of_the_one_who_is_away_stands_among_that_of_his_stand_in_and_returns(cast: Cast) -> None:
    row = put_on_control([cast.tomsk_machines], issued_item())[0]
    executions_assign(
        actor=cast.scope("tomsk_deputy"), execution_ids=[row.pk], assignee_id=cast.tomsk_coordinator.pk
    )
    away(cast, TODAY, TODAY + DAY)
    deputy = cast.scope("tomsk_deputy")
    assert Execution.objects.filter(assigned_to(deputy, ME)).get() == row
    name = coordinators_of(deputy)["70"][cast.tomsk_coordinator.pk]
    assert name == "Щёкин И. П., до 11.03.2026 замещает Томина В. О."
    with clock.at(NOW + 2 * DAY):
        assert not Execution.objects.filter(assigned_to(deputy, ME)).exists()


def test_the_morning_digest_goes_to_the_stand_in_alone_and_then_to_the_coordinator_again(cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY + DAY)
    away(cast, TODAY, TODAY)
    tick(TODAY)
    assert recipients() == ["deputy"]
    tick(TODAY + DAY)
    assert recipients() == ["deputy", "tomsk"]


def test_the_mail_of_whoever_takes_over_says_so(cast: Cast) -> None:
    region_hand_over(
        actor=cast.scope("controller"), membership_id=post(cast.tomsk_coordinator).pk, version=1,
        appointee=NEW, on=TODAY, order=NO_ORDER,
    )  # fmt: skip
    tick(TODAY + DAY)
    assert recipients() == ["novikova"]
