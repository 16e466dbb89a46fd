"""`manage.py load_reference`: bring regions, industries, processes, clusters and the methodology to the files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clusters.services.reference import clusters_load, industries_load, processes_load
from common.errors import InvalidInput
from common.reference import LoadResult
from common.tabular import BadRows
from rating.services.methodologies import methodologies_load
from regions.reference import regions_load


def versions_load() -> LoadResult:
    """The versions of the methodology: once there, never changed."""
    report = methodologies_load()
    return LoadResult(created=len(report.created), unchanged=len(report.unchanged))


class Command(BaseCommand):
    help = "Load the reference data that ships with the portal. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {
            "regions": regions_load,
            "industries": industries_load,
            "processes": processes_load,
            "clusters": clusters_load,
            "methodologies": versions_load,
        }
        results: dict[str, LoadResult] = {}
        problems: list[str] = []
        with transaction.atomic():
            for name, load in steps.items():
                if name == "clusters" and problems:
                    # Checked against half of the regions and industries, good rows would look bad.
                    problems.append("clusters.csv: not checked, because the files before it are bad")
                    continue
                try:
                    results[name] = load()
                except (BadRows, InvalidInput) as error:
                    problems.append(str(error))
            if problems:
                transaction.set_rollback(True)
        if problems:
            raise CommandError("\n".join(("Nothing was changed. Bad rows:", *problems)))
        for name, result in results.items():
            self.stdout.write(
                f"{name}: {result.created} created, {result.changed} changed, {result.unchanged} unchanged"
            )
        total = sum(result.created + result.changed for result in results.values())
        self.stdout.write(f"{total} changes")
