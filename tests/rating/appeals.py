"""March 2026 of the cast on its way to publication: a draft with losses, its preview, objections to it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from assignments.models import Execution
from common import clock
from common.scope import SYSTEM
from rating.models import Objection, Slice, SlicePreview
from rating.services import (
    Correction,
    objection_dismiss,
    objection_file,
    objection_uphold,
    slice_close,
    slice_preview_open,
)
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.office import methodology

PERIOD = "2026-03"
OPENED_AT = datetime(2026, 4, 6, 7, tzinfo=UTC)
"""10:00 Moscow on the Monday on which March can be closed."""
PUBLISHES_AT = datetime(2026, 4, 10, 7, tzinfo=UTC)
"""The Friday after three whole working days."""
AFTER = datetime(2026, 4, 10, 8, tzinfo=UTC)
REASON = "Отчёт сдан 19 марта, квитанция приложена."
ANSWER = "Срок перенесён: кластер ждал приказа министерства."


@dataclass
class March:
    """Executions of the two regions due on 20 March: never handed in, late and returned, on time."""

    cast: Cast
    missed: Execution
    reviewed: Execution
    on_time: Execution
    omsk_missed: Execution
    slice: Slice
    extra: list[Execution] = field(default_factory=list)

    def open(self) -> SlicePreview:
        """The methodologist opens the preview on Monday."""
        with clock.at(OPENED_AT):
            return slice_preview_open(
                actor=self.cast.scope("methodologist"), slice_id=self.slice.pk, publishes_at=PUBLISHES_AT
            )

    def object(
        self, execution: Execution | None = None, who: str = "tomsk_coordinator", **changes: Any
    ) -> Objection:
        """A coordinator objects on Tuesday."""
        execution = execution or self.missed
        values = {"slice_id": self.slice.pk, "execution_id": execution.pk, "reason": REASON, **changes}
        with clock.at(datetime(2026, 4, 7, 7, tzinfo=UTC)):
            return objection_file(actor=self.cast.scope(who), **values)

    def dismiss(self, objection: Objection, who: str = "administrator", answer: str = ANSWER) -> Objection:
        """The centre answers on Wednesday that the loss stands."""
        with clock.at(datetime(2026, 4, 8, 7, tzinfo=UTC)):
            return objection_dismiss(actor=self.cast.scope(who), objection_id=objection.pk, answer=answer)

    def uphold(
        self, objection: Objection, remedy: str = "extend", who: str = "administrator", **fields: Any
    ) -> Objection:
        """The centre answers on Wednesday that the region is right."""
        version = Execution.objects.get(pk=objection.execution_id).version
        if remedy == "extend":
            fields = {"new_due": date(2026, 4, 20), **fields}
        values = {"version": version, **fields}
        answer = values.pop("answer", ANSWER)
        with clock.at(datetime(2026, 4, 8, 7, tzinfo=UTC)):
            return objection_uphold(
                actor=self.cast.scope(who),
                objection_id=objection.pk,
                answer=answer,
                correction=Correction(remedy=remedy, **values),
            )


def march(cast: Cast, *, extra: int = 0) -> March:
    """The draft of March; `extra` more executions of Tomsk were never handed in."""
    methodology()

    def put(number: int, cluster: Any) -> Execution:
        return put_on_control([cluster], issued_item(str(number)))[0]

    missed, reviewed, on_time = (put(number, cast.tomsk_machines) for number in (1, 2, 3))
    more = [put(10 + number, cast.tomsk_machines) for number in range(extra)]
    omsk_missed = put(4, cast.omsk_machines)
    Desk(cast, reviewed).at(10, "submit")
    Desk(cast, reviewed).at(12, "return")
    Desk(cast, reviewed).at(24, "submit")
    Desk(cast, reviewed).at(25, "accept")
    Desk(cast, on_time).at(18, "submit")
    with clock.at(OPENED_AT):
        slice_ = slice_close(actor=SYSTEM, period=PERIOD)
    return March(cast, missed, reviewed, on_time, omsk_missed, slice_, more)
