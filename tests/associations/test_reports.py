"""The annual report: made of the data, written by people, approved once and for good."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document

from accounts.models import Membership
from associations.models import AnnualReport, Practice
from associations.presentation.report import report_document, sections_of
from associations.selectors.year import association_year
from associations.services import reports
from associations.services.replications import replication_end
from common import clock
from common.documents.docx import docx_of
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import SYSTEM
from meetings.enums import MeetingState
from tests.associations.practices import act, published, repeated
from tests.cast import SINCE, Cast
from tests.meetings.builders import meeting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(NOW):
        yield


def begun(cast: Cast, who: str = "chair") -> AnnualReport:
    return reports.report_begin(actor=cast.scope(who), association_id=cast.machine_builders.pk, year=2026)


def told(report: AnnualReport, language: str = "ru") -> str:
    """The words of a report, a part on a line."""
    with translation.override(language):
        lines = []
        for section in sections_of(report):
            cells = [cell for row in (section.table.rows if section.table else ()) for cell in row]
            lines.append(" ".join([section.title, *section.sentences, *cells]))
    return "\n".join(lines)


def test_a_report_tells_practices_replications_and_leaders_of_the_year(cast: Cast) -> None:
    row = repeated(cast, published(cast))
    replication_end(
        actor=cast.scope("omsk_coordinator"), replication_id=row.pk, version=1, state="done",
        ended_on=date(2026, 5, 19), result="Доходят 88 %.",
    )  # fmt: skip
    words = told(begun(cast))
    assert "Опубликовано практик: 1." in words
    assert "Наставник с предприятия" in words
    assert "Омские машины, Омская область внедрена Доходят 88 %." in words
    assert "Регионы-лидеры Томская область 1 1 15,0" in words
    assert "Участников на конец года: 1; кластеров отрасли: 2" in words
    assert "Practices published: 1." in told(begun(cast), "en")


def test_meetings_of_the_association_are_counted(cast: Cast) -> None:
    meeting(
        MeetingState.CLOSED, kind="association", association=cast.machine_builders, title="Сессия председателей",
        starts_at=NOW - timedelta(days=20),
    )  # fmt: skip
    assert [one.title for one in association_year(cast.machine_builders, 2026).meetings] == [
        "Сессия председателей"
    ]
    assert association_year(cast.machine_builders, 2025).meetings == []


def test_paragraphs_stand_before_the_figures_of_their_part(cast: Cast) -> None:
    report = begun(cast)
    report = reports.report_write(
        actor=cast.scope("chair"), report_id=report.pk, version=1,
        words={"summary": "Год был трудным.", "practices": "Лучшая – наставники."},
    )  # fmt: skip
    first, *_rest = sections_of(report)
    assert first.sentences == ["Год был трудным."]
    assert "Лучшая – наставники. Опубликовано практик: 0." in told(report)
    with pytest.raises(StaleVersion):
        reports.report_write(actor=cast.scope("chair"), report_id=report.pk, version=1, words={})


def test_an_approved_report_stands_still_and_is_approved_once(cast: Cast) -> None:
    report = reports.report_approve(actor=cast.scope("chair"), report_id=begun(cast).pk, version=1)
    before = told(report)
    published(cast)
    assert told(AnnualReport.objects.get()) == before
    for again in (reports.report_approve, reports.report_write):
        said = {"words": {}} if again is reports.report_write else {}
        with pytest.raises(ImpossibleStep, match=r"20\.05\.2026, Главный"):
            again(actor=cast.scope("chair"), report_id=report.pk, version=report.version, **said)
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=report.pk).update(words={"summary": "Переписано"})


def test_a_chair_who_came_mid_report_writes_on_and_the_history_stays(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    report = begun(cast)
    reports.report_write(
        actor=cast.scope("chair"), report_id=report.pk, version=1, words={"summary": "Начал прежний."}
    )
    Membership.objects.filter(user=cast.chair).update(ends_on=date(2026, 5, 19))
    Membership.objects.create(
        user=cast.newcomer,
        role="association",
        association=cast.machine_builders,
        position="chair",
        starts_on=SINCE,
    )
    with pytest.raises(NotAllowed):
        reports.report_approve(actor=cast.scope("controller"), report_id=report.pk, version=2)
    page = as_person("newcomer").get(report.get_absolute_url()).content.decode()
    assert "сменился председатель" in page
    assert "Главный Глеб Глебович" in page
    assert "Начал прежний." in page
    assert reports.report_approve(actor=cast.scope("newcomer"), report_id=report.pk, version=2).is_approved


def test_a_report_is_begun_once_for_a_year_that_has_come(cast: Cast) -> None:
    assert begun(cast) == begun(cast)
    for year in (2022, 2027):
        with pytest.raises(InvalidInput):
            reports.report_begin(
                actor=cast.scope("chair"), association_id=cast.machine_builders.pk, year=year
            )
    with pytest.raises(NotAllowed):
        begun(cast, "tomsk_coordinator")


def test_a_draft_is_read_by_the_association_and_the_centre_an_approved_one_by_all(cast: Cast) -> None:
    report = begun(cast)
    for who, sees in (("chair", True), ("controller", True), ("tomsk_coordinator", False), ("public", False)):
        assert AnnualReport.objects.visible_to(cast.scope(who)).exists() is sees
    reports.report_approve(actor=cast.scope("chair"), report_id=report.pk, version=1)
    assert AnnualReport.objects.visible_to(cast.scope("tomsk_coordinator")).exists()


def test_the_paper_holds_the_same_words(cast: Cast) -> None:
    published(cast)
    report = begun(cast)
    with translation.override("ru"):
        paper = Document(io.BytesIO(docx_of(report_document(report))))
    texts = [line.text for line in paper.paragraphs]
    assert "Годовой отчёт за 2026 год. Машиностроение" in texts[0]
    assert any("Опубликовано практик: 1." in line for line in texts)
    assert any("Наставник" in cell.text for table in paper.tables for row in table.rows for cell in row.cells)


def test_the_whole_way_on_the_pages(cast: Cast, as_person: Callable[[str], Client]) -> None:
    act(cast, "tomsk_coordinator", "withdraw", published(cast), reason="Устарела.")
    assert Practice.objects.visible_to(SYSTEM).count() == 1
    chair = as_person("chair")
    list_page = reverse("associations:reports", args=[cast.machine_builders.pk])
    assert chair.post(list_page, {"year": "2030"}).status_code == 400
    report_page = chair.post(list_page, {"year": "2026"}).headers["Location"]
    assert chair.post(report_page, {"version": 1, "summary": "Год."}).status_code == 302
    report = AnnualReport.objects.get()
    assert (
        chair.post(reverse("associations:report-approve", args=[report.pk]), {"version": 1}).status_code
        == 409
    )
    assert (
        chair.post(reverse("associations:report-approve", args=[report.pk]), {"version": 2}).status_code
        == 302
    )
    again = chair.post(reverse("associations:report-approve", args=[report.pk]), {"version": 3})
    assert again.status_code == 409
    assert "Отчёт уже утверждён" in again.content.decode()
    for form, head in (("docx", b"PK"), ("pdf", b"%PDF")):
        answer = chair.get(reverse("associations:report-paper", args=[report.pk, form]))
        assert answer.content.startswith(head)
