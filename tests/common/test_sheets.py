"""Exported tables: rows are as high as their words need, whatever the program that opens them."""

from typing import Any

from common.sheets import LINE, end_table, lay_out, set_height


class Sheet:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.heights: dict[int, float] = {}
        self.asked: dict[str, tuple[Any, ...]] = {}

    def set_row(self, row: int, height: float) -> None:
        self.heights[row] = height

    def __getattr__(self, name: str) -> Any:
        return lambda *values, **_named: self.asked.__setitem__(name, values)


def lines_of(text: str, width: float) -> float:
    sheet = Sheet()
    set_height(sheet, 1, [text, 5, None], [width, 10, 10])
    return sheet.heights[1] // LINE


def test_a_row_is_as_high_as_its_longest_text():
    assert lines_of("", 10) == 1
    assert lines_of("десять зна", 10) == 1
    assert lines_of("десять знаков", 10) == 2
    assert lines_of("три коротких слова", 8) == 3


def test_a_word_longer_than_its_column_takes_the_lines_that_it_needs():
    assert lines_of("электроэнергетика", 6) == 3
    assert lines_of("и электроэнергетика", 6) >= 3


def test_headings_have_the_room_of_their_words_and_paper_takes_the_first_columns():
    sheet = Sheet()
    lay_out(sheet, ["Регион", "Первоначальный срок"], [20, 18], None)
    assert sheet.heights[0] // LINE == 2
    end_table(sheet, rows=0, columns=2, printed=1)
    assert sheet.asked["autofilter"] == (0, 0, 1, 1)
    assert sheet.asked["print_area"] == (0, 0, 1, 0)
