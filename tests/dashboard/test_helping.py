"""Help to who is late: who has done the item, and what of it is shown only while its region agrees."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assignments.models import Assignment, Evidence, Execution
from assignments.selectors.peers import peers_of
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, Missing, NotAllowed, StaleVersion
from regions.models import Region, SharingConsent
from regions.services import sharing_agree, sharing_withdraw
from tests.assignments.builders import put_on_control
from tests.assignments.desk import Desk
from tests.associations.practices import published
from tests.cast import Cast
from tests.dashboard.office import TODAY, item, page, shown, text_of, work
from tests.files.samples import PDF
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
DUE = date(2026, 3, 6)


@pytest.fixture
def pair(cast: Cast) -> tuple[Execution, Execution]:
    """An item due on 6 March: Tomsk is late with it, the same industry of Omsk has done it with a file."""
    late, done = work([cast.tomsk_machines, cast.omsk_machines], DUE)
    do(cast, done, returned=True)
    return late, Execution.objects.get(pk=done.pk)


def do(cast: Cast, execution: Execution, day: int = 4, *, returned: bool = False) -> None:
    """Reports of Omsk, the first of them returned, the last accepted."""
    desk = Desk(cast, execution)

    def report(number: int) -> dict[str, object]:
        name = f"report-{number}.pdf"
        return {"text": f"Отчёт Омска {number}.", "files": [SimpleUploadedFile(name, PDF, "application/pdf")]}

    if returned:
        desk.at(day - 2, "submit", "omsk_coordinator", **report(1))
        desk.at(day - 1, "return", empty=True)
    desk.at(day, "submit", "omsk_coordinator", **report(2))
    desk.at(day, "submit", "omsk_coordinator", text="Дополнение Омска.", files=[])
    desk.at(day + 1, "accept")


def files_of(execution: Execution) -> list[Evidence]:
    return list(Evidence.objects.filter(event__execution=execution).order_by("pk"))


def file_url(late: Execution, peer: Execution, evidence: Evidence) -> str:
    return page("peer-evidence", late.pk, peer.pk, evidence.pk)


def test_a_late_coordinator_sees_who_has_done_the_item(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    html = text_of(as_person("tomsk_coordinator"), pair[0].get_absolute_url())
    text = shown(html)
    assert "Who has done it already" in text
    assert "Омские машины" in text
    assert "done in time, handed in on 4 Mar 2026" in text
    assert "has not agreed to show its report" in text
    assert "Отчёт Омска" not in text
    assert cast.omsk_coordinator.email not in html
    assert "has no practice of this process yet" in text


def test_practices_of_the_process_stand_beside_the_late_item(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    Assignment.objects.filter(pk=pair[0].assignment_id).update(process=cast.headcount)
    with clock.at(datetime(2026, 3, 1, 9, 0, tzinfo=UTC)):
        practice = published(cast)
    html = text_of(as_person("tomsk_coordinator"), pair[0].get_absolute_url())
    assert practice.get_absolute_url() in html


def test_with_the_consent_the_accepted_report_and_the_contact_are_shown(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    late, done = pair
    sharing_agree(actor=cast.scope("omsk_coordinator"), region_code="55")
    returned, accepted = files_of(done)
    client = as_person("tomsk_coordinator")
    html = text_of(client, late.get_absolute_url())

    assert "Отчёт Омска 2." in html
    assert "Дополнение Омска." in html
    assert "Отчёт Омска 1." not in html
    assert cast.omsk_coordinator.email in html
    assert re.findall(r'href="(/executions/\d+/peers/[^"]*)"', html) == [file_url(late, done, accepted)]
    answer = client.get(file_url(late, done, accepted))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert client.get(file_url(late, done, returned)).status_code == 404


@pytest.mark.parametrize("who", ["tomsk_coordinator", "tomsk_minister", "controller"])
def test_a_withdrawn_consent_closes_at_once(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution], who: str
) -> None:
    late, done = pair
    url = file_url(late, done, files_of(done)[1])
    client = as_person(who)
    assert client.get(url).status_code == 404
    consent = sharing_agree(actor=cast.scope("omsk_coordinator"), region_code="55")
    assert client.get(url).status_code == 200
    sharing_withdraw(actor=cast.scope("controller"), region_code="55", version=consent.version)
    assert client.get(url).status_code == 404
    assert "Отчёт Омска" not in text_of(client, late.get_absolute_url())


def test_no_route_leads_to_foreign_evidence_without_the_consent(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    late, done = pair
    for agreed in (False, True):
        if agreed:
            sharing_agree(actor=cast.scope("omsk_coordinator"), region_code="55")
        for evidence in files_of(done):
            for who in ("tomsk_coordinator", "tomsk_deputy", "tomsk_minister", "chair", "newcomer"):
                client = as_person(who)
                routes = [
                    page("evidence", done.pk, evidence.pk),
                    page("evidence", late.pk, evidence.pk),
                    reverse("api:evidence", args=[done.pk, evidence.pk]),
                    reverse("api:evidence", args=[late.pk, evidence.pk]),
                    file_url(done, late, evidence),
                    file_url(done, done, evidence),
                    file_url(late, late, evidence),
                ]
                answers = {url: client.get(url).status_code for url in routes}
                assert set(answers.values()) <= {403, 404}, (who, answers)
                assert client.get(done.get_absolute_url()).status_code in (403, 404)
        for who in ("chair", "newcomer", "public"):
            assert as_person(who).get(file_url(late, done, files_of(done)[1])).status_code in (302, 404)


def test_evidence_is_an_example_for_the_same_item_and_industry_only(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    _late, done = pair
    sharing_agree(actor=cast.scope("omsk_coordinator"), region_code="55")
    other_item = work([cast.tomsk_machines], DUE)[0]
    other_industry = put_on_control([cast.tomsk_farming], done.assignment)[0]
    in_time = work([cast.tomsk_machines], TODAY)[0]
    accepted = files_of(done)[1]
    for own in (other_item, other_industry, in_time):
        assert as_person("tomsk_coordinator").get(file_url(own, done, accepted)).status_code == 404
    unaccepted = work([cast.omsk_machines, cast.tomsk_machines], DUE)
    Desk(cast, unaccepted[0]).at(
        5, "submit", "omsk_coordinator", files=[SimpleUploadedFile("a.pdf", PDF, "application/pdf")]
    )
    waiting = files_of(unaccepted[0])[0]
    url = file_url(unaccepted[1], unaccepted[0], waiting)
    assert as_person("tomsk_coordinator").get(url).status_code == 404


def test_the_help_ends_when_the_report_is_handed_in(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    late, done = pair
    sharing_agree(actor=cast.scope("omsk_coordinator"), region_code="55")
    Desk(cast, late).at(10, "submit")
    client = as_person("tomsk_coordinator")
    assert "Who has done it already" not in text_of(client, late.get_absolute_url())
    assert client.get(file_url(late, done, files_of(done)[1])).status_code == 404


def test_nobody_has_done_it_yet_is_said(as_person: People, cast: Cast) -> None:
    late = work([cast.tomsk_machines, cast.omsk_machines], DUE)[0]
    assert "No cluster of this industry in another region has done this item yet" in text_of(
        as_person("tomsk_coordinator"), late.get_absolute_url()
    )


def test_the_three_best_of_different_regions_are_shown(cast: Cast) -> None:
    task = item(1, DUE)
    late = put_on_control([cast.tomsk_machines], task)[0]
    days = {"A": (9,), "B": (6,), "C": (5, 3), "D": (8,)}
    for name, handed_in in days.items():
        region = Region.objects.create(
            code=f"R{name}", name_ru=name, name_en=name, short_ru=name, brief_ru=name, brief_en=name,
            genitive_ru=name, district=cast.tomsk.district, timezone="Asia/Tomsk",
        )  # fmt: skip
        for number, day in enumerate(handed_in):
            cluster = Cluster.objects.create(
                code=f"{name}-{number}", region=region, name=name, industry=cast.machines
            )
            execution = put_on_control([cluster], task)[0]
            Execution.objects.filter(pk=execution.pk).update(
                state="executed", reported_on=date(2026, 3, day), closed_at=execution.issued_at
            )
    Cluster.objects.filter(code="D-0").update(industry=cast.farming)
    late = Execution.objects.select_related("cluster").get(pk=late.pk)
    peers = peers_of(cast.scope("tomsk_coordinator"), late, TODAY)
    assert [(peer.execution.cluster.code, peer.days_late) for peer in peers if peer.execution.cluster] == [
        ("C-1", 0), ("B-0", 0), ("A-0", 3),
    ]  # fmt: skip


def test_the_inbox_says_how_many_have_done_a_late_item(
    as_person: People, cast: Cast, pair: tuple[Execution, Execution]
) -> None:
    assert "done by 1 cluster of the industry elsewhere" in text_of(
        as_person("tomsk_coordinator"), page("inbox")
    )


def test_the_page_and_the_inbox_ask_no_more_for_more_examples(as_person: People, cast: Cast) -> None:
    task = item(1, DUE)
    late = put_on_control([cast.tomsk_machines], task)[0]

    def fill(count: int) -> None:
        first = Cluster.objects.count()
        for number in range(count):
            code = f"55-4{first + number:02}"
            cluster = Cluster.objects.create(code=code, region=cast.omsk, name=code, industry=cast.machines)
            do(cast, put_on_control([cluster], task)[0])
            work([cast.tomsk_machines], DUE)
        SharingConsent.objects.get_or_create(
            region=cast.omsk, withdrawn_at=None, defaults={"given_at": late.issued_at}
        )

    client = as_person("tomsk_coordinator")
    fill(1)
    assert_same_queries(client, late.get_absolute_url, fill)
    assert_same_queries(client, lambda: page("inbox"), lambda _count: None)


# The consent


def test_a_region_agrees_and_withdraws_on_its_page(as_person: People, cast: Cast) -> None:
    client = as_person("omsk_coordinator")
    address = reverse("regions:sharing", args=["55"])
    assert "The region does not agree" in text_of(client, address)
    assert client.post(address, {}).status_code == 400
    assert client.post(address, {"agreed": "on"}).status_code == 302
    assert "The region agrees" in text_of(client, address)
    assert "others who are late read the accepted reports" in text_of(client, page("region", "55"))
    assert client.post(address, {"agreed": "on"}).status_code == 409
    ending = reverse("regions:sharing-withdraw", args=["55"])
    assert "Withdraw the consent of" in text_of(client, ending)
    assert client.post(ending, {"version": 7}).status_code == 409
    assert client.post(ending, {"version": 1}).status_code == 302
    assert client.post(ending, {"version": 2}).status_code == 409
    row = SharingConsent.objects.get()
    assert (row.given_by, row.withdrawn_by) == (cast.omsk_coordinator, cast.omsk_coordinator)
    assert LogEntry.objects.get_for_object(row).count() == 2


def test_the_centre_records_for_a_region_and_strangers_do_not(as_person: People, cast: Cast) -> None:
    with pytest.raises(Missing):
        sharing_agree(actor=cast.scope("tomsk_coordinator"), region_code="55")
    for who in ("methodologist", "tomsk_minister"):
        with pytest.raises(NotAllowed):
            sharing_agree(actor=cast.scope(who), region_code="70")
    consent = sharing_agree(actor=cast.scope("controller"), region_code="70")
    with pytest.raises(ImpossibleStep):
        sharing_agree(actor=cast.scope("tomsk_coordinator"), region_code="70")
    with pytest.raises(StaleVersion):
        sharing_withdraw(actor=cast.scope("tomsk_coordinator"), region_code="70", version=9)
    sharing_withdraw(actor=cast.scope("tomsk_coordinator"), region_code="70", version=consent.version)
    with pytest.raises(ImpossibleStep):
        sharing_withdraw(actor=cast.scope("tomsk_coordinator"), region_code="70", version=2)
    html = text_of(as_person("tomsk_minister"), reverse("regions:sharing", args=["70"]))
    assert "Контролёров" not in html
    assert "the centre" in html
