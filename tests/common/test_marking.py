"""Found words in a text: where they stand, what is shown around them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.marking import SNIPPET, found_spans, marked, snippet
from common.names import words_of


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Щёкин Иван", "щекин", "<mark>Щёкин</mark> Иван"),
        ("Представить поручение", "поручения", "Представить <mark>поручение</mark>"),
        ("Томская область", "том обл", "<mark>Том</mark>ская <mark>обл</mark>асть"),
        ("<script>", "script", "&lt;<mark>script</mark>&gt;"),
        ("ааа", "аа а", "<mark>ааа</mark>"),
        ("Straße", "strasse", "<mark>Straße</mark>"),
        ("ничего", "другое", "ничего"),
        ("п. 2.1", "2.1", "п. <mark>2.1</mark>"),
    ],
)
def test_words_are_marked_by_parts_and_by_stems(text: str, words: str, shown: str) -> None:
    assert marked(text, words_of(words)) == shown


def test_a_snippet_holds_the_word_and_whole_words_around_it() -> None:
    text = "слово " * 100 + "Находка здесь. " + "конец " * 100
    found = snippet(text, ["находка"])
    assert "Находка здесь" in found
    assert found.startswith("…слово")
    assert found.endswith("конец…")
    assert len(found) <= SNIPPET + 2
    assert snippet("коротко", ["корот"]) == "коротко"
    assert snippet("нет такого", ["другое"]) == ""


@given(st.text(max_size=300), st.lists(st.text(max_size=5), max_size=3))
def test_any_text_stays_what_it_was(text: str, words: list[str]) -> None:
    keys = [key for word in words for key in words_of(word)]
    spans = found_spans(text, keys)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert "<script" not in marked(f"<script>{text}", keys)
    assert len(snippet(text, keys)) <= SNIPPET + 2 + max(len(text) - SNIPPET, 0)
