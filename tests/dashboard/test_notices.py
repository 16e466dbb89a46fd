"""The page of the bell: a count in the header, own notices read by forms, nothing of what is closed to the person."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.test import Client

from common.scope import SYSTEM
from notifications.models import Notice
from notifications.services import Word, notices_write
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast
from tests.dashboard.office import page, shown, text_of
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march")

People = Callable[[str], Client]
ALL = "?show=all"


def tell(cast: Cast, *people: str, link: str = "/regions/70/") -> list[Notice]:
    notices_write(
        actor=SYSTEM,
        kind="staff_task_opened",
        words=[Word(getattr(cast, name).pk, link, {"task": "no_head"}) for name in people],
    )
    return list(Notice.objects.order_by("pk"))


def test_the_header_counts_what_is_not_read(as_person: People, cast: Cast) -> None:
    tell(cast, "controller", "controller", "methodologist")
    assert "Notifications 2 2 not read" in shown(text_of(as_person("controller"), page("regions")))
    assert "Notifications 1 1 not read" in shown(text_of(as_person("methodologist"), page("regions")))
    assert "not read" not in shown(text_of(as_person("administrator"), page("regions")))


def test_opening_a_notice_reads_it_and_leads_to_its_page(as_person: People, cast: Cast) -> None:
    client = as_person("tomsk_coordinator")
    execution = put_on_control([cast.tomsk_machines])[0]
    Desk(cast, execution).do("submit")
    Desk(cast, execution).do("return")
    notice = Notice.objects.get(person=cast.tomsk_coordinator)
    html = text_of(client, page("notices"))
    reference = "item 1 of protocol No. 7 of 2 Mar 2026, cluster 70-001"
    assert f"Report returned for rework with a remark: {reference}." in shown(html)
    assert f'action="{page("notice-open", notice.pk)}"' in html

    answer = client.post(page("notice-open", notice.pk))
    assert (answer.status_code, answer["Location"]) == (302, page("execution", execution.pk))
    assert client.get(answer["Location"]).status_code == 200
    assert page("notice-open", notice.pk) not in text_of(client, page("notices"))
    assert page("notice-open", notice.pk) in text_of(client, page("notices") + ALL)


def test_looking_changes_nothing(as_person: People, cast: Cast) -> None:
    (notice,) = tell(cast, "controller")
    client = as_person("controller")
    for url in (page("notices"), page("notices") + ALL):
        text_of(client, url)
    for url in (page("notice-open", notice.pk), page("notices-read")):
        assert client.get(url).status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_notice_of_another_is_nowhere(as_person: People, cast: Cast) -> None:
    (notice,) = tell(cast, "controller")
    for who in ("administrator", "tomsk_coordinator", "newcomer"):
        client = as_person(who)
        assert client.post(page("notice-open", notice.pk)).status_code == 404
        assert page("notice-open", notice.pk) not in text_of(client, page("notices") + ALL)


def test_what_is_no_longer_open_to_the_person_is_404_and_untold(as_person: People, cast: Cast) -> None:
    item = issued_item(text="Тайный текст")
    item.title = "Тайное название"
    item.save(update_fields=["title"])
    execution = put_on_control([cast.tomsk_machines], item)[0]
    Desk(cast, execution).do("cancel", reason="Тайная причина.")
    cast.tomsk_coordinator.memberships.update(ends_on=(NOW - timedelta(days=1)).date())
    client = as_person("tomsk_coordinator")
    html = text_of(client, page("notices"))
    assert "Execution cancelled: item 1 of protocol No. 7" in shown(html)
    assert "Тайн" not in html
    notice = Notice.objects.get(person=cast.tomsk_coordinator)
    answer = client.post(page("notice-open", notice.pk), follow=True)
    assert answer.status_code == 404
    assert "Тайн" not in answer.content.decode()


def test_everything_is_read_at_once(as_person: People, cast: Cast) -> None:
    tell(cast, "controller", "controller", "administrator")
    client = as_person("controller")
    answer = client.post(page("notices-read"), follow=True)
    assert "2 notifications are read." in shown(answer.content.decode())
    assert "Everything is read" in shown(text_of(client, page("notices")))
    assert "There was nothing unread." in client.post(page("notices-read"), follow=True).content.decode()
    assert Notice.objects.unread().get().person == cast.administrator


def test_an_empty_list_says_where_notices_come_from(as_person: People, cast: Cast) -> None:
    client = as_person("chair")
    assert "No notifications yet" in text_of(client, page("notices") + ALL)
    assert "New notifications appear here" in text_of(client, page("notices"))


def test_the_pages_of_the_list_hold_every_notice_once(as_person: People, cast: Cast) -> None:
    tell(cast, *["controller"] * 60)
    client, seen, url = as_person("controller"), [], page("notices")
    for _page in range(3):
        html = text_of(client, url).replace("&amp;", "&")
        seen += [pk for pk in Notice.objects.values_list("pk", flat=True) if page("notice-open", pk) in html]
        links = [part.split('"')[0] for part in html.split('href="') if part.startswith("?after=")]
        url = page("notices") + links[-1] if links else ""
    assert url == ""
    assert sorted(seen) == sorted(Notice.objects.values_list("pk", flat=True))
    assert client.get(page("notices") + "?after=zzz").status_code == 400


def test_the_page_makes_no_more_queries_for_more_notices(as_person: People, cast: Cast) -> None:
    numbers = count()

    def fill(number: int) -> None:
        tell(cast, *["controller"] * number, link=f"/regions/70/?{next(numbers)}")

    assert_same_queries(as_person("controller"), lambda: page("notices") + ALL, fill)
