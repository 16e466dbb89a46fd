"""Lists as files and what they are made of: nothing becomes a formula, days stay days, the table says what it is."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation
from python_calamine import load_workbook

from common import clock
from common.errors import InvalidInput, Missing, TooLarge
from common.forms import DateField, conditions_in_words
from common.lists import Found, PortalList, conditions_of, file_name, list_file, list_named, portions
from common.scope import PUBLIC
from common.sheets import TERM, Column, content_of, made_workbook

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
ASKED = datetime.fromisoformat("2026-03-10 01:30")
"""On the clock of Moscow; a workbook knows no zones."""
ROW = ("=1+1", date(2026, 3, 20), datetime(2026, 3, 9, 22, 30, tzinfo=UTC), Decimal("78.67"), None, 3)


def columns(_scope: Any = None) -> list[Column]:
    titles = ("Title", "Due date", "Asked", "Score", "Nothing", "Returns")
    looks = ("", TERM, "", "", "", "")
    return [Column(title, itemgetter(place), 20, looks[place]) for place, title in enumerate(titles)]


def listed(rows: Sequence[Any], conditions: Sequence[str] = ()) -> tuple[PortalList, Found]:
    found = Found(rows, conditions)
    return PortalList("things", "Things: a/list", "dashboard:home", lambda *_: found, columns), found


def made(rows: Sequence[Any], form: str, conditions: Sequence[str] = ()) -> bytes:
    chosen, found = listed(rows, conditions)
    with translation.override("en"), clock.at(NOW):
        return content_of(list_file(chosen, PUBLIC, found, form))


def sheet(content: bytes) -> list[list[Any]]:
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_workbook_says_what_it_is_and_keeps_the_kind_of_every_value() -> None:
    rows = sheet(made([ROW], "xlsx", ["Region: Tomsk"]))

    words = [row[0].replace("\u00a0", " ") for row in rows[:4]]
    assert words == ["Things: a/list", "Filter: Region: Tomsk", "As of 10 March 2026, 12:00 MSK. Rows: 1", ""]
    assert rows[4] == ["Title", "Due date", "Asked", "Score", "Nothing", "Returns"]
    assert rows[5] == ["=1+1", date(2026, 3, 20), ASKED, 78.67, "", 3]


def test_an_empty_list_is_a_table_without_rows() -> None:
    assert len(sheet(made([], "xlsx"))) == 5
    assert made([], "csv").decode("utf-8-sig").splitlines()[0].startswith("Title,")


def test_a_csv_begins_with_its_headings_and_hides_no_formula() -> None:
    lines = made([ROW, ("＝1+1", *ROW[1:]), ("\nx", *ROW[1:])], "csv").decode("utf-8-sig").split("\r\n")

    assert lines[0] == "Title,Due date,Asked,Score,Nothing,Returns"
    assert lines[1] == "'=1+1,2026-03-20,2026-03-10 01:30,78.67,,3"
    assert lines[2].startswith("'＝1+1,")
    assert lines[3] == '"\'\nx",2026-03-20,2026-03-10 01:30,78.67,,3'
    assert lines[4:6] == ["", "Things: a/list"]


def test_a_russian_csv_has_semicolons_and_decimal_commas() -> None:
    chosen, found = listed([ROW])
    with translation.override("ru"), clock.at(NOW):
        content = content_of(list_file(chosen, PUBLIC, found, "csv"))

    assert content.decode("utf-8-sig").splitlines()[1] == "'=1+1;2026-03-20;2026-03-10 01:30;78,67;;3"


def test_too_many_rows_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.lists.MAX_ROWS", 1)

    with pytest.raises(TooLarge, match="1"):
        made([ROW, ROW], "xlsx")


def test_who_waits_hears_how_far_it_is() -> None:
    heard: list[tuple[str, int, int]] = []
    chosen, found = listed([ROW] * 251)
    with clock.at(NOW):
        list_file(chosen, PUBLIC, found, "csv", lambda *said: heard.append(said)).close()

    assert heard == [("rows", 250, 251), ("rows", 251, 251)]


def test_a_strange_list_is_missing_and_a_known_one_is_named_by_the_day() -> None:
    with pytest.raises(Missing):
        list_named("no-such-list")
    with clock.at(NOW):
        assert file_name(listed([])[0], "csv") == "things-2026-03-10.csv"


def test_rows_are_read_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.lists.PORTION", 2)

    assert list(portions([1, 2, 3])) == [[1, 2], [3]]


def test_a_workbook_that_cannot_be_written_leaves_no_file_open() -> None:
    def fail(_book: Any) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        made_workbook(fail)


class Filter(forms.Form):
    region = forms.ChoiceField(label="Region", required=False, choices=[("", "all"), (70, "Tomsk")])
    due = DateField(label="Due", required=False)
    q = forms.CharField(label="Words", required=False)
    by = forms.CharField(required=False)
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)


def test_a_filter_is_told_in_words_without_what_is_hidden_or_only_shown_otherwise() -> None:
    form = Filter(QueryDict("region=70&due=01.03.2026&q=a&by=x&item=3"))
    assert form.is_valid()
    with translation.override("ru"):
        assert conditions_in_words(form) == ["Region: Tomsk", "Due: 01.03.2026", "Words: a"]


def test_a_damaged_filter_is_refused() -> None:
    with pytest.raises(InvalidInput):
        conditions_of(Filter(QueryDict("region=71")))
