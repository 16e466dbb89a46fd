"""Management commands on a database that is not migrated: one sentence that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

ROOT = Path(__file__).parent.parent.parent
COMMANDS = {
    "rating_load": ("case.json",),
    "rating_close": ("2023-11",),
    "rating_show": ("2023-11",),
    "rating_verify": (),
    "load_reference": (),
    "seed_demo": (),
    "invite_administrator": ("--email", "a@b.example", "--last-name", "A", "--first-name", "B"),
    "audit_token": ("--holder", "auditor", "--days", "1"),
    "files_sweep": (),
    "mails_bounced": ("/",),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_to_migrate_first_when_a_migration_waits(db: None, command: str) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="rating").delete()
    with translation.override("en"), pytest.raises(CommandError, match="run migrate first"):
        call_command(command, *COMMANDS[command])


def test_on_an_empty_database_a_command_ends_with_one_sentence_and_no_fault(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "profportal.settings.demo",
        "DEMO_DATABASE": str(tmp_path / "empty.sqlite3"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "rating_verify"],
        cwd=ROOT,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "migrate" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        (
            "ru",
            "регионы и федеральные округа: добавлено 98, изменено 0, без изменений 0",
            "Всего изменений: ",
        ),
        ("en", "regions and federal districts: 98 created, 0 changed, 0 unchanged", "Changes: "),
    ],
)
def test_the_summary_of_the_reference_data_speaks_the_language_of_the_portal(
    db: None, capsys: pytest.CaptureFixture[str], language: str, first: str, last: str
) -> None:
    with translation.override(language):
        call_command("load_reference")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == first
    assert said[-1].startswith(last)
