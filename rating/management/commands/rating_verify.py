"""`manage.py rating_verify [YYYY-MM …]`: recompute stored slices from their frozen inputs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.commands import PortalCommand
from common.errors import PortalError
from rating.models import Slice
from rating.selectors import checked_period, slice_differences

SHOWN = 20


class Command(PortalCommand):
    """Says of every slice whether it is equal; exit code 1 when one is not."""

    help = "Recompute stored slices from their frozen inputs and say whether they are equal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("periods", metavar="YYYY-MM", nargs="*", help="all months when none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        slices = Slice.objects.select_related("methodology__control_rules").order_by("period", "revision")
        try:
            periods = [checked_period(period) for period in options["periods"]]
        except PortalError as error:
            raise CommandError(str(error)) from None
        missing = set(periods) - set(slices.values_list("period", flat=True))
        if missing:
            raise CommandError(_("Not closed: %(months)s.") % {"months": ", ".join(sorted(missing))})
        chosen = slices.filter(period__in=periods) if periods else slices
        wrong = sum(not self._is_equal(slice_) for slice_ in chosen)
        if wrong:
            raise CommandError(
                ngettext("%(count)s slice differs.", "%(count)s slices differ.", wrong) % {"count": wrong}
            )

    def _is_equal(self, slice_: Slice) -> bool:
        differences = slice_differences(slice_)
        if not differences:
            self.stdout.write(_("%(slice)s: equal") % {"slice": slice_})
            return True
        self.stdout.write(_("%(slice)s: differs") % {"slice": slice_})
        for line in differences[:SHOWN]:
            self.stdout.write(f"  {line}")
        if len(differences) > SHOWN:
            self.stdout.write(f"  … +{len(differences) - SHOWN}")
        return False
