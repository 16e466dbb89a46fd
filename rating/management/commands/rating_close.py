"""`manage.py rating_close YYYY-MM`: close a month, or make its next revision."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from common.commands import PortalCommand
from common.errors import PortalError
from common.formatting import date_time, month_title, score
from common.scope import SYSTEM
from rating.formula import CaseError
from rating.formula.values import instant_of
from rating.models import Slice
from rating.selectors import newest_revision
from rating.services import slice_close, slice_revise


class Command(PortalCommand):
    """Does what the scheduled job or a methodologist does, through the same services."""

    help = "Close a month as a draft; with --corrections-as-of make its next revision."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM")
        parser.add_argument("--as-of", metavar="ISO", help="instant of the slice instead of the default one")
        parser.add_argument(
            "--corrections-as-of", metavar="ISO", help="make a revision with these corrections"
        )
        parser.add_argument("--reason", default="", help="why the month is corrected")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._close(options)
        except (PortalError, CaseError) as error:
            raise CommandError(str(error)) from None

    def _close(self, options: dict[str, Any]) -> None:
        period = options["period"]
        as_of = _instant(options, "as_of")
        corrections_as_of = _instant(options, "corrections_as_of")
        before = newest_revision(period)
        if corrections_as_of is None:
            if options["reason"]:
                raise CommandError(_("A reason belongs to a revision: give --corrections-as-of as well."))
            self._tell(slice_close(actor=SYSTEM, period=period, as_of=as_of), before)
            return
        with transaction.atomic():
            first = before or slice_close(actor=SYSTEM, period=period, as_of=as_of)
            revision = slice_revise(
                actor=SYSTEM,
                period=period,
                corrections_as_of=corrections_as_of,
                reason=options["reason"],
                as_of=as_of,
            )
        if before is None:
            self._tell(first, None)
        self._tell(revision, first)

    def _tell(self, slice_: Slice, before: Slice | None) -> None:
        """Whether something was done, and what stands there now."""
        done = before is None or slice_.revision > before.revision
        text = (
            _(
                "%(month)s, revision %(revision)s: closed as of %(instant)s. "
                "National score %(score)s, ranked regions: %(ranked)s."
            )
            if done
            else _("%(month)s, revision %(revision)s: already closed as of %(instant)s, nothing done.")
        )
        self.stdout.write(
            text
            % {
                "month": month_title(slice_.period),
                "revision": slice_.revision,
                "instant": date_time(slice_.as_of),
                "score": score(slice_.score),
                "ranked": slice_.ranked_regions,
            }
        )


def _instant(options: dict[str, Any], name: str) -> datetime | None:
    """An ISO instant with its offset from UTC."""
    if options[name] is None:
        return None
    option = f"--{name.replace('_', '-')}"
    try:
        return instant_of({option: options[name]}, option)
    except CaseError as error:
        raise CommandError(
            _(
                "%(option)s: write an instant of the calendar with its offset from UTC, "
                "such as 2023-11-01T12:00:00+03:00."
            )
            % {"option": option}
        ) from error
