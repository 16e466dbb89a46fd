"""A large import of clusters as long work: it is begun in the room of the clusters, whose rights are read here."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.selectors import scope_for
from clusters.models import ClusterImport
from clusters.services.uploads import IMPORT, import_apply
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask


def _run(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    result = import_apply(actor=scope_for(task.person), import_id=task.arguments["import"], watch=watch)
    return {"written": result.created + result.changed}


def _outcome(task: LongTask) -> Outcome:
    total = task.result["written"]
    words = ngettext("%(count)s cluster was written.", "%(count)s clusters were written.", total)
    return Outcome(words % {"count": total}, reverse("dashboard:clusters"), _("Open the register"))


def register_kinds() -> None:
    """Called once when the room is ready."""
    register(
        IMPORT,
        LongWork(
            run=_run,
            title=lambda task: (
                _("Import: %(name)s")
                % {"name": ClusterImport.objects.get(pk=task.arguments["import"]).file_name}
            ),
            stages={
                "checking": gettext_lazy("Rows are checked"),
                "writing": gettext_lazy("The register is written"),
            },
            outcome=_outcome,
            back=lambda task: reverse("clusters:import", args=[task.arguments["import"]]),
        ),
    )
