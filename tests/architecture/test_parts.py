"""What htmx gets is what the page holds: every part equals the same part of the full page, byte for byte."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import AppointmentCampaign
from common import clock
from common.parts import PART
from common.scope import SYSTEM
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.services.filling import agenda_fill
from tests.accounts.appointing import campaign
from tests.assignments.desk import NOW
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage
from tests.dashboard.office import TODAY, hand_in, methodology, published, work
from tests.meetings.builders import meeting

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"
SOURCES = [
    path
    for path in Path(settings.BASE_DIR).glob("*/**/*.py")
    if ".venv" not in path.parts and "tests" not in path.parts
]
CALL = re.compile(r'page_or_part\(\s*request,\s*"([^"]+)",\s*("[a-z]+"|RESULTS)')
PAGES = (
    ("dashboard/registry.html", "registry", "controller", "/assignments/registry/"),
    ("dashboard/registry.html", "registry", "controller", "/assignments/registry/?q=zzz"),
    ("dashboard/registry.html", "registry", "controller", "/assignments/registry/?due_from=zzz"),
    ("dashboard/registry.html", "registry", "tomsk_coordinator", "/assignments/registry/?state=open"),
    ("dashboard/registry.html", "registry", "controller", "/assignments/registry/?as_of=2026-03-05"),
    ("dashboard/registry.html", "registry", "controller", "/assignments/registry/?as_of=2027-03-05"),
    ("associations/practices.html", "practices", "controller", "/practices/"),
    ("associations/practices.html", "practices", "controller", "/practices/?q=zzz"),
    ("dashboard/search.html", "found", "controller", "/search/?q=том"),
    ("dashboard/search.html", "found", "tomsk_coordinator", "/search/?q=том&kind=clusters"),
    ("dashboard/search.html", "found", "chair", "/search/?q=!"),
    ("dashboard/matrix.html", "matrix", "controller", "/assignments/matrix/"),
    ("dashboard/matrix.html", "matrix", "controller", "/assignments/matrix/?q=zzz"),
    ("dashboard/matrix.html", "matrix", "tomsk_coordinator", "/assignments/matrix/?view=list&term=x"),
    ("dashboard/review.html", "queue", "controller", "/assignments/review/"),
    ("dashboard/review.html", "queue", "methodologist", "/assignments/review/?region=70"),
    ("dashboard/review.html", "queue", "controller", "/assignments/review/?region=55"),
    ("dashboard/inbox.html", "inbox", "tomsk_coordinator", "/assignments/"),
    ("dashboard/inbox.html", "inbox", "tomsk_coordinator", "/assignments/?q=zzz"),
    ("dashboard/regions.html", "regions", "controller", "/regions/?q=том"),
    ("dashboard/clusters.html", "clusters", "controller", "/clusters/?region=70"),
    ("dashboard/clusters.html", "clusters", "controller", "/clusters/?q=zzz"),
    ("dashboard/digests.html", "digests", "controller", "/digests/"),
    ("dashboard/digests.html", "digests", "controller", "/digests/?day=zzz"),
    ("dashboard/digests.html", "digests", "controller", "/digests/?region=87"),
    ("dashboard/appointment.html", "tracker", "controller", "/appointments/{campaign}/"),
    ("dashboard/appointment.html", "tracker", "controller", "/appointments/{campaign}/?q=zzz"),
    ("dashboard/appointment_letter.html", "letter", "controller", "/appointments/{campaign}/letter/"),
    ("rating/letters.html", "ledger", "controller", "/letters/"),
    ("rating/letters_preview.html", "foreseen", "controller", "/rating/2026-01/r1/letters/"),
    ("rating/letters_preview.html", "foreseen", "controller", "/rating/2026-01/r1/letters/?name=zzz"),
    ("rating/objections/list.html", "objections", "controller", "/rating/objections/?state=open"),
    ("dashboard/requests.html", "requests", "controller", "/assignments/requests/?state=all"),
    ("dashboard/questions.html", "questions", "controller", "/assignments/questions/"),
    ("dashboard/questions.html", "questions", "tomsk_coordinator", "/assignments/questions/"),
    ("accounts/people.html", "people", "administrator", "/accounts/people/?q=zzz"),
    ("accounts/people.html", "people", "administrator", "/accounts/people/"),
    ("assignments/protocols.html", "protocols", "controller", "/protocols/"),
    ("rating/month.html", "results", "controller", "/rating/2026-01/?zone=green"),
    ("rating/month.html", "results", "tomsk_coordinator", "/rating/2026-01/"),
    ("rating/executions/list.html", "executions", "controller", "/rating/2026-01/regions/70/executions/"),
    (
        "rating/executions/list.html",
        "executions",
        "tomsk_coordinator",
        "/rating/2026-01/regions/70/executions/?show=lost",
    ),
    (
        "rating/executions/list.html",
        "executions",
        "controller",
        "/rating/2026-01/regions/70/executions/?show=zzz",
    ),
    ("rating/lifts/regions.html", "lifts", "controller", "/rating/running/lifts/"),
    (
        "rating/lifts/executions.html",
        "lifts",
        "controller",
        "/rating/running/lifts/executions/?district=siberia",
    ),
    ("rating/lifts/executions.html", "lifts", "controller", "/rating/running/lifts/executions/?district=zzz"),
    (
        "meetings/participation/participants.html",
        "participants",
        "controller",
        "/meetings/{meeting}/participants/",
    ),
    (
        "meetings/participation/participants.html",
        "participants",
        "controller",
        "/meetings/{meeting}/participants/?state=zzz",
    ),
    ("meetings/participation/attendance.html", "attendance", "tomsk_coordinator", "/meetings/attendance/"),
    ("meetings/participation/attendance.html", "attendance", "controller", "/meetings/attendance/?never=on"),
    ("rating/running.html", "results", "controller", "/rating/running/?sort=region"),
    ("meetings/list.html", "meetings", "controller", "/meetings/?state=open"),
    ("meetings/list.html", "meetings", "chair", "/meetings/"),
    ("meetings/meeting.html", "agenda", "controller", "/meetings/{meeting}/"),
    ("meetings/meeting.html", "agenda", "tomsk_coordinator", "/meetings/{meeting}/"),
    ("meetings/screen.html", "screen", "controller", "/meetings/{meeting}/screen/"),
    ("cyclogram/matrix.html", "matrix", "controller", "/cyclogram/"),
    ("cyclogram/matrix.html", "matrix", "tomsk_coordinator", "/cyclogram/?kind=zzz"),
    ("cyclogram/stages.html", "stages", "controller", "/cyclogram/stages/?sign=late"),
    ("cyclogram/stages.html", "stages", "tomsk_coordinator", "/cyclogram/stages/?sign=zzz"),
    ("cyclogram/bottlenecks.html", "bottlenecks", "controller", "/cyclogram/bottlenecks/?region=70"),
    ("cyclogram/lanes.html", "lanes", "controller", "/cyclogram/lanes/?year=2026"),
    ("cyclogram/lanes.html", "lanes", "tomsk_coordinator", "/cyclogram/lanes/?region=zzz"),
    ("cyclogram/values.html", "values", "controller", "/cyclogram/values/?state=entered"),
    ("cyclogram/values.html", "values", "tomsk_coordinator", "/cyclogram/values/?state=zzz"),
    ("cyclogram/gantt.html", "gantt", "controller", "/cyclogram/gantt/?paper=a3"),
)


@pytest.fixture
def world(cast: Cast) -> Any:
    with clock.at(NOW):
        methodology()
        rows = work([cast.tomsk_machines, cast.omsk_machines], TODAY)
        hand_in(cast, rows[:1])
        work([cast.tomsk_farming], TODAY)
        published()
        campaign(cast)
        cluster_stage(cast.tomsk_machines)
        agenda_fill(actor=SYSTEM, meeting_id=meeting(MeetingState.OPEN, cast.tomsk, cast.omsk).pk)
        yield cast


def element(html: str, identifier: str) -> str:
    """The one element with this id, whole."""
    start = html.index(f'<div id="{identifier}"')
    assert html.count(f'id="{identifier}"') == 1
    depth = 0
    for tag in re.finditer(r"<div\b|</div>", html[start:]):
        depth += 1 if tag.group() == "<div" else -1
        if depth == 0:
            return html[start : start + tag.end()]
    raise AssertionError(f"{identifier} never ends")


def bare(html: str) -> str:
    """Without the key of the forms and the keys of single submissions, which differ from visit to visit."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return re.sub(r'name="submission_key" value="[^"]*"', "", html).strip()


@pytest.mark.parametrize(("_template", "part", "who", "address"), PAGES)
def test_a_part_is_the_same_part_of_the_page(
    world: Cast, as_person: Any, _template: str, part: str, who: str, address: str
) -> None:
    client: Client = as_person(who)
    address = address.format(campaign=AppointmentCampaign.objects.get().pk, meeting=Meeting.objects.get().pk)
    page = client.get(address)
    answer = client.get(address, headers={"HX-Request": "true", "HX-Target": part})

    assert answer.status_code == page.status_code in (200, 400)
    assert answer[PART] == "1"
    assert "<html" not in answer.content.decode()
    assert bare(answer.content.decode()) == bare(element(page.content.decode(), part))


def test_a_page_brought_back_from_history_is_whole(world: Cast, as_person: Any) -> None:
    headers = {"HX-Request": "true", "HX-Target": "registry", "HX-History-Restore-Request": "true"}
    answer = as_person("controller").get("/assignments/registry/", headers=headers)

    assert "<html" in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_every_view_that_gives_parts_is_compared_above() -> None:
    called = {
        (template, "results" if part == "RESULTS" else part.strip('"'))
        for path in SOURCES
        for template, part in CALL.findall(path.read_text(encoding="utf-8"))
    }
    tested = {(template, part) for template, part, _who, _address in PAGES}

    assert called - tested == {("dashboard/long_task.html", "task")}, "its test: tests/notifications"
    assert tested - called == set()


def test_whatever_a_list_replaces_is_a_part_of_its_template() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r'\{% (?:filters|pagination|page_links)[^%]*target="#([a-z]+)"', text):
            has_part = f"partialdef {target} inline" in text
            assert has_part or path.name == "filter_bar.html", (path.name, target)
