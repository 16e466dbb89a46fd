"""Days as people write them: one field for all forms, the same day for every writing, a clear word for a wrong one."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from common import clock
from common.forms import DateField, MomentField, typed_day

DAY = date(2026, 5, 28)
FORMS = [path for path in Path(settings.BASE_DIR).glob("*/*forms.py") if path.parent.name != "common"]


class Form(forms.Form):
    due = DateField(label="Срок", required=False)


def errors(text: str) -> list[str]:
    return list(Form({"due": text}).errors.get("due", []))


@pytest.mark.parametrize(
    "text",
    [
        "28.05.2026", "28.5.26", "28.5.2026", " 28.05.2026 ", "28/05/2026", "28-05-2026", "28 05 2026", "2026-05-28",
        "2026-5-28", "28 мая 2026", "28 мая 2026 г.", "28 мая 2026г.", "28 Мая 2026 года", "28\u00a0мая\u00a02026 г.",
        "28 May 2026", "28 may, 2026",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_usual_writing_is_the_same_day(text: str, language: str) -> None:
    with override(language):
        form = Form({"due": text})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == DAY


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_known_by_its_name(month: int) -> None:
    from common.formatting import date_long

    day = date(2026, month, 3)
    for language in ("ru", "en"):
        with override(language):
            assert typed_day(date_long(day)) == day, date_long(day)


@pytest.mark.parametrize(
    "text", ["завтра", "28.05", "мая 2026", "20260528", "28 флореаля 2026", "1e9.1.2026", "٢٨.٠٥.٢٠٢٦"]
)
def test_what_is_no_date_is_told_how_to_write_one(text: str) -> None:
    assert errors(text) == ["Напишите дату так: 28.05.2026 или 28 мая 2026."]


@pytest.mark.parametrize("text", ["31.02.2026", "2026-13-01", "32 мая 2026", "0.1.2026"])
def test_a_day_that_the_calendar_lacks_is_named(text: str) -> None:
    assert errors(text) == [f"Такого дня нет в календаре: {text}."]


@pytest.mark.parametrize("text", ["28.05.1026", "28.05.9999"])
def test_a_year_that_nobody_means_is_asked_back(text: str) -> None:
    assert len(errors(text)) == 1
    assert "год" in errors(text)[0]


def test_nothing_typed_is_no_day() -> None:
    assert Form({"due": " "}).errors == Form({"due": ""}).errors == {}


def test_the_field_shows_the_day_as_it_is_typed_and_its_format_beside() -> None:
    html = str(Form(initial={"due": DAY})["due"])
    assert 'type="text"' in html
    assert 'value="28.05.2026"' in html
    assert 'aria-describedby="id_due_format"' in html
    assert 'id="id_due_format"' in html


def test_what_was_typed_wrongly_stays_in_the_field() -> None:
    assert 'value="31.02.2026"' in str(Form({"due": "31.02.2026"})["due"])


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_form_has_another_field_for_days(path: Path) -> None:
    used = {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))}
    assert {"forms.DateField", "forms.DateInput"} & used == set()


class MomentForm(forms.Form):
    at = MomentField(label="Опубликовать")


@pytest.mark.parametrize(
    "text",
    ["28.05.2026 10:05", "28.5.26, 10:05", "2026-05-28T10:05", "2026-05-28 10:05:30", "28 мая 2026 г. 10:05"],
)
def test_every_usual_writing_of_a_minute_is_the_same_one_in_moscow(text: str) -> None:
    with timezone.override("Asia/Kamchatka"):
        form = MomentForm({"at": text})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == datetime(2026, 5, 28, 10, 5, tzinfo=clock.MOSCOW)


@pytest.mark.parametrize(
    "text", ["28.05.2026", "10:05", "28.05.2026 24:00", "28.05.2026 10:60", "завтра 10:00"]
)
def test_a_minute_that_is_none_is_refused_with_an_example(text: str) -> None:
    assert MomentForm({"at": text}).errors["at"] == [
        "Запишите день и время так: 28.05.2026\N{NO-BREAK SPACE}10:00."
    ]


def test_an_instant_is_shown_on_the_moscow_clock() -> None:
    form = MomentForm(initial={"at": datetime(2026, 5, 28, 7, 5, tzinfo=UTC)})
    with timezone.override("Asia/Kamchatka"):
        assert 'value="28.05.2026 10:05"' in str(form["at"])
