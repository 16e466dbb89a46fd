"""What other programs make of the documents of the portal: LibreOffice of tables, poppler of PDF."""

import csv
import io
import re
import subprocess
from pathlib import Path

from tests.e2e.pictures import place_of

SECONDS = 120


def converted(files: list[Path], kind: str, folder: Path) -> list[Path]:
    """The files as LibreOffice saves them in another format (`pdf`, `csv`), with a profile of its own."""
    target = folder / kind.partition(":")[0]
    command = [
        "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to", kind, "--outdir", str(target), *map(str, files),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return [target / f"{path.stem}.{kind.partition(':')[0]}" for path in files]


def cells(path: Path) -> list[list[str]]:
    """The rows of a CSV in UTF-8."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


UTF8_WITH_FORMULAS_COMPUTED = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false"
"""Comma, quotes, UTF-8 from the first line, values as they are shown: a formula would give its result."""


def text_of_pdf(path: Path) -> str:
    """The words of a PDF as they lie on its pages."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    )
    return done.stdout


def pictures_of_pdf(path: Path, name: str, pages: int = 1) -> None:
    """The first pages as images whose names begin so, if pictures are kept."""
    if target := place_of(name):
        subprocess.run(["pdftoppm", "-r", "70", "-png", "-l", str(pages), str(path), str(target)], check=True)


def widest_word(path: Path) -> tuple[float, float]:
    """The right end of the rightmost word, and the width of the page, in points."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True, text=True)
    ends = [float(end) for end in re.findall(r'xMax="([\d.]+)"', done.stdout)]
    width = re.search(r'<page width="([\d.]+)"', done.stdout)
    assert width
    return max(ends), float(width.group(1))
