"""Control rules that begin to hold on a day: stored states follow them once, the past stays, people are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from assignments.models import ControlRules, Execution, ExecutionPast
from assignments.selectors import fold_rules
from assignments.services.change_over import rules_apply
from assignments.tasks import apply_rules
from common import clock
from common.scope import SYSTEM
from notifications.models import Notice
from notifications.notices import words_of_notice
from tests.assignments.builders import ISSUED_AT, control_rules, issued_item, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BEFORE, AFTER = datetime(2026, 3, 31, 20, 59, tzinfo=UTC), datetime(2026, 3, 31, 21, 0, tzinfo=UTC)
"""The last minute of March in Moscow, and the first of April."""
LATER = AFTER + timedelta(hours=12)
FIRST_DUE, NEW_DUE = date(2026, 3, 20), date(2026, 3, 27)


def longer_lead() -> ControlRules:
    """From April an item leaves at least 25 days; so far one."""
    control_rules()
    return ControlRules.objects.create(
        version="2.0", effective_from=date(2026, 4, 1),
        tz_offset_minutes=180, min_lead_days=25, max_request_extensions=1,
    )  # fmt: skip


def test_rules_hold_from_the_first_minute_of_their_day_in_moscow() -> None:
    longer_lead()
    with clock.at(BEFORE):
        assert fold_rules().min_lead_days == 1
    with clock.at(AFTER):
        assert fold_rules().min_lead_days == 25


def test_before_the_first_rules_began_they_hold_all_the_same() -> None:
    longer_lead()
    with clock.at(datetime(2022, 1, 1, tzinfo=UTC)):
        assert fold_rules().min_lead_days == 1


def test_stored_states_follow_new_rules_once_and_lists_of_the_past_stay(cast: Cast) -> None:
    """Issued on 2 March for 20 March: with 25 days the due is 27 March."""
    (execution,) = put_on_control([cast.tomsk_machines])
    longer_lead()

    with clock.at(BEFORE):
        assert rules_apply() == 0
    with clock.at(AFTER):
        apply_rules()
    with clock.at(LATER):
        assert rules_apply() == 0

    execution.refresh_from_db()
    assert (execution.due_on, execution.version) == (NEW_DUE, 2)
    (past,) = ExecutionPast.objects.all()
    assert (past.due_on, past.since, past.until) == (FIRST_DUE, ISSUED_AT, AFTER)
    rows = Execution.objects.visible_to(SYSTEM)
    assert [row.due_on for row in rows.as_of(BEFORE)] == [FIRST_DUE]
    assert [row.due_on for row in rows.as_of(LATER)] == [NEW_DUE]


def test_the_next_act_goes_on_from_the_state_that_the_rules_left(cast: Cast) -> None:
    (execution,) = put_on_control([cast.tomsk_machines])
    longer_lead()
    with clock.at(AFTER):
        rules_apply()
    with clock.at(LATER):
        Desk(cast, execution).do("submit")

    times = ExecutionPast.objects.order_by("since").values_list("since", "until", "due_on")
    assert list(times) == [(ISSUED_AT, AFTER, FIRST_DUE), (AFTER, LATER, NEW_DUE)]


def test_coordinators_are_told_how_many_of_their_terms_moved_and_others_are_not(cast: Cast) -> None:
    put_on_control([cast.tomsk_machines, cast.tomsk_farming])
    late = issued_item("2", due=date(2026, 5, 20))
    put_on_control([cast.tomsk_machines, cast.omsk_machines], late)
    longer_lead()

    with clock.at(AFTER):
        assert rules_apply() == 2

    told = list(Notice.objects.order_by("pk"))
    assert {row.person for row in told} == {cast.tomsk_coordinator, cast.tomsk_deputy}
    with translation.override("ru"):
        words = words_of_notice(told[0].kind, told[0].data)
    assert words == "Новые правила контроля (версия 2.0): сроки 2 исполнений перенесены."


def test_the_first_rules_of_a_portal_move_nothing(cast: Cast) -> None:
    put_on_control([cast.tomsk_machines])
    with clock.at(AFTER):
        assert rules_apply() == 0
    assert ControlRules.objects.get().applied_at == AFTER
    assert not ExecutionPast.objects.exists()
