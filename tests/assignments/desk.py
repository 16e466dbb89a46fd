"""A desk from which any person of the cast acts on one execution."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assignments.models import Evidence, Execution, ExecutionEvent, ExecutionRequest
from assignments.services.executions import (
    execution_accept,
    execution_annul,
    execution_cancel,
    execution_extend,
    execution_return,
    execution_submit,
)
from common import clock
from common.scope import Scope
from files.models import StoredFile
from tests.cast import Cast

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
"""12:00 Moscow on a Tuesday, eight days after the issue."""


class Desk:
    """Acts with plain defaults, always on the newest version unless told."""

    def __init__(self, cast: Cast, execution: Execution) -> None:
        self.cast, self.pk = cast, execution.pk

    @property
    def row(self) -> Execution:
        return Execution.objects.get(pk=self.pk)

    def do(self, action: str, who: str | Scope | None = None, **changes: Any) -> ExecutionEvent:
        if who is None:
            who = "tomsk_coordinator" if action == "submit" else "controller"
        scope = who if isinstance(who, Scope) else self.cast.scope(who)
        service, defaults = ACTS[action](self)
        fields = {"execution_id": self.pk, "version": self.row.version, **defaults, **changes}
        return service(actor=scope, **fields)

    def at(self, day: int, action: str, who: str | None = None, **changes: Any) -> ExecutionEvent:
        with clock.at(datetime(2026, 3, day, 9, tzinfo=UTC)):
            return self.do(action, who, **changes)


def _latest(desk: Desk) -> int:
    return ExecutionEvent.objects.filter(execution=desk.pk).latest("pk").pk


ACTS: dict[str, Callable[[Desk], tuple[Callable[..., ExecutionEvent], dict[str, Any]]]] = {
    "submit": lambda _desk: (execution_submit, {"text": "Набор выполнен.", "submission_key": None}),
    "record": lambda _desk: (
        execution_submit,
        {"text": "По почте.", "at": NOW - timedelta(days=1), "late_reason": "Не работала связь."},
    ),
    "accept": lambda _desk: (execution_accept, {}),
    "return": lambda _desk: (execution_return, {"remark": "Приложите приказ."}),
    "extend": lambda _desk: (execution_extend, {"new_due": date(2026, 4, 1), "reason": "Праздники."}),
    "cancel": lambda _desk: (execution_cancel, {"reason": "Кластер закрыт."}),
    "annul": lambda desk: (execution_annul, {"event_id": _latest(desk), "reason": "Ошибка."}),
}


def snapshot() -> tuple[list[Any], ...]:
    """Everything that an act may change."""
    return (
        list(Execution.objects.order_by("pk").values_list()),
        list(ExecutionEvent.objects.order_by("pk").values_list()),
        list(Evidence.objects.order_by("pk").values_list()),
        list(ExecutionRequest.objects.order_by("pk").values_list()),
        list(StoredFile.objects.order_by("pk").values_list()),
    )


def refuse(error: type[Exception], act: Callable[[], object], match: str | None = None) -> Any:
    """The act is refused with this error and changes nothing."""
    before = snapshot()
    with pytest.raises(error, match=match) as caught:
        act()
    assert snapshot() == before
    return caught.value
