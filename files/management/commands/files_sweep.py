from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.commands import PortalCommand
from files.services import files_sweep


class Command(PortalCommand):
    help = (
        "Removes stored files that no record names (older than a day) and lists records whose file is gone."
    )

    def handle(self, *args: object, **options: object) -> None:
        result = files_sweep()
        removed = ngettext("%(count)s file removed", "%(count)s files removed", result.removed)
        self.stdout.write(removed % {"count": result.removed})
        for key in result.missing:
            self.stderr.write(_("the file of the record %(key)s is gone") % {"key": key})
