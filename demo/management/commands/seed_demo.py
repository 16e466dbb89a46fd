"""`manage.py seed_demo`: invented people and histories; the same arguments give the same audit files and mails."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from common import clock
from common.commands import PortalCommand
from common.errors import PortalError
from demo.progress import Progress
from demo.seed import DEFAULT_MONTHS, DEFAULT_SEED, MAX_MONTHS, seed_demo

FIRST_YEAR, LAST_YEAR = 2000, 2100


def day(text: str) -> date:
    """A calendar day of our time; what is none is refused by argparse with a sentence."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"must be a day of the calendar as YYYY-MM-DD, not {text!a}") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ArgumentTypeError(f"must be a day of the years {FIRST_YEAR} to {LAST_YEAR}, not {text!a}")
    return found


class Command(PortalCommand):
    help = "Fill an empty portal with demonstration data (reference data is loaded first)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same number, the same data")
        parser.add_argument("--months", type=int, default=DEFAULT_MONTHS, help="closed months of history")
        parser.add_argument(
            "--today", type=day, default=None, metavar="YYYY-MM-DD", help="the last day lived, default today"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["months"] <= MAX_MONTHS:
            raise CommandError(_("--months: from 1 to %(most)s") % {"most": MAX_MONTHS})
        try:
            with Progress(self.stderr) as progress:
                report = seed_demo(
                    seed=options["seed"],
                    months=options["months"],
                    today=options["today"] or clock.today(),
                    progress=progress,
                )
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _(
                "Protocols: %(protocols)s, executions: %(executions)s, events: %(events)s, published months: "
                "%(slices)s, letters: %(letters)s"
            )
            % {
                "protocols": report.protocols,
                "executions": report.executions,
                "events": report.events,
                "slices": report.slices,
                "letters": report.letters,
            }
        )
