"""Killed anywhere and at any moment, the sender of a month's letters loses none, sends none twice, hides none.

Letters and copies alike, on SQLite and, with --services, on PostgreSQL.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from django.db import connection
from pytest_django import Settings

from notifications.enums import MailState, StaffTaskKind
from notifications.faults import MAIL_POINTS
from tests.notifications.killed_letters import RANDOM_KILLS
from tests.notifications.sink import Sink
from tests.notifications.test_mails_drain_killed import TEXT_MAY_BE_OUT

MAILS = 4
SEED = 20231208


def test_the_letters_of_a_month_survive_the_death_of_their_sender(
    sink: Sink, settings: Settings, tmp_path: Path
) -> None:
    module = "services" if connection.vendor == "postgresql" else "test"
    program = [
        sys.executable, "-m", "tests.notifications.killed_letters", str(tmp_path), str(settings.EMAIL_PORT), str(SEED),
    ]  # fmt: skip
    done = subprocess.run(
        program,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": f"profportal.settings.{module}"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    assert len(results) == len(MAIL_POINTS) + RANDOM_KILLS
    taken = Counter(address for envelope in sink.taken for address in envelope.rcpt_tos)
    assert set(taken.values()) == {1}, "accepted twice"
    for name, result in results.items():
        states = Counter(result["letters"].values())
        uncertain = states[MailState.UNCERTAIN]
        assert len(result["letters"]) == MAILS, name
        assert states == Counter(
            {MailState.ACCEPTED.value: MAILS - uncertain, MailState.UNCERTAIN.value: uncertain}
        ), name
        assert [kind for kind, _link in result["tasks"]] == [StaffTaskKind.MAIL_UNCERTAIN] * uncertain, name
        assert all(link.startswith("/letters/") for _kind, link in result["tasks"]), name
        for address, state in result["letters"].items():
            assert taken[address] == 1 or state == MailState.UNCERTAIN, f"{name}: {address} is lost"
        if name in MAIL_POINTS:
            assert result["killed"], name
            assert uncertain == (name in TEXT_MAY_BE_OUT), name
        else:
            assert uncertain <= 1, name
