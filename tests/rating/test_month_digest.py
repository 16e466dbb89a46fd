"""The digest of a month: what the centre should know, the same on the page, as DOCX and as PDF."""

import io
import re
import zipfile
from datetime import UTC, datetime
from html import unescape

import pytest
from django.utils import translation

from common.scope import SYSTEM
from rating.models import RegionScore, Slice
from rating.presentation.month_digest import digest_document, sections_of
from rating.selectors.month_digest import month_digest
from rating.services import slice_close, slice_publish, slice_revise
from tests.rating.portal import load, random_case, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
DECEMBER = "/rating/2023-12/digest/"


def published(period: str) -> Slice:
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=period).pk)


@pytest.fixture
def two_months() -> Slice:
    load(random_case(5, regions=8, items=20))
    published("2023-11")
    return published("2023-12")


@pytest.mark.usefixtures("two_months")
def test_the_page_and_both_papers_say_the_same() -> None:
    page = words_of(reader("controller"), DECEMBER)
    with translation.override("ru"):
        sections = sections_of(month_digest(SYSTEM, "2023-12"))
    docx = reader("controller").get("/rating/2023-12/r1/digest.docx")
    pdf = reader("controller").get("/rating/2023-12/r1/digest.pdf")
    body = zipfile.ZipFile(io.BytesIO(docx.content)).read("word/document.xml").decode()
    paper = _plain(" ".join(re.findall(r"<w:t[^>]*>([^<]*)", body)))

    assert pdf.content.startswith(b"%PDF")
    for section in sections:
        texts = [section.title, *section.sentences]
        texts += [cell for row in (section.table.rows if section.table else ()) for cell in row]
        for text in texts:
            for line in text.splitlines():
                assert _plain(line) in _plain(page), line
                assert _plain(line) in paper, line


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text).replace("\u00a0", " ")).strip()


def test_movements_that_are_more_than_chance_come_first_then_the_largest(two_months: Slice) -> None:
    movers = month_digest(SYSTEM, "2023-12").movers
    order = [(not row.distinguishable, -abs(row.delta or 0)) for row in movers]
    expected = RegionScore.objects.filter(slice=two_months).exclude(delta=None).exclude(delta=0).count()

    assert order == sorted(order)
    assert len(movers) == min(12, expected)


def test_an_item_is_hard_when_less_than_thirty_percent_of_the_country_was_on_time(two_months: Slice) -> None:
    shares = {row.pk: (row.on_time, row.executions) for row in two_months.item_shares.all()}
    hard = {row.pk for row in month_digest(SYSTEM, "2023-12").hard_items}

    assert hard == {pk for pk, (on_time, executions) in shares.items() if 100 * on_time < 30 * executions}
    assert hard


def test_signals_and_the_centres_own_speed_stand_on_the_page() -> None:
    load(read("case3"))
    published("2023-11")
    words = words_of(reader("methodologist"), "/rating/2023-11/digest/")

    assert "заметно ниже страны" in words
    assert "Медиана проверки, дней" in words
    assert "Письма об этом месяце ещё не поставлены в очередь." in words


def test_a_revision_lists_what_it_gathered() -> None:
    load(read("case3r2"))
    published("2023-11")
    slice_revise(
        actor=SYSTEM,
        period="2023-11",
        reason="По возражению региона R3",
        corrections_as_of=datetime(2023, 12, 20, tzinfo=UTC),
    )
    words = words_of(reader("controller"), "/rating/2023-11/r2/digest/")

    assert "Причина редакции: По возражению региона R3" in words
    assert "R3" in words.partition("Исправления")[2]


@pytest.mark.usefixtures("two_months")
@pytest.mark.parametrize("url", [DECEMBER, "/rating/2023-12/r1/digest.pdf"])
def test_it_is_the_centres_alone(url: str) -> None:
    assert reader("coordinator").get(url).status_code == 403
    assert reader("public").get(url).status_code == 302
    assert reader("controller").get(url.replace("12", "07")).status_code == 404


@pytest.mark.usefixtures("two_months")
def test_it_speaks_english_too() -> None:
    html = html_of(reader("controller"), DECEMBER, **{"accept-language": "en"})

    assert "What moved and why" in html
    with translation.override("en"):
        assert digest_document(month_digest(SYSTEM, "2023-12")).language == "en"
