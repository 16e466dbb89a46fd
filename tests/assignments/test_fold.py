"""What an event log says of an execution (methodology §2)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from assignments import fold as fold_module
from assignments.enums import TRANSITIONS, EventKind, ExecutionState
from assignments.fold import KINDS, Event, Folded, FoldRules, fold, known_events

RULES = FoldRules(tz_offset_minutes=180, min_lead_days=1, max_request_extensions=1)
ITEM_DUE = date(2023, 11, 20)


def instant(text: str) -> datetime:
    """ "11-09" is noon in Moscow, "11-09 23:30" that minute, "12-06T08:30+12:00" an instant of another zone."""
    if "T" in text:
        return datetime.fromisoformat(f"2023-{text}").astimezone(UTC)
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2023-{day}T{clock or '12:00'}+03:00").astimezone(UTC)


def log(*entries: tuple[str, str] | tuple[str, str, dict[str, object]]) -> list[Event]:
    """Events with ids from 1 in the given order, recorded when they happened unless said otherwise."""
    events = []
    for number, entry in enumerate(entries, start=1):
        kind, at, *rest = entry
        details = dict(rest[0]) if rest else {}
        recorded = instant(str(details.pop("recorded", at)))
        if "requested" in details:
            details["requested_at"] = instant(str(details.pop("requested")))
        events.append(Event(number, kind, instant(at), recorded, **details))
    return events


def folded(*entries: tuple[str, str] | tuple[str, str, dict[str, object]]) -> Folded:
    return fold(log(*entries), ITEM_DUE, RULES)


ISSUED = ("issued", "11-01")


def test_the_fold_speaks_of_the_same_kinds_and_states_as_the_tables() -> None:
    states = {
        getattr(fold_module, name)
        for name in ("NOT_ISSUED", "ISSUED", "IN_REVIEW", "RETURNED", "EXECUTED", "CANCELLED")
    }
    assert set(KINDS) == set(EventKind.values)
    assert states == set(ExecutionState.values)


def test_nothing_is_on_control_before_the_issue() -> None:
    result = folded(("submitted", "11-01"), ("accepted", "11-02"), ("cancelled", "11-03"))

    assert (result.state, result.issued, result.due, result.completed) == (
        "not_issued",
        False,
        ITEM_DUE,
        None,
    )


def test_the_issue_starts_control_with_the_due_of_the_item() -> None:
    result = folded(ISSUED)

    assert (result.state, result.due, result.first_due) == ("issued", ITEM_DUE, ITEM_DUE)
    assert result.issued_on == date(2023, 11, 1)
    assert result.issued_at == instant("11-01")


def test_an_own_due_overrides_that_of_the_item_in_both_directions() -> None:
    for own in (date(2023, 11, 10), date(2023, 12, 10)):
        assert folded(("issued", "11-01", {"due": own})).due == own


def test_the_due_is_never_before_the_day_of_recording_plus_the_lead() -> None:
    late = folded(("issued", "11-01", {"recorded": "11-20 10:00"}))
    own = folded(("issued", "11-20", {"due": date(2023, 11, 2)}))
    midnight = folded(("issued", "11-20 23:59"))

    assert late.due == own.due == midnight.due == date(2023, 11, 21)
    assert late.issued_on == date(2023, 11, 20)


def test_only_the_first_issue_counts() -> None:
    result = folded(ISSUED, ("submitted", "11-05"), ("issued", "11-06", {"due": date(2023, 12, 30)}))

    assert (result.state, result.due, result.completed) == ("in_review", ITEM_DUE, date(2023, 11, 5))


def test_a_report_is_dated_by_the_moscow_day_on_which_it_was_handed_in() -> None:
    assert folded(ISSUED, ("submitted", "11-09 23:59")).completed == date(2023, 11, 9)
    assert folded(ISSUED, ("submitted", "11-10T08:30+12:00")).completed == date(2023, 11, 9)
    assert folded(ISSUED, ("submitted", "11-09T23:30+02:00")).completed == date(2023, 11, 10)


def test_a_supplement_changes_no_date() -> None:
    result = folded(ISSUED, ("submitted", "11-05"), ("submitted", "11-09"))

    assert (result.completed, result.review_since) == (date(2023, 11, 5), instant("11-05"))


def test_a_return_gives_back_the_days_the_centre_held_the_report() -> None:
    result = folded(ISSUED, ("submitted", "11-18"), ("returned", "11-21"))

    assert (result.state, result.returns, result.due, result.completed) == (
        "returned",
        1,
        date(2023, 11, 23),
        None,
    )
    assert result.review_since is None


def test_the_return_of_an_empty_report_gives_no_days_back() -> None:
    result = folded(ISSUED, ("submitted", "11-18"), ("returned", "11-21", {"empty": True}))

    assert (result.returns, result.due) == (1, ITEM_DUE)


def test_days_held_are_counted_from_the_report_and_not_from_its_supplement() -> None:
    result = folded(ISSUED, ("submitted", "11-10"), ("submitted", "11-20"), ("returned", "11-27"))

    assert result.due == date(2023, 12, 7)


def test_each_return_adds_its_own_days() -> None:
    result = folded(
        ISSUED,
        ("submitted", "11-10"),
        ("returned", "11-12"),
        ("submitted", "11-13"),
        ("returned", "11-16"),
    )

    assert (result.returns, result.due) == (2, date(2023, 11, 25))


def test_a_return_with_nothing_in_review_is_ignored() -> None:
    result = folded(ISSUED, ("returned", "11-21"))

    assert (result.state, result.returns) == ("issued", 0)


def test_an_extension_granted_during_review_is_not_added_to_the_held_days() -> None:
    extended = ("extended", "11-20", {"new_due": date(2023, 11, 22)})
    longer = ("extended", "11-20", {"new_due": date(2023, 11, 30)})

    assert folded(ISSUED, ("submitted", "11-18"), extended, ("returned", "11-22")).due == date(2023, 11, 24)
    assert folded(ISSUED, ("submitted", "11-18"), longer, ("returned", "11-22")).due == date(2023, 11, 30)


def test_acceptance_keeps_the_day_of_the_report_in_review() -> None:
    result = folded(ISSUED, ("submitted", "11-09"), ("accepted", "11-13"))

    assert (result.state, result.completed, result.closed_at) == (
        "executed",
        date(2023, 11, 9),
        instant("11-13"),
    )


def test_acceptance_without_a_report_is_dated_by_itself() -> None:
    assert folded(ISSUED, ("accepted", "11-13")).completed == date(2023, 11, 13)


def test_acceptance_after_a_return_without_a_new_report_is_dated_by_itself() -> None:
    result = folded(ISSUED, ("submitted", "11-09"), ("returned", "11-11"), ("accepted", "11-25"))

    assert (result.completed, result.returns) == (date(2023, 11, 25), 1)


def test_after_a_final_state_nothing_fits() -> None:
    later_acts: list[tuple[str, str] | tuple[str, str, dict[str, object]]] = [
        ("submitted", "11-20"),
        ("returned", "11-21"),
        ("extended", "11-22", {"new_due": date(2023, 12, 1)}),
        ("accepted", "11-23"),
        ("cancelled", "11-24"),
        ("issued", "11-25"),
    ]
    for final in ("accepted", "cancelled"):
        before = (ISSUED, ("submitted", "11-09"), (final, "11-10"))
        assert folded(*before, *later_acts) == folded(*before)


def test_cancellation_ends_control_from_any_open_state() -> None:
    for steps in ((), (("submitted", "11-09"),), (("submitted", "11-09"), ("returned", "11-10"))):
        result = folded(ISSUED, *steps, ("cancelled", "11-12"))
        assert (result.state, result.cancelled, result.closed_at) == ("cancelled", True, instant("11-12"))


def test_the_centre_extends_by_its_own_decision_as_often_as_it_likes_but_only_forward() -> None:
    result = folded(
        ISSUED,
        ("extended", "11-25", {"new_due": date(2023, 11, 28)}),
        ("extended", "11-26", {"new_due": date(2023, 11, 28)}),
        ("extended", "11-27", {"new_due": date(2023, 11, 22)}),
        ("extended", "11-28", {"new_due": date(2023, 12, 2)}),
    )

    assert (result.due, result.extensions, result.request_extensions) == (date(2023, 12, 2), 2, 0)
    assert result.first_due == ITEM_DUE


def test_a_request_counts_when_made_by_the_due_day_even_if_granted_after_it() -> None:
    in_time = {"new_due": date(2023, 11, 28), "requested": "11-20 23:59"}
    too_late = {"new_due": date(2023, 11, 28), "requested": "11-21 00:00"}

    assert folded(ISSUED, ("extended", "11-24", in_time)).due == date(2023, 11, 28)
    assert folded(ISSUED, ("extended", "11-24", too_late)).due == ITEM_DUE


def test_only_requests_that_moved_the_due_use_up_the_limit() -> None:
    void = {"new_due": date(2023, 11, 19), "requested": "11-02"}
    first = {"new_due": date(2023, 11, 28), "requested": "11-03"}
    second = {"new_due": date(2023, 12, 5), "requested": "11-04"}
    own = {"new_due": date(2023, 11, 22)}

    result = folded(
        ISSUED, ("extended", "11-05", own), ("extended", "11-06", void), ("extended", "11-07", first),
        ("extended", "11-08", second),
    )  # fmt: skip

    assert (result.due, result.extensions, result.request_extensions) == (date(2023, 11, 28), 2, 1)


def test_the_limit_of_requests_is_a_parameter() -> None:
    requests = [
        ("extended", f"11-0{day}", {"new_due": date(2023, 11, 20 + day), "requested": "11-02"})
        for day in (5, 6, 7)
    ]
    dues = [fold(log(ISSUED, *requests), ITEM_DUE, FoldRules(180, 1, limit)).due for limit in (0, 1, 2, 3, 4)]

    assert dues == [date(2023, 11, day) for day in (20, 25, 26, 27, 27)]


def test_an_annulled_event_counts_as_never_made() -> None:
    events = log(ISSUED, ("submitted", "11-18"), ("returned", "11-21"), ("annulled", "11-22", {"target": 3}))

    assert fold(events, ITEM_DUE, RULES) == fold(events[:2], ITEM_DUE, RULES)


def test_what_did_not_fit_fits_once_the_event_before_it_is_annulled() -> None:
    events = log(
        ISSUED,
        ("accepted", "11-05"),
        ("submitted", "11-09"),
        ("annulled", "11-10", {"target": 2}),
    )

    result = fold(events, ITEM_DUE, RULES)

    assert (result.state, result.completed) == ("in_review", date(2023, 11, 9))


def test_an_annulled_issue_takes_the_execution_off_control() -> None:
    assert folded(ISSUED, ("annulled", "11-02", {"target": 1})).state == "not_issued"


def test_events_go_by_instant_and_then_by_the_order_of_appending_whatever_the_order_given() -> None:
    events = log(ISSUED, ("submitted", "11-09"), ("returned", "11-09"), ("submitted", "11-09"))
    expected = fold(events, ITEM_DUE, RULES)

    assert (expected.returns, expected.completed) == (1, date(2023, 11, 9))
    assert all(fold(order, ITEM_DUE, RULES) == expected for order in permutations(events))


def test_a_backdated_report_takes_its_place_in_time() -> None:
    result = folded(
        ISSUED,
        ("submitted", "11-15"),
        ("accepted", "11-25"),
        ("submitted", "11-10", {"recorded": "11-28"}),
    )

    assert result.completed == date(2023, 11, 10)


def test_another_rating_clock_has_other_days() -> None:
    events = log(ISSUED, ("submitted", "11-09 23:30"))

    assert fold(events, ITEM_DUE, FoldRules(600, 1, 1)).completed == date(2023, 11, 10)


def test_finished_reviews_are_kept_with_their_days() -> None:
    result = folded(
        ISSUED,
        ("submitted", "11-10"),
        ("returned", "11-12"),
        ("submitted", "11-13"),
        ("accepted", "11-20"),
    )

    assert result.reviews == (
        (date(2023, 11, 10), date(2023, 11, 12)),
        (date(2023, 11, 13), date(2023, 11, 20)),
    )


def test_a_due_beyond_the_calendar_stays_at_its_last_day() -> None:
    result = fold(
        log(ISSUED, ("submitted", "11-10"), ("returned", "11-12")), date.max, FoldRules(180, 10**12, 1)
    )

    assert result.due == date.max


def test_a_slice_sees_what_was_recorded_before_its_instant() -> None:
    events = log(ISSUED, ("submitted", "11-09"), ("accepted", "11-10", {"recorded": "12-06 00:00"}))

    assert known_events(events, instant("12-06 00:00")) == events[:2]
    assert known_events(events, instant("12-06 00:01")) == events


def test_a_revision_also_sees_corrections_of_its_month_and_of_earlier_ones() -> None:
    events = log(
        ISSUED,
        ("returned", "12-10", {"corrects": "2023-10"}),
        ("extended", "12-10", {"corrects": "2023-11"}),
        ("cancelled", "12-10", {"corrects": "2023-12"}),
        ("accepted", "12-10"),
        ("annulled", "12-20", {"corrects": "2023-11"}),
    )

    seen = known_events(events, instant("12-06"), instant("12-15"), "2023-11")

    assert [event.kind for event in seen] == ["issued", "returned", "extended"]
    assert [event.kind for event in known_events(events, instant("12-06"))] == ["issued"]


STATES: dict[str, Sequence[tuple[str, str]]] = {
    "not_issued": (),
    "issued": (ISSUED,),
    "in_review": (ISSUED, ("submitted", "11-05")),
    "returned": (ISSUED, ("submitted", "11-05"), ("returned", "11-06")),
    "executed": (ISSUED, ("accepted", "11-05")),
    "cancelled": (ISSUED, ("cancelled", "11-05")),
}
FURTHER_STEPS: dict[str, tuple[str, str, dict[str, object]]] = {
    "submit": ("submitted", "11-08", {}),
    "accept": ("accepted", "11-08", {}),
    "return": ("returned", "11-08", {}),
    "extend": ("extended", "11-08", {"new_due": date(2023, 12, 30)}),
    "cancel": ("cancelled", "11-08", {}),
}


@pytest.mark.parametrize("act", FURTHER_STEPS)
@pytest.mark.parametrize("state", STATES)
def test_the_transition_table_allows_exactly_what_the_fold_would_not_ignore(act: str, state: str) -> None:
    before = folded(*STATES[state])
    after = folded(*STATES[state], FURTHER_STEPS[act])
    supplement = act == "submit" and state == "in_review"

    assert before.state == state
    assert (after != before or supplement) == (state in TRANSITIONS[act].sources)
