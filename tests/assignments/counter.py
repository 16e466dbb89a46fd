"""The counter at which a region asks the centre about one execution, with plain defaults."""

from datetime import UTC, date, datetime
from typing import Any

from assignments.models import Execution, ExecutionRequest
from assignments.services.requests import request_grant, request_open, request_refuse, request_withdraw
from common import clock
from tests.cast import Cast

PROPOSED = date(2026, 3, 27)
"""A Friday, a week after the usual due day."""
REASON = "Поставщик сдвинул дату передачи документов."


def coordinator_of(execution: Execution) -> str:
    return "omsk_coordinator" if execution.region_id == "55" else "tomsk_coordinator"


class Counter:
    """Asks and answers, always on the newest version unless told."""

    def __init__(self, cast: Cast, execution: Execution) -> None:
        self.cast, self.pk = cast, execution.pk

    def ask(self, kind: str = "extension", who: str = "", **changes: Any) -> ExecutionRequest:
        execution = Execution.objects.get(pk=self.pk)
        fields: dict[str, Any] = {
            "execution_id": self.pk, "version": execution.version, "kind": kind, "reason": REASON,
            "proposed_due": PROPOSED if kind == "extension" else None,
        }  # fmt: skip
        return request_open(actor=self.cast.scope(who or coordinator_of(execution)), **(fields | changes))

    def on(self, day: int, kind: str = "extension", **changes: Any) -> ExecutionRequest:
        """Asked at noon of a day of March 2026."""
        with clock.at(datetime(2026, 3, day, 9, tzinfo=UTC)):
            return self.ask(kind, **changes)

    def grant(self, request: ExecutionRequest, who: str = "controller", **changes: Any) -> ExecutionRequest:
        fields = {"request_id": request.pk, "version": current(request).version} | changes
        return request_grant(actor=self.cast.scope(who), **fields)

    def refuse(self, request: ExecutionRequest, who: str = "controller", **changes: Any) -> ExecutionRequest:
        fields = {
            "request_id": request.pk, "version": current(request).version, "answer": "Срок достаточен.",
        } | changes  # fmt: skip
        return request_refuse(actor=self.cast.scope(who), **fields)

    def withdraw(
        self, request: ExecutionRequest, who: str = "tomsk_coordinator", **changes: Any
    ) -> ExecutionRequest:
        fields = {"request_id": request.pk, "version": current(request).version} | changes
        return request_withdraw(actor=self.cast.scope(who), **fields)


def current(request: ExecutionRequest) -> ExecutionRequest:
    return ExecutionRequest.objects.get(pk=request.pk)
