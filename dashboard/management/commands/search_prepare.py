"""`manage.py search_prepare`: the extension and the indexes of the search, once the server allows them."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from common.commands import PortalCommand
from common.text_search import prepare


class Command(PortalCommand):
    help = (
        "Create what the search needs on PostgreSQL and is not there yet. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = prepare(connection)
        if not done.stems:
            self.stdout.write(_("SQLite: words are found by their parts, nothing needs to be prepared."))
        elif done.likeness:
            self.stdout.write(_("Words are found by parts, by stems, and with mistakes (pg_trgm)."))
        else:
            reason = {"reason": done.refused}
            self.stdout.write(
                _("Words are found by parts and stems; pg_trgm could not be created: %(reason)s") % reason
            )
