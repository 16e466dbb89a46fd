"""Wherever a place or a score of a region stands, it says how sure that is (methodology §6): page, export, mail."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.cache import caches
from pypdf import PdfReader
from python_calamine import load_workbook

from common import clock
from common.scope import SYSTEM
from dashboard.selectors.standing import standings
from rating.models import RatingLetter, Slice
from rating.presentation.words import range_words
from rating.services import slice_close, slice_publish, slice_revise
from regions.models import Region
from tests.rating.mailroom import PUBLISHED_AT, appoint, message, text_of
from tests.rating.portal import load, printed, random_case, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
MONTH, API = "/rating/2023-11/", "/api/v1/rating/slices/2023-11/"
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)
RUNNING = datetime(2024, 1, 20, 9, tzinfo=UTC)

RANGE, SENTENCE = "1–3", "места с 1 по 3 неотличимы от случайности"
"""Of region R3, which stands third in the worked example with 90,00 points."""
INTERVAL, BORDER = "59,82 – 98,20", "на границе"
SIGNAL = "заметно ниже страны"
"""Of region R4."""


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def month() -> Slice:
    """The worked example, published, then corrected: R3 rises from the third place to the first."""
    load(read("case3r2"))
    for code in ("R3", "R4"):
        appoint(code, f"head@{code.lower()}.example")
    with clock.at(PUBLISHED_AT):
        first = slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    second = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Жалоба R3")
    slice_publish(actor=SYSTEM, slice_id=second.pk)
    return first


def words(url: str, who: str = "public") -> Callable[[], str]:
    return lambda: words_of(reader(who), url)


def text(url: str, who: str = "public") -> Callable[[], str]:
    return lambda: reader(who).get(url).content.decode("utf-8-sig").replace("\u00a0", " ")


def bars(url: str) -> Callable[[], str]:
    """What a page says to those who do not see its drawings."""
    return lambda: unescape(" ".join(re.findall(r'aria-label="([^"]+)"', html_of(reader("public"), url))))


def row(url: str, key: str = "rows", code: str = "R3", who: str = "public") -> Callable[[], str]:
    """One region of an answer in JSON."""

    def found() -> str:
        rows = json.loads(text(url, who)())[key]
        return json.dumps(next(one for one in rows if code in (one.get("region_code"), one.get("region"))))

    return found


def sheet(url: str) -> Callable[[], str]:
    def found() -> str:
        book = load_workbook(io.BytesIO(reader("public").get(url).content))
        return "\n".join(" | ".join(map(str, line)) for line in book.get_sheet_by_index(0).to_python())

    return found


def paper(url: str) -> Callable[[], str]:
    return lambda: words_of_pdf(reader("controller").get(url).content)


def words_of_pdf(content: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def enclosed(code: str) -> str:
    """The words of the paper in the letter about the first revision, with its table of the country."""
    letter = RatingLetter.objects.get(slice__revision=1, region=code)
    (pdf,) = (
        part for part in message(letter).iter_attachments() if part.get_content_type() == "application/pdf"
    )
    return words_of_pdf(pdf.get_content())


FIRST = f"{MONTH}r1/"
SURFACES: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
    "table of the month": (words(FIRST), (RANGE, BORDER, SIGNAL)),
    "bars of the table": (bars(FIRST), (INTERVAL,)),
    "first places": (words(FIRST), (SENTENCE,)),
    "panel of a correction": (words(f"{MONTH}r2/"), (RANGE,)),
    "what a correction changed": (words(f"{MONTH}changes/"), (RANGE,)),
    "changes as CSV": (text(f"{MONTH}r2/changes.csv"), ("place_before_from", "place_after_to")),
    "changes as JSON": (row(f"{MONTH}r2/changes.json"), ('"place_before_from": 1', '"place_before_to": 3')),
    "changes in the API": (row(f"{API}changes/?revision=2"), ('"place_before_from": 1', '"place_before_to": 3')),
    "scorecard": (words(f"{FIRST}regions/R3/"), (SENTENCE, INTERVAL, BORDER)),
    "scorecard with a signal": (words(f"{FIRST}regions/R4/"), (SIGNAL,)),
    "scorecard for the region": (words(f"{FIRST}regions/R3/", "coordinator"), (SENTENCE, "За 3 месяца")),
    "neighbours of a scorecard": (words(f"{FIRST}regions/R4/"), (f"({RANGE})",)),
    "comparison": (words(f"{FIRST}compare/?region=R3&region=R4"), (SENTENCE, INTERVAL, BORDER, SIGNAL)),
    "comparison for the region": (
        words(f"{FIRST}compare/?region=R3&region=R4", "coordinator"), (SENTENCE, "За 3 месяца"),
    ),
    "frame": (words(f"{FIRST}embed/"), (RANGE, INTERVAL, BORDER, SIGNAL)),
    "badge": (text(f"{FIRST}badge/R3.svg"), (SENTENCE, INTERVAL, BORDER)),
    "badge with a signal": (text(f"{FIRST}badge/R4.svg"), (SIGNAL,)),
    "feed": (text("/rating/feed.atom"), ("диапазон мест",)),
    "table as CSV": (text(f"{FIRST}table.csv"), ("3,1,3,R3", "90.00,59.82,98.20,green,no,none")),
    "table as XLSX": (sheet(f"{FIRST}table.xlsx"), ("3.0 | 1.0 | 3.0 | R3", "59.82 | 98.2", SIGNAL)),
    "table as JSON": (
        row(f"{FIRST}table.json"), ('"place_from": 1, "place_to": 3', '"interval_from": "59.82"', '"signal"'),
    ),
    "result in the API": (
        row(f"{API}?revision=1", "regions"),
        ('"rank_interval": [1, 3]', '"interval": ["59.82", "98.20"]', '"zone_certain": false', '"signal"'),
    ),
    "result in the API for the region": (
        row(f"{API}?revision=1", "regions", who="coordinator"), ('"rank_interval": [1, 3]', '"3m": {'),
    ),
    "digest of the month": (words(f"{FIRST}digest/", "controller"), ("35,29 – 64,71", SIGNAL)),
    "digest on paper": (paper(f"{FIRST}digest.pdf"), ("35,29 – 64,71", SIGNAL)),
    "table on a terminal": (
        lambda: printed("rating_show", "2023-11", "--revision", "1").replace("\u00a0", " "), (RANGE, INTERVAL, BORDER),
    ),
    "letter": (
        lambda: text_of("R3"), ("места с 1 по 3 неотличимы от случайности", BORDER, "итог за три месяца"),
    ),
    "letter of a correction": (
        lambda: text_of("R3", revision=2), ("Было: балл 90,00, зелёная зона, на границе зон, место 3 (от 1 до 3)",),
    ),
    "table of the country in the letter": (lambda: enclosed("R3"), ("3 1–3 ▸ R3", "зелёная, на границе", "4 4 R4")),
    "letter with a signal": (lambda: text_of("R4"), ("Балл ниже общего по стране",)),
}  # fmt: skip


@pytest.mark.parametrize("surface", SURFACES)
def test_what_shows_a_place_or_a_score_says_how_sure_it_is(surface: str, month: Slice) -> None:
    said, wanted = SURFACES[surface]
    found = said()

    for words_wanted in wanted:
        assert words_wanted in found, words_wanted


def test_a_place_that_nobody_else_could_have_is_said_as_one(month: Slice) -> None:
    assert "другое место маловероятно" in words_of(reader("public"), f"{FIRST}regions/R4/")


@pytest.mark.parametrize(
    ("who", "page"), [("coordinator", "/"), ("coordinator", "/regions/R3/"), ("coordinator", "/assignments/")]
)
def test_a_running_place_comes_with_its_range(who: str, page: str) -> None:
    load(random_case(7))
    with clock.at(RUNNING):
        standing = standings(Region.objects.filter(code="R3"))[0]
        assert standing.rank is not None
        found = words_of(reader("coordinator"), page)

    assert range_words(standing.rank_low, standing.rank_high) in found
    assert f"место {standing.rank} из {standing.ranked_regions}" in found or f"{standing.rank} из" in found


@pytest.mark.parametrize(("who", "page"), [("minister", "/"), ("foreign", "/regions/R3/")])
def test_a_published_place_on_a_page_of_work_comes_with_its_range(who: str, page: str) -> None:
    load(read("case3r2"))
    with clock.at(PUBLISHED_AT):
        slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
        found = words_of(reader(who), page)

    assert re.search(r"[Мм]еста с 1 по 3 неотличимы", found)
    assert INTERVAL in found


def test_the_list_of_the_regions_has_the_range_beside_the_place(month: Slice) -> None:
    answer = reader("controller").get("/lists/regions.csv")
    head, *rows = answer.content.decode("utf-8-sig").splitlines()

    assert "Место;Место от;Место до" in head
    assert any(";1;1;3;" in line for line in rows)
