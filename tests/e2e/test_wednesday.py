"""A whole Wednesday: a meeting opens by itself, its protocol puts assignments on control, the next one carries on."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from assignments.models import Execution
from clusters.models import Cluster
from common import clock
from meetings.enums import AgendaSource, MeetingState
from meetings.models import Meeting
from meetings.services.reference import weekly_series_load
from meetings.tasks import make_meetings
from tests.cast import Cast
from tests.e2e.conftest import Day, Visit
from tests.e2e.papers import converted, pictures_of_pdf, text_of_pdf
from tests.e2e.visitors import Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser
CLUSTERS = 60
TEXTS = (
    "Представить сведения о причинах просрочки и плановых сроках.",
    "Направить план закупок оборудования на первый квартал.",
    "Разместить сведения о ходе набора на сайте базовой организации.",
)
DUE = date(2026, 12, 16)


def moscow(day: int, hour: int) -> datetime:
    """An hour of November 2026 in Moscow."""
    return datetime(2026, 11, day, hour, tzinfo=clock.MOSCOW)


def sixty_clusters(cast: Cast) -> None:
    """The clusters of the cast and so many more that there are sixty."""
    more = CLUSTERS - Cluster.objects.count()
    Cluster.objects.bulk_create(
        Cluster(
            code=f"70-{number:03}", region=cast.tomsk, name=f"Кластер {number}", title=f"Кластер {number}",
            name_key=f"кластер {number}", cohort_year=2024,
        )
        for number in range(100, 100 + more)
    )  # fmt: skip


def answered(visitor: Visitor, meeting: Meeting, region: str) -> None:
    """The coordinator answers for himself and all his clusters in one press."""
    visitor.open(f"/meetings/{meeting.pk}/participants/")
    visitor.follow(f"form[action$='/{region}/answer/all/'] button")


def assigned(secretary: Visitor, meeting: Meeting, item: int, text: str) -> None:
    """An assignment to every cluster under an item of the agenda."""
    secretary.open(f"/meetings/{meeting.pk}/items/{item}/assign/")
    secretary.hands.write(secretary.page.locator("#id_text"), text)
    secretary.hands.write_date(secretary.page.locator("#id_due_on"), DUE)
    # The rule begins with the region that the item is about.
    secretary.hands.tick(secretary.page.locator("input[name=scope_of_rule][value=everyone]"))
    secretary.page.locator("#addressees .big-count", has_text=re.compile(rf"^{CLUSTERS}$")).wait_for()
    secretary.follow("#item-form .button--primary")


def decided(secretary: Visitor, meeting: Meeting, item: int, kind: str, text: str) -> None:
    """Another decision under an item."""
    secretary.open(f"/meetings/{meeting.pk}/items/{item}/")
    secretary.unfold("form[action$='/decide/'] [name=text]")
    secretary.hands.tick(secretary.page.locator(f"form[action$='/decide/'] [name=kind][value={kind}]"))
    secretary.hands.write(secretary.page.locator("form[action$='/decide/'] [name=text]"), text)
    secretary.send("form[action$='/decide/']")


def test_a_whole_wednesday(visit: Visit, autumn: Autumn, day: Day, tmp_path: Path) -> None:
    sixty_clusters(autumn.cast)
    weekly_series_load()
    make_meetings()
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.starts_at) == (MeetingState.OPEN, moscow(25, 10))
    sources = set(meeting.agenda.values_list("source", flat=True))
    assert AgendaSource.OVERDUE in sources

    for name, region in (("tomsk_coordinator", "70"), ("omsk_coordinator", "55")):
        coordinator = visit(name)
        answered(coordinator, meeting, region)
        coordinator.is_pleased(f"task-meeting-invitation-{region}")
    day.becomes(moscow(25, 10))
    secretary = visit("controller")
    hold(secretary, meeting)
    approve_and_issue(visit, secretary, meeting)
    assert Execution.objects.filter(assignment__protocol__minutes__meeting=meeting).count() == 3 * CLUSTERS

    read(secretary, meeting, tmp_path)
    tomsk = visit("tomsk_coordinator")
    tomsk.open("/assignments/")
    assert all(text.rstrip(".") in tomsk.text() for text in TEXTS)

    day.becomes(moscow(26, 10))
    make_meetings()
    following = Meeting.objects.exclude(pk=meeting.pk).get()
    assert following.starts_at == datetime(2026, 12, 2, 10, tzinfo=clock.MOSCOW)
    carried = following.agenda.filter(source=AgendaSource.CARRIED_OVER)
    assert list(carried.values_list("carries_on__meeting", flat=True)) == [meeting.pk]


def hold(secretary: Visitor, meeting: Meeting) -> None:
    """Begin, show an item on the screen, mark who came, decide on every item, close."""
    secretary.open(f"/meetings/{meeting.pk}/")
    secretary.is_pleased("task-meeting-agenda")
    secretary.send("form[action$='/start/']")
    items = list(meeting.agenda.on_agenda().values_list("pk", flat=True))
    secretary.open(f"/meetings/{meeting.pk}/items/{items[0]}/")
    secretary.send("form[action$='/show/']")
    secretary.open(f"/meetings/{meeting.pk}/screen/")
    secretary.picture("task-meeting-screen")
    for item, text in zip(items, TEXTS, strict=False):
        assigned(secretary, meeting, item, text)
    for item in items[3:]:
        decided(secretary, meeting, item, "noted", "Принять к сведению.")
    decided(secretary, meeting, items[0], "carried_over", "Вернуться к вопросу на следующем совещании.")
    secretary.is_pleased("task-meeting-item")
    secretary.open(f"/meetings/{meeting.pk}/close/")
    assert "не отмечен" in secretary.text()
    secretary.is_pleased("task-meeting-close")
    secretary.send("form[action$='/close/']")


def approve_and_issue(visit: Visit, secretary: Visitor, meeting: Meeting) -> None:
    """Make the protocol, have it agreed by another person, sign it, issue it."""
    page = f"/meetings/{meeting.pk}/protocol/"
    secretary.open(page)
    secretary.send("form[action$='/make/']")
    secretary.is_pleased("task-minutes-draft")
    secretary.hands.tick(secretary.page.locator("#send [name=approvers]").first)
    secretary.send("form[action$='/send/']")
    approver = visit("administrator")
    approver.open("/meetings/approvals/")
    approver.is_pleased("task-minutes-approvals")
    approver.open(page)
    approver.send("form[action$='/agree/']")
    secretary.open(page)
    secretary.hands.write_date(secretary.page.locator("[name=signed_on]"), date(2026, 11, 25))
    secretary.send("form[action$='/sign/']")
    secretary.open(f"{page}issue/")
    secretary.is_pleased("task-minutes-issue")
    secretary.send("form[action$='/protocol/issue/']")
    secretary.is_pleased("task-minutes-issued")


def read(secretary: Visitor, meeting: Meeting, folder: Path) -> None:
    """The DOCX goes through LibreOffice and reads right."""
    answer = secretary.context.request.get(f"{secretary.base}/meetings/{meeting.pk}/protocol.docx")
    source = folder / "protocol.docx"
    source.write_bytes(answer.body())
    (paper,) = converted([source], "pdf", folder)
    pictures_of_pdf(paper, "paper-minutes", pages=3)
    words = " ".join(text_of_pdf(paper).split())
    for said in ("ПРОТОКОЛ", "СЛУШАЛИ", "РЕШИЛИ", *TEXTS, "не позднее 16.12.2026 включительно"):
        assert said.rstrip(".") in words, said
