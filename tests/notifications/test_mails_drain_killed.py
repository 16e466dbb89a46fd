"""A sender killed anywhere loses no mail, sends none twice by itself, and hides none of unknown fate."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from pytest_django import Settings

from notifications.enums import MailState, StaffTaskKind
from notifications.faults import MAIL_POINTS
from tests.notifications.killed_worker import MAILS
from tests.notifications.sink import Sink

TEXT_MAY_BE_OUT = ("mail.before_data", "mail.after_data", "mail.before_commit")


def test_a_sender_killed_at_any_point_loses_nothing_and_repeats_nothing(
    sink: Sink, settings: Settings, tmp_path: Path
) -> None:
    program = [
        sys.executable,
        "-m",
        "tests.notifications.killed_worker",
        str(tmp_path),
        str(settings.EMAIL_PORT),
    ]
    done = subprocess.run(
        program, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    taken = Counter(address for envelope in sink.taken for address in envelope.rcpt_tos)
    assert set(results) == set(MAIL_POINTS)
    assert set(taken.values()) == {1}
    for point, result in results.items():
        assert result["killed"], point
        uncertain = point in TEXT_MAY_BE_OUT
        assert Counter(result["states"]) == Counter(
            {MailState.ACCEPTED.value: MAILS - uncertain}
            | ({MailState.UNCERTAIN.value: 1} if uncertain else {})
        ), point
        assert result["tasks"] == [StaffTaskKind.MAIL_UNCERTAIN] * uncertain, point
        sent = sum(taken[f"{point}.{number}@example.org"] for number in range(MAILS))
        assert MAILS - uncertain <= sent <= MAILS, point
