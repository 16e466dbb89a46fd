"""Two people of the centre: the one proposes by the centre's own decision, the other stands behind it."""

from datetime import date
from typing import Any

from assignments.models import Execution, ExecutionRequest
from assignments.services.proposals import cancellation_decide, extension_decide
from tests.assignments.counter import Counter

LATER = date(2026, 4, 1)
WHY = "Колледж переезжает."


class Pair(Counter):
    """Proposes as the controller and confirms as the administrator, always on the newest version unless told."""

    def extend(self, who: str = "controller", **changes: Any) -> ExecutionRequest:
        return self._decide(extension_decide, who, {"new_due": LATER, "reason": WHY} | changes)

    def cancel(self, who: str = "controller", **changes: Any) -> ExecutionRequest:
        return self._decide(cancellation_decide, who, {"reason": WHY} | changes)

    def _decide(self, service: Any, who: str, fields: dict[str, Any]) -> ExecutionRequest:
        version = Execution.objects.get(pk=self.pk).version
        made = service(actor=self.cast.scope(who), **({"execution_id": self.pk, "version": version} | fields))
        assert isinstance(made, ExecutionRequest)
        return made

    def confirm(self, proposal: ExecutionRequest, who: str = "administrator", **changes: Any) -> Any:
        return self.grant(proposal, who, **changes)
