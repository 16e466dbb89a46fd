"""What people type: what nobody sees is nothing, a name is one line, a text keeps its lines."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import InvalidInput
from common.names import clean_name, clean_text, is_visible, one_line, written

INVISIBLE = st.text(
    st.sampled_from(" \t\u00a0\u00ad\u034f\u061c\u115f\u200b\u200d\u200e\u2060\u2800\u3164\ufeff")
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))
TEXTS = st.one_of(ANYTHING, st.builds("".join, st.lists(st.one_of(INVISIBLE, ANYTHING, st.just("\r\n")))))


@given(INVISIBLE)
@example("\u200b\u2060")
def test_a_text_with_nothing_to_see_is_empty(text: str) -> None:
    assert clean_name(text) == clean_text(text) == written(text) == one_line(text, field="name") == ""


@given(TEXTS)
@example("\u0301")
def test_what_is_kept_begins_with_something_to_see_and_cleaning_again_changes_nothing(text: str) -> None:
    for clean in (clean_name, clean_text, written):
        kept = clean(text)
        assert clean(kept) == kept
        assert not kept or (is_visible(kept[0]) and any(is_visible(ch) for ch in text))


@given(
    INVISIBLE,
    st.text(st.sampled_from("абвё й1"), min_size=1).filter(lambda text: text == text.strip()),
    INVISIBLE,
)
def test_what_is_seen_is_kept(before: str, text: str, behind: str) -> None:
    assert written(before + text + behind) == text
    assert clean_name(before + text + behind) == unicodedata.normalize("NFC", " ".join(text.split()))


@pytest.mark.parametrize("text", ["а\nб", "а\r\nб", "а\rб", "а\u2028б", "а\x85б"])
def test_a_name_of_several_lines_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        one_line(text, field="number")
    assert list(refusal.value.errors) == ["number"]


@pytest.mark.parametrize("mark", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_name_that_turns_its_direction_is_refused(mark: str) -> None:
    with pytest.raises(InvalidInput):
        one_line(f"Отчёт{mark}fdp.exe", field="name")


def test_lines_of_a_text_stay_lines() -> None:
    assert clean_text("а\u200b \r\n\r\n\r\n\r\nб ") == "а\n\nб"
    assert written("  а  б\r\nв\u200b ") == "а  б\nв"
