"""`manage.py load_reference`: bring what the portal knows of the world to the files that ship with it."""

from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from associations.services.roadmap import roadmap_load
from clusters.services.reference import clusters_load, industries_load, processes_load
from common.commands import PortalCommand
from common.errors import InvalidInput
from common.reference import LoadResult
from common.tabular import BadRows
from cyclogram.services.reference import plans_load
from meetings.services.reference import weekly_series_load
from notifications.services import ladder_load
from rating.services.methodologies import methodologies_load
from regions.reference import regions_load

NAMES: dict[str, Promise] = {
    "regions": gettext_lazy("regions and federal districts"),
    "industries": gettext_lazy("industries"),
    "processes": gettext_lazy("processes"),
    "clusters": gettext_lazy("clusters"),
    "methodologies": gettext_lazy("versions of the methodology"),
    "ladder": gettext_lazy("steps of the ladder of reminders"),
    "meetings": gettext_lazy("series of meetings"),
    "plans": gettext_lazy("plans of the cohorts and indicators"),
    "roadmap": gettext_lazy("milestones of the roadmap"),
}
RESTS_ON_OTHERS = {"clusters": "clusters.csv", "plans": "plans.csv"}
"""Checked against half of the files before them, good rows of these would look bad."""


def versions_load() -> LoadResult:
    """The versions of the methodology: once there, never changed."""
    report = methodologies_load()
    return LoadResult(created=len(report.created), unchanged=len(report.unchanged))


class Command(PortalCommand):
    help = "Load the reference data that ships with the portal. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {
            "regions": regions_load,
            "industries": industries_load,
            "processes": processes_load,
            "clusters": clusters_load,
            "methodologies": versions_load,
            "ladder": ladder_load,
            "meetings": weekly_series_load,
            "plans": plans_load,
            "roadmap": roadmap_load,
        }
        results: dict[str, LoadResult] = {}
        problems: list[str] = []
        with transaction.atomic():
            for name, load in steps.items():
                if name in RESTS_ON_OTHERS and problems:
                    skipped = _("%(file)s: not checked, because the files before it are bad")
                    problems.append(skipped % {"file": RESTS_ON_OTHERS[name]})
                    continue
                try:
                    results[name] = load()
                except (BadRows, InvalidInput) as error:
                    problems.append(str(error))
            if problems:
                transaction.set_rollback(True)
        if problems:
            raise CommandError("\n".join((_("Nothing was changed. Bad rows:"), *problems)))
        self._tell(results)

    def _tell(self, results: dict[str, LoadResult]) -> None:
        """A line for each kind of rows, then how much has changed altogether."""
        for name, result in results.items():
            self.stdout.write(
                _("%(name)s: %(created)s created, %(changed)s changed, %(unchanged)s unchanged")
                % {
                    "name": NAMES[name],
                    "created": result.created,
                    "changed": result.changed,
                    "unchanged": result.unchanged,
                }
            )
        total = sum(result.created + result.changed for result in results.values())
        self.stdout.write(_("Changes: %(count)s") % {"count": total})
