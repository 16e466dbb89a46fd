"""The letters of every kind as poppler shows them: one page, tagged, for the archive, nothing outside the paper."""

import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from rating.letter_paper import letter_pdf, national_table
from rating.letter_samples import sample_letters
from rating.letter_words import LetterWords
from tests.e2e.papers import text_of_pdf

pytestmark = pytest.mark.browser

KINDS = ("correction", "red", "few", "green", "no_due", "no_clusters")
DOTS_PER_INCH = 60
MARGIN = 25
"""Dots of the margin that must stay white on every side: 10 mm."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("letters")
    paths: dict[str, Path] = {}
    for kind, source in sample_letters(LetterWords(closing="Ждём предложений. " * 10)).items():
        paths[kind] = folder / f"{kind}.pdf"
        paths[kind].write_bytes(letter_pdf(source, national_table([], {})))
    return paths


def ran(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("kind", KINDS)
def test_the_letter_is_a_tagged_page_for_the_archive(papers: dict[str, Path], kind: str) -> None:
    about = ran("pdfinfo", str(papers[kind]))
    assert re.search(r"^Tagged:\s+yes$", about, re.MULTILINE)
    assert re.search(r"^Pages:\s+2$", about, re.MULTILINE)
    metadata = ran("pdfinfo", "-meta", str(papers[kind]))
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfaid:conformance>A<", metadata)
    assert re.search(r"pdfuaid:part>1<", metadata)
    first, second = text_of_pdf(papers[kind]).split("\f")[:2]
    for words in (
        "Уважаемый Константин Константинович!",
        "Руководитель Центра",
        "Исполнитель:",
        "Приложение:",
    ):
        assert words in first
    assert "Приложение 1 к письму" in second


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_page_lies_in_its_margins(papers: dict[str, Path], kind: str, tmp_path: Path) -> None:
    ran(
        "pdftoppm",
        "-r",
        str(DOTS_PER_INCH),
        "-l",
        "1",
        "-gray",
        "-png",
        str(papers[kind]),
        str(tmp_path / kind),
    )
    picture = next(tmp_path.glob(f"{kind}*.png"))
    with Image.open(picture) as page:
        left, top, right, bottom = Image.eval(page, lambda dot: 255 - dot).getbbox() or (0, 0, 0, 0)
        assert left >= MARGIN
        assert top >= MARGIN
        assert right <= page.width - MARGIN
        assert bottom <= page.height - MARGIN
        assert bottom > page.height * 0.85  # the foot stands at the foot
