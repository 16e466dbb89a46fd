"""What every management command of the portal does before its own work."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class PortalCommand(BaseCommand):
    """A command that works on the tables of the portal: without all of them it refuses before it begins.

    Django itself only prints a notice about migrations that are missing, and the command then ends in a fault of the
    database. `handle` may count on a database that `migrate` has brought up to date.
    """

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        """Raise CommandError while a migration waits, also on an empty database."""
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                _(
                    "The tables of the portal are missing or out of date: run migrate first (manage.py migrate)."
                )
            )
