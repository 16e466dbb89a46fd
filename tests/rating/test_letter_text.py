"""A stored letter set for reading: nothing of it is lost, and its form is found in the text alone."""

from hypothesis import given
from hypothesis import strategies as st

from rating.presentation.letter_text import Block, blocks_of

LETTER = """Министру образования
Щёкиной А. С.

Балл региона — 78,67 из 100.

ГДЕ ПОТЕРЯНЫ 21,33 БАЛЛА

1. п. 2.1 протокола № 2. Потеря: −14,00
2. п. 2.2 протокола № 2. Потеря: −4,00
Ещё 2 поручения: −3,33
Всего: −21,33

Центр управления

-- 
Срез за октябрь 2026 г.
Отвечать не нужно.
"""  # noqa: W291 -- the mark of a signature ends in a blank


def test_a_letter_has_headings_lists_and_small_print():
    assert blocks_of(LETTER) == [
        Block("lines", ["Министру образования", "Щёкиной А. С."]),
        Block("paragraph", ["Балл региона — 78,67 из 100."]),
        Block("heading", ["Где потеряны 21,33 балла"]),
        Block("numbered", ["п. 2.1 протокола № 2. Потеря: −14,00", "п. 2.2 протокола № 2. Потеря: −4,00"]),
        Block("lines", ["Ещё 2 поручения: −3,33", "Всего: −21,33"]),
        Block("paragraph", ["Центр управления"]),
        Block("small", ["Срез за октябрь 2026 г. Отвечать не нужно."]),
    ]


@given(st.lists(st.sampled_from(["а", "1. б", "В", "2. г", ""]), max_size=12))
def test_no_line_of_a_letter_is_lost_or_said_twice(lines: list[str]):
    shown = [line for block in blocks_of("\n".join(lines)) for line in block.lines]
    said = [line[-1].casefold() for line in lines if line]
    assert [line[-1].casefold() for line in shown] == said
