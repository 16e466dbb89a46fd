"""The list of this room as a file: the tables that were uploaded to change the register of clusters."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import ClusterImport
from clusters.policies import can_import_clusters
from clusters.querysets import ClusterImportQuerySet
from common.errors import NotAllowed
from common.lists import Found, PortalList, register_lists
from common.scope import Scope
from common.sheets import Column


def require_importer(scope: Scope) -> None:
    """Raises NotAllowed for whoever may not change the register."""
    if not can_import_clusters(scope):
        raise NotAllowed(_("Only an administrator changes the register of clusters."))


def imports_made(scope: Scope) -> ClusterImportQuerySet:
    """The uploads, newest first."""
    found: ClusterImportQuerySet = ClusterImport.objects.visible_to(scope).select_related("created_by")
    return found


def _imports_found(scope: Scope, _query: QueryDict) -> Found:
    require_importer(scope)
    return Found(imports_made(scope).defer("rows"))


def _imports_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("File"), lambda row: row.file_name, 40),
        Column(_("Uploaded"), lambda row: row.created_at, 17),
        Column(_("Uploaded by"), lambda row: row.created_by.get_short_name() if row.created_by else "", 24),
        Column(_("Applied"), lambda row: row.applied_at, 17),
        Column(_("Created"), lambda row: row.created, 12),
        Column(_("Changed"), lambda row: row.changed, 12),
        Column(_("Unchanged"), lambda row: row.unchanged, 14),
    ]


def register() -> None:
    """Called once when the room is ready."""
    register_lists(
        PortalList(
            "cluster-imports",
            gettext_lazy("Imports of clusters"),
            "clusters:imports",
            _imports_found,
            _imports_columns,
        )
    )
