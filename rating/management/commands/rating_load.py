"""`manage.py rating_load CASE.json`: put an audit file into a freshly migrated database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from common.commands import PortalCommand
from common.errors import PortalError
from common.scope import SYSTEM
from rating.management.commands.rating_replay import read_case
from rating.services import case_load


class Command(PortalCommand):
    """Loads a case; refuses a database that already holds anything, and a file that breaks a rule."""

    help = "Load an audit file into a freshly migrated database; parameters come from the file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", metavar="CASE.json", help="audit file of a slice")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = case_load(actor=SYSTEM, case=read_case(Path(options["case"])))
        except PortalError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            _(
                "Loaded: regions %(regions)s, clusters %(clusters)s, items %(items)s, executions %(executions)s, "
                "events %(events)s."
            )
            % {
                "regions": report.regions,
                "clusters": report.clusters,
                "items": report.items,
                "executions": report.executions,
                "events": report.events,
            }
        )
