"""Pages of participation: what a region and the centre see, answering, marking by one press, by a list, by a code."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from common import clock
from meetings.enums import MeetingState
from meetings.keys import check_in_code
from meetings.models import Invitation, Meeting
from meetings.services.marks import check_in_switch
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.meetings.builders import OPENED, WEDNESDAY, item, meeting

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
PART = {"HX-Request": "true", "HX-Target": "participants"}


@pytest.fixture(autouse=True)
def _at_the_meeting() -> Iterator[None]:
    with clock.at(WEDNESDAY):
        yield


@pytest.fixture
def opened(cast: Cast) -> Meeting:
    made = meeting(
        MeetingState.OPEN,
        cast.tomsk,
        cast.omsk,
        cast.chukotka,
        video_link="https://video.example/7",
        place="Зал 1",
    )
    item(made, title="О ходе набора")
    return made


def page_of(client: Client, of: Meeting, region: str = "70") -> object:
    return client.get(f"/meetings/{of.pk}/invitations/{region}/")


def address(of: Meeting, rest: str) -> str:
    return f"/meetings/{of.pk}/{rest}"


# The invitation


def test_a_coordinator_is_led_to_his_invitation_and_the_centre_sees_all(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    led = as_person("tomsk_coordinator").get(address(opened, "participants/"))
    assert (led.status_code, led["Location"]) == (302, address(opened, "invitations/70/"))
    rows = as_person("controller").get(address(opened, "participants/")).context["rows"]
    assert [row.region_id for row in rows] == ["55", "70", "87"]


def test_the_invitation_shows_both_clocks_the_agenda_and_what_is_owed(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    for number, due in enumerate((date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 5)), 1):
        put_on_control([cast.tomsk_machines], issued_item(str(number), due=due, at=OPENED), at=OPENED)
    page = page_of(as_person("tomsk_coordinator"), opened)
    text = page.content.decode().replace("\u00a0", " ")
    for words in ("10:00", "14:00", "Зал 1", "https://video.example/7", "О ходе набора", "ПроЛом", "АгроТом"):
        assert words in text
    owed = page.context["page"].owed
    assert (owed.total, owed.late, owed.returned) == (2, 1, 0)


def test_a_foreign_invitation_does_not_exist(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    for who in ("tomsk_coordinator", "chair", "newcomer"):
        assert page_of(as_person(who), opened, "55").status_code == 404
    assert page_of(as_person("controller"), opened, "99").status_code == 404


def test_the_centre_and_a_head_read_it_without_a_form(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    for who in ("controller", "tomsk_minister"):
        assert page_of(as_person(who), opened).context["answers"] is None
    assert len(page_of(as_person("controller"), opened).context["codes"]) == 2
    assert page_of(as_person("tomsk_coordinator"), opened).context["codes"] == ()


def test_answers_are_recorded_and_what_is_wrong_stands_at_its_field(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    client, answer = as_person("tomsk_coordinator"), address(opened, "invitations/70/answer/")
    refused = client.post(answer, {"version": 1, "own-answer": "substitute", "70-001-answer": "will_attend"})
    assert refused.status_code == 400
    assert refused.context["answers"].errors.keys() == {"own-substitute"}
    said = {
        "version": 1,
        "own-answer": "substitute",
        "own-substitute": "Иванова",
        "70-001-answer": "will_attend",
    }
    assert client.post(answer, said).status_code == 302
    assert client.post(answer, said).status_code == 409
    assert client.post(address(opened, "invitations/70/answer/all/")).status_code == 302
    assert not opened.invitations.get(region="70").clusters.exclude(answer="will_attend").exists()


def test_who_is_not_the_coordinator_cannot_answer(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    for who, status in (("controller", 403), ("tomsk_minister", 403), ("omsk_coordinator", 404)):
        assert as_person(who).post(address(opened, "invitations/70/answer/all/")).status_code == status


def test_the_meeting_is_taken_as_a_file(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    file = as_person("tomsk_coordinator").get(address(opened, "meeting.ics"))
    assert (file["Content-Type"], file["Cache-Control"]) == (
        "text/calendar; charset=utf-8",
        "private, no-store",
    )
    assert b"BEGIN:VEVENT" in file.content
    assert as_person("chair").get(address(opened, "meeting.ics")).status_code == 404


# Marks


def press(client: Client, on: Meeting, mark: str, **more: str) -> object:
    headers = more.pop("headers", None)
    return client.post(address(on, "marks/"), {"mark": mark, **more}, headers=headers)


def test_a_press_marks_a_region_and_returns_to_its_row(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    client = as_person("controller")
    done = client.post(address(opened, "marks/?state=unmarked"), {"mark": "70:*:yes"})
    assert done["Location"] == address(opened, "participants/?state=unmarked#region-70")
    row = opened.invitations.get(region="70")
    assert (row.present, set(row.clusters.values_list("present", flat=True))) == (True, {True})
    part = press(client, opened, "55:*:no", headers=PART)
    assert part.content.decode().lstrip().startswith('<div id="participants"')
    assert opened.invitations.get(region="55").present is False
    press(client, opened, "55:*:clear")
    assert opened.invitations.get(region="55").present is None


def test_on_the_page_of_the_region_each_cluster_is_marked(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    client = as_person("controller")
    done = press(client, opened, "70:70-001:yes", attendee="Петров П. П.", **{"from": "invitation"})
    assert done["Location"].endswith("/invitations/70/#marks")
    assert opened.invitations.get(region="70").clusters.get(cluster__code="70-001").attendee == "Петров П. П."
    assert "Петров П. П." in page_of(client, opened).content.decode()


@pytest.mark.parametrize("mark", ["", "70", "70:70-001:perhaps", "a:b:c:d", "87x::yes", "70:55-001:yes"])
def test_a_press_that_says_nothing_is_refused(
    cast: Cast, opened: Meeting, as_person: AsPerson, mark: str
) -> None:
    assert press(as_person("controller"), opened, mark).status_code == 400
    assert not Invitation.objects.exclude(present=None).exists()


def test_a_closed_meeting_asks_for_the_reason_on_both_pages(cast: Cast, as_person: AsPerson) -> None:
    over, client = meeting(MeetingState.CLOSED, cast.tomsk), as_person("controller")
    for more in ({}, {"from": "invitation"}):
        refused = press(client, over, "70::yes", **more)
        assert refused.status_code == 400
        assert refused.context["reason_form"].errors.keys() == {"reason"}
    assert press(client, over, "70::yes", reason="Журнал").status_code == 302
    assert over.events.get().text == "Журнал"


def test_regions_and_strangers_do_not_mark(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    assert press(as_person("tomsk_coordinator"), opened, "70::yes").status_code == 403
    assert press(as_person("chair"), opened, "70::yes").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=silent", ["55", "87"]),
        ("?state=excused", ["70"]),
        ("?state=coming", []),
        ("?state=unmarked", ["55", "70", "87"]),
        ("?district=far_east", ["87"]),
        ("?words=чукот", ["87"]),
        ("?words=нет+такой", []),
    ],
)
def test_the_table_narrows(
    cast: Cast, opened: Meeting, as_person: AsPerson, query: str, found: list[str]
) -> None:
    opened.invitations.filter(region="70").update(
        answer="excused", answer_reason="Болезнь", answered_at=WEDNESDAY
    )
    page = as_person("controller").get(address(opened, f"participants/{query}"))
    assert [row.region_id for row in page.context["rows"]] == found
    assert page.context["tally"].invited == 3


def test_a_damaged_filter_shows_nothing_and_a_draft_says_why(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    assert as_person("controller").get(address(opened, "participants/?state=x")).status_code == 400
    empty = as_person("controller").get(address(meeting(MeetingState.DRAFT), "participants/"))
    assert (empty.status_code, empty.context["rows"]) == (200, [])


# The pasted list


def test_a_pasted_list_is_shown_first_and_marks_after_the_confirmation(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    client, text = as_person("controller"), "Томская область, Щёкин\n70-001\nАтлантида\nКамчатский край"
    shown = client.post(address(opened, "marks/list/"), {"text": text})
    assert [line.text for line in shown.context["unknown"]] == ["Атлантида", "Камчатский край"]
    assert [line.text for line in shown.context["known"]] == ["Томская область, Щёкин", "70-001"]
    assert not Invitation.objects.exclude(present=None).exists()
    assert "Атлантида" in shown.content.decode()
    done = client.post(address(opened, "marks/list/"), {"text": text, "confirmed": "on", "rest_absent": "on"})
    assert done["Location"] == address(opened, "participants/")
    found = dict(opened.invitations.values_list("region", "present"))
    assert found == {"70": True, "55": False, "87": False}
    assert set(opened.invitations.values_list("marked_way", flat=True)) == {"list"}


@pytest.mark.parametrize("text", ["", " \n ", "x" * 60_000])
def test_an_empty_or_endless_list_is_refused(
    cast: Cast, opened: Meeting, as_person: AsPerson, text: str
) -> None:
    assert as_person("controller").post(address(opened, "marks/list/"), {"text": text}).status_code == 400


def test_a_list_for_a_closed_meeting_asks_for_the_reason_and_keeps_the_list(
    cast: Cast, as_person: AsPerson
) -> None:
    over, client = meeting(MeetingState.CLOSED, cast.tomsk), as_person("controller")
    said = {"text": "Томская область", "confirmed": "on"}
    refused = client.post(address(over, "marks/list/"), said)
    assert refused.status_code == 400
    assert refused.context["form"].errors.keys() == {"reason"}
    assert "Томская область" in refused.content.decode()
    assert client.post(address(over, "marks/list/"), {**said, "reason": "Журнал"}).status_code == 302


# The personal code


def test_a_coordinator_checks_in_while_it_is_open(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    keeper, client = as_person("controller"), as_person("tomsk_coordinator")
    assert page_of(client, opened).context["check_in"] is None
    assert keeper.post(address(opened, "check-in/open/")).status_code == 302
    assert page_of(client, opened).context["check_in"] is not None
    give = address(opened, "invitations/70/check-in/")
    wrong = client.post(give, {"code": "12 34", "clusters": ["70-001"]})
    assert wrong.status_code == 400
    assert wrong.context["check_in"].errors.keys() == {"code"}
    assert wrong.context["check_in"]["clusters"].value() == ["70-001"]
    code = check_in_code(opened.invitations.get(region="70"), cast.tomsk_coordinator.pk)
    assert client.post(give, {"code": code, "clusters": ["70-001"]}).status_code == 302
    row = opened.invitations.get(region="70")
    assert (row.present, row.code_tries) == (True, 1)
    assert keeper.post(address(opened, "check-in/close/")).status_code == 302
    assert client.post(give, {"code": code}).status_code == 409


def test_after_too_many_guesses_the_page_says_what_to_do(
    cast: Cast, opened: Meeting, as_person: AsPerson
) -> None:
    check_in_switch(actor=cast.scope("controller"), meeting_id=opened.pk, is_open=True)
    client, give = as_person("tomsk_coordinator"), address(opened, "invitations/70/check-in/")
    statuses = [client.post(give, {"code": "x"}).status_code for _try in range(11)]
    assert statuses == [400] * 10 + [409]
    keeper = as_person("controller")
    assert keeper.post(address(opened, "invitations/70/renew/")).status_code == 302
    assert client.post(give, {"code": "x"}).status_code == 400


def test_the_days_before_the_meeting_offer_no_marks(cast: Cast, opened: Meeting, as_person: AsPerson) -> None:
    client = as_person("controller")
    with clock.at(WEDNESDAY - timedelta(days=1)):
        assert client.get(address(opened, "participants/")).context["may_mark"] is False
        assert client.post(address(opened, "marks/list/"), {"text": "x"}).status_code == 409
        assert client.post(address(opened, "check-in/open/")).status_code == 409
    assert client.get(address(opened, "participants/")).context["may_mark"] is True
