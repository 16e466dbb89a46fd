"""The worked examples of the methodology (§12) equal their numbers, worked by hand."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rating.enums import CellStatus, LossReason, RegionStatus, Signal, WindowKind, Zone
from rating.formula import canonical_json, compute, explanation, params, periods, scoring, uncertainty
from rating.presentation.examples import FOLDER as EXAMPLES
from tests.rating.building import region_of
from tests.rating.portal import read

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(__file__).parent / "cases"
"""The numbers worked by hand."""
NAMES = ("case1", "case2", "case3", "case3r2")


def at_path(row: Any, path: str) -> Any:
    """The value at a path such as "windows.3m.score"; None where a key is missing."""
    for key in path.split("."):
        row = row.get(key) if row is not None else None
    return row


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_example_equals_its_expected_numbers(name: str) -> None:
    result = compute(read(name))
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))

    assert result["national"]["score"] == expected["national"]
    for region, numbers in expected["regions"].items():
        row = region_of(result, region)
        assert {path: at_path(row, path) for path in numbers} == numbers, region


@pytest.mark.parametrize("name", NAMES)
def test_the_replay_prints_the_result_as_one_canonical_object_and_nothing_else(name: str) -> None:
    printed = io.StringIO()

    call_command("rating_replay", str(EXAMPLES / f"{name}.json"), stdout=printed)

    assert printed.getvalue() == canonical_json(compute(read(name))).decode() + "\n"


def test_the_replay_as_a_program_prints_utf8_bytes_and_exits_with_zero(tmp_path: Path) -> None:
    case = read("case1")
    case["regions"][0]["id"] = case["clusters"][0]["region"] = case["clusters"][1]["region"] = "Омск"
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "manage.py", "rating_replay", str(path)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "profportal.settings.test", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == canonical_json(compute(case)) + b"\n"


BAD_FILES = {
    "not JSON": (b"{", "is not valid JSON"),
    "empty": (b"", "is not valid JSON"),
    "not UTF-8": (b'{"note": "\xcc\xee"}', "it is not UTF-8 (byte 10)"),
    "NaN": (b'{"request": NaN}', "NaN is not a number of JSON"),
    "infinity": (b"[-Infinity]", "-Infinity is not a number of JSON"),
    "a key twice": (b'{"params": [], "params": []}', "the key 'params' is there twice"),
    "a raw NUL": (b'{"note": "\x00"}', "is not valid JSON"),
    "a list": (b"[]", "the file: must hold one JSON object, not a list"),
    "a bare null": (b"null", "the file: must hold one JSON object, not null"),
    "too many digits": (b'{"request": 1' + b"0" * 5000 + b"}", "is not valid JSON"),
    "nested too deeply": (b"[" * 100_000, "nested too deeply"),
    "no period": (b'{"request": {}}', "request.period: is missing"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_the_replay_refuses_a_bad_file_in_a_clear_sentence(kind: str, tmp_path: Path) -> None:
    content, sentence = BAD_FILES[kind]
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    printed = io.StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("rating_replay", str(path), stdout=printed)

    assert sentence in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert printed.getvalue() == ""


@pytest.mark.parametrize("path", ["nowhere/case.json", ".", "nul\0byte"])
def test_the_replay_refuses_what_is_no_file(path: str) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("rating_replay", path)


def test_the_replay_as_a_program_fails_with_exit_code_one_and_an_empty_output(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "rating_replay", str(tmp_path / "missing.json")],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "profportal.settings.test"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"cannot be read: No such file or directory" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_formula_speaks_the_same_words_as_the_tables() -> None:
    assert {scoring.RANKED, scoring.FEW, scoring.NO_DUE, scoring.NO_CLUSTERS} == set(RegionStatus.values)
    assert {scoring.ON_TIME, scoring.LATE, scoring.NOT_EXECUTED} == set(CellStatus.values)
    assert {uncertainty.ABOVE, uncertainty.BELOW, uncertainty.NO_SIGNAL} == set(Signal.values)
    assert {params.GREEN, params.YELLOW, params.RED} == set(Zone.values)
    assert set(explanation.REASONS) == set(LossReason.values)
    assert set(periods.WINDOWS) == set(WindowKind.values)
