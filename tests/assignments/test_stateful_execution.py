"""Random lives of an execution against a model that knows nothing of the code.

The model keeps a plain list of what was done and replays it with a few ifs. After every step the columns of the
execution, the fold of its log and the replay must agree; a refused step must leave no trace.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assignments.fold import fold
from assignments.models import Execution, ExecutionEvent, ExecutionRequest
from assignments.selectors import fold_rules
from assignments.services.executions import (
    execution_accept,
    execution_annul,
    execution_cancel,
    execution_extend,
    execution_return,
    execution_submit,
)
from assignments.services.log import as_fold_events, columns_of
from assignments.services.requests import request_grant, request_open, request_refuse, request_withdraw
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError, StaleVersion
from tests.assignments.builders import DUE, ISSUED_AT, put_on_control
from tests.cast import Cast

REGION, CENTRE, READERS = {"tomsk_coordinator"}, {"controller", "administrator"}, {"tomsk_minister"}
PEOPLE = st.sampled_from(
    ["tomsk_coordinator", "controller", "administrator", "tomsk_minister", "omsk_coordinator"]
)
NEVER_STALE_MOSTLY = st.sampled_from([0, 0, 0, 0, 1])
KINDS = st.sampled_from(["extension", "extension", "not_applicable"])
OPEN = {"issued", "in_review", "returned"}
POSSIBLE = {
    "submit": OPEN,
    "record": OPEN | {"executed"},
    "accept": OPEN,
    "return": {"in_review"},
    "extend": OPEN,
    "cancel": OPEN,
    "annul": OPEN | {"executed", "cancelled"},
}


def day(instant: datetime) -> int:
    return (instant + timedelta(hours=3)).date().toordinal()


class Plain:
    """What a log says, told simply. Days are ordinals."""

    def __init__(self, log: list[dict[str, Any]]) -> None:
        self.state, self.due, self.report, self.returns, self.moves = "issued", DUE.toordinal(), None, 0, 0
        self.closed: datetime | None = None
        self.review: datetime | None = None
        self.requests = 0
        self.due_then = self.due
        dropped = {entry["target"] for entry in log if entry["kind"] == "annul"}
        alive = [entry for number, entry in enumerate(log) if number not in dropped]
        for entry in sorted(alive, key=lambda entry: entry["at"]):
            self.take(entry)

    def take(self, entry: dict[str, Any]) -> None:
        kind, at = entry["kind"], entry["at"]
        if self.closed:
            return
        if kind == "submit" and self.state != "in_review":
            self.state, self.review, self.report, self.due_then = "in_review", at, day(at), self.due
        elif kind == "return" and self.state == "in_review":
            assert self.report is not None
            if not entry["empty"]:
                self.due = max(self.due, self.due_then + day(at) - self.report)
            self.state, self.review, self.report, self.returns = "returned", None, None, self.returns + 1
        elif kind == "accept":
            self.report = day(at) if self.state != "in_review" else self.report
            self.state, self.review, self.closed = "executed", None, at
        elif kind == "cancel":
            self.report = self.report if self.state == "in_review" else None
            self.state, self.review, self.closed = "cancelled", None, at
            self.report = None
        elif kind == "extend" and entry["new_due"] > self.due:
            asked = entry["asked"]
            if asked is None or (self.requests < 1 and day(asked) <= self.due):
                self.requests += asked is not None
                self.due, self.moves = entry["new_due"], self.moves + 1

    def columns(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "first_due_on": DUE,
            "due_on": date.fromordinal(self.due),
            "issued_at": ISSUED_AT,
            "reported_on": date.fromordinal(self.report) if self.report else None,
            "in_review_since": self.review,
            "returns": self.returns,
            "extensions": self.moves,
            "closed_at": self.closed,
        }


class Life(RuleBasedStateMachine):
    """Acts of random people at random moments, possible and impossible."""

    def __init__(self, cast: Cast, execution: Execution) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.cast, self.pk = cast, execution.pk
        self.scopes = {who: cast.scope(who) for who in REGION | CENTRE | READERS | {"omsk_coordinator"}}
        self.now = ISSUED_AT + timedelta(hours=1)
        self.log: list[dict[str, Any]] = [{"kind": "issue", "at": ISSUED_AT}]
        self.last: tuple[Any, ...] | None = None
        self.waiting: dict[str, Any] | None = None
        self.lapsed: dict[str, Any] | None = None  # what waited when the execution left control
        self.ended: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def verdict(self, action: str, who: str, behind: int, bad: bool) -> type[PortalError] | None:
        """What the rules say in words: scope, person, version, state, fields."""
        if who == "omsk_coordinator":
            return Missing
        if who not in (REGION if action == "submit" else CENTRE):
            return NotAllowed
        if behind:
            return StaleVersion
        if Plain(self.log).state not in POSSIBLE[action]:
            return ImpossibleStep
        return InvalidInput if bad else None

    def act(
        self, service: Any, action: str, who: str, behind: int, entry: dict[str, Any],
        *, expected: type[PortalError] | None, **fields: Any,
    ) -> None:  # fmt: skip
        before = self.stored()
        key = f"key-{len(self.log)}-{action}"
        call = {
            "actor": self.scopes[who], "execution_id": self.pk, "version": len(self.log) - behind,
            "submission_key": key, **fields,
        }  # fmt: skip
        refusal: PortalError | None = None
        try:
            with clock.at(self.now), transaction.atomic():
                event = service(**call)
        except PortalError as error:
            refusal = error
        assert type(refusal) is (expected or type(None)), (action, who, entry, refusal)
        if refusal is not None:
            assert self.stored() == before
            assert not isinstance(refusal, StaleVersion) or refusal.current == len(self.log)
            return
        assert event.recorded_at == self.now
        self.log.append({"at": self.now, **entry})
        self.last = (service, call, event)

    def stored(self) -> tuple[Any, ...]:
        events = ExecutionEvent.objects.filter(execution=self.pk).order_by("pk")
        requests = ExecutionRequest.objects.filter(execution=self.pk).order_by("pk")
        row = Execution.objects.values_list().get(pk=self.pk)
        return row, list(events.values_list()), list(requests.values_list())

    @rule(hours=st.integers(1, 150))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY, text=st.sampled_from(["Сделано.", "Сделано.", " "]))
    def submit(self, who: str, behind: int, text: str) -> None:
        expected = self.verdict("submit", who, behind, bad=not text.strip())
        self.act(execution_submit, "submit", who, behind, {"kind": "submit"}, expected=expected, text=text)

    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY, hours=st.integers(-2, 200))
    def record(self, who: str, behind: int, hours: int) -> None:
        at = self.now - timedelta(hours=hours)
        closed = Plain(self.log).closed
        bad = at > self.now or at < ISSUED_AT or (closed is not None and at > closed)
        self.act(
            execution_submit, "record", who, behind, {"kind": "submit", "at": at},
            expected=self.verdict("record", who, behind, bad=bad), text="По почте.", at=at, late_reason="Сбой.",
        )  # fmt: skip

    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY)
    def accept(self, who: str, behind: int) -> None:
        expected = self.verdict("accept", who, behind, bad=False)
        self.act(execution_accept, "accept", who, behind, {"kind": "accept"}, expected=expected)

    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY, empty=st.booleans(), remark=st.sampled_from(["Нет.", ""]))
    def send_back(self, who: str, behind: int, empty: bool, remark: str) -> None:
        self.act(
            execution_return, "return", who, behind, {"kind": "return", "empty": empty},
            expected=self.verdict("return", who, behind, bad=not remark), remark=remark, empty=empty,
        )  # fmt: skip

    @rule(
        who=PEOPLE,
        behind=NEVER_STALE_MOSTLY,
        days=st.integers(-3, 20),
        asked=st.none() | st.integers(-1, 200),
    )
    def extend(self, who: str, behind: int, days: int, asked: int | None) -> None:
        plain = Plain(self.log)
        new_due = plain.due + days
        asked_at = None if asked is None else self.now - timedelta(hours=asked)
        bad = days <= 0
        if asked_at is not None:
            bad |= (
                asked_at > self.now or asked_at < ISSUED_AT or plain.requests > 0 or day(asked_at) > plain.due
            )
        self.act(
            execution_extend, "extend", who, behind, {"kind": "extend", "new_due": new_due, "asked": asked_at},
            expected=self.verdict("extend", who, behind, bad=bad),
            new_due=date.fromordinal(new_due), requested_at=asked_at, reason="По письму.",
        )  # fmt: skip

    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY)
    def cancel(self, who: str, behind: int) -> None:
        expected = self.verdict("cancel", who, behind, bad=False)
        self.act(
            execution_cancel, "cancel", who, behind, {"kind": "cancel"}, expected=expected, reason="Снято."
        )

    @rule(who=st.sampled_from(sorted(CENTRE)), which=st.integers(0, 40))
    def annul(self, who: str, which: int) -> None:
        number = which % len(self.log)
        dropped = {entry["target"] for entry in self.log if entry["kind"] == "annul"}
        dead = number in dropped or self.log[number]["kind"] in {"issue", "annul"}
        events = ExecutionEvent.objects.filter(execution=self.pk).order_by("pk")
        self.act(
            execution_annul, "annul", who, 0, {"kind": "annul", "target": number},
            expected=ImpossibleStep if dead else None, event_id=events[number].pk, reason="Ошибка.",
        )  # fmt: skip

    def refused(self, act: Any, expected: type[PortalError] | None) -> Any:
        """What a step of a request answers; one that is refused as it must be leaves no trace and gives None."""
        before, refusal, answer = self.stored(), None, None
        try:
            with clock.at(self.now), transaction.atomic():
                answer = act()
        except PortalError as error:
            refusal = error
        assert type(refusal) is (expected or type(None)), refusal
        assert refusal is None or self.stored() == before
        return answer

    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY, days=st.integers(-2, 20), kind=KINDS)
    def ask(self, who: str, behind: int, days: int, kind: str) -> None:
        if self.waiting is not None and self.waiting["kind"] != kind:
            return  # one request of each kind may wait; this model follows one at a time
        plain = Plain(self.log)
        is_extension = kind == "extension"
        proposed = date.fromordinal(plain.due + days) if is_extension else None
        expected: type[PortalError] | None = InvalidInput if is_extension and days <= 0 else None
        if plain.state not in OPEN or self.waiting is not None:
            expected = ImpossibleStep
        expected = StaleVersion if behind else expected
        expected = {"tomsk_coordinator": expected, "omsk_coordinator": Missing}.get(who, NotAllowed)
        request = self.refused(
            lambda: request_open(
                actor=self.scopes[who], execution_id=self.pk, version=len(self.log) - behind, kind=kind,
                reason="Просим.", proposed_due=proposed,
            ),
            expected,
        )  # fmt: skip
        if request is not None:
            self.waiting = {"pk": request.pk, "kind": kind, "asked": self.now, "due": plain.due + days}

    @precondition(lambda self: self.waiting is not None)
    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY, own=st.booleans())
    def grant(self, who: str, behind: int, own: bool) -> None:
        assert self.waiting is not None
        plain, wish = Plain(self.log), self.waiting
        is_extension = wish["kind"] == "extension"
        counts = own or (plain.requests < 1 and day(wish["asked"]) <= plain.due)
        bad = is_extension and (wish["due"] <= plain.due or not counts)
        expected = {"omsk_coordinator": Missing}.get(who, NotAllowed if who not in CENTRE else None)
        expected = expected or (StaleVersion if behind else InvalidInput if bad else None)
        granted = self.refused(
            lambda: request_grant(
                actor=self.scopes[who],
                request_id=wish["pk"],
                version=1 - behind,
                own_decision=own,
                answer="Да.",
            ),
            expected,
        )
        if granted is not None:
            move = {"kind": "extend", "new_due": wish["due"], "asked": None if own else wish["asked"]}
            self.log.append({"at": self.now, **(move if is_extension else {"kind": "cancel"})})
            assert granted.event == ExecutionEvent.objects.filter(execution=self.pk).latest("pk")
            self.end("granted")

    @precondition(lambda self: self.waiting is not None)
    @rule(who=PEOPLE, behind=NEVER_STALE_MOSTLY, refuses=st.booleans())
    def end_without_effect(self, who: str, behind: int, refuses: bool) -> None:
        assert self.waiting is not None
        pk, more = self.waiting["pk"], {"answer": "Нет."} if refuses else {}
        service: Any = request_refuse if refuses else request_withdraw
        may = who in (CENTRE if refuses else REGION)
        expected = {"omsk_coordinator": Missing}.get(who, None if may else NotAllowed)
        expected = expected or (StaleVersion if behind else None)
        call = {"actor": self.scopes[who], "request_id": pk, "version": 1 - behind, **more}
        if self.refused(lambda: service(**call), expected) is not None:
            self.end("refused" if refuses else "withdrawn")

    def end(self, state: str) -> None:
        self.ended.append(state)
        self.waiting = None

    @invariant()
    def requests_end_as_the_model_says(self) -> None:
        closed = Plain(self.log).closed
        if self.waiting is not None and closed:
            self.lapsed = self.waiting
            self.end("lapsed")
        elif self.lapsed is not None and not closed:
            # The event that took the execution off control counts no more: what ended with it waits again.
            self.waiting, self.lapsed = self.lapsed, None
            self.ended.pop()
        expected = [*self.ended, *(["open"] if self.waiting else [])]
        rows = ExecutionRequest.objects.filter(execution=self.pk).order_by("pk")
        assert list(rows.values_list("state", flat=True)) == expected

    @precondition(lambda self: self.last is not None)
    @rule()
    def send_the_last_form_again(self) -> None:
        assert self.last is not None
        service, call, event = self.last
        before = self.stored()
        with clock.at(self.now):
            assert service(**call) == event
        assert self.stored() == before

    @invariant()
    def columns_fold_and_model_agree(self) -> None:
        execution = Execution.objects.select_related("assignment").get(pk=self.pk)
        events = list(ExecutionEvent.objects.filter(execution=execution).order_by("pk"))
        folded = fold(as_fold_events(events), execution.assignment.due_on, fold_rules())
        columns = {name: getattr(execution, name) for name in columns_of(folded)}
        assert columns == columns_of(folded) == Plain(self.log).columns()
        assert execution.version == len(events) == len(self.log)
        assert [event.recorded_at for event in events] == sorted(event.recorded_at for event in events)


def test_any_life_of_an_execution_follows_the_methodology(cast: Cast) -> None:
    execution = put_on_control([cast.tomsk_machines])[0]
    run_state_machine_as_test(
        lambda: Life(cast, execution),
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_model_itself_is_sound() -> None:
    """The replay agrees with an example worked by hand: held four days, returned, asked in time, accepted."""

    def on(number: int) -> datetime:
        return datetime(2026, 3, number, 9, tzinfo=UTC)

    plain = Plain(
        [
            {"kind": "issue", "at": ISSUED_AT},
            {"kind": "submit", "at": on(10)},
            {"kind": "return", "at": on(14), "empty": False},
            {"kind": "extend", "at": on(16), "new_due": date(2026, 3, 30).toordinal(), "asked": on(15)},
            {"kind": "submit", "at": on(27)},
            {"kind": "accept", "at": on(28)},
            {"kind": "cancel", "at": on(29)},
            {"kind": "annul", "at": on(30), "target": 6},
        ]
    )
    assert plain.columns() == {
        "state": "executed", "first_due_on": DUE, "due_on": date(2026, 3, 30), "issued_at": ISSUED_AT,
        "reported_on": date(2026, 3, 27), "in_review_since": None, "returns": 1, "extensions": 1,
        "closed_at": on(28),
    }  # fmt: skip
