"""`manage.py demo`: everything from an empty folder to a served portal with a published rating."""

import os
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from socket import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from demo.people import PASSWORD, sign_ins
from demo.progress import Progress
from demo.seed import DEFAULT_MONTHS, DEFAULT_SEED, is_seeded
from rating.models import Slice

DEFAULT_PORT = 8000
LAST_PORT = 65_535


def port(text: str) -> int:
    """The number of a port; what is none is refused by argparse with a sentence."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= LAST_PORT):
        raise ArgumentTypeError(f"must be a whole number from 1 to {LAST_PORT}, not {text!a}")
    return int(text)


class Command(BaseCommand):
    help = (
        "Prepare the demonstration and serve it at http://127.0.0.1:8000 with worker and beat in one process."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=port, default=DEFAULT_PORT)
        parser.add_argument("--reset", action="store_true", help="delete the demonstration and begin anew")
        parser.add_argument("--no-serve", action="store_true", help="prepare, print the last rating, exit")
        parser.add_argument("--months", type=int, default=DEFAULT_MONTHS)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError(_("The demonstration runs with the demo settings only."))
        started = time.monotonic()
        if "PORTAL_BASE_URL" not in os.environ:
            settings.PORTAL_BASE_URL = f"http://127.0.0.1:{options['port']}"
        if not options["no_serve"]:
            self._listener(options["port"]).close()  # said now, not after minutes of preparation
        if options["reset"]:
            self._forget()
        self._prepare(options)
        if options["no_serve"]:
            period = Slice.objects.published().newest_first().values_list("period", flat=True)[0]
            call_command("rating_show", period, stdout=self.stdout)
            return
        self._serve(options["port"], time.monotonic() - started)

    def _prepare(self, options: dict[str, Any]) -> None:
        call_command("migrate", verbosity=0)
        if User.objects.exists():
            if not is_seeded():
                raise CommandError(
                    _(
                        "An earlier preparation was interrupted, its data are incomplete: run ./run demo --reset"
                    )
                )
            return
        Progress().step(_("Loading the reference data"))
        call_command("load_reference", stdout=self.stderr)
        call_command(
            "seed_demo",
            seed=options["seed"],
            months=options["months"],
            today=clock.today(),
            stdout=self.stderr,
        )

    def _forget(self) -> None:
        """Delete the database, the files and the mails of the demonstration, and nothing else."""
        connection.close()
        database = Path(settings.DATABASES["default"]["NAME"])
        for path in (database, *database.parent.glob(f"{database.name}-*")):
            path.unlink(missing_ok=True)
        for folder in (Path(settings.MEDIA_ROOT), Path(settings.MAIL_FOLDER)):
            for path in sorted(folder.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()

    def _listener(self, port: int) -> socket:
        from demo.server import listener  # the server libraries cost a second that --no-serve need not pay

        try:
            return listener(port)
        except OSError as error:
            message = _("Port %(port)s cannot be used (%(reason)s): choose another with --port N.")
            reason = os.strerror(error.errno or 0)
            raise CommandError(message % {"port": port, "reason": reason}) from error

    def _serve(self, port: int, seconds: float) -> None:
        from demo.server import serve

        with self._listener(port) as listening:
            address = settings.PORTAL_BASE_URL.rstrip("/")
            lines = [
                "",
                _("Ready in %(seconds)s s: %(address)s/") % {"seconds": f"{seconds:.0f}", "address": address},
                _("Rating: %(address)s/rating/   API: %(address)s/api/v1/docs/") % {"address": address},
                _("Letters are written to %(folder)s") % {"folder": settings.MAIL_FOLDER},
                _("Sign in with the password %(password)s as") % {"password": PASSWORD},
                *(f"  {person.email:<42} {person.role}" for person in sign_ins()),
                _("Stop with Ctrl+C."),
            ]
            self.stdout.write("\n".join(lines))
            serve(listening)
