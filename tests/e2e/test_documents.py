"""Documents of the portal as the programs of their readers show them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clusters.models import Cluster
from tests.e2e.conftest import Visit
from tests.e2e.demonstration import Demonstration
from tests.e2e.letters import letters_in, text_of
from tests.e2e.papers import (
    UTF8_WITH_FORMULAS_COMPUTED,
    cells,
    converted,
    pictures_of_pdf,
    text_of_pdf,
    widest_word,
)
from tests.e2e.visitors import DESK, PHONE, WAYS, Visitor, plain

pytestmark = pytest.mark.browser

WRONG = "code,region,name,kind\n70-001,70,=1+1,образовательный кластер СПО\n70-003,99,Чужой,ферма\n"
RIGHT = "code,region,name,kind\n70-001,70,=1+1,\n70-003,70,@SUM(1),\n"


def downloaded(visitor: Visitor, link: str, folder: Path) -> Path:
    """Press a link of the page that brings a file; the menu of files is unfolded first when it lies there."""
    menu = visitor.page.locator(f"details.downloads:not([open]):has({link}) > summary")
    if menu.count():
        menu.first.click()
    with visitor.page.expect_download() as coming:
        visitor.page.locator(link).first.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def upload(administrator: Visitor, table: str) -> None:
    administrator.open("/clusters/import/")
    administrator.hands.attach(
        administrator.page.locator("input[type=file]"),
        {"name": "Кластеры.csv", "mimeType": "text/csv", "buffer": table.encode()},
    )
    administrator.send("form[enctype]")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_register_is_imported_after_its_errors_are_mended(visit: Visit, way: Mapping[str, Any]) -> None:
    administrator = visit("administrator", **way)
    upload(administrator, WRONG)
    errors = administrator.page.locator("table tbody tr")
    assert errors.count() == 2
    assert administrator.form("/apply/").count() == 0
    administrator.is_pleased("task-import-errors")

    upload(administrator, RIGHT)
    administrator.is_pleased("task-import-plan")
    assert not Cluster.objects.filter(code="70-003").exists()
    administrator.send(administrator.form("/apply/"))
    administrator.is_pleased("task-import-applied")
    assert Cluster.objects.get(code="70-001").name == "=1+1"
    assert Cluster.objects.get(code="70-003").name == "@SUM(1)"


def test_no_name_becomes_a_formula_in_the_register_that_is_taken_away(visit: Visit, tmp_path: Path) -> None:
    administrator = visit("administrator")
    upload(administrator, RIGHT)
    administrator.send(administrator.form("/apply/"))
    administrator.open("/clusters/import/")
    book = downloaded(administrator, "a[href$='export.xlsx']", tmp_path)
    (table,) = converted([book], UTF8_WITH_FORMULAS_COMPUTED, tmp_path)
    rows = {row[0]: row for row in cells(table)}
    assert "=1+1" in rows["70-001"]
    assert "@SUM(1)" in rows["70-003"]
    (paper,) = converted([book], "pdf", tmp_path)
    assert "=1+1" in text_of_pdf(paper)
    pictures_of_pdf(paper, "document-register")


def test_the_tables_that_are_taken_away_say_what_the_pages_say(guest: Visit, tmp_path: Path) -> None:
    controller = guest("controller@centre.example")
    controller.open("/rating/")
    shown = {
        plain(row.locator(".at-region a").inner_text()): plain(row.locator(".at-score").inner_text())
        for row in controller.page.locator("#rating-table tbody tr").all()
    }
    assert len(shown) == 89
    book = downloaded(controller, "a[href$='table.xlsx']", tmp_path)
    plain_table = downloaded(controller, "a[href$='table.csv']", tmp_path)
    controller.open("/assignments/registry/?term=late")
    late = [plain(text) for text in controller.page.locator("tbody th a").all_inner_texts()]
    registry = downloaded(controller, "a[href*='registry.xlsx']", tmp_path)

    rating, executions = map(cells, converted([book, registry], UTF8_WITH_FORMULAS_COMPUTED, tmp_path))
    for rows, region, score in (
        (rating, rating[0].index("Регион"), rating[0].index("Балл")),
        (cells(plain_table)[:90], 4, 7),
    ):
        taken = {row[region]: row[score].replace(".", ",") or "–" for row in rows[1:90]}
        assert taken == shown
    start = next(place for place, row in enumerate(executions) if row[:2] == ["Регион", "Код кластера"])
    assert executions[0][0] == "Реестр поручений"
    assert "Срок: просрочено" in executions[1][0]
    assert {row[6] for row in executions[start + 1 :] if row[6]} == set(late)
    papers = converted([book, registry], "pdf", tmp_path)
    for paper, name in zip(papers, ("document-rating", "document-registry"), strict=True):
        assert text_of_pdf(paper).strip()
        pictures_of_pdf(paper, name)


@pytest.mark.parametrize(
    ("path", "name", "told"),
    [
        ("/assignments/registry/?term=late", "registry", "Реестр поручений"),
        ("/assignments/registry/?region=55", "overdue", "Список неисполненного"),
        ("/regions/86/", "brief", "Ханты-Мансийский автономный округ — Югра"),
        ("{execution}", "card", "Контрольная карточка поручения"),
        ("{digest}", "digest", "Итоги месяца"),
    ],
)
def test_a_printed_form_says_the_same_as_pdf_and_as_docx(
    guest: Visit, tmp_path: Path, path: str, name: str, told: str
) -> None:
    controller = guest("controller@centre.example")
    controller.open("/assignments/registry/?term=late")
    execution = controller.page.locator("tbody th a").first.get_attribute("href")
    controller.open("/rating/")
    digest = controller.page.locator("a[href*='/digest/']").first.get_attribute("href")
    controller.open(path.format(execution=execution, digest=digest))
    papers = [downloaded(controller, f"a[href*='{name}.{form}']", tmp_path) for form in ("pdf", "docx")]
    (as_pdf,) = converted([papers[1]], "pdf", tmp_path)
    for paper in (papers[0], as_pdf):
        words = plain(text_of_pdf(paper))
        assert told in words
        assert "По состоянию на" in words
        assert "стр. 1 из" in words
        right, width = widest_word(paper)
        assert right <= width
    pictures_of_pdf(papers[0], f"document-form-{name}-pdf", pages=2)
    pictures_of_pdf(as_pdf, f"document-form-{name}-docx", pages=2)


def test_a_printed_form_of_many_pages_repeats_its_headings_and_is_tagged(
    guest: Visit, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    controller = guest("controller@centre.example")
    controller.open("/assignments/registry/?state=in_review")
    paper = downloaded(controller, "a[href*='registry.pdf']", tmp_path)
    reader = PdfReader(paper)
    root: Any = reader.trailer["/Root"]

    assert len(reader.pages) > 1
    assert all("Поручение" in page.extract_text() for page in reader.pages)
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "ru"
    assert {round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]} == {210, 297}


def test_a_letter_looks_like_a_letter_and_asks_nothing_of_the_network(
    guest: Visit, demonstration: Demonstration
) -> None:
    letters = [letter for letter in letters_in(demonstration.mail) if "head-74@" in str(letter["To"])]
    letter = letters[-1]
    assert "Челябинская область" in str(letter["Subject"])
    reader = guest()
    for width in (DESK, PHONE):
        reader.at_width(width)
        reader.page.set_content(text_of(letter, "html"))
        reader.picture("document-letter")
        assert reader.overhang() <= 0
    read = reader.text("body")
    for line in text_of(letter, "plain").splitlines():
        if line.startswith("Уважаем"):
            assert plain(line) in read
            break
    else:
        raise AssertionError("the letter greets nobody")


def test_the_rating_is_printed_on_two_sheets_with_every_region(guest: Visit, tmp_path: Path) -> None:
    reader = guest()
    reader.open("/rating/")
    regions = [
        plain(name) for name in reader.page.locator("#rating-table .at-region a").all_inner_texts()[1:]
    ]
    digest = reader.text(".digest")
    paper = tmp_path / "rating.pdf"
    reader.page.pdf(path=paper, prefer_css_page_size=True)
    from pypdf import PdfReader

    pages = PdfReader(paper).pages
    words = plain(" ".join(page.extract_text() for page in pages))

    assert len(regions) == 89
    assert [region for region in regions if region not in words] == []
    assert digest in words.replace(" ", "")
    assert len(pages) == 2
    assert {round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]} == {210, 297}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/rating/", "rating"),
        ("/rating/method/", "method"),
        ("{scorecard}", "scorecard"),
        ("/rating/{month}/compare/?region=74&region=66", "compare"),
    ],
)
def test_a_page_is_printed_without_a_cut_column(
    guest: Visit, tmp_path: Path, path: str, name: str, request: Any
) -> None:
    reader = guest()
    reader.open("/rating/")
    scorecard = reader.page.locator("#rating-table tbody .at-region a").first.get_attribute("href")
    reader.open(path.format(scorecard=scorecard, month=scorecard.split("/")[2]))
    paper = tmp_path / f"{name}.pdf"
    reader.page.pdf(path=paper, format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "12mm"))
    right, width = widest_word(paper)
    assert right <= width
    words = plain(text_of_pdf(paper))
    if name == "rating":
        regions = reader.page.locator("#rating-table tbody .at-region a").all_inner_texts()
        parts = {part for region in regions for part in re.split(r"[ -]+", plain(region))}
        assert [part for part in parts if part not in words] == []
    pictures_of_pdf(paper, f"print-{name}", pages=3)


def test_the_first_page_of_a_head_prints_like_a_letter_on_one_sheet(guest: Visit, tmp_path: Path) -> None:
    from pypdf import PdfReader

    for code in ("56", "74"):
        head = guest(f"head-{code}@regions.example")
        head.open("/")
        paper = tmp_path / f"{code}.pdf"
        head.page.pdf(path=paper, format="A4", prefer_css_page_size=True)
        assert len(PdfReader(paper).pages) == 1
        printed = plain(text_of_pdf(paper))
        for words in ("из 100", "Где потеряны", "Что сделать", "Просрочено сегодня", "Срез за"):
            assert words in printed
        pictures_of_pdf(paper, f"document-first-page-{code}")


def test_a_head_reaches_his_letter_his_scorecard_and_the_printer_from_the_first_page(guest: Visit) -> None:
    head = guest("head-74@regions.example")
    head.open("/")
    assert head.page.locator("[data-print]").is_visible()
    assert head.page.locator(".sheet a[href^='/letters/']").count() == 1
    assert head.page.locator(".sheet a[href*='/regions/74/']").first.is_visible()
    without = guest("head-74@regions.example", javascript=False)
    without.open("/")
    assert without.page.locator("[data-print]").is_hidden()
