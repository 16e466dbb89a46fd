"""The guards themselves: each must be able to fail."""

import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.plugins.scheduling import TOGETHER, TogetherScheduling
from tools import catalogue, guards, sizes

ROOT = Path(__file__).resolve().parent.parent.parent


def function_of(lines: int) -> str:
    return "def long() -> None:\n" + "    pass\n" * (lines - 1)


def test_a_long_module_function_and_view_are_found() -> None:
    assert not list(sizes.too_long(Path("a/services.py"), function_of(60)))
    assert not list(sizes.too_long(Path("a/views.py"), function_of(30)))
    assert list(sizes.too_long(Path("a/services.py"), function_of(61))) == [
        "a/services.py:1: long has 61 lines, at most 60"
    ]
    assert list(sizes.too_long(Path("a/views.py"), function_of(31)))
    assert list(sizes.too_long(Path("a/api/views.py"), function_of(31)))
    assert list(sizes.too_long(Path("a/views/home.py"), function_of(31)))
    assert list(sizes.too_long(Path("a/services.py"), "\n" * 601)) == [
        "a/services.py: 601 lines, at most 600"
    ]


def test_migrations_and_hidden_folders_are_not_measured(tmp_path: Path) -> None:
    for name in ("a/models.py", "a/migrations/0001_initial.py", ".venv/b.py", "run"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    found = [str(path.relative_to(tmp_path)) for path in sizes.source_files(tmp_path)]

    assert found == ["run", "a/models.py"]


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    """A complete catalogue of two texts with its compiled form."""
    path = tmp_path / "django.po"
    book = polib.POFile()
    book.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    book.append(polib.POEntry(msgid="Region %(name)s", msgstr="Регион %(name)s"))
    forms = {0: "%(count)s отчёт", 1: "%(count)s отчёта", 2: "%(count)s отчётов"}
    book.append(
        polib.POEntry(msgid="%(count)s report", msgid_plural="%(count)s reports", msgstr_plural=forms),
    )
    book.save(str(path))
    book.save_as_mofile(str(path.with_suffix(".mo")))
    return path


def test_a_complete_catalogue_has_no_problems(catalogue_file: Path) -> None:
    assert list(catalogue.catalogue_problems(catalogue_file)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"Регион %(name)s"', '""', "untranslated"),
        ('msgstr[2] "%(count)s отчётов"', "", "untranslated"),
        ('msgid "Region', '#, fuzzy\nmsgid "Region', "fuzzy"),
        ("Регион %(name)s", "Регион %(nmae)s", "placeholders differ"),
        ("Регион %(name)s", "Регион", "placeholders differ"),
        ("Регион", "Область", "django.mo is not that of django.po"),
    ],
)
def test_an_incomplete_catalogue_is_found(catalogue_file: Path, old: str, new: str, problem: str) -> None:
    text = catalogue_file.read_text(encoding="utf-8")
    assert old in text
    catalogue_file.write_text(text.replace(old, new), encoding="utf-8")

    assert problem in "\n".join(catalogue.catalogue_problems(catalogue_file))


def test_a_missing_compiled_catalogue_is_found(catalogue_file: Path) -> None:
    catalogue_file.with_suffix(".mo").unlink()

    assert "django.mo is missing" in "\n".join(catalogue.catalogue_problems(catalogue_file))


@pytest.mark.parametrize(
    "source",
    [
        "f\"{size} {gettext('MB')}\"",
        "from django.utils.translation import gettext as _now",
        "_t = gettext_lazy",
    ],
)
def test_a_text_that_the_extractor_cannot_see_is_found(source: str) -> None:
    assert [line for line, _problem in catalogue.hidden_texts(source)] == [1]


def test_a_text_that_the_extractor_sees_is_not_hidden() -> None:
    source = 'from django.utils.translation import gettext as _\nwords = f"{count} " + _("places")'
    assert list(catalogue.hidden_texts(source)) == []


def test_the_guards_go_on_after_a_failure_and_sum_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def not_here(_request: guards.Request) -> str:
        raise guards.NotRunError("no server")

    cast = (
        guards.Guard("first", "", lambda _request: "broken wall"),
        guards.Guard("second", "", not_here),
        guards.Guard("third", "", lambda _request: ""),
    )
    monkeypatch.setattr(guards, "GUARDS", cast)

    assert guards.main([]) == 1
    told = capsys.readouterr().out
    assert "    broken wall" in told
    assert "1 of 3 guards hold.\nFailed: first\nNot run: second\n" in told
    assert guards.main(["third"]) == 0
    assert guards.main(["--except", "first"]) == 0
    assert "broken wall" not in capsys.readouterr().out


@pytest.mark.parametrize("words", [["tpyes"], ["--except", "tpyes"]])
def test_a_guard_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        guards.main(words)
    assert refusal.value.code == 2
    assert "tpyes" in capsys.readouterr().err


def test_the_postgres_guard_is_left_out_only_when_it_is_not_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@127.0.0.1:1/portal")

    assert "does not answer" in guards.migrate_postgres(guards.Request(strict=True))
    with pytest.raises(guards.NotRunError, match="does not answer"):
        guards.migrate_postgres(guards.Request(strict=False))


def test_a_skipped_or_expectedly_failing_test_fails_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_hidden.py").write_text(
        "import pytest\n"
        "@pytest.mark.skip(reason='later')\n"
        "def test_marked(): pass\n"
        "def test_inside(): pytest.skip('no server')\n"
        "@pytest.mark.xfail(reason='known')\n"
        "def test_expected(): assert False\n"
        "def test_shown(): pass\n"
    )
    options = ["-p", "no:django", "-p", "no:cacheprovider", "-p", "tests.plugins.no_skips", "-c", "/dev/null"]
    command = [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert "A skip is a failure here: Skipped: no server" in done.stdout
    assert "2 failed, 1 passed, 1 error" in done.stdout


def test_what_stays_together_in_a_parallel_run_exists() -> None:
    assert [name for name in TOGETHER if not (ROOT / name).is_file()] == []
    assert (
        TogetherScheduling._split_scope(None, "tests/e2e/test_pages.py::test_x")
        == TOGETHER["tests/e2e/test_pages.py"]
    )
    assert TogetherScheduling._split_scope(None, "tests/a.py::test_x") == "tests/a.py::test_x"
