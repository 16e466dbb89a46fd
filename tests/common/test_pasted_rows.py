"""Rows that come from the clipboard of a spreadsheet, and tables that go back to one."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from common.tabular import csv_table, pasted_lines, pasted_text

CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from('\t\n"; '), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=5))
def test_what_was_copied_is_read_back(lines: list[list[str]]) -> None:
    assert pasted_lines(pasted_text(lines)) == [[cell.strip() for cell in line] for line in lines]


def test_a_cell_with_a_line_end_stays_one_cell() -> None:
    pasted = '"Представить:\r\n1) план;\r\n2) ""смету"""\t28.05.2026\r\nНаправить письмо\t29.05.2026\r\n'
    assert pasted_lines(pasted) == [
        ['Представить:\n1) план;\n2) "смету"', "28.05.2026"],
        ["Направить письмо", "29.05.2026"],
        [""],
    ]


def test_a_quote_that_does_not_close_the_cell_is_a_letter_of_the_text() -> None:
    pasted = '"Росатом" представить план\t28.05.2026\n"Луч представить план\t29.05.2026'
    assert [line[0] for line in pasted_lines(pasted)] == [
        '"Росатом" представить план',
        '"Луч представить план',
    ]


def test_a_csv_holds_no_formula_and_opens_with_its_letters() -> None:
    content = csv_table([["Пункт", "Текст"], ["1", "=1+1"], [None, "@a"]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Пункт", "Текст"], ["1", "'=1+1"], ["", "'@a"]]
