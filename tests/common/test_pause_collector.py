"""The pause of the garbage collector ends with the work, also when the work fails."""

import gc

import pytest

from common.memory import collector_paused


@collector_paused()
def failing_work() -> None:
    assert not gc.isenabled()
    raise ValueError("work")


def test_the_collector_pauses_and_runs_again_after_a_failure() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="work"):
        failing_work()
    assert gc.isenabled()


def test_a_pause_inside_a_pause_ends_with_the_outer_one() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
