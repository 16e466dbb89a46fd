"""Random lives of a protocol against a plain model: a refused step leaves no trace, no text is signed unseen."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from assignments.models import Execution
from common.errors import ImpossibleStep, Missing
from meetings.enums import ApprovalState
from meetings.models import Decision, MeetingEvent, MeetingProtocol, ProtocolApproval
from meetings.services.approvals import approvals_withdraw
from meetings.services.minutes import minutes_reopen
from tests.cast import Cast
from tests.meetings.minutes import Minutes, closed_meeting

APPROVERS = st.sampled_from([("administrator",), ("methodologist",), ("administrator", "methodologist")])
PERSON = st.sampled_from(["administrator", "methodologist"])


class Lives(RuleBasedStateMachine):
    """`state` is where the protocol stands, `waiting` who has not answered, `stale` whether the text has moved on."""

    cast: Cast
    reached: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.minutes = Minutes(self.cast, closed_meeting(self.cast))
        self.state, self.waiting, self.stale, self.words = "", set[str](), False, 0
        self.is_mended = False

    def teardown(self) -> None:
        """Every life ends with the issue, whatever came before."""
        if self.stale and self.state in ("agreed", "signed"):
            self.reopen()
        while self.state != "issued":
            self.go_on(1)
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def trace(self) -> list[Any]:
        rows = MeetingProtocol.objects.values_list("state", "version", "docx", "signed_on")
        return [
            list(rows),
            list(ProtocolApproval.objects.order_by("pk").values_list("state", flat=True)),
            MeetingEvent.objects.count(),
            Execution.objects.count(),
        ]

    def act(self, may: bool, act: Callable[[], Any]) -> bool:
        """Do it, or see it refused without a trace."""
        before = self.trace()
        try:
            act()
        except (ImpossibleStep, Missing, MeetingProtocol.DoesNotExist, ProtocolApproval.DoesNotExist):
            assert not may
            assert self.trace() == before
            return False
        assert may
        return True

    @rule()
    def make(self) -> None:
        if self.act(self.state in ("", "draft"), self.minutes.make):
            if self.is_mended or not self.state:
                self.waiting, self.stale, self.is_mended = set(), False, False
            self.state = "draft"

    @rule(steps=st.integers(1, 3))
    def go_on(self, steps: int) -> None:
        """The next steps of the way, so that lives come far."""
        for _step in range(steps):
            if not self.state:
                self.make()
            elif self.state == "draft" and (self.stale or not self.waiting):
                self.send(("administrator",))
            elif self.state == "draft":
                self.agree(min(self.waiting))
            elif self.state == "agreed":
                self.sign()
            else:
                self.issue()
            self.reached.add(self.state)

    @rule()
    def decide_otherwise(self) -> None:
        """A mended decision moves the text only when the protocol is made anew."""
        self.words, self.is_mended = self.words + 1, True
        changed = Decision.objects.filter(item__meeting=self.minutes.meeting, kind="assignment")
        changed.update(text=f"Представить сведения, редакция {self.words}.")

    @rule()
    def mend_the_title(self) -> None:
        """The title of a question stands in the text at once."""
        item = self.minutes.meeting.agenda.get(position=4)
        item.title += "!"
        item.save()
        self.stale = True

    @rule(people=APPROVERS)
    def send(self, people: tuple[str, ...]) -> None:
        waits_unchanged = bool(self.waiting) and not self.stale
        if self.act(self.state == "draft" and not waits_unchanged, lambda: self.minutes.send(*people)):
            self.waiting, self.stale = set(people), False

    @rule(person=PERSON)
    def agree(self, person: str) -> None:
        may = self.state == "draft" and person in self.waiting and not self.stale
        mine = ProtocolApproval.objects.filter(approver=getattr(self.cast, person)).order_by("pk").last()
        if mine and mine.state == ApprovalState.AGREED:
            self.minutes.agree(person)  # once more, to no effect
        elif self.act(may, lambda: self.minutes.agree(person)):
            self.waiting.discard(person)
            self.state = "draft" if self.waiting else "agreed"

    @rule(person=PERSON)
    def remark(self, person: str) -> None:
        may = self.state == "draft" and person in self.waiting
        if self.act(may, lambda: self.minutes.remark(person, "Уточните срок.")):
            self.waiting = set()

    @rule()
    def withdraw(self) -> None:
        def act() -> None:
            approvals_withdraw(
                actor=self.minutes.controller,
                meeting_id=self.minutes.meeting.pk,
                version=self.minutes.row.version,
            )

        if self.act(self.state == "draft" and bool(self.waiting), act):
            self.waiting = set()

    @rule()
    def sign(self) -> None:
        if self.act(self.state == "agreed" and not self.stale, lambda: self.minutes.sign(date(2026, 3, 5))):
            self.state = "signed"

    @rule()
    def reopen(self) -> None:
        def act() -> None:
            minutes_reopen(
                actor=self.minutes.controller, meeting_id=self.minutes.meeting.pk, version=self.minutes.row.version,
                reason="Ошибка.",
            )  # fmt: skip

        if self.act(self.state in ("agreed", "signed"), act):
            self.state, self.waiting = "draft", set()

    @rule()
    def issue(self) -> None:
        if self.act(self.state == "signed" and not self.stale, self.minutes.issue):
            self.state = "issued"

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        row = MeetingProtocol.objects.filter(meeting=self.minutes.meeting).first()
        assert (row.state if row else "") == self.state
        if row:
            assert bool(row.docx_id) == bool(row.pdf_id) == (self.state not in ("", "draft"))
            assert row.approvals.waiting().count() == len(self.waiting)
        assert Execution.objects.exists() == (self.state == "issued")


def test_a_protocol_lives_as_the_model_says(minutes: Minutes, after_the_meeting: Path) -> None:
    Lives.cast, Lives.reached = minutes.cast, set()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Lives.reached == {"draft", "agreed", "signed", "issued"}
