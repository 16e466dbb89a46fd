"""How much two texts say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.similarity import overlap, stems

TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["Представить", "сведения", "о", "контингенте", "студентов", "планы", "закупок", "до", "28.05"]
    )
).map(" ".join)


def similarity(one: str, other: str) -> float:
    return overlap(stems(one), stems(other))


@given(TEXTS, TEXTS)
def test_it_is_the_same_in_both_directions_and_a_part_of_one(one: str, other: str) -> None:
    found = similarity(one, other)
    assert found == similarity(other, one)
    assert 0 <= found <= 1


@given(TEXTS)
def test_equal_texts_are_wholly_similar(text: str) -> None:
    assert similarity(text, text) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Представить сведения о контингенте студентов.", "представить сведений о контингенте студентам"),
        ("Направить отчёт", "НАПРАВИТЬ ОТЧЕТЫ"),
        ("Представить план закупок", "план закупок представить"),
    ],
)
def test_endings_case_and_order_say_nothing(one: str, other: str) -> None:
    assert similarity(one, other) == 1


def test_other_work_is_not_similar() -> None:
    one = "Представить сведения о контингенте студентов по состоянию на первое число."
    other = "Обеспечить участие работодателей в итоговой аттестации."
    assert similarity(one, other) < 0.2
