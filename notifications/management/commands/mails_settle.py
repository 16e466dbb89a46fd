"""`manage.py mails_settle --relay-log FILE…` settles letters of unknown fate by the log of the relay (Postfix).

The log is read, never written; the same log again changes nothing. Nothing is sent again: a letter that the log does
not name stays for a person.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from common import clock
from common.commands import PortalCommand
from notifications.enums import MailState
from notifications.models import OutboundMail
from notifications.relay_log import read_log
from notifications.services import RelayOutcome, relay_answers_take


class Command(PortalCommand):
    help = "Settles letters of unknown fate by the log of the mail relay; says how many it cannot settle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--relay-log", nargs="+", type=Path, required=True, help="logs of Postfix, the oldest first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [str(path) for path in options["relay_log"] if not path.is_file()]
        if missing:
            raise CommandError(_("There is no such path: %(paths)s.") % {"paths": ", ".join(missing)})
        found = relay_answers_take(read_log(_lines(options["relay_log"]), clock.now()))
        for outcome, words in COUNTED.items():
            if found[outcome]:
                self.stdout.write(words() % {"count": found[outcome]})
        left = OutboundMail.objects.filter(state=MailState.UNCERTAIN).count()
        self.stdout.write(_("letters of unknown fate that wait for a person: %(count)s") % {"count": left})


def _lines(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file


COUNTED = {
    RelayOutcome.TAKEN: lambda: _("letters that the relay has taken: %(count)s"),
    RelayOutcome.DELIVERED: lambda: _("letters that arrived: %(count)s"),
    RelayOutcome.BOUNCED: lambda: _("letters that came back: %(count)s"),
}
