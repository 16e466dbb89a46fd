"""`manage.py rating_show YYYY-MM`: a stored slice as a table, or as the result object of a replay."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from common.commands import PortalCommand
from common.errors import PortalError
from rating.formula import canonical_json
from rating.management.commands.rating_replay import write_bytes
from rating.selectors import checked_period, newest_revision, slice_result
from rating.text_table import slice_text


class Command(PortalCommand):
    """Prints from the stored rows, never by computing again."""

    help = "Print a stored slice of a month: its highest revision, unless --revision says another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM")
        parser.add_argument("--revision", type=int, metavar="N")
        parser.add_argument(
            "--json", action="store_true", help="print what rating_replay prints, and nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            slice_ = newest_revision(checked_period(options["period"]), options["revision"])
        except PortalError as error:
            raise CommandError(str(error)) from None
        if slice_ is None:
            raise CommandError(_("There is no such month in the rating."))
        text = canonical_json(slice_result(slice_)) if options["json"] else slice_text(slice_).encode()
        write_bytes(self.stdout, text)
